//! Addresses: the `to` of a request, in every form of TS-0004 6.2.4, taken apart but not yet resolved.

use std::fmt;

use crate::entity::Home;
use crate::text::{NameError, check_name};

/// The longest address, in bytes.
pub const MAX_ADDRESS_BYTES: usize = 2048;
/// The most segments below the hosting CSE that an address may have.
pub const MAX_ADDRESS_SEGMENTS: usize = 64;

/// How much of the way to the hosting CSE an address names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// No leading slash: the CSE that receives the request hosts the target.
    CseRelative,
    /// One leading slash; the CSE-ID with its slash, such as `/id-mn`.
    SpRelative(Box<str>),
    /// Two leading slashes; service provider (`//csf.example`) and CSE-ID (`/id-mn`).
    Absolute(Box<str>, Box<str>),
}

/// An address: its scope, the segments below the hosting CSE, and perhaps one attribute.
///
/// The segments are either the names along a structured address (beginning with the CSEBase's name or
/// `-`), or one unstructured resource identifier, perhaps followed by names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    scope: Scope,
    segments: Vec<Box<str>>,
    attribute: Option<Box<str>>,
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// It is empty.
    Empty,
    /// It is longer than [`MAX_ADDRESS_BYTES`].
    TooLong,
    /// It has more than [`MAX_ADDRESS_SEGMENTS`] segments.
    TooDeep,
    /// This segment, counted from 0, breaks the grammar of names.
    Segment(usize, NameError),
    /// The attribute after `#` breaks the grammar of names.
    Attribute(NameError),
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the address is empty"),
            Self::TooLong => write!(f, "an address has at most {MAX_ADDRESS_BYTES} bytes"),
            Self::TooDeep => write!(f, "an address has at most {MAX_ADDRESS_SEGMENTS} segments"),
            Self::Segment(n, e) => write!(f, "segment {n} of the address: {e}"),
            Self::Attribute(e) => write!(f, "the attribute of the address: {e}"),
        }
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// Takes an address apart by its leading slashes.
    ///
    /// # Errors
    ///
    /// Says which part breaks the grammar. A text that parses may still name nothing.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(AddressError::TooLong);
        }
        let (path, attribute) = match text.split_once('#') {
            Some((path, name)) => {
                check_name(name).map_err(AddressError::Attribute)?;
                (path, Some(name.into()))
            }
            None => (text, None),
        };
        let (scope, rest) = Self::split_scope(path)?;
        let mut segments = Vec::new();
        if !rest.is_empty() {
            for (n, segment) in rest.split('/').enumerate() {
                if n >= MAX_ADDRESS_SEGMENTS {
                    return Err(AddressError::TooDeep);
                }
                check_name(segment).map_err(|e| AddressError::Segment(n, e))?;
                segments.push(segment.into());
            }
        }
        Ok(Self { scope, segments, attribute })
    }

    fn split_scope(path: &str) -> Result<(Scope, &str), AddressError> {
        let named = |text: &str| check_name(text).map_err(|e| AddressError::Segment(0, e));
        if let Some(absolute) = path.strip_prefix("//") {
            let (sp, rest) = absolute.split_once('/').unwrap_or((absolute, ""));
            let (cse, rest) = rest.split_once('/').unwrap_or((rest, ""));
            named(sp)?;
            named(cse)?;
            Ok((Scope::Absolute(format!("//{sp}").into(), format!("/{cse}").into()), rest))
        } else if let Some(relative) = path.strip_prefix('/') {
            let (cse, rest) = relative.split_once('/').unwrap_or((relative, ""));
            named(cse)?;
            Ok((Scope::SpRelative(format!("/{cse}").into()), rest))
        } else if path.is_empty() {
            Err(AddressError::Empty)
        } else {
            Ok((Scope::CseRelative, path))
        }
    }

    /// How far the address names the hosting CSE.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The segments below the hosting CSE; empty where it names the CSE alone.
    #[must_use]
    pub fn segments(&self) -> &[Box<str>] {
        &self.segments
    }

    /// Whether it is the identifier of a CSE, such as a member of a group can be, and no identifier of a resource, which
    /// a request must have (TS-0004 6.2.4). The CSEBase is `-` below it.
    #[must_use]
    pub const fn is_cse_alone(&self) -> bool {
        self.segments.is_empty()
    }

    /// The same address as short as it can be said to whoever belongs to the same service provider.
    #[must_use]
    pub fn within(self, home: &Home) -> Self {
        match self.scope {
            Scope::Absolute(sp, cse) if *sp == *home.service_provider() => {
                Self { scope: Scope::SpRelative(cse), ..self }
            }
            scope => Self { scope, ..self },
        }
    }

    /// The attribute that the address selects, if any.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut slash = match &self.scope {
            Scope::CseRelative => "",
            Scope::SpRelative(cse) => {
                f.write_str(cse)?;
                "/"
            }
            Scope::Absolute(sp, cse) => {
                write!(f, "{sp}{cse}")?;
                "/"
            }
        };
        for segment in &self.segments {
            write!(f, "{slash}{segment}")?;
            slash = "/";
        }
        match &self.attribute {
            Some(name) => write!(f, "#{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_taken_apart_and_printed_again() {
        for text in
            ["cse-mn", "-", "cnt-1", "cse-mn/a/b", "/id-mn", "/id-mn/-/a", "//csf.example/id-mn/cse-mn/a#lbl"]
        {
            let address = Address::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(address.to_string(), text);
            assert_eq!(address.is_cse_alone(), text == "/id-mn");
        }
        let absolute = Address::parse("//csf.example/id-mn/x/y#rr").expect("well formed");
        assert_eq!(absolute.scope(), &Scope::Absolute("//csf.example".into(), "/id-mn".into()));
        assert_eq!(absolute.segments(), ["x".into(), "y".into()]);
        assert_eq!(absolute.attribute(), Some("rr"));
    }

    #[test]
    fn the_own_service_provider_need_not_be_said() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        for (text, short) in [
            ("//csf.example/id-in/cse-in/a", "/id-in/cse-in/a"),
            ("//csf.example/id-mn/cse-mn#rr", "/id-mn/cse-mn#rr"),
            ("//other.example/id-in/x", "//other.example/id-in/x"),
            ("/id-in", "/id-in"),
            ("cse-mn/a", "cse-mn/a"),
        ] {
            assert_eq!(Address::parse(text).expect("well formed").within(&home).to_string(), short);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(Address::parse(""), Err(AddressError::Empty));
        assert_eq!(Address::parse("a//b"), Err(AddressError::Segment(1, NameError::Empty)));
        assert_eq!(Address::parse("a/../b"), Err(AddressError::Segment(1, NameError::Empty)));
        assert_eq!(Address::parse("a/b/"), Err(AddressError::Segment(2, NameError::Empty)));
        assert_eq!(Address::parse("//"), Err(AddressError::Segment(0, NameError::Empty)));
        assert_eq!(Address::parse("a/%2e"), Err(AddressError::Segment(1, NameError::Character(0))));
        assert_eq!(Address::parse(&"a/".repeat(70)), Err(AddressError::TooDeep));
        assert_eq!(Address::parse(&"a".repeat(3000)), Err(AddressError::TooLong));
    }
}
