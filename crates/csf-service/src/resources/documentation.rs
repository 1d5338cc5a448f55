//! docs/resources.md states the fixed limits of the service layer, and of what it stands on, as the code has them.

use csf_access::{MAX_ORIGINATORS_PER_RULE, MAX_RULES_PER_SECTION};
use csf_api::{
    MAX_ADDRESS_BYTES, MAX_ADDRESS_SEGMENTS, MAX_ENTITY_ID_BYTES, MAX_RESOURCE_NAME_BYTES, MAX_VALUE_DEPTH,
    Status,
};
use csf_transport::{MAX_PAYLOAD_BYTES, MAX_RANDOM_BYTES};
use csf_tree::schema::{MAX_LIST_ENTRIES, MAX_LONG_TEXT_BYTES, MAX_TEXT_BYTES};
use support::documentation::{grouped, keep_table, table};

use super::below::{MAX_NESTED_LEVELS, MAX_SHOWN};
use super::children::MAX_VISITED;
use super::delete::MAX_SUBTREE;
use crate::fan_out::{MAX_MEMBER_REQUESTS, MAX_NESTING, MAX_READ_BYTES};
use crate::policies::{MAX_LINKED_CONSULTATIONS, MAX_LINKED_POLICIES};
use crate::sweep::MAX_REMOVED;

/// What is limited, to how many, of what, and what comes of more.
type Row = (&'static str, u64, &'static str, String);

fn refused(what: &'static str, most: usize, of: &'static str, status: Status) -> Row {
    (what, most as u64, of, status.code().to_string())
}

fn bounded(what: &'static str, most: usize, of: &'static str, beyond: &str) -> Row {
    (what, most as u64, of, beyond.to_owned())
}

#[test]
fn the_fixed_limits_in_the_documentation_are_those_of_the_code() {
    let (bad, much) = (Status::BadRequest, Status::NotAcceptable);
    let rows = [
        refused("address", MAX_ADDRESS_BYTES, "bytes", bad),
        refused("address", MAX_ADDRESS_SEGMENTS, "segments", bad),
        refused(
            "resource name or identifier (letters, digits, `-._~`)",
            MAX_RESOURCE_NAME_BYTES,
            "bytes",
            bad,
        ),
        refused("originator", MAX_ENTITY_ID_BYTES, "bytes", bad),
        refused("nesting of a content", MAX_VALUE_DEPTH, "levels", bad),
        refused("text attribute", MAX_TEXT_BYTES, "bytes", bad),
        refused("text attribute that holds a file", MAX_LONG_TEXT_BYTES, "bytes", bad),
        refused("list attribute, `mid` of a group too", MAX_LIST_ENTRIES, "entries", bad),
        refused("`acpi`", MAX_LINKED_POLICIES, "entries", bad),
        refused("`daci`", MAX_LINKED_CONSULTATIONS, "entries", bad),
        refused("`pv` or `pvs` of a policy", MAX_RULES_PER_SECTION, "rules", bad),
        refused("rule of a policy", MAX_ORIGINATORS_PER_RULE, "originators", bad),
        refused("octets that a function takes", MAX_PAYLOAD_BYTES, "bytes", bad),
        refused("random octets at once", usize::from(MAX_RANDOM_BYTES), "bytes", bad),
        bounded(
            "shown below a target by one representation",
            MAX_SHOWN as usize,
            "resources",
            "left out, stated",
        ),
        bounded("nested in each other there", MAX_NESTED_LEVELS as usize, "levels", "left out, stated"),
        bounded("looked at by one request", MAX_VISITED, "resources", "not looked at"),
        refused("deleted by one request", MAX_SUBTREE, "resources", much),
        refused("requests to members that one request becomes", MAX_MEMBER_REQUESTS, "requests", much),
        refused("groups in each other for one request", MAX_NESTING, "groups", much),
        refused(
            "answers of members to one RETRIEVE, and the one that exceeds it",
            MAX_READ_BYTES,
            "bytes",
            much,
        ),
        bounded("removed at once when they end, about", MAX_REMOVED, "resources", "follows"),
    ];
    let rows =
        rows.map(|(what, most, of, beyond)| vec![what.to_owned(), format!("{} {of}", grouped(most)), beyond]);
    keep_table("resources.md", "fixed limits", &table(&["what", "at most", "what is beyond"], rows));
}
