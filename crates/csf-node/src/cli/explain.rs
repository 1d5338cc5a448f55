//! `csf explain`: why an originator may or may not, rule by rule, for the administrator.

use csf_api::{AccessOperation, Content, Object, Operation, Value};

use super::arguments::Explain;
use super::failure::Failure;
use super::kinds::Kind;
use super::report::Report;
use super::session::{Node, Session};
use super::table::Table;
use super::text::{cell, printable};

/// Which resource is asked.
pub(super) const ADMINISTRATION: &str = "-/security/administration";
/// The root of question and answer.
pub(super) const ROOT: &str = "csf:explanation";
/// `fu` of a discovery.
const DISCOVERS: i64 = 1;
/// `sus`: nothing is at the target.
const NOTHING_THERE: i64 = 2;
/// `dec`: permitted.
pub(super) const PERMITTED: i64 = 1;

/// The operations, for the command line.
pub(crate) const OPERATIONS: [&str; 6] = ["create", "retrieve", "update", "delete", "notify", "discovery"];

/// Has the node explain a decision.
pub(crate) fn run<N: Node>(session: &mut Session<N>, asked: &Explain) -> Result<Report, Failure> {
    let content = Content::new(ROOT, Value::Object(question(asked)?));
    let response =
        session.ask(Operation::Update, ADMINISTRATION, |request| request.content = Some(content))?;
    let text = response.content.as_ref().and_then(|content| content.value.as_object()).map(told);
    Ok(Report::of(text.unwrap_or_default(), response.content))
}

/// The originator on the command line that stands for nobody.
const NOBODY: &str = "-";

fn question(asked: &Explain) -> Result<Object, Failure> {
    let word = asked.operation.as_deref().unwrap_or_default();
    let named = |operation: &AccessOperation| operation.name().eq_ignore_ascii_case(word);
    let operation = AccessOperation::ALL.into_iter().find(named);
    let (number, discovers) = match operation {
        Some(AccessOperation::Create) => (Operation::Create, false),
        Some(AccessOperation::Retrieve) => (Operation::Retrieve, false),
        Some(AccessOperation::Update) => (Operation::Update, false),
        Some(AccessOperation::Delete) => (Operation::Delete, false),
        Some(AccessOperation::Notify) => (Operation::Notify, false),
        Some(AccessOperation::Discovery) => (Operation::Retrieve, true),
        None => {
            return Err(Failure::Usage(format!("there is no operation '{}'", printable(word))));
        }
    };
    let mut question = Object::new();
    if let Some(about) = asked.about.as_deref().filter(|about| *about != NOBODY) {
        question.set("fr", Value::text(about));
    }
    question.set("op", Value::Integer(i64::from(number.number())));
    question.set("to", Value::text(asked.target.as_deref().unwrap_or_default()));
    question.set("atn", Value::Bool(asked.authenticated));
    if discovers {
        question.set("fu", Value::Integer(DISCOVERS));
    }
    match (operation, asked.kind.as_deref().and_then(Kind::named)) {
        (Some(AccessOperation::Create), Some(kind)) => {
            question.set("rrt", Value::Integer(i64::from(kind.resource_type.number())));
            if let Some(definition) = asked.definition.as_deref().or(kind.definition()) {
                question.set("cnd", Value::text(definition));
            }
        }
        (Some(AccessOperation::Create), None) => {
            return Err(Failure::Usage("say with --type what would be created".to_owned()));
        }
        (_, Some(_)) => return Err(Failure::Usage("--type goes with create".to_owned())),
        (_, None) if asked.definition.is_some() => {
            return Err(Failure::Usage("--definition goes with create --type fcnt".to_owned()));
        }
        (_, None) => {}
    }
    for (name, list) in [("rids", &asked.credentials.roles), ("tkns", &asked.credentials.tokens)] {
        if !list.is_empty() {
            question.set(name, Value::texts(list.iter().map(|text| &**text)));
        }
    }
    if !asked.attributes.is_empty() {
        question.set("att", Value::texts(asked.attributes.iter().map(String::as_str)));
    }
    if let Some(address) = asked.address {
        question.set("adr", Value::text(&address.to_string()));
    }
    if let Some(time) = asked.time {
        question.set("tim", Value::text(&time.to_string()));
    }
    Ok(question)
}

/// The verdict, then every rule, then the same of each member of a group.
pub(super) fn told(answer: &Object) -> String {
    let text = |object: &Object, name| object.get(name).map(cell).unwrap_or_default();
    let number = |name| answer.get(name).and_then(Value::as_integer);
    let verdict = match (number("sus"), number("dec")) {
        (Some(NOTHING_THERE), _) => "not decided",
        (_, Some(PERMITTED)) => "permitted",
        _ => "refused",
    };
    let mut out = format!("{verdict}: {}\n", text(answer, "gnd"));
    if answer.get("std").is_some() {
        out.push_str(&format!("kind of caller: {}\n", text(answer, "std")));
    }
    let list = |name| answer.get(name).and_then(Value::as_list).unwrap_or_default();
    if !list("rids").is_empty() {
        out.push_str(&format!("roles that hold: {}\n", text(answer, "rids")));
    }
    let mut table = Table::headed(&["POLICY", "SECTION", "RULE", "OUTCOME"]);
    for rule in list("rls").iter().filter_map(Value::as_object) {
        let (of, section) = match rule.get("tkn") {
            Some(token) => (format!("token {}", cell(token)), format!("permission {}", text(rule, "prm"))),
            None => (text(rule, "pol"), text(rule, "sct")),
        };
        table.row([of, section, text(rule, "idx"), text(rule, "why")]);
    }
    if !list("rls").is_empty() {
        out.push_str(&format!("\n{table}"));
    }
    let consulted: Vec<&Object> = list("das").iter().filter_map(Value::as_object).collect();
    // Of a consultation it is said below what became of it.
    let is_consulted = |id: &Value| consulted.iter().any(|step| step.get("con") == Some(id));
    for policy in list("abs").iter().filter(|id| !is_consulted(id)) {
        out.push_str(&format!("{}: this policy could not be had\n", cell(policy)));
    }
    for step in &consulted {
        out.push_str(&format!("{}: {}\n", text(step, "con"), text(step, "why")));
    }
    if answer.get("cut").and_then(Value::as_bool) == Some(true) {
        out.push_str("there is more than is listed\n");
    }
    for member in list("mbs").iter().filter_map(Value::as_object) {
        out.push_str(&format!("\nmember {}: ", text(member, "to")));
        out.push_str(&told(member));
    }
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
        let Command::Explain(mut asked) = arguments.command else { panic!("another command") };
        assert_eq!(arguments.global.originator, None, "the administrator asks");
        asked.credentials.roles = arguments.global.roles.iter().map(|role| role.as_str().into()).collect();
        asked
    }

    const ANSWER: &str = r#"{"csf:explanation":{"dec":2,"sus":1,"gnd":"the rule is for another time","std":"proven","rids":["r@csf.example"],"rls":[{"pol":"acp-1","sct":"privileges","idx":0,"ok":false,"why":"the rule is for another time"}],"abs":["acp-2","dac-1"],"das":[{"con":"dac-1","why":"no answer: not in time"}],"cut":false}}"#;

    #[test]
    fn every_circumstance_is_sent_and_the_verdict_comes_first() {
        let mut session = session("CAdmin", Script::new().answer(Status::Updated, ANSWER));
        let words = "Cguest update -/meter --role r@csf.example --authenticated --address 192.0.2.1 \
                     --time 20261124T120000 --attribute lbl";
        let report = run(&mut session, &asked(&words.split_whitespace().collect::<Vec<_>>())).unwrap();
        assert_eq!(
            report.text(),
            "refused: the rule is for another time\n\
             kind of caller: proven\n\
             roles that hold: r@csf.example\n\
             \n\
             POLICY  SECTION     RULE  OUTCOME\n\
             acp-1   privileges  0     the rule is for another time\n\
             acp-2: this policy could not be had\n\
             dac-1: no answer: not in time\n"
        );
        let sent = Script::sent(session);
        assert_eq!(sent[0].to.to_string(), ADMINISTRATION);
        assert_eq!(
            Script::body(&sent[0]),
            r#"{"csf:explanation":{"fr":"Cguest","op":3,"to":"-/meter","atn":true,"rids":["r@csf.example"],"att":["lbl"],"adr":"192.0.2.1","tim":"20261124T120000"}}"#
        );
    }

    #[test]
    fn each_operation_has_its_number() {
        for (words, op) in [
            (&["C1", "create", "-", "--type", "cnt"][..], r#""op":1,"to":"-","atn":false,"rrt":3}"#),
            (&["C1", "retrieve", "-"], r#""op":2,"to":"-","atn":false}"#),
            (&["C1", "delete", "-"], r#""op":4,"to":"-","atn":false}"#),
            (&["C1", "notify", "-"], r#""op":5,"to":"-","atn":false}"#),
            (&["C1", "discovery", "-"], r#""op":2,"to":"-","atn":false,"fu":1}"#),
            (&["-", "retrieve", "-"], r#"{"csf:explanation":{"op":2,"to":"-","atn":false}}"#),
            (&["C1", "create", "-", "--type", "key"], r#""rrt":28,"cnd":"csf:keyObject"}"#),
            (&["C1", "create", "-", "--type", "fcnt", "--definition", "org.x"], r#""rrt":28,"cnd":"org.x"}"#),
        ] {
            let answer = r#"{"csf:explanation":{"sus":2,"gnd":"nothing is there"}}"#;
            let mut session = session("CAdmin", Script::new().answer(Status::Updated, answer));
            let report = run(&mut session, &asked(words)).unwrap();
            assert_eq!(report.text(), "not decided: nothing is there\n");
            let body = Script::body(&Script::sent(session)[0]);
            assert!(body.contains(op), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_asked_is_said_before_anything_is_sent() {
        for words in [&["C1", "create", "-"][..], &["C1", "delete", "-", "--type", "cnt"]] {
            let mut session = session("CAdmin", Script::new());
            assert!(matches!(run(&mut session, &asked(words)), Err(Failure::Usage(_))), "{words:?}");
            assert!(Script::sent(session).is_empty());
        }
        let parse = |words: &[&str]| Arguments::try_parse_from(["csf", "explain"].iter().chain(words));
        let slip = parse(&["C1", "retreive", "-"]).unwrap_err().to_string();
        assert!(slip.contains("'retrieve'"), "{slip}");
        assert!(parse(&["C1", "retrieve", "-", "--address", "here"]).is_err());
        assert!(parse(&["C1", "retrieve", "-", "--time", "noon"]).is_err());
    }
}
