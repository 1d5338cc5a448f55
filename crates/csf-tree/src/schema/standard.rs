//! The standard oneM2M types that the node hosts (TS-0001 9.6, TS-0004 7.4).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};

/// Attributes of every resource (TS-0001 9.6.1.3.1), labels aside.
pub(super) const IDENTITY: &[Attribute] = &[
    Attribute::once("rn", "resourceName", Kind::Name),
    Attribute::read_only("ty", "resourceType", Kind::Integer(1)),
    Attribute::read_only("ri", "resourceID", Kind::Text),
    Attribute::read_only("pi", "parentID", Kind::Text),
    Attribute::read_only("ct", "creationTime", Kind::Time),
    Attribute::read_only("lt", "lastModifiedTime", Kind::Time),
];

/// What whoever may update a resource may say about it.
pub(super) const LABELS: &[Attribute] = &[Attribute::optional("lbl", "labels", Kind::Tokens)];

/// The time at which a resource ends.
pub(super) const EXPIRY: &[Attribute] = &[Attribute::optional("et", "expirationTime", Kind::Time)];

/// The policies that govern a resource.
pub(super) const GOVERNED: &[Attribute] =
    &[Attribute::optional("acpi", "accessControlPolicyIDs", Kind::Texts)];

/// Who is consulted where the policies do not permit something.
pub(super) const CONSULTED: &[Attribute] =
    &[Attribute::optional("daci", "dynamicAuthorizationConsultationIDs", Kind::Texts)];

/// The creator, shown where asked for, and the custodian.
pub(super) const CREATOR: &[Attribute] = &[Attribute::once("cr", "creator", Kind::Text)];

/// Who has default access instead of the creator.
pub(super) const CUSTODIAN: &[Attribute] = &[Attribute::optional("cstn", "custodian", Kind::Text)];

/// What most types that requests create have in common: no children, a creator and a custodian, and a sealed place.
pub(super) const SEALED: Schema = Schema {
    // Each type says what it is, and how it is called.
    resource_type: ResourceType::from_number(0),
    name: "",
    root: "",
    container_definition: None,
    id_prefix: "",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN],
    unsupported: &["at", "aa"],
};

/// `<CSEBase>`
pub static CSE_BASE: Schema = Schema {
    resource_type: ResourceType::CSE_BASE,
    name: "CSEBase",
    root: "m2m:cb",
    container_definition: None,
    id_prefix: "",
    ordinary: false,
    creatable: false,
    children: &[
        "m2m:ae", "m2m:cnt", "m2m:acp", "m2m:grp", "m2m:csr", "m2m:nod", "m2m:auds", "m2m:aupy", "m2m:auif",
        "m2m:rol", "m2m:tk", "m2m:dac", "m2m:mssp", "m2m:asar", "m2m:fcnt",
    ],
    attributes: &[
        Attribute::read_only("cst", "cseType", Kind::Integer(1)),
        Attribute::read_only("csi", "CSE-ID", Kind::Text),
        Attribute::read_only("srt", "supportedResourceType", Kind::Any),
        Attribute::read_only("srv", "supportedReleaseVersions", Kind::Texts),
        Attribute::read_only("poa", "pointOfAccess", Kind::Texts),
        Attribute::read_only("ctm", "currentTime", Kind::Time),
        Attribute::read_only("csz", "contentSerialization", Kind::Texts),
        // A CSEBase is not updated by requests, so its policies are the provider's business (TS-0004 7.4.3).
        Attribute::read_only("acpi", "accessControlPolicyIDs", Kind::Texts),
    ],
    shared: &[IDENTITY, LABELS],
    unsupported: &[],
};

/// `<AE>`
pub static AE: Schema = Schema {
    resource_type: ResourceType::AE,
    name: "AE",
    root: "m2m:ae",
    container_definition: None,
    id_prefix: "",
    ordinary: false,
    creatable: true,
    children: &["m2m:cnt", "m2m:acp", "m2m:grp", "m2m:dac", "m2m:fcnt"],
    attributes: &[
        Attribute::fixed("api", "App-ID", Kind::Text),
        Attribute::required("rr", "requestReachability", Kind::Bool),
        Attribute::required("srv", "supportedReleaseVersions", Kind::Texts),
        Attribute::optional("apn", "appName", Kind::Text),
        Attribute::optional("poa", "pointOfAccess", Kind::Texts),
        Attribute::optional("or", "ontologyRef", Kind::Text),
        Attribute::optional("nl", "nodeLink", Kind::Text),
        Attribute::optional("csz", "contentSerialization", Kind::Serializations),
        Attribute::read_only("aei", "AE-ID", Kind::Text),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED],
    unsupported: &["at", "aa", "esi", "mei", "regs", "trps", "scp", "tren", "ape", "tri", "trn"],
};

/// `<container>`
pub static CONTAINER: Schema = Schema {
    resource_type: ResourceType::CONTAINER,
    name: "container",
    root: "m2m:cnt",
    container_definition: None,
    id_prefix: "cnt-",
    ordinary: true,
    creatable: true,
    children: &["m2m:cnt", "m2m:cin", "m2m:fcnt"],
    attributes: &[
        Attribute::optional("mni", "maxNrOfInstances", Kind::Integer(0)),
        Attribute::optional("mbs", "maxByteSize", Kind::Integer(0)),
        Attribute::optional("mia", "maxInstanceAge", Kind::Integer(0)),
        Attribute::optional("or", "ontologyRef", Kind::Text),
        Attribute::optional("disr", "disableRetrieval", Kind::Bool),
        Attribute::read_only("st", "stateTag", Kind::Integer(0)),
        Attribute::read_only("cni", "currentNrOfInstances", Kind::Integer(0)),
        Attribute::read_only("cbs", "currentByteSize", Kind::Integer(0)),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN],
    unsupported: &["at", "aa", "li", "loc"],
};

/// `<contentInstance>`: no policies of its own; its container's apply.
pub static CONTENT_INSTANCE: Schema = Schema {
    resource_type: ResourceType::CONTENT_INSTANCE,
    name: "contentInstance",
    root: "m2m:cin",
    container_definition: None,
    id_prefix: "cin-",
    ordinary: true,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::fixed("con", "content", Kind::Any),
        Attribute::once("cnf", "contentInfo", Kind::ContentInfo),
        Attribute::once("or", "ontologyRef", Kind::Text),
        Attribute::once("dgt", "dataGenerationTime", Kind::Time),
        Attribute::read_only("cs", "contentSize", Kind::Integer(0)),
        Attribute::read_only("st", "stateTag", Kind::Integer(0)),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, CREATOR],
    unsupported: &["at", "aa", "conr", "dcnt", "loc"],
};

/// `<accessControlPolicy>`: governed by its own `pvs`, so it links no policies.
pub static ACCESS_CONTROL_POLICY: Schema = Schema {
    resource_type: ResourceType::ACCESS_CONTROL_POLICY,
    name: "accessControlPolicy",
    root: "m2m:acp",
    container_definition: None,
    id_prefix: "acp-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("pv", "privileges", Kind::Object),
        Attribute::required("pvs", "selfPrivileges", Kind::Object),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY],
    unsupported: &["at", "aa", "adri", "apri", "airi"],
};
