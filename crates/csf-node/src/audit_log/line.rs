//! One line of the audit log.

use csf_service::{AuditRecord, Chain};
use serde_json::json;

/// The member that holds the hash; it is always the last.
pub(super) const HASH: &str = ",\"h\":\"";
/// Hexadecimal digits of a hash, and the end of the line.
const TAIL: usize = 64 + "\"}".len();

/// The line for a record, chained on.
pub(super) fn write(record: &AuditRecord, chain: &mut Chain) -> String {
    let members = [
        ("n", Some(json!(chain.number().saturating_add(1)))),
        ("t", Some(json!(record.time.to_string()))),
        ("k", Some(json!(record.kind.name()))),
        ("o", record.originator.as_deref().map(|text| json!(text))),
        ("op", record.operation.map(|operation| json!(operation.number()))),
        ("to", record.target.as_deref().map(|text| json!(text))),
        ("rsc", record.status.map(|status| json!(status.code()))),
        ("g", Some(json!(&*record.ground))),
    ];
    // The order is for the reader: what comes first is looked for first.
    let members = members.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)));
    let mut line = format!("{{{}", members.collect::<Vec<_>>().join(","));
    // The hash goes in as the last member, so that the rest can be had back by cutting.
    let hash = chain.link(&line);
    line.push_str(HASH);
    for byte in hash {
        line.push_str(&format!("{byte:02x}"));
    }
    line.push_str("\"}\n");
    line
}

/// Takes a line without its end apart: what the hash covers, and the hash.
pub(super) fn split(line: &str) -> Option<(&str, [u8; 32])> {
    let at = line.len().checked_sub(TAIL)?;
    let (body, tail) = (line.get(..at)?.strip_suffix(HASH)?, line.get(at..)?);
    let digits = tail.strip_suffix("\"}")?;
    let mut hash = [0_u8; 32];
    let (pairs, _) = digits.as_bytes().as_chunks::<2>();
    for (byte, pair) in hash.iter_mut().zip(pairs) {
        let pair = std::str::from_utf8(pair).ok()?;
        if pair.bytes().any(|b| !b.is_ascii_digit() && !(b'a'..=b'f').contains(&b)) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some((body, hash))
}
