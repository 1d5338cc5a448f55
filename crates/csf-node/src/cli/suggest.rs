//! What was probably meant by an address at which nothing is: the nearest name beside it that the caller may see.

use csf_api::Status;

use super::failure::Failure;
use super::ls;
use super::session::{Node, Session};
use crate::config::nearest;

/// Adds the nearest address to a failure that says that nothing is at this one.
pub(crate) fn nearest_to<N: Node>(session: &mut Session<N>, address: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Refused { status: Status::NotFound, text, nearest: None } => {
            let nearest = beside(session, address);
            Failure::Refused { status: Status::NotFound, text, nearest }
        }
        failure => failure,
    }
}

/// The nearest name among the children of the parent. That this question fails too changes nothing.
fn beside<N: Node>(session: &mut Session<N>, address: &str) -> Option<String> {
    let resource = address.split_once('#').map_or(address, |(resource, _)| resource);
    let (parent, name) = resource.rsplit_once('/')?;
    if parent.is_empty() {
        return None;
    }
    let content = ls::references(session, parent).ok()??;
    let children = ls::children(&content);
    let found =
        nearest(name, children.iter().map(|child| child.name.as_str()).filter(|other| *other != name))?;
    Some(format!("{parent}/{found}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::script::{Script, session};

    const CHILDREN: &str = r#"{"m2m:rrl":{"rrf":[{"nm":"security","typ":28,"val":"cse-mn/security"},{"nm":"meter","typ":2,"val":"cse-mn/meter"}]}}"#;

    fn suggested(address: &str, status: Status, body: &'static str) -> String {
        let mut session = session("CAdmin", Script::new().answer(status, body));
        let failure = Failure::Refused { status: Status::NotFound, text: None, nearest: None };
        nearest_to(&mut session, address, failure).to_string()
    }

    #[test]
    fn a_slip_in_a_name_is_answered_with_what_is_there() {
        let said = suggested("-/secuirty", Status::Ok, CHILDREN);
        assert!(said.contains("did you mean '-/security'?"), "{said}");
        let said = suggested("cse-mn/meters#ri", Status::Ok, CHILDREN);
        assert!(said.contains("did you mean 'cse-mn/meter'?"), "{said}");
    }

    #[test]
    fn what_is_far_from_everything_or_cannot_be_asked_is_not_guessed() {
        for (address, status, body) in [
            ("-/pump", Status::Ok, CHILDREN),
            ("-/secuirty", Status::OriginatorHasNoPrivilege, ""),
            ("-/secuirty", Status::Ok, ""),
        ] {
            let said = suggested(address, status, body);
            assert!(said.starts_with("NOT_FOUND (4004)\nhint: csf ls shows"), "{said}");
        }
        // Without a parent nobody is asked.
        let mut session = session("CAdmin", Script::new());
        let failure = Failure::Refused { status: Status::NotFound, text: None, nearest: None };
        assert!(!nearest_to(&mut session, "abc", failure).to_string().contains("did you mean"));
        assert!(Script::sent(session).is_empty());
    }

    #[test]
    fn another_failure_stays_as_it_is_and_nothing_is_asked() {
        let mut session = session("CAdmin", Script::new());
        let failure = Failure::Refused { status: Status::BadRequest, text: None, nearest: None };
        assert_eq!(nearest_to(&mut session, "-/secuirty", failure).to_string(), "BAD_REQUEST (4000)");
        assert!(Script::sent(session).is_empty());
    }
}
