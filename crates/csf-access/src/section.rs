//! The two sets of rules that a policy has (TS-0001 9.6.2).

use std::fmt;

/// One of the two sets of rules in a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// `pv`: what the policy permits on the resources that link to it.
    Privileges,
    /// `pvs`: what it permits on itself, and who may link and unlink it.
    SelfPrivileges,
}

impl Section {
    /// The short name of the attribute.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Privileges => "pv",
            Self::SelfPrivileges => "pvs",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Privileges => "privileges",
            Self::SelfPrivileges => "selfPrivileges",
        })
    }
}
