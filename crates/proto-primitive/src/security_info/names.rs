//! Members under two names: the short one of TS-0004 8.2, and the long one that some CSEs and servers write.

use csf_api::{Object, Value};

use super::SecurityInfoError;

/// A member: its short name and its long one.
pub(super) type Name = (&'static str, &'static str);

/// The members of a security information.
pub(super) const KIND: Name = ("sit", "securityInfoType");
pub(super) const RESPONSE: Name = ("dres", "dasResponse");
/// The members of a security information that belong to other kinds of it.
pub(super) const OF_OTHER_KINDS: &[Name] = &[
    ("dreq", "dasRequest"),
    ("ero", "esprimRandObject"),
    ("epo", "esprimObject"),
    ("eckm", "escertkeMessage"),
    ("darq", "dynAuthRelMapRequest"),
    ("dars", "dynAuthRelMapResponse"),
];
/// The members of an answer.
pub(super) const POLICY: Name = ("dai", "dynamicACPInfo");
pub(super) const TOKENS: Name = ("tkns", "tokens");
pub(super) const WANTS_SIGNATURE: Name = ("asri", "authorSignReqInfo");
/// The members of a policy that is granted.
pub(super) const PRIVILEGES: Name = ("gp", "grantedPrivileges");
pub(super) const LIFETIME: Name = ("pl", "privilegesLifetime");

/// The value of a member; `None` where it is not there, or is written as nothing: `null` or an empty list.
pub(super) fn member(object: &Object, (short, long): Name) -> Result<Option<&Value>, SecurityInfoError> {
    let there = |name| object.get(name).filter(|value| !is_nothing(value));
    match (there(short), there(long)) {
        (Some(_), Some(_)) => Err(SecurityInfoError::Twice(short)),
        (one, other) => Ok(one.or(other)),
    }
}

/// Refuses an object with a member that is none of these, and is not written as nothing.
pub(super) fn only(object: &Object, known: &[Name]) -> Result<(), SecurityInfoError> {
    let is_known = |name: &str| known.iter().any(|(short, long)| [*short, *long].contains(&name));
    if object.iter().all(|(name, value)| is_known(name) || is_nothing(value)) {
        return Ok(());
    }
    Err(SecurityInfoError::Unknown)
}

fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_list().is_some_and(<[Value]>::is_empty)
}
