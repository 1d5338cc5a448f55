//! What is wrong with a set of rules, and where (the service answers 4000).

use std::fmt;

/// How many steps a path may have, from the set to the innermost member.
const MAX_STEPS: usize = 9;

/// Why values are no rules: the path of the member, such as `pv.acr[2].acop`, and the fault.
///
/// It quotes nothing of the rules, so it may be logged and returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    path: Box<str>,
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
    /// It is empty, which may mean everything or nothing; who means either leaves it out.
    Empty,
    /// It holds more than this.
    TooMany(usize),
    /// With it, the section holds more entries with wildcards than this.
    TooManyPatterns(usize),
    /// With it, the section holds more entries for groups than this.
    TooManyGroups(usize),
    /// It is longer than this many bytes.
    TooLong(usize),
    /// It is no time window.
    Window,
    /// It is no address or range of addresses of its kind.
    AddressRange,
    /// It is no code of a country.
    Country,
    /// It is no circle: latitude, longitude and a radius in metres.
    Circle,
    /// It must be either a circle or a list of countries.
    Region,
    /// It is no number of a resource type.
    ResourceType,
    /// It is neither one containerDefinition nor one mgmtDefinition.
    Specialisation,
}

/// Where in a value, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    steps: [Step; MAX_STEPS],
    len: usize,
}

/// A step into a member by name, or into a list by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Member(&'static str),
    Entry(usize),
}

impl Place {
    pub(crate) fn root(name: &'static str) -> Self {
        Self { steps: [Step::Entry(0); MAX_STEPS], len: 0 }.then(Step::Member(name))
    }

    pub(super) fn rule(self, rule: usize) -> Self {
        self.member("acr").entry(rule)
    }

    pub(super) fn member(self, member: &'static str) -> Self {
        self.then(Step::Member(member))
    }

    pub(super) fn entry(self, entry: usize) -> Self {
        self.then(Step::Entry(entry))
    }

    /// A step further. No rule is so deep that one would be lost.
    fn then(mut self, step: Step) -> Self {
        if let Some(slot) = self.steps.get_mut(self.len) {
            *slot = step;
            self.len = self.len.saturating_add(1);
        }
        self
    }

    pub(crate) fn fault(self, fault: Fault) -> PolicyError {
        PolicyError { path: self.to_string().into(), fault }
    }
}

impl PolicyError {
    /// The path of the member, such as `pv.acr[2].acop`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().take(self.len).enumerate() {
            match step {
                Step::Member(name) if n == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Entry(entry) => write!(f, "[{entry}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Absent => f.write_str("it must be present"),
            Self::UnknownMember => f.write_str("it has a member that it cannot have"),
            Self::Operations => f.write_str("expected a sum of operations, 0 to 63"),
            Self::NoRule => f.write_str("it must hold at least one rule"),
            Self::Empty => f.write_str("it must not be empty; leave it out to demand nothing"),
            Self::TooMany(most) => write!(f, "it may hold at most {most}"),
            Self::TooManyPatterns(most) => {
                write!(f, "a section may hold at most {most} entries with wildcards")
            }
            Self::TooManyGroups(most) => write!(f, "a section may hold at most {most} entries for groups"),
            Self::TooLong(most) => write!(f, "it may have at most {most} bytes"),
            Self::Window => f.write_str(
                "expected second, minute, hour, day, month, day of the week and year, such as '* * 8-17 * * 1-5 *'",
            ),
            Self::AddressRange => {
                f.write_str("expected an address of this kind, perhaps with '/' and a number of bits")
            }
            Self::Country => f.write_str("expected the two capital letters of a country"),
            Self::Circle => f.write_str("expected latitude, longitude and a radius in metres"),
            Self::Region => f.write_str("expected either accr or accc"),
            Self::ResourceType => f.write_str("expected the number of a resource type"),
            Self::Specialisation => f.write_str("expected either cnd or mgd"),
        }
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.fault)
    }
}

impl std::error::Error for PolicyError {}
