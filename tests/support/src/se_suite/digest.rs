//! Checks of digests.

use csf_transport::DigestAlgorithm;

use super::Factory;
use super::bench::Bench;
use super::claimed::digests;

/// The messages of the examples that the standard's authors publish with FIPS 180-4, and the empty message.
const MESSAGES: [&str; 4] = [
    "",
    "abc",
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
];

const SHA_256: [&str; 4] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
];

const SHA_384: [&str; 4] = [
    "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743\
     4c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163\
     1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05ab\
     fe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b",
    "09330c33f71147e83d192fc782cd1b4753111b173b3b05d2\
     2fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
];

const SHA_512: [&str; 4] = [
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
     47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
     2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335\
     96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018\
     501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
];

/// Each example comes out, and with one more byte it does not.
pub fn digests_are_those_of_fips_180_4(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in digests(&subject) {
        let expected = match algorithm {
            DigestAlgorithm::Sha256 => SHA_256,
            DigestAlgorithm::Sha384 => SHA_384,
            DigestAlgorithm::Sha512 => SHA_512,
            _ => panic!("an algorithm that the suite does not know yet"),
        };
        for (message, digest) in MESSAGES.into_iter().zip(expected) {
            let given = bench.digest(algorithm, message.as_bytes()).unwrap();
            assert_eq!(
                (hex(&given).as_str(), given.len()),
                (digest, algorithm.digest_bytes()),
                "{message:?}"
            );
            let twin = [message.as_bytes(), b"\0"].concat();
            let other = bench.digest(algorithm, &twin).unwrap();
            assert_ne!(hex(&other), digest, "{message:?} and a zero byte");
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
