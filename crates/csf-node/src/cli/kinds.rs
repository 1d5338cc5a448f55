//! The resource types that `csf create` knows by a short word, and the attributes that people expect it to fill in.

use csf_api::{Object, ResourceType, Value};

/// The attribute that carries a key that was made elsewhere.
pub(crate) const KEY_MATERIAL: &str = "kMt";

/// A resource type with its word.
#[derive(Debug)]
pub(crate) struct Kind {
    /// The word on the command line.
    pub(crate) word: &'static str,
    /// The root name of its content.
    pub(crate) root: &'static str,
    /// The number on the wire.
    pub(crate) resource_type: ResourceType,
    fill: fn(&mut Object, from: &str),
}

/// The types, in the order of `csf create --help`.
pub(crate) static KINDS: [Kind; 21] = [
    Kind { word: "ae", root: "m2m:ae", resource_type: ResourceType::AE, fill: fill_application },
    Kind {
        word: "acp",
        root: "m2m:acp",
        resource_type: ResourceType::ACCESS_CONTROL_POLICY,
        fill: |_, _| (),
    },
    Kind { word: "cnt", root: "m2m:cnt", resource_type: ResourceType::CONTAINER, fill: |_, _| () },
    Kind { word: "cin", root: "m2m:cin", resource_type: ResourceType::CONTENT_INSTANCE, fill: |_, _| () },
    Kind { word: "grp", root: "m2m:grp", resource_type: ResourceType::GROUP, fill: fill_group },
    Kind { word: "csr", root: "m2m:csr", resource_type: ResourceType::REMOTE_CSE, fill: fill_remote },
    Kind { word: "nod", root: "m2m:nod", resource_type: ResourceType::NODE, fill: |_, _| () },
    Kind {
        word: "nycfc",
        root: "dcfg:nycfc",
        resource_type: ResourceType::MANAGEMENT_OBJECT,
        fill: fill_certificate,
    },
    Kind {
        word: "auds",
        root: "m2m:auds",
        resource_type: ResourceType::AUTHORIZATION_DECISION,
        fill: |_, _| (),
    },
    Kind {
        word: "aupy",
        root: "m2m:aupy",
        resource_type: ResourceType::AUTHORIZATION_POLICY,
        fill: |_, _| (),
    },
    Kind {
        word: "auif",
        root: "m2m:auif",
        resource_type: ResourceType::AUTHORIZATION_INFORMATION,
        fill: |_, _| (),
    },
    Kind {
        word: "mssp",
        root: "m2m:mssp",
        resource_type: ResourceType::SERVICE_SUBSCRIPTION_PROFILE,
        fill: |_, _| (),
    },
    Kind {
        word: "svsn",
        root: "m2m:svsn",
        resource_type: ResourceType::SERVICE_SUBSCRIBED_NODE,
        fill: |_, _| (),
    },
    Kind {
        word: "asar",
        root: "m2m:asar",
        resource_type: ResourceType::SERVICE_SUBSCRIBED_APP_RULE,
        fill: |_, _| (),
    },
    Kind { word: "rol", root: "m2m:rol", resource_type: ResourceType::ROLE, fill: |_, _| () },
    Kind { word: "tk", root: "m2m:tk", resource_type: ResourceType::TOKEN, fill: |_, _| () },
    Kind {
        word: "dac",
        root: "m2m:dac",
        resource_type: ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION,
        fill: |_, _| (),
    },
    // Its root is that of the specialisation, so it takes a whole body.
    Kind { word: "fcnt", root: "m2m:fcnt", resource_type: ResourceType::FLEX_CONTAINER, fill: |_, _| () },
    Kind { word: "key", root: "csf:keyObject", resource_type: ResourceType::FLEX_CONTAINER, fill: fill_key },
    Kind {
        word: "data",
        root: "csf:dataObject",
        resource_type: ResourceType::FLEX_CONTAINER,
        fill: |attributes, _| default(attributes, "cnd", Value::text("csf:dataObject")),
    },
    Kind {
        word: "credential",
        root: "csf:credential",
        resource_type: ResourceType::FLEX_CONTAINER,
        fill: |attributes, _| default(attributes, "cnd", Value::text("csf:credential")),
    },
];

impl Kind {
    /// The type with this word.
    pub(crate) fn named(word: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.word == word)
    }

    /// The attribute that `--octets` gives.
    pub(crate) fn octets(&self) -> &'static str {
        if self.word == "key" { KEY_MATERIAL } else { "msg" }
    }

    /// The container definition, where the word says which.
    pub(crate) fn definition(&self) -> Option<&'static str> {
        (self.resource_type == ResourceType::FLEX_CONTAINER && self.root.starts_with("csf:"))
            .then_some(self.root)
    }

    /// Adds what people expect and left out.
    pub(crate) fn fill(&self, attributes: &mut Object, from: &str) {
        (self.fill)(attributes, from);
    }
}

/// The words, for the command line.
pub(crate) fn names() -> [&'static str; 21] {
    KINDS.each_ref().map(|kind| kind.word)
}

/// `N` marks an App-ID that no authority registered.
fn fill_application(attributes: &mut Object, from: &str) {
    let name = attributes.get("rn").and_then(Value::as_text).unwrap_or(from).to_owned();
    default(attributes, "api", Value::Text(format!("N{name}").into()));
    default(attributes, "rr", Value::Bool(false));
    default(attributes, "srv", Value::texts(["3", "4"]));
}

/// Room for the members that it begins with, and for one in an empty group.
fn fill_group(attributes: &mut Object, _: &str) {
    default(attributes, "mid", Value::List(Vec::new()));
    let members = attributes.get("mid").and_then(Value::as_list).map_or(1, |list| list.len().max(1));
    default(attributes, "mnm", Value::Integer(i64::try_from(members).unwrap_or(i64::MAX)));
}

fn fill_remote(attributes: &mut Object, _: &str) {
    default(attributes, "rr", Value::Bool(false));
    default(attributes, "srv", Value::texts(["3", "4"]));
}

/// Certificates are named by one number among the objects that are managed.
fn fill_certificate(attributes: &mut Object, _: &str) {
    default(attributes, "mgd", Value::Integer(1023));
}

fn fill_key(attributes: &mut Object, _: &str) {
    default(attributes, "cnd", Value::text("csf:keyObject"));
}

fn default(attributes: &mut Object, name: &str, value: Value) {
    if attributes.get(name).is_none() {
        attributes.set(name, value);
    }
}
