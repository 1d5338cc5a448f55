//! Roles and tokens, which access decisions read, and who is consulted about them and the points of distributed
//! authorization, as data (TS-0001 9.6.37 to 9.6.43, TS-0004 7.4.39 to 7.4.45).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};
use super::standard::SEALED;

/// `<authorizationDecision>`: an UPDATE with a question is answered and leaves nothing, so the attributes that ask are no
/// attributes that anything keeps.
pub static AUTHORIZATION_DECISION: Schema = Schema {
    resource_type: ResourceType::AUTHORIZATION_DECISION,
    name: "authorizationDecision",
    root: "m2m:auds",
    id_prefix: "auds-",
    attributes: &[
        Attribute::read_only("dec", "decision", Kind::Integer(1)),
        Attribute::read_only("sus", "status", Kind::Integer(1)),
    ],
    unsupported: &["at", "aa", "to", "fr", "op", "rrt", "fu", "rids", "tids", "tkns", "rtm", "olo", "oip"],
    ..SEALED
};

/// `<authorizationPolicy>`: it hands out no policies, so the attribute that asks for them is not supported.
pub static AUTHORIZATION_POLICY: Schema = Schema {
    resource_type: ResourceType::AUTHORIZATION_POLICY,
    name: "authorizationPolicy",
    root: "m2m:aupy",
    id_prefix: "aupy-",
    attributes: &[
        Attribute::read_only("ps", "policies", Kind::Object),
        Attribute::read_only("ca", "combiningAlgorithm", Kind::Integer(1)),
        Attribute::read_only("sus", "status", Kind::Integer(1)),
    ],
    unsupported: &["at", "aa", "to"],
    ..SEALED
};

/// `<authorizationInformation>`: where roles and tokens are kept. It answers no questions, so the attributes
/// that ask one are not supported.
pub static AUTHORIZATION_INFORMATION: Schema = Schema {
    resource_type: ResourceType::AUTHORIZATION_INFORMATION,
    name: "authorizationInformation",
    root: "m2m:auif",
    id_prefix: "auif-",
    children: &["m2m:rol", "m2m:tk"],
    attributes: &[Attribute::read_only("sus", "status", Kind::Integer(1))],
    unsupported: &["at", "aa", "fr", "rids", "tids"],
    ..SEALED
};

/// `<role>`
pub static ROLE: Schema = Schema {
    resource_type: ResourceType::ROLE,
    name: "role",
    root: "m2m:rol",
    id_prefix: "rol-",
    attributes: &[
        Attribute::fixed("rlid", "roleID", Kind::Text),
        Attribute::fixed("tkis", "issuer", Kind::Text),
        Attribute::fixed("tkhd", "holder", Kind::Text),
        Attribute::fixed("tknb", "notBefore", Kind::Time),
        Attribute::fixed("tkna", "notAfter", Kind::Time),
        Attribute::once("rlnm", "roleName", Kind::Text),
        Attribute::optional("rltl", "tokenLink", Kind::Text),
    ],
    ..SEALED
};

/// `<token>`
pub static TOKEN: Schema = Schema {
    resource_type: ResourceType::TOKEN,
    name: "token",
    root: "m2m:tk",
    id_prefix: "tk-",
    attributes: &[
        Attribute::fixed("tkid", "tokenID", Kind::Text),
        Attribute::fixed("tkob", "tokenObject", Kind::Text),
        Attribute::once("vr", "version", Kind::Text),
        Attribute::once("tkis", "issuer", Kind::Text),
        Attribute::once("tkhd", "holder", Kind::Text),
        Attribute::once("tknb", "notBefore", Kind::Time),
        Attribute::once("tkna", "notAfter", Kind::Time),
        Attribute::once("tknm", "tokenName", Kind::Text),
        Attribute::once("tkau", "audience", Kind::Texts),
        Attribute::once("tkps", "permissions", Kind::Object),
        Attribute::once("tkex", "extension", Kind::Text),
    ],
    ..SEALED
};

/// `<dynamicAuthorizationConsultation>`
pub static DYNAMIC_AUTHORIZATION_CONSULTATION: Schema = Schema {
    resource_type: ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION,
    name: "dynamicAuthorizationConsultation",
    root: "m2m:dac",
    id_prefix: "dac-",
    attributes: &[
        Attribute::required("dae", "dynamicAuthorizationEnabled", Kind::Bool),
        Attribute::required("dap", "dynamicAuthorizationPoA", Kind::Tokens),
        Attribute::optional("dal", "dynamicAuthorizationLifetime", Kind::Time),
    ],
    ..SEALED
};
