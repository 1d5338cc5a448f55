//! What is wrong with an audit log, and where.

use std::fmt;

/// In which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A line is not the one that was written.
    Edited,
    /// Lines are missing from a file.
    Removed,
    /// A line stands elsewhere than it was written.
    Moved,
    /// The end of a file, or of the log, is missing.
    Truncated,
    /// A whole file is missing.
    Missing,
    /// A file is of another store, or of another history of this one.
    Foreign,
    /// A line that has its place in the chain was not written by this node.
    Unsealed,
    /// A file cannot be read.
    Unreadable,
}

impl Wrong {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Truncated => "truncated",
            Self::Missing => "missing",
            Self::Foreign => "foreign",
            Self::Unsealed => "unsealed",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Something that is wrong with an audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// The line in it, counted from 1, where it is about one.
    pub line: Option<u64>,
    /// In which way.
    pub wrong: Wrong,
    /// In words.
    pub text: String,
}

impl Finding {
    pub(super) fn at(file: &str, line: u64, wrong: Wrong, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: Some(line), wrong, text: text.into() }
    }

    pub(super) fn of(file: &str, wrong: Wrong, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, wrong, text: text.into() }
    }

    pub(super) fn unreadable(file: &str, error: &std::io::Error) -> Self {
        Self::of(file, Wrong::Unreadable, format!("cannot be read: {error}"))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.wrong.name(), self.text)
    }
}

impl std::error::Error for Finding {}
