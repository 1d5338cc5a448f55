//! One line of the audit log: written from a record, read as an [`Entry`].

use csf_api::Operation;
use csf_service::{AuditRecord, Chain};
use serde_json::{Map, Value, json};

use super::secret::{PSEUDONYM_MARK, Pseudonyms, SEAL_BYTES};
use crate::request::RequestNumber;

/// The longest line that is read.
pub(super) const MAX_LINE_BYTES: u64 = 64 * 1024;
/// The longest text in a member, in bytes; what is longer is cut off.
const MAX_TEXT_BYTES: usize = 1024;
/// The member that holds the seal.
const SEAL: &str = ",\"m\":\"";
/// The member that holds the hash; it is always the last.
const HASH: &str = ",\"h\":\"";
const END: &str = "\"}";

/// What a line says beside its record: for which request that was made; and in a record of the log about itself,
/// which records, and after which hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// The number of the request, as the lines of the node's log have it.
    pub(super) request: Option<RequestNumber>,
    /// The first and the last record that it is about.
    pub(super) range: Option<(u64, u64)>,
    /// The hash of the last record before the file, or of those that it is about.
    pub(super) after: Option<[u8; 32]>,
    /// The store whose log this is.
    pub(super) store: Option<Box<str>>,
}

/// The line for a record, chained on and sealed. Names are in it as pseudonyms.
pub(super) fn write(
    record: &AuditRecord,
    about: &About,
    names: &mut Pseudonyms,
    chain: &mut Chain,
) -> String {
    let mut name = |text: &Option<Box<str>>| text.as_deref().map(|text| json!(names.of(text)));
    let members = [
        ("n", Some(json!(chain.number().saturating_add(1)))),
        ("t", Some(json!(record.time.to_string()))),
        ("k", Some(json!(record.kind.name()))),
        ("r", about.request.map(|number| json!(number.to_string()))),
        ("s", about.store.as_deref().map(|store| json!(store))),
        ("o", name(&record.originator)),
        ("op", record.operation.map(|operation| json!(operation.number()))),
        ("to", name(&record.target)),
        ("rsc", record.status.map(|status| json!(status.code()))),
        ("g", Some(json!(cut(&record.ground)))),
        ("from", about.range.map(|(first, _)| json!(first))),
        ("upto", about.range.map(|(_, last)| json!(last))),
        ("p", about.after.map(|hash| json!(hex(&hash)))),
    ];
    // The order is for the reader: what comes first is looked for first.
    let members = members.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", value?)));
    let mut line = format!("{{{}", members.collect::<Vec<_>>().join(","));
    let seal = names.key.seal(chain.hash(), chain.number().saturating_add(1), &line);
    line.push_str(SEAL);
    line.push_str(&hex(&seal));
    line.push('"');
    // The hash goes in as the last member, so that the rest can be had back by cutting.
    let hash = chain.link(&line);
    line.push_str(HASH);
    line.push_str(&hex(&hash));
    line.push_str(END);
    line.push('\n');
    line
}

/// A text for a member, as short as it must be and without what a terminal or another reader would obey. JSON
/// escapes the rest.
fn cut(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_TEXT_BYTES);
    text.get(..end).unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// So many bytes from lower-case hexadecimal digits.
pub(super) fn unhex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let pair = std::str::from_utf8(pair).ok()?;
        if pair.bytes().any(|b| !b.is_ascii_digit() && !(b'a'..=b'f').contains(&b)) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

/// A line taken apart; whether it belongs where it stands is for whoever reads it to check.
pub(super) struct Parts<'a> {
    /// What the hash covers.
    pub(super) chained: &'a str,
    /// What the seal covers.
    pub(super) sealed: &'a str,
    pub(super) seal: [u8; SEAL_BYTES],
    pub(super) hash: [u8; 32],
}

/// Takes a line without its end apart.
pub(super) fn split(line: &str) -> Option<Parts<'_>> {
    let (chained, digits) = line.strip_suffix(END)?.rsplit_once(HASH)?;
    let (sealed, seal) = chained.strip_suffix('"')?.rsplit_once(SEAL)?;
    Some(Parts { chained, sealed, seal: unhex(seal)?, hash: unhex(digits)? })
}

/// Whether a word looks like a pseudonym.
fn is_pseudonym(word: &str) -> bool {
    word.len() > 1 && word.starts_with(PSEUDONYM_MARK)
}

/// The pseudonyms in a ground, which stand there as words.
fn in_ground(ground: &str) -> impl Iterator<Item = &str> {
    ground.split(' ').filter(|word| is_pseudonym(word))
}

/// What a line says.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    members: Map<String, Value>,
}

impl Entry {
    /// Reads a line; `None` where it is none.
    pub(crate) fn read(line: &str) -> Option<Self> {
        match serde_json::from_str(line).ok()? {
            Value::Object(members) => Some(Self { members }),
            _ => None,
        }
    }

    fn number_in(&self, name: &str) -> Option<u64> {
        self.members.get(name)?.as_u64()
    }

    /// A text in it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    /// The pseudonyms in it: of who asked, of what, and those in the ground.
    pub(crate) fn pseudonyms(&self) -> Vec<&str> {
        let whole = ["o", "to"].into_iter().filter_map(|name| self.text(name));
        whole.chain(in_ground(self.text("g").unwrap_or_default())).collect()
    }

    /// Puts names in the place of pseudonyms, where they are known.
    pub(crate) fn resolve(&mut self, name: impl Fn(&str) -> Option<String>) {
        for member in ["o", "to"] {
            if let Some(found) = self.text(member).and_then(&name) {
                self.replace(member, found);
            }
        }
        let Some(ground) = self.text("g").filter(|ground| in_ground(ground).next().is_some()) else { return };
        let words = ground.split(' ').map(|word| match is_pseudonym(word) {
            true => name(word).unwrap_or_else(|| word.to_owned()),
            false => word.to_owned(),
        });
        let ground = words.collect::<Vec<_>>().join(" ");
        self.replace("g", ground);
    }

    /// Puts another text in the place of one.
    fn replace(&mut self, name: &str, text: String) {
        self.members.insert(name.to_owned(), Value::String(text));
    }

    /// Its number.
    pub(crate) fn number(&self) -> u64 {
        self.number_in("n").unwrap_or(0)
    }

    /// Its kind.
    pub(crate) fn kind(&self) -> &str {
        self.text("k").unwrap_or_default()
    }

    /// What was asked.
    pub(crate) fn operation(&self) -> Option<Operation> {
        let number = self.number_in("op")?;
        Operation::from_number(u8::try_from(number).ok()?)
    }

    /// What was answered.
    pub(crate) fn status(&self) -> Option<u64> {
        self.number_in("rsc")
    }

    /// What a record about the log itself says.
    pub(super) fn about(&self) -> About {
        About {
            request: None,
            range: self.number_in("from").zip(self.number_in("upto")),
            after: self.text("p").and_then(unhex),
            store: self.text("s").map(Into::into),
        }
    }

    /// As one line of JSON.
    pub(crate) fn json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }
}
