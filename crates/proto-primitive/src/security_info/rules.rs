//! Access control rules as servers spell them, brought into the spelling of TS-0004 (6.3.5.26 and 6.3.5.27).
//!
//! Three ways differ: the set is an object with `acr`, or a bare list; members have short or long names; `acop` is a
//! number, or a list with one number. Everything else stays as it is and is judged with the rules.

use csf_api::{Object, Value};

use super::SecurityInfoError;
use super::names::Name;

/// The members of a set of rules.
const RULES: Name = ("acr", "accessControlRules");
/// The members of rules and their conditions, at whatever place.
const MEMBERS: [Name; 19] = [
    ("acor", "accessControlOriginators"),
    ("acop", "accessControlOperations"),
    ("acco", "accessControlContexts"),
    ("acaf", "accessControlAuthenticationFlag"),
    ("acod", "accessControlObjectDetails"),
    ("aca", "accessControlAttributes"),
    ("actw", "accessControlWindow"),
    ("acip", "accessControlIpAddresses"),
    ("ipv4", "ipv4Addresses"),
    ("ipv6", "ipv6Addresses"),
    ("aclr", "accessControlLocationRegion"),
    ("accc", "countryCode"),
    ("accr", "circRegion"),
    ("acui", "accessControlUserIDs"),
    ("acec", "accessControlEvalCriteria"),
    ("acl", "accessControlLimit"),
    ("ty", "resourceType"),
    ("spty", "specializationType"),
    ("chty", "childResourceType"),
];
/// In a list, these numbers are both a mask of operations and the number of another operation.
const AMBIGUOUS: std::ops::RangeInclusive<i64> = 3..=5;

/// A set of rules in short names.
pub(super) fn in_short_names(set: &Value) -> Result<Value, SecurityInfoError> {
    let wrong = SecurityInfoError::Member("gp");
    let rules = match set {
        Value::List(rules) => rules,
        Value::Object(object) => {
            let mut members = object.iter();
            let (Some((name, Value::List(rules))), None) = (members.next(), members.next()) else {
                return Err(wrong);
            };
            if ![RULES.0, RULES.1].contains(&name) {
                return Err(SecurityInfoError::Unknown);
            }
            rules
        }
        _ => return Err(wrong),
    };
    let mut translated = Vec::with_capacity(rules.len());
    for rule in rules {
        let Value::Object(mut rule) = translate(rule)? else { return Err(wrong) };
        if let Some(Value::List(list)) = rule.get("acop") {
            let mask = mask(list)?;
            rule.set("acop", mask);
        }
        translated.push(Value::Object(rule));
    }
    Ok(Value::Object(Object::new().with(RULES.0, Value::List(translated))))
}

/// The mask in a list of one. Of several it is not clear whether they are masks or operations.
fn mask(list: &[Value]) -> Result<Value, SecurityInfoError> {
    match list {
        [Value::Integer(number)] if !AMBIGUOUS.contains(number) => Ok(Value::Integer(*number)),
        [Value::Integer(_)] | [_, _, ..] => Err(SecurityInfoError::Ambiguous),
        _ => Err(SecurityInfoError::Member("acop")),
    }
}

/// The same value with the short names of the members that have one. Decoding has bounded how deep it goes.
fn translate(value: &Value) -> Result<Value, SecurityInfoError> {
    Ok(match value {
        Value::List(list) => Value::List(list.iter().map(translate).collect::<Result<_, _>>()?),
        Value::Object(object) => {
            let mut translated = Object::new();
            for (name, value) in object.iter() {
                let known = MEMBERS.iter().find(|(short, long)| [*short, *long].contains(&name));
                let twice = translated.set(known.map_or(name, |(short, _)| short), translate(value)?);
                if let (Some(_), Some((short, _))) = (twice, known) {
                    return Err(SecurityInfoError::Twice(short));
                }
            }
            Value::Object(translated)
        }
        other => other.clone(),
    })
}
