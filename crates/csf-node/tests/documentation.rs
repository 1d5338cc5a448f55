//! docs/resources.md states the limits that an operator sets, and those of the HTTP binding, as the code has them;
//! the example of a configuration has every key.

use csf_api::{MAX_REQUEST_ID_BYTES, Status};
use csf_node::config::{KEYS, Kind, Unit, example};
use csf_node::profile::{MN, PROFILES};
use proto_primitive::{
    MAX_LIST_ENTRIES, MAX_OBJECT_MEMBERS, MAX_QUERY_PARAMETERS, MAX_ROOT_NAME_BYTES, MAX_TARGET_BYTES,
};
use support::documentation::{grouped, keep_file, keep_table, table};

#[test]
fn the_configured_limits_in_the_documentation_are_those_of_the_keys() {
    let keys = KEYS.iter().filter(|key| key.name.starts_with("limits."));
    let rows = keys.map(|key| {
        let Kind::Number { unit, min, max } = key.kind else { panic!("{} is no number", key.name) };
        let of = match unit {
            Unit::Things => "",
            Unit::Bytes => " bytes",
            Unit::Seconds => " seconds",
        };
        let mut row = vec![format!("`{}`", key.name), key.doc.to_owned()];
        row.extend(PROFILES.iter().map(|profile| grouped(key.default_text(profile).parse().unwrap())));
        row.push(format!("{} to {}{of}", grouped(min), grouped(max)));
        row
    });
    let profiles = PROFILES.map(|profile| profile.name);
    let headings = [&["key", "what"][..], &profiles, &["settable"]].concat();
    keep_table("resources.md", "configured limits", &table(&headings, rows));
}

#[test]
fn the_limits_of_the_binding_in_the_documentation_are_those_of_the_code() {
    let refused = |what: &str, most: usize, of: &str| {
        vec![what.to_owned(), format!("{} {of}", grouped(most as u64)), Status::BadRequest.code().to_string()]
    };
    let rows = [
        refused("request target", MAX_TARGET_BYTES, "bytes"),
        refused("query", MAX_QUERY_PARAMETERS, "parameters"),
        refused("list in a parameter", MAX_LIST_ENTRIES, "entries"),
        refused("request identifier", MAX_REQUEST_ID_BYTES, "bytes"),
        refused("object in a content", MAX_OBJECT_MEMBERS, "members"),
        refused("root of a content", MAX_ROOT_NAME_BYTES, "bytes"),
    ];
    keep_table("resources.md", "binding limits", &table(&["what", "at most", "what is beyond"], rows));
}

#[test]
fn the_packaged_example_of_a_configuration_has_every_key_as_the_code_has_it() {
    keep_file("packaging/csf.example.toml", &example(&MN));
}
