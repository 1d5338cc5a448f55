//! The component for keys: key objects in a secure storage, with the key itself in its secure environment
//! (draft 6.3.5.2; requirements SDH-2 and SDH-4).
//!
//! A write that spans store and secure environment goes in three steps: the intent into the store, the act
//! in the secure environment, the outcome into the store. Whatever a crash leaves between them is brought
//! to an end at the next start; see [`reconcile`]. After a restore there may be keys without objects and objects
//! without keys; see [`compare()`].

mod compare;
mod create;
mod derivation;
mod destroy;
mod hand_over;
mod intent;
mod key_object;
mod material;
mod rotate;
mod unwrapping;
mod usable;

pub use compare::Compared;
pub(crate) use compare::compare;
pub(crate) use create::create;
pub(crate) use destroy::destroy;
pub(crate) use hand_over::{change as hand_over, touches as touches_owner};
pub(crate) use intent::{must_stay, reconcile};
#[cfg(feature = "access-management")]
pub(crate) use key_object::{ACTIVE, key_id, level_in};
pub(crate) use key_object::{absent_environment, environment_of, owner_of};
pub(crate) use rotate::{is_rotation, rotate};
#[cfg(feature = "sensitive-functions")]
pub(crate) use usable::UsableKey;
#[cfg(any(feature = "access-management", feature = "sensitive-functions"))]
pub(crate) use usable::usable;
