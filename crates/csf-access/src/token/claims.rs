//! The claims of a JWT to a token (TS-0003 table 7.3.2.6.2-1). All or nothing: what is not understood could be a
//! condition.

use std::sync::Arc;

use csf_api::{EntityId, EntityKind, Home, Object, UtcTime, Value};

use super::permission::read_permissions;
use super::{Audience, Token, TokenError, TokenId};

/// The most entries of an audience.
pub const MAX_AUDIENCE: usize = 64;
/// The longest text of a claim, in bytes.
pub const MAX_CLAIM_BYTES: usize = 1024;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// Every member of a claim set: the short name in a `<token>` and the claim of a JWT.
pub const MEMBERS: [(&str, &str); 10] = [
    ("vr", "tkvr"),
    ("tkid", "jti"),
    ("tkhd", "azp"),
    ("tkis", "iss"),
    ("tknb", "nbf"),
    ("tkna", "exp"),
    ("tknm", "tknm"),
    ("tkau", "aud"),
    ("tkps", "tkps"),
    ("tkex", "tkex"),
];

impl Token {
    /// Reads the claims of a token that was found authentic.
    ///
    /// Holder and issuer are absolute: a token says the same wherever it is shown.
    ///
    /// # Errors
    ///
    /// The first claim that is missing, not of its kind or unknown.
    pub fn read(claims: &Object, home: &Home) -> Result<Self, TokenError> {
        if claims.iter().any(|(name, _)| !MEMBERS.iter().any(|(_, claim)| *claim == name)) {
            return Err(TokenError::UnknownClaim);
        }
        text(claims, "tkvr")?;
        for optional in ["tknm", "tkex"] {
            if claims.get(optional).is_some() {
                text(claims, optional)?;
            }
        }
        let entity = |name| {
            let id = text(claims, name)?;
            let id = EntityId::parse(id, home).ok().filter(|_| id.starts_with("//"));
            id.filter(|id| id.kind() != EntityKind::LocalCsf).ok_or(TokenError::Claim(name))
        };
        let token = Self {
            id: Arc::new(TokenId::parse(text(claims, "jti")?).map_err(|_| TokenError::Claim("jti"))?),
            issuer: entity("iss")?,
            holder: entity("azp")?,
            not_before: date(claims, "nbf")?,
            not_after: date(claims, "exp")?,
            audience: claims.get("aud").map(|value| audience(value, home)).transpose()?,
            permissions: read_permissions(claims.get("tkps"), home)?,
        };
        if token.not_before > token.not_after { Err(TokenError::Claim("exp")) } else { Ok(token) }
    }
}

fn text<'a>(claims: &'a Object, name: &'static str) -> Result<&'a str, TokenError> {
    let text = claims.get(name).and_then(Value::as_text);
    text.filter(|text| (1..=MAX_CLAIM_BYTES).contains(&text.len())).ok_or(TokenError::Claim(name))
}

/// A moment in whole seconds since 1970.
fn date(claims: &Object, name: &'static str) -> Result<UtcTime, TokenError> {
    let seconds = claims.get(name).and_then(Value::as_integer).filter(|seconds| *seconds >= 0);
    let micros = seconds.and_then(|seconds| seconds.checked_mul(MICROS_PER_SECOND));
    micros.map(UtcTime::from_unix_micros).ok_or(TokenError::Claim(name))
}

/// An audience of nobody is a mistake, not one of everybody.
fn audience(value: &Value, home: &Home) -> Result<Vec<Audience>, TokenError> {
    let list = value.as_list().filter(|list| (1..=MAX_AUDIENCE).contains(&list.len()));
    let entry = |entry: &Value| entry.as_text().and_then(|text| Audience::parse(text, home));
    list.and_then(|list| list.iter().map(entry).collect()).ok_or(TokenError::Claim("aud"))
}
