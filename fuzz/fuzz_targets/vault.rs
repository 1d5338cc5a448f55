//! Sealed records: of all bytes, only those that the vault sealed open, and only where they were sealed.
#![no_main]

use csf_store::{Epoch, Space, StoreError, StoreId, Vault, Version};
use libfuzzer_sys::fuzz_target;
use zeroize::Zeroizing;

/// What this vault sealed, from which the fuzzer begins: two records, and what is in them.
const SEALED: [(&[u8], &[u8]); 2] = [
    (include_bytes!("../seeds/vault/sealed.bin"), b"the meter reads 42"),
    (include_bytes!("../seeds/vault/sealed-empty.bin"), b""),
];
const STORE: u128 = 0xa0a1_a2a3_a4a5_a6a7_a8a9_aaab_acad_aeaf;
const SPACE: Space = Space::sealed("data");
const VERSION: Version = Version(7);

fuzz_target!(|bytes: &[u8]| {
    let vault = vault(Epoch(3));
    let place = SPACE.key("meter/1");
    match vault.open(&place, VERSION, bytes) {
        Ok(plaintext) => assert!(SEALED.contains(&(bytes, &*plaintext)), "a forgery opened"),
        Err(error) => {
            assert!(SEALED.iter().all(|(sealed, _)| *sealed != bytes), "what was sealed does not open");
            assert_eq!(error, StoreError::NotAuthentic(place.clone()));
        }
    }
    assert!(vault.open(&SPACE.key("meter/2"), VERSION, bytes).is_err(), "opened at another place");
    assert!(vault.open(&place, VERSION.next(), bytes).is_err(), "opened in another version");
    assert!(self::vault(Epoch(4)).open(&place, VERSION, bytes).is_err(), "opened in another epoch");
});

fn vault(epoch: Epoch) -> Vault {
    let mut key = Zeroizing::new([0; 32]);
    key.iter_mut().zip(0..).for_each(|(byte, value)| *byte = value);
    Vault::new(StoreId(STORE.to_be_bytes()), epoch, key)
}
