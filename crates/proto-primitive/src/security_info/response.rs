//! The answer of an authorization server: what it grants, and for how long (m2m:dynAuthDasResponse, TS-0004 6.3.5.47).

use std::time::Duration;

use csf_api::{Content, Object, UtcTime, Value};

use super::names::{
    KIND, LIFETIME, OF_OTHER_KINDS, POLICY, PRIVILEGES, RESPONSE, TOKENS, WANTS_SIGNATURE, member, only,
};
use super::{SECURITY_INFO_ROOT, SecurityInfoError, rules};

/// `sit` of an answer.
const ANSWER: i64 = 2;

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct DasResponse {
    /// What is granted by rules.
    pub granted: Option<Granted>,
    /// Whether tokens came along. They are not read here.
    pub has_tokens: bool,
}

/// Privileges, and how long they last.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// A set of access control rules, in short names: `{"acr":[...]}`. Whether its rules can be evaluated is for
    /// access control to say.
    pub rules: Value,
    /// How long they last; `None` where the server does not say.
    pub lifetime: Option<Lifetime>,
}

/// How long privileges last (m2m:absRelTimestamp).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Until this moment.
    Until(UtcTime),
    /// For this long from now on.
    For(Duration),
}

impl DasResponse {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// Says what keeps the content from being an answer that can be relied on.
    pub fn read(content: &Content) -> Result<Self, SecurityInfoError> {
        if *content.root != *SECURITY_INFO_ROOT {
            return Err(SecurityInfoError::Root);
        }
        let info = content.value.as_object().ok_or(SecurityInfoError::Root)?;
        if member(info, KIND)?.and_then(Value::as_integer) != Some(ANSWER) {
            return Err(SecurityInfoError::Kind);
        }
        for other in OF_OTHER_KINDS {
            if member(info, *other)?.is_some() {
                return Err(SecurityInfoError::Kind);
            }
        }
        only(info, &[OF_OTHER_KINDS, &[KIND, RESPONSE]].concat())?;
        let answer = object(info, RESPONSE)?.ok_or(SecurityInfoError::Member(RESPONSE.0))?;
        only(answer, &[POLICY, TOKENS, WANTS_SIGNATURE])?;
        let has_tokens = match member(answer, TOKENS)? {
            None => false,
            Some(tokens) => tokens.as_list().map(|_| true).ok_or(SecurityInfoError::Member(TOKENS.0))?,
        };
        // It asks the originator for a signature, which nobody here passes on: it grants nothing and takes nothing.
        if member(answer, WANTS_SIGNATURE)?.is_some_and(|wants| wants.as_bool().is_none()) {
            return Err(SecurityInfoError::Member(WANTS_SIGNATURE.0));
        }
        let granted = object(answer, POLICY)?.map(granted).transpose()?.flatten();
        Ok(Self { granted, has_tokens })
    }
}

/// What a policy grants; nothing where it has no privileges.
fn granted(policy: &Object) -> Result<Option<Granted>, SecurityInfoError> {
    only(policy, &[PRIVILEGES, LIFETIME])?;
    let lifetime = member(policy, LIFETIME)?.map(lifetime).transpose()?;
    let Some(privileges) = member(policy, PRIVILEGES)? else { return Ok(None) };
    Ok(Some(Granted { rules: rules::in_short_names(privileges)?, lifetime }))
}

/// A timestamp, or milliseconds from now on as a number or as its digits.
fn lifetime(value: &Value) -> Result<Lifetime, SecurityInfoError> {
    let wrong = SecurityInfoError::Member(LIFETIME.0);
    let millis = match value {
        Value::Integer(millis) => u64::try_from(*millis).ok(),
        Value::Text(text) if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
            text.parse().ok()
        }
        Value::Text(text) => return UtcTime::parse(text).map(Lifetime::Until).map_err(|_| wrong),
        _ => None,
    };
    millis.map(|millis| Lifetime::For(Duration::from_millis(millis))).ok_or(wrong)
}

fn object(object: &Object, name: super::names::Name) -> Result<Option<&Object>, SecurityInfoError> {
    let found = member(object, name)?;
    found.map(|value| value.as_object().ok_or(SecurityInfoError::Member(name.0))).transpose()
}
