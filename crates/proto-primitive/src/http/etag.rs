//! Entity tags (RFC 9110 8.8.3) and the list that a conditional RETRIEVE brings (13.1.2).
//!
//! A tag is made of the length of a body and 64 bits of the standard library's hash. It tells representations
//! apart, and gives no security: the hash has no secret, so who writes contents could look for two with one tag, and
//! then somebody who asks whether his copy is still good is told yes. Nothing but such a copy may hang on a tag, and
//! access is decided before it is looked at. With another hash in a later toolchain, every copy is sent once more.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hasher};

/// The most bytes of `If-None-Match` lines that are looked at; beyond, the answer is sent whole.
const MAX_LIST_BYTES: usize = 4096;

/// The strong validator of a body, in its quotes.
pub(super) fn of(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    let mut tag = String::with_capacity(32);
    let written = write!(tag, "\"{:x}-{:016x}\"", body.len(), hasher.finish());
    debug_assert!(written.is_ok(), "a string takes every text");
    tag
}

/// Whether one of these lists names the tag, or any tag by `*`; a weak one is compared like a strong one.
///
/// What is malformed names nothing, so that the answer is sent whole.
pub(super) fn names(lists: &[&[u8]], tag: &str) -> bool {
    let bytes = lists.iter().fold(0_usize, |sum, list| sum.saturating_add(list.len()));
    bytes <= MAX_LIST_BYTES
        && lists.iter().filter_map(|list| str::from_utf8(list).ok()).any(|list| {
            // The tags of this node hold no comma, so what a foreign tag with one falls into matches none.
            list == "*"
                || list
                    .split(',')
                    .map(str::trim_ascii)
                    .any(|one| one.strip_prefix("W/").unwrap_or(one) == tag)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_these_bytes_and_no_others() {
        let tag = of(b"foobar");
        assert_eq!(tag, of(&[&b"foo"[..], b"bar"].concat()));
        assert!(tag.starts_with("\"6-") && tag.ends_with('"') && tag.len() == 20, "{tag}");
        for other in [&b""[..], b"foobas", b"Foobar", b"foobar\0", b"\0foobar", b"fooba", b"raboof"] {
            assert_ne!(of(other), tag);
        }
    }

    #[test]
    fn a_list_names_a_tag_or_does_not() {
        let tag = of(b"a");
        let names = |list: &str| names(&[list.as_bytes()], &tag);
        for list in [tag.clone(), format!("W/{tag}"), "*".into(), format!("\"x\" ,\t{tag}, \"y,z\"")] {
            assert!(names(&list), "{list}");
        }
        let bare = tag.trim_matches('"');
        for list in ["", "\"\"", "\"*\"", "*, x", bare, &format!("w/{tag}"), &of(b"b"), &format!("{tag}x")] {
            assert!(!names(list), "{list}");
        }
        assert!(super::names(&[b"\"x\"", tag.as_bytes()], &tag));
        assert!(!super::names(&[b"\xff"], &tag));
        let long = format!("{}{tag}", " ".repeat(MAX_LIST_BYTES));
        assert!(!names(&long));
    }
}
