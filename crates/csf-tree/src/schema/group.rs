//! `<group>`: members that one request reaches through the virtual `fopt` (TS-0001 9.6.13, TS-0004 7.4.13).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CONSULTED, CREATOR, CUSTODIAN, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// `<group>`
pub static GROUP: Schema = Schema {
    resource_type: ResourceType::GROUP,
    name: "group",
    root: "m2m:grp",
    container_definition: None,
    id_prefix: "grp-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("mnm", "maxNrOfMembers", Kind::Integer(1)),
        Attribute::required("mid", "memberIDs", Kind::Texts),
        Attribute::new("mt", "memberType", Kind::Integer(0), Presence::Optional, Presence::Forbidden),
        Attribute::new("spty", "specializationType", Kind::Text, Presence::Optional, Presence::Forbidden),
        Attribute::new(
            "csy",
            "consistencyStrategy",
            Kind::Integer(1),
            Presence::Optional,
            Presence::Forbidden,
        ),
        Attribute::optional("macp", "membersAccessControlPolicyIDs", Kind::Texts),
        Attribute::optional("gn", "groupName", Kind::Text),
        Attribute::read_only("cnm", "currentNrOfMembers", Kind::Integer(0)),
        Attribute::read_only("mtv", "memberTypeValidated", Kind::Bool),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN],
    unsupported: &["at", "aa", "nar", "ssi"],
};
