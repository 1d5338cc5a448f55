//! What a request to the members of a group leaves behind on its way: how many requests it became, which
//! targets it reached, and one response in place of many (TS-0001 10.2.7, TS-0004 7.4.14).

use std::collections::BTreeSet;

use csf_api::{
    Address, AddressError, Content, Object, Operation, Release, Request, ResourceId, Response, Status, Value,
};
use csf_tree::Resource;

use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::resources::json_length;
use crate::target::FAN_OUT_POINT;

/// How many groups stand in each other for one request.
pub(crate) const MAX_NESTING: usize = 4;
/// How many requests to members one request can become, sub-groups counted in.
pub(crate) const MAX_MEMBER_REQUESTS: usize = 512;

/// How much members may answer together before no further one is read.
pub(crate) const MAX_READ_BYTES: usize = 4 * 1024 * 1024;

/// One request's way through groups.
#[derive(Debug, Default)]
pub(crate) struct FanOut {
    nesting: usize,
    requests: usize,
    bytes: usize,
    reached: BTreeSet<String>,
}

impl FanOut {
    /// Goes into a group: its members.
    ///
    /// # Errors
    ///
    /// 4109 for a group without members, 4104 for one that the request has reached before, and 5207 where the
    /// request would become more than the node takes on.
    pub(crate) fn enter<'a>(&mut self, group: &'a Resource) -> Result<Vec<&'a str>, Refusal> {
        let members: Vec<&str> = group
            .attributes
            .get("mid")
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_text)
            .collect();
        if members.is_empty() {
            return Err(Refusal::new(Status::NoMembers, "the group has no members"));
        }
        let requests = self.requests.saturating_add(members.len());
        if self.nesting >= MAX_NESTING || requests > MAX_MEMBER_REQUESTS {
            return Err(Refusal::new(Status::NotAcceptable, "the request reaches too many members"));
        }
        self.reach(format!("{}/{FAN_OUT_POINT}", group.id))?;
        self.nesting = self.nesting.saturating_add(1);
        self.requests = requests;
        Ok(members)
    }

    /// Comes back out of a group.
    pub(crate) fn leave(&mut self) {
        self.nesting = self.nesting.saturating_sub(1);
    }

    /// Notes the target of a member request.
    ///
    /// # Errors
    ///
    /// 4104 for one that the request has reached before: it would be carried out twice.
    pub(crate) fn reach_member(&mut self, id: &ResourceId, to: &Address) -> Result<(), Refusal> {
        // The latest and the oldest instance are other targets than the instance that they are just now.
        let is_virtual = to.segments().last().is_some_and(|name| matches!(&**name, "la" | "ol"));
        self.reach(if is_virtual { to.to_string() } else { id.to_string() })
    }

    /// Notes what a member answered.
    pub(crate) fn count(&mut self, response: &Response) {
        let bytes = response.content.as_ref().map_or(0, |content| json_length(&content.value));
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Refuses a further read once the answers are long enough. What changes something answers briefly.
    ///
    /// # Errors
    ///
    /// 5207.
    pub(crate) fn must_have_room(&self, request: &Request) -> Result<(), Refusal> {
        if request.operation != Operation::Retrieve || self.bytes <= MAX_READ_BYTES {
            return Ok(());
        }
        Err(Refusal::new(Status::NotAcceptable, "the members before this one answered too much"))
    }

    fn reach(&mut self, target: String) -> Result<(), Refusal> {
        if self.reached.insert(target) {
            return Ok(());
        }
        Err(Refusal::new(Status::GroupRequestIdentifierExists, "the request has reached this target before"))
    }
}

/// The group as its members' policies govern it: by `macp` where it has them, by its own otherwise.
pub(crate) fn as_members_are_governed(group: &Resource) -> Resource {
    let mut governed = group.clone();
    if let Some(policies) = group.attributes.get("macp") {
        governed.attributes.set("acpi", policies.clone());
    }
    governed
}

/// The address below one member that a request to these names below `fopt` means.
///
/// # Errors
///
/// When the whole is too long to be an address.
pub(crate) fn address_at(member: &str, below: &[Box<str>], to: &Address) -> Result<Address, AddressError> {
    let mut text = member.to_owned();
    for name in below {
        text.push('/');
        text.push_str(name);
    }
    if let Some(attribute) = to.attribute() {
        text.push('#');
        text.push_str(attribute);
    }
    Address::parse(&text)
}

/// One response among those that stand together.
pub(crate) fn part(request: &Request, member: &str, response: Response) -> Value {
    let old = request.release == Release::R1;
    let status = if old { response.status.in_release_1() } else { response.status };
    let mut part = Object::new()
        .with("rsc", Value::Integer(i64::from(status.code())))
        .with("rqi", Value::text(response.request_id.as_str()))
        .with("fr", Value::text(member));
    if let Some(release) = request.release.on_the_wire() {
        part.set("rvi", Value::text(release));
    }
    if let Some(from) = &request.from {
        part.set("to", Value::text(from));
    }
    // Release 1 knows no texts beside the code of a refusal.
    if let Some(Content { root, value }) = response.content.filter(|_| !old || status.is_success()) {
        part.set("pc", Value::Object(Object::new().with(&root, value)));
    }
    Value::Object(part)
}

/// The responses of all members as one.
pub(crate) fn together(parts: Vec<Value>) -> Reply {
    let aggregated = Object::new().with("m2m:rsp", Value::List(parts));
    Reply::new(Status::Ok).with(Content::new("m2m:agr", Value::Object(aggregated)))
}
