//! What a content becomes for a requester of release 1 (TS-0004 6.4.1: a request that says no release is of it).
//!
//! Release 1 knows no error text and no `supportedReleaseVersions`.

use csf_api::{Content, Object, Value};

/// The root of an error text.
const ERROR_TEXT: &str = "m2m:dbg";
/// Roots of the types that say which releases they speak.
const SPEAKERS: [&str; 3] = ["m2m:cb", "m2m:ae", "m2m:csr"];
/// The attribute in which they say it.
const RELEASES: &str = "srv";

/// The content as release 1 has it; `None` where nothing of it is left.
pub(super) fn content(content: &Content) -> Option<Content> {
    (*content.root != *ERROR_TEXT)
        .then(|| Content::new(&content.root, representation(&content.root, &content.value)))
}

/// The representation of a resource, with those of its children, or a list of such.
///
/// A member is a representation if its name has a prefix: what an instance holds is never looked into.
fn representation(root: &str, value: &Value) -> Value {
    match value {
        Value::List(list) => Value::List(list.iter().map(|entry| representation(root, entry)).collect()),
        Value::Object(object) => {
            let mut older = Object::new();
            for (name, value) in object.iter() {
                if name == RELEASES && SPEAKERS.contains(&root) {
                    continue;
                }
                let is_resource = name.contains(':');
                older.set(name, if is_resource { representation(name, value) } else { value.clone() });
            }
            Value::Object(older)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(name: &str, value: Value) -> Value {
        Value::Object(Object::new().with(name, value))
    }

    fn releases() -> Value {
        object(RELEASES, Value::texts(["3"]))
    }

    #[test]
    fn an_error_text_is_left_out_whole() {
        assert_eq!(content(&Content::new(ERROR_TEXT, Value::text("why"))), None);
    }

    #[test]
    fn releases_are_left_out_wherever_a_resource_says_them() {
        let empty = Value::Object(Object::new());
        for root in SPEAKERS {
            let older = content(&Content::new(root, releases())).unwrap();
            assert_eq!(older, Content::new(root, empty.clone()));
        }
        let nested = Content::new("m2m:cb", object("m2m:ae", Value::List(vec![releases(), releases()])));
        let older = content(&nested).unwrap();
        assert_eq!(older.value, object("m2m:ae", Value::List(vec![empty.clone(), empty.clone()])));
        let created = Content::new("m2m:rce", object("m2m:ae", releases()));
        assert_eq!(content(&created).unwrap().value, object("m2m:ae", empty));
    }

    #[test]
    fn what_an_instance_holds_and_what_others_call_srv_stay() {
        for kept in [
            Content::new("m2m:cin", object("con", object("m2m:ae", releases()))),
            Content::new("m2m:cin", object("con", releases())),
            Content::new("m2m:cnt", releases()),
            Content::new("m2m:uril", Value::texts(["srv", "m2m:ae"])),
        ] {
            assert_eq!(content(&kept), Some(kept));
        }
    }
}
