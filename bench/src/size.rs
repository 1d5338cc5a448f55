//! How large the program of the smallest node is.

use std::path::Path;

use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::workload::MOST_MEGABYTES;

pub(crate) static MEASUREMENT: Measurement =
    Measurement { name: "size", what: "the file csf-asn, in millions of bytes", long: false, run };

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let program = nodes.join("csf-asn");
    let metadata = program.metadata().map_err(|e| Failure::file(&program, &e))?;
    let megabytes = metadata.len() as f64 / 1e6;
    Ok(vec![Figure::single("csf-asn", Unit::Megabytes, megabytes).target(Target::AtMost(MOST_MEGABYTES))])
}
