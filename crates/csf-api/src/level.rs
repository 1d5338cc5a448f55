//! Security levels of secure environments and of what they protect (TS-0003 table 6.3.1-1).

use std::fmt;

/// How well something is protected, from nothing to resistance against physical attack.
///
/// A secure environment has exactly one level; what it holds or computes has that level at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum SecurityLevel {
    /// 0: exposed to anyone who can read the machine's files.
    None = 0,
    /// 1: safe from passive observers; software on a general-purpose processor reaches this at best.
    Low = 1,
    /// 2: remote and software attacks are addressed; a trusted execution environment.
    Medium = 2,
    /// 3: physical and side-channel attacks are addressed too; a UICC or an embedded secure element.
    High = 3,
}

impl SecurityLevel {
    /// The level with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::None),
            1 => Some(Self::Low),
            2 => Some(Self::Medium),
            3 => Some(Self::High),
            _ => None,
        }
    }

    /// The number of this level, 0 to 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for SecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}
