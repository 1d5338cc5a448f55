//! The homes against which relative identifiers are read: the usual one and two that look like something else.

use csf_api::{EntityIdError, Home};

/// The homes, the usual one first.
///
/// # Errors
///
/// Never, while the grammar of homes stays as it is.
pub fn homes() -> Result<[Home; 3], EntityIdError> {
    Ok([
        Home::new("//csf.example", "/id-mn")?,
        // A CSE-ID like an AE-ID-Stem, and a domain that begins like the first one.
        Home::new("//csf.example.net", "/Cmn")?,
        Home::new("//c", "/C")?,
    ])
}
