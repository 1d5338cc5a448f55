//! Access decisions in process: one policy of a thousand rules against a peer, and one of a million policies.
//!
//! ```text
//!   bench/acp-1000.json ─▶ requests ─┬─▶ csf-access: windows, addresses, groups, wildcards, every rule
//!                                    └─▶ cedar-policy: the exact originators alone, as entity data
//! ```

mod cedar;
mod million;
mod thousand;

pub(crate) use thousand::explanations;

use crate::measurement::Measurement;

/// Decisions over a thousand rules.
pub(crate) static THOUSAND: Measurement = Measurement {
    name: "access",
    what: "access decisions over bench/acp-1000.json in process, against cedar-policy with the originators as entity data",
    long: false,
    run: |_| thousand::measure(),
};

/// Decisions about a target that any of a million policies may govern.
pub(crate) static MILLION: Measurement = Measurement {
    name: "access-million",
    what: "access decisions in process about a random one of a million targets, each with a policy of its own",
    long: false,
    run: |_| million::measure(),
};
