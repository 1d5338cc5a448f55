//! The Service layer of the Security CSF: one door; authenticate, gate, then one component.
//!
//! ```text
//!   Evidence + Request
//!        │  authentication   who is calling           ─▶ Caller   (4106, 4107 stop here)
//!        │  target           what is it about                      (4004)
//!        │  gate             may this caller do that  ─▶ Grant    (4103)
//!        ▼  component        resources · functions · keys · authorization · authentication · the security tree
//!     Response        every arrow to the world outside is one trait: Outside
//! ```
//!
//! [`Service::handle`] is the door. It is async and awaits one trait only, [`Outside`]: records, secure
//! environments and the audit log are asked for by value. There is no runtime, clock or socket in this
//! crate, so a test runs whole flows in one thread.
//!
//! Beside the door there is [`Service::sweep`]: the node removes what has ended, passing the same gate as its own
//! caller. [`Service::next_end`] says when there is something to remove.
//!
//! What makes the wrong call impossible: only authentication makes a [`Caller`], only the gate makes a
//! grant, every component function takes a grant, and whatever a component commits is committed through it.
//!
//! What it refuses to be: a node. Listeners, lanes and files belong to `csf-node`.
//!
//! See `tests/resources` and `tests/security` for whole requests in a few lines each.

mod administration;
mod appends;
#[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "only policies ask for it"))]
mod asked;
mod association;
mod audit;
mod authentication;
#[cfg_attr(not(feature = "access-management"), path = "absent/authentication_service.rs")]
mod authentication_service;
#[cfg_attr(not(feature = "access-management"), path = "absent/authorization.rs")]
mod authorization;
mod call;
mod context;
mod data;
mod door;
mod fan_out;
#[cfg_attr(not(feature = "sensitive-functions"), path = "absent/functions.rs")]
mod functions;
mod gate;
mod gone_members;
mod hand_over;
mod hop;
#[cfg(any(feature = "access-management", feature = "sensitive-functions"))]
#[cfg_attr(
    not(feature = "sensitive-functions"),
    expect(dead_code, reason = "functions have inputs of more kinds")
)]
mod input;
mod keys;
mod known_names;
mod layout;
mod levels;
mod names;
mod outside;
#[cfg_attr(not(feature = "access-management"), path = "absent/policies.rs")]
mod policies;
mod refusal;
mod reply;
mod resources;
mod restored;
mod security_tree;
mod settings;
mod start;
mod sweep;
mod target;
mod trace;

pub use csf_access::{Country, Location, Point};

pub use association::{Association, AssociationKind, Associations};
pub use audit::{AuditAnswer, AuditKind, AuditQuestion, AuditRecord, Chain, MAX_PSEUDONYMS, Pruned};
pub use authentication::{Caller, Channel, Evidence};
#[cfg(feature = "access-management")]
pub use authorization::{Authorization, AuthorizationStep, Decision, Question};
pub use door::{Service, SetupError};
pub use hop::Hop;
pub use keys::Compared;
pub use outside::{
    Answer, AuditUnavailable, ConfigurationChange, ConfigurationRefused, Need, Outside, RequestNumber,
    SendError,
};
pub use restored::{MAX_VOIDED, Voided, note_restored};
pub use settings::{
    Admission, AuthorizationServer, Components, Consultation, ContentEncryption, DefaultAccess, Laboratory,
    ServiceLimits, Settings, SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind,
};
pub use start::{StartError, Started};
pub use sweep::Swept;
pub use trace::{Step, Trace};
