//! Purposes that no public suite has, derived from the specifications: what a policy can say beyond them, and who may
//! speak as whom.
//!
//! Every test has the identifier of its purpose above it. Callers prove who they are on the local socket of a node, or
//! of the laboratory where the stimulus needs another clock, address or user. Every refusal has a twin that is
//! permitted. What it refuses to be: a copy of purposes that are published; those are in `purposes_ts_0018`.

mod access;
mod conditions;
mod impersonation;
