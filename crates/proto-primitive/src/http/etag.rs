//! Entity tags (RFC 9110 8.8.3) and the list that a conditional RETRIEVE brings (13.1.2).
//!
//! A tag is made of the length of a body and its FNV-1a of 64 bits. It tells representations apart, and gives no
//! security: who writes contents could find two with one tag, and then somebody who asks whether his copy is still
//! good is told yes. Nothing but such a copy may hang on a tag, and access is decided before it is looked at.

use std::fmt::Write;

/// The most bytes of `If-None-Match` lines that are looked at; beyond, the answer is sent whole.
const MAX_LIST_BYTES: usize = 4096;
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// The strong validator of a body, in its quotes.
pub(super) fn of(body: &[u8]) -> String {
    let hash = body.iter().fold(FNV_OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME));
    let mut tag = String::with_capacity(32);
    let written = write!(tag, "\"{:x}-{hash:016x}\"", body.len());
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
    fn a_tag_is_the_known_hash_and_the_length() {
        // The vectors of the draft that describes FNV.
        assert_eq!(of(b""), "\"0-cbf29ce484222325\"");
        assert_eq!(of(b"a"), "\"1-af63dc4c8601ec8c\"");
        assert_eq!(of(b"foobar"), "\"6-85944171f73967e8\"");
        assert_ne!(of(b"foobar"), of(b"foobas"));
        assert_ne!(of(b"a"), of(b"a\0"));
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
