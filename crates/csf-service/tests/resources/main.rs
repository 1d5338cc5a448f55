//! Whole requests about resources, from registration to deletion, on every storage.

mod administrator;
mod callers;
mod conditions;
mod containers;
mod decisions;
mod deletion;
mod discovery;
mod expiry;
mod facts;
mod filters;
mod flex_containers;
mod forged;
mod group_members;
mod groups;
mod limits;
mod linking;
mod managed;
mod more_types;
mod names;
mod policies;
mod registration;
mod release_1;
mod remote_cse;
mod results;
mod scenery;
mod sweeping;
