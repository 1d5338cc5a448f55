//! `<mgmtObj>`: what is managed on a device, as data (TS-0001 9.6.15, TS-0022 7.1). Its `mgd` names the specialisation.

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CONSULTED, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// The specialisations that this build hosts, by `mgd`.
pub(super) static SPECIALISATIONS: &[(i64, &Schema)] =
    &[(1003, &MEMORY), (1006, &BATTERY), (1007, &DEVICE_INFO), (1023, &MY_CERTIFICATE_FILE)];

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

/// `[memory]`: what memory a device has, as somebody wrote it down.
pub static MEMORY: Schema = Schema {
    resource_type: ResourceType::MANAGEMENT_OBJECT,
    name: "memory",
    root: "m2m:mem",
    container_definition: None,
    id_prefix: "mgo-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("mma", "memAvailable", Kind::Integer(0)),
        Attribute::required("mmt", "memTotal", Kind::Integer(0)),
    ],
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED],
    unsupported: &["at", "aa", "daci", "cmlk"],
};

/// `[battery]`: how the battery of a device is.
pub static BATTERY: Schema = Schema {
    resource_type: ResourceType::MANAGEMENT_OBJECT,
    name: "battery",
    root: "m2m:bat",
    container_definition: None,
    id_prefix: "mgo-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("btl", "batteryLevel", Kind::Between(0, 100)),
        Attribute::required("bts", "batteryStatus", Kind::Between(1, 7)),
    ],
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED],
    unsupported: &["at", "aa", "daci", "cmlk"],
};

/// `[deviceInfo]`: what a device is.
pub static DEVICE_INFO: Schema = Schema {
    resource_type: ResourceType::MANAGEMENT_OBJECT,
    name: "deviceInfo",
    root: "m2m:dvi",
    container_definition: None,
    id_prefix: "mgo-",
    ordinary: false,
    creatable: true,
    children: &[],
    attributes: &[
        Attribute::required("dlb", "deviceLabel", Kind::Text),
        Attribute::new("man", "manufacturer", Kind::Text, Presence::Mandatory, Presence::Forbidden),
        Attribute::optional("mfdl", "manufacturerDetailsLink", Kind::Text),
        Attribute::new("mfd", "manufacturingDate", Kind::Time, Presence::Optional, Presence::Forbidden),
        Attribute::new("mod", "model", Kind::Text, Presence::Mandatory, Presence::Forbidden),
        Attribute::new("smod", "subModel", Kind::Text, Presence::Optional, Presence::Forbidden),
        Attribute::required("dty", "deviceType", Kind::Text),
        Attribute::optional("dvnm", "deviceName", Kind::Text),
        Attribute::optional("fwv", "fwVersion", Kind::Text),
        Attribute::optional("swv", "swVersion", Kind::Text),
        Attribute::new("hwv", "hwVersion", Kind::Text, Presence::Optional, Presence::Forbidden),
        Attribute::optional("osv", "osVersion", Kind::Text),
        Attribute::new("cnty", "country", Kind::Text, Presence::Optional, Presence::Forbidden),
        Attribute::optional("loc", "location", Kind::Text),
        Attribute::optional("syst", "systemTime", Kind::Time),
        Attribute::optional("spur", "supportURL", Kind::Text),
        Attribute::optional("purl", "presentationURL", Kind::Text),
        Attribute::optional("ptl", "protocol", Kind::Texts),
    ],
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED],
    unsupported: &["at", "aa", "daci", "cmlk"],
};
