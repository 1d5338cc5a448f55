//! Turning what somebody wrote, in TOML or in plain text, into the [`Setting`] that its key wants.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::keys::component_names;
use super::nearest::nearest;
use super::setting::Entry;
use super::{ConfigError, Key, Kind, Origin, Setting, Unit};
use crate::profile::Component;

/// What relative paths and `~/` are read against.
pub(crate) struct Place<'a> {
    pub(crate) base: &'a Path,
    pub(crate) home: Option<&'a Path>,
}

/// Reads a TOML value; `at` tells the origin of a span, for the value and for the entries of a table.
pub(crate) fn from_toml(
    key: &'static Key,
    value: &Spanned<DeValue<'_>>,
    place: &Place<'_>,
    at: &dyn Fn(Range<usize>) -> Origin,
) -> Result<Setting, ConfigError> {
    let here = |problem: Problem| problem.at(key.name, at(value.span()));
    match (key.kind, value.get_ref()) {
        (Kind::Switch, DeValue::Boolean(on)) => Ok(Setting::Switch(*on)),
        (Kind::Number { .. }, DeValue::Integer(number)) => {
            let number = u64::from_str_radix(number.as_str(), number.radix());
            number.map_err(|_| out_of_range(key.kind)).and_then(|n| in_range(key.kind, n)).map_err(here)
        }
        (Kind::Number { unit, .. }, DeValue::String(text)) if unit != Unit::Things => {
            from_text(key.kind, text, place).map_err(here)
        }
        (
            Kind::Text | Kind::Choice(_) | Kind::Path | Kind::PathOrOff | Kind::LoopbackOrOff,
            DeValue::String(text),
        ) => from_text(key.kind, text, place).map_err(here),
        (Kind::Components, DeValue::Array(_)) => {
            let names = texts(value).ok_or_else(|| here(wrong_type(key.kind, "a list of other things")))?;
            components(names).map_err(here)
        }
        (kind, DeValue::Table(table)) if kind.is_table() => entries(key, table, at),
        (kind, other) => Err(here(wrong_type(kind, kind_of(other)))),
    }
}

/// Reads the text of a variable or flag.
///
/// A list may be written with commas; a list or a table may be written as TOML.
pub(crate) fn from_argument(
    key: &'static Key,
    text: &str,
    place: &Place<'_>,
    origin: &Origin,
) -> Result<Setting, ConfigError> {
    let bracketed = text.trim_start().starts_with('[');
    match key.kind {
        kind if kind.is_table() => {}
        Kind::Components if bracketed => {}
        kind => return from_text(kind, text, place).map_err(|p| p.at(key.name, origin.clone())),
    }
    let value = DeValue::parse(text).map_err(|e| {
        Problem::new(
            format!("this is not TOML: {}", e.message()),
            format!("write for example {}", key.kind.example()),
        )
        .at(key.name, origin.clone())
    })?;
    from_toml(key, &value, place, &|_| origin.clone())
}

/// Reads one entry of a table from a flag: `local.users.alice=Cmeter,Clamp`.
pub(crate) fn entry_from_argument(key: &'static Key, name: &str, text: &str, origin: &Origin) -> Entry {
    let single = key.kind == Kind::LocalCsfs;
    let values = if single { vec![text.into()] } else { split_list(text) };
    Entry { name: name.into(), values, single, origin: origin.clone() }
}

fn from_text(kind: Kind, text: &str, place: &Place<'_>) -> Result<Setting, Problem> {
    match kind {
        Kind::Switch => match text {
            "true" => Ok(Setting::Switch(true)),
            "false" => Ok(Setting::Switch(false)),
            _ => Err(Problem::new(format!("'{text}' is neither true nor false"), "write true or false")),
        },
        Kind::Text if text.is_empty() => Err(Problem::new("the text is empty", "leave it out instead")),
        Kind::Text => Ok(Setting::text(text)),
        Kind::Choice(words) if words.contains(&text) => Ok(Setting::text(text)),
        Kind::Choice(words) => {
            let remedy = match nearest(text, words.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("write {kind}"),
            };
            Err(Problem::new(format!("'{text}' is none of its words"), remedy))
        }
        Kind::Number { unit, .. } => {
            let number = unit.read(text).map_err(|problem| Problem::new(problem, format!("write {kind}")))?;
            in_range(kind, number)
        }
        Kind::PathOrOff | Kind::LoopbackOrOff if text == "off" => Ok(Setting::Off),
        Kind::Path | Kind::PathOrOff => path(text, place).map(Setting::Path),
        Kind::LoopbackOrOff => loopback(text),
        Kind::Components => components(split_list(text)),
        Kind::UserOriginators
        | Kind::LocalCsfs
        | Kind::FlexContainers
        | Kind::TokenIssuers
        | Kind::AuthorizationServers => Err(wrong_type(kind, "a text")),
    }
}

fn in_range(kind: Kind, number: u64) -> Result<Setting, Problem> {
    match kind {
        Kind::Number { min, max, .. } if (min..=max).contains(&number) => Ok(Setting::Number(number)),
        _ => Err(out_of_range(kind)),
    }
}

fn out_of_range(kind: Kind) -> Problem {
    Problem::new("the number is out of range", format!("write {kind}"))
}

fn path(text: &str, place: &Place<'_>) -> Result<PathBuf, Problem> {
    if text.is_empty() {
        return Err(Problem::new("the path is empty", "name a file or directory"));
    }
    match text.strip_prefix("~/") {
        Some(rest) => match place.home {
            Some(home) => Ok(home.join(rest)),
            None => Err(Problem::new("'~/' means nothing here: HOME is not set", "write the whole path")),
        },
        None => Ok(place.base.join(text)),
    }
}

fn loopback(text: &str) -> Result<Setting, Problem> {
    let Ok(address) = text.parse::<SocketAddr>() else {
        return Err(Problem::new(
            format!("'{text}' is no address with a port"),
            "write one such as 127.0.0.1:8080, or off",
        ));
    };
    if address.ip().to_canonical().is_loopback() {
        Ok(Setting::Listen(address))
    } else {
        Err(Problem::new(
            format!("{} is not a loopback address, and plain HTTP proves nobody's identity", address.ip()),
            "listen on 127.0.0.1 or [::1], or write off",
        ))
    }
}

/// Components are checked when they are read, so that the message has the line of the list.
fn components(names: Vec<Box<str>>) -> Result<Setting, Problem> {
    for name in &names {
        let Some(component) = Component::named(name) else {
            let remedy = match nearest(name, component_names()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("the components are {}", component_names().collect::<Vec<_>>().join(", ")),
            };
            return Err(Problem::new(format!("there is no component '{name}'"), remedy));
        };
        if !component.is_built() {
            let text = format!("this build does not have {component}");
            return Err(match component.feature() {
                Some(feature) => Problem::new(
                    format!("{text}: its feature is off"),
                    format!("leave it out, or run a program built with --features {feature}"),
                ),
                None => Problem::new(text, "leave it out"),
            });
        }
    }
    for component in Component::ALL.iter().filter(|c| c.is_mandatory()) {
        if !names.iter().any(|name| **name == *component.name()) {
            return Err(Problem::new(
                format!("{component} is missing, and TS-0003 clause 5.5 makes it mandatory on every node"),
                format!("add '{component}' to the list"),
            ));
        }
    }
    Ok(Setting::Names(names))
}

fn entries(
    key: &'static Key,
    table: &DeTable<'_>,
    at: &dyn Fn(Range<usize>) -> Origin,
) -> Result<Setting, ConfigError> {
    let mut read = Vec::new();
    for (name, value) in table {
        let single = key.kind == Kind::LocalCsfs;
        let values = match value.get_ref() {
            DeValue::String(text) => Some(vec![text.as_ref().into()]),
            DeValue::Array(_) if !single => texts(value),
            _ => None,
        };
        let origin = at(name.span());
        let Some(values) = values else {
            let wanted = match key.kind {
                Kind::LocalCsfs => "a user name",
                Kind::FlexContainers => "a list of a root and attributes",
                Kind::TokenIssuers => "a list of classes and keys",
                Kind::AuthorizationServers => "a list of a user and an address",
                _ => "a list of originators",
            };
            return Err(Problem::new(
                format!("expected {wanted}, but found {}", kind_of(value.get_ref())),
                format!("write for example {}", key.kind.example()),
            )
            .at(&format!("{}.{}", key.name, name.get_ref()), origin));
        };
        read.push(Entry { name: name.get_ref().as_ref().into(), values, single, origin });
    }
    Ok(Setting::Table(read))
}

fn texts(list: &Spanned<DeValue<'_>>) -> Option<Vec<Box<str>>> {
    let DeValue::Array(items) = list.get_ref() else { return None };
    let text = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
        DeValue::String(text) => Some(Box::from(text.as_ref())),
        _ => None,
    };
    items.iter().map(text).collect()
}

fn split_list(text: &str) -> Vec<Box<str>> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Into::into).collect()
}

fn wrong_type(kind: Kind, found: &str) -> Problem {
    Problem::new(
        format!("expected {kind}, but found {found}"),
        format!("write for example {}", kind.example()),
    )
}

const fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
