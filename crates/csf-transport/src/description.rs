//! What a secure environment says about itself.

use std::fmt;

use csf_api::SecurityLevel;

/// The name of an SE on its node, such as `soft`: lower-case letters, digits and `-`, 1 to 32 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeId(Box<str>);

impl SeId {
    /// Checks the name and keeps it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The type of an SE; the discriminants are TS-0016's coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SeKind {
    /// A UICC.
    Uicc = 1,
    /// A GlobalPlatform secure element.
    SecureElement = 2,
    /// A trusted execution environment.
    Tee = 3,
    /// A software library.
    Software = 4,
}

/// How soon an SE answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speed {
    /// Within microseconds, without blocking: commands that write nothing may run where they are asked for.
    Fast,
    /// Perhaps only after milliseconds: every command takes the SE's lane.
    Slow,
}

/// Whether an SE does an operation itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The SE does all of it.
    Native,
    /// The transport layer puts it together from operations that the SE does.
    Composed,
}

/// One operation that an SE can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The name of the command, as [`crate::Command::name`] gives it.
    pub command: &'static str,
    /// The algorithm, where there is a choice.
    pub algorithm: Option<&'static str>,
    /// The most input bytes, where there is input.
    pub max_bytes: Option<usize>,
    /// Who does the work.
    pub origin: Origin,
}

/// The description of an SE: constant while the SE is open.
#[derive(Clone, Debug)]
pub struct Description {
    /// Its name on this node.
    pub id: SeId,
    /// Its M2M-SE-ID (TS-0016): the digit of its type and an identifier of its own.
    pub m2m_se_id: Box<str>,
    /// Its type.
    pub kind: SeKind,
    /// Its one security level (draft 6.4.1, TRN-2).
    pub level: SecurityLevel,
    /// Why the level is what it is, in a sentence for the person who runs the node.
    pub level_reason: Box<str>,
    /// What it only simulates, if anything.
    pub simulates: Option<Box<str>>,
    /// How soon it answers.
    pub speed: Speed,
    /// What it can do.
    pub capabilities: Vec<Capability>,
}

impl Description {
    /// Whether the SE can do this command with this algorithm.
    #[must_use]
    pub fn can(&self, command: &str, algorithm: Option<&str>) -> bool {
        self.capabilities
            .iter()
            .any(|c| c.command == command && (algorithm.is_none() || c.algorithm == algorithm))
    }
}
