//! Role-IDs: a name, `@`, and the domain of who gave the role (TS-0001 7.1.14, TS-0003 7.4).

use std::fmt;

/// The longest Role-ID, in bytes: the bound on an originator entry that is no address.
pub const MAX_ROLE_ID_BYTES: usize = 512;
/// The longest domain in a Role-ID, in bytes.
const MAX_DOMAIN_BYTES: usize = 253;

/// A Role-ID, such as `operator@csf.example`.
///
/// It says nothing about whether anybody has the role: a [`Subject`](crate::Subject) lists those that were found
/// valid for the originator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(Box<str>);

/// Why a text is no Role-ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleIdError;

impl fmt::Display for RoleIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a Role-ID is a name of letters, digits, '-', '.' and '_', then '@' and a lower-case domain",
        )
    }
}

impl std::error::Error for RoleIdError {}

impl RoleId {
    /// Checks the text and keeps it.
    ///
    /// # Errors
    ///
    /// Refuses a text that is no name, `@` and lower-case domain.
    pub fn parse(text: &str) -> Result<Self, RoleIdError> {
        let (name, domain) = text.split_once('@').ok_or(RoleIdError)?;
        let of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        let of_label = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let well_formed = text.len() <= MAX_ROLE_ID_BYTES
            && !name.is_empty()
            && name.bytes().all(of_name)
            && domain.len() <= MAX_DOMAIN_BYTES
            && domain.split('.').all(|label| !label.is_empty() && label.bytes().all(of_label));
        if well_formed { Ok(Self(text.into())) } else { Err(RoleIdError) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain of who gave the role.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for RoleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_ids_have_a_name_and_a_lower_case_domain() {
        for id in ["reader@csf.example", "A-b.c_9@x", "r@a-1.example"] {
            assert_eq!(RoleId::parse(id).expect(id).as_str(), id);
        }
        for id in [
            "",
            "reader",
            "@csf.example",
            "reader@",
            "r@CSF.example",
            "r r@x",
            "r@a..b",
            "r@x@y",
            "r@.x",
            "*@x",
        ] {
            assert_eq!(RoleId::parse(id), Err(RoleIdError), "{id}");
        }
        assert_eq!(RoleId::parse(&format!("r@{}", "a".repeat(254))), Err(RoleIdError));
        assert_eq!(RoleId::parse(&format!("{}@x", "a".repeat(511))), Err(RoleIdError));
        assert_eq!(RoleId::parse("reader@csf.example").expect("well formed").domain(), "csf.example");
    }
}
