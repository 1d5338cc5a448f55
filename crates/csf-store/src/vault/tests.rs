//! The vault's layout by known answers, and everything that must not open.

use super::*;
use crate::key::Space;

const SEALED: Space = Space::sealed("data");
const STORE: StoreId =
    StoreId([0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf]);
const EPOCH: Epoch = Epoch(3);
const VERSION: Version = Version(7);
const NONCE: [u8; 12] = [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5a, 0x5b];
const PLAINTEXT: &[u8] = b"the meter reads 42";

/// Computed from the documented layout by another implementation of HKDF and AES-GCM.
const KNOWN: &str = "010000000000000003505152535455565758595a5b\
                     8e87b6acc821ce8d9ccd5038a39707006eb73f84fec0985ed3c1282dfa59a6e5d17b";
const KNOWN_EMPTY: &str = "010000000000000003505152535455565758595a5b68fc88221106456933380e247b9a7d20";

fn vault_of(store: StoreId, epoch: Epoch, first_byte: u8) -> Vault {
    let mut key = Zeroizing::new([0; 32]);
    key.iter_mut().zip(first_byte..).for_each(|(byte, value)| *byte = value);
    Vault::new(store, epoch, key)
}

fn vault() -> Vault {
    vault_of(STORE, EPOCH, 0)
}

fn place() -> RecordKey {
    SEALED.key("meter/1")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sealed() -> Vec<u8> {
    vault().seal_with(&place(), VERSION, PLAINTEXT, NONCE).unwrap()
}

#[track_caller]
fn assert_refused(vault: &Vault, key: &RecordKey, version: Version, bytes: &[u8]) {
    assert_eq!(vault.open(key, version, bytes).err(), Some(StoreError::NotAuthentic(key.clone())));
}

#[test]
fn the_layout_is_the_documented_one() {
    assert_eq!(hex(&sealed()), KNOWN);
    assert_eq!(hex(&vault().seal_with(&place(), VERSION, b"", NONCE).unwrap()), KNOWN_EMPTY);
    // The twins: one step aside, and nothing of the body is the same.
    let beside = vault().seal_with(&place(), VERSION.next(), PLAINTEXT, NONCE).unwrap();
    assert_ne!(hex(&beside), KNOWN);
    assert_ne!(
        hex(&vault_of(STORE, EPOCH, 1).seal_with(&place(), VERSION, b"", NONCE).unwrap()),
        KNOWN_EMPTY
    );
}

#[test]
fn what_was_sealed_opens_at_its_place_and_version() {
    for length in [0, 1, 15, 16, 17, 1024, 70_000] {
        let plaintext = vec![0x5a; length];
        let sealed = vault().seal(&place(), VERSION, &plaintext).unwrap();
        assert_eq!(sealed.len(), length + SEAL_OVERHEAD);
        assert_eq!(&*vault().open(&place(), VERSION, &sealed).unwrap(), plaintext);
    }
}

#[test]
fn two_seals_of_the_same_record_have_nothing_in_common() {
    let [one, other] = [0, 1].map(|_| vault().seal(&place(), VERSION, PLAINTEXT).unwrap());
    assert_ne!(one[9..21], other[9..21], "the nonce");
    assert_ne!(one[21..], other[21..]);
}

// Shows ARC-4.
#[test]
fn no_record_opens_with_any_single_bit_changed() {
    let sealed = sealed();
    for place_of_byte in 0..sealed.len() {
        for bit in 0..8 {
            let mut bent = sealed.clone();
            bent[place_of_byte] ^= 1 << bit;
            assert_refused(&vault(), &place(), VERSION, &bent);
        }
    }
    assert!(vault().open(&place(), VERSION, &sealed).is_ok());
}

// Shows ARC-4.
#[test]
fn no_record_opens_cut_short_or_made_longer() {
    let sealed = sealed();
    for length in 0..sealed.len() {
        assert_refused(&vault(), &place(), VERSION, &sealed[..length]);
        assert_refused(&vault(), &place(), VERSION, &sealed[sealed.len() - length..]);
    }
    assert_refused(&vault(), &place(), VERSION, &[sealed.as_slice(), &[0]].concat());
    assert_refused(&vault(), &place(), VERSION, &[[0].as_slice(), &sealed].concat());
}

// Shows ARC-4.
#[test]
fn no_record_opens_at_the_place_of_another() {
    let [here, there] = [place(), SEALED.key("meter/2")];
    let of_here = vault().seal(&here, VERSION, b"here").unwrap();
    let of_there = vault().seal(&there, VERSION, b"there").unwrap();
    assert_refused(&vault(), &here, VERSION, &of_there);
    assert_refused(&vault(), &there, VERSION, &of_here);
    assert_refused(&vault(), &Space::sealed("keys").key("meter/1"), VERSION, &of_here);
}

// Shows ARC-4.
#[test]
fn no_record_opens_in_another_version_store_or_epoch_or_under_another_key() {
    let sealed = sealed();
    for version in [Version(0), Version(6), Version(8), Version(u64::MAX)] {
        assert_refused(&vault(), &place(), version, &sealed);
    }
    assert_refused(&vault_of(StoreId([0; 16]), EPOCH, 0), &place(), VERSION, &sealed);
    assert_refused(&vault_of(STORE, EPOCH, 1), &place(), VERSION, &sealed);
    let next = vault_of(STORE, Epoch(4), 0);
    assert_refused(&next, &place(), VERSION, &sealed);
    // Nor when it claims to be of the other epoch.
    let mut claiming = sealed;
    claiming[8] = 4;
    assert_refused(&next, &place(), VERSION, &claiming);
}

#[test]
fn what_is_no_sealed_record_at_all_is_refused() {
    for bytes in [&b""[..], b"\x01", PLAINTEXT, &[0; 37], &[1; 37], &[0xff; 4096]] {
        assert_refused(&vault(), &place(), VERSION, bytes);
    }
}
