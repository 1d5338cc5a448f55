//! Whole flows through the security parts of the service layer, each on both storages: the security tree,
//! functions, keys, the audit, the trace, and what a start makes of a store.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may stop at the first surprise")]

mod administered;
mod administration;
mod administrative_acts;
mod algorithms;
mod associations;
mod audit;
mod authorization;
mod ciphers;
mod components;
mod crashes;
mod csr;
mod data_content;
mod data_hand_over;
mod data_owners;
mod data_quota;
mod derivation;
mod epoch;
mod explanation;
mod explanation_reach;
mod failures;
mod function_input;
mod function_streams;
mod functions;
mod key_matrix;
mod key_owners;
mod keys;
mod keys_generations;
mod keys_hand_over;
mod keys_import;
mod keys_meanwhile;
mod keys_rotate;
mod keys_wrap;
mod kit;
mod levels;
mod recent;
mod restored;
mod start;
mod trace;
mod tree;
mod tree_at_restart;
