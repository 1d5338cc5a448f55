//! Security administration: the configuration of the running node, and the registry of what it manages
//! (draft 6.2.1, 6.3.3; requirements ADM-1, ARC-12, ARC-14).
//!
//! Both are resources below `security/administration`, governed by the administrator's policy alone. They are
//! computed when they are read; the node outside keeps the configuration and changes it, as a whole or not at all.

mod associations;
mod configuration;
mod registry;

pub(crate) use configuration::{change, is_change, shown};
pub(crate) use registry::listed;
