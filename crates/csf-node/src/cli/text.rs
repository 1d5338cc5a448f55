//! Values as people read them on a terminal.

use csf_api::Value;
use proto_primitive::value_to_json;

/// The text with everything escaped that a terminal would obey: whoever wrote a resource must not be able to
/// move the cursor of whoever reads it.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || reorders(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A value in one cell: texts bare, lists of texts with commas, the rest as JSON.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::Text(text) => printable(text),
        Value::List(items) if items.iter().all(|item| item.as_text().is_some()) => {
            items.iter().filter_map(Value::as_text).map(printable).collect::<Vec<_>>().join(", ")
        }
        other => printable(&String::from_utf8_lossy(&value_to_json(other))),
    }
}

/// A number of seconds in its two largest units.
pub(crate) fn duration(seconds: i64) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut rest = seconds.max(0);
    let mut parts = Vec::new();
    for (size, name) in units {
        let count = rest.checked_div(size).unwrap_or(0);
        rest = rest.checked_rem(size).unwrap_or(0);
        if count > 0 {
            parts.push(format!("{count} {name}"));
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "0 s".to_owned() } else { parts.join(" ") }
}

/// Marks that are invisible or change the direction of what follows.
const fn reorders(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_what_people_read_is_not() {
        assert_eq!(printable("Zähler 7 °C"), "Zähler 7 °C");
        assert_eq!(printable("a\u{1b}]0;x\u{7}\n\u{202e}b"), "a\\u{1b}]0;x\\u{7}\\u{a}\\u{202e}b");
    }

    #[test]
    fn cells_show_texts_bare_and_structures_as_json() {
        assert_eq!(cell(&Value::texts(["a", "b"])), "a, b");
        assert_eq!(cell(&Value::List(vec![Value::Integer(1), Value::text("a")])), r#"[1,"a"]"#);
        assert_eq!(cell(&Value::Bool(true)), "true");
        assert_eq!(cell(&Value::Object(csf_api::Object::new().with("a", Value::Null))), r#"{"a":null}"#);
    }

    #[test]
    fn durations_keep_two_units() {
        let shown: Vec<_> = [0, 59, 61, 3600, 90_061, -5].into_iter().map(duration).collect();
        assert_eq!(shown, ["0 s", "59 s", "1 min 1 s", "1 h", "1 d 1 h", "0 s"]);
    }
}
