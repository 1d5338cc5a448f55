//! The list of measurements.

use std::path::Path;

use crate::failure::Failure;
use crate::figure::Figure;
use crate::{
    access, cipher, digest, idle, instances, mac, open, operators, retrieve, scale, signature, size, start,
    tokens,
};

/// One thing that is measured.
pub(crate) struct Measurement {
    pub(crate) name: &'static str,
    /// What is measured, in one line.
    pub(crate) what: &'static str,
    /// It takes minutes, so it is measured only when it is named.
    pub(crate) long: bool,
    /// Measures it, with the nodes' programs in this directory.
    pub(crate) run: fn(&Path) -> Result<Vec<Figure>, Failure>,
}

/// Everything that is measured, in the order in which it is.
pub(crate) static MEASUREMENTS: &[&Measurement] = &[
    &access::THOUSAND,
    &access::MILLION,
    &tokens::MEASUREMENT,
    &retrieve::MEASUREMENT,
    &instances::MEASUREMENT,
    &scale::MEASUREMENT,
    &digest::MEASUREMENT,
    &mac::MEASUREMENT,
    &cipher::MEASUREMENT,
    &open::MEASUREMENT,
    &signature::MEASUREMENT,
    &signature::BY_SEVERAL,
    &idle::MEASUREMENT,
    &size::MEASUREMENT,
    &start::MEASUREMENT,
    &operators::MEASUREMENT,
];
