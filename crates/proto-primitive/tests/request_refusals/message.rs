//! A request as it comes over HTTP, to be changed in one place.

use csf_api::{Request, Status};
use proto_primitive::{Malformed, RequestHead, decode_request};

pub(crate) const CONTENT: &str = r#"{"m2m:cnt":{"rn":"a"}}"#;
/// The same in CBOR.
pub(crate) const CBOR: &[u8] = b"\xa1\x67m2m:cnt\xa1\x62rn\x61a";

#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn new(method: &'static str, target: &str) -> Self {
        let headers = [
            ("Host", "localhost"),
            ("X-M2M-Origin", "Cmeter"),
            ("X-M2M-RI", "r1"),
            ("X-M2M-RVI", "3"),
            ("Accept", "application/json"),
        ];
        Self {
            method,
            target: target.to_owned(),
            headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(),
            body: Vec::new(),
        }
    }

    pub(crate) fn retrieve(target: &str) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn create(target: &str) -> Self {
        Self::new("POST", target).with("Content-Type", "application/json;ty=3").body(CONTENT)
    }

    pub(crate) fn update(target: &str) -> Self {
        Self::new("PUT", target).with("Content-Type", "application/json").body(CONTENT)
    }

    pub(crate) fn notify(target: &str) -> Self {
        Self::new("POST", target).with("Content-Type", "application/json").body(r#"{"m2m:sgn":{"sur":"x"}}"#)
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self
    }

    pub(crate) fn set(self, name: &'static str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    pub(crate) fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    pub(crate) fn decode(&self) -> Result<Request, Malformed> {
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let head = RequestHead { method: self.method, target: &self.target, headers };
        decode_request(head, &self.body).map(|(request, _)| request)
    }

    pub(crate) fn status(&self) -> Option<Status> {
        self.decode().err().map(|e| e.status)
    }
}
