//! A request that an administrator thinks of: what a question for an explanation says.

use std::net::IpAddr;

use csf_access::{MAX_TOUCHED, Standing};
use csf_api::{
    AccessOperation, Address, Content, Credentials, EntityId, FilterCriteria, Home, MAX_CREDENTIAL_IDS,
    MAX_TOKENS, Object, Request, RequestId, ResourceType, UtcTime, Value,
};

use super::explanation::ROOT;
use super::question::{is_authenticated, only, requested, what};
use crate::refusal::Refusal;

/// The members of a question for an explanation.
const MEMBERS: [&str; 14] =
    ["to", "fr", "op", "rrt", "fu", "atn", "rids", "tkns", "tids", "ltids", "adr", "tim", "att", "cnd"];

/// What an originator might ask, and in which circumstances.
pub(super) struct Plan {
    /// How much would be known about it.
    pub(super) standing: Standing,
    /// Who; nobody where nothing proves it and nobody vouches.
    pub(super) originator: Option<EntityId>,
    /// What would be asked, of what, with which roles and tokens.
    pub(super) request: Request,
    /// Whether nobody said which attributes a CREATE or UPDATE would give.
    pub(super) is_open: bool,
    /// Whether the members of a group are looked at too.
    pub(super) reaches_members: bool,
    /// Where the packets would come from.
    pub(super) address: Option<IpAddr>,
    /// When.
    pub(super) time: Option<UtcTime>,
}

impl Plan {
    /// A plan without any circumstances.
    pub(super) fn new(
        (standing, originator): (Standing, Option<EntityId>),
        operation: AccessOperation,
        to: Address,
        child: Option<ResourceType>,
    ) -> Self {
        let (operation, discovers) = requested(operation);
        let mut request = Request::new(operation, to, None, RequestId::unknown());
        request.discovery = discovers.then(FilterCriteria::default);
        request.resource_type = child;
        Self {
            standing,
            originator,
            request,
            is_open: true,
            reaches_members: false,
            address: None,
            time: None,
        }
    }

    /// The plan in the body of a request. Without `fr` it is that of a caller whom nothing proves.
    pub(super) fn read(body: &Object, home: &Home) -> Result<Self, Refusal> {
        only(body, &MEMBERS)?;
        let (operation, target) = what(body)?;
        let caller = caller(body, home)?;
        let number =
            body.get("rrt").and_then(Value::as_integer).and_then(|number| u16::try_from(number).ok());
        if number.is_some() != (operation == AccessOperation::Create) {
            return Err(Refusal::bad_request("'rrt' goes with CREATE, and CREATE with 'rrt'"));
        }
        let mut plan = Self::new(caller, operation, target, number.map(ResourceType::from_number));
        plan.reaches_members = true;
        plan.address = text(body, "adr", "an IP address", |text| text.parse().ok())?;
        plan.time = text(body, "tim", "a time, as 20261124T120000", |text| UtcTime::parse(text).ok())?;
        let ids = |name| Ok::<_, Refusal>(texts(body, name, MAX_CREDENTIAL_IDS)?.unwrap_or_default());
        plan.request.credentials = Credentials {
            roles: ids("rids")?,
            tokens: texts(body, "tkns", MAX_TOKENS)?.unwrap_or_default(),
            token_ids: ids("tids")?,
            local_token_ids: ids("ltids")?,
            ..Credentials::NONE
        };
        let mut given = Object::new();
        match (operation, texts(body, "att", MAX_TOUCHED)?) {
            (_, None) => {}
            (AccessOperation::Retrieve, Some(names)) => plan.request.attributes = names,
            (AccessOperation::Create | AccessOperation::Update, Some(names)) => {
                plan.is_open = false;
                for name in names {
                    given.set(&name, Value::Null);
                }
            }
            _ => return Err(Refusal::bad_request("'att' goes with CREATE, RETRIEVE and UPDATE")),
        }
        if let Some(definition) = text(body, "cnd", "a container definition", |text| Some(Value::text(text)))?
        {
            if plan.request.resource_type != Some(ResourceType::FLEX_CONTAINER) {
                return Err(Refusal::bad_request("'cnd' goes with the CREATE of a flexContainer"));
            }
            given.set("cnd", definition);
        }
        if !given.is_empty() {
            plan.request.content = Some(Content::new(ROOT, Value::Object(given)));
        }
        Ok(plan)
    }
}

/// Who it would be, and how much would be known about it.
fn caller(body: &Object, home: &Home) -> Result<(Standing, Option<EntityId>), Refusal> {
    let read =
        |text: &str| EntityId::parse(text, home).map_err(|e| Refusal::bad_request(format!("'fr': {e}")));
    let originator = match body.get("fr") {
        None => None,
        Some(value) => {
            let text = value.as_text().ok_or_else(|| Refusal::bad_request("'fr' must be a string"))?;
            Some(read(text)?)
        }
    };
    match (is_authenticated(body)?, originator) {
        (true, None) => Err(Refusal::bad_request("'atn' goes with 'fr': nobody cannot be authenticated")),
        (true, originator) => Ok((Standing::Proven, originator)),
        (false, None) => Ok((Standing::Bare, None)),
        (false, originator) => Ok((Standing::Vouched, originator)),
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
