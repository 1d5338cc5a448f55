//! `csf registry`: who and what the node manages, for the administrator.

use csf_api::{Object, Operation, Value};

use super::failure::Failure;
use super::report::Report;
use super::session::{Node, Session};
use super::status;
use super::table::Table;
use super::text::cell;

/// Where the registry is.
const REGISTRY: &str = "-/security/administration/registry";

/// The member that is told in words.
const SE_TYPE: &str = "seT";

/// A list of the registry: its title, its member, the member that counts it, and columns as heading and member.
struct Section {
    title: &'static str,
    list: &'static str,
    count: Option<&'static str>,
    columns: &'static [(&'static str, &'static str)],
}

const SECTIONS: &[Section] = &[
    Section {
        title: "Entities",
        list: "ent",
        count: Some("enC"),
        columns: &[("ID", "eid"), ("KIND", "ety"), ("NAME", "rn")],
    },
    Section {
        title: "Owners",
        list: "own",
        count: Some("owC"),
        columns: &[("ID", "eid"), ("RESOURCES", "rsC")],
    },
    Section {
        title: "Associations",
        list: "ass",
        count: Some("asC"),
        columns: &[
            ("SOCKET", "akd"),
            ("USER", "usr"),
            ("SINCE", "sin"),
            ("REQUESTS", "rqC"),
            ("PROVEN FOR", "ori"),
            ("IN ALL", "orC"),
        ],
    },
    Section {
        title: "Secure environments",
        list: "ses",
        count: None,
        columns: &[("NAME", "env"), ("TYPE", SE_TYPE), ("LEVEL", "seL")],
    },
];

/// Asks for it.
pub(crate) fn run<N: Node>(session: &mut Session<N>) -> Result<Report, Failure> {
    let response = session.ask(Operation::Retrieve, REGISTRY, |_| ())?;
    let text = response.content.as_ref().and_then(|content| content.value.as_object()).map(told);
    Ok(Report::of(text.unwrap_or_default(), response.content))
}

fn told(registry: &Object) -> String {
    let mut out = String::new();
    for section in SECTIONS {
        let list = registry.get(section.list).and_then(Value::as_list).unwrap_or_default();
        let count = section.count.and_then(|name| registry.get(name)).map(cell);
        let count = count.unwrap_or_else(|| list.len().to_string());
        out.push_str(&format!("{}: {count}\n", section.title));
        if !list.is_empty() {
            out.push_str(&table(section, list).to_string());
        }
        out.push('\n');
    }
    out.push_str(&format!("Functions: {}\n", registry.get("fns").map(cell).unwrap_or_default()));
    if registry.get("cut").and_then(Value::as_bool) == Some(true) {
        out.push_str("a list is cut; csf ls and discovery show the rest of what are resources\n");
    }
    out
}

fn table(section: &Section, list: &[Value]) -> Table {
    let mut table = Table::new();
    table.cells(section.columns.iter().map(|(heading, _)| (*heading).to_owned()).collect());
    for entry in list.iter().filter_map(Value::as_object) {
        let of = |(_, member): &(&str, &str)| match *member {
            SE_TYPE => status::kind(entry),
            member => entry.get(member).map(cell).unwrap_or_default(),
        };
        table.cells(section.columns.iter().map(of).collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    #[test]
    fn every_list_is_told_with_its_count() {
        let body = r#"{"csf:registry":{"enC":1,"ent":[{"eid":"Cmeter","ety":"AE","rn":"meter"}],"owC":0,"own":[],"asC":1001,"ass":[{"akd":"local","usr":1000,"sin":"20261124T120000","rqC":3,"ori":["Cmeter","local:billing"],"orC":2}],"ses":[{"env":"soft","sID":"x","seT":4,"seL":0}],"fns":["digest","mac"],"cut":true}}"#;
        let mut session = session("CAdmin", Script::new().answer(Status::Ok, body));
        let report = run(&mut session).unwrap();
        assert_eq!(
            report.text(),
            "Entities: 1\n\
             ID      KIND  NAME\n\
             Cmeter  AE    meter\n\
             \n\
             Owners: 0\n\
             \n\
             Associations: 1001\n\
             SOCKET  USER  SINCE            REQUESTS  PROVEN FOR             IN ALL\n\
             local   1000  20261124T120000  3         Cmeter, local:billing  2\n\
             \n\
             Secure environments: 1\n\
             NAME  TYPE      LEVEL\n\
             soft  software  0\n\
             \n\
             Functions: digest, mac\n\
             a list is cut; csf ls and discovery show the rest of what are resources\n"
        );
        assert_eq!(report.json(), body.as_bytes());
        assert_eq!(Script::sent(session)[0].to.to_string(), REGISTRY);
    }

    #[test]
    fn a_refusal_is_a_failure() {
        let script = Script::new().answer(Status::OriginatorHasNoPrivilege, r#"{"m2m:dbg":"no"}"#);
        assert!(matches!(run(&mut session("Cmeter", script)), Err(Failure::Refused { .. })));
    }
}
