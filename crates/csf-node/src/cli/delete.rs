//! `csf delete`: a resource and everything below it.

use csf_api::Operation;

use super::failure::Failure;
use super::report::Report;
use super::session::{Node, Session};
use super::text::printable;

/// Deletes it.
pub(crate) fn run<N: Node>(session: &mut Session<N>, address: &str) -> Result<Report, Failure> {
    let response = session.ask(Operation::Delete, address, |_| ())?;
    Ok(Report::of(format!("deleted {}\n", printable(address)), response.content))
}
