//! Values of configuration keys after reading, and where each came from.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A value that fits its key's kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `true` or `false`.
    Switch(bool),
    /// A whole number in the unit of its key.
    Number(u64),
    /// A text.
    Text(Box<str>),
    /// An absolute path.
    Path(PathBuf),
    /// A loopback address.
    Listen(SocketAddr),
    /// A listener or socket that shall not be.
    Off,
    /// A list of names.
    Names(Vec<Box<str>>),
    /// A table of names to names; higher layers add entries and replace those of the same name.
    Table(Vec<Entry>),
}

/// One entry of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name on the left.
    pub name: Box<str>,
    /// What it stands for.
    pub values: Vec<Box<str>>,
    /// Whether it is written as one text rather than as a list.
    pub single: bool,
    /// Who set it.
    pub origin: Origin,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The profile, or what the node works out by itself.
    BuiltIn,
    /// A line of a file, counted from 1.
    File(Arc<Path>, usize),
    /// An environment variable.
    Variable(Box<str>),
    /// `--set` or `--state`.
    Flag(&'static str),
    /// The administrator of the running node.
    Administration,
}

/// A value with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) setting: Setting,
    pub(crate) origin: Origin,
}

impl Setting {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn names<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self::Names(names.map(Into::into).collect())
    }

    pub(crate) const fn loopback(port: u16) -> Self {
        Self::Listen(SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port))
    }
}

/// Writes one text the way TOML does, quoted and escaped.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Writes texts as a TOML list.
pub(crate) fn quoted_list(texts: &[Box<str>]) -> String {
    let items: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", items.join(", "))
}

impl fmt::Display for Entry {
    /// Writes the right side of the entry as TOML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values.first() {
            Some(one) if self.single => f.write_str(&quoted(one)),
            _ => f.write_str(&quoted_list(&self.values)),
        }
    }
}

impl fmt::Display for Setting {
    /// Writes the value as TOML.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => write!(f, "{on}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Path(path) => f.write_str(&quoted(&path.to_string_lossy())),
            Self::Listen(address) => write!(f, "\"{address}\""),
            Self::Off => f.write_str("\"off\""),
            Self::Names(names) => f.write_str(&quoted_list(names)),
            Self::Table(entries) => {
                let entries: Vec<_> = entries.iter().map(|e| format!("{} = {e}", quoted(&e.name))).collect();
                write!(f, "{{{}}}", entries.join(", "))
            }
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
            Self::Administration => f.write_str("administration"),
        }
    }
}
