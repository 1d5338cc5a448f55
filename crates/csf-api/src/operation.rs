//! Operations of request primitives and of access control rules (TS-0004 6.3.4.2.5 and 6.3.4.2.29).

use std::fmt;

/// The operation of a request primitive; the discriminants are the values of `op`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Operation {
    /// Create a child of the target.
    Create = 1,
    /// Read the target, or discover below it.
    Retrieve = 2,
    /// Change attributes of the target, or invoke it when it is a function.
    Update = 3,
    /// Remove the target and everything below it.
    Delete = 4,
    /// Deliver a notification to the target.
    Notify = 5,
}

impl Operation {
    /// The operation with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Create),
            2 => Some(Self::Retrieve),
            3 => Some(Self::Update),
            4 => Some(Self::Delete),
            5 => Some(Self::Notify),
            _ => None,
        }
    }

    /// The number of this operation, 1 to 5.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name that TS-0004 gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Retrieve => "RETRIEVE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Notify => "NOTIFY",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an access control rule can permit; the discriminants are the bits of `acop`.
///
/// [`AccessOperation::Discovery`] is a RETRIEVE that carries filter usage *discovery*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AccessOperation {
    /// Create a child of the target.
    Create = 1,
    /// Read the target.
    Retrieve = 2,
    /// Change or invoke the target.
    Update = 4,
    /// Remove the target.
    Delete = 8,
    /// Receive a notification.
    Notify = 16,
    /// Find the target by discovery.
    Discovery = 32,
}

impl AccessOperation {
    /// All six, in the order of their bits.
    pub const ALL: [Self; 6] =
        [Self::Create, Self::Retrieve, Self::Update, Self::Delete, Self::Notify, Self::Discovery];

    /// The name that TS-0001 gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Retrieve => "RETRIEVE",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Notify => "NOTIFY",
            Self::Discovery => "DISCOVERY",
        }
    }
}

impl fmt::Display for AccessOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The set of operations that a rule permits: the value of `acop`, 0 to 63.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct AccessOperations(u8);

impl AccessOperations {
    /// Every operation: 63.
    pub const ALL: Self = Self(63);
    /// No operation.
    pub const NONE: Self = Self(0);

    /// The set with these bits; `None` for a number with a bit that names no operation.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits > 63 { None } else { Some(Self(bits)) }
    }

    /// The bits, 0 to 63.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether the set holds this operation.
    #[must_use]
    pub const fn contains(self, operation: AccessOperation) -> bool {
        self.0 & operation as u8 != 0
    }
}
