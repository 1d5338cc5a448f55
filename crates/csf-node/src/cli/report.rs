//! What a command found: for people, and as one line of JSON.

use csf_api::{Content, Object, Value};
use proto_primitive::{content_to_json, value_to_json};

use super::table::Table;
use super::text::{cell, printable};

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Report {
    text: String,
    json: Json,
    bad_news: bool,
    note: Option<String>,
}

#[derive(Debug)]
enum Json {
    Printed,
    Content(Content),
    Value(Value),
}

impl Report {
    /// A result of the tool's own making.
    pub(crate) fn new(text: String, json: Value) -> Self {
        Self { text, json: Json::Value(json), bad_news: false, note: None }
    }

    /// A result that is the content of a response; an absent content is an empty object.
    pub(crate) fn of(text: String, content: Option<Content>) -> Self {
        let json = content.map_or(Json::Value(Value::Object(Object::new())), Json::Content);
        Self { text, json, bad_news: false, note: None }
    }

    /// A result that was printed already, line by line.
    pub(crate) fn printed() -> Self {
        Self { text: String::new(), json: Json::Printed, bad_news: false, note: None }
    }

    /// The same, which is what was asked for and yet a reason for another exit code.
    pub(crate) fn bad_news(self, bad_news: bool) -> Self {
        Self { bad_news, ..self }
    }

    /// The same, with something that people must know about it: it is told beside the result, as errors are.
    pub(crate) fn noting(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// What people must know about it.
    pub(crate) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Whether it is.
    pub(crate) const fn is_bad_news(&self) -> bool {
        self.bad_news
    }

    /// What people read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// One member of the content alone, for a shell to go on with; `None` where there is no such member.
    pub(crate) fn only(&self, name: &str) -> Option<String> {
        let (Json::Content(Content { value, .. }) | Json::Value(value)) = &self.json else { return None };
        value.as_object()?.get(name).map(cell)
    }

    /// One line of JSON.
    pub(crate) fn json(&self) -> Vec<u8> {
        match &self.json {
            Json::Content(content) => content_to_json(content),
            Json::Value(value) => value_to_json(value),
            Json::Printed => Vec::new(),
        }
    }
}

/// The members of a content as two columns, under its root name.
pub(crate) fn members(content: &Content) -> String {
    let Value::Object(object) = &content.value else { return cell(&content.value) };
    let mut table = Table::new();
    for (name, value) in object.iter() {
        table.row([printable(name), cell(value)]);
    }
    table.to_string()
}
