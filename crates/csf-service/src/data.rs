//! The component for sensitive data: octets that an entity has stored, and that nobody but their owner gets back
//! (draft 6.3.5.2; requirements SDH-1 to SDH-3).
//!
//! ```text
//!   res/sdo-…       the object: owner, size, level, labels                 shown
//!   content/sdo-…   the octets, sealed by the secure environment for       given to the owner alone,
//!                   this object of this owner                              and only by a RETRIEVE of the object
//!   usage/…         how much an owner has in a storage                     counted in the same batch
//! ```
//!
//! The octets are no attribute of the resource as it is stored. So no way of showing resources can show them by
//! mistake. Sealing keeps no state in the secure environment: a batch in the store is the whole of every change.

mod change;
mod content;
mod create;
mod hand_over;
mod remove;
mod retrieve;
mod usage;

pub(crate) use change::change;
pub(crate) use create::create;
pub(crate) use remove::{delete, remove};
pub(crate) use retrieve::{retrieve, shown};
