//! The service subscription, which an IN-CSE hosts: which applications may register where, by rules
//! (TS-0001 9.6.19, 9.6.20 and 9.6.29, TS-0004 7.4.19, 7.4.20 and 7.4.29).

use csf_api::ResourceType;

use super::Schema;
use super::attribute::{Attribute, Kind};
use super::standard::SEALED;

/// `<m2mServiceSubscriptionProfile>`
pub static SERVICE_SUBSCRIPTION_PROFILE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIPTION_PROFILE,
    name: "m2mServiceSubscriptionProfile",
    root: "m2m:mssp",
    id_prefix: "mssp-",
    children: &["m2m:svsn"],
    unsupported: &[],
    ..SEALED
};

/// `<serviceSubscribedNode>`: which rules hold for the CSE of a node.
pub static SERVICE_SUBSCRIBED_NODE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIBED_NODE,
    name: "serviceSubscribedNode",
    root: "m2m:svsn",
    id_prefix: "svsn-",
    attributes: &[
        Attribute::fixed("ni", "nodeID", Kind::Text),
        Attribute::once("csi", "CSE-ID", Kind::Text),
        Attribute::once("di", "deviceIdentifier", Kind::Texts),
        Attribute::optional("rlk", "ruleLinks", Kind::Texts),
        Attribute::optional("nrq", "niddRequired", Kind::Bool),
    ],
    unsupported: &[],
    ..SEALED
};

/// `<serviceSubscribedAppRule>`: which credentials, App-IDs, AE-IDs and Role-IDs go together.
pub static SERVICE_SUBSCRIBED_APP_RULE: Schema = Schema {
    resource_type: ResourceType::SERVICE_SUBSCRIBED_APP_RULE,
    name: "serviceSubscribedAppRule",
    root: "m2m:asar",
    id_prefix: "asar-",
    attributes: &[
        Attribute::optional("apci", "applicableCredIDs", Kind::Texts),
        Attribute::optional("aai", "allowedApp-IDs", Kind::Texts),
        Attribute::optional("aae", "allowedAEs", Kind::Texts),
        Attribute::optional("ari", "allowedRole-IDs", Kind::Texts),
    ],
    unsupported: &[],
    ..SEALED
};
