//! `csf invoke`: a sensitive function, called by an UPDATE of its own resource.

mod parts;

use super::assignment::object;
use super::failure::Failure;
use super::report::{Report, members};
use super::session::{Node, Session};
use parts::Call;

/// Where the functions are.
const FUNCTIONS: &str = "-/security/data/";
/// How the names of their resources begin.
const PREFIX: &str = "function-";

/// Calls it by its short id or its address.
pub(crate) fn run<N: Node>(
    session: &mut Session<N>,
    function: &str,
    inputs: &[String],
    octets: Option<&str>,
) -> Result<Report, Failure> {
    let (address, id) = locate(function);
    let input = object(inputs)?;
    let call = Call { address: &address, id, input };
    let content = match octets {
        None => call.alone(session)?,
        Some("-") => call.with(session, std::io::stdin(), "standard input")?,
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|e| Failure::Usage(format!("{path}: {e}")))?;
            call.with(session, file, path)?
        }
    };
    let text = content.as_ref().map(members).unwrap_or_default();
    Ok(Report::of(text, content))
}

/// The address and the short id of a function that is named by either.
pub(crate) fn locate(function: &str) -> (String, &str) {
    let last = function.rsplit('/').next().unwrap_or(function);
    let id = last.strip_prefix(PREFIX).unwrap_or(last);
    if function.contains('/') { (function.to_owned(), id) } else { (format!("{FUNCTIONS}{PREFIX}{id}"), id) }
}

#[cfg(test)]
mod tests {
    use csf_api::{Operation, Status};

    use super::*;
    use crate::cli::script::{Script, session};

    #[test]
    fn a_short_id_becomes_address_and_root() {
        assert_eq!(locate("random"), ("-/security/data/function-random".to_owned(), "random"));
        assert_eq!(locate("function-random"), ("-/security/data/function-random".to_owned(), "random"));
        let far = "/id-in/cse-in/security/data/function-sign";
        assert_eq!(locate(far), (far.to_owned(), "sign"));
    }

    #[test]
    fn input_goes_under_the_root_of_the_function_and_output_comes_back() {
        let script = Script::new().answer(Status::Updated, r#"{"csf:random":{"rndD":"AAEC"}}"#);
        let mut session = session("Cmeter", script);
        let report = run(&mut session, "random", &["Dsz=3".to_owned()], None).unwrap();
        assert_eq!(report.text(), "rndD  AAEC\n");
        let sent = Script::sent(session);
        assert_eq!(sent[0].operation, Operation::Update);
        assert_eq!(Script::body(&sent[0]), r#"{"csf:random":{"Dsz":3}}"#);
    }
}
