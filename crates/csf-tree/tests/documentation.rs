//! docs/resources.md says what the attribute tables say: its tables are made from them.
//!
//! After a change of a table, run this test with `UPDATE_DOCS=1` in the environment.

#![expect(clippy::expect_used, reason = "a missing document is a failed test")]

use std::fmt::Write;
use std::path::Path;

use csf_tree::schema::{self, Attribute, Kind, Presence, Schema};

const BEGIN: &str = "<!-- tables: begin -->\n";
const END: &str = "<!-- tables: end -->\n";

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Any => "anything".into(),
        Kind::Between(least, most) => format!("integer, {least} to {most}"),
        Kind::Bool => "boolean".into(),
        Kind::ContentInfo => "media type, encoding, perhaps security".into(),
        Kind::Serializations => "list of `xml`, `json`, `cbor`".into(),
        Kind::Integer(least) => format!("integer, at least {least}"),
        Kind::LongText => "long text".into(),
        Kind::Name => "name".into(),
        Kind::Number => "number".into(),
        Kind::Object => "object".into(),
        Kind::SecurityUsages => "list of security usage identifiers".into(),
        Kind::Octets => "octets as base64".into(),
        Kind::Text => "text".into(),
        Kind::Texts => "list of texts".into(),
        Kind::Time => "timestamp".into(),
        Kind::Tokens => "list of tokens".into(),
    }
}

fn access(attribute: &Attribute) -> &'static str {
    match (attribute.create, attribute.update) {
        (Presence::Mandatory, Presence::Forbidden) => "must be given, then fixed",
        (Presence::Mandatory, _) => "must be given, can be changed",
        (Presence::Optional, Presence::Forbidden) => "may be given, then fixed",
        (Presence::Optional, _) => "may be given, changed, deleted",
        (Presence::Forbidden, Presence::Forbidden) => "read-only",
        (Presence::Forbidden, _) => "not given at first, can be changed",
    }
}

fn table(out: &mut String, schema: &Schema) {
    let ty = schema.resource_type;
    writeln!(out, "### {} (`{}`, ty {ty})\n", schema.name, schema.root).expect("a string");
    if !schema.children.is_empty() {
        writeln!(out, "Children: `{}`.\n", schema.children.join("`, `")).expect("a string");
    }
    let stored = if schema.ordinary { "open, as an ordinary resource" } else { "sealed" };
    let made = match schema {
        s if s.creatable => "by CREATE",
        s if s.is_foreign() => "by CREATE of a specialisation that is configured",
        _ => "by the node itself",
    };
    writeln!(out, "Made {made}; stored {stored}.\n").expect("a string");
    out.push_str("| attribute | name | holds | access |\n| --- | --- | --- | --- |\n");
    for a in schema.all_attributes() {
        writeln!(out, "| `{}` | {} | {} | {} |", a.name, a.long_name, kind(a.kind), access(a))
            .expect("a string");
    }
    if !schema.unsupported.is_empty() {
        writeln!(out, "\nNot supported, 5001: `{}`.", schema.unsupported.join("`, `")).expect("a string");
    }
    out.push('\n');
}

#[test]
fn the_resource_tables_in_the_documentation_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/resources.md");
    let text = std::fs::read_to_string(&path).expect("docs/resources.md");
    let (before, rest) = text.split_once(BEGIN).expect("the beginning mark");
    let (tables, after) = rest.split_once(END).expect("the end mark");
    let mut fresh = String::from("\n");
    schema::ALL.iter().for_each(|schema| table(&mut fresh, schema));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, [before, BEGIN, &fresh, END, after].concat()).expect("a writable document");
    } else {
        assert_eq!(tables, fresh, "run this test again with UPDATE_DOCS=1");
    }
}
