//! `csf doctor`: what is wrong around a node, the file or key, and what to do; whether the node runs or not.

use csf_api::{Object, Value};

use super::report::Report;
use super::table::Table;
use super::text::printable;
use crate::config::Sources;
use crate::doctor::{Finding, State, examine};
use crate::profile::Profile;

/// Looks, and tells. What is ill is bad news.
pub(crate) fn run(profile: &'static Profile, sources: Sources) -> Report {
    let findings = examine(profile, sources);
    let ill = findings.iter().filter(|finding| finding.state == State::Ill).count();
    Report::new(text(&findings, ill), json(&findings)).bad_news(ill > 0)
}

fn text(findings: &[Finding], ill: usize) -> String {
    let mut table = Table::headed(&["STATE", "WHAT", "FOUND"]);
    for finding in findings {
        let state = if finding.state == State::Ill { "ILL" } else { finding.state.name() };
        table.row([state.to_owned(), finding.about.to_owned(), printable(&finding.says)]);
        if !finding.remedy.is_empty() {
            table.row([String::new(), String::new(), format!("-> {}", printable(&finding.remedy))]);
        }
    }
    let sum = match ill {
        0 => "nothing is ill".to_owned(),
        1 => "1 thing is ill".to_owned(),
        more => format!("{more} things are ill"),
    };
    format!("{table}\n{sum}\n")
}

fn json(findings: &[Finding]) -> Value {
    let list = findings.iter().map(|finding| {
        let entry = Object::new()
            .with("about", Value::text(finding.about))
            .with("state", Value::text(finding.state.name()))
            .with("says", Value::text(&finding.says))
            .with("remedy", Value::text(&finding.remedy));
        Value::Object(entry)
    });
    Value::Object(Object::new().with("findings", Value::List(list.collect())))
}
