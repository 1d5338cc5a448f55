//! `csf authenticate`: challenges, answers to them and checks, and what somebody signs whose key is elsewhere.

use base64ct::{Base64, Encoding};
use clap::{Subcommand, ValueEnum};
use csf_api::{Content, Object, Operation, Value};
use csf_transport::{Challenge, Part, Statement, covered};

use super::failure::Failure;
use super::report::{Report, members};
use super::session::{Node, Session};

/// Where the service is.
const SERVICE: &str = "-/security/authentication";

/// What is done.
#[derive(Debug, Subcommand)]
pub(crate) enum AuthenticateCommand {
    /// Have the node give a challenge to somebody; it waits two minutes, for one check
    Challenge {
        /// Who is to answer
        #[arg(value_name = "ORIGINATOR")]
        claimant: String,
        /// What for, in words that both sides know
        #[arg(long, value_name = "TEXT")]
        purpose: Option<String>,
        /// Begin a mutual run: that one will ask back
        #[arg(long, conflicts_with = "after")]
        mutual: bool,
        /// Ask back, in the mutual run that began with this challenge
        #[arg(long, value_name = "CHALLENGE")]
        after: Option<String>,
    },
    /// Answer a challenge with the key of a credential of one's own
    Answer {
        /// The address of the credential
        #[arg(allow_hyphen_values = true)]
        credential: String,
        /// The challenge
        challenge: String,
        /// Who asked
        #[arg(long, value_name = "ORIGINATOR")]
        to: String,
        /// What for: the same that was asked for
        #[arg(long, value_name = "TEXT")]
        purpose: Option<String>,
        /// The other challenge of a mutual run: one's own
        #[arg(long, value_name = "CHALLENGE")]
        own: Option<String>,
    },
    /// Check the answer to one's own challenge; exit code 1 if it is not right, whatever is wrong
    Check {
        /// Who answered
        #[arg(value_name = "ORIGINATOR")]
        claimant: String,
        /// The address of its credential
        #[arg(allow_hyphen_values = true)]
        credential: String,
        /// One's own challenge
        challenge: String,
        /// The answer
        answer: String,
        /// The other challenge of a mutual run: that of whoever answered
        #[arg(long, value_name = "CHALLENGE")]
        other: Option<String>,
        /// The least level of the key, 0 to 3
        #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(i64).range(0..=3))]
        level: Option<i64>,
    },
    /// Print what an answer is a signature of, for a key that is elsewhere: base64 of octets; asks no node
    Statement {
        /// Who answers, in absolute form
        #[arg(long, value_name = "ID")]
        claimant: String,
        /// Who asked, in absolute form
        #[arg(long, value_name = "ID")]
        verifier: String,
        /// The challenge
        #[arg(value_parser = challenge)]
        challenge: Challenge,
        /// One's own challenge, in a mutual run
        #[arg(long, value_name = "CHALLENGE", value_parser = challenge, requires = "part")]
        own: Option<Challenge>,
        /// Which answer of a mutual run it is
        #[arg(long, requires = "own")]
        part: Option<MutualPart>,
        /// What for
        #[arg(long, value_name = "TEXT", default_value = "")]
        purpose: String,
    },
}

/// An answer of a mutual run.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum MutualPart {
    /// By whoever was asked first
    First,
    /// By whoever began
    Second,
}

impl AuthenticateCommand {
    /// Whether a node is asked.
    pub(crate) const fn needs_a_node(&self) -> bool {
        !matches!(self, Self::Statement { .. })
    }
}

/// Asks the node.
pub(crate) fn run<N: Node>(session: &mut Session<N>, asked: &AuthenticateCommand) -> Result<Report, Failure> {
    let optional = |body: &mut Object, name: &str, value: Option<&String>| {
        if let Some(value) = value {
            body.set(name, Value::text(value));
        }
    };
    let (root, body) = match asked {
        AuthenticateCommand::Challenge { claimant, purpose, mutual, after } => {
            let mut body = Object::new().with("cla", Value::text(claimant));
            optional(&mut body, "pur", purpose.as_ref());
            optional(&mut body, "pch", after.as_ref());
            if *mutual {
                body.set("mut", Value::Bool(true));
            }
            ("csf:challenge", body)
        }
        AuthenticateCommand::Answer { credential, challenge, to, purpose, own } => {
            let mut body = Object::new()
                .with("crd", Value::text(credential))
                .with("chl", Value::text(challenge))
                .with("vrf", Value::text(to));
            optional(&mut body, "pur", purpose.as_ref());
            optional(&mut body, "pch", own.as_ref());
            ("csf:response", body)
        }
        AuthenticateCommand::Check { claimant, credential, challenge, answer, other, level } => {
            let mut body = Object::new()
                .with("chl", Value::text(challenge))
                .with("cla", Value::text(claimant))
                .with("crd", Value::text(credential))
                .with("rsp", Value::text(answer));
            optional(&mut body, "pch", other.as_ref());
            if let Some(level) = level {
                body.set("msl", Value::Integer(*level));
            }
            ("csf:verification", body)
        }
        AuthenticateCommand::Statement { .. } => return statement(asked),
    };
    let content = Content::new(root, Value::Object(body));
    let response = session.ask(Operation::Update, SERVICE, |request| request.content = Some(content))?;
    let told = response.content.as_ref().and_then(|content| content.value.as_object());
    let right = told.and_then(|told| told.get("vR"));
    // Of whoever does not say that it is right, nothing is known.
    let wrong = matches!(asked, AuthenticateCommand::Check { .. }) && right != Some(&Value::Bool(true));
    let text = response.content.as_ref().map(members).unwrap_or_default();
    Ok(Report::of(text, response.content).bad_news(wrong))
}

/// Spells a statement.
pub(crate) fn statement(asked: &AuthenticateCommand) -> Result<Report, Failure> {
    let AuthenticateCommand::Statement { claimant, verifier, challenge, own, part, purpose } = asked else {
        return Err(Failure::Usage("this command asks a node".to_owned()));
    };
    for id in [claimant, verifier] {
        if !id.starts_with("//") {
            let text =
                format!("'{id}' is no identifier in absolute form, such as //csf.example/id-mn/Cmeter");
            return Err(Failure::Usage(text));
        }
    }
    let part = match part {
        None => Part::OneWay,
        Some(MutualPart::First) => Part::First,
        Some(MutualPart::Second) => Part::Second,
    };
    let statement = Statement { part, claimant, verifier, asked: challenge, counter: own.as_ref(), purpose };
    let bytes = statement
        .bytes()
        .ok_or_else(|| Failure::Usage("an identifier has at most 512 bytes, and a purpose 255".to_owned()))?;
    let text = Base64::encode_string(&covered(&bytes));
    let value = Value::Object(Object::new().with("statement", Value::text(&text)));
    Ok(Report::new(format!("{text}\n"), value))
}

fn challenge(text: &str) -> Result<Challenge, String> {
    let octets = Base64::decode_vec(text).ok().and_then(|octets| octets.try_into().ok());
    octets.ok_or_else(|| "a challenge is base64 of 32 octets".to_owned())
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    const OCTETS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    fn text(text: &str) -> String {
        text.to_owned()
    }

    // Shows ACC-7.
    #[test]
    fn only_an_answer_that_is_right_is_good_news() {
        for (told, wrong) in [
            (r#"{"csf:verification":{"vR":true,"idn":"//p/c/Ca"}}"#, false),
            (r#"{"csf:verification":{"vR":false}}"#, true),
            (r#"{"csf:verification":{}}"#, true),
            (r#"{"csf:verification":{"vR":1}}"#, true),
            ("", true),
        ] {
            let mut session = session("Cb", Script::new().answer(Status::Updated, told));
            let asked = AuthenticateCommand::Check {
                claimant: text("Ca"),
                credential: text("-/security/authentication/ca"),
                challenge: text("AQ=="),
                answer: text("Ag=="),
                other: None,
                level: Some(1),
            };
            assert_eq!(run(&mut session, &asked).unwrap().is_bad_news(), wrong, "{told}");
            let sent = Script::sent(session);
            assert_eq!(sent[0].to.to_string(), SERVICE);
            assert_eq!(
                Script::body(&sent[0]),
                r#"{"csf:verification":{"chl":"AQ==","cla":"Ca","crd":"-/security/authentication/ca","rsp":"Ag==","msl":1}}"#
            );
        }
    }

    #[test]
    fn a_challenge_says_what_it_is_for() {
        let script = Script::new().answer(Status::Updated, r#"{"csf:challenge":{"chl":"AQ=="}}"#);
        let mut session = session("Cb", script);
        let asked = AuthenticateCommand::Challenge {
            claimant: text("Ca"),
            purpose: Some(text("door 7")),
            mutual: true,
            after: None,
        };
        let report = run(&mut session, &asked).unwrap();
        assert_eq!((report.text(), report.is_bad_news()), ("chl  AQ==\n", false));
        let sent = Script::sent(session);
        assert_eq!(Script::body(&sent[0]), r#"{"csf:challenge":{"cla":"Ca","pur":"door 7","mut":true}}"#);
    }

    #[test]
    fn a_statement_is_spelt_without_a_node_and_with_absolute_names_only() {
        let asked = |claimant: &str| AuthenticateCommand::Statement {
            claimant: text(claimant),
            verifier: text("//p/c/Cb"),
            challenge: challenge(OCTETS).unwrap(),
            own: None,
            part: None,
            purpose: text("door"),
        };
        let report = statement(&asked("//p/c/Ca")).unwrap();
        let bytes = Base64::decode_vec(report.text().trim()).unwrap();
        assert!(bytes.starts_with(b"csf:authentication:1\0\x01\0\x08//p/c/Ca\0\x08//p/c/Cb\0\x20"));
        assert!(statement(&asked("Ca")).is_err());
        assert!(challenge("AQ==").is_err() && challenge("?").is_err());
    }
}
