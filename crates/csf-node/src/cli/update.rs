//! `csf update`: some attributes of a resource, changed or removed.

use csf_api::{Content, Operation, Value};

use super::arguments::Update;
use super::assignment::{add_octets, body, object};
use super::failure::Failure;
use super::report::{Report, members};
use super::session::{Node, Session};

/// Changes them. Without a root name in the body, the target is asked for its own first.
pub(crate) fn run<N: Node>(session: &mut Session<N>, update: Update) -> Result<Report, Failure> {
    let (root, mut attributes) = match &update.data {
        Some(data) => body(data)?,
        None => (None, object(&update.attributes)?),
    };
    if let Some(source) = &update.octets {
        add_octets(&mut attributes, "msg", source)?;
    }
    if attributes.is_empty() {
        return Err(Failure::Usage("there is nothing to change; give NAME=VALUE".to_owned()));
    }
    let root = match root {
        Some(root) => root,
        None => root_of(session, &update.address)?,
    };
    let content = Content::new(&root, Value::Object(attributes));
    let response = session.ask(Operation::Update, &update.address, |r| r.content = Some(content))?;
    let mut text = "updated\n".to_owned();
    if let Some(content) = &response.content {
        text.push_str(&members(content));
    }
    Ok(Report::of(text, response.content))
}

/// The type of a resource shows in the root name of any representation of it.
fn root_of<N: Node>(session: &mut Session<N>, address: &str) -> Result<Box<str>, Failure> {
    let response = session.ask(Operation::Retrieve, address, |r| r.attributes = vec!["ty".into()])?;
    match response.content {
        Some(content) => Ok(content.root),
        None => Err(Failure::Connection("the node did not say of what type the resource is".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    fn update(attributes: &[&str], data: Option<&str>) -> Update {
        Update {
            address: "-/meter/readings".into(),
            attributes: attributes.iter().map(|word| (*word).to_owned()).collect(),
            data: data.map(str::to_owned),
            octets: None,
        }
    }

    #[test]
    fn the_root_name_is_asked_of_the_target() {
        let script = Script::new()
            .answer(Status::Ok, r#"{"m2m:cnt":{"ty":3}}"#)
            .answer(Status::Updated, r#"{"m2m:cnt":{"mni":5}}"#);
        let mut session = session("Cmeter", script);
        let report = run(&mut session, update(&["mni=5", "lbl=null"], None)).unwrap();
        assert_eq!(report.text(), "updated\nmni  5\n");
        let sent = Script::sent(session);
        assert_eq!(sent[0].operation, Operation::Retrieve);
        assert_eq!(Script::body(&sent[1]), r#"{"m2m:cnt":{"mni":5,"lbl":null}}"#);
    }

    #[test]
    fn a_body_with_a_root_needs_no_right_to_read() {
        let mut session = session("Cmeter", Script::new().answer(Status::Updated, ""));
        run(&mut session, update(&[], Some(r#"{"m2m:cnt":{"mni":5}}"#))).unwrap();
        assert_eq!(Script::sent(session).len(), 1);
    }

    #[test]
    fn nothing_to_change_is_a_usage_error() {
        let mut session = session("Cmeter", Script::new());
        assert!(matches!(run(&mut session, update(&[], None)), Err(Failure::Usage(_))));
    }
}
