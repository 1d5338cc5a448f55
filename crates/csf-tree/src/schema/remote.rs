//! `<remoteCSE>` and `<node>`: other CSEs, and the devices that entities run on (TS-0001 9.6.4, 9.6.18;
//! TS-0004 7.4.4, 7.4.18).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};
use super::standard::{CONSULTED, EXPIRY, GOVERNED, IDENTITY, LABELS, SEALED};

/// `<remoteCSE>`: a CSE that registered here. Its identifier follows from its CSE-ID.
pub static REMOTE_CSE: Schema = Schema {
    resource_type: ResourceType::REMOTE_CSE,
    name: "remoteCSE",
    root: "m2m:csr",
    children: &["m2m:cnt", "m2m:acp", "m2m:grp", "m2m:dac", "m2m:fcnt"],
    attributes: &[
        Attribute::fixed("cb", "CSEBase", Kind::Text),
        // Set to From; a registree may say the same.
        Attribute::once("csi", "CSE-ID", Kind::Text),
        Attribute::once("cst", "cseType", Kind::Integer(1)),
        Attribute::required("rr", "requestReachability", Kind::Bool),
        Attribute::required("srv", "supportedReleaseVersions", Kind::Texts),
        Attribute::optional("poa", "pointOfAccess", Kind::Texts),
        Attribute::optional("nl", "nodeLink", Kind::Text),
        Attribute::optional("csz", "contentSerialization", Kind::Texts),
        Attribute::optional("dcse", "descendantCSEs", Kind::Texts),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED],
    unsupported: &["at", "aa", "mei", "tri", "trn", "esi", "mtcc", "egid", "tren", "ape"],
    ..SEALED
};

/// `<node>`
pub static NODE: Schema = Schema {
    resource_type: ResourceType::NODE,
    name: "node",
    root: "m2m:nod",
    id_prefix: "nod-",
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
    ..SEALED
};
