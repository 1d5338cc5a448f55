//! Requests as lines: the status that each must have, who asks, the method, the path, and with a body its type and text.
//!
//! ```text
//!   2001 Cmeter POST /-/meter 3 {"m2m:cnt":{"rn":"box"}}
//!   4103 Cguest GET  /-/meter/box
//!   2004 Cmeter PUT  /-/meter/box - {"m2m:cnt":{"lbl":["x"]}}
//! ```
//!
//! `admin` is the administrator, on the socket of administration.

use support::{NodeProcess, RawRequest, RawResponse, Wire};

/// A node, and what is said to it.
pub(crate) struct Journey {
    node: NodeProcess,
}

impl Journey {
    /// On a middle node, with these AEs registered under `-`, each by its stem without the `C`.
    pub(crate) fn of<const N: usize>(stems: [&str; N]) -> Self {
        Self::on(NodeProcess::with().profile("mn").start(), stems)
    }

    /// On this node.
    pub(crate) fn on<const N: usize>(node: NodeProcess, stems: [&str; N]) -> Self {
        let journey = Self { node };
        for stem in stems {
            let name = stem.trim_start_matches('C');
            let ae = format!(r#"{{"m2m:ae":{{"rn":"{name}","api":"Ntest","rr":true,"srv":["3"]}}}}"#);
            journey.go(&format!("2001 {stem} POST /- 2 {ae}"));
        }
        journey
    }

    /// Says these lines in their order; each must be answered as it says.
    #[track_caller]
    pub(crate) fn go(&self, lines: &str) {
        let mut said = false;
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (code, request) = line.split_once(' ').expect("a status");
            let answer = self.says(request.trim(), None);
            assert_eq!(
                answer.rsc().map(|rsc| rsc.to_string()).as_deref(),
                Some(code),
                "{line}\n{}",
                answer.text()
            );
            said = true;
        }
        assert!(said, "nothing was said");
    }

    /// The answer to one line without its status, with these tokens.
    #[track_caller]
    pub(crate) fn says(&self, line: &str, tokens: Option<&str>) -> RawResponse {
        let mut words = line.splitn(5, ' ').filter(|word| !word.is_empty());
        let (who, method) = (words.next().expect("who"), words.next().expect("a method"));
        let rest = line.split_once(method).map_or("", |(_, rest)| rest.trim_start());
        let mut words = rest.splitn(3, ' ');
        let path = words.next().expect("a path");
        let body = words.next().zip(words.next());
        let request = match body {
            Some(("-", text)) => RawRequest::new(method, path).body("application/json", text),
            Some((ty, text)) => {
                RawRequest::new(method, path).body(&format!("application/json;ty={ty}"), text)
            }
            None => RawRequest::new(method, path),
        };
        let request = tokens.into_iter().fold(request, |request, token| request.with("Authorization", token));
        let (mut wire, from) = match who {
            "admin" => (Wire::administration(&self.node), "CAdmin"),
            _ => (Wire::local(&self.node), who),
        };
        wire.exchange(&request.set("X-M2M-Origin", from).bytes()).expect("an answer")
    }

    /// What a member of the content that this line is answered with says, where it is a text.
    #[track_caller]
    pub(crate) fn learn(&self, line: &str, member: &str) -> String {
        let answer = self.says(line, None);
        let text = answer.text();
        let (_, rest) = text.split_once(&format!(r#""{member}":""#)).expect("the member");
        rest.split('"').next().expect("its text").to_owned()
    }
}

/// A policy of this name below `-/meter`, which `Cmeter` may change, with these rules.
pub(crate) fn policy(name: &str, rules: &str) -> String {
    let own = r#"{"acor":["Cmeter"],"acop":63}"#;
    format!(
        r#"2001 Cmeter POST /-/meter 1 {{"m2m:acp":{{"rn":"{name}","pv":{{"acr":[{rules}]}},"pvs":{{"acr":[{own}]}}}}}}"#
    )
}

/// The same policy with other rules.
pub(crate) fn change(name: &str, rules: &str) -> String {
    format!(r#"2004 Cmeter PUT /-/meter/{name} - {{"m2m:acp":{{"pv":{{"acr":[{rules}]}}}}}}"#)
}
