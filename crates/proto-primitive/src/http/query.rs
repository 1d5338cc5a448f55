//! The query of a request target (TS-0009 6.2.2.2): what is supported, what is refused, and with which code.
//!
//! A name that stands in no list would be a condition on an attribute of that name, so no name is ignored.

use csf_api::{FilterCriteria, Operation, Release, ResourceType, ResultContent};

use super::fault::Fault;
use super::media::number;
use super::{MAX_LIST_ENTRIES, MAX_QUERY_PARAMETERS, percent, result_content};

/// The longest name of an attribute to retrieve, in bytes.
const MAX_ATTRIBUTE_BYTES: usize = 64;

/// Members of the filter criteria that this node cannot evaluate.
const UNSUPPORTED_CONDITIONS: [&str; 20] = [
    "crb", "cra", "ms", "us", "sts", "stb", "exb", "exa", "sza", "szb", "cty", "smf", "fo", "cfs", "cfq",
    "lbq", "arp", "clbl", "palb", "chty",
];

/// Request parameters that this node does not support.
const UNSUPPORTED_PARAMETERS: [&str; 8] = ["rp", "da", "rids", "tids", "ltids", "tqi", "auri", "sqi"];

/// What the query adds to a request.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Query {
    pub(super) result_content: Option<ResultContent>,
    pub(super) attributes: Vec<Box<str>>,
    pub(super) discovery: Option<FilterCriteria>,
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
    limit: Option<u32>,
    level: Option<u32>,
    offset: Option<u32>,
    attributes: Vec<Box<str>>,
    labels: Vec<Box<str>>,
    resource_types: Vec<ResourceType>,
    /// Whether any member of the filter criteria other than its usage was given.
    has_conditions: bool,
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
            "lim" => once(self.condition(|r| &mut r.limit), name, value),
            "lvl" => once(self.condition(|r| &mut r.level), name, value),
            "ofst" => once(self.condition(|r| &mut r.offset), name, value),
            "lbl" => each(self.condition(|r| &mut r.labels), name, value, |label| Some(label.into())),
            "ty" => each(self.condition(|r| &mut r.resource_types), name, value, |digits| {
                number(digits).map(ResourceType::from_number)
            }),
            "atrl" => each(&mut self.attributes, name, value, |attribute| {
                is_attribute(attribute).then(|| attribute.into())
            }),
            _ => {
                self.refuse(name);
                Ok(())
            }
        }
    }

    fn condition<T>(&mut self, of: impl FnOnce(&mut Self) -> &mut T) -> &mut T {
        self.has_conditions = true;
        of(self)
    }

    /// Notes what cannot be obeyed; a name outside the lists is a condition on that attribute.
    fn refuse(&mut self, name: &str) {
        let is_parameter = UNSUPPORTED_PARAMETERS.contains(&name);
        self.has_conditions |= !is_parameter;
        self.unsupported.get_or_insert_with(|| {
            if is_parameter || UNSUPPORTED_CONDITIONS.contains(&name) {
                Fault::unsupported(&format!("the query parameter {name}"))
            } else if is_attribute(name) {
                Fault::unsupported(&format!("a condition on the attribute {name}"))
            } else {
                Fault::unsupported("a condition on an attribute")
            }
        });
    }

    fn finish(mut self, operation: Operation, release: Release) -> Result<Query, Fault> {
        let discovery = self.discovery(operation)?;
        self.check_types(operation)?;
        let result_content = match self.result_content {
            None => None,
            Some(number) => Some(
                u8::try_from(number)
                    .ok()
                    .and_then(ResultContent::from_number)
                    .filter(|rcn| result_content::is_allowed(*rcn, operation, discovery.is_some(), release))
                    .ok_or_else(|| Fault::bad("this operation does not allow this rcn"))?,
            ),
        };
        let selects = operation == Operation::Retrieve
            && discovery.is_none()
            && matches!(result_content, None | Some(ResultContent::Attributes));
        if !self.attributes.is_empty() && !selects {
            return Err(Fault::bad("atrl goes with a RETRIEVE of attributes only"));
        }
        Ok(Query { result_content, attributes: self.attributes, discovery, unsupported: self.unsupported })
    }

    /// What shall be discovered, if the filter usage says so.
    fn discovery(&mut self, operation: Operation) -> Result<Option<FilterCriteria>, Fault> {
        let may_filter = !matches!(operation, Operation::Create | Operation::Notify);
        if !may_filter && (self.filter_usage.is_some() || self.has_conditions) {
            return Err(Fault::bad("CREATE and NOTIFY take no filter criteria"));
        }
        if self.level == Some(0) || self.offset == Some(0) {
            return Err(Fault::bad("lvl and ofst count from 1"));
        }
        match self.filter_usage {
            Some(1) if operation == Operation::Retrieve => Ok(Some(FilterCriteria {
                resource_types: std::mem::take(&mut self.resource_types),
                labels: std::mem::take(&mut self.labels),
                limit: self.limit,
                level: self.level,
                offset: self.offset,
            })),
            Some(1) => Err(Fault::bad("only a RETRIEVE can discover")),
            None | Some(2) => {
                if self.has_conditions {
                    self.lack("filter criteria without fu=1");
                }
                Ok(None)
            }
            Some(3) => {
                self.lack("fu=3");
                Ok(None)
            }
            Some(_) => Err(Fault::bad("fu must be 1, 2 or 3")),
        }
    }

    /// The types of result identifiers and of the response: only the defaults are supported.
    fn check_types(&mut self, operation: Operation) -> Result<(), Fault> {
        match self.identifier_type {
            Some(_) if operation != Operation::Retrieve => {
                return Err(Fault::bad("drt goes with a RETRIEVE only"));
            }
            None | Some(1) => {}
            Some(2) => self.lack("drt=2"),
            Some(_) => return Err(Fault::bad("drt must be 1 or 2")),
        }
        match self.response_type {
            None | Some(3) => {}
            Some(1 | 2 | 4 | 5) => self.lack("a response type other than rt=3"),
            Some(_) => return Err(Fault::bad("rt must be 1 to 5")),
        }
        Ok(())
    }

    fn lack(&mut self, what: &str) {
        self.unsupported.get_or_insert_with(|| Fault::unsupported(what));
    }
}

/// Reads a number that may be given once.
fn once(slot: &mut Option<u32>, name: &str, value: &str) -> Result<(), Fault> {
    let value = number(&unescape(value)?)
        .ok_or_else(|| Fault::bad(format!("the query parameter {name} must be a whole number of 32 bits")))?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::bad(format!("the query parameter {name} is given twice"))),
    }
}

/// Reads the entries of a list: separated by `+`, and the name may be repeated.
fn each<T>(
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

fn unescape(text: &str) -> Result<std::borrow::Cow<'_, str>, Fault> {
    percent::decode(text).ok_or_else(|| Fault::bad("the query holds a broken escape"))
}

/// Whether this can be the short name of an attribute.
pub(super) fn is_attribute(name: &str) -> bool {
    (1..=MAX_ATTRIBUTE_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}
