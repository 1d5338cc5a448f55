//! `csf get`: one resource, or one attribute of it.

use csf_api::Operation;

use super::failure::Failure;
use super::report::{Report, members};
use super::session::{Node, Session};

/// Retrieves it.
pub(crate) fn run<N: Node>(session: &mut Session<N>, address: &str) -> Result<Report, Failure> {
    let response = session.ask(Operation::Retrieve, address, |_| ())?;
    let text = response.content.as_ref().map(members).unwrap_or_default();
    Ok(Report::of(text, response.content))
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    #[test]
    fn attributes_stand_in_two_columns_and_json_is_the_content() {
        let body = r#"{"m2m:cnt":{"rn":"readings","lbl":["a","b"],"cni":3}}"#;
        let mut session = session("Cmeter", Script::new().answer(Status::Ok, body));
        let report = run(&mut session, "-/meter/readings").unwrap();
        assert_eq!(report.text(), "rn   readings\nlbl  a, b\ncni  3\n");
        assert_eq!(report.json(), body.as_bytes());
    }

    #[test]
    fn a_refusal_is_a_failure_and_a_wrong_address_is_never_sent() {
        let script = Script::new().answer(Status::OriginatorHasNoPrivilege, r#"{"m2m:dbg":"no"}"#);
        let mut session = session("Cmeter", script);
        let failure = run(&mut session, "-/secret").unwrap_err();
        assert!(
            failure.to_string().starts_with("ORIGINATOR_HAS_NO_PRIVILEGE (4103): no\nhint: "),
            "{failure}"
        );
        assert!(matches!(run(&mut session, "a//b"), Err(Failure::Usage(_))));
        assert_eq!(Script::sent(session).len(), 1);
    }
}
