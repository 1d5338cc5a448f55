//! Opening a sealed record of 1 KiB in process: its key derived, its place and version checked, against the bare cipher
//! with a key that is ready.

use std::hint::black_box;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit};
use csf_store::{Epoch, Space, Vault, Version, new_store_id};
use zeroize::Zeroizing;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::payload;
use crate::round_trips::timed;
use crate::series::quotients;
use crate::workload::{DIGEST_BYTES, MOST_OPEN_TIMES, OPENINGS};

/// A sealed space of the bench's own.
const SPACE: Space = Space::sealed("bench");

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "open",
    what: "opening a sealed record of 1 KiB, in process, sixteen at a time",
    long: false,
    run: |_| {
        let record = payload::octets(DIGEST_BYTES);
        let store = new_store_id().map_err(|e| Failure::machine("a store", e))?;
        let vault = Vault::new(store, Epoch(1), Zeroizing::new([7; 32]));
        let place = SPACE.key("key-00112233445566778899aabbccddeeff");
        let sealed =
            vault.seal(&place, Version::FIRST, &record).map_err(|e| Failure::machine("a seal", e))?;
        let cipher = Aes256Gcm::new_from_slice(&[7; 32]).map_err(|e| Failure::machine("a key", e))?;
        let bare = cipher.encrypt(&[7; 12].into(), record.as_slice());
        let bare = bare.map_err(|e| Failure::machine("a bare encryption", e))?;
        let [vault, bare] = alternate([
            &mut |time| {
                timed(time, || {
                    (0..OPENINGS).try_for_each(|_| {
                        let opened = vault.open(&place, Version::FIRST, black_box(&sealed));
                        black_box(opened).map(drop).map_err(|e| Failure::machine("an opening", e))
                    })
                })
            },
            &mut |time| {
                timed(time, || {
                    (0..OPENINGS).try_for_each(|_| {
                        let opened = cipher.decrypt(&[7; 12].into(), black_box(bare.as_slice()));
                        black_box(opened).map(drop).map_err(|e| Failure::machine("a bare opening", e))
                    })
                })
            },
        ])?;
        let medians = quotients(&vault.medians(), &bare.medians());
        let mut figures = Vec::from(vault.times("vault"));
        figures.extend(bare.times("bare cipher"));
        let target = Target::AtMost(MOST_OPEN_TIMES);
        figures.push(Figure::median("vault / bare cipher, p50", Unit::Ratio, &medians).target(target));
        Ok(figures)
    },
};
