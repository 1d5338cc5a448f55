//! What the value of a key may be: said to people, and shown by an example.

use std::fmt;

use super::Unit;

/// What the value of a key may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A text whose grammar is checked where it gets its meaning.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number within these bounds, perhaps written with a unit.
    Number {
        /// What is counted.
        unit: Unit,
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// A path; relative ones are read against the file that holds them, or the working directory.
    Path,
    /// A path, or `off`.
    PathOrOff,
    /// An address on loopback with a port, or `off`.
    LoopbackOrOff,
    /// A list of component names.
    Components,
    /// A table from operating system users to lists of originators.
    UserOriginators,
    /// A table from the names of local CSFs to operating system users.
    LocalCsfs,
    /// A table from container definitions to lists of a root and attributes.
    FlexContainers,
    /// A table from issuers of tokens to lists of classes and keys.
    TokenIssuers,
    /// A table from points of access of authorization servers to lists of a user and an address.
    AuthorizationServers,
}

impl Kind {
    /// Whether it is a table, whose entries can be set one by one.
    pub(crate) const fn is_table(self) -> bool {
        matches!(
            self,
            Self::UserOriginators
                | Self::LocalCsfs
                | Self::FlexContainers
                | Self::TokenIssuers
                | Self::AuthorizationServers
        )
    }

    /// A value of this kind, as it would stand in the file.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Switch => "true",
            Self::Text => "a text in quotes",
            Self::Choice(_) => "one of its words in quotes",
            Self::Number { unit: Unit::Things, .. } => "1000",
            Self::Number { unit: Unit::Bytes, .. } => "\"64 KiB\"",
            Self::Number { unit: Unit::Seconds, .. } => "\"10 s\"",
            Self::Path | Self::PathOrOff => "\"/var/lib/csf\"",
            Self::LoopbackOrOff => "\"127.0.0.1:8080\"",
            Self::Components => "[\"security-transport\", \"secure-storage\", \"security-administration\"]",
            Self::UserOriginators => "{ alice = [\"Cmeter\"] }",
            Self::LocalCsfs => "{ billing = \"alice\" }",
            Self::FlexContainers => "{ \"org.example.switch\" = [\"lab:switch\", \"on boolean mandatory\"] }",
            Self::AuthorizationServers => "{ \"unix:/run/das/das.sock\" = [\"das\", \"/id-das/das\"] }",
            Self::TokenIssuers => {
                "{ \"/id-in\" = [\"signed\", \"k1 EdDSA MCowBQYDK2VwAyEA+LZtRDzc6BLRRIEcl+TbGN/sdkvHPL/Rxc+TlA/eTro=\"] }"
            }
        }
    }
}

impl fmt::Display for Kind {
    /// Says what is expected, as the middle of a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch => f.write_str("true or false"),
            Self::Text => f.write_str("a text"),
            Self::Choice(words) => write!(f, "one of {}", words.join(", ")),
            Self::Number { unit, min, max } => {
                write!(f, "a whole number{} from {min} to {max}", unit.of())
            }
            Self::Path => f.write_str("a path"),
            Self::PathOrOff => f.write_str("a path, or off"),
            Self::LoopbackOrOff => {
                f.write_str("a loopback address with a port such as 127.0.0.1:8080, or off")
            }
            Self::Components => f.write_str("a list of component names"),
            Self::UserOriginators => f.write_str("a table from user names to lists of originators"),
            Self::LocalCsfs => f.write_str("a table from names of local CSFs to user names"),
            Self::AuthorizationServers => {
                f.write_str("a table from points of access to lists of a user and an address")
            }
            Self::TokenIssuers => f.write_str("a table from issuers to lists of classes and keys"),
            Self::FlexContainers => {
                f.write_str("a table from container definitions to lists of a root and attributes")
            }
        }
    }
}
