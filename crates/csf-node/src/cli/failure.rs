//! Why a command failed, whose fault it is, and what to try next.

use std::fmt;

use csf_api::{Object, Response, Status, Value};
use csf_client::{ClientError, ClientFault};
use proto_primitive::value_to_json;

use super::text::printable;
use crate::config::ConfigError;
use crate::error::NodeError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something impossible.
    Usage(String),
    /// The configuration is wrong.
    Config(ConfigError),
    /// The socket cannot be used.
    Unreachable {
        /// What the client says; it names the socket.
        error: ClientError,
        /// The program that would answer there.
        program: &'static str,
    },
    /// The connection broke, or the answer made no sense.
    Connection(String),
    /// The node refused.
    Refused {
        /// With this status.
        status: Status,
        /// And these words.
        text: Option<String>,
        /// What was probably meant by an address at which nothing is.
        nearest: Option<String>,
    },
    /// The content has no member of the name that was asked for.
    Member(String),
    /// Files of a state directory or of a backup cannot be used; it says which, and what to do.
    Files(NodeError),
    /// The result could not be written.
    Output(std::io::Error),
}

impl Failure {
    /// The refusal that this response is.
    pub(crate) fn refused(response: &Response) -> Self {
        let text = response.content.as_ref().and_then(|content| content.value.as_text());
        Self::Refused { status: response.status, text: text.map(printable), nearest: None }
    }

    /// 2 for what the caller wrote wrongly, 1 otherwise.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Config(_) => 2,
            Self::Unreachable { .. }
            | Self::Connection(_)
            | Self::Refused { .. }
            | Self::Member(_)
            | Self::Files(_)
            | Self::Output(_) => 1,
        }
    }
}

impl Failure {
    /// The failure as one line of JSON: what `--json` prints on standard error.
    pub(crate) fn json(&self) -> Vec<u8> {
        let said = self.to_string();
        let (text, hint) = match said.split_once("\nhint: ") {
            Some((text, hint)) => (text, Some(hint)),
            None => (said.as_str(), None),
        };
        let mut error = Object::new()
            .with("text", Value::text(text))
            .with("exit", Value::Integer(i64::from(self.exit_code())));
        if let Some(hint) = hint {
            error.set("hint", Value::text(hint));
        }
        if let Self::Refused { status, .. } = self {
            error.set("rsc", Value::Integer(i64::from(status.code())));
        }
        value_to_json(&Value::Object(Object::new().with("error", Value::Object(error))))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<NodeError> for Failure {
    fn from(error: NodeError) -> Self {
        Self::Files(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(problem) => write!(f, "{problem}\nhint: csf --help has examples"),
            Self::Config(error) => error.fmt(f),
            Self::Unreachable { error, program } => match error.fault() {
                ClientFault::NoSocket | ClientFault::NobodyListens => {
                    write!(
                        f,
                        "{error}\nhint: start it with: {program}; --state DIR and --profile choose another node"
                    )
                }
                ClientFault::NotPermitted => {
                    write!(f, "{error}\nhint: --as AE speaks as an application instead")
                }
                _ => error.fmt(f),
            },
            Self::Connection(problem) => f.write_str(problem),
            Self::Refused { status, text, nearest } => {
                write!(f, "{} ({})", status.name(), status.code())?;
                if let Some(text) = text {
                    write!(f, ": {text}")?;
                }
                match (nearest, hint(*status)) {
                    (Some(nearest), _) => write!(f, "\nhint: did you mean '{}'?", printable(nearest)),
                    (None, Some(hint)) => write!(f, "\nhint: {hint}"),
                    (None, None) => Ok(()),
                }
            }
            Self::Member(name) => write!(f, "the answer has no member '{}'", printable(name)),
            Self::Files(error) => error.fmt(f),
            Self::Output(error) => write!(f, "the result cannot be written: {error}"),
        }
    }
}

const fn hint(status: Status) -> Option<&'static str> {
    Some(match status {
        Status::NotFound => {
            "csf ls shows what is there; '-' is the CSEBase; a component left out is not found either"
        }
        Status::OriginatorHasNoPrivilege => {
            "ask the administrator; csf get -/security/policies shows which policies are in force"
        }
        Status::OriginatorNotAuthenticated => {
            "register first (csf --as Cname create - ae rn=name), or have the administrator list your user in \
             [local.users]"
        }
        Status::SecurityAssociationRequired => "use the local socket (--as) rather than plain HTTP",
        Status::OriginatorHasAlreadyRegistered => "this AE or CSE is registered; use it, or delete it first",
        Status::Conflict => "choose another name (--name)",
        Status::NotAcceptable => "no secure environment has that level; csf status shows the levels",
        Status::NotImplemented => "this node does not have that; csf status shows its components",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use csf_api::RequestId;

    use super::*;

    fn refusal(status: Status, text: &str) -> String {
        Failure::refused(&Response::new(status, RequestId::unknown(), None).with_text(text)).to_string()
    }

    #[test]
    fn a_refusal_has_its_name_number_words_and_a_hint() {
        assert_eq!(
            refusal(Status::OriginatorHasNoPrivilege, "no rule permits UPDATE"),
            "ORIGINATOR_HAS_NO_PRIVILEGE (4103): no rule permits UPDATE\nhint: ask the administrator; csf get \
             -/security/policies shows which policies are in force"
        );
        assert_eq!(refusal(Status::BadRequest, "why"), "BAD_REQUEST (4000): why");
    }

    #[test]
    fn a_program_gets_the_same_as_one_line_of_json() {
        let response = Response::new(Status::Conflict, RequestId::unknown(), None).with_text("rn is taken");
        let json = Failure::refused(&response).json();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            r#"{"error":{"text":"CONFLICT (4105): rn is taken","exit":1,"hint":"choose another name (--name)","rsc":4105}}"#
        );
        let json = Failure::Member("x".to_owned()).json();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            r#"{"error":{"text":"the answer has no member 'x'","exit":1}}"#
        );
    }

    #[test]
    fn words_of_the_node_cannot_move_the_cursor() {
        assert_eq!(refusal(Status::BadRequest, "a\u{1b}[2Jb"), "BAD_REQUEST (4000): a\\u{1b}[2Jb");
    }

    #[test]
    fn an_absent_node_says_how_to_start_it() {
        let socket = std::path::Path::new("/nowhere/admin.sock");
        let error = csf_client::Client::connect(socket, "CAdmin").expect_err("nobody can listen there");
        let failure = Failure::Unreachable { error, program: "csf-mn" };
        let text = failure.to_string();
        assert!(text.starts_with("/nowhere/admin.sock: there is no such socket"), "{text}");
        assert!(text.contains("\nhint: start it with: csf-mn;"), "{text}");
        assert_eq!(failure.exit_code(), 1);
        assert_eq!(Failure::Usage(String::new()).exit_code(), 2);
    }
}
