//! HTTP requests to request primitives (TS-0009 6.2 and 6.4, TS-0004 7.3.2.1).

use csf_api::{Operation, Request, ResourceType, Status};

use super::fault::{Fault, Malformed};
use super::fields::Fields;
use super::{MAX_TARGET_BYTES, path, query};
use crate::json::content_from_json;

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

/// Reads a request.
///
/// # Errors
///
/// A [`Malformed`] holds the status and text to answer with; it turns into a
/// [`Response`](csf_api::Response).
pub fn decode_request<'a, H>(head: RequestHead<'a, H>, body: &[u8]) -> Result<Request, Malformed>
where
    H: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    let RequestHead { method, target, headers } = head;
    let fields = Fields::collect(headers);
    read(method, target, &fields, body).map_err(|fault| Malformed {
        status: fault.status,
        text: fault.text,
        request_id: fields.request_id().ok(),
        release: fields.release().ok(),
    })
}

/// What breaks a rule is refused before what is merely not supported.
fn read(method: &str, target: &str, fields: &Fields<'_>, body: &[u8]) -> Result<Request, Fault> {
    let request_id = fields.request_id()?;
    let release = fields.release()?;
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
    let query = query::decode(query, operation, release)?;
    let content = match (carries_content(operation), body.is_empty()) {
        (true, false) => {
            content_type.require_json()?;
            fields.check_accept()?;
            Some(content_from_json(body).map_err(|e| Fault::bad(e.to_string()))?)
        }
        (false, true) => {
            fields.check_accept()?;
            None
        }
        (true, true) => return Err(Fault::bad("CREATE, UPDATE and NOTIFY need a body")),
        (false, false) => return Err(Fault::bad("RETRIEVE and DELETE take no body")),
    };
    if let Some(name) = fields.unsupported() {
        return Err(Fault::unsupported(&format!("the header line {name}")));
    }
    if let Some(fault) = query.unsupported {
        return Err(fault);
    }
    Ok(Request {
        operation,
        to,
        from: from.map(Into::into),
        request_id,
        release,
        resource_type,
        content,
        result_content: query.result_content,
        attributes: query.attributes,
        discovery: query.discovery,
        filter: query.filter,
    })
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
