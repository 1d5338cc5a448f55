//! The form of roles and tokens (TS-0003 7.3.2.6 and 7.4, TS-0004 7.4.40 and 7.4.41). Nothing here verifies one.

use csf_access::RoleId;
use csf_api::{EntityId, UtcTime, Value};
use csf_tree::Resource;
use csf_tree::schema::{ROLE, TOKEN};

use crate::call::Call;
use crate::refusal::Refusal;

/// Checks what a new role or token says beyond the kinds of its attributes; other resources are none.
pub(crate) fn check_credential<O>(call: &Call<'_, O>, resource: &Resource) -> Result<(), Refusal> {
    if ![&ROLE, &TOKEN].contains(&resource.schema) {
        return Ok(());
    }
    let text = |name| resource.attributes.get(name).and_then(Value::as_text);
    for name in ["rlid", "tkid"] {
        if text(name).is_some_and(|id| RoleId::parse(id).is_err()) {
            return Err(Refusal::bad_request(format!("{name} is a name, '@' and a lower-case domain")));
        }
    }
    for name in ["tkis", "tkhd"] {
        if text(name).is_some_and(|id| EntityId::parse(id, &call.context.settings.home).is_err()) {
            return Err(Refusal::bad_request(format!("{name} names no AE or CSE")));
        }
    }
    let time = |name| text(name).and_then(|time| UtcTime::parse(time).ok());
    if let (Some(begin), Some(end)) = (time("tknb"), time("tkna"))
        && begin > end
    {
        return Err(Refusal::bad_request("tkna lies before tknb"));
    }
    if text("tkob").is_some_and(|token| !is_compact(token)) {
        return Err(Refusal::bad_request("tkob is neither a compact JWS nor a compact JWE"));
    }
    Ok(())
}

/// Three parts with a header and a signature, or five with a header and a ciphertext.
fn is_compact(token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').take(6).collect();
    let base64url = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let shape = match *parts.as_slice() {
        [header, _, signature] => !header.is_empty() && !signature.is_empty(),
        [header, _, _, ciphertext, _] => !header.is_empty() && !ciphertext.is_empty(),
        _ => false,
    };
    shape && parts.iter().all(|part| part.bytes().all(base64url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_tokens_have_three_or_five_parts() {
        for token in ["a.b.c", "a..c", "a.b.c.d.e", "a...d.", "eyJ-_.x.y"] {
            assert!(is_compact(token), "{token}");
        }
        for token in
            ["", "a.b", "a.b.", ".b.c", "a.b.c.d", "a.b.c..e", ".b.c.d.e", "a.b.c.d.e.f", "a.b=.c", "a b.c.d"]
        {
            assert!(!is_compact(token), "{token}");
        }
    }
}
