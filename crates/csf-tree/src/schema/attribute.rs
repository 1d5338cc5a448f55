//! One row of an attribute table.

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything at all, kept as it came.
    Any,
    /// A whole number within these bounds.
    Between(i64, i64),
    /// A boolean.
    Bool,
    /// What a content is: media type, transfer encoding and perhaps security, separated by colons.
    ContentInfo,
    /// A whole number of at least this.
    Integer(i64),
    /// A text that may be longer than others, such as a file.
    LongText,
    /// A resource name.
    Name,
    /// A number, whole or not.
    Number,
    /// An object, checked further by the component that owns the type.
    Object,
    /// A list of security usage identifiers, perhaps empty.
    SecurityUsages,
    /// A list of names of serialisations, at least one.
    Serializations,
    /// Octets as base64. Their form and number are checked by the component that takes them.
    Octets,
    /// A text.
    Text,
    /// A list of texts, perhaps empty.
    Texts,
    /// A timestamp.
    Time,
    /// A list of tokens, at least one: texts without line breaks, and with single blanks between words alone.
    Tokens,
}

/// Whether a request may, must or must not carry an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Mandatory,
    /// It may.
    Optional,
    /// It must not: the CSE sets the attribute.
    Forbidden,
}

/// One attribute of a type.
#[derive(Debug)]
pub struct Attribute {
    /// The short name, as it is written in primitives.
    pub name: &'static str,
    /// The long name of the specification.
    pub long_name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// In a CREATE.
    pub create: Presence,
    /// In an UPDATE, where `null` deletes an optional attribute.
    pub update: Presence,
}

/// The longest text attribute, in bytes.
pub const MAX_TEXT_BYTES: usize = 4096;
/// The longest text attribute of those that hold files, in bytes.
pub const MAX_LONG_TEXT_BYTES: usize = 65_536;
/// The security usage identifiers (TS-0004 6.3.4.2.39): the tens say where a credential comes from, the units what
/// it is for.
pub(super) const SECURITY_USAGES: [i64; 21] =
    [10, 11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 32, 33, 34, 35, 40, 41, 42, 43, 44, 45];
/// The most entries of a list attribute.
pub const MAX_LIST_ENTRIES: usize = 256;

impl Attribute {
    pub(super) const fn new(
        name: &'static str,
        long_name: &'static str,
        kind: Kind,
        create: Presence,
        update: Presence,
    ) -> Self {
        Self { name, long_name, kind, create, update }
    }

    /// One that a request may set and change.
    pub(super) const fn optional(name: &'static str, long_name: &'static str, kind: Kind) -> Self {
        Self::new(name, long_name, kind, Presence::Optional, Presence::Optional)
    }

    /// One that a request must set and may change, but never delete.
    pub(super) const fn required(name: &'static str, long_name: &'static str, kind: Kind) -> Self {
        Self::new(name, long_name, kind, Presence::Mandatory, Presence::Optional)
    }

    /// One that a request must set when it creates the resource, and that then stays.
    pub(super) const fn fixed(name: &'static str, long_name: &'static str, kind: Kind) -> Self {
        Self::new(name, long_name, kind, Presence::Mandatory, Presence::Forbidden)
    }

    /// One that a request may set when it creates the resource, and that then stays.
    pub(super) const fn once(name: &'static str, long_name: &'static str, kind: Kind) -> Self {
        Self::new(name, long_name, kind, Presence::Optional, Presence::Forbidden)
    }

    /// One that the CSE alone sets.
    pub(super) const fn read_only(name: &'static str, long_name: &'static str, kind: Kind) -> Self {
        Self::new(name, long_name, kind, Presence::Forbidden, Presence::Forbidden)
    }

    /// Whether an UPDATE may delete it: what must be there at creation stays.
    #[must_use]
    pub const fn deletable(&self) -> bool {
        matches!((self.create, self.update), (Presence::Optional, Presence::Optional))
    }
}
