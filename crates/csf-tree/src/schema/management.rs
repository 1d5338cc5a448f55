//! `<mgmtObj>`: what is managed on a device, as data (TS-0001 9.6.15, TS-0022 7.1). Its `mgd` names the specialisation.

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CONSULTED, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// The specialisations that this build hosts, by `mgd`.
pub(super) static SPECIALISATIONS: &[(i64, &Schema)] = &[(1023, &MY_CERTIFICATE_FILE)];

/// What every specialisation has.
const GENERIC: &[Attribute] = &[
    Attribute::new("mgd", "mgmtDefinition", Kind::Integer(0), Presence::Mandatory, Presence::Forbidden),
    Attribute::new("obis", "objectIDs", Kind::Texts, Presence::Optional, Presence::Forbidden),
    Attribute::new("obps", "objectPaths", Kind::Texts, Presence::Optional, Presence::Forbidden),
    Attribute::optional("dc", "description", Kind::Text),
];

/// `[myCertFileCred]`: a certificate of the device, and what it may be used for. Nothing here uses it.
pub static MY_CERTIFICATE_FILE: Schema = Schema {
    resource_type: ResourceType::MANAGEMENT_OBJECT,
    name: "myCertFileCred",
    root: "dcfg:nycfc",
    container_definition: None,
    id_prefix: "mgo-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("suids", "SUIDs", Kind::SecurityUsages),
        Attribute::new("mcff", "myCertFileFormat", Kind::Text, Presence::Mandatory, Presence::Forbidden),
        Attribute::new("mcfc", "myCertFileContent", Kind::LongText, Presence::Mandatory, Presence::Forbidden),
    ],
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED],
    unsupported: &["at", "aa", "cmlk"],
};
