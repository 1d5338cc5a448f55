//! Octets for a function: in one request where they fit, and for digests and codes in parts where they do not.

use std::io::Read;

use base64ct::{Base64, Encoding};
use csf_api::{Content, Object, Operation, Value};
use zeroize::Zeroizing;

use crate::cli::failure::Failure;
use crate::cli::session::{Node, Session};

/// The octets of one part: a body of the smallest profile holds them in base64.
pub(super) const PART_BYTES: usize = 32 * 1024;

/// What this tool says itself where it sends octets.
const OWN: &[&str] = &["msg", "str", "pos", "end"];
/// What is said with every step of a stream.
const EACH: &[&str] = &["kInf", "msl"];

/// A function, and what it is to be called with beside the octets.
pub(super) struct Call<'a> {
    pub(super) address: &'a str,
    pub(super) id: &'a str,
    pub(super) input: Object,
}

impl Call<'_> {
    /// Calls the function with what was given alone.
    pub(super) fn alone<N: Node>(self, session: &mut Session<N>) -> Result<Option<Content>, Failure> {
        self.ask(session, self.input.clone())
    }

    /// Calls the function with all octets of the source.
    pub(super) fn with<N: Node>(
        self,
        session: &mut Session<N>,
        mut source: impl Read,
        name: &str,
    ) -> Result<Option<Content>, Failure> {
        if let Some(own) = OWN.iter().find(|own| self.input.get(own).is_some()) {
            let text = format!("--octets and {own} say the same thing; give one of them");
            return Err(Failure::Usage(text));
        }
        let first = part(&mut source, name)?;
        let second = part(&mut source, name)?;
        if second.is_empty() {
            return self.ask(session, self.input.clone().with("msg", base64(&first)));
        }
        if !matches!(self.id, "digest" | "mac") {
            return Err(Failure::Usage(format!(
                "{name}: the function {} takes at most {PART_BYTES} octets from a file",
                self.id
            )));
        }
        let begun = self.ask(session, self.input.clone().with("str", Value::text("begin")))?;
        let handle = begun.as_ref().and_then(|c| c.value.as_object()?.get("str")).cloned();
        let handle = handle.ok_or_else(|| Failure::Connection("the node began no stream".to_owned()))?;
        let mut step = Object::new().with("str", handle);
        for each in EACH {
            if let Some(value) = self.input.get(each) {
                step.set(each, value.clone());
            }
        }
        let sent = self.send(session, &step, [first, second], (source, name));
        if sent.is_err() {
            // It ends by itself as well, only later.
            let _ = self.ask(session, step.with("end", Value::text("abort")));
        }
        sent
    }

    fn send<N: Node>(
        &self,
        session: &mut Session<N>,
        step: &Object,
        read: [Zeroizing<Vec<u8>>; 2],
        (mut source, name): (impl Read, &str),
    ) -> Result<Option<Content>, Failure> {
        let mut position = 0_i64;
        let mut go_on = |octets: &[u8]| -> Result<(), Failure> {
            let input = step.clone().with("msg", base64(octets)).with("pos", Value::Integer(position));
            self.ask(session, input)?;
            position = position.saturating_add(i64::try_from(octets.len()).unwrap_or(i64::MAX));
            Ok(())
        };
        for octets in &read {
            go_on(octets)?;
        }
        loop {
            let octets = part(&mut source, name)?;
            if octets.is_empty() {
                break;
            }
            go_on(&octets)?;
        }
        let end = step.clone().with("end", Value::text("finish")).with("pos", Value::Integer(position));
        self.ask(session, end)
    }

    fn ask<N: Node>(&self, session: &mut Session<N>, input: Object) -> Result<Option<Content>, Failure> {
        let content = Content::new(&format!("csf:{}", self.id), Value::Object(input));
        let asked = session.ask(Operation::Update, self.address, |r| r.content = Some(content));
        Ok(asked?.content)
    }
}

/// The next part; empty at the end only.
fn part(source: &mut impl Read, name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut octets = Zeroizing::new(Vec::with_capacity(PART_BYTES));
    let most = u64::try_from(PART_BYTES).unwrap_or(u64::MAX);
    let read = source.by_ref().take(most).read_to_end(&mut octets);
    read.map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    Ok(octets)
}

fn base64(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}

#[cfg(test)]
mod tests {
    use csf_api::Status;

    use super::*;
    use crate::cli::script::{Script, session};

    fn call(id: &str) -> Call<'_> {
        let input = Object::new().with("Salg", Value::text("A")).with("kInf", Value::text("k"));
        Call { address: "-/f", id, input }
    }

    fn bodies(script: Session<Script>) -> Vec<String> {
        Script::sent(script).iter().map(Script::body).collect()
    }

    // Shows SDH-4.
    #[test]
    fn octets_that_fit_go_in_one_request_and_others_in_parts_to_the_end() {
        let code = r#"{"csf:mac":{"Sgn":"AAEC"}}"#;
        let mut one = session("Cmeter", Script::new().answer(Status::Updated, code));
        let given = call("mac").with(&mut one, &vec![0; PART_BYTES][..], "a file").unwrap();
        assert!(given.is_some());
        let sent = bodies(one);
        assert!(sent.len() == 1 && sent[0].contains(r#""msg":"AAAA"#) && !sent[0].contains("str"));

        let begun = r#"{"csf:mac":{"str":"soft.0","pos":0}}"#;
        let script = Script::new()
            .answer(Status::Updated, begun)
            .answer(Status::Updated, "")
            .answer(Status::Updated, "")
            .answer(Status::Updated, "")
            .answer(Status::Updated, code);
        let mut many = session("Cmeter", script);
        call("mac").with(&mut many, &vec![0; 2 * PART_BYTES + 1][..], "a file").unwrap();
        let sent = bodies(many);
        assert!(sent[0].contains(r#""str":"begin""#) && sent[0].contains("Salg"));
        assert!(sent[1].contains(r#""pos":0"#) && sent[2].contains(r#""pos":32768"#));
        assert!(sent[3].contains(r#""msg":"AA==""#) && sent[3].contains(r#""pos":65536"#));
        assert_eq!(sent[4], r#"{"csf:mac":{"str":"soft.0","kInf":"k","end":"finish","pos":65537}}"#);
        assert!(sent[1..].iter().all(|body| body.contains(r#""kInf":"k""#) && !body.contains("Salg")));
    }

    #[test]
    fn a_stream_that_fails_is_aborted_and_what_takes_no_parts_is_refused() {
        let script = Script::new()
            .answer(Status::Updated, r#"{"csf:digest":{"str":"soft.0","pos":0}}"#)
            .answer(Status::BadRequest, "")
            .answer(Status::Updated, "");
        let mut failing = session("Cmeter", script);
        assert!(call("digest").with(&mut failing, &vec![0; PART_BYTES + 1][..], "a file").is_err());
        assert!(bodies(failing)[2].contains(r#""end":"abort""#));

        let mut none = session("Cmeter", Script::new());
        let refused = call("signature").with(&mut none, &vec![0; PART_BYTES + 1][..], "a file");
        assert!(matches!(refused, Err(Failure::Usage(_))));
        let twice = Call { input: Object::new().with("msg", Value::text("AA==")), ..call("digest") };
        assert!(matches!(twice.with(&mut none, &b"m"[..], "a file"), Err(Failure::Usage(_))));
        assert!(bodies(none).is_empty());
    }
}
