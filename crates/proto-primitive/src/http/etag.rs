//! Entity tags (RFC 9110 8.8.3) as HTTP writes them, and the lists of conditional requests (13.1.1, 13.1.2).
//!
//! A tag is that of the content, and how it is written: `"HASH-j"` for JSON, `"HASH-c"` for CBOR, each with a `1` for
//! release 1, which is shown less. So each representation has its own, and what a write demands is the state of the
//! resource, whichever of them the originator has read. How little a tag proves stands at
//! [`EntityTag`]: access is decided before one is looked at, and nothing of it hangs on one.

use std::fmt::Write;

use csf_api::{Content, EntityTag, IfMatch, Release};

use crate::serialization::Serialization;

/// The most bytes of the lines of one list. Beyond, `If-None-Match` names nothing and `If-Match` is refused.
pub(super) const MAX_LIST_BYTES: usize = 4096;

/// Any state.
const ANY: &str = "*";
/// A list that names none.
const NONE: &str = "\"\"";

/// The strong validator of what is written of this content, in its quotes.
pub(super) fn of(content: &Content, serialization: Serialization, release: Option<Release>) -> String {
    let form = match serialization {
        Serialization::Json => 'j',
        Serialization::Cbor => 'c',
    };
    let old = if release == Some(Release::R1) { "1" } else { "" };
    format!("\"{}-{form}{old}\"", EntityTag::of(content))
}

/// The state that these lists demand; `None` where there are none.
///
/// A weak tag never matches, and neither does what no tag of this node looks like.
pub(super) fn demanded(lists: &[&[u8]]) -> Option<IfMatch> {
    match lists {
        [] => None,
        _ if is_any(lists) => Some(IfMatch::Any),
        _ => Some(IfMatch::OneOf(entries(lists).filter_map(state).collect())),
    }
}

/// Whether these lists name this tag, or any tag by `*`; a weak one names none.
pub(super) fn demand_this(lists: &[&[u8]], tag: &str) -> bool {
    is_any(lists) || entries(lists).any(|one| one == tag)
}

fn is_any(lists: &[&[u8]]) -> bool {
    lists == [ANY.as_bytes()]
}

/// The entries of lists. The tags of this node hold no comma, so what a foreign tag with one falls into is none of
/// them.
fn entries<'a>(lists: &[&'a [u8]]) -> impl Iterator<Item = &'a str> {
    let texts = lists.iter().filter_map(|list| str::from_utf8(list).ok());
    texts.flat_map(|list| list.split(',')).map(str::trim_ascii)
}

/// The state that a tag in its quotes stands for.
fn state(tag: &str) -> Option<EntityTag> {
    let (hash, form) = tag.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
    EntityTag::parse(hash).filter(|_| matches!(form, "j" | "c" | "j1" | "c1"))
}

/// The list that demands this.
pub(super) fn demand(demanded: &IfMatch) -> String {
    let tags = match demanded {
        IfMatch::Any => return ANY.to_owned(),
        IfMatch::OneOf(tags) if tags.is_empty() => return NONE.to_owned(),
        IfMatch::OneOf(tags) => tags,
    };
    let mut list = String::with_capacity(32);
    for tag in tags {
        let comma = if list.is_empty() { "" } else { "," };
        let written = write!(list, "{comma}\"{tag}-j\"");
        debug_assert!(written.is_ok(), "a string takes every text");
    }
    list
}

pub(super) fn are_short(lists: &[&[u8]]) -> bool {
    lists.iter().fold(0_usize, |sum, list| sum.saturating_add(list.len())) <= MAX_LIST_BYTES
}

/// Whether one of these lists names the tag, or any tag by `*`; a weak one is compared like a strong one.
///
/// What is malformed names nothing, so that the answer is sent whole.
pub(super) fn names(lists: &[&[u8]], tag: &str) -> bool {
    are_short(lists)
        && (lists.iter().any(|list| *list == ANY.as_bytes())
            || entries(lists).any(|one| one.strip_prefix("W/").unwrap_or(one) == tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Content {
        Content::new("m2m:dbg", csf_api::Value::text(text))
    }

    #[test]
    fn a_tag_is_of_one_content_in_one_form() {
        let (json, cbor) = (Serialization::Json, Serialization::Cbor);
        let (now, old) = (Some(Release::R3), Some(Release::R1));
        let tag = of(&content("a"), json, now);
        assert_eq!(tag, of(&content("a"), json, None));
        assert!(tag.starts_with('"') && tag.ends_with("-j\"") && tag.len() == 20, "{tag}");
        let others = [(json, old, "a"), (cbor, now, "a"), (cbor, old, "a"), (json, now, "b")];
        for (serialization, release, text) in others {
            assert_ne!(of(&content(text), serialization, release), tag);
        }
    }

    #[test]
    fn a_write_demands_the_state_that_was_read_in_any_form() {
        let state = EntityTag::of(&content("a"));
        let one = || Some(IfMatch::OneOf(vec![state]));
        for form in ["j", "c", "j1", "c1"] {
            assert_eq!(demanded(&[format!("\"x\" , \"{state}-{form}\"").as_bytes()]), one());
        }
        assert_eq!(demanded(&[b"\"x\"", format!("\"{state}-j\"").as_bytes()]), one());
        assert_eq!(demanded(&[b"*"]), Some(IfMatch::Any));
        let weak = format!("W/\"{state}-j\"");
        let bare = format!("{state}-j");
        let formless = format!("\"{state}\"");
        for none in ["", "\"\"", "*, *", "\"*\"", &weak, &bare, &formless, "\"x-j\""] {
            assert_eq!(demanded(&[none.as_bytes()]), Some(IfMatch::OneOf(Vec::new())), "{none}");
        }
        assert_eq!(demanded(&[]), None);
        assert!(!are_short(&[&[b' '; MAX_LIST_BYTES + 1]]));
        for written in [IfMatch::Any, IfMatch::OneOf(Vec::new()), IfMatch::OneOf(vec![state, state])] {
            assert_eq!(demanded(&[demand(&written).as_bytes()]), Some(written));
        }
    }

    #[test]
    fn a_read_demands_the_representation_itself() {
        let tag = of(&content("a"), Serialization::Json, None);
        let cbor = of(&content("a"), Serialization::Cbor, None);
        let demand = |list: &str| demand_this(&[list.as_bytes()], &tag);
        for list in [&tag, "*", &format!("\"x\" , {tag}")] {
            assert!(demand(list), "{list}");
        }
        for list in ["", "*, x", &cbor, &format!("W/{tag}"), tag.trim_matches('"')] {
            assert!(!demand(list), "{list}");
        }
        assert!(demand_this(&[b"\"x\"", tag.as_bytes()], &tag));
    }

    #[test]
    fn a_list_names_a_tag_or_does_not() {
        let tag = of(&content("a"), Serialization::Json, None);
        let names = |list: &str| names(&[list.as_bytes()], &tag);
        for list in [tag.clone(), format!("W/{tag}"), "*".into(), format!("\"x\" ,\t{tag}, \"y,z\"")] {
            assert!(names(&list), "{list}");
        }
        let bare = tag.trim_matches('"');
        for list in [
            "",
            "\"\"",
            "\"*\"",
            "*, x",
            bare,
            &format!("w/{tag}"),
            &of(&content("b"), Serialization::Json, None),
            &format!("{tag}x"),
        ] {
            assert!(!names(list), "{list}");
        }
        assert!(super::names(&[b"\"x\"", tag.as_bytes()], &tag));
        assert!(!super::names(&[b"\xff"], &tag));
        let long = format!("{}{tag}", " ".repeat(MAX_LIST_BYTES));
        assert!(!names(&long));
    }
}
