//! What is wrong with a policy, and where (the service answers 4000).

use std::fmt;

use crate::section::Section;

/// Why values are no policy: the path of the member, such as `pv.acr[2].acop`, and the fault.
///
/// It quotes nothing of the policy, so it may be logged and returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyError {
    place: Place,
    fault: Fault,
}

/// What is wrong with a member of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is a value of the wrong kind.
    Kind {
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// It must be there, and is not.
    Absent,
    /// It has a member that it cannot have.
    UnknownMember,
    /// The number is no sum of operations.
    Operations,
    /// It must hold a rule at least: nobody could ever change the policy.
    NoRule,
    /// It holds more than this.
    TooMany(usize),
    /// With it, the section holds more entries with wildcards than this.
    TooManyPatterns(usize),
    /// It is longer than this many bytes.
    TooLong(usize),
}

/// Where in the two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    section: Section,
    rule: Option<usize>,
    member: Option<&'static str>,
    entry: Option<usize>,
}

impl Place {
    pub(super) const fn section(section: Section) -> Self {
        Self { section, rule: None, member: None, entry: None }
    }

    pub(super) const fn rule(self, rule: usize) -> Self {
        Self { rule: Some(rule), ..self }
    }

    pub(super) const fn member(self, member: &'static str) -> Self {
        Self { member: Some(member), ..self }
    }

    pub(super) const fn entry(self, entry: usize) -> Self {
        Self { entry: Some(entry), ..self }
    }

    pub(super) const fn fault(self, fault: Fault) -> PolicyError {
        PolicyError { place: self, fault }
    }
}

impl PolicyError {
    /// The path of the member, such as `pv.acr[2].acop`.
    #[must_use]
    pub fn path(&self) -> String {
        self.place.to_string()
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.section.short_name())?;
        if let Some(rule) = self.rule {
            write!(f, ".acr[{rule}]")?;
        }
        if let Some(member) = self.member {
            write!(f, ".{member}")?;
        }
        self.entry.map_or(Ok(()), |entry| write!(f, "[{entry}]"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Absent => f.write_str("it must be present"),
            Self::UnknownMember => f.write_str("it has a member other than acr"),
            Self::Operations => f.write_str("expected a sum of operations, 0 to 63"),
            Self::NoRule => f.write_str("it must hold at least one rule"),
            Self::TooMany(most) => write!(f, "it may hold at most {most}"),
            Self::TooManyPatterns(most) => {
                write!(f, "a section may hold at most {most} entries with wildcards")
            }
            Self::TooLong(most) => write!(f, "it may have at most {most} bytes"),
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for PolicyError {}
