//! `csf ls`: the children of a resource that the caller may see.

use csf_api::{Content, FilterCriteria, Operation, ResultContent, Value};

use super::failure::Failure;
use super::report::Report;
use super::session::{Node, Session};
use super::table::Table;
use super::text::{cell, printable};

/// A reference to a child.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Child {
    /// Its resource name, as far as the node tells.
    pub(crate) name: String,
    /// The number of its type.
    pub(crate) resource_type: Option<i64>,
    /// Its address.
    pub(crate) address: String,
}

/// Lists them.
pub(crate) fn run<N: Node>(session: &mut Session<N>, address: &str) -> Result<Report, Failure> {
    let content = references(session, address)?;
    let children = content.as_ref().map(children).unwrap_or_default();
    let mut table = Table::headed(&["NAME", "TYPE", "ADDRESS"]);
    for child in &children {
        let kind = child.resource_type.map(type_name).unwrap_or_default();
        table.row([printable(&child.name), kind, printable(&child.address)]);
    }
    let text = if children.is_empty() {
        format!("{} has no children that {} may see\n", printable(address), session.from())
    } else {
        table.to_string()
    };
    Ok(Report::of(text, content))
}

/// Asks for references to the children.
pub(crate) fn references<N: Node>(
    session: &mut Session<N>,
    address: &str,
) -> Result<Option<Content>, Failure> {
    let asked = session.ask(Operation::Retrieve, address, |request| {
        request.result_content = Some(ResultContent::ChildReferences);
        request.filter = Some(FilterCriteria { level: Some(1), ..FilterCriteria::default() });
    })?;
    Ok(asked.content)
}

/// The references in a content: `m2m:rrl` with `rrf`, or a bare list.
pub(crate) fn children(content: &Content) -> Vec<Child> {
    let list = match &content.value {
        Value::Object(object) => object.get("rrf").and_then(Value::as_list),
        other => other.as_list(),
    };
    list.unwrap_or_default().iter().filter_map(child).collect()
}

fn child(reference: &Value) -> Option<Child> {
    let object = reference.as_object()?;
    let address = object.get("val").map(cell).unwrap_or_default();
    let name = match object.get("nm").and_then(Value::as_text) {
        Some(name) => name.to_owned(),
        None => address.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    Some(Child { name, resource_type: object.get("typ").and_then(Value::as_integer), address })
}

/// The short names of TS-0004 for the types that a node hosts.
fn type_name(number: i64) -> String {
    match number {
        1 => "acp".to_owned(),
        2 => "ae".to_owned(),
        3 => "cnt".to_owned(),
        4 => "cin".to_owned(),
        5 => "cb".to_owned(),
        9 => "grp".to_owned(),
        16 => "csr".to_owned(),
        23 => "sub".to_owned(),
        28 => "fcnt".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    #[test]
    fn children_are_listed_with_name_type_and_address() {
        let body = r#"{"m2m:rrl":{"rrf":[{"nm":"meter","typ":2,"val":"cse-mn/meter"},{"typ":28,"val":"cse-mn/security"}]}}"#;
        let mut session = session("CAdmin", Script::new().answer(Status::Ok, body));
        let report = run(&mut session, "-").unwrap();
        assert_eq!(
            report.text(),
            "NAME      TYPE  ADDRESS\nmeter     ae    cse-mn/meter\nsecurity  fcnt  cse-mn/security\n"
        );
        assert_eq!(report.json(), body.as_bytes());
        assert_eq!(Script::sent(session)[0].result_content, Some(ResultContent::ChildReferences));
    }

    #[test]
    fn no_children_is_said_in_words() {
        let mut session = session("Cmeter", Script::new().answer(Status::Ok, r#"{"m2m:rrl":{"rrf":[]}}"#));
        assert_eq!(
            run(&mut session, "-/meter").unwrap().text(),
            "-/meter has no children that Cmeter may see\n"
        );
    }
}
