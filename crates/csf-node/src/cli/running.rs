//! The configuration of the running node: shown, changed until the node ends, read again from its files.

use csf_api::{Content, Object, Operation, Value};

use super::arguments::ConfigCommand;
use super::failure::Failure;
use super::report::Report;
use super::session::{Node, Session};
use super::table::Table;
use super::text::{cell, printable};

/// Where the node shows and changes it.
const CONFIGURATION: &str = "-/security/administration/configuration";
/// The root of a change.
const CHANGE: &str = "csf:configurationChange";

/// Runs one of the commands that need a node.
pub(crate) fn run<N: Node>(session: &mut Session<N>, command: &ConfigCommand) -> Result<Report, Failure> {
    match command {
        ConfigCommand::Set { assignments } => {
            let mut settings = Object::new();
            for assignment in assignments {
                let (key, value) = assignment
                    .split_once('=')
                    .ok_or_else(|| Failure::Usage(format!("'{assignment}' has no '='; write KEY=VALUE")))?;
                settings.set(key.trim(), Value::text(value));
            }
            change(session, Object::new().with("set", Value::Object(settings)))
        }
        ConfigCommand::Unset { keys } => {
            let settings = keys.iter().fold(Object::new(), |all, key| all.with(key, Value::Null));
            change(session, Object::new().with("set", Value::Object(settings)))
        }
        ConfigCommand::Reload => change(session, Object::new().with("rld", Value::Bool(true))),
        _ => {
            let response = session.ask(Operation::Retrieve, CONFIGURATION, |_| ())?;
            Ok(told(response.content, |_| true))
        }
    }
}

/// Changes it; what is set by the administrator is told.
fn change<N: Node>(session: &mut Session<N>, change: Object) -> Result<Report, Failure> {
    let content = Content::new(CHANGE, Value::Object(change));
    let response = session.ask(Operation::Update, CONFIGURATION, |r| r.content = Some(content))?;
    Ok(told(response.content, |origin| origin == "administration"))
}

/// The keys whose origin is wanted, each with its value, where it comes from, and when a change takes effect.
fn told(content: Option<Content>, wanted: impl Fn(&str) -> bool) -> Report {
    let all = content.as_ref().and_then(|content| content.value.as_object()?.get("eff")?.as_object());
    let mut table = Table::new();
    let mut lines = 0_usize;
    for (key, entry) in all.into_iter().flat_map(Object::iter) {
        let member = |name: &str| entry.as_object().and_then(|e| e.get(name)).map(cell).unwrap_or_default();
        let (origin, change) = (member("org"), member("chg"));
        if wanted(&origin) {
            lines = lines.saturating_add(1);
            let change = if change == "restart" { "; a change needs a restart" } else { "" };
            table.row([format!("{} = {}", printable(key), member("val")), format!("# {origin}{change}")]);
        }
    }
    let text = if lines == 0 {
        "# nothing is set by administration; file, variables and flags are in force\n".to_owned()
    } else {
        table.to_string()
    };
    Report::of(text, content)
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    const ANSWER: &str = r#"{"csf:configuration":{"eff":{
        "http.listen":{"val":"\"off\"","org":"--set","chg":"restart"},
        "limits.depth":{"val":"9","org":"administration","chg":"live"}}}}"#;

    #[test]
    fn what_is_set_goes_as_text_and_what_administration_set_is_told() {
        let mut session = session("CAdmin", Script::new().answer(Status::Updated, ANSWER));
        let assignments = vec!["limits.depth=9".into(), "local.users.alice=Cx,Cy".into()];
        let report = run(&mut session, &ConfigCommand::Set { assignments }).unwrap();
        assert_eq!(report.text(), "limits.depth = 9  # administration\n");
        let sent = Script::sent(session).pop().unwrap().content.unwrap();
        assert_eq!(&*sent.root, "csf:configurationChange");
        let set = sent.value.as_object().unwrap().get("set").unwrap().as_object().unwrap().clone();
        assert_eq!(set.get("local.users.alice"), Some(&Value::text("Cx,Cy")));
    }

    #[test]
    fn null_takes_a_value_away_and_a_reload_says_so() {
        let nothing = r#"{"csf:configuration":{"eff":{}}}"#;
        for (command, member, value) in [
            (
                ConfigCommand::Unset { keys: vec!["a".into()] },
                "set",
                Value::Object(Object::new().with("a", Value::Null)),
            ),
            (ConfigCommand::Reload, "rld", Value::Bool(true)),
        ] {
            let mut session = session("CAdmin", Script::new().answer(Status::Updated, nothing));
            let report = run(&mut session, &command).unwrap();
            assert!(report.text().starts_with("# nothing is set by administration"), "{}", report.text());
            let sent = Script::sent(session).pop().unwrap().content.unwrap();
            assert_eq!(sent.value.as_object().unwrap().get(member), Some(&value));
        }
    }

    #[test]
    fn the_whole_is_shown_with_what_needs_a_restart() {
        let mut session = session("CAdmin", Script::new().answer(Status::Ok, ANSWER));
        let report = run(&mut session, &ConfigCommand::Running).unwrap();
        assert_eq!(
            report.text(),
            "http.listen = \"off\"  # --set; a change needs a restart\nlimits.depth = 9     # administration\n"
        );
    }

    #[test]
    fn an_assignment_without_a_value_is_a_usage_error_and_nothing_is_sent() {
        let mut session = session("CAdmin", Script::new());
        let set = ConfigCommand::Set { assignments: vec!["limits.depth".into()] };
        assert_eq!(run(&mut session, &set).unwrap_err().exit_code(), 2);
        assert!(Script::sent(session).is_empty());
    }
}
