//! Entity tags (RFC 9110 8.8.3): what tells one state of a resource from another, and the condition that it be one.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::{Content, Value};

/// What a content is known by: 64 bits of the standard library's hash over everything in it.
///
/// It tells representations apart, and gives no security: the hash has no secret, so who writes contents could look
/// for two with one tag. A toolchain with another hash makes other tags; then what was tagged before is read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntityTag(u64);

impl EntityTag {
    /// The tag of a content.
    #[must_use]
    pub fn of(content: &Content) -> Self {
        let mut hasher = DefaultHasher::new();
        content.root.hash(&mut hasher);
        take(&content.value, &mut hasher);
        Self(hasher.finish())
    }

    /// The tag with this text, as [`Display`](fmt::Display) writes it; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let whole = text.len() == 16 && text.bytes().all(is_digit);
        u64::from_str_radix(text, 16).ok().filter(|_| whole).map(Self)
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Takes a value into the hash: its kind, how much there is of it, and all of that. It nests no deeper than
/// [`MAX_VALUE_DEPTH`](crate::MAX_VALUE_DEPTH), as every content.
fn take(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Integer(value) => value.hash(hasher),
        Value::Float(value) => value.to_bits().hash(hasher),
        Value::Text(value) => value.hash(hasher),
        Value::List(values) => {
            values.len().hash(hasher);
            values.iter().for_each(|value| take(value, hasher));
        }
        Value::Object(object) => {
            object.len().hash(hasher);
            for (name, value) in object.iter() {
                name.hash(hasher);
                take(value, hasher);
            }
        }
    }
}

/// Which state the target of an UPDATE or DELETE must be in (`If-Match`, RFC 9110 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// Any, as long as it is there.
    Any,
    /// One of these; none of them can be met where there is none.
    OneOf(Vec<EntityTag>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Object;

    #[test]
    fn a_tag_is_of_this_content_and_no_other() {
        let of = |root: &str, value: Value| EntityTag::of(&Content::new(root, value));
        let list = |values: Vec<Value>| Value::List(values);
        let member = |name: &str, value: Value| Value::Object(Object::new().with(name, value));
        let all = [
            of("m2m:cnt", Value::Null),
            of("m2m:cin", Value::Null),
            of("m2m:cnt", Value::Bool(false)),
            of("m2m:cnt", Value::Integer(0)),
            of("m2m:cnt", Value::Float(0.0)),
            of("m2m:cnt", Value::text("")),
            of("m2m:cnt", Value::text("ab")),
            of("m2m:cnt", list(vec![])),
            of("m2m:cnt", list(vec![Value::text("ab")])),
            of("m2m:cnt", list(vec![Value::text("a"), Value::text("b")])),
            of("m2m:cnt", list(vec![list(vec![Value::text("a")]), Value::text("b")])),
            of("m2m:cnt", Value::Object(Object::new())),
            of("m2m:cnt", member("a", Value::text("b"))),
            of("m2m:cnt", member("ab", Value::text(""))),
        ];
        for (n, tag) in all.iter().enumerate() {
            assert!(!all[..n].contains(tag), "{n}");
        }
        assert_eq!(all[6], of("m2m:cnt", Value::text("ab")));
    }

    #[test]
    fn a_tag_is_read_as_it_is_written_and_in_no_other_way() {
        let tag = EntityTag(0xab);
        assert_eq!(tag.to_string(), "00000000000000ab");
        assert_eq!(EntityTag::parse("00000000000000ab"), Some(tag));
        for wrong in
            ["", "ab", "00000000000000AB", "+0000000000000ab", "0000000000000000ab", "00000000000000a\u{e4}"]
        {
            assert_eq!(EntityTag::parse(wrong), None, "{wrong}");
        }
    }
}
