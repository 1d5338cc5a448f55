//! The decision, written down a second time from the texts: slow, plain, and sharing no code with the crate.

use csf_access::Standing;

/// A rule as its author writes it.
#[derive(Clone, Debug)]
pub(crate) struct PlainRule {
    pub(crate) acor: Vec<String>,
    pub(crate) acop: u8,
    pub(crate) acaf: Option<bool>,
    /// A member beyond those three: a condition that nobody evaluates.
    pub(crate) extra: Option<&'static str>,
}

/// What is known of a linked policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Known,
    Missing,
    Unavailable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Permit,
    Deny,
    Unknown,
}

/// `*` is any run of characters but the slash.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => glob(rest, text),
        (Some((b'*', rest)), Some((&c, tail))) => glob(rest, text) || (c != b'/' && glob(pattern, tail)),
        (Some((p, rest)), Some((c, tail))) => p == c && glob(rest, tail),
        _ => false,
    }
}

/// Whether an entry is for an originator, given in absolute form, at home in `//csf.example/id-mn`.
pub(crate) fn is_for(entry: &str, standing: Standing, originator: Option<&str>) -> bool {
    if entry == "all" {
        return true;
    }
    let Some(originator) = originator else { return false };
    if standing == Standing::Bare || entry.contains('@') {
        return false;
    }
    if entry.starts_with("local:") || originator.starts_with("local:") {
        return entry == originator;
    }
    let absolute = match entry.as_bytes() {
        [b'/', b'/', rest @ ..] if !rest.contains(&b'/') => {
            return originator.starts_with(&format!("{entry}/"));
        }
        [b'/', b'/', ..] => entry.to_owned(),
        [b'/', ..] => format!("//csf.example{entry}"),
        [b'C', _, ..] => format!("//csf.example/id-mn/{entry}"),
        [b'S', _, ..] => format!("//csf.example/{entry}"),
        _ => return false,
    };
    glob(absolute.as_bytes(), originator.as_bytes())
}

pub(crate) fn rule_permits(rule: &PlainRule, standing: Standing, originator: Option<&str>, bit: u8) -> bool {
    let authenticated = standing == Standing::Proven && originator.is_some();
    rule.acor.iter().any(|entry| is_for(entry, standing, originator))
        && rule.acop & bit != 0
        && (authenticated || rule.acaf != Some(true))
        && rule.extra.is_none()
}

/// The answer over linked policies.
pub(crate) fn linked(
    policies: &[(State, Vec<PlainRule>)],
    standing: Standing,
    originator: Option<&str>,
    bit: u8,
) -> Expected {
    let permits = |rules: &Vec<PlainRule>| rules.iter().any(|r| rule_permits(r, standing, originator, bit));
    if standing == Standing::Internal
        || policies.iter().any(|(s, rules)| *s == State::Known && permits(rules))
    {
        Expected::Permit
    } else if policies.iter().any(|(s, _)| *s == State::Missing) {
        Expected::Unknown
    } else {
        Expected::Deny
    }
}
