//! What operators wait for: explanations, the commands of the tool, health under load, and what the audit log costs.
//!
//! ```text
//!   explain   1,000 rules ─┬─▶ csf-access, in process
//!                          └─▶ a node, over the administrator's socket, answer and all
//!   audit     one node ────┬─▶ reads that are permitted: counted, no record of their own
//!                          └─▶ reads that are refused: a record each
//!   commands  csf, from the start of its process to its end
//!   health    GET /health while every connection of the load asks
//! ```

mod audit;
mod commands;
mod explain;
mod health;

use std::path::Path;

use crate::access;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::measurement::Measurement;

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "operators",
    what: "explanations over 1,000 rules, the audit log over HTTP, commands of csf, /health under full load",
    long: false,
    run,
};

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let mut figures = access::explanations()?;
    figures.extend(explain::measure(nodes)?);
    figures.extend(audit::measure(nodes)?);
    figures.extend(commands::measure(nodes)?);
    figures.extend(health::measure(nodes)?);
    Ok(figures)
}
