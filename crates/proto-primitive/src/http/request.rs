//! HTTP requests to request primitives (TS-0009 6.2 and 6.4, TS-0004 7.3.2.1).

use csf_api::{Credentials, Operation, Release, Request, ResourceType, Status};

use super::answer_form::AnswerForm;
use super::fault::{Fault, Malformed};
use super::fields::Fields;
use super::{MAX_TARGET_BYTES, etag, name, path, query};
use crate::cbor::ByteStrings;

/// The head of an HTTP request.
#[derive(Clone, Copy, Debug)]
pub struct RequestHead<'a, H> {
    /// The method, such as `GET`.
    pub method: &'a str,
    /// Path and query as they stand in the request line, beginning with `/`.
    pub target: &'a str,
    /// Names and values of the header lines, in any case and order: a slice, a vector or an iterator.
    pub headers: H,
}

/// What a request without `X-M2M-RVI` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Silence {
    /// Refused with 4001: the node does not speak release 1.
    #[default]
    IsRefused,
    /// A request of release 1, for nodes that were told to serve old devices.
    IsRelease1,
}

/// What a node takes beyond the rules, because it was told to; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// What silence about the release means.
    pub silence: Silence,
    /// What byte strings in CBOR are.
    pub byte_strings: ByteStrings,
}

/// Reads a request of release 2a or later, and what it says about its answer.
///
/// # Errors
///
/// A [`Malformed`] holds the status and text to answer with; it turns into a
/// [`Response`](csf_api::Response).
pub fn decode_request<'a, H>(
    head: RequestHead<'a, H>,
    body: &[u8],
) -> Result<(Request, AnswerForm<'a>), Malformed>
where
    H: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    decode_request_where(Dialect::default(), head, body)
}

/// Reads a request in a dialect: of release 1 too, or in the CBOR of the examples.
///
/// # Errors
///
/// As [`decode_request`].
pub fn decode_request_where<'a, H>(
    dialect: Dialect,
    head: RequestHead<'a, H>,
    body: &[u8],
) -> Result<(Request, AnswerForm<'a>), Malformed>
where
    H: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let RequestHead { method, target, headers } = head;
    let fields = Fields::collect(headers);
    let release = fields.release(dialect.silence);
    let known = release.as_ref().ok().copied();
    read(method, target, &fields, release, (body, dialect.byte_strings)).map_err(|fault| Malformed {
        status: fault.status,
        text: fault.text,
        request_id: fields.request_id().ok(),
        release: known,
        serialization: fields.serialization(),
    })
}

/// What breaks a rule is refused before what is merely not supported.
fn read<'a>(
    method: &str,
    target: &str,
    fields: &Fields<'a>,
    release: Result<Release, Fault>,
    (body, byte_strings): (&[u8], ByteStrings),
) -> Result<(Request, AnswerForm<'a>), Fault> {
    let request_id = fields.request_id()?;
    let release = release?;
    fields.check_framing(body)?;
    let content_type = fields.content_type()?;
    let resource_type = content_type.resource_type;
    let operation = operation(method, resource_type)?;
    check_target(target)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let to = path::decode(path)?;
    let from = fields.origin()?;
    if from.is_none() && resource_type != Some(ResourceType::AE) {
        return Err(Fault::bad("only the registration of an AE may come without X-M2M-Origin"));
    }
    let [expires, result_expires] = fields.expirations()?;
    let query = query::decode(query, operation, release)?;
    let tokens = match fields.tokens() {
        Err(fault) if fault.status != Status::NotImplemented => return Err(fault),
        read => read,
    };
    let (content, serialization) = match (carries_content(operation), body.is_empty()) {
        (true, false) => {
            let of_body = content_type.readable()?;
            let serialization = fields.accepted(content_type)?;
            let content = of_body.decode_where(byte_strings, body).map_err(|e| Fault::bad(e.to_string()))?;
            (Some(content), serialization)
        }
        (false, true) => (None, fields.accepted(content_type)?),
        (true, true) => return Err(Fault::bad("CREATE, UPDATE and NOTIFY need a body")),
        (false, false) => return Err(Fault::bad("RETRIEVE and DELETE take no body")),
    };
    if let Some(name) = fields.unsupported() {
        return Err(Fault::unsupported(&format!("the header line {name}")));
    }
    if let Some(fault) = query.unsupported {
        return Err(fault);
    }
    let credentials = Credentials { tokens: tokens?, ..query.credentials };
    let demanded = fields.if_match(operation)?;
    let form = match (operation, fields.if_none_match()) {
        (Operation::Retrieve, had) => AnswerForm::of_retrieve(serialization, demanded, had),
        (_, []) => serialization.into(),
        // With anything but a RETRIEVE it is a precondition, such as that nothing is there yet.
        _ => return Err(Fault::unsupported(&format!("the header line {}", name::IF_NONE_MATCH))),
    };
    let request = Request {
        operation,
        to,
        from: from.map(Into::into),
        request_id,
        release,
        resource_type,
        content,
        result_content: query.result_content,
        identifier_form: query.identifier_form,
        attributes: query.attributes,
        discovery: query.discovery,
        filter: query.filter,
        originated: fields.originated(),
        expires,
        result_expires,
        // What a RETRIEVE shows is known when it is shown, and so is whether it is what was demanded.
        credentials,
        if_match: etag::demanded(demanded).filter(|_| operation != Operation::Retrieve),
    };
    Ok((request, form))
}

/// The operation behind the method; only a CREATE has a resource type.
fn operation(method: &str, resource_type: Option<ResourceType>) -> Result<Operation, Fault> {
    let operation = match method {
        "POST" if resource_type.is_some() => Operation::Create,
        "POST" => Operation::Notify,
        "GET" => Operation::Retrieve,
        "PUT" => Operation::Update,
        "DELETE" => Operation::Delete,
        _ => {
            let text = "the methods are POST, GET, PUT and DELETE";
            return Err(Fault::new(Status::OperationNotAllowed, text));
        }
    };
    if resource_type.is_some() && operation != Operation::Create {
        return Err(Fault::bad("ty goes with a CREATE only"));
    }
    Ok(operation)
}

fn check_target(target: &str) -> Result<(), Fault> {
    if target.len() > MAX_TARGET_BYTES {
        return Err(Fault::bad(format!("a request target has at most {MAX_TARGET_BYTES} bytes")));
    }
    if !target.bytes().all(|b| b.is_ascii_graphic() && b != b'#') {
        return Err(Fault::bad("the request target holds a character that must be escaped"));
    }
    Ok(())
}

const fn carries_content(operation: Operation) -> bool {
    matches!(operation, Operation::Create | Operation::Update | Operation::Notify)
}
