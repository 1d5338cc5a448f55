//! `<mgmtObj>`: what is managed on a device, as data (TS-0001 9.6.15, TS-0022 7.1). Its `mgd` names the specialisation.

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};
use super::standard::{CONSULTED, EXPIRY, GOVERNED, IDENTITY, LABELS, SEALED};

/// The specialisations that this build hosts, by `mgd`.
pub(super) static SPECIALISATIONS: &[(i64, &Schema)] =
    &[(1003, &MEMORY), (1006, &BATTERY), (1007, &DEVICE_INFO), (1023, &MY_CERTIFICATE_FILE)];

/// What every specialisation has.
const GENERIC: &[Attribute] = &[
    Attribute::fixed("mgd", "mgmtDefinition", Kind::Integer(0)),
    Attribute::once("obis", "objectIDs", Kind::Texts),
    Attribute::once("obps", "objectPaths", Kind::Texts),
    Attribute::optional("dc", "description", Kind::Text),
];

/// A specialisation as `<node>` has it below itself.
const MANAGED: Schema = Schema {
    resource_type: ResourceType::MANAGEMENT_OBJECT,
    id_prefix: "mgo-",
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED],
    unsupported: &["at", "aa", "daci", "cmlk"],
    ..SEALED
};

/// `[myCertFileCred]`: a certificate of the device, and what it may be used for. Nothing here uses it.
pub static MY_CERTIFICATE_FILE: Schema = Schema {
    name: "myCertFileCred",
    root: "dcfg:nycfc",
    attributes: &[
        Attribute::required("suids", "SUIDs", Kind::SecurityUsages),
        Attribute::fixed("mcff", "myCertFileFormat", Kind::Text),
        Attribute::fixed("mcfc", "myCertFileContent", Kind::LongText),
    ],
    shared: &[GENERIC, IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED],
    unsupported: &["at", "aa", "cmlk"],
    ..MANAGED
};

/// `[memory]`: what memory a device has, as somebody wrote it down.
pub static MEMORY: Schema = Schema {
    name: "memory",
    root: "m2m:mem",
    attributes: &[
        Attribute::required("mma", "memAvailable", Kind::Integer(0)),
        Attribute::required("mmt", "memTotal", Kind::Integer(0)),
    ],
    ..MANAGED
};

/// `[battery]`: how the battery of a device is.
pub static BATTERY: Schema = Schema {
    name: "battery",
    root: "m2m:bat",
    attributes: &[
        Attribute::required("btl", "batteryLevel", Kind::Between(0, 100)),
        Attribute::required("bts", "batteryStatus", Kind::Between(1, 7)),
    ],
    ..MANAGED
};

/// `[deviceInfo]`: what a device is.
pub static DEVICE_INFO: Schema = Schema {
    name: "deviceInfo",
    root: "m2m:dvi",
    attributes: &[
        Attribute::required("dlb", "deviceLabel", Kind::Text),
        Attribute::fixed("man", "manufacturer", Kind::Text),
        Attribute::optional("mfdl", "manufacturerDetailsLink", Kind::Text),
        Attribute::once("mfd", "manufacturingDate", Kind::Time),
        Attribute::fixed("mod", "model", Kind::Text),
        Attribute::once("smod", "subModel", Kind::Text),
        Attribute::required("dty", "deviceType", Kind::Text),
        Attribute::optional("dvnm", "deviceName", Kind::Text),
        Attribute::optional("fwv", "fwVersion", Kind::Text),
        Attribute::optional("swv", "swVersion", Kind::Text),
        Attribute::once("hwv", "hwVersion", Kind::Text),
        Attribute::optional("osv", "osVersion", Kind::Text),
        Attribute::once("cnty", "country", Kind::Text),
        Attribute::optional("loc", "location", Kind::Text),
        Attribute::optional("syst", "systemTime", Kind::Time),
        Attribute::optional("spur", "supportURL", Kind::Text),
        Attribute::optional("purl", "presentationURL", Kind::Text),
        Attribute::optional("ptl", "protocol", Kind::Texts),
    ],
    ..MANAGED
};
