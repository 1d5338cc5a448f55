//! Names and unstructured identifiers of resources (TS-0001 7.2, TS-0004 6.2.3).

use std::fmt;

/// The longest resource name or unstructured resource identifier, in bytes.
pub const MAX_RESOURCE_NAME_BYTES: usize = 128;

/// Why a text is no resource name or identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// It is empty, `.` or `..`.
    Empty,
    /// It is longer than [`MAX_RESOURCE_NAME_BYTES`].
    TooLong,
    /// It holds a character that is not unreserved in the sense of RFC 3986, at this byte.
    Character(usize),
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name cannot be empty, '.' or '..'"),
            Self::TooLong => write!(f, "a name has at most {MAX_RESOURCE_NAME_BYTES} bytes"),
            Self::Character(at) => write!(f, "only letters, digits and -._~ may stand in a name (byte {at})"),
        }
    }
}

impl std::error::Error for NameError {}

/// Checks the grammar that names, identifiers and address segments share.
pub(crate) fn check_name(text: &str) -> Result<(), NameError> {
    if text.is_empty() || text == "." || text == ".." {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_RESOURCE_NAME_BYTES {
        return Err(NameError::TooLong);
    }
    match text.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))) {
        Some(at) => Err(NameError::Character(at)),
        None => Ok(()),
    }
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the grammar and keeps the text.
            ///
            /// # Errors
            ///
            /// Says what is wrong with the text, and where.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                check_name(text)?;
                Ok(Self(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_text! {
    /// A resource name (`rn`): one segment of a structured address.
    ResourceName
}
checked_text! {
    /// An unstructured resource identifier (`ri`), unique on its hosting CSE.
    ResourceId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unreserved_text_of_bounded_length() {
        assert!(ResourceName::parse("meter-1.2_3~").is_ok());
        assert_eq!(ResourceName::parse(""), Err(NameError::Empty));
        assert_eq!(ResourceName::parse(".."), Err(NameError::Empty));
        assert_eq!(ResourceName::parse("a/b"), Err(NameError::Character(1)));
        assert_eq!(ResourceName::parse("aä"), Err(NameError::Character(1)));
        assert!(ResourceName::parse(&"x".repeat(MAX_RESOURCE_NAME_BYTES)).is_ok());
        assert_eq!(ResourceName::parse(&"x".repeat(MAX_RESOURCE_NAME_BYTES + 1)), Err(NameError::TooLong));
    }
}
