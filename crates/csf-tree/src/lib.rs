//! oneM2M resources over records: what types there are, which attributes they have, and where they lie.
//!
//! ```text
//!   Address ── route ──▶ where to begin ── name records ──▶ ResourceId ── resource record ──▶ Resource
//!   Content ── schema ──▶ checked attributes ─────────────────────────── encode ──▶ record bytes
//! ```
//!
//! The attribute tables in [`schema`] are data: checking, representing and documenting all read the same
//! table. Nothing here reads a clock or touches a store; the crate makes keys and bytes, and takes them
//! apart again.
//!
//! What it refuses to be: a judge. It knows that a container has a `mni`, not who may set it.
//!
//! ```
//! use csf_api::{Object, Value};
//! use csf_tree::schema::{self, CONTAINER};
//!
//! let body = Object::new().with("mni", Value::Integer(10)).with("lbl", Value::texts(["room-1"]));
//! assert!(schema::check_create(&CONTAINER, &body).is_ok());
//!
//! let body = Object::new().with("mni", Value::text("ten"));
//! let error = schema::check_create(&CONTAINER, &body).unwrap_err();
//! assert_eq!(error.to_string(), "attribute 'mni': expected an integer of at least 0, found string");
//! ```

mod child;
mod codec;
mod head;
mod identifier;
mod keys;
mod represent;
mod resource;
mod route;
pub mod schema;

pub use child::Child;
pub use codec::DecodeError;
pub use head::Head;
pub use identifier::Ordinal;
pub use keys::{
    child_key, child_range, count_key, counted_key, end_key, end_of, end_range, listed_key, listed_of,
    listed_range, mark_key, name_key, resource_key, spaces,
};
pub use represent::{represent, select};
pub use resource::{NOBODY, Registrant, Resource};
pub use route::{Route, Start, is_here, route};
