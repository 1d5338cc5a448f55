//! The Security Transport layer: how everything above reaches a secure environment.
//!
//! ```text
//!                            ┌── try_inline ── Pool ──┐
//!   csf-service ─ Command ─▶ │      Environments      │ ─ Session::execute ─▶ plug-in (se-plugin-*)
//!               ◀─ Reply ─── └──── submit ──── Lane ──┘ ◀────────────────────
//! ```
//!
//! A secure environment (SE) implements two traits: [`SecureEnvironment`] describes it and opens sessions;
//! a [`Session`] executes one [`Command`] at a time. The command is one closed enum instead of a method
//! per operation, so that a plug-in decides in one place what it can do, and so that [`codec`] can carry
//! every command to another process, an applet or a trusted application in one byte form.
//!
//! A node holds its SEs as [`Environments`]. [`choose`] says which of them a command goes to. Commands that
//! write, and all commands of slow SEs, queue on the SE's [`Lane`]; the others may run where they were asked
//! for. Either way a plug-in may fail, hang up, answer nonsense or panic, and what comes back is an
//! [`SeError`] that says whether anything may have been done.
//!
//! What it refuses to be: a judge. It carries the owner of a key to the SE, which refuses a foreign one,
//! but who may ask at all was decided above, at the gate. It names no plug-in and starts no runtime; a
//! [`Lane`] is one plain thread.
//!
//! A whole secure environment, which does nothing but count:
//!
//! ```
//! use std::sync::{Arc, mpsc};
//! use std::time::{Duration, Instant};
//!
//! use csf_api::{SecurityLevel, UtcTime};
//! use csf_transport::{
//!     CancelFlag, Capability, Command, Cx, Description, Environments, Origin, Reply, SeError, SeId, SeKind,
//!     Secret, SecureEnvironment, Session, Speed, choose,
//! };
//!
//! struct Counter(Description);
//!
//! impl SecureEnvironment for Counter {
//!     fn describe(&self) -> &Description {
//!         &self.0
//!     }
//!     fn open(&self, _cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
//!         Ok(Box::new(Counting(0)))
//!     }
//! }
//!
//! struct Counting(u8);
//!
//! impl Session for Counting {
//!     fn execute(&mut self, command: &Command, _cx: &Cx<'_>) -> Result<Reply, SeError> {
//!         match command {
//!             Command::Random { length } => {
//!                 self.0 = self.0.wrapping_add(1);
//!                 Ok(Reply::Random(Secret::new(vec![self.0; usize::from(*length)])))
//!             }
//!             _ => Err(SeError::NotSupported),
//!         }
//!     }
//! }
//!
//! let random = Capability { command: "random", algorithm: None, max_bytes: None, origin: Origin::Native };
//! let counter = Counter(Description {
//!     id: SeId::parse("counter").ok_or("no name")?,
//!     m2m_se_id: "4counter".into(),
//!     kind: SeKind::Software,
//!     level: SecurityLevel::None,
//!     level_reason: "anybody can count".into(),
//!     simulates: Some("a generator of random bytes".into()),
//!     speed: Speed::Fast,
//!     capabilities: vec![random],
//! });
//! let node = Environments::new(vec![Arc::new(counter)])?;
//! let at = choose(node.descriptions(), "random", None, SecurityLevel::None)?;
//! assert!(choose(node.descriptions(), "random", None, SecurityLevel::Low).is_err());
//!
//! // The SE is fast and the command writes nothing, so it may run right here …
//! let (command, deadline) = (Command::Random { length: 4 }, Instant::now() + Duration::from_secs(5));
//! let cancel = Arc::new(CancelFlag::new());
//! let cx = Cx { deadline, now: UtcTime::MIN, cancel: &cancel };
//! let reply = node.try_inline(at, &command, &cx);
//! assert!(matches!(reply, Some(Ok(Reply::Random(bytes))) if bytes.expose() == [1, 1, 1, 1]));
//!
//! // … and any command may take the lane, which has a session of its own.
//! let (done, outcome) = mpsc::channel();
//! node.submit(at, command, deadline, UtcTime::MIN, cancel, move |result| {
//!     let _ = done.send(result);
//! })?;
//! assert!(matches!(outcome.recv()?, Ok(Reply::Random(bytes)) if bytes.expose() == [1, 1, 1, 1]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Meets parts of TRN-2 (draft 6.4.1), ARC-3 (draft 5.1) and prepares TRN-1 (draft 7.2).

mod algorithm;
mod attempt;
pub mod codec;
mod command;
mod description;
mod environment;
mod environments;
mod error;
mod key;
mod lane;
mod pool;
mod reply;
#[cfg(test)]
mod scripted;
mod secret;
mod select;
mod statement;
mod stream;

pub use algorithm::{
    CIPHER_BLOCK_BYTES, CipherAlgorithm, DerivationAlgorithm, DigestAlgorithm, FORMER_GENERATIONS,
    KeyAlgorithm, MAX_CBC_MESSAGES, MAX_RANDOM_NONCE_MESSAGES, MAX_SECRET_BYTES, MAX_WRAPPED_KEY_BYTES,
    MIN_SECRET_BYTES, MacAlgorithm, SignatureAlgorithm, WrapAlgorithm,
};
pub use command::{
    Command, MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, MAX_INFO_BYTES, MAX_KEY_MATERIAL_BYTES,
    MAX_PAYLOAD_BYTES, MAX_RANDOM_BYTES, MAX_SALT_BYTES, SignInput,
};
pub use description::{Capability, Description, Origin, SeId, SeKind, Speed};
pub use environment::{CancelFlag, ChannelNumber, Cx, SecureEnvironment, Session};
pub use environments::{Environments, EnvironmentsError, MAX_ENVIRONMENTS};
pub use error::{Refusal, SeError};
pub use key::{KeyId, KeyInfo, KeySpec, KeyUse, KeyUses, Owner};
pub use lane::{Clock, Completion, Job, LANE_DEPTH, Lane, LaneFull};
pub use pool::MAX_INLINE_SESSIONS;
pub use reply::Reply;
pub use secret::Secret;
pub use select::{NoneFits, choose};
pub use statement::{
    CHALLENGE_BYTES, Challenge, MAX_PURPOSE_BYTES, MAX_STATEMENT_BYTES, Part, RESPONSE_DOMAIN, Statement,
    covered,
};
pub use stream::{MAX_STREAM_SECONDS, MAX_STREAMS_PER_OWNER, StreamCommand, StreamId, StreamRef, StreamWork};
