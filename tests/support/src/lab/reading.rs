//! Reading a response in a flow.

use csf_api::{Object, Response, Value};

/// What a flow wants to know about a response.
pub trait Reading {
    /// The number of the status.
    fn code(&self) -> u16;
    /// The content as an object.
    ///
    /// # Panics
    ///
    /// When there is none, as all that follow.
    fn object(&self) -> &Object;
    /// A member.
    fn member(&self, name: &str) -> &Value;
    /// Whether there is such a member.
    fn has(&self, name: &str) -> bool;
    /// A text member.
    fn text(&self, name: &str) -> &str;
    /// A whole-number member.
    fn number(&self, name: &str) -> i64;
    /// A member that is a list of texts.
    fn texts(&self, name: &str) -> Vec<&str>;
    /// Whether it carries this text, however deep. What is written of a response for people hides what it holds.
    fn gives(&self, text: &str) -> bool;
    /// The content of a discovery.
    fn addresses(&self) -> Vec<&str>;
    /// The error text.
    fn error_text(&self) -> &str;
}

impl Reading for Response {
    fn code(&self) -> u16 {
        self.status.code()
    }

    fn object(&self) -> &Object {
        let content = self.content.as_ref();
        content.and_then(|c| c.value.as_object()).unwrap_or_else(|| panic!("no object: {self:?}"))
    }

    fn member(&self, name: &str) -> &Value {
        self.object().get(name).unwrap_or_else(|| panic!("no member {name}: {self:?}"))
    }

    fn has(&self, name: &str) -> bool {
        self.object().get(name).is_some()
    }

    fn text(&self, name: &str) -> &str {
        self.member(name).as_text().unwrap()
    }

    fn number(&self, name: &str) -> i64 {
        self.member(name).as_integer().unwrap()
    }

    fn texts(&self, name: &str) -> Vec<&str> {
        self.member(name).as_list().unwrap().iter().map(|v| v.as_text().unwrap()).collect()
    }

    fn gives(&self, text: &str) -> bool {
        fn holds(value: &Value, text: &str) -> bool {
            match value {
                Value::Text(found) => found.contains(text),
                Value::List(list) => list.iter().any(|one| holds(one, text)),
                Value::Object(object) => object.iter().any(|(_, one)| holds(one, text)),
                _ => false,
            }
        }
        self.content.as_ref().is_some_and(|content| holds(&content.value, text))
    }

    fn addresses(&self) -> Vec<&str> {
        let content = self.content.as_ref().unwrap();
        assert_eq!(&*content.root, "m2m:uril");
        content.value.as_list().unwrap().iter().map(|v| v.as_text().unwrap()).collect()
    }

    fn error_text(&self) -> &str {
        let content = self.content.as_ref().unwrap();
        assert_eq!(&*content.root, "m2m:dbg");
        content.value.as_text().unwrap()
    }
}

/// The statuses of what the members of a group answered.
///
/// # Panics
///
/// When it is no such answer.
#[must_use]
#[track_caller]
pub fn codes(response: &Response) -> Vec<i64> {
    assert_eq!(response.code(), 2000, "{response:?}");
    assert_eq!(&*response.content.as_ref().unwrap().root, "m2m:agr");
    let code = |part: &Value| part.as_object().unwrap().get("rsc").and_then(Value::as_integer).unwrap();
    response.member("m2m:rsp").as_list().unwrap().iter().map(code).collect()
}
