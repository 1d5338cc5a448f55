//! The Security Transport layer: how everything above reaches a secure environment.
//!
//! ```text
//!   csf-service ── Command ──▶ Lane / Session ── execute ──▶ plug-in (se-plugin-*)
//!               ◀── Reply ───                ◀─────────────
//! ```
//!
//! A secure environment (SE) implements two traits: [`SecureEnvironment`] describes it and opens sessions;
//! a [`Session`] executes one [`Command`] at a time. The command is one closed enum instead of a method
//! per operation, so that a plug-in decides in one place what it can do, and so that [`codec`] can carry
//! every command to another process, an applet or a trusted application in one byte form.
//!
//! What it refuses to be: a judge. It carries the owner of a key to the SE, which refuses a foreign one,
//! but who may ask at all was decided above, at the gate. It names no plug-in and starts no runtime; a
//! [`Lane`] is one plain thread.
//!
//! Meets parts of TRN-2 (draft 6.4.1), ARC-3 (draft 5.1) and prepares TRN-1 (draft 7.2).

pub mod codec;
mod command;
mod description;
mod environment;
mod error;
mod key;
mod lane;
mod secret;

pub use command::{Command, MAX_PAYLOAD_BYTES, MAX_RANDOM_BYTES, Reply, SignInput};
pub use description::{Capability, Description, Origin, SeId, SeKind, Speed};
pub use environment::{CancelFlag, ChannelNumber, Cx, SecureEnvironment, Session};
pub use error::{Refusal, SeError};
pub use key::{
    DigestAlgorithm, KeyAlgorithm, KeyId, KeyInfo, KeySpec, KeyUse, KeyUses, MacAlgorithm, Owner,
    SignatureAlgorithm,
};
pub use lane::{Environments, Lane, LaneFull};
pub use secret::Secret;
