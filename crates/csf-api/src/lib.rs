//! The nouns of the Security CSF.
//!
//! Every layer speaks these words: who asks ([`EntityId`]), for what ([`Operation`], [`Address`]), with
//! which content ([`Value`]), and what the answer is ([`Response`], [`Status`]). The crate has no
//! behaviour beyond parsing and printing its own words, touches no clock, socket or thread, and knows no
//! serialisation: mirror types at the edge (`proto-primitive`) turn bytes into these types and back.
//!
//! ```text
//!   bytes ── proto-primitive ──▶ Request ──▶ csf-service ──▶ Response ── proto-primitive ──▶ bytes
//!                                   every type in this picture is defined here
//! ```
//!
//! A value that could not be right cannot be built: identifiers, addresses and times have private fields
//! and a parser that says what is wrong and where.
//!
//! ```
//! use csf_api::{Address, EntityId, Home};
//!
//! let home = Home::new("//csf.example", "/id-mn")?;
//! let meter = EntityId::parse("Cmeter", &home)?;
//! assert_eq!(meter.absolute(), "//csf.example/id-mn/Cmeter");
//! assert_eq!(meter, EntityId::parse("/id-mn/Cmeter", &home)?);
//!
//! let to = Address::parse("cse-mn/meter/readings")?;
//! assert_eq!(to.segments().len(), 3);
//! assert!(Address::parse("cse-mn/../secrets").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What it refuses to be: a place for helpers. If a function needs anything but its arguments, it belongs
//! to another crate.

mod address;
mod calendar;
mod credentials;
mod entity;
mod entity_tag;
mod filter;
mod level;
mod moment;
mod operation;
mod relative_path;
mod request;
mod resource_type;
mod response;
mod result_content;
mod status;
mod text;
mod time;
mod value;

pub use address::{Address, AddressError, MAX_ADDRESS_BYTES, MAX_ADDRESS_SEGMENTS, Scope};
pub use calendar::Calendar;
pub use credentials::{AssignedTokenId, Credentials, MAX_CREDENTIAL_IDS, MAX_TOKEN_BYTES, MAX_TOKENS};
pub use entity::{EntityId, EntityIdError, EntityKind, Home, MAX_ENTITY_ID_BYTES};
pub use entity_tag::{EntityTag, IfMatch};
pub use filter::{AttributeCondition, FilterCriteria, FilterOperation, RelativeCriteria, Window};
pub use level::SecurityLevel;
pub use moment::Moment;
pub use operation::{AccessOperation, AccessOperations, Operation};
pub use relative_path::{RelativePath, RelativeStep};
pub use request::{
    Content, DEFAULT_DISCOVERY_LIMIT, IdentifierForm, MAX_REQUEST_ID_BYTES, Release, Request, RequestId,
    RequestIdError,
};
pub use resource_type::ResourceType;
pub use response::{Partial, Response};
pub use result_content::ResultContent;
pub use status::Status;
pub use text::{MAX_RESOURCE_NAME_BYTES, NameError, ResourceId, ResourceName};
pub use time::{TimeError, UtcTime};
pub use value::{MAX_VALUE_DEPTH, Object, Value};
