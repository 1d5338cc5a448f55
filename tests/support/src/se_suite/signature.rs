//! Checks of signatures, also with a verifier that shares nothing with the environment.

use csf_transport::{Command, Reply, SeError, SignInput, SignatureAlgorithm};

use super::Factory;
use super::bench::{Bench, Handle, claims, flipped, message};
use super::claimed::signatures;
use super::verifier::{digest_of, verifies};

const MESSAGE: &[u8] = b"valve 3: open";

/// A signature over a message is one over its digest, here and for anyone with the public key.
pub fn a_message_and_its_digest_are_signed_alike(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in signatures(&subject) {
        let key = bench.key(algorithm.key());
        let public = bench.info(&key).unwrap().public_key.unwrap();
        for bytes in [MESSAGE, b""] {
            let mut inputs = vec![message(bytes)];
            inputs.extend(digest(algorithm, bytes));
            for input in &inputs {
                let signature = bench.sign(algorithm, &key, copy(input)).unwrap();
                assert_eq!(signature.len(), algorithm.signature_bytes());
                for input in &inputs {
                    assert_eq!(bench.verify(algorithm, &key, copy(input), &signature), Ok(true));
                }
                assert!(verifies(algorithm, &public, bytes, &signature), "an independent verifier agrees");
                assert!(!verifies(algorithm, &public, b"valve 3: shut", &signature), "and not to everything");
            }
        }
    }
}

/// With any byte changed, a signature is wrong, not an error.
pub fn every_changed_signature_is_refused(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in signatures(&subject) {
        let key = bench.key(algorithm.key());
        let signature = bench.sign(algorithm, &key, message(MESSAGE)).unwrap();
        for byte in 0..signature.len() {
            let changed = flipped(&signature, byte * 8 + byte % 8);
            let verified = bench.verify(algorithm, &key, message(MESSAGE), &changed);
            assert_eq!(verified, Ok(false), "{algorithm:?}: byte {byte}");
        }
        for extreme in [0, 0xff] {
            let extreme = vec![extreme; signature.len()];
            assert_eq!(bench.verify(algorithm, &key, message(MESSAGE), &extreme), Ok(false));
        }
    }
}

/// A signature says one thing only; the digest as a message is another message.
pub fn a_signature_is_refused_for_another_message(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in signatures(&subject) {
        let key = bench.key(algorithm.key());
        let signature = bench.sign(algorithm, &key, message(MESSAGE)).unwrap();
        let mut others = vec![message(b""), message(&MESSAGE[1..])];
        others.extend(algorithm.digest().map(|digest| message(&digest_of(digest, MESSAGE))));
        others.extend(digest(algorithm, b"valve 3: shut"));
        for other in others {
            assert_eq!(bench.verify(algorithm, &key, other, &signature), Ok(false), "{algorithm:?}");
        }
    }
}

/// Nobody signs for somebody else.
pub fn a_signature_is_refused_for_another_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in signatures(&subject) {
        let (one, two) = (bench.key(algorithm.key()), bench.key(algorithm.key()));
        let signature = bench.sign(algorithm, &one, message(MESSAGE)).unwrap();
        assert_eq!(bench.verify(algorithm, &one, message(MESSAGE), &signature), Ok(true));
        assert_eq!(bench.verify(algorithm, &two, message(MESSAGE), &signature), Ok(false));
    }
}

/// A public key alone tells what the pair would tell, and is held to its algorithm.
pub fn a_public_key_checks_as_its_pair_does(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let all = signatures(&subject);
    for algorithm in all.iter().copied().filter(|a| claims(&subject, "verify-with", Some(a.name()))) {
        let (one, two) = (bench.key(algorithm.key()), bench.key(algorithm.key()));
        let foreign: Vec<_> = all.iter().filter(|a| **a != algorithm).map(|a| bench.key(a.key())).collect();
        let signature = bench.sign(algorithm, &one, message(MESSAGE)).unwrap();
        let mut public = |key: &Handle| bench.info(key).unwrap().public_key.unwrap();
        let (own, other) = (public(&one), public(&two));
        let foreign: Vec<_> = foreign.iter().map(public).collect();
        let mut with = |public: &[u8], text: &[u8], signature: &[u8]| {
            let (public_key, input, signature) = (public.to_vec(), message(text), signature.to_vec());
            match bench.run(&Command::VerifyWith { public_key, algorithm, input, signature }) {
                Ok(Reply::Verified(right)) => Ok(right),
                Ok(_) => panic!("another reply than to verify-with"),
                Err(error) => Err(error),
            }
        };
        assert_eq!(with(&own, MESSAGE, &signature), Ok(true), "{algorithm:?}");
        assert_eq!(with(&other, MESSAGE, &signature), Ok(false), "{algorithm:?}");
        assert_eq!(with(&own, b"valve 3: shut", &signature), Ok(false), "{algorithm:?}");
        assert_eq!(with(&own, MESSAGE, &flipped(&signature, 9)), Ok(false), "{algorithm:?}");
        assert_eq!(with(&own, MESSAGE, &signature[1..]), Err(SeError::InvalidInput));
        for bad in [&b""[..], &own[1..], &[&own[..], b"\0"].concat(), &own[own.len() - 32..]] {
            assert_eq!(with(bad, MESSAGE, &signature), Err(SeError::InvalidInput), "{algorithm:?}");
        }
        for foreign in &foreign {
            assert_eq!(with(foreign, MESSAGE, &signature), Err(SeError::InvalidInput), "{algorithm:?}");
        }
    }
}

/// Neither padded nor cut, neither DER nor another hash's digest; and no digest where messages are signed.
pub fn signatures_and_digests_of_another_length_are_invalid(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in signatures(&subject) {
        let key = bench.key(algorithm.key());
        let signature = bench.sign(algorithm, &key, message(MESSAGE)).unwrap();
        let size = signature.len();
        let longer = [&signature[..], b"\0"].concat();
        for other in
            [&b""[..], &signature[..size / 2], &signature[..size - 1], &longer, &vec![0x30; size + 6]]
        {
            let verified = bench.verify(algorithm, &key, message(MESSAGE), other);
            assert_eq!(verified, Err(SeError::InvalidInput), "{algorithm:?}: {} bytes", other.len());
        }
        let taken = algorithm.digest().map(|digest| digest.digest_bytes());
        for length in [0, 20, 31, 32, 33, 48, 64].into_iter().filter(|length| Some(*length) != taken) {
            let input = || SignInput::Digest(vec![7; length]);
            let signed = bench.sign(algorithm, &key, input());
            assert_eq!(signed, Err(SeError::InvalidInput), "{algorithm:?}: {length} bytes");
            let verified = bench.verify(algorithm, &key, input(), &signature);
            assert_eq!(verified, Err(SeError::InvalidInput), "{algorithm:?}: {length} bytes");
        }
    }
}

/// The digest of a message, where the algorithm takes one.
fn digest(algorithm: SignatureAlgorithm, message: &[u8]) -> Option<SignInput> {
    algorithm.digest().map(|digest| SignInput::Digest(digest_of(digest, message)))
}

fn copy(input: &SignInput) -> SignInput {
    match input {
        SignInput::Message(bytes) => SignInput::Message(bytes.clone()),
        SignInput::Digest(bytes) => SignInput::Digest(bytes.clone()),
    }
}
