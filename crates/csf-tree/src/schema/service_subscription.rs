//! The service subscription, which an IN-CSE hosts: which applications may register where, by rules
//! (TS-0001 9.6.19, 9.6.20 and 9.6.29, TS-0004 7.4.19, 7.4.20 and 7.4.29).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind, Presence};
use super::standard::{CONSULTED, CREATOR, CUSTODIAN, EXPIRY, GOVERNED, IDENTITY, LABELS};

/// One that may be given and then stays.
const fn stays(name: &'static str, long_name: &'static str, kind: Kind) -> Attribute {
    Attribute::new(name, long_name, kind, Presence::Optional, Presence::Forbidden)
}

/// `<m2mServiceSubscriptionProfile>`
pub static SERVICE_SUBSCRIPTION_PROFILE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIPTION_PROFILE,
    name: "m2mServiceSubscriptionProfile",
    root: "m2m:mssp",
    container_definition: None,
    id_prefix: "mssp-",
    ordinary: false,
    creatable: true,
    children: &["m2m:svsn"],
    attributes: &[],
    shared: &[IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN],
    unsupported: &[],
};

/// `<serviceSubscribedNode>`: which rules hold for the CSE of a node.
pub static SERVICE_SUBSCRIBED_NODE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIBED_NODE,
    name: "serviceSubscribedNode",
    root: "m2m:svsn",
    id_prefix: "svsn-",
    children: &[],
    attributes: &[
        Attribute::new("ni", "nodeID", Kind::Text, Presence::Mandatory, Presence::Forbidden),
        stays("csi", "CSE-ID", Kind::Text),
        stays("di", "deviceIdentifier", Kind::Texts),
        Attribute::optional("rlk", "ruleLinks", Kind::Texts),
        Attribute::optional("nrq", "niddRequired", Kind::Bool),
    ],
    ..SERVICE_SUBSCRIPTION_PROFILE
};

/// `<serviceSubscribedAppRule>`: which credentials, App-IDs, AE-IDs and Role-IDs go together.
pub static SERVICE_SUBSCRIBED_APP_RULE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIBED_APP_RULE,
    name: "serviceSubscribedAppRule",
    root: "m2m:asar",
    id_prefix: "asar-",
    children: &[],
    attributes: &[
        Attribute::optional("apci", "applicableCredIDs", Kind::Texts),
        Attribute::optional("aai", "allowedApp-IDs", Kind::Texts),
        Attribute::optional("aae", "allowedAEs", Kind::Texts),
        Attribute::optional("ari", "allowedRole-IDs", Kind::Texts),
    ],
    ..SERVICE_SUBSCRIPTION_PROFILE
};
