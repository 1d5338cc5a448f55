//! Checks of message authentication codes.

use csf_transport::SeError;

use super::Factory;
use super::bench::{Bench, flipped};
use super::claimed::macs;

const MESSAGE: &[u8] = b"valve 3: open";

/// The right code is right; with any of its bits changed it is not.
pub fn a_code_verifies_and_none_with_a_changed_bit_does(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for mac in macs(&subject) {
        let key = bench.key(mac.key());
        let code = bench.mac(mac, &key, MESSAGE).unwrap();
        assert_eq!(code.len(), mac.code_bytes(), "{mac:?}");
        assert_eq!(bench.mac(mac, &key, MESSAGE).unwrap(), code, "the code of a message is always the same");
        assert_eq!(bench.verify_mac(mac, &key, MESSAGE, &code), Ok(true), "{mac:?}");
        for bit in 0..code.len() * 8 {
            let verified = bench.verify_mac(mac, &key, MESSAGE, &flipped(&code, bit));
            assert_eq!(verified, Ok(false), "{mac:?}, bit {bit}");
        }
    }
}

/// Shortened, lengthened, changed or empty: another message.
pub fn a_code_is_refused_for_another_message(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for mac in macs(&subject) {
        let key = bench.key(mac.key());
        let code = bench.mac(mac, &key, MESSAGE).unwrap();
        let longer = [MESSAGE, b"\0"].concat();
        for other in [&b""[..], &MESSAGE[1..], &MESSAGE[..12], &longer, b"valve 3: shut"] {
            assert_eq!(bench.verify_mac(mac, &key, other, &code), Ok(false), "{mac:?}: {other:?}");
            assert_ne!(bench.mac(mac, &key, other).unwrap(), code, "{mac:?}: {other:?}");
        }
    }
}

/// Two keys agree on nothing.
pub fn a_code_is_refused_for_another_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for mac in macs(&subject) {
        let (one, two) = (bench.key(mac.key()), bench.key(mac.key()));
        let code = bench.mac(mac, &one, MESSAGE).unwrap();
        assert_eq!(bench.verify_mac(mac, &one, MESSAGE, &code), Ok(true), "{mac:?}");
        assert_eq!(bench.verify_mac(mac, &two, MESSAGE, &code), Ok(false), "{mac:?}");
        assert_ne!(bench.mac(mac, &two, MESSAGE).unwrap(), code, "{mac:?}");
    }
}

/// A part of the right code is not compared at all.
pub fn a_code_of_another_length_is_invalid(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for mac in macs(&subject) {
        let key = bench.key(mac.key());
        let code = bench.mac(mac, &key, MESSAGE).unwrap();
        let longer = [&code[..], b"\0"].concat();
        let parts = [0, 1, code.len() / 2, code.len() - 1].map(|length| &code[..length]);
        for other in parts.into_iter().chain([&longer[..]]) {
            let verified = bench.verify_mac(mac, &key, MESSAGE, other);
            assert_eq!(verified, Err(SeError::InvalidInput), "{mac:?}: {} bytes", other.len());
        }
    }
}
