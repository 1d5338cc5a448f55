//! The draft's own resources (draft 5.2, 6.3.5), as flexContainer specialisations with the prefix `csf:`.

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CUSTODIAN, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// Everybody may update the tree, because that is how functions are invoked. So nothing in it can be written
/// but `acpi`, which asks for more.
const COMPUTED: Schema = Schema {
    resource_type: ResourceType::FLEX_CONTAINER,
    name: "",
    root: "",
    container_definition: None,
    id_prefix: "",
    ordinary: false,
    creatable: false,
    children: &[],
    attributes: &[],
    shared: &[IDENTITY, GOVERNED, DEFINITION],
    unsupported: &["lbl", "at", "aa", "daci", "or", "nl"],
};

pub(super) const DEFINITION: &[Attribute] = &[Attribute::fixed("cnd", "containerDefinition", Kind::Text)];

/// The Security CSF itself (RES-1).
pub static SECURITY: Schema = Schema {
    name: "securityCSF",
    root: "csf:securityCSF",
    container_definition: Some("csf:securityCSF"),
    attributes: &[
        Attribute::read_only("acR", "accessRights", Kind::Object),
        Attribute::read_only("seL", "securityLevel", Kind::Any),
        Attribute::read_only("prf", "profile", Kind::Text),
        Attribute::read_only("cmp", "components", Kind::Texts),
    ],
    ..COMPUTED
};

/// Sensitive data handling: which functions and storages there are (RES-2).
pub static SENSITIVE_DATA: Schema = Schema {
    name: "sensitiveDataHandling",
    root: "csf:sensitiveDataHandling",
    container_definition: Some("csf:sensitiveDataHandling"),
    attributes: &[
        Attribute::read_only("fns", "sensitiveFunctions", Kind::Texts),
        Attribute::read_only("stg", "secureStorages", Kind::Texts),
    ],
    ..COMPUTED
};

/// One sensitive function (RES-5).
pub static FUNCTION: Schema = Schema {
    name: "sensitiveFunction",
    root: "csf:sensitiveFunction",
    container_definition: Some("csf:sensitiveFunction"),
    attributes: &[
        Attribute::read_only("fid", "sensitiveFunctionID", Kind::Text),
        Attribute::read_only("ver", "version", Kind::Text),
        Attribute::read_only("seL", "supportedSecurityLevel", Kind::Integer(0)),
        Attribute::read_only("alg", "algorithms", Kind::Texts),
        Attribute::read_only("env", "environments", Kind::Any),
    ],
    ..COMPUTED
};

/// One secure storage, in one secure environment.
pub static STORAGE: Schema = Schema {
    name: "secureStorage",
    root: "csf:secureStorage",
    container_definition: Some("csf:secureStorage"),
    children: &["csf:keyObject", "csf:dataObject"],
    attributes: &[
        Attribute::read_only("sID", "m2mSeID", Kind::Text),
        Attribute::read_only("seL", "securityLevel", Kind::Integer(0)),
    ],
    ..COMPUTED
};

/// One secure environment (RES-3, TRN-2); attributes by TS-0016 where it has them.
pub static ENVIRONMENT: Schema = Schema {
    name: "secureEnvironment",
    root: "csf:secureEnvironment",
    container_definition: Some("csf:secureEnvironment"),
    attributes: &[
        Attribute::read_only("seT", "SEType", Kind::Integer(1)),
        Attribute::read_only("seL", "securityLevel", Kind::Integer(0)),
        Attribute::read_only("sID", "m2mSeID", Kind::Text),
        Attribute::read_only("stt", "state", Kind::Text),
        Attribute::read_only("sim", "simulates", Kind::Text),
        Attribute::read_only("lvR", "levelReason", Kind::Text),
    ],
    ..COMPUTED
};

/// References to the policies in force.
pub static POLICIES: Schema = Schema {
    name: "policies",
    root: "csf:policies",
    container_definition: Some("csf:policies"),
    attributes: &[Attribute::read_only("pol", "policiesInForce", Kind::Texts)],
    ..COMPUTED
};

/// The authorization service: an UPDATE asks it whether an originator may do something (draft 6.3.1.2).
pub static AUTHORIZATION_SERVICE: Schema = Schema {
    name: "authorizationService",
    root: "csf:authorizationService",
    container_definition: Some("csf:authorizationService"),
    ..COMPUTED
};

/// The authentication service: an UPDATE has it give a challenge, answer one, or check an answer, by the credentials
/// below it (draft 6.3.1.3).
pub static AUTHENTICATION_SERVICE: Schema = Schema {
    name: "authenticationService",
    root: "csf:authenticationService",
    container_definition: Some("csf:authenticationService"),
    children: &["csf:credential"],
    attributes: &[Attribute::read_only("alg", "algorithms", Kind::Texts)],
    ..COMPUTED
};

/// By what an entity authenticates itself: a key object of its own, or the public part of a key that it has elsewhere.
pub static CREDENTIAL: Schema = Schema {
    name: "credential",
    root: "csf:credential",
    container_definition: Some("csf:credential"),
    id_prefix: "crd-",
    creatable: true,
    attributes: &[
        Attribute::required("vBy", "verifiedBy", Kind::Texts),
        Attribute::optional("kInf", "keyInformation", Kind::Text),
        Attribute::optional("kDt", "keyData", Kind::Text),
        Attribute::optional("Salg", "algorithm", Kind::Text),
        Attribute::read_only("own", "owner", Kind::Text),
        Attribute::read_only("seL", "securityLevel", Kind::Integer(0)),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, DEFINITION],
    unsupported: &["cstn", "at", "aa", "daci", "or", "nl"],
    ..COMPUTED
};

/// Security administration: what runs here, for administrators.
pub static SECURITY_ADMINISTRATION: Schema = Schema {
    name: "securityAdministration",
    root: "csf:securityAdministration",
    container_definition: Some("csf:securityAdministration"),
    attributes: &[
        Attribute::read_only("ver", "softwareVersion", Kind::Text),
        Attribute::read_only("upS", "uptimeSeconds", Kind::Integer(0)),
        Attribute::read_only("stI", "storeID", Kind::Text),
        Attribute::read_only("lab", "laboratorySwitches", Kind::Texts),
        Attribute::read_only("cmt", "compatibilitySwitches", Kind::Texts),
        Attribute::read_only("aud", "auditState", Kind::Text),
        Attribute::read_only("mem", "memoryState", Kind::Text),
        Attribute::read_only("hlt", "health", Kind::Texts),
    ],
    ..COMPUTED
};

/// The configuration in force. It is changed by an UPDATE with a content of its own.
pub static CONFIGURATION: Schema = Schema {
    name: "configuration",
    root: "csf:configuration",
    container_definition: Some("csf:configuration"),
    attributes: &[Attribute::read_only("eff", "effectiveConfiguration", Kind::Object)],
    ..COMPUTED
};

/// What this node manages: entities, owners, associations, secure environments, functions (ARC-14).
pub static REGISTRY: Schema = Schema {
    name: "registry",
    root: "csf:registry",
    container_definition: Some("csf:registry"),
    attributes: &[
        Attribute::read_only("enC", "entityCount", Kind::Integer(0)),
        Attribute::read_only("ent", "entities", Kind::Any),
        Attribute::read_only("owC", "ownerCount", Kind::Integer(0)),
        Attribute::read_only("own", "owners", Kind::Any),
        Attribute::read_only("asC", "associationCount", Kind::Integer(0)),
        Attribute::read_only("ass", "associations", Kind::Any),
        Attribute::read_only("ses", "secureEnvironments", Kind::Any),
        Attribute::read_only("fns", "sensitiveFunctions", Kind::Texts),
        Attribute::read_only("cut", "listIsCut", Kind::Bool),
    ],
    ..COMPUTED
};

/// A key in a secure environment. The key itself is no stored attribute, and leaves only in wrapped form; one that was
/// made elsewhere comes in as `kMt`.
pub static KEY_OBJECT: Schema = Schema {
    name: "keyObject",
    root: "csf:keyObject",
    container_definition: Some("csf:keyObject"),
    id_prefix: "key-",
    creatable: true,
    attributes: &[
        Attribute::fixed("kAl", "keyAlgorithm", Kind::Text),
        Attribute::fixed("kUs", "keyUses", Kind::Texts),
        Attribute::once("msl", "minSecurityLevel", Kind::Integer(0)),
        Attribute::optional("kMt", "keyMaterial", Kind::Octets),
        Attribute::once("kFr", "keyFrom", Kind::Text),
        Attribute::once("kDA", "keyDerivationAlgorithm", Kind::Text),
        Attribute::once("kFG", "keyFromGeneration", Kind::Integer(1)),
        Attribute::once("kPb", "peerPublicKey", Kind::Text),
        Attribute::once("slt", "salt", Kind::Text),
        Attribute::once("inf", "info", Kind::Text),
        Attribute::new("own", "owner", Kind::Text, Presence::Forbidden, Presence::Optional),
        Attribute::optional("nOw", "nextOwner", Kind::Text),
        Attribute::read_only("nBy", "namedBy", Kind::Text),
        Attribute::read_only("nUn", "nextOwnerUntil", Kind::Text),
        Attribute::read_only("imp", "imported", Kind::Bool),
        Attribute::new("gen", "generation", Kind::Integer(1), Presence::Forbidden, Presence::Optional),
        Attribute::once("exp", "exportable", Kind::Bool),
        Attribute::read_only("seL", "securityLevel", Kind::Integer(0)),
        Attribute::read_only("stt", "state", Kind::Text),
        Attribute::read_only("kDt", "keyData", Kind::Text),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CUSTODIAN, DEFINITION],
    unsupported: &["at", "aa", "daci", "or", "nl"],
    ..COMPUTED
};

/// The most bytes that one sensitive data object holds, whatever the settings say: what a secure environment seals
/// in one command, with room for its own.
pub const MAX_SENSITIVE_BYTES: usize = 61_440;

/// Octets that an entity has stored (SDH-1). They are no stored attribute: `msg` comes in with a request, lies
/// sealed beside the object, and goes out to the owner alone.
pub static DATA_OBJECT: Schema = Schema {
    name: "dataObject",
    root: "csf:dataObject",
    container_definition: Some("csf:dataObject"),
    id_prefix: "sdo-",
    creatable: true,
    attributes: &[
        Attribute::required("msg", "content", Kind::Octets),
        Attribute::once("msl", "minSecurityLevel", Kind::Integer(0)),
        Attribute::new("own", "owner", Kind::Text, Presence::Forbidden, Presence::Optional),
        Attribute::optional("nOw", "nextOwner", Kind::Text),
        Attribute::read_only("nBy", "namedBy", Kind::Text),
        Attribute::read_only("nUn", "nextOwnerUntil", Kind::Text),
        Attribute::read_only("cbs", "contentSize", Kind::Integer(0)),
        Attribute::read_only("st", "stateTag", Kind::Integer(0)),
        Attribute::read_only("seL", "securityLevel", Kind::Integer(0)),
        Attribute::read_only("prt", "protection", Kind::Text),
    ],
    shared: &[IDENTITY, LABELS, EXPIRY, DEFINITION],
    unsupported: &["acpi", "cstn", "at", "aa", "daci", "or", "nl"],
    ..COMPUTED
};
