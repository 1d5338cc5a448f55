//! Roles and tokens in HTTP (TS-0009 6.4.19 and clause 7): tokens in `Authorization`, the rest in the query.

use csf_api::{AssignedTokenId, MAX_TOKEN_BYTES, MAX_TOKENS};

use super::fault::Fault;

/// The scheme that may stand before the tokens.
const BEARER: &str = "bearer ";
/// The longest Role-ID or Token-ID, in bytes.
const MAX_ID_BYTES: usize = 512;
/// The longest local name of a token, in bytes.
const MAX_LOCAL_ID_BYTES: usize = 64;

/// The tokens of an `Authorization` line; `None` where it carries something else.
pub(super) fn tokens(line: &[u8]) -> Result<Option<Vec<Box<str>>>, Fault> {
    let Ok(text) = str::from_utf8(line) else { return Ok(None) };
    let bearer = text.get(..BEARER.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(BEARER));
    let list = if bearer { text.get(BEARER.len()..).unwrap_or_default() } else { text };
    let mut tokens = Vec::new();
    for token in list.split('+').map(str::trim) {
        if !is_compact(token) {
            return Ok(None);
        }
        if tokens.len() >= MAX_TOKENS || token.len() > MAX_TOKEN_BYTES {
            let text = format!("a request has at most {MAX_TOKENS} tokens of {MAX_TOKEN_BYTES} bytes");
            return Err(Fault::bad(text));
        }
        tokens.push(token.into());
    }
    Ok(Some(tokens))
}

/// Three or five parts of base64url. Which of them may be empty is for whoever reads the token.
pub(super) fn is_compact(token: &str) -> bool {
    let of_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    matches!(token.bytes().filter(|b| *b == b'.').count(), 2 | 4) && token.bytes().all(of_part)
}

/// Whether this is a Role-ID or a Token-ID: a name, `@`, and a domain in small letters (TS-0004 6.3.3).
pub(super) fn is_id(text: &str) -> bool {
    let of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    let of_label = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(of_label);
    text.len() <= MAX_ID_BYTES
        && text.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && name.bytes().all(of_name) && domain.split('.').all(is_label)
        })
}

/// Whether this can be a local name of a token: an NCName of ASCII.
pub(super) fn is_local(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= MAX_LOCAL_ID_BYTES
        && bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// The value of a boolean parameter.
pub(super) fn boolean(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// The line that tells of local names: `local:token+local:token`.
pub(super) fn assigned(assigned: &[AssignedTokenId]) -> String {
    let one = |a: &AssignedTokenId| format!("{}:{}", a.local, a.token);
    assigned.iter().map(one).collect::<Vec<_>>().join("+")
}

/// The local names that such a line tells of; `None` where it is of another form.
pub(super) fn read_assigned(line: &str) -> Option<Vec<AssignedTokenId>> {
    let one = |pair: &str| {
        let (local, token) = pair.trim().split_once(':')?;
        (is_local(local) && is_id(token))
            .then(|| AssignedTokenId { local: local.into(), token: token.into() })
    };
    line.split('+').take(MAX_TOKENS).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stand_bare_or_after_their_scheme() {
        let read = |line: &str| tokens(line.as_bytes()).map(|tokens| tokens.map_or(0, |tokens| tokens.len()));
        for (line, count) in [
            ("a.b.c", 1),
            ("a.b.c+d.e.f.g.h", 2),
            ("Bearer a.b.c", 1),
            ("bearer a.b.c + d..e.f.g", 2),
            ("Basic dXNlcjpwYXNz", 0),
            ("Bearer dXNlcjpwYXNz", 0),
            ("a.b.c+", 0),
            ("a.b.c d.e.f", 0),
            ("", 0),
            ("a.b", 0),
            ("a.b.c.d", 0),
        ] {
            assert_eq!(read(line), Ok(count), "{line}");
        }
        assert!(read(&["a.b.c"; MAX_TOKENS + 1].join("+")).is_err());
        assert!(read(&format!("{}.b.c", "a".repeat(MAX_TOKEN_BYTES))).is_err());
    }

    #[test]
    fn identifiers_have_a_name_and_a_domain_in_small_letters() {
        let longest = format!("{}@x", "a".repeat(MAX_ID_BYTES - 2));
        for text in ["reader@csf.example", "A-b.c_9@x", "r@a-1.example", &longest] {
            assert!(is_id(text), "{text}");
        }
        for text in [
            "",
            "reader",
            "@csf.example",
            "reader@",
            "*@csf.example",
            "reader@CSF.example",
            "reader@csf..example",
            "re ader@csf.example",
            "reader@csf.example,x@csf.example",
            "r\u{e4}@x",
            &format!("a{longest}"),
        ] {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn local_names_begin_with_a_letter() {
        for (text, is) in
            [("t1", true), ("_x-1.a", true), ("1t", false), ("", false), ("a:b", false), ("é", false)]
        {
            assert_eq!(is_local(text), is, "{text}");
        }
        let pair = |local: &str, token: &str| AssignedTokenId { local: local.into(), token: token.into() };
        let two = [pair("t1", "a@x.example"), pair("t2", "b@x.example")];
        assert_eq!(read_assigned(&assigned(&two)).as_deref(), Some(&two[..]));
        assert_eq!(read_assigned("t1"), None);
    }
}
