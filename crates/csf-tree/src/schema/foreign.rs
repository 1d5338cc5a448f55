//! Specialisations of flexContainer that others define (TS-0001 9.6.35, TS-0004 7.4.37): from the words of a
//! configuration to a table as strict as those of this build.
//!
//! A definition lives as long as the process, like the tables that are compiled in, so that a resource refers to
//! either in the same way. The same definition is kept once; there are at most [`MAX_DEFINITIONS`].

use std::sync::{PoisonError, RwLock};

use csf_api::ResourceType;

use super::attribute::{Attribute, Kind, Presence};
use super::security::DEFINITION;
use super::standard::{CONSULTED, CREATOR, CUSTODIAN, EXPIRY, GOVERNED, IDENTITY, LABELS};
use super::{ALL, Schema};

/// The most definitions of one process.
pub const MAX_DEFINITIONS: usize = 64;
/// The most attributes of one definition.
const MAX_ATTRIBUTES: usize = 64;
/// The longest name of an attribute or of a specialisation, and the longest prefix.
const MAX_NAME_BYTES: usize = 64;
/// The longest container definition.
const MAX_DEFINITION_BYTES: usize = 256;
/// Prefixes of names that this build knows itself, or leaves to their owner.
const RESERVED_PREFIXES: [&str; 4] = ["m2m", "csf", "sec", "dcfg"];

/// What an attribute of a definition may hold, by the word for it.
const KINDS: [(&str, Kind); 6] = [
    ("boolean", Kind::Bool),
    ("integer", Kind::Integer(i64::MIN)),
    ("number", Kind::Number),
    ("text", Kind::Text),
    ("texts", Kind::Texts),
    ("timestamp", Kind::Time),
];

/// `<flexContainer>` as such: what any specialisation has. It also stands for a resource whose definition is not
/// known any more, and as such is never shown.
pub static FLEX_CONTAINER: Schema = Schema {
    resource_type: ResourceType::FLEX_CONTAINER,
    name: "flexContainer",
    root: "m2m:fcnt",
    container_definition: None,
    id_prefix: "flx-",
    ordinary: true,
    creatable: false,
    children: &["m2m:cnt", "m2m:fcnt"],
    attributes: &[],
    shared: &[OWN, IDENTITY, LABELS, EXPIRY, GOVERNED, CONSULTED, CREATOR, CUSTODIAN, DEFINITION],
    unsupported: &["at", "aa"],
};

const OWN: &[Attribute] = &[
    Attribute::optional("or", "ontologyRef", Kind::Text),
    Attribute::optional("nl", "nodeLink", Kind::Text),
    Attribute::read_only("st", "stateTag", Kind::Integer(0)),
    Attribute::read_only("cs", "contentSize", Kind::Integer(0)),
];

static DEFINED: RwLock<Vec<&'static Schema>> = RwLock::new(Vec::new());

/// Why a definition is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError(String);

impl std::fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DefinitionError {}

impl Schema {
    /// Whether it is a specialisation that somebody else defined.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        self.id_prefix == FLEX_CONTAINER.id_prefix
    }

    /// The root by which a parent says whether it takes this type: one for all foreign specialisations.
    #[must_use]
    pub fn root_as_child(&self) -> &'static str {
        if self.is_foreign() { FLEX_CONTAINER.root } else { self.root }
    }
}

/// Defines a specialisation: its container definition, its root with a prefix, and its attributes, each a short
/// name, a kind, and perhaps the word `mandatory`.
///
/// # Errors
///
/// When a name is of no form or taken, a kind is unknown, or there is too much of something.
pub fn define<'a>(
    cnd: &str,
    root: &str,
    attributes: impl IntoIterator<Item = &'a str>,
) -> Result<&'static Schema, DefinitionError> {
    let refuse = |why: String| Err(DefinitionError(why));
    let printable = cnd.len() <= MAX_DEFINITION_BYTES && cnd.bytes().all(|b| b.is_ascii_graphic());
    if cnd.is_empty() || !printable {
        return refuse(format!(
            "a container definition has 1 to {MAX_DEFINITION_BYTES} printable characters"
        ));
    }
    let Some((prefix, name)) = root.split_once(':').filter(|(p, n)| is_name(p) && is_name(n)) else {
        return refuse(format!("'{root}' is no name with a prefix, such as cod:binSh"));
    };
    if RESERVED_PREFIXES.contains(&prefix) {
        return refuse(format!("names with the prefix '{prefix}' are defined elsewhere"));
    }
    let mut table: Vec<Row<'_>> = Vec::new();
    for text in attributes {
        let row = read(text)?;
        if FLEX_CONTAINER.attribute(row.0).is_some()
            || FLEX_CONTAINER.unsupported.contains(&row.0)
            || table.iter().any(|other| other.0 == row.0)
        {
            return refuse(format!("there is an attribute '{}' already", row.0));
        }
        if table.len() >= MAX_ATTRIBUTES {
            return refuse(format!("a definition has at most {MAX_ATTRIBUTES} attributes"));
        }
        table.push(row);
    }
    keep(cnd, root, name, &table)
}

/// The short name of an attribute, what it holds, and whether it must be given.
type Row<'a> = (&'a str, Kind, Presence);

/// Keeps a definition, or finds the one that says the same.
fn keep(cnd: &str, root: &str, name: &str, table: &[Row<'_>]) -> Result<&'static Schema, DefinitionError> {
    let mut defined = DEFINED.write().unwrap_or_else(PoisonError::into_inner);
    let taken = |s: &Schema| s.container_definition == Some(cnd) || s.root == root;
    if let Some(known) = ALL.iter().chain(defined.iter()).copied().find(|s| taken(s)) {
        let rows = known.attributes.iter().map(|a| (a.name, a.kind, a.create));
        let same = known.is_foreign() && known.container_definition == Some(cnd) && known.root == root;
        if same && rows.eq(table.iter().copied()) {
            return Ok(known);
        }
        return Err(DefinitionError(format!("'{cnd}' or '{root}' is defined already, and otherwise")));
    }
    if defined.len() >= MAX_DEFINITIONS {
        return Err(DefinitionError(format!("there are at most {MAX_DEFINITIONS} definitions")));
    }
    let attribute = |&(name, kind, presence): &Row<'_>| {
        let name = leaked(name);
        Attribute::new(name, name, kind, presence, Presence::Optional)
    };
    let schema: &'static Schema = Box::leak(Box::new(Schema {
        resource_type: FLEX_CONTAINER.resource_type,
        name: leaked(name),
        root: leaked(root),
        container_definition: Some(leaked(cnd)),
        id_prefix: FLEX_CONTAINER.id_prefix,
        ordinary: FLEX_CONTAINER.ordinary,
        creatable: true,
        children: FLEX_CONTAINER.children,
        attributes: table.iter().map(attribute).collect::<Vec<_>>().leak(),
        shared: FLEX_CONTAINER.shared,
        unsupported: FLEX_CONTAINER.unsupported,
    }));
    defined.push(schema);
    Ok(schema)
}

fn leaked(text: &str) -> &'static str {
    Box::leak(text.into())
}

/// The definition with this root.
pub(super) fn defined(root: &str) -> Option<&'static Schema> {
    let defined = DEFINED.read().unwrap_or_else(PoisonError::into_inner);
    defined.iter().copied().find(|s| s.root == root)
}

fn read(text: &str) -> Result<Row<'_>, DefinitionError> {
    let mut words = text.split_ascii_whitespace();
    let (name, kind, presence, rest) = (words.next(), words.next(), words.next(), words.next());
    let kind = KINDS.iter().find(|(word, _)| Some(*word) == kind).map(|(_, kind)| *kind);
    let presence = match presence {
        None => Some(Presence::Optional),
        Some("mandatory") => Some(Presence::Mandatory),
        Some(_) => None,
    };
    match (name.filter(|name| is_name(name)), kind, presence, rest) {
        (Some(name), Some(kind), Some(presence), None) => Ok((name, kind, presence)),
        _ => {
            let kinds: Vec<_> = KINDS.iter().map(|(word, _)| *word).collect();
            let kinds = kinds.join(", ");
            let text: String = text.chars().take(MAX_NAME_BYTES).filter(|c| !c.is_control()).collect();
            Err(DefinitionError(format!(
                "'{text}' is no attribute: write a short name, one of {kinds}, and perhaps mandatory"
            )))
        }
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME_BYTES
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_kept_once_and_never_changed() {
        let define = |attributes: &[&str]| define("org.example.lamp", "lab:lamp", attributes.iter().copied());
        let lamp = define(&["on boolean mandatory", "dim number"]).expect("a definition");
        assert!(std::ptr::eq(lamp, define(&["on boolean mandatory", "dim number"]).expect("the same")));
        for other in [&["on boolean", "dim number"][..], &["on boolean mandatory"], &["dim number"], &[]] {
            assert!(define(other).is_err(), "{other:?}");
        }
        assert!(super::define("org.example.other", "lab:lamp", []).is_err());
        assert!(super::define("org.example.lamp", "lab:other", []).is_err());
        assert_eq!(defined("lab:lamp"), Some(lamp));
        assert_eq!(defined("lab:none"), None);
        assert_eq!((lamp.root_as_child(), lamp.creatable, lamp.ordinary), ("m2m:fcnt", true, true));
    }

    #[test]
    fn what_has_no_form_or_a_name_that_is_taken_is_refused() {
        for (cnd, root, attributes) in [
            ("", "lab:x", &[][..]),
            ("org example", "lab:x", &[]),
            ("org.example.x", "x", &[]),
            ("org.example.x", ":x", &[]),
            ("org.example.x", "lab:", &[]),
            ("org.example.x", "lab:a/b", &[]),
            ("org.example.x", "m2m:cnt", &[]),
            ("org.example.x", "csf:sensitiveFunction", &[]),
            ("csf:keyObject", "lab:x", &[]),
            ("org.example.x", "lab:x", &["on"]),
            ("org.example.x", "lab:x", &["on switch"]),
            ("org.example.x", "lab:x", &["on boolean always"]),
            ("org.example.x", "lab:x", &["on boolean mandatory twice"]),
            ("org.example.x", "lab:x", &["1on boolean"]),
            ("org.example.x", "lab:x", &["on boolean", "on text"]),
            ("org.example.x", "lab:x", &["acpi texts"]),
            ("org.example.x", "lab:x", &["st integer"]),
            ("org.example.x", "lab:x", &["cr text"]),
            ("org.example.x", "lab:x", &["at texts"]),
        ] {
            assert!(define(cnd, root, attributes.iter().copied()).is_err(), "{cnd} {root} {attributes:?}");
        }
        let many: Vec<String> = (0..=MAX_ATTRIBUTES).map(|n| format!("a{n} text")).collect();
        assert!(define("org.example.many", "lab:many", many.iter().map(String::as_str)).is_err());
        let long = "x".repeat(MAX_DEFINITION_BYTES + 1);
        assert!(define(&long, "lab:long", []).is_err());
        assert_eq!(defined("lab:x"), None);
    }
}
