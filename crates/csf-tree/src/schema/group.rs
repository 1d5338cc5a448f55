//! `<group>`: members that one request reaches through the virtual `fopt` (TS-0001 9.6.13, TS-0004 7.4.13).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};
use super::standard::SEALED;

/// `<group>`
pub static GROUP: Schema = Schema {
    resource_type: ResourceType::GROUP,
    name: "group",
    root: "m2m:grp",
    id_prefix: "grp-",
    attributes: &[
        Attribute::required("mnm", "maxNrOfMembers", Kind::Integer(1)),
        Attribute::required("mid", "memberIDs", Kind::Texts),
        Attribute::once("mt", "memberType", Kind::Integer(0)),
        Attribute::once("spty", "specializationType", Kind::Text),
        Attribute::once("csy", "consistencyStrategy", Kind::Integer(1)),
        Attribute::optional("macp", "membersAccessControlPolicyIDs", Kind::Texts),
        Attribute::optional("gn", "groupName", Kind::Text),
        Attribute::read_only("cnm", "currentNrOfMembers", Kind::Integer(0)),
        Attribute::read_only("mtv", "memberTypeValidated", Kind::Bool),
    ],
    unsupported: &["at", "aa", "nar", "ssi"],
    ..SEALED
};
