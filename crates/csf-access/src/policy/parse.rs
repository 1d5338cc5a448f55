//! From the attributes `pv` and `pvs` to a compiled policy (TS-0004 6.3.5.26 and 6.3.5.27).

use std::sync::Arc;

use csf_api::{AccessOperations, Home, MAX_ADDRESS_BYTES, MAX_ENTITY_ID_BYTES, ResourceId, Value};

use super::Policy;
use super::error::{Fault, Place, PolicyError};
use super::rules::{Rule, RuleSet};
use crate::entry::Entry;
use crate::remark::Remark;
use crate::section::Section;

/// The most rules in `pv`, and in `pvs`.
pub const MAX_RULES_PER_SECTION: usize = 1024;
/// The most entries in `acor` of one rule.
pub const MAX_ORIGINATORS_PER_RULE: usize = 1024;
/// The most entries with wildcards in `pv`, and in `pvs`: each may have to be tried in one decision.
pub const MAX_PATTERNS_PER_SECTION: usize = 4096;
/// The longest entry in `acor` with a wildcard, in bytes.
pub const MAX_PATTERN_BYTES: usize = MAX_ENTITY_ID_BYTES;
/// The longest other entry in `acor`, in bytes; it may be the address of a group.
pub const MAX_ENTRY_BYTES: usize = MAX_ADDRESS_BYTES;

impl Policy {
    /// Compiles the values of `privileges` (`pv`) and `selfPrivileges` (`pvs`).
    ///
    /// Relative identifiers are read against `home`, the CSE that hosts the policy. A rule with a
    /// condition that cannot be evaluated is accepted and permits nothing; see [`Policy::remarks`].
    ///
    /// # Errors
    ///
    /// Says which member is wrong, and why.
    pub fn parse(
        id: ResourceId,
        privileges: &Value,
        self_privileges: &Value,
        home: &Home,
    ) -> Result<Self, PolicyError> {
        let privileges = rule_set(Section::Privileges, privileges, home)?;
        let self_privileges = rule_set(Section::SelfPrivileges, self_privileges, home)?;
        if self_privileges.len() == 0 {
            return Err(Place::section(Section::SelfPrivileges).fault(Fault::NoRule));
        }
        Ok(Self { id: Arc::new(id), privileges, self_privileges })
    }
}

fn rule_set(section: Section, value: &Value, home: &Home) -> Result<RuleSet, PolicyError> {
    let place = Place::section(section);
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    if object.iter().any(|(name, _)| name != "acr") {
        return Err(place.fault(Fault::UnknownMember));
    }
    let mut set = RuleSet::default();
    let Some(acr) = object.get("acr") else { return Ok(set) };
    let rules = list(acr, place.member("acr"), MAX_RULES_PER_SECTION)?;
    for (n, rule) in rules.iter().enumerate() {
        push_rule(&mut set, rule, place.rule(n), home)?;
    }
    Ok(set)
}

fn push_rule(set: &mut RuleSet, value: &Value, place: Place, home: &Home) -> Result<(), PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    let mut remarks = Vec::new();
    let mut entries = None;
    let mut operations = None;
    let mut authenticated_only = false;
    for (name, value) in object.iter() {
        match name {
            "acor" => {
                let room = MAX_PATTERNS_PER_SECTION.saturating_sub(set.pattern_count());
                entries = Some(originators(value, place.member("acor"), room, home)?);
            }
            "acop" => operations = Some(access_operations(value, place.member("acop"))?),
            "acaf" => {
                let place = place.member("acaf");
                authenticated_only = value.as_bool().ok_or_else(|| place.fault(kind("boolean", value)))?;
            }
            "acco" => remarks.push(list_or_object(value, place.member("acco"), Remark::Contexts)?),
            "acod" => remarks.push(list_or_object(value, place.member("acod"), Remark::ObjectDetails)?),
            "aca" => {
                let place = place.member("aca");
                value.as_list().ok_or_else(|| place.fault(kind("list", value)))?;
                remarks.push(Remark::Attributes);
            }
            _ => remarks.push(Remark::UnknownMember),
        }
    }
    let entries = entries.ok_or_else(|| place.member("acor").fault(Fault::Absent))?;
    let operations = operations.ok_or_else(|| place.member("acop").fault(Fault::Absent))?;
    remarks.extend(entries.iter().filter_map(|entry| match entry {
        Entry::Nobody(remark) => Some(*remark),
        _ => None,
    }));
    set.push(Rule::new(operations, authenticated_only, remarks), entries);
    Ok(())
}

/// The entries of `acor`; an empty list is accepted and means nobody.
fn originators(value: &Value, place: Place, room: usize, home: &Home) -> Result<Vec<Entry>, PolicyError> {
    let texts = list(value, place, MAX_ORIGINATORS_PER_RULE)?;
    let mut entries = Vec::with_capacity(texts.len());
    let mut room = room;
    for (n, value) in texts.iter().enumerate() {
        let place = place.entry(n);
        let text = value.as_text().ok_or_else(|| place.fault(kind("string", value)))?;
        let longest = if text.contains('*') { MAX_PATTERN_BYTES } else { MAX_ENTRY_BYTES };
        if text.len() > longest {
            return Err(place.fault(Fault::TooLong(longest)));
        }
        let entry = Entry::parse(text, home);
        if matches!(entry, Entry::Pattern(_)) {
            let too_many = place.fault(Fault::TooManyPatterns(MAX_PATTERNS_PER_SECTION));
            room = room.checked_sub(1).ok_or(too_many)?;
        }
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

fn list(value: &Value, place: Place, most: usize) -> Result<&[Value], PolicyError> {
    let list = value.as_list().ok_or_else(|| place.fault(kind("list", value)))?;
    if list.len() > most { Err(place.fault(Fault::TooMany(most))) } else { Ok(list) }
}

/// A condition whose inside is nobody's business yet: the rule is disabled whatever it says.
fn list_or_object(value: &Value, place: Place, remark: Remark) -> Result<Remark, PolicyError> {
    match value {
        Value::List(_) | Value::Object(_) => Ok(remark),
        _ => Err(place.fault(kind("list or object", value))),
    }
}

const fn kind(expected: &'static str, value: &Value) -> Fault {
    Fault::Kind { expected, found: value.kind() }
}
