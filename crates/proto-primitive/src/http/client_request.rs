//! Request primitives to HTTP requests, as an originator sends them (TS-0009 6.2 and 6.4).

use std::borrow::Cow;
use std::fmt::{self, Write};

use csf_api::{Credentials, IdentifierForm, MAX_ENTITY_ID_BYTES, MAX_TOKENS, Operation, Request};

use super::etag::{self, MAX_LIST_BYTES};
use super::query::is_attribute;
use super::{MAX_LIST_ENTRIES, MAX_TARGET_BYTES, credentials, filter, name, path, percent};
use crate::json::content_to_json;

/// An HTTP request, ready to be framed: the transport adds `Content-Length`.
pub struct HttpRequest<'a> {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// Header lines, `host` first; the names are in lower case.
    pub headers: Vec<(&'static str, Cow<'a, str>)>,
    /// The body; empty where there is no content.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpRequest<'_> {
    /// Shows how long the body is, not what it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("headers", &self.headers)
            .field("body", &self.body.len())
            .finish()
    }
}

/// Why HTTP cannot carry a request so that it would be read back as the same request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The host is empty or holds a character that no host has.
    Host,
    /// The originator is empty, too long or holds a character that no identifier has.
    From,
    /// The request identifier begins or ends with a blank.
    RequestId,
    /// A CREATE without resource type would be a NOTIFY, and any other operation has none.
    ResourceType,
    /// The address has no path: its first name is `~` or `_`, or it is a CSE-ID alone.
    Path,
    /// Attributes are selected in an operation other than RETRIEVE, twice, or by a name that is none.
    Attributes,
    /// Only a RETRIEVE can discover, and what discovers has no other filter.
    Discovery,
    /// Only the result of a RETRIEVE has addresses whose form can be chosen.
    IdentifierForm,
    /// An entry of the filter criteria is empty.
    Label,
    /// Only an UPDATE or DELETE demands a state of its target.
    IfMatch,
    /// A role or a token has not the form that it must have, or there are too many.
    Credentials,
    /// A list has more than [`MAX_LIST_ENTRIES`] entries, or the target more than [`MAX_TARGET_BYTES`].
    TooLong,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("the host cannot stand in a header line"),
            Self::From => f.write_str("the originator cannot stand in a header line"),
            Self::RequestId => f.write_str("a request identifier cannot begin or end with a blank"),
            Self::IfMatch => f.write_str("only an UPDATE or DELETE demands a state of its target"),
            Self::Credentials => {
                f.write_str("a role or a token has not the form of one, or there are too many")
            }
            Self::ResourceType => f.write_str("a CREATE has a resource type, and nothing else has"),
            Self::Path => f.write_str("a path begins with no '~' or '_' and names a resource"),
            Self::Attributes => f.write_str("attributes are selected once, by name, in a RETRIEVE"),
            Self::Discovery => f.write_str("only a RETRIEVE can discover, with one set of criteria"),
            Self::IdentifierForm => f.write_str("the form of addresses is chosen in a RETRIEVE only"),
            Self::Label => f.write_str("an entry of the filter criteria cannot be empty"),
            Self::TooLong => write!(
                f,
                "a list has at most {MAX_LIST_ENTRIES} entries and a request target {MAX_TARGET_BYTES} bytes"
            ),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Writes a request to this host.
///
/// An attribute that the address selects goes into the query, as `atrl`.
///
/// # Errors
///
/// Refuses what HTTP cannot carry. Whether the receiver will like the request is not checked.
pub fn encode_request<'a>(request: &'a Request, host: &'a str) -> Result<HttpRequest<'a>, EncodeError> {
    if host.is_empty() || !host.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(EncodeError::Host);
    }
    if (request.operation == Operation::Create) != request.resource_type.is_some() {
        return Err(EncodeError::ResourceType);
    }
    let request_id = request.request_id.as_str();
    if request_id.trim() != request_id {
        return Err(EncodeError::RequestId);
    }
    let mut headers = Vec::with_capacity(6);
    headers.push((name::HOST, Cow::Borrowed(host)));
    if let Some(from) = &request.from {
        let visible = !from.is_empty() && from.bytes().all(|b| b.is_ascii_graphic());
        if !visible || from.len() > MAX_ENTITY_ID_BYTES {
            return Err(EncodeError::From);
        }
        headers.push((name::ORIGIN, Cow::Borrowed(&**from)));
    }
    headers.push((name::REQUEST_ID, Cow::Borrowed(request_id)));
    if let Some(release) = request.release.on_the_wire() {
        headers.push((name::RELEASE, Cow::Borrowed(release)));
    }
    headers.push((name::ACCEPT, Cow::Borrowed("application/json")));
    if let Some(ty) = request.resource_type {
        headers.push((name::CONTENT_TYPE, Cow::Owned(format!("application/json;ty={ty}"))));
    } else if request.content.is_some() {
        headers.push((name::CONTENT_TYPE, Cow::Borrowed("application/json")));
    }
    if let Some(demanded) = &request.if_match {
        if !matches!(request.operation, Operation::Update | Operation::Delete) {
            return Err(EncodeError::IfMatch);
        }
        let list = etag::demand(demanded);
        if list.len() > MAX_LIST_BYTES {
            return Err(EncodeError::TooLong);
        }
        headers.push((name::IF_MATCH, Cow::Owned(list)));
    }
    if let Some(originated) = request.originated {
        headers.push((name::ORIGINATING_TIME, Cow::Owned(originated.precise())));
    }
    for (name, moment) in
        [(name::REQUEST_EXPIRATION, request.expires), (name::RESULT_EXPIRATION, request.result_expires)]
    {
        if let Some(moment) = moment {
            headers.push((name, Cow::Owned(moment.to_string())));
        }
    }
    let credentials = &request.credentials;
    if !credentials.tokens.is_empty() {
        let well_formed = credentials.tokens.iter().all(|token| credentials::is_compact(token));
        if !well_formed || credentials.tokens.len() > MAX_TOKENS {
            return Err(EncodeError::Credentials);
        }
        headers.push((name::AUTHORIZATION, Cow::Owned(credentials.tokens.join("+"))));
    }
    Ok(HttpRequest {
        method: method(request.operation),
        target: target(request)?,
        headers,
        body: request.content.as_ref().map(content_to_json).unwrap_or_default(),
    })
}

const fn method(operation: Operation) -> &'static str {
    match operation {
        Operation::Create | Operation::Notify => "POST",
        Operation::Retrieve => "GET",
        Operation::Update => "PUT",
        Operation::Delete => "DELETE",
    }
}

fn target(request: &Request) -> Result<String, EncodeError> {
    let mut target = String::with_capacity(64);
    if !path::encode(&request.to, &mut target) {
        return Err(EncodeError::Path);
    }
    let mut query = Query { target, separator: '?' };
    if let Some(rcn) = request.result_content {
        query.number("rcn", u32::from(rcn.number()));
    }
    let one = request.to.attribute();
    if one.is_some() || !request.attributes.is_empty() {
        let more = request.attributes.iter().map(|name| &**name);
        let names: Vec<&str> = one.into_iter().chain(more).collect();
        let selects_once = one.is_none() || request.attributes.is_empty();
        let selects = request.operation == Operation::Retrieve && request.discovery.is_none() && selects_once;
        if !selects || !names.iter().all(|name| is_attribute(name)) {
            return Err(EncodeError::Attributes);
        }
        query.list("atrl", &names)?;
    }
    if request.identifier_form == IdentifierForm::Unstructured {
        if request.operation != Operation::Retrieve {
            return Err(EncodeError::IdentifierForm);
        }
        query.number("drt", 2);
    }
    if request.discovery.is_some() && request.operation != Operation::Retrieve {
        return Err(EncodeError::Discovery);
    }
    let usage = match (&request.discovery, &request.filter) {
        (None, None) => None,
        (Some(criteria), None) => Some((1, criteria)),
        (None, Some(criteria)) => Some((2, criteria)),
        (Some(_), Some(_)) => return Err(EncodeError::Discovery),
    };
    if let Some((usage, criteria)) = usage {
        query.number("fu", usage);
        for (name, entries) in filter::parameters(criteria).ok_or(EncodeError::Label)? {
            query.list(&name, &entries)?;
        }
    }
    let Credentials { roles, token_ids, local_token_ids, can_obtain, .. } = &request.credentials;
    if roles.iter().chain(token_ids).any(|id| !credentials::is_id(id))
        || local_token_ids.iter().any(|id| !credentials::is_local(id))
    {
        return Err(EncodeError::Credentials);
    }
    query.list("rids", roles)?;
    query.list("tids", token_ids)?;
    query.list("ltids", local_token_ids)?;
    if *can_obtain {
        query.number("tqi", 1);
    }
    if query.target.len() > MAX_TARGET_BYTES {
        return Err(EncodeError::TooLong);
    }
    Ok(query.target)
}

/// A target whose query grows.
struct Query {
    target: String,
    separator: char,
}

impl Query {
    fn name(&mut self, name: &str) {
        self.target.push(std::mem::replace(&mut self.separator, '&'));
        self.target.extend([name, "="]);
    }

    fn number(&mut self, name: &str, number: u32) {
        self.name(name);
        let written = write!(self.target, "{number}");
        debug_assert!(written.is_ok(), "a string takes every text");
    }

    /// Appends a list; none for an empty one.
    fn list<T: AsRef<str>>(&mut self, name: &str, entries: &[T]) -> Result<(), EncodeError> {
        if entries.len() > MAX_LIST_ENTRIES {
            return Err(EncodeError::TooLong);
        }
        for (n, entry) in entries.iter().enumerate() {
            if n == 0 {
                self.name(name);
            } else {
                self.target.push('+');
            }
            percent::encode(entry.as_ref(), &mut self.target);
        }
        Ok(())
    }
}
