//! Checks of the largest inputs.

use csf_transport::{KeyAlgorithm, SeError};

use super::bench::{Bench, DIGEST, MAC, SIGNATURE, makes, message};
use super::{Factory, Subject};

/// Every command takes as much as the description says, and not one byte more.
pub fn the_largest_input_passes_and_one_byte_more_does_not(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let too_long = |most: usize| vec![0x55; most + 1];

    if let Some(most) = most(&subject, "digest", Some(DIGEST.name())) {
        assert_eq!(bench.digest(&vec![0x55; most]).map(|d| d.len()), Ok(32));
        assert_eq!(bench.digest(&too_long(most)), Err(SeError::InvalidInput));
    }
    if makes(&subject, KeyAlgorithm::HmacSha256) {
        let key = bench.key(KeyAlgorithm::HmacSha256);
        if let Some(most) = most(&subject, "mac", Some(MAC.name())) {
            let code = bench.mac(&key, &vec![0x55; most]).unwrap();
            assert_eq!(bench.verify_mac(&key, &vec![0x55; most], &code), Ok(true));
            assert_eq!(bench.mac(&key, &too_long(most)), Err(SeError::InvalidInput));
            assert_eq!(bench.verify_mac(&key, &too_long(most), &code), Err(SeError::InvalidInput));
        }
    }
    if makes(&subject, KeyAlgorithm::EcP256) {
        let key = bench.key(KeyAlgorithm::EcP256);
        if let Some(most) = most(&subject, "sign", Some(SIGNATURE.name())) {
            let signature = bench.sign(&key, message(&vec![0x55; most])).unwrap();
            assert_eq!(bench.verify(&key, message(&vec![0x55; most]), &signature), Ok(true));
            assert_eq!(bench.sign(&key, message(&too_long(most))), Err(SeError::InvalidInput));
            let verified = bench.verify(&key, message(&too_long(most)), &signature);
            assert_eq!(verified, Err(SeError::InvalidInput));
        }
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
