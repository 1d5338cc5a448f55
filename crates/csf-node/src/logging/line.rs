//! One line of the log, in either form. Whatever a value holds, the line stays one line and means what it says.

use std::fmt::{Debug, Write as _};

use csf_api::UtcTime;
use tracing::Level;
use tracing::field::{Field, Visit};

use crate::request::RequestNumber;

/// The longest value, in bytes.
const MAX_VALUE_BYTES: usize = 4096;

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One JSON object.
    Json,
    /// For people.
    Plain,
    /// For people, with the level in colour.
    Coloured,
}

/// A line that is being put together.
pub(super) struct Line {
    level: Level,
    time: UtcTime,
    request: Option<String>,
    message: String,
    fields: Vec<(&'static str, Value)>,
}

enum Value {
    /// A number or a boolean, which JSON writes the same way.
    Bare(String),
    Text(String),
}

impl Line {
    pub(super) fn new(level: Level, time: UtcTime, request: Option<RequestNumber>) -> Self {
        let request = request.map(|request| request.to_string());
        Self { level, time, request, message: String::new(), fields: Vec::new() }
    }

    /// The whole line, with its end.
    pub(super) fn text(&self, form: Form) -> String {
        if form == Form::Json { self.json() } else { self.human(form == Form::Coloured) }
    }

    fn json(&self) -> String {
        let mut text = format!("{{\"time\":\"{}\",\"level\":\"{}\"", stamp(self.time), name(self.level));
        let request = self.request.iter().map(|request| ("request", request));
        for (name, value) in request.chain([("message", &self.message)]) {
            let _ = write!(text, ",\"{name}\":\"{}\"", escaped(value, true));
        }
        for (name, value) in &self.fields {
            let _ = match value {
                Value::Bare(value) => write!(text, ",\"{name}\":{value}"),
                Value::Text(value) => write!(text, ",\"{name}\":\"{}\"", escaped(value, true)),
            };
        }
        text.push_str("}\n");
        text
    }

    fn human(&self, coloured: bool) -> String {
        let mut text = match (coloured, self.level) {
            (false, level) => format!("{:5}", name(level).to_ascii_uppercase()),
            (true, Level::ERROR) => "\u{1b}[31mERROR\u{1b}[0m".to_owned(),
            (true, Level::WARN) => "\u{1b}[33mWARN\u{1b}[0m ".to_owned(),
            (true, level) => format!("\u{1b}[2m{:5}\u{1b}[0m", name(level).to_ascii_uppercase()),
        };
        if let Some(request) = &self.request {
            let _ = write!(text, " [{request}]");
        }
        let _ = write!(text, " {}", escaped(&self.message, false));
        for (name, value) in &self.fields {
            let (Value::Bare(value) | Value::Text(value)) = value;
            let _ = write!(text, " {name}={}", escaped(value, false));
        }
        text.push('\n');
        text
    }

    fn add(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::Text(text)) => self.message = text,
            // What a thread says of a request that another one serves.
            ("request", Value::Text(text)) => self.request = Some(text),
            (name, value) => self.fields.push((name, value)),
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, Value::Text(value.to_owned()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, Value::Bare(value.to_string()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, Value::Bare(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, Value::Bare(value.to_string()));
    }
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// The time as RFC 3339 writes it, to the millisecond.
fn stamp(time: UtcTime) -> String {
    let basic = time.to_string();
    let part = |from: usize, to: usize| basic.get(from..to).unwrap_or_default();
    let millis = time.unix_micros().rem_euclid(1_000_000).div_euclid(1000);
    let (date, clock) = ((part(0, 4), part(4, 6), part(6, 8)), (part(9, 11), part(11, 13), part(13, 15)));
    format!("{}-{}-{}T{}:{}:{}.{millis:03}Z", date.0, date.1, date.2, clock.0, clock.1, clock.2)
}

/// The text, bounded, with everything escaped that a terminal or a reader of lines could take for something else.
fn escaped(text: &str, json: bool) -> String {
    let mut end = text.len().min(MAX_VALUE_BYTES);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let mut safe = String::with_capacity(end);
    for c in text.get(..end).unwrap_or_default().chars() {
        match c {
            '"' | '\\' if json => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if is_hidden(c) => {
                let _ = write!(safe, "\\u{:04x}", u32::from(c));
            }
            c => safe.push(c),
        }
    }
    if end < text.len() {
        safe.push('…');
    }
    safe
}

/// Control characters, separators of lines, and what turns the direction of writing.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> Line {
        let mut line = Line::new(Level::WARN, UtcTime::from_unix_micros(1_795_521_600_123_456), None);
        line.message = message.to_owned();
        line
    }

    #[test]
    fn a_line_says_when_how_bad_and_what() {
        let mut line = line("it failed");
        line.fields.push(("number", Value::Bare("7".into())));
        line.fields.push(("why", Value::Text("no \"room\"".into())));
        assert_eq!(
            line.text(Form::Json),
            "{\"time\":\"2026-11-24T12:00:00.123Z\",\"level\":\"warn\",\"message\":\"it failed\",\"number\":7,\
             \"why\":\"no \\\"room\\\"\"}\n"
        );
        assert_eq!(line.text(Form::Plain), "WARN  it failed number=7 why=no \"room\"\n");
        assert!(line.text(Form::Coloured).starts_with("\u{1b}[33mWARN\u{1b}[0m  it failed"));
    }

    #[test]
    fn no_text_makes_a_second_line_a_colour_or_a_field() {
        for hostile in [
            "a\nERROR forged",
            "a\r\u{1b}[2J",
            "a\",\"level\":\"error",
            "\u{202e}txt\u{2028}b",
            "\u{7f}\u{9b}31m",
            "end\\",
        ] {
            let json = line(hostile).text(Form::Json);
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(value["message"], hostile, "the text itself is kept");
            assert_eq!(value["level"], "warn");
            for form in [Form::Json, Form::Plain] {
                let text = line(hostile).text(form);
                let (body, end) = text.split_at(text.len() - 1);
                assert!(end == "\n" && !body.chars().any(is_hidden), "{text:?}");
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = escaped(&"ä".repeat(MAX_VALUE_BYTES), false);
        assert_eq!(text.chars().count(), MAX_VALUE_BYTES / 2 + 1);
        assert!(text.ends_with('…'));
    }
}
