//! Request primitives (TS-0004 6.4.1), decoded and checked for form, not yet for right.

use std::fmt;

use crate::{
    AccessOperation, Address, Credentials, FilterCriteria, IfMatch, Moment, Operation, ResourceType,
    ResultContent, UtcTime, Value,
};

/// The longest request identifier, in bytes.
pub const MAX_REQUEST_ID_BYTES: usize = 256;
/// How many results a discovery gives when the request sets no `lim`.
pub const DEFAULT_DISCOVERY_LIMIT: u32 = 1000;

/// A request identifier (`rqi`): printable ASCII, repeated in the response.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(Box<str>);

/// Why a text is no request identifier: it is empty, too long, or holds a control or non-ASCII character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestIdError;

impl fmt::Display for RequestIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a request identifier has 1 to {MAX_REQUEST_ID_BYTES} printable ASCII characters")
    }
}

impl std::error::Error for RequestIdError {}

impl RequestId {
    /// Checks the text and keeps it.
    ///
    /// # Errors
    ///
    /// Refuses a text that could not be repeated in a header line.
    pub fn parse(text: &str) -> Result<Self, RequestIdError> {
        let printable = text.bytes().all(|b| (b' '..=b'~').contains(&b));
        if text.is_empty() || text.len() > MAX_REQUEST_ID_BYTES || !printable {
            return Err(RequestIdError);
        }
        Ok(Self(text.into()))
    }

    /// The identifier used in a response to a request that had none that could be read.
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown".into())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The release version of a request (`rvi`).
///
/// Release 1 is told by saying nothing, so it has no text: no reader can take it from a message by mistake,
/// and no writer can put it into one. Whether silence means release 1 is for the binding to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    /// Release 1, which is never written
    R1,
    /// `2a`
    R2a,
    /// `3`
    R3,
    /// `4`
    R4,
    /// `5`
    R5,
}

impl Release {
    /// The releases that a message can name, oldest first.
    pub const ALL: [Self; 4] = [Self::R2a, Self::R3, Self::R4, Self::R5];

    /// The release with this text, if it is supported.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|release| release.on_the_wire() == Some(text))
    }

    /// The text on the wire; `None` for release 1.
    #[must_use]
    pub const fn on_the_wire(self) -> Option<&'static str> {
        match self {
            Self::R1 => None,
            Self::R2a => Some("2a"),
            Self::R3 => Some("3"),
            Self::R4 => Some("4"),
            Self::R5 => Some("5"),
        }
    }
}

/// The form of the addresses in a result (`drt`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IdentifierForm {
    /// 1: hierarchical addresses, by name.
    #[default]
    Structured,
    /// 2: resource identifiers.
    Unstructured,
}

/// The one member of a primitive's content: its root name, such as `m2m:cnt`, and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// The root name with its prefix.
    pub root: Box<str>,
    /// What the root holds.
    pub value: Value,
}

impl Content {
    /// A content with this root and value.
    #[must_use]
    pub fn new(root: &str, value: Value) -> Self {
        Self { root: root.into(), value }
    }
}

/// A request primitive.
///
/// The fields are public: anybody may say anything. What a request is worth is decided by authentication
/// and by the gate, which take it whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What shall be done (`op`).
    pub operation: Operation,
    /// To what (`to`).
    pub to: Address,
    /// Who claims to ask (`fr`), as written; absent only for the registration of an AE.
    pub from: Option<Box<str>>,
    /// The identifier to repeat (`rqi`).
    pub request_id: RequestId,
    /// The release whose rules apply (`rvi`).
    pub release: Release,
    /// The type of the resource to create (`ty`).
    pub resource_type: Option<ResourceType>,
    /// What comes with the request (`pc`).
    pub content: Option<Content>,
    /// What shall come back (`rcn`), where the request says so.
    pub result_content: Option<ResultContent>,
    /// The form of the addresses in the result of a RETRIEVE (`drt`).
    pub identifier_form: IdentifierForm,
    /// The attributes to retrieve (`atrl`); empty for all.
    pub attributes: Vec<Box<str>>,
    /// The conditions of a discovery (`fc` with `fu` 1); `None` for any other request.
    pub discovery: Option<FilterCriteria>,
    /// The conditions that the target of any other request must meet, and the bounds of what is shown of the
    /// resources below it (`fc` with `fu` 2 or none).
    pub filter: Option<FilterCriteria>,
    /// The state that the target of an UPDATE or DELETE must be in.
    pub if_match: Option<IfMatch>,
    /// When it was made (`ot`), where the originator says so and wants to know the same of the response.
    pub originated: Option<UtcTime>,
    /// When nobody wants it carried out any more (`rqet`).
    pub expires: Option<Moment>,
    /// When nobody wants its result any more (`rset`): later than [`Self::expires`].
    pub result_expires: Option<Moment>,
    /// Roles and tokens that the originator says it has.
    pub credentials: Credentials,
}

impl Request {
    /// A request with what every request has.
    #[must_use]
    pub fn new(operation: Operation, to: Address, from: Option<&str>, request_id: RequestId) -> Self {
        Self {
            operation,
            to,
            from: from.map(Into::into),
            request_id,
            release: Release::R3,
            resource_type: None,
            content: None,
            result_content: None,
            identifier_form: IdentifierForm::Structured,
            attributes: Vec::new(),
            discovery: None,
            filter: None,
            if_match: None,
            originated: None,
            expires: None,
            result_expires: None,
            credentials: Credentials::default(),
        }
    }

    /// The operation that an access control rule must permit for this request.
    #[must_use]
    pub const fn access_operation(&self) -> AccessOperation {
        match self.operation {
            Operation::Create => AccessOperation::Create,
            Operation::Retrieve if self.discovery.is_some() => AccessOperation::Discovery,
            Operation::Retrieve => AccessOperation::Retrieve,
            Operation::Update => AccessOperation::Update,
            Operation::Delete => AccessOperation::Delete,
            Operation::Notify => AccessOperation::Notify,
        }
    }
}
