//! Which records of the log: by time, by who asked, by what came of it.

use clap::Args;
use csf_api::UtcTime;

use crate::audit_log::Entry;

/// Which records are wanted.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Choice {
    /// From this day or moment on, in UTC: 2026-11-24 or 2026-11-24T12:00:00
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<UtcTime>,
    /// Before this day or moment
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<UtcTime>,
    /// Of this entity: its name, which takes the administrator, or its pseudonym
    // Named otherwise than the option, because that of --as has this name already.
    #[arg(long = "originator", value_name = "NAME")]
    pub(crate) entity: Option<String>,
    /// With this outcome: permitted, denied, or a response status code such as 4106
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    pub(crate) outcome: Option<Outcome>,
    /// Of the request with this number, as the node's log and 'csf explain --recent' have it: 5f3a1-2c
    #[arg(long, value_name = "NUMBER")]
    pub(crate) request: Option<String>,
    /// Of this kind, such as key-use or administration
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
}

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was carried out.
    Permitted,
    /// It was refused.
    Denied,
    /// It was answered with this status.
    Status(u64),
}

/// Reads a day or a moment; dashes and colons may be there or not.
pub(crate) fn moment(text: &str) -> Result<UtcTime, String> {
    let mut plain: String = text.chars().filter(|c| !matches!(c, '-' | ':' | 'Z')).collect();
    if plain.len() == "20261124".len() {
        plain.push_str("T000000");
    }
    UtcTime::parse(&plain)
        .map_err(|_| "a time is written as 2026-11-24 or 2026-11-24T12:00:00, in UTC".to_owned())
}

fn outcome(text: &str) -> Result<Outcome, String> {
    match text {
        "permitted" => Ok(Outcome::Permitted),
        "denied" => Ok(Outcome::Denied),
        code => code
            .parse()
            .map(Outcome::Status)
            .map_err(|_| "an outcome is permitted, denied or a response status code such as 4106".to_owned()),
    }
}

impl Choice {
    /// Whether the record is wanted; the originator is a pseudonym here.
    pub(crate) fn takes(&self, entry: &Entry, originator: Option<&str>) -> bool {
        let timed = self.since.is_some() || self.until.is_some();
        let time = if timed { entry.text("t").and_then(|text| UtcTime::parse(text).ok()) } else { None };
        self.since.is_none_or(|since| time.is_some_and(|time| time >= since))
            && self.until.is_none_or(|until| time.is_some_and(|time| time < until))
            && originator.is_none_or(|wanted| entry.text("o") == Some(wanted))
            && self.request.as_deref().is_none_or(|wanted| entry.text("r") == Some(wanted))
            && self.kind.as_deref().is_none_or(|kind| entry.kind() == kind)
            && self.outcome.is_none_or(|outcome| match outcome {
                Outcome::Permitted => entry.status().is_some_and(|code| (2000..3000).contains(&code)),
                Outcome::Denied => entry.kind() == "denied",
                Outcome::Status(code) => entry.status() == Some(code),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_with_and_without_marks_and_nothing_else_is() {
        for (text, read) in [
            ("2026-11-24", "20261124T000000"),
            ("20261124", "20261124T000000"),
            ("2026-11-24T12:30:00Z", "20261124T123000"),
            ("20261124T123000", "20261124T123000"),
        ] {
            assert_eq!(moment(text), Ok(UtcTime::parse(read).unwrap()), "{text}");
        }
        for text in ["", "yesterday", "2026-13-24", "2026-11", "2026-11-24T25:00:00"] {
            assert!(moment(text).unwrap_err().contains("2026-11-24"), "{text}");
        }
    }

    #[test]
    fn each_condition_takes_some_records_and_leaves_others() {
        let entry =
            Entry::read(r#"{"n":7,"t":"20261124T120000","k":"denied","r":"5f3a1-2c","o":"~a","op":2,"rsc":4103,"g":"why"}"#)
                .unwrap();
        let day = |text| Some(moment(text).unwrap());
        let none = Choice::default;
        for (choice, originator, taken) in [
            (none(), None, true),
            (none(), Some("~a"), true),
            (none(), Some("~b"), false),
            (Choice { since: day("20261124T120000"), ..none() }, None, true),
            (Choice { since: day("20261124T120001"), ..none() }, None, false),
            (Choice { until: day("20261124T120000"), ..none() }, None, false),
            (Choice { until: day("20261125"), ..none() }, None, true),
            (Choice { outcome: Some(Outcome::Denied), ..none() }, None, true),
            (Choice { outcome: Some(Outcome::Permitted), ..none() }, None, false),
            (Choice { outcome: outcome("4103").ok(), ..none() }, None, true),
            (Choice { outcome: outcome("4106").ok(), ..none() }, None, false),
            (Choice { request: Some("5f3a1-2c".into()), ..none() }, None, true),
            (Choice { request: Some("5f3a1-2".into()), ..none() }, None, false),
            (Choice { kind: Some("denied".into()), ..none() }, None, true),
            (Choice { kind: Some("key-use".into()), ..none() }, None, false),
        ] {
            assert_eq!(choice.takes(&entry, originator), taken, "{choice:?} {originator:?}");
        }
    }
}
