//! A node that answers from a list, for the tests of the commands.

use std::collections::VecDeque;

use csf_api::{Request, Response, Status};
use proto_primitive::{content_from_json, content_to_json};

use super::failure::Failure;
use super::session::{Node, Session};

#[derive(Debug, Default)]
pub(super) struct Script {
    answers: VecDeque<(Status, &'static str)>,
    sent: Vec<Request>,
}

pub(super) fn session(from: &str, script: Script) -> Session<Script> {
    Session::new(script, from.to_owned())
}

impl Script {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// One more answer; an empty body for none.
    pub(super) fn answer(mut self, status: Status, body: &'static str) -> Self {
        self.answers.push_back((status, body));
        self
    }

    /// What was sent, in order.
    pub(super) fn sent(session: Session<Self>) -> Vec<Request> {
        session.into_node().sent
    }

    /// The body of a request as it would travel.
    pub(super) fn body(request: &Request) -> String {
        String::from_utf8(request.content.as_ref().map(content_to_json).unwrap_or_default()).unwrap()
    }
}

impl Node for Script {
    fn send(&mut self, request: &Request) -> Result<Response, Failure> {
        self.sent.push(request.clone());
        let (status, body) = self.answers.pop_front().unwrap_or_else(|| panic!("one request too many"));
        let mut response = Response::new(status, request.request_id.clone(), Some(request.release));
        if !body.is_empty() {
            let content = content_from_json(body.as_bytes());
            response.content = Some(content.unwrap_or_else(|e| panic!("{body}: {e}")));
        }
        Ok(response)
    }
}
