//! The conformance table for programs.

use serde_json::{Value, json};

use super::Subject;
use super::verdict::{Judged, Shown};

/// The table as JSON, with a newline at its end.
pub(super) fn render(judged: &[Judged<'_>], subject: &Subject) -> String {
    let rows: Vec<Value> = judged.iter().map(row).collect();
    let table = json!({ "profile": subject.profile, "se": subject.se, "requirements": rows });
    format!("{table:#}\n")
}

fn row(judged: &Judged<'_>) -> Value {
    let requirement = judged.requirement;
    let parts = judged.parts.iter().map(|(part, shown)| {
        let tests: Vec<String> = part.tests.iter().map(ToString::to_string).collect();
        json!({ "text": part.text, "state": word(*shown), "tests": tests })
    });
    json!({
        "id": requirement.id,
        "level": requirement.level,
        "condition": requirement.condition,
        "clause": requirement.clause,
        "title": requirement.title,
        "verdict": judged.verdict.to_string(),
        "exception": requirement.exception,
        "parts": parts.collect::<Vec<_>>(),
    })
}

fn word(shown: Shown) -> &'static str {
    match shown {
        Shown::Yes => "shown",
        Shown::NoTest => "no test",
        Shown::LeftOut => "left out",
        Shown::Failed => "failed",
    }
}
