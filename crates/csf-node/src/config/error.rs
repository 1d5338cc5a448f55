//! What is wrong with a configuration: where, which key, what, and what to do about it.

use std::fmt;
use std::path::PathBuf;

use super::Origin;

/// Why a configuration was refused; every one of them is exit code 2.
#[derive(Debug)]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system or the reader says.
        problem: Box<str>,
    },
    /// The file is no TOML.
    Syntax {
        /// File and line.
        origin: Origin,
        /// What the parser says.
        problem: Box<str>,
    },
    /// There is no such key.
    UnknownKey {
        /// Who set it.
        origin: Origin,
        /// The key as written.
        key: Box<str>,
        /// The key that was perhaps meant.
        nearest: Option<Box<str>>,
    },
    /// The key exists; its value is not acceptable.
    Value {
        /// Who set it.
        origin: Origin,
        /// The key.
        key: Box<str>,
        /// What is wrong with the value.
        problem: Box<str>,
        /// What to write or do instead.
        remedy: Box<str>,
    },
}

/// What is wrong with a value, before anybody has said where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }

    pub(crate) fn at(self, key: &str, origin: Origin) -> ConfigError {
        ConfigError::Value {
            origin,
            key: key.into(),
            problem: self.problem.into(),
            remedy: self.remedy.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, problem } => write!(f, "{}: {problem}", path.display()),
            Self::Syntax { origin, problem } => write!(f, "{origin}: this is not TOML: {problem}"),
            Self::UnknownKey { origin, key, nearest } => {
                write!(f, "{origin}: there is no {} '{key}'; ", noun(origin))?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean '{nearest}'?"),
                    None => f.write_str("'csf config keys' lists them all"),
                }
            }
            Self::Value { origin, key, problem, remedy } => {
                write!(f, "{origin}: {key}: {problem}; {remedy}")
            }
        }
    }
}

const fn noun(origin: &Origin) -> &'static str {
    if matches!(origin, Origin::Variable(_)) { "variable" } else { "key" }
}

impl std::error::Error for ConfigError {}
