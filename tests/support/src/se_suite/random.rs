//! Checks of random bytes.

use std::collections::HashSet;

use csf_transport::{MAX_RANDOM_BYTES, SeError};

use super::Factory;
use super::bench::{Bench, claims};

/// From one byte to the most that one command gives.
pub fn random_bytes_have_the_length_asked_for(fresh: Factory) {
    let subject = fresh();
    if claims(&subject, "random", None) {
        let mut bench = Bench::new(&subject);
        for length in [1, 16, 255, 256, MAX_RANDOM_BYTES] {
            assert_eq!(bench.random(length).map(|b| b.len()), Ok(usize::from(length)));
        }
    }
}

/// No bytes and too many bytes are a mistake of the caller.
pub fn random_of_no_length_or_too_much_is_invalid(fresh: Factory) {
    let subject = fresh();
    if claims(&subject, "random", None) {
        let mut bench = Bench::new(&subject);
        for length in [0, MAX_RANDOM_BYTES + 1, u16::MAX] {
            assert_eq!(bench.random(length), Err(SeError::InvalidInput), "{length}");
        }
    }
}

/// Not within a session, not across sessions, not across environments.
pub fn random_bytes_do_not_repeat(fresh: Factory) {
    let (one, two) = (fresh(), fresh());
    if claims(&one, "random", None) {
        let mut benches = [Bench::new(&one), Bench::new(&one), Bench::new(&two)];
        let mut seen = HashSet::new();
        for _ in 0..64 {
            for bench in &mut benches {
                assert!(seen.insert(bench.random(16).unwrap()), "16 bytes came twice");
            }
        }
    }
}

/// About half of the bits are set: a generator that is stuck or counts shows here.
pub fn random_bits_are_balanced(fresh: Factory) {
    let subject = fresh();
    if claims(&subject, "random", None) {
        let bytes = Bench::new(&subject).random(4096).unwrap();
        let ones: u32 = bytes.iter().map(|byte| byte.count_ones()).sum();
        // The standard deviation is 91; a sound generator leaves this range once in 10^27 runs.
        assert!((15_384..=17_384).contains(&ones), "{ones} of 32768 bits are set");
    }
}
