//! The component for oneM2M resources: create, retrieve, update, delete, discover, register.

mod append;
mod below;
mod children;
mod conditions;
mod container;
mod content;
mod create;
mod delete;
mod discover;
#[cfg(test)]
mod documentation;
mod draft;
mod flex_container;
mod group;
mod identity;
pub(crate) mod quota;
mod register;
mod register_cse;
mod result;
mod retrieve;
mod update;
mod walk;

pub(crate) use conditions::{must_be_known, must_match, must_meet};
pub(crate) use container::{json_length, must_be_open};
pub(crate) use content::{
    body, changes_decisions, governs, is_notification, is_relinking, must_have_access_management,
    schema_of_child,
};
pub(crate) use create::create;
pub(crate) use delete::{delete, remove_part};
pub(crate) use discover::discover;
pub(crate) use draft::{Placement, draft_free as draft_of, place, unplace};
pub(crate) use register::register;
#[cfg(feature = "access-management")]
pub(crate) use register_cse::cse_of_id;
pub(crate) use register_cse::{is_cse_registration, is_registered_cse, register_cse};
pub(crate) use result::{OF_CREATE, created, last_seen, modified, must_allow, must_support};
pub(crate) use retrieve::{retrieve, show};
pub(crate) use update::update;
