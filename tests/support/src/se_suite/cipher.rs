//! Checks of encryption.

use std::collections::HashSet;

use csf_transport::{CipherAlgorithm, SeError};

use super::Factory;
use super::bench::{Bench, Handle, flipped};
use super::claimed::ciphers;

const MESSAGE: &[u8; 32] = b"valve 3: open, valve 4: open too";
const WITH: &[u8] = b"from the meter";

/// Messages of every length around a block come back as they were; in between nobody reads them.
pub fn what_was_encrypted_comes_back_and_cannot_be_read_meanwhile(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject) {
        let key = bench.key(cipher.key());
        for length in 0..=MESSAGE.len() {
            let message = &MESSAGE[..length];
            let encrypted = bench.encrypt(cipher, &key, b"", message);
            let Some(size) = cipher.ciphertext_bytes(length) else {
                assert_eq!(encrypted, Err(SeError::InvalidInput), "{cipher:?}: {length} bytes are no blocks");
                continue;
            };
            let (nonce, ciphertext) = encrypted.unwrap();
            assert_eq!((nonce.len(), ciphertext.len()), (cipher.nonce_bytes(), size), "{cipher:?}");
            let seen = message.len() > 3 && ciphertext.windows(message.len()).any(|window| window == message);
            assert!(!seen, "{cipher:?} shows its message");
            let mut expected = message.to_vec();
            if cipher == CipherAlgorithm::AesCbcIso9797M1 {
                // Its zeros cannot be told from the message.
                expected.resize(size, 0);
            }
            assert_eq!(bench.decrypt(cipher, &key, b"", (&nonce, &ciphertext)), Ok(expected), "{cipher:?}");
        }
    }
}

/// The environment draws a nonce for every message; so the same message is never the same twice.
pub fn a_nonce_is_never_used_again(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject) {
        let key = bench.key(cipher.key());
        let (mut nonces, mut ciphertexts) = (HashSet::new(), HashSet::new());
        for _ in 0..50 {
            let (nonce, ciphertext) = bench.encrypt(cipher, &key, b"", MESSAGE).unwrap();
            assert!(nonces.insert(nonce) && ciphertexts.insert(ciphertext), "{cipher:?}");
        }
    }
}

/// Whatever is changed, wherever, by one bit: nothing opens, and the error is always the same.
pub fn every_change_of_what_is_authenticated_is_noticed(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject).into_iter().filter(|cipher| cipher.is_authenticated()) {
        let key = bench.key(cipher.key());
        let (nonce, whole) = bench.encrypt(cipher, &key, WITH, MESSAGE).unwrap();
        assert_eq!(bench.decrypt(cipher, &key, WITH, (&nonce, &whole)), Ok(MESSAGE.to_vec()));
        let refused = |bench: &mut Bench, with: &[u8], nonce: &[u8], ciphertext: &[u8], what: &str| {
            let opened = bench.decrypt(cipher, &key, with, (nonce, ciphertext));
            assert_eq!(opened, Err(SeError::NotAuthentic), "{cipher:?}: {what}");
        };
        for byte in 0..whole.len() {
            refused(&mut bench, WITH, &nonce, &flipped(&whole, byte * 8 + byte % 8), "ciphertext or tag");
        }
        for byte in 0..nonce.len() {
            refused(&mut bench, WITH, &flipped(&nonce, byte * 8 + byte % 8), &whole, "nonce");
        }
        for byte in 0..WITH.len() {
            refused(&mut bench, &flipped(WITH, byte * 8 + byte % 8), &nonce, &whole, "associated data");
        }
        for other in [&b""[..], &WITH[1..], &[WITH, b"\0"].concat()] {
            refused(&mut bench, other, &nonce, &whole, "other associated data");
        }
        for length in 0..whole.len() {
            refused(&mut bench, WITH, &nonce, &whole[..length], "a part");
        }
        refused(&mut bench, WITH, &nonce, &[&whole[..], b"\0"].concat(), "more");
        refused(&mut bench, WITH, &nonce, &whole[1..], "without its beginning");
    }
}

/// Associated data without anything that authenticates it is refused, not forgotten.
pub fn associated_data_needs_an_algorithm_that_authenticates(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject).into_iter().filter(|cipher| !cipher.is_authenticated()) {
        let key = bench.key(cipher.key());
        assert_eq!(bench.encrypt(cipher, &key, WITH, MESSAGE), Err(SeError::InvalidInput));
        let (nonce, ciphertext) = bench.encrypt(cipher, &key, b"", MESSAGE).unwrap();
        let opened = bench.decrypt(cipher, &key, WITH, (&nonce, &ciphertext));
        assert_eq!(opened, Err(SeError::InvalidInput), "{cipher:?}");
    }
}

/// What one key encrypts no other opens.
pub fn what_one_key_encrypts_another_does_not_open(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject) {
        let (one, two) = (bench.key(cipher.key()), bench.key(cipher.key()));
        let (nonce, ciphertext) = bench.encrypt(cipher, &one, b"", MESSAGE).unwrap();
        match bench.decrypt(cipher, &two, b"", (&nonce, &ciphertext)) {
            Err(SeError::NotAuthentic) => {}
            Ok(other) if !cipher.is_authenticated() => assert_ne!(other, MESSAGE, "{cipher:?}"),
            other => panic!("{cipher:?}: {other:?}"),
        }
    }
}

/// A nonce has one length.
pub fn a_nonce_of_another_length_is_invalid(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for cipher in ciphers(&subject) {
        let key = bench.key(cipher.key());
        let (nonce, ciphertext) = bench.encrypt(cipher, &key, b"", MESSAGE).unwrap();
        for length in (0..=16).filter(|length| *length != nonce.len()) {
            let other: Vec<u8> = nonce.iter().copied().cycle().take(length).collect();
            let opened = bench.decrypt(cipher, &key, b"", (&other, &ciphertext));
            assert_eq!(opened, Err(SeError::InvalidInput), "{cipher:?}: {length} bytes");
        }
    }
}

/// Whatever is wrong with a ciphertext in CBC, its length or its padding and wherever in it: one error.
///
/// Blocks without padding, under the same key, make last blocks that nobody else could.
pub fn wrong_padding_and_wrong_length_cannot_be_told_apart(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let all = ciphers(&subject);
    let none = CipherAlgorithm::AesCbcNoPad;
    for cipher in all.iter().copied().filter(|cipher| cipher.key() == none.key()) {
        let key = bench.key(cipher.key());
        let (nonce, ciphertext) = bench.encrypt(cipher, &key, b"", MESSAGE).unwrap();
        for length in (0..ciphertext.len()).filter(|length| *length == 0 || length % 16 != 0) {
            let opened = bench.decrypt(cipher, &key, b"", (&nonce, &ciphertext[..length]));
            assert_eq!(opened, Err(SeError::NotAuthentic), "{cipher:?}: {length} bytes");
        }
        let padded = [CipherAlgorithm::AesCbcPkcs5, CipherAlgorithm::AesCbcIso9797M2].contains(&cipher);
        if padded && all.contains(&none) {
            for last in last_blocks(cipher) {
                assert_eq!(opened(&mut bench, cipher, &key, &last), Err(SeError::NotAuthentic), "{last:?}");
            }
            let right = if cipher == CipherAlgorithm::AesCbcPkcs5 { 1 } else { 0x80 };
            let last = [&[9; 15][..], &[right]].concat();
            assert_eq!(opened(&mut bench, cipher, &key, &last), Ok([9; 15].to_vec()), "the twin opens");
        }
    }
}

/// Encrypts whole blocks, and decrypts them as if they were padded.
fn opened(
    bench: &mut Bench,
    cipher: CipherAlgorithm,
    key: &Handle,
    blocks: &[u8],
) -> Result<Vec<u8>, SeError> {
    let (nonce, ciphertext) = bench.encrypt(CipherAlgorithm::AesCbcNoPad, key, b"", blocks)?;
    bench.decrypt(cipher, key, b"", (&nonce, &ciphertext))
}

/// Last blocks that are no padding: by their last byte, and by each byte before.
fn last_blocks(cipher: CipherAlgorithm) -> Vec<Vec<u8>> {
    let whole: Vec<u8> = match cipher {
        CipherAlgorithm::AesCbcPkcs5 => vec![16; 16],
        _ => [&[0x80][..], &[0; 15]].concat(),
    };
    let mut wrong: Vec<Vec<u8>> = (0..16).map(|byte| flipped(&whole, byte * 8)).collect();
    wrong.extend([vec![0; 16], vec![17; 16], vec![255; 16]]);
    wrong
}
