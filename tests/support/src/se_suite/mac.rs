//! Checks of message authentication codes.

use csf_transport::{KeyAlgorithm, SeError};

use super::bench::{Bench, MAC, claims, flipped, makes};
use super::{Factory, Subject};

const MESSAGE: &[u8] = b"valve 3: open";

/// The right code is right; with any of its bits changed it is not.
pub fn a_code_verifies_and_none_with_a_changed_bit_does(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::HmacSha256);
    let code = bench.mac(&key, MESSAGE).unwrap();
    assert_eq!(code.len(), 32);
    assert_eq!(bench.mac(&key, MESSAGE).unwrap(), code, "the code of a message is always the same");
    assert_eq!(bench.verify_mac(&key, MESSAGE, &code), Ok(true));
    for bit in 0..256 {
        assert_eq!(bench.verify_mac(&key, MESSAGE, &flipped(&code, bit)), Ok(false), "bit {bit}");
    }
}

/// Shortened, lengthened, changed or empty: another message.
pub fn a_code_is_refused_for_another_message(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::HmacSha256);
    let code = bench.mac(&key, MESSAGE).unwrap();
    let longer = [MESSAGE, b"\0"].concat();
    for other in [&b""[..], &MESSAGE[1..], &MESSAGE[..12], &longer, b"valve 3: shut"] {
        assert_eq!(bench.verify_mac(&key, other, &code), Ok(false), "{other:?}");
        assert_ne!(bench.mac(&key, other).unwrap(), code, "{other:?}");
    }
}

/// Two keys agree on nothing.
pub fn a_code_is_refused_for_another_key(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let (one, two) = (bench.key(KeyAlgorithm::HmacSha256), bench.key(KeyAlgorithm::HmacSha256));
    let code = bench.mac(&one, MESSAGE).unwrap();
    assert_eq!(bench.verify_mac(&one, MESSAGE, &code), Ok(true));
    assert_eq!(bench.verify_mac(&two, MESSAGE, &code), Ok(false));
    assert_ne!(bench.mac(&two, MESSAGE).unwrap(), code);
}

/// A part of the right code is not compared at all.
pub fn a_code_of_another_length_is_invalid(fresh: Factory) {
    let Some(subject) = subject(fresh) else { return };
    let mut bench = Bench::new(&subject);
    let key = bench.key(KeyAlgorithm::HmacSha256);
    let code = bench.mac(&key, MESSAGE).unwrap();
    let longer = [&code[..], b"\0"].concat();
    for other in [&b""[..], &code[..1], &code[..16], &code[..31], &longer] {
        let verified = bench.verify_mac(&key, MESSAGE, other);
        assert_eq!(verified, Err(SeError::InvalidInput), "{} bytes", other.len());
    }
}

fn subject(fresh: Factory) -> Option<Subject> {
    let subject = fresh();
    let able = makes(&subject, KeyAlgorithm::HmacSha256)
        && claims(&subject, "mac", Some(MAC.name()))
        && claims(&subject, "verify-mac", Some(MAC.name()));
    able.then_some(subject)
}
