//! Checks of digests.

use super::Factory;
use super::bench::{Bench, DIGEST, claims};

/// The examples for SHA-256 that the standard's authors publish with FIPS 180-4, and the empty message.
const EXAMPLES: [(&str, &str); 4] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    (
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ),
];

/// Each example comes out, and with one more byte it does not.
pub fn digests_are_those_of_fips_180_4(fresh: Factory) {
    let subject = fresh();
    if claims(&subject, "digest", Some(DIGEST.name())) {
        let mut bench = Bench::new(&subject);
        for (message, digest) in EXAMPLES {
            assert_eq!(hex(&bench.digest(message.as_bytes()).unwrap()), digest, "{message:?}");
            let twin = [message.as_bytes(), b"\0"].concat();
            assert_ne!(hex(&bench.digest(&twin).unwrap()), digest, "{message:?} and a zero byte");
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
