//! Checks of the largest inputs.

use csf_transport::{MAX_ASSOCIATED_BYTES, MAX_INFO_BYTES, MAX_SALT_BYTES, SeError};

use super::bench::{Bench, message};
use super::claimed::{by_derived, ciphers, derivations, digests, macs, signatures};
use super::outsider::Outsider;
use super::{Factory, Subject};

/// Every command takes as much as the description says, and not one byte more.
pub fn the_largest_input_passes_and_one_byte_more_does_not(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let too_long = |most: usize| vec![0x55; most + 1];

    for digest in digests(&subject) {
        let Some(most) = most(&subject, "digest", Some(digest.name())) else { continue };
        let given = bench.digest(digest, &vec![0x55; most]);
        assert_eq!(given.map(|d| d.len()), Ok(digest.digest_bytes()));
        assert_eq!(bench.digest(digest, &too_long(most)), Err(SeError::InvalidInput));
    }
    for mac in macs(&subject) {
        let Some(most) = most(&subject, "mac", Some(mac.name())) else { continue };
        let key = bench.key(mac.key());
        let code = bench.mac(mac, &key, &vec![0x55; most]).unwrap();
        assert_eq!(bench.verify_mac(mac, &key, &vec![0x55; most], &code), Ok(true));
        assert_eq!(bench.mac(mac, &key, &too_long(most)), Err(SeError::InvalidInput));
        assert_eq!(bench.verify_mac(mac, &key, &too_long(most), &code), Err(SeError::InvalidInput));
    }
    for algorithm in signatures(&subject) {
        let Some(most) = most(&subject, "sign", Some(algorithm.name())) else { continue };
        let key = bench.key(algorithm.key());
        let signature = bench.sign(algorithm, &key, message(&vec![0x55; most])).unwrap();
        assert_eq!(bench.verify(algorithm, &key, message(&vec![0x55; most]), &signature), Ok(true));
        assert_eq!(bench.sign(algorithm, &key, message(&too_long(most))), Err(SeError::InvalidInput));
        let verified = bench.verify(algorithm, &key, message(&too_long(most)), &signature);
        assert_eq!(verified, Err(SeError::InvalidInput));
    }
    for cipher in ciphers(&subject) {
        let name = Some(cipher.name());
        let limits = (most(&subject, "encrypt", name), most(&subject, "decrypt", name));
        let (Some(plain), Some(encrypted)) = limits else { continue };
        let key = bench.key(cipher.key());
        let (nonce, largest) = bench.encrypt(cipher, &key, b"", &vec![0x55; plain]).unwrap();
        assert_eq!(largest.len(), encrypted, "{cipher:?}: what can be encrypted can be decrypted");
        assert_eq!(bench.decrypt(cipher, &key, b"", (&nonce, &largest)), Ok(vec![0x55; plain]));
        // A whole block more, so that it is nothing but the length.
        let longer = [&largest[..], &[0; 16]].concat();
        assert_eq!(bench.encrypt(cipher, &key, b"", &vec![0x55; plain + 16]), Err(SeError::InvalidInput));
        assert_eq!(bench.decrypt(cipher, &key, b"", (&nonce, &longer)), Err(SeError::InvalidInput));
        let associated = if cipher.is_authenticated() { MAX_ASSOCIATED_BYTES } else { 0 };
        let (fits, more) = (vec![0x55; associated], vec![0x55; associated + 1]);
        let (nonce, small) = bench.encrypt(cipher, &key, &fits, &[0x55; 16]).unwrap();
        let opened = bench.decrypt(cipher, &key, &fits, (&nonce, &small)).unwrap();
        assert_eq!(opened, [0x55; 16]);
        assert_eq!(bench.encrypt(cipher, &key, &more, &[0x55; 16]), Err(SeError::InvalidInput));
        assert_eq!(bench.decrypt(cipher, &key, &more, (&nonce, &small)), Err(SeError::InvalidInput));
    }
    for derivation in derivations(&subject) {
        let key = bench.key(derivation.key());
        let peer = Outsider::new(1).peer_for(derivation);
        let mut derive = |salt: usize, info: usize| {
            by_derived(&mut bench, derivation, &key, [&peer, &vec![0x55; salt], &vec![b'1'; info]])
        };
        let most = if derivation.takes_salt() { MAX_SALT_BYTES } else { 0 };
        assert!(derive(most, MAX_INFO_BYTES).is_ok());
        assert_eq!(derive(most + 1, MAX_INFO_BYTES), Err(SeError::InvalidInput));
        assert_eq!(derive(0, MAX_INFO_BYTES + 1), Err(SeError::InvalidInput));
    }
    if let (Some(plain), Some(sealed)) = (most(&subject, "seal", None), most(&subject, "unseal", None)) {
        let largest = bench.seal(b"c", &vec![0x55; plain]).unwrap();
        assert_eq!(largest.len(), sealed, "what can be sealed can be opened");
        assert_eq!(bench.unseal(b"c", &largest), Ok(vec![0x55; plain]));
        assert_eq!(bench.seal(b"c", &too_long(plain)), Err(SeError::InvalidInput));
        assert_eq!(bench.unseal(b"c", &too_long(sealed)), Err(SeError::InvalidInput));
    }
}

/// The most input that the description promises; commands that it does not claim have none.
fn most(subject: &Subject, command: &str, algorithm: Option<&str>) -> Option<usize> {
    let capabilities = &subject.environment().describe().capabilities;
    capabilities.iter().find(|c| c.command == command && c.algorithm == algorithm)?.max_bytes
}
