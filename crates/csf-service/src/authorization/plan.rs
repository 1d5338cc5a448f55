//! A request that an administrator thinks of: what a question for an explanation says beside the question itself.

use std::net::IpAddr;

use csf_access::MAX_TOUCHED;
use csf_api::{
    AccessOperation, Content, Credentials, FilterCriteria, Home, MAX_CREDENTIAL_IDS, Object, Request,
    RequestId, ResourceType, UtcTime, Value,
};

use super::explanation::ROOT;
use super::question::{Question, only, requested};
use crate::refusal::Refusal;

/// The members of a question for an explanation.
const MEMBERS: [&str; 10] = ["to", "fr", "op", "rrt", "fu", "atn", "rids", "adr", "tim", "att"];

/// What an originator might ask, and in which circumstances.
pub(super) struct Plan {
    /// Who, whether authenticated, what, and of what.
    pub(super) question: Question,
    /// What would be created, and which attributes would be touched.
    pub(super) request: Request,
    /// Where the packets would come from.
    pub(super) address: Option<IpAddr>,
    /// When.
    pub(super) time: Option<UtcTime>,
}

impl Plan {
    /// The plan in the body of a request.
    pub(super) fn read(body: &Object, home: &Home) -> Result<Self, Refusal> {
        only(body, &MEMBERS)?;
        let question = Question::read_authenticated(body, home)?;
        let address = text(body, "adr", "an IP address", |text| text.parse().ok())?;
        let time = text(body, "tim", "a time, as 20261124T120000", |text| UtcTime::parse(text).ok())?;
        let roles = texts(body, "rids", MAX_CREDENTIAL_IDS)?.unwrap_or_default();
        let (operation, discovers) = requested(question.operation);
        let mut request = Request::new(operation, question.target.clone(), None, RequestId::unknown());
        request.credentials = Credentials { roles, ..Credentials::NONE };
        request.discovery = discovers.then(FilterCriteria::default);
        let number =
            body.get("rrt").and_then(Value::as_integer).and_then(|number| u16::try_from(number).ok());
        if number.is_some() != (question.operation == AccessOperation::Create) {
            return Err(Refusal::bad_request("'rrt' goes with CREATE, and CREATE with 'rrt'"));
        }
        request.resource_type = number.map(ResourceType::from_number);
        match (question.operation, texts(body, "att", MAX_TOUCHED)?) {
            (_, None) => {}
            (AccessOperation::Retrieve, Some(names)) => request.attributes = names,
            (AccessOperation::Create | AccessOperation::Update, Some(names)) => {
                let given = names.iter().fold(Object::new(), |given, name| given.with(name, Value::Null));
                request.content = Some(Content::new(ROOT, Value::Object(given)));
            }
            _ => return Err(Refusal::bad_request("'att' goes with CREATE, RETRIEVE and UPDATE")),
        }
        Ok(Self { question, request, address, time })
    }
}

fn text<T>(
    body: &Object,
    name: &str,
    what: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    let Some(value) = body.get(name) else { return Ok(None) };
    let found = value.as_text().and_then(read);
    found.map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' must be {what}")))
}

fn texts(body: &Object, name: &str, most: usize) -> Result<Option<Vec<Box<str>>>, Refusal> {
    let Some(value) = body.get(name) else { return Ok(None) };
    let list = value.as_list().filter(|list| list.len() <= most);
    let found = list.and_then(|list| list.iter().map(|text| Some(text.as_text()?.into())).collect());
    found.map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' must be at most {most} texts")))
}
