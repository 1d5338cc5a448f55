//! Identifiers with wildcards (TS-0003 7.1.3, TS-0004 7.3.3.15): `*` is any run of characters of one segment.

use csf_api::{EntityId, Home};

/// A pattern in absolute form, with at least one `*`; every other character stands for itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: Box<str>,
    /// How many bytes stand before the first `*`: most identifiers differ there already.
    literal: usize,
}

impl Pattern {
    /// Brings a pattern into absolute form; `None` if no identifier of an entity has that shape.
    ///
    /// A pattern without a slash is a stem's, whose first letter says where it belongs: `C` to the home
    /// CSE, `S` to the home service provider. It cannot begin with `*`, which would say neither.
    pub(crate) fn parse(text: &str, home: &Home) -> Option<Self> {
        let provider = home.service_provider();
        let text = if text.starts_with("//") {
            text.to_owned()
        } else if text.starts_with('/') {
            format!("{provider}{text}")
        } else if text.contains('/') {
            // A stem is one segment; anything else without a leading slash is a resource, not an entity.
            return None;
        } else if text.starts_with('S') {
            format!("{provider}/{text}")
        } else if text.starts_with('C') {
            format!("{provider}{}/{text}", home.cse())
        } else {
            return None;
        };
        let path = text.strip_prefix("//")?;
        let segments = path.split('/').count();
        if !(2..=3).contains(&segments) || path.split('/').any(str::is_empty) {
            return None;
        }
        let literal = text.find('*')?;
        Some(Self { text: text.into(), literal })
    }

    /// What stands before the first `*`.
    pub(crate) fn literal(&self) -> &str {
        self.text.get(..self.literal).unwrap_or_default()
    }

    /// Whether the identifier matches, segment by segment. Local names have no segments and match nothing.
    pub(crate) fn matches(&self, id: &EntityId) -> bool {
        let id = id.absolute();
        let (mut patterns, mut segments) = (self.text.split('/'), id.split('/'));
        loop {
            match (patterns.next(), segments.next()) {
                (Some(pattern), Some(segment)) if segment_matches(pattern, segment) => {}
                (None, None) => return true,
                _ => return false,
            }
        }
    }
}

/// Whether a text fits a pattern in which each `*` stands for any run of characters, and every other character for
/// itself: App-IDs, stems and Credential-IDs of a service subscription (TS-0001 9.6.29). The time is linear.
#[must_use]
pub fn matches_wildcards(pattern: &str, text: &str) -> bool {
    segment_matches(pattern, text)
}

/// The text between two stars is looked for once, leftmost; so the time is linear, whatever the pattern.
fn segment_matches(pattern: &str, segment: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == segment;
    };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    let Some(mut left) = segment.strip_prefix(head).and_then(|after| after.strip_suffix(tail)) else {
        return false;
    };
    for piece in middle.split('*') {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_runs_of_one_segment() {
        for (pattern, yes, no) in [
            ("*", vec!["", "a", "abc"], vec![]),
            ("**", vec!["", "a"], vec![]),
            ("a*", vec!["a", "ab", "a*"], vec!["", "ba", "A"]),
            ("*a", vec!["a", "ba", "aa"], vec!["ab", ""]),
            ("a*a", vec!["aa", "aba", "aaa"], vec!["a", "ab"]),
            ("a*b*c", vec!["abc", "axbyc", "abbcc", "abcbc"], vec!["acb", "ab", "abcx", "ac"]),
            ("*ab*ab*", vec!["abab", "xabyabz"], vec!["ab", "aab", "aba"]),
            ("a.c*", vec!["a.c"], vec!["abc"]),
            ("a+*", vec!["a+"], vec!["aa"]),
            ("(a)*", vec!["(a)"], vec!["a"]),
            ("a", vec!["a"], vec!["", "aa"]),
        ] {
            for text in yes {
                assert!(segment_matches(pattern, text), "{pattern} {text}");
            }
            for text in no {
                assert!(!segment_matches(pattern, text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn a_pattern_that_no_identifier_fits_is_none() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        for text in
            ["*", "*meter", "//*", "//csf.*", "//csf.example/", "//*//C*", "/", "/a*/b/c", "C*/x", "x/C*"]
        {
            assert_eq!(Pattern::parse(text, &home), None, "{text}");
        }
        for (text, absolute) in [
            ("C*", "//csf.example/id-mn/C*"),
            ("S*", "//csf.example/S*"),
            ("/S*", "//csf.example/S*"),
            ("/id-*/C*", "//csf.example/id-*/C*"),
            ("//*/id-mn", "//*/id-mn"),
        ] {
            assert_eq!(&*Pattern::parse(text, &home).expect(text).text, absolute);
        }
    }
}
