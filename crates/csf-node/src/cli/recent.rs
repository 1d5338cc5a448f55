//! `csf explain --recent` and `--request`: decisions of the last while, listed, and explained afterwards.

use csf_api::{Content, Object, Operation, Value};

use super::arguments::Explain;
use super::explain::{ADMINISTRATION, PERMITTED, ROOT, told};
use super::failure::Failure;
use super::report::Report;
use super::session::{Node, Session};
use super::table::Table;
use super::text::cell;

/// The root of a question about names behind pseudonyms.
const AUDIT: &str = "csf:audit";
/// The members of a decision that are pseudonyms.
const NAMES: [&str; 2] = ["fr", "to"];
/// The most names that are asked for together.
const MAX_TOGETHER: usize = 500;

/// Whether recent decisions are asked for.
pub(crate) const fn is_meant(asked: &Explain) -> bool {
    asked.recent.is_some() || asked.request.is_some()
}

/// Has the node list or explain them.
pub(crate) fn run<N: Node>(session: &mut Session<N>, asked: &Explain) -> Result<Report, Failure> {
    let question = match (&asked.request, asked.recent) {
        (Some(number), _) => Object::new().with("req", Value::text(number)),
        (None, most) => {
            let list = Object::new().with("lst", Value::Integer(i64::from(most.unwrap_or(1))));
            if asked.refused { list.with("rfs", Value::Bool(true)) } else { list }
        }
    };
    let mut answer = ask(session, ROOT, question)?;
    if asked.resolve {
        resolve(session, &mut answer)?;
    }
    let list = decisions(&answer);
    let mut out = String::new();
    if list.is_empty() {
        out.push_str(match asked.request {
            Some(_) => {
                "no decision of this request is kept: the newest of each outcome are, since the start\n"
            }
            None => "nothing was decided since the start\n",
        });
    } else if asked.request.is_some() {
        for decision in list {
            out.push_str(&explained(decision));
        }
    } else {
        out.push_str(&table(list));
    }
    if asked.request.is_some() && answer.get("cut").and_then(Value::as_bool) == Some(true) {
        out.push_str("there are more decisions of this request\n");
    }
    Ok(Report::of(out, Some(Content::new(ROOT, Value::Object(answer)))))
}

fn ask<N: Node>(session: &mut Session<N>, root: &str, question: Object) -> Result<Object, Failure> {
    let question = Content::new(root, Value::Object(question));
    let response = session.ask(Operation::Update, ADMINISTRATION, |r| r.content = Some(question))?;
    match response.content {
        Some(Content { value: Value::Object(told), .. }) => Ok(told),
        _ => Err(Failure::Connection("the node gave no answer".to_owned())),
    }
}

fn decisions(answer: &Object) -> &[Value] {
    answer.get("lst").and_then(Value::as_list).unwrap_or_default()
}

/// Puts names in the place of pseudonyms.
fn resolve<N: Node>(session: &mut Session<N>, answer: &mut Object) -> Result<(), Failure> {
    let list = decisions(answer).to_vec();
    let texts = list.iter().filter_map(Value::as_object);
    let texts = texts.flat_map(|one| NAMES.map(|name| one.get(name).and_then(Value::as_text))).flatten();
    let mut wanted: Vec<String> = texts.map(str::to_owned).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut names = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(MAX_TOGETHER) {
        let told =
            ask(session, AUDIT, Object::new().with("rsv", Value::texts(some.iter().map(String::as_str))))?;
        names.extend(told.get("rsv").and_then(Value::as_list).unwrap_or_default().iter().cloned());
    }
    let with_names = |one: &Value| {
        let mut one = one.as_object().cloned().unwrap_or_default();
        for member in NAMES {
            let pseudonym = one.get(member).and_then(Value::as_text);
            let at =
                pseudonym.and_then(|text| wanted.binary_search_by(|known| known.as_str().cmp(text)).ok());
            if let Some(name @ Value::Text(_)) = at.and_then(|at| names.get(at)) {
                one.set(member, name.clone());
            }
        }
        Value::Object(one)
    };
    answer.set("lst", Value::List(list.iter().map(with_names).collect()));
    Ok(())
}

fn member(of: &Object, name: &str) -> String {
    of.get(name).map_or("-".to_owned(), cell)
}

fn operation(decision: &Object) -> &'static str {
    let number = decision.get("op").and_then(Value::as_integer).and_then(|n| u8::try_from(n).ok());
    match number.and_then(Operation::from_number) {
        Some(Operation::Retrieve) if decision.get("fu").is_some() => "DISCOVERY",
        Some(operation) => operation.name(),
        None => "-",
    }
}

fn verdict(of: &Object) -> &'static str {
    if of.get("dec").and_then(Value::as_integer) == Some(PERMITTED) { "permitted" } else { "refused" }
}

fn table(list: &[Value]) -> String {
    let mut table = Table::headed(&["REQUEST", "TIME", "WHO", "HOW", "WHAT", "OF", "DECISION"]);
    for one in list.iter().filter_map(Value::as_object) {
        table.row([
            member(one, "req"),
            member(one, "tim"),
            member(one, "fr"),
            member(one, "std"),
            operation(one).to_owned(),
            member(one, "to"),
            verdict(one).to_owned(),
        ]);
    }
    table.to_string()
}

/// What was decided, and what the decision says when it is made again.
fn explained(decision: &Value) -> String {
    let Some(one) = decision.as_object() else { return String::new() };
    let mut out = format!(
        "{} {}: {} ({}) {} {}: {}\n",
        member(one, "tim"),
        member(one, "req"),
        member(one, "fr"),
        member(one, "std"),
        operation(one),
        member(one, "to"),
        verdict(one)
    );
    let Some(again) = one.get("exp").and_then(Value::as_object) else { return out };
    match again.get("thn").and_then(Value::as_bool) {
        Some(true) => out.push_str("made again, against the policies of then:\n"),
        Some(false) => out.push_str("made again, against the policies of NOW; those of then are not kept:\n"),
        None => return format!("{out}cannot be made again: {}\n\n", member(again, "gnd")),
    }
    out.push_str(&told(again));
    if again.get("sam").and_then(Value::as_bool) == Some(false) {
        out.push_str("this is another outcome than then\n");
    }
    let unknown = again.get("unk").and_then(Value::as_list).unwrap_or_default();
    if !unknown.is_empty() {
        let unknown: Vec<_> = unknown.iter().map(cell).collect();
        out.push_str(&format!("not kept, so not counted: {}\n", unknown.join("; ")));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use csf_api::Status;

    use super::super::arguments::{Arguments, Command};
    use super::*;
    use crate::cli::script::{Script, session};

    fn asked(words: &[&str]) -> Explain {
        let arguments = Arguments::try_parse_from(["csf", "explain"].iter().chain(words)).unwrap();
        let Command::Explain(asked) = arguments.command else { panic!("another command") };
        asked
    }

    const ONE: &str =
        r#""req":"5f3a1-2c","tim":"20261124T120000","fr":"~a","std":"proven","op":2,"to":"~b","dec":2"#;

    #[test]
    fn a_list_shows_pseudonyms_and_with_names_asks_for_them() {
        let list = format!(r#"{{"csf:explanation":{{"lst":[{{{ONE}}}],"cut":false,"kpt":9}}}}"#);
        let names = r#"{"csf:audit":{"rsv":["Cmeter",null]}}"#;
        for (words, shown, sent) in [
            (&["--recent"][..], "~a ", r#"{"csf:explanation":{"lst":20}}"#),
            (
                &["--recent", "5", "--refused", "--resolve"],
                "Cmeter ",
                r#"{"csf:explanation":{"lst":5,"rfs":true}}"#,
            ),
        ] {
            let script =
                Script::new().answer(Status::Updated, list.clone().leak()).answer(Status::Updated, names);
            let mut session = session("CAdmin", script);
            let report = run(&mut session, &asked(words)).unwrap();
            assert!(report.text().contains(shown) && report.text().contains("~b"), "{}", report.text());
            assert!(report.text().contains("RETRIEVE") && report.text().contains("refused"));
            assert_eq!(Script::body(&Script::sent(session)[0]), sent);
        }
    }

    #[test]
    fn an_explanation_says_against_which_policies_and_what_is_not_known() {
        for (again, says) in [
            (r#"{"dec":2,"sus":1,"gnd":"no rule","thn":true,"sam":true,"unk":[]}"#, "the policies of then"),
            (
                r#"{"dec":1,"sus":1,"gnd":"a rule","thn":false,"sam":false,"unk":["x"]}"#,
                "the policies of NOW",
            ),
            (
                r#"{"dec":1,"sus":1,"gnd":"a rule","thn":false,"sam":false,"unk":["x"]}"#,
                "another outcome than then",
            ),
            (r#"{"dec":1,"sus":1,"gnd":"a rule","thn":false,"sam":false,"unk":["x"]}"#, "not counted: x"),
            (r#"{"gnd":"who asked is not known any more"}"#, "cannot be made again: who asked"),
        ] {
            let answer = format!(r#"{{"csf:explanation":{{"lst":[{{{ONE},"exp":{again}}}],"cut":false}}}}"#);
            let mut session = session("CAdmin", Script::new().answer(Status::Updated, answer.leak()));
            let report = run(&mut session, &asked(&["--request", "5f3a1-2c"])).unwrap();
            assert!(report.text().contains(says), "{}", report.text());
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for words in [
            &["--refused"][..],
            &["--recent", "0"],
            &["--recent", "251"],
            &["--recent", "--request", "5f3a1-2c"],
            &["Cmeter", "retrieve", "-", "--resolve"],
            &["Cmeter", "retrieve"],
            &[],
        ] {
            let parsed = Arguments::try_parse_from(["csf", "explain"].iter().chain(words));
            assert!(parsed.is_err(), "{words:?}");
        }
    }
}
