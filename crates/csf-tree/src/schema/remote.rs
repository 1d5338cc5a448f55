//! `<remoteCSE>` and `<node>`: other CSEs, and the devices that entities run on (TS-0001 9.6.4, 9.6.18;
//! TS-0004 7.4.4, 7.4.18).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CONSULTED, CREATOR, CUSTODIAN, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// `<remoteCSE>`: a CSE that registered here. Its identifier follows from its CSE-ID.
pub static REMOTE_CSE: Schema = Schema {
    resource_type: ResourceType::REMOTE_CSE,
    name: "remoteCSE",
    root: "m2m:csr",
    container_definition: None,
    id_prefix: "",
    ordinary: false,
    creatable: true,
    children: &["m2m:cnt", "m2m:acp", "m2m:grp", "m2m:dac", "m2m:fcnt"],
    attributes: &[
        Attribute::new("cb", "CSEBase", Kind::Text, Presence::Mandatory, Presence::Forbidden),
        // Set to From; a registree may say the same.
        Attribute::new("csi", "CSE-ID", Kind::Text, Presence::Optional, Presence::Forbidden),
        Attribute::new("cst", "cseType", Kind::Integer(1), Presence::Optional, Presence::Forbidden),
        Attribute::required("rr", "requestReachability", Kind::Bool),
        Attribute::required("srv", "supportedReleaseVersions", Kind::Texts),
        Attribute::optional("poa", "pointOfAccess", Kind::Texts),
        Attribute::optional("nl", "nodeLink", Kind::Text),
        Attribute::optional("csz", "contentSerialization", Kind::Texts),
        Attribute::optional("dcse", "descendantCSEs", Kind::Texts),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED],
    unsupported: &["at", "aa", "mei", "tri", "trn", "esi", "mtcc", "egid", "tren", "ape"],
};

/// `<node>`
pub static NODE: Schema = Schema {
    resource_type: ResourceType::NODE,
    name: "node",
    root: "m2m:nod",
    container_definition: None,
    id_prefix: "nod-",
    ordinary: false,
    creatable: true,
    children: &["dcfg:nycfc", "m2m:mem", "m2m:bat", "m2m:dvi"],
    attributes: &[
        Attribute::required("ni", "nodeID", Kind::Text),
        Attribute::optional("hcl", "hostedCSELink", Kind::Text),
        Attribute::optional("hael", "hostedAELinks", Kind::Tokens),
        Attribute::optional("hsl", "hostedServiceLinks", Kind::Texts),
        Attribute::optional("mgca", "mgmtClientAddress", Kind::Text),
        Attribute::read_only("rms", "roamingStatus", Kind::Any),
        Attribute::read_only("nid", "networkID", Kind::Text),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN],
    unsupported: &["at", "aa"],
};
