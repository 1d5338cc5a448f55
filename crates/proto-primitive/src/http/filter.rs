//! Filter criteria in a query, both ways (TS-0009 6.2.2.2, TS-0004 7.3.3.17).
//!
//! `+` separates the entries of a list, and a name may be repeated. `c.NAME` and `p.NAME` are conditions on
//! children and parent; a name that stands in no list is a condition on the attribute of that name.

use csf_api::{
    AttributeCondition, FilterCriteria, FilterOperation, RelativePath, ResourceType, UtcTime, Window,
};

use super::MAX_LIST_ENTRIES;
use super::fault::Fault;
use super::media::number;
use super::query::{each, once, put, unescape};

/// Members of the filter criteria that this node cannot evaluate.
const UNSUPPORTED: [&str; 4] = ["smf", "cfs", "cfq", "lbq"];

/// The filter criteria as they come in.
#[derive(Default)]
pub(super) struct Filter {
    pub(super) criteria: FilterCriteria,
    /// Whether any member was given.
    pub(super) is_given: bool,
    operation: Option<u32>,
}

/// What became of a parameter.
pub(super) enum Taken {
    Read,
    Unsupported,
}

impl Filter {
    /// Reads one parameter of the query.
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<Taken, Fault> {
        self.is_given = true;
        if UNSUPPORTED.contains(&name) {
            return Ok(Taken::Unsupported);
        }
        let criteria = &mut self.criteria;
        match name {
            "cra" => time(&mut criteria.created.from, name, value),
            "crb" => time(&mut criteria.created.before, name, value),
            "ms" => time(&mut criteria.modified.from, name, value),
            "us" => time(&mut criteria.modified.before, name, value),
            "exa" => time(&mut criteria.expires.from, name, value),
            "exb" => time(&mut criteria.expires.before, name, value),
            "stb" => once(&mut criteria.state.from, name, value),
            "sts" => once(&mut criteria.state.before, name, value),
            "sza" => once(&mut criteria.size.from, name, value),
            "szb" => once(&mut criteria.size.before, name, value),
            "ty" => each(&mut criteria.resource_types, name, value, resource_type),
            "chty" => each(&mut criteria.child.resource_types, name, value, resource_type),
            "pty" => each(&mut criteria.parent.resource_types, name, value, resource_type),
            "lbl" => each(&mut criteria.labels, name, value, text),
            "clbl" => each(&mut criteria.child.labels, name, value, text),
            "palb" => each(&mut criteria.parent.labels, name, value, text),
            "cty" => each(&mut criteria.content_types, name, value, text),
            "lim" => once(&mut criteria.limit, name, value),
            "lvl" => once(&mut criteria.level, name, value),
            "ofst" => once(&mut criteria.offset, name, value),
            "arp" => {
                let path = RelativePath::parse(&unescape(value)?).ok_or_else(|| {
                    Fault::bad("the query parameter arp must be a relative path such as ../room/la")
                })?;
                put(&mut criteria.relative_path, name, path)
            }
            "fo" => {
                once(&mut self.operation, name, value)?;
                criteria.operation = match self.operation {
                    Some(1) => FilterOperation::And,
                    Some(2) => FilterOperation::Or,
                    _ => return Err(Fault::bad("the query parameter fo must be 1 or 2")),
                };
                Ok(())
            }
            _ => {
                let (list, attribute) = match name.split_once('.') {
                    Some(("c", attribute)) => (&mut criteria.child.attributes, attribute),
                    Some(("p", attribute)) => (&mut criteria.parent.attributes, attribute),
                    _ => (&mut criteria.attributes, name),
                };
                if AttributeCondition::new(attribute, "*").is_none() {
                    let name = name.escape_debug();
                    return Err(Fault::bad(format!(
                        "the query parameter {name} names no attribute to match"
                    )));
                }
                each(list, name, value, |pattern| AttributeCondition::new(attribute, pattern))
            }
        }?;
        Ok(Taken::Read)
    }
}

fn resource_type(digits: &str) -> Option<ResourceType> {
    number(digits).map(ResourceType::from_number)
}

#[expect(clippy::unnecessary_wraps, reason = "a reader of list entries")]
fn text(entry: &str) -> Option<Box<str>> {
    Some(entry.into())
}

fn time(slot: &mut Option<UtcTime>, name: &str, value: &str) -> Result<(), Fault> {
    let time = UtcTime::parse(&unescape(value)?).map_err(|_| {
        Fault::bad(format!("the query parameter {name} must be a time such as 20301231T235959"))
    })?;
    put(slot, name, time)
}

/// One parameter to write: its name and the entries of its list.
pub(super) type Parameter = (String, Vec<String>);

/// The parameters that say all of this; `None` where an entry of a list is empty or a list is too long.
pub(super) fn parameters(criteria: &FilterCriteria) -> Option<Vec<Parameter>> {
    let mut out: Vec<Parameter> = Vec::new();
    let types = |list: &[ResourceType]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let texts = |list: &[Box<str>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let relatives = [("chty", "clbl", "c.", &criteria.child), ("pty", "palb", "p.", &criteria.parent)];
    out.push(("ty".into(), types(&criteria.resource_types)));
    out.push(("lbl".into(), texts(&criteria.labels)));
    out.push(("cty".into(), texts(&criteria.content_types)));
    attributes(&mut out, "", &criteria.attributes);
    for (type_name, label_name, prefix, relative) in relatives {
        out.push((type_name.into(), types(&relative.resource_types)));
        out.push((label_name.into(), texts(&relative.labels)));
        attributes(&mut out, prefix, &relative.attributes);
    }
    let times = [
        ("cra", "crb", &criteria.created),
        ("ms", "us", &criteria.modified),
        ("exa", "exb", &criteria.expires),
    ];
    for (from, before, window) in times {
        bounds(&mut out, from, before, window, |time| time.precise());
    }
    for (from, before, window) in [("stb", "sts", &criteria.state), ("sza", "szb", &criteria.size)] {
        bounds(&mut out, from, before, window, ToString::to_string);
    }
    if criteria.operation == FilterOperation::Or {
        out.push(("fo".into(), vec!["2".into()]));
    }
    for (name, number) in [("lim", criteria.limit), ("lvl", criteria.level), ("ofst", criteria.offset)] {
        out.extend(number.map(|number| (name.to_owned(), vec![number.to_string()])));
    }
    out.extend(criteria.relative_path.iter().map(|path| ("arp".to_owned(), vec![path.to_string()])));
    out.retain(|(_, entries)| !entries.is_empty());
    out.iter().all(|(_, entries)| entries.iter().all(|entry| !entry.is_empty())).then_some(out)
}

/// Conditions in their order; neighbours of one name become one list.
fn attributes(out: &mut Vec<Parameter>, prefix: &str, conditions: &[AttributeCondition]) {
    for condition in conditions {
        let (name, pattern) = (format!("{prefix}{}", condition.name()), condition.pattern().to_owned());
        match out.last_mut() {
            Some((last, entries)) if *last == name && entries.len() < MAX_LIST_ENTRIES => {
                entries.push(pattern)
            }
            _ => out.push((name, vec![pattern])),
        }
    }
}

fn bounds<T>(
    out: &mut Vec<Parameter>,
    from: &str,
    before: &str,
    window: &Window<T>,
    write: impl Fn(&T) -> String,
) {
    for (name, bound) in [(from, &window.from), (before, &window.before)] {
        out.extend(bound.iter().map(|bound| (name.to_owned(), vec![write(bound)])));
    }
}
