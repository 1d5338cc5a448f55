//! Contents and requests, short enough to read in a flow.

use csf_api::{
    Address, Content, EntityTag, FilterCriteria, IfMatch, Object, Operation, Request, RequestId,
    ResourceType, Response, ResultContent, Value,
};

/// CREATE in `acop`.
pub const CREATE: i64 = 1;
/// RETRIEVE in `acop`.
pub const RETRIEVE: i64 = 2;
/// UPDATE in `acop`.
pub const UPDATE: i64 = 4;
/// DELETE in `acop`.
pub const DELETE: i64 = 8;
/// NOTIFY in `acop`.
pub const NOTIFY: i64 = 16;
/// DISCOVERY in `acop`.
pub const DISCOVERY: i64 = 32;
/// Every operation in `acop`.
pub const ALL: i64 = 63;

/// A content with the type that a CREATE names.
#[derive(Clone)]
pub struct Draft {
    resource_type: ResourceType,
    root: &'static str,
    body: Object,
}

impl Draft {
    fn new(resource_type: ResourceType, root: &'static str) -> Self {
        Self { resource_type, root, body: Object::new() }
    }

    /// With one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl IntoValue) -> Self {
        self.body.set(name, value.into_value());
        self
    }

    /// Without a member.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.body.remove(name);
        self
    }

    /// Under another root.
    #[must_use]
    pub const fn rooted(mut self, root: &'static str) -> Self {
        self.root = root;
        self
    }

    /// The content.
    #[must_use]
    pub fn content(self) -> Content {
        Content::new(self.root, Value::Object(self.body))
    }
}

/// What a member can be made of.
pub trait IntoValue {
    /// The value.
    fn into_value(self) -> Value;
}

impl IntoValue for Value {
    fn into_value(self) -> Value {
        self
    }
}

impl IntoValue for Object {
    fn into_value(self) -> Value {
        Value::Object(self)
    }
}

impl IntoValue for i64 {
    fn into_value(self) -> Value {
        Value::Integer(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::text(self)
    }
}

impl<const N: usize> IntoValue for [&str; N] {
    fn into_value(self) -> Value {
        Value::texts(self)
    }
}

/// An AE with this App-ID.
#[must_use]
pub fn ae(app_id: &str) -> Draft {
    let draft = Draft::new(ResourceType::AE, "m2m:ae");
    draft.with("api", app_id).with("rr", false).with("srv", ["3"])
}

/// A container of this name.
#[must_use]
pub fn container(name: &str) -> Draft {
    unnamed_container().with("rn", name)
}

/// A container that the node names.
#[must_use]
pub fn unnamed_container() -> Draft {
    Draft::new(ResourceType::CONTAINER, "m2m:cnt")
}

/// A `<remoteCSE>` with the attributes that it must have, of the CSE whose CSEBase this is.
#[must_use]
pub fn remote_cse(cse_base: &str) -> Draft {
    draft(ResourceType::REMOTE_CSE, "m2m:csr").with("cb", cse_base).with("rr", true).with("srv", ["3"])
}

/// A group of at most so many members.
#[must_use]
pub fn group<const N: usize>(name: &str, most: i64, members: [&str; N]) -> Draft {
    draft(ResourceType::GROUP, "m2m:grp").with("rn", name).with("mnm", most).with("mid", members)
}

/// Anything at all.
#[must_use]
pub fn draft(resource_type: ResourceType, root: &'static str) -> Draft {
    Draft::new(resource_type, root)
}

/// A contentInstance.
#[must_use]
pub fn instance(content: impl IntoValue) -> Draft {
    Draft::new(ResourceType::CONTENT_INSTANCE, "m2m:cin").with("con", content)
}

/// An accessControlPolicy with these privileges and selfPrivileges.
#[must_use]
pub fn policy<const N: usize, const M: usize>(name: &str, pv: [Object; N], pvs: [Object; M]) -> Draft {
    let rules = |rules: Vec<Object>| {
        Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()))
    };
    let draft = Draft::new(ResourceType::ACCESS_CONTROL_POLICY, "m2m:acp").with("rn", name);
    draft.with("pv", rules(pv.into())).with("pvs", rules(pvs.into()))
}

/// An access control rule.
#[must_use]
pub fn rule<const N: usize>(originators: [&str; N], operations: i64) -> Object {
    Object::new().with("acor", Value::texts(originators)).with("acop", Value::Integer(operations))
}

/// A key object for HMAC, for both uses.
#[must_use]
pub fn hmac_key(name: &str) -> Draft {
    key(name).with("kAl", "HMAC_SHA_256").with("kUs", ["mac", "macVerify"])
}

/// A key object for ECDSA, for both uses.
#[must_use]
pub fn ecdsa_key(name: &str) -> Draft {
    key(name).with("kAl", "EC_P256").with("kUs", ["sign", "verify"])
}

fn key(name: &str) -> Draft {
    let draft = Draft::new(ResourceType::FLEX_CONTAINER, "csf:keyObject");
    draft.with("rn", name).with("cnd", "csf:keyObject")
}

/// A key object of this algorithm that answers authentication challenges.
#[must_use]
pub fn answering_key(name: &str, algorithm: &str) -> Draft {
    key(name).with("kAl", algorithm).with("kUs", ["authenticate"])
}

/// A credential by which everybody may have answers checked, still without a key.
#[must_use]
pub fn credential(name: &str) -> Draft {
    let draft = Draft::new(ResourceType::FLEX_CONTAINER, "csf:credential");
    draft.with("rn", name).with("cnd", "csf:credential").with("vBy", ["all"])
}

/// A sensitive data object with this content, as base64.
#[must_use]
pub fn data_object(name: &str, content: impl IntoValue) -> Draft {
    let draft = Draft::new(ResourceType::FLEX_CONTAINER, "csf:dataObject");
    draft.with("rn", name).with("cnd", "csf:dataObject").with("msg", content)
}

/// Changes for an UPDATE of a resource with this root.
#[must_use]
pub fn changes(root: &'static str) -> Draft {
    Draft::new(ResourceType::CSE_BASE, root)
}

/// A CREATE below this address.
#[must_use]
pub fn creation(to: &str, draft: Draft) -> Request {
    let mut request = request(Operation::Create, to);
    request.resource_type = Some(draft.resource_type);
    request.content = Some(draft.content());
    request
}

/// A RETRIEVE.
#[must_use]
pub fn retrieval(to: &str) -> Request {
    request(Operation::Retrieve, to)
}

/// An UPDATE.
#[must_use]
pub fn update(to: &str, draft: Draft) -> Request {
    let mut request = request(Operation::Update, to);
    request.content = Some(draft.content());
    request
}

/// A DELETE.
#[must_use]
pub fn deletion(to: &str) -> Request {
    request(Operation::Delete, to)
}

/// A discovery below this address.
#[must_use]
pub fn discovery(to: &str, criteria: FilterCriteria) -> Request {
    let mut request = retrieval(to);
    request.discovery = Some(criteria);
    request
}

/// The same request with conditions on its target, and bounds of what is shown below it.
#[must_use]
pub fn filtered(criteria: FilterCriteria, mut request: Request) -> Request {
    request.filter = Some(criteria);
    request
}

/// The same request, for a target in this state only.
#[must_use]
pub fn demanding(state: IfMatch, mut request: Request) -> Request {
    request.if_match = Some(state);
    request
}

/// The state that this answer shows.
///
/// # Panics
///
/// When it shows none.
#[must_use]
pub fn state_of(response: &Response) -> IfMatch {
    IfMatch::OneOf(vec![EntityTag::of(response.content.as_ref().unwrap())])
}

/// An invocation of the function of this name with these inputs.
#[must_use]
pub fn invocation(function: &'static str, input: Object) -> Request {
    let root = match function {
        "random" => "csf:random",
        "digest" => "csf:digest",
        "mac" => "csf:mac",
        "signature" => "csf:signature",
        "cipher" => "csf:cipher",
        "csr" => "csf:csr",
        "wrap" => "csf:wrap",
        "token" => "csf:token",
        other => panic!("no such function: {other}"),
    };
    let draft = Draft { resource_type: ResourceType::FLEX_CONTAINER, root, body: input };
    update(&format!("cse-mn/security/data/function-{function}"), draft)
}

/// The request with this result content.
///
/// # Panics
///
/// When the number is none of a result content.
#[must_use]
pub fn with_result_content(number: u8, mut request: Request) -> Request {
    request.result_content = Some(ResultContent::from_number(number).unwrap());
    request
}

fn request(operation: Operation, to: &str) -> Request {
    Request::new(operation, Address::parse(to).unwrap(), None, RequestId::unknown())
}
