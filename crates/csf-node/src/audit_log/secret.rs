//! The key of the audit log: it seals each line, and turns names into pseudonyms and back.
//!
//! A pseudonym is the name itself, encrypted so that the same name gives the same pseudonym (a synthetic
//! initialisation vector: the MAC of the name is where its key stream begins, and is checked on the way back). So no
//! table of names is kept anywhere, and whoever has the key needs nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of the key, and of each that is derived from it.
pub(super) const KEY_BYTES: usize = 32;
/// Bytes of a line's seal, and of what a pseudonym begins with.
pub(super) const SEAL_BYTES: usize = 16;
/// Names are filled up to a multiple of so many bytes, so that a pseudonym hardly tells their length.
const BLOCK_BYTES: usize = 16;
/// What a pseudonym begins with in the log, so that nobody takes it for a name.
pub(crate) const PSEUDONYM_MARK: char = '~';
/// How many pseudonyms are remembered.
const MAX_KNOWN: usize = 1000;
/// The longest name that is turned into a pseudonym, in bytes; the rest of a longer one is cut off.
const MAX_NAME_BYTES: usize = 4096;

/// The keys of one audit log, each begun already: a MAC then costs half.
pub(super) struct AuditKey {
    seal: Hmac<Sha256>,
    name: Hmac<Sha256>,
    stream: Hmac<Sha256>,
}

impl AuditKey {
    /// From what the sealed store keeps.
    pub(super) fn derive(kept: &[u8; KEY_BYTES]) -> Self {
        let kept = begun(kept);
        let derive = |what: &str| begun(&Zeroizing::new(mac(&kept, &[b"csf audit 1 ", what.as_bytes()])));
        Self { seal: derive("seal"), name: derive("name"), stream: derive("stream") }
    }

    /// The seal of a line with this number after the line with this hash.
    pub(super) fn seal(&self, before: &[u8; 32], number: u64, line: &str) -> [u8; SEAL_BYTES] {
        start_of(mac(&self.seal, &[before, &number.to_be_bytes(), line.as_bytes()]))
    }

    /// Whether this is the seal of that line.
    pub(super) fn has_sealed(&self, seal: &[u8], before: &[u8; 32], number: u64, line: &str) -> bool {
        let mac = over(&self.seal, &[before, &number.to_be_bytes(), line.as_bytes()]);
        seal.len() == SEAL_BYTES && mac.verify_truncated_left(seal).is_ok()
    }

    /// The pseudonym of a name.
    pub(super) fn pseudonym(&self, name: &str) -> String {
        let end = name.floor_char_boundary(MAX_NAME_BYTES);
        let mut padded = Zeroizing::new(name.as_bytes().get(..end).unwrap_or_default().to_vec());
        padded.push(0x80);
        while !padded.len().is_multiple_of(BLOCK_BYTES) {
            padded.push(0);
        }
        let begin: [u8; SEAL_BYTES] = start_of(mac(&self.name, &[&padded]));
        let mut bytes = begin.to_vec();
        bytes.extend_from_slice(&padded);
        self.mask(&begin, bytes.get_mut(SEAL_BYTES..).unwrap_or_default());
        format!("{PSEUDONYM_MARK}{}", Base64UrlUnpadded::encode_string(&bytes))
    }

    /// The name behind a pseudonym of this log.
    pub(super) fn resolve(&self, pseudonym: &str) -> Option<String> {
        let encoded = pseudonym.strip_prefix(PSEUDONYM_MARK)?;
        let mut bytes = Zeroizing::new(Base64UrlUnpadded::decode_vec(encoded).ok()?);
        let (begin, padded) = bytes.split_first_chunk_mut::<SEAL_BYTES>()?;
        self.mask(begin, padded);
        over(&self.name, &[padded]).verify_truncated_left(begin).ok()?;
        let end = padded.iter().rposition(|byte| *byte != 0).filter(|end| padded.get(*end) == Some(&0x80))?;
        String::from_utf8(padded.get(..end)?.to_vec()).ok()
    }

    /// Adds the key stream that begins so.
    fn mask(&self, begin: &[u8; SEAL_BYTES], text: &mut [u8]) {
        for (n, block) in (0_u64..).zip(text.chunks_mut(32)) {
            let stream = Zeroizing::new(mac(&self.stream, &[begin, &n.to_be_bytes()]));
            for (byte, key) in block.iter_mut().zip(stream.iter()) {
                *byte ^= key;
            }
        }
    }
}

/// The pseudonyms that were used lately: the same few names come again and again.
pub(super) struct Pseudonyms {
    pub(super) key: Arc<AuditKey>,
    known: HashMap<Box<str>, String>,
}

impl Pseudonyms {
    pub(super) fn new(key: Arc<AuditKey>) -> Self {
        Self { key, known: HashMap::new() }
    }

    /// The pseudonym of a name.
    pub(super) fn of(&mut self, name: &str) -> String {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        let pseudonym = self.key.pseudonym(name);
        self.known.insert(name.into(), pseudonym.clone());
        pseudonym
    }
}

fn begun(key: &[u8; KEY_BYTES]) -> Hmac<Sha256> {
    // A key of the length of a block, which is what a shorter one is filled up to.
    let mut block = Zeroizing::new(hmac::digest::Key::<Hmac<Sha256>>::default());
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    <Hmac<Sha256> as KeyInit>::new(&block)
}

fn over(key: &Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = key.clone();
    for part in parts {
        mac.update(part);
    }
    mac
}

fn mac(key: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    over(key, parts).finalize().into_bytes().into()
}

fn start_of(whole: [u8; 32]) -> [u8; SEAL_BYTES] {
    let mut start = [0; SEAL_BYTES];
    for (to, from) in start.iter_mut().zip(whole) {
        *to = from;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_resolved_with_its_key_and_no_other_and_tells_nothing_of_the_name() {
        let (key, other) = (AuditKey::derive(&[1; 32]), AuditKey::derive(&[2; 32]));
        for name in ["", "C", "//csf.example/id-mn/Cmeter", "Zähler\n\"}", &"x".repeat(100)] {
            let pseudonym = key.pseudonym(name);
            assert_eq!(key.resolve(&pseudonym).as_deref(), Some(name));
            assert_eq!(pseudonym, key.pseudonym(name), "the same name is the same pseudonym");
            assert_ne!(pseudonym, other.pseudonym(name));
            assert_eq!(other.resolve(&pseudonym), None);
            assert!(name.len() < 3 || !pseudonym.contains(name));
            assert!(pseudonym.is_ascii() && !pseudonym.contains(['"', '\\', '\n']));
        }
        assert_eq!(key.pseudonym("Cmeter").len(), key.pseudonym("Cb").len(), "nor how long it is");
    }

    #[test]
    fn what_is_no_pseudonym_of_this_log_is_not_resolved() {
        let key = AuditKey::derive(&[1; 32]);
        let good = key.pseudonym("Cmeter");
        for at in 0..good.len() {
            let mut bad = good.clone().into_bytes();
            bad[at] = if bad[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.resolve(&String::from_utf8(bad).unwrap()), None, "changed at {at}");
            assert_eq!(key.resolve(&good[..at]), None, "cut at {at}");
        }
    }

    #[test]
    fn a_seal_holds_for_its_line_number_and_place_alone() {
        let key = AuditKey::derive(&[1; 32]);
        let seal = key.seal(&[0; 32], 7, "line");
        assert!(key.has_sealed(&seal, &[0; 32], 7, "line"));
        assert!(!key.has_sealed(&seal, &[0; 32], 7, "lines"));
        assert!(!key.has_sealed(&seal, &[0; 32], 8, "line"));
        assert!(!key.has_sealed(&seal, &[1; 32], 7, "line"));
        assert!(!key.has_sealed(&seal[..4], &[0; 32], 7, "line"));
        assert!(!AuditKey::derive(&[2; 32]).has_sealed(&seal, &[0; 32], 7, "line"));
    }
}
