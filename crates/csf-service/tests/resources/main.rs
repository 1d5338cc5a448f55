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
mod linking;
mod names;
mod policies;
mod registration;
mod results;
mod scenery;
mod sweeping;
