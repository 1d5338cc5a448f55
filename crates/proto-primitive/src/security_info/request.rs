//! The question of a hosting CSE: may this originator do that? (m2m:dynAuthDasRequest, TS-0004 6.3.5.46)

use std::net::IpAddr;

use csf_api::{Content, Object, Operation, ResourceType, UtcTime, Value};

use super::SECURITY_INFO_ROOT;

/// `sit` of a question.
const QUESTION: i64 = 1;

/// A question to an authorization server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DasRequest {
    /// Who wants something: an identifier (`or`).
    pub originator: Box<str>,
    /// The type of the resource that it is wanted of (`trt`).
    pub target_type: ResourceType,
    /// What is wanted (`op`).
    pub operation: Operation,
    /// The resource (`trid`).
    pub target: Box<str>,
    /// Where the originator's packets came from (`oip`).
    pub address: Option<IpAddr>,
    /// The roles that the originator has (`orid`).
    pub roles: Vec<Box<str>>,
    /// When it asked (`rts`).
    pub time: Option<UtcTime>,
    /// Until when the privileges are wanted (`ppl`), as it was written.
    pub lifetime: Option<Box<str>>,
    /// The tokens that the originator brought, by their identifiers (`tids`).
    pub token_ids: Vec<Box<str>>,
}

impl DasRequest {
    /// The content of the Notify that asks it.
    #[must_use]
    pub fn content(&self) -> Content {
        let texts = |list: &[Box<str>]| Value::texts(list.iter().map(|text| &**text));
        let mut question = Object::new()
            .with("or", Value::text(&self.originator))
            .with("trt", Value::Integer(i64::from(self.target_type.number())))
            .with("op", Value::Integer(i64::from(self.operation.number())))
            .with("trid", Value::text(&self.target));
        if let Some(address) = self.address {
            let name = if address.is_ipv4() { "ip4" } else { "ip6" };
            question.set("oip", Value::Object(Object::new().with(name, Value::text(&address.to_string()))));
        }
        if !self.roles.is_empty() {
            question.set("orid", texts(&self.roles));
        }
        if let Some(time) = self.time {
            question.set("rts", Value::text(&time.to_string()));
        }
        if let Some(lifetime) = &self.lifetime {
            question.set("ppl", Value::text(lifetime));
        }
        if !self.token_ids.is_empty() {
            question.set("tids", texts(&self.token_ids));
        }
        let info = Object::new().with("sit", Value::Integer(QUESTION)).with("dreq", Value::Object(question));
        Content::new(SECURITY_INFO_ROOT, Value::Object(info))
    }
}
