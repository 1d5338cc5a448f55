//! From the value of a set of rules to its compiled form (TS-0004 6.3.5.26 and 6.3.5.27).

use csf_api::{AccessOperations, Home, MAX_ADDRESS_BYTES, MAX_ENTITY_ID_BYTES, Value};

use super::error::{Fault, Place, PolicyError};
use super::parse_context::contexts;
use super::parse_details::details;
use super::rule::{Conditions, Rule};
use super::{Builder, Rules};
use crate::condition::window::WindowForm;
use crate::entry::Entry;
use crate::remark::Remark;

/// The most rules in `pv`, and in `pvs`.
pub const MAX_RULES_PER_SECTION: usize = 1024;
/// The most entries in `acor` of one rule.
pub const MAX_ORIGINATORS_PER_RULE: usize = 1024;
/// The most entries with wildcards in `pv`, and in `pvs`: each may have to be tried in one decision.
pub const MAX_PATTERNS_PER_SECTION: usize = 4096;
/// The most entries for groups in `pv`, and in `pvs`: each may have to be fetched for one decision.
pub const MAX_GROUPS_PER_SECTION: usize = 128;
/// The longest entry in `acor` with a wildcard, in bytes.
pub const MAX_PATTERN_BYTES: usize = MAX_ENTITY_ID_BYTES;
/// The longest other entry in `acor`, in bytes; it may be the address of a group.
pub const MAX_ENTRY_BYTES: usize = MAX_ADDRESS_BYTES;
/// The most names in the attribute list of one rule.
const MAX_ATTRIBUTES: usize = 256;
/// The longest name in an attribute list, in bytes.
const MAX_ATTRIBUTE_BYTES: usize = 128;

/// Against what rules are read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) home: &'a Home,
    pub(crate) windows: WindowForm,
}

/// How many more entries that are costly to decide by a section may hold.
struct Room {
    patterns: usize,
    groups: usize,
}

impl Rules {
    /// Compiles a set of rules; `root` is what the path in an error begins with, such as `pv`.
    ///
    /// Relative identifiers are read against `home`, the CSE that hosts the rules. A rule with a condition that
    /// cannot be evaluated is accepted and permits nothing; see [`Rules::remarks`].
    ///
    /// # Errors
    ///
    /// Says which member is wrong, and why.
    pub fn parse(
        root: &'static str,
        value: &Value,
        home: &Home,
        windows: WindowForm,
    ) -> Result<Self, PolicyError> {
        Self::read(Place::root(root), value, &Reading { home, windows })
    }

    pub(crate) fn read(place: Place, value: &Value, reading: &Reading<'_>) -> Result<Self, PolicyError> {
        let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
        if object.iter().any(|(name, _)| name != "acr") {
            return Err(place.fault(Fault::UnknownMember));
        }
        let mut builder = Builder::default();
        let mut room = Room { patterns: MAX_PATTERNS_PER_SECTION, groups: MAX_GROUPS_PER_SECTION };
        if let Some(acr) = object.get("acr") {
            let rules = list(acr, place.member("acr"), MAX_RULES_PER_SECTION)?;
            for (n, rule) in rules.iter().enumerate() {
                push_rule(&mut builder, &mut room, rule, place.rule(n), reading)?;
            }
        }
        Ok(builder.finish())
    }
}

fn push_rule(
    builder: &mut Builder,
    room: &mut Room,
    value: &Value,
    place: Place,
    reading: &Reading<'_>,
) -> Result<(), PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    let mut remarks = Vec::new();
    let mut entries = None;
    let mut operations = None;
    let mut authenticated_only = false;
    let mut conditions = Conditions::default();
    for (name, value) in object.iter() {
        match name {
            "acor" => entries = Some(originators(value, place.member("acor"), room, reading.home)?),
            "acop" => operations = Some(access_operations(value, place.member("acop"))?),
            "acaf" => {
                let place = place.member("acaf");
                authenticated_only = value.as_bool().ok_or_else(|| place.fault(kind("boolean", value)))?;
            }
            "acco" => conditions.contexts = contexts(value, place.member("acco"), reading.windows)?,
            "acod" => conditions.details = details(value, place.member("acod"))?,
            "aca" => conditions.attributes = Some(attributes(value, place.member("aca"))?),
            _ => remarks.push(Remark::UnknownMember),
        }
    }
    let entries = entries.ok_or_else(|| place.member("acor").fault(Fault::Absent))?;
    let operations = operations.ok_or_else(|| place.member("acop").fault(Fault::Absent))?;
    remarks.extend(conditions.contexts.iter().filter(|context| context.inert).map(|_| Remark::Context));
    remarks.extend(entries.iter().filter_map(|entry| match entry {
        Entry::Nobody(remark) => Some(*remark),
        _ => None,
    }));
    builder.push(Rule::new(operations, authenticated_only, conditions, remarks), entries);
    Ok(())
}

/// The entries of `acor`; an empty list is accepted and means nobody.
fn originators(value: &Value, place: Place, room: &mut Room, home: &Home) -> Result<Vec<Entry>, PolicyError> {
    let texts = list(value, place, MAX_ORIGINATORS_PER_RULE)?;
    let mut entries = Vec::with_capacity(texts.len());
    for (n, value) in texts.iter().enumerate() {
        let place = place.entry(n);
        let longest = |text: &str| if text.contains('*') { MAX_PATTERN_BYTES } else { MAX_ENTRY_BYTES };
        let text = value.as_text().ok_or_else(|| place.fault(kind("string", value)))?;
        if text.len() > longest(text) {
            return Err(place.fault(Fault::TooLong(longest(text))));
        }
        let entry = Entry::parse(text, home);
        let (left, fault) = match entry {
            Entry::Pattern(_) => (&mut room.patterns, Fault::TooManyPatterns(MAX_PATTERNS_PER_SECTION)),
            Entry::Group(_) => (&mut room.groups, Fault::TooManyGroups(MAX_GROUPS_PER_SECTION)),
            _ => {
                entries.push(entry);
                continue;
            }
        };
        *left = left.checked_sub(1).ok_or_else(|| place.fault(fault))?;
        entries.push(entry);
    }
    Ok(entries)
}

fn access_operations(value: &Value, place: Place) -> Result<AccessOperations, PolicyError> {
    let number = value.as_integer().ok_or_else(|| place.fault(kind("integer", value)))?;
    u8::try_from(number)
        .ok()
        .and_then(AccessOperations::from_bits)
        .ok_or_else(|| place.fault(Fault::Operations))
}

/// The names of an attribute list, in order; an empty list names none.
fn attributes(value: &Value, place: Place) -> Result<Box<[Box<str>]>, PolicyError> {
    let mut names = Vec::new();
    for (n, value) in list(value, place, MAX_ATTRIBUTES)?.iter().enumerate() {
        names.push(text(value, place.entry(n), MAX_ATTRIBUTE_BYTES)?.into());
    }
    names.sort_unstable();
    Ok(names.into())
}

pub(super) fn text(value: &Value, place: Place, longest: usize) -> Result<&str, PolicyError> {
    let text = value.as_text().ok_or_else(|| place.fault(kind("string", value)))?;
    if text.len() > longest { Err(place.fault(Fault::TooLong(longest))) } else { Ok(text) }
}

pub(super) fn list(value: &Value, place: Place, most: usize) -> Result<&[Value], PolicyError> {
    let list = value.as_list().ok_or_else(|| place.fault(kind("list", value)))?;
    if list.len() > most { Err(place.fault(Fault::TooMany(most))) } else { Ok(list) }
}

/// The items of a member that may be repeated: a list, or the one item where there is one.
pub(super) fn repeated(value: &Value, place: Place, most: usize) -> Result<&[Value], PolicyError> {
    match value {
        Value::List(items) if items.is_empty() => Err(place.fault(Fault::Empty)),
        Value::List(_) => list(value, place, most),
        one => Ok(std::slice::from_ref(one)),
    }
}

pub(super) const fn kind(expected: &'static str, value: &Value) -> Fault {
    Fault::Kind { expected, found: value.kind() }
}
