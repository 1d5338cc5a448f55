//! The query of a request target (TS-0009 6.2.2.2): what is supported, what is refused, and with which code.
//!
//! A name that stands in no list would be a condition on an attribute of that name, so no name is ignored.

use csf_api::{Credentials, FilterCriteria, IdentifierForm, Operation, Release, ResultContent, Status};

use super::fault::Fault;
use super::filter::{Filter, Taken};
use super::media::number;
use super::{MAX_LIST_ENTRIES, MAX_QUERY_PARAMETERS, credentials, percent};

/// The longest name of an attribute to retrieve, in bytes.
const MAX_ATTRIBUTE_BYTES: usize = 64;

/// Request parameters that this node does not support.
const UNSUPPORTED_PARAMETERS: [&str; 4] = ["rp", "da", "auri", "sqi"];

/// What the query adds to a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Query {
    pub(super) result_content: Option<ResultContent>,
    pub(super) identifier_form: IdentifierForm,
    pub(super) attributes: Vec<Box<str>>,
    pub(super) discovery: Option<FilterCriteria>,
    pub(super) filter: Option<FilterCriteria>,
    /// Roles and identifiers of tokens; tokens themselves are no part of a query.
    pub(super) credentials: Credentials,
    /// The first thing asked for that is not supported; reported only if nothing is malformed.
    pub(super) unsupported: Option<Fault>,
}

/// Reads a query, without its question mark.
pub(super) fn decode(query: &str, operation: Operation, release: Release) -> Result<Query, Fault> {
    if query.is_empty() {
        return Ok(Query::default());
    }
    let mut reading = Reading::default();
    for (n, pair) in query.split('&').enumerate() {
        if n >= MAX_QUERY_PARAMETERS {
            return Err(Fault::bad(format!("a query has at most {MAX_QUERY_PARAMETERS} parameters")));
        }
        let (name, value) = pair
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Fault::bad("each parameter of the query is NAME=VALUE"))?;
        reading.take(&unescape(name)?, value)?;
    }
    reading.finish(operation, release)
}

/// The parameters as they come in.
#[derive(Default)]
struct Reading {
    result_content: Option<u32>,
    filter_usage: Option<u32>,
    identifier_type: Option<u32>,
    response_type: Option<u32>,
    attributes: Vec<Box<str>>,
    filter: Filter,
    credentials: Credentials,
    can_obtain: Option<bool>,
    unsupported: Option<Fault>,
}

impl Reading {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        match name {
            "rcn" => once(&mut self.result_content, name, value),
            "fu" => once(&mut self.filter_usage, name, value),
            "drt" => once(&mut self.identifier_type, name, value),
            "rt" => once(&mut self.response_type, name, value),
            // TS-0004 7.3.2.1: a receiver that does not know the indicator ignores it.
            "asi" => Ok(()),
            "rids" => {
                each(&mut self.credentials.roles, name, value, |id| credentials::is_id(id).then(|| id.into()))
            }
            "tids" => each(&mut self.credentials.token_ids, name, value, |id| {
                credentials::is_id(id).then(|| id.into())
            }),
            "ltids" => each(&mut self.credentials.local_token_ids, name, value, |id| {
                credentials::is_local(id).then(|| id.into())
            }),
            "tqi" => {
                let said =
                    credentials::boolean(value).ok_or_else(|| Fault::bad("tqi must be true or false"))?;
                put(&mut self.can_obtain, name, said)
            }
            "atrl" => each(&mut self.attributes, name, value, |attribute| {
                is_attribute(attribute).then(|| attribute.into())
            }),
            _ if UNSUPPORTED_PARAMETERS.contains(&name) => {
                self.lack(&format!("the query parameter {name}"));
                Ok(())
            }
            // Any other name is one of the filter criteria, or a condition on the attribute of that name.
            _ => match self.filter.take(name, value)? {
                Taken::Read => Ok(()),
                Taken::Unsupported => {
                    self.lack(&format!("the query parameter {name}"));
                    Ok(())
                }
            },
        }
    }

    fn finish(mut self, operation: Operation, release: Release) -> Result<Query, Fault> {
        let (discovery, filter) = self.criteria(operation)?;
        let identifier_form = self.identifier_form(operation)?;
        self.check_response_type()?;
        let result_content = match self.result_content {
            None => None,
            Some(number) => Some(
                u8::try_from(number)
                    .ok()
                    .and_then(ResultContent::from_number)
                    .filter(|rcn| rcn.is_allowed(operation, discovery.is_some(), release))
                    .ok_or_else(|| Fault::bad("this operation does not allow this rcn"))?,
            ),
        };
        let selects = operation == Operation::Retrieve
            && discovery.is_none()
            && matches!(result_content, None | Some(ResultContent::Attributes));
        if !self.attributes.is_empty() && !selects {
            return Err(Fault::bad("atrl goes with a RETRIEVE of attributes only"));
        }
        let unsupported = self.unsupported;
        let attributes = self.attributes;
        let can_obtain = self.can_obtain.unwrap_or_default();
        let credentials = Credentials { can_obtain, ..self.credentials };
        Ok(Query { result_content, identifier_form, attributes, discovery, filter, credentials, unsupported })
    }

    /// What shall be discovered, or else what the target must meet.
    fn criteria(
        &mut self,
        operation: Operation,
    ) -> Result<(Option<FilterCriteria>, Option<FilterCriteria>), Fault> {
        let Filter { criteria, is_given, .. } = std::mem::take(&mut self.filter);
        let may_filter = !matches!(operation, Operation::Create | Operation::Notify);
        if !may_filter && (self.filter_usage.is_some() || is_given) {
            return Err(Fault::bad("CREATE and NOTIFY take no filter criteria"));
        }
        if criteria.level == Some(0) || criteria.offset == Some(0) {
            return Err(Fault::bad("lvl and ofst count from 1"));
        }
        if criteria.state.before == Some(0) || criteria.size.before == Some(0) {
            return Err(Fault::bad("sts and szb are at least 1"));
        }
        if self.filter_usage != Some(1) && criteria.relative_path.is_some() {
            return Err(Fault::bad("arp goes with a discovery only"));
        }
        let bounds = [criteria.limit, criteria.level, criteria.offset];
        if operation != Operation::Retrieve && bounds.iter().any(Option::is_some) {
            return Err(Fault::bad("lim, lvl and ofst go with a RETRIEVE only"));
        }
        match self.filter_usage {
            Some(1) if operation == Operation::Retrieve => Ok((Some(criteria), None)),
            Some(1) => Err(Fault::bad("only a RETRIEVE can discover")),
            None if !is_given => Ok((None, None)),
            None | Some(2) => Ok((None, Some(criteria))),
            Some(3) => {
                self.lack("fu=3");
                Ok((None, None))
            }
            Some(_) => Err(Fault::bad("fu must be 1, 2 or 3")),
        }
    }

    fn identifier_form(&self, operation: Operation) -> Result<IdentifierForm, Fault> {
        match self.identifier_type {
            Some(_) if operation != Operation::Retrieve => Err(Fault::bad("drt goes with a RETRIEVE only")),
            None | Some(1) => Ok(IdentifierForm::Structured),
            Some(2) => Ok(IdentifierForm::Unstructured),
            Some(_) => Err(Fault::bad("drt must be 1 or 2")),
        }
    }

    /// The type of the response: every answer is the result. Whoever leaves the choice to the node (4) gets it so
    /// (TS-0004 7.2.2.2); who insists on a reference to a `<request>` has a code of its own (7.3.2.2).
    fn check_response_type(&mut self) -> Result<(), Fault> {
        match self.response_type {
            None | Some(3 | 4) => {}
            Some(1) => {
                let text = "there are no <request> resources; rt=3 or rt=4 has the result as answer";
                self.refuse(|| Fault::new(Status::NonBlockingSynchRequestNotSupported, text));
            }
            Some(2 | 5) => self.lack("a response type other than rt=3 and rt=4"),
            Some(_) => return Err(Fault::bad("rt must be 1 to 5")),
        }
        Ok(())
    }

    fn lack(&mut self, what: &str) {
        self.refuse(|| Fault::unsupported(what));
    }

    /// Notes the first thing that is asked for and not had.
    fn refuse(&mut self, fault: impl FnOnce() -> Fault) {
        self.unsupported.get_or_insert_with(fault);
    }
}

/// Reads a number that may be given once.
pub(super) fn once(slot: &mut Option<u32>, name: &str, value: &str) -> Result<(), Fault> {
    let value = number(&unescape(value)?)
        .ok_or_else(|| Fault::bad(format!("the query parameter {name} must be a whole number of 32 bits")))?;
    put(slot, name, value)
}

/// Keeps a value that may be given once.
pub(super) fn put<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), Fault> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::bad(format!("the query parameter {name} is given twice"))),
    }
}

/// Reads the entries of a list: separated by `+`, and the name may be repeated.
pub(super) fn each<T>(
    list: &mut Vec<T>,
    name: &str,
    value: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<(), Fault> {
    for entry in value.split('+') {
        if list.len() >= MAX_LIST_ENTRIES {
            return Err(Fault::bad(format!("the list {name} has at most {MAX_LIST_ENTRIES} entries")));
        }
        let entry = unescape(entry)?;
        let read = Some(&*entry).filter(|entry| !entry.is_empty()).and_then(&read);
        list.push(read.ok_or_else(|| Fault::bad(format!("an entry of {name} is malformed")))?);
    }
    Ok(())
}

pub(super) fn unescape(text: &str) -> Result<std::borrow::Cow<'_, str>, Fault> {
    percent::decode(text).ok_or_else(|| Fault::bad("the query holds a broken escape"))
}

/// Whether this can be the short name of an attribute.
pub(super) fn is_attribute(name: &str) -> bool {
    (1..=MAX_ATTRIBUTE_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
