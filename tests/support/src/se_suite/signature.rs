//! Checks of signatures, also with a verifier that shares nothing with the environment.

use csf_transport::{KeyAlgorithm, SeError, SignInput};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use sha2::{Digest, Sha256};

use super::bench::{Bench, SIGNATURE, claims, flipped, makes, message};
use super::{Factory, Subject};

const MESSAGE: &[u8] = b"valve 3: open";

/// A signature over a message is one over its digest, here and for anyone with the public key.
pub fn a_message_and_its_digest_are_signed_alike(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::EcP256);
    let public = bench.info(&key).unwrap().public_key.unwrap();
    let public = VerifyingKey::from_public_key_der(&public).unwrap();

    for bytes in [MESSAGE, b""] {
        let of_message = bench.sign(&key, message(bytes)).unwrap();
        let of_digest = bench.sign(&key, digest(bytes)).unwrap();
        for signature in [of_message, of_digest] {
            assert_eq!(signature.len(), 64);
            assert_eq!(bench.verify(&key, message(bytes), &signature), Ok(true));
            assert_eq!(bench.verify(&key, digest(bytes), &signature), Ok(true));
            let signature = Signature::from_slice(&signature).unwrap();
            assert!(public.verify(bytes, &signature).is_ok(), "an independent verifier agrees");
            assert!(public.verify(b"valve 3: shut", &signature).is_err(), "and not to everything");
        }
    }
}

/// With any byte changed, a signature is wrong, not an error.
pub fn every_changed_signature_is_refused(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::EcP256);
    let signature = bench.sign(&key, message(MESSAGE)).unwrap();
    for byte in 0..64 {
        let changed = flipped(&signature, byte * 8 + byte % 8);
        assert_eq!(bench.verify(&key, message(MESSAGE), &changed), Ok(false), "byte {byte}");
    }
    for extreme in [[0; 64], [0xff; 64]] {
        assert_eq!(bench.verify(&key, message(MESSAGE), &extreme), Ok(false));
    }
}

/// A signature says one thing only; the digest as a message is another message.
pub fn a_signature_is_refused_for_another_message(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::EcP256);
    let signature = bench.sign(&key, message(MESSAGE)).unwrap();
    let hashed = Sha256::digest(MESSAGE);
    for other in [message(b""), message(&MESSAGE[1..]), message(&hashed), digest(b"valve 3: shut")] {
        assert_eq!(bench.verify(&key, other, &signature), Ok(false));
    }
}

/// Nobody signs for somebody else.
pub fn a_signature_is_refused_for_another_key(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let (one, two) = (bench.key(KeyAlgorithm::EcP256), bench.key(KeyAlgorithm::EcP256));
    let signature = bench.sign(&one, message(MESSAGE)).unwrap();
    assert_eq!(bench.verify(&one, message(MESSAGE), &signature), Ok(true));
    assert_eq!(bench.verify(&two, message(MESSAGE), &signature), Ok(false));
}

/// Neither padded nor cut, neither DER nor another hash's digest.
pub fn signatures_and_digests_of_another_length_are_invalid(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::EcP256);
    let signature = bench.sign(&key, message(MESSAGE)).unwrap();
    let longer = [&signature[..], b"\0"].concat();
    for other in [&b""[..], &signature[..32], &signature[..63], &longer, &[0x30; 70]] {
        let verified = bench.verify(&key, message(MESSAGE), other);
        assert_eq!(verified, Err(SeError::InvalidInput), "{} bytes", other.len());
    }
    for length in [0, 20, 31, 33, 48, 64] {
        let input = || SignInput::Digest(vec![7; length]);
        assert_eq!(bench.sign(&key, input()), Err(SeError::InvalidInput), "{length} bytes");
        assert_eq!(bench.verify(&key, input(), &signature), Err(SeError::InvalidInput), "{length} bytes");
    }
}

fn digest(message: &[u8]) -> SignInput {
    SignInput::Digest(Sha256::digest(message).to_vec())
}

fn subject(fresh: Factory) -> Option<Subject> {
    let subject = fresh();
    let able = makes(&subject, KeyAlgorithm::EcP256)
        && claims(&subject, "sign", Some(SIGNATURE.name()))
        && claims(&subject, "verify", Some(SIGNATURE.name()));
    able.then_some(subject)
}
