//! The stored form of a key, sealed as a whole by the object store.
//!
//! ```text
//!   1        format: 1, 2 where one generation before is kept, 3 where several are
//!   4        generation, big-endian
//!   1        algorithm
//!   1        uses, as bits: the first eight
//!   1        bit 0: exportable; bits 1 and 2: the ninth and the tenth use
//!   2        length of the owner, big-endian
//!   n        owner, UTF-8
//!   1        how many generations before are kept, 2 to 4                      (format 3 only)
//!   2        length of what is kept of the generation before, big-endian, not 0   (formats 2 and 3)
//!   n        what is kept of it; in format 3 the same again, older and older      (formats 2 and 3)
//!   rest     private bytes
//! ```
//!
//! The key's identifier is the record's path, to which the store's vault binds the bytes.

use csf_transport::{FORMER_GENERATIONS, KeyAlgorithm, KeyId, KeySpec, KeyUses, Owner, SeError};
use zeroize::Zeroizing;

const FORMAT: u8 = 1;
const FORMAT_WITH_FORMER: u8 = 2;
const FORMAT_WITH_SEVERAL: u8 = 3;
const FIXED_BYTES: usize = 10;

/// A key as stored.
pub(crate) struct KeyRecord<'a> {
    /// What was asked for.
    pub(crate) spec: KeySpec,
    /// 1 for a new key.
    pub(crate) generation: u32,
    /// What is kept of the generations before, the newest first; none of it is empty.
    pub(crate) formers: Vec<&'a [u8]>,
    /// What the key is made of.
    pub(crate) private: &'a [u8],
}

impl<'a> KeyRecord<'a> {
    /// The bytes to store.
    pub(crate) fn encode(&self) -> Result<Zeroizing<Vec<u8>>, SeError> {
        let owner = self.spec.owner.as_str().as_bytes();
        let owner_length = u16::try_from(owner.len()).map_err(|_| SeError::InvalidInput)?;
        // The full size from the start: a vector that grows leaves copies behind that nobody wipes.
        let kept = self.formers.iter().map(|former| former.len().saturating_add(2)).sum::<usize>();
        let fixed = FIXED_BYTES.saturating_add(1).saturating_add(kept);
        let size = fixed.saturating_add(owner.len()).saturating_add(self.private.len());
        let mut bytes = Zeroizing::new(Vec::with_capacity(size));
        bytes.push(match self.formers.len() {
            0 => FORMAT,
            1 => FORMAT_WITH_FORMER,
            _ => FORMAT_WITH_SEVERAL,
        });
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.push(self.spec.algorithm.number());
        let [more, uses] = self.spec.uses.bits().to_be_bytes();
        bytes.push(uses);
        bytes.push(u8::from(self.spec.exportable) | more << 1);
        bytes.extend_from_slice(&owner_length.to_be_bytes());
        bytes.extend_from_slice(owner);
        if self.formers.len() > 1 {
            bytes.push(u8::try_from(self.formers.len()).map_err(|_| SeError::InvalidInput)?);
        }
        for former in &self.formers {
            let length = u16::try_from(former.len()).map_err(|_| SeError::InvalidInput)?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(former);
        }
        bytes.extend_from_slice(self.private);
        Ok(bytes)
    }

    /// The key that these bytes of the record at `id` describe; `None` when they describe none.
    pub(crate) fn decode(id: KeyId, bytes: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = bytes.split_first_chunk::<FIXED_BYTES>()?;
        let [format @ FORMAT..=FORMAT_WITH_SEVERAL, g0, g1, g2, g3, algorithm, uses, flags @ 0..=7, n0, n1] =
            *fixed
        else {
            return None;
        };
        let (owner, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes([n0, n1])))?;
        let (count, mut private) = match format {
            FORMAT => (0, rest),
            FORMAT_WITH_FORMER => (1, rest),
            _ => rest.split_first().map(|(count, rest)| (usize::from(*count), rest))?,
        };
        if format == FORMAT_WITH_SEVERAL && !(2..=FORMER_GENERATIONS).contains(&count) {
            return None;
        }
        let mut formers = Vec::with_capacity(count);
        for _ in 0..count {
            let (kept, rest) = former(private)?;
            formers.push(kept);
            private = rest;
        }
        let spec = KeySpec {
            id,
            owner: Owner::new(std::str::from_utf8(owner).ok()?)?,
            algorithm: KeyAlgorithm::from_number(algorithm)?,
            uses: KeyUses::from_bits(u16::from_be_bytes([flags >> 1, uses]))?,
            exportable: flags & 1 != 0,
        };
        Some(Self { spec, generation: u32::from_be_bytes([g0, g1, g2, g3]), formers, private })
    }
}

/// What is kept of a generation before, and what follows.
fn former(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 { None } else { rest.split_at_checked(length) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: KeyId = KeyId([7; 16]);

    prop_compose! {
        fn specs()(
            owner in "\\PC{1,128}",
            algorithm in prop::sample::select(KeyAlgorithm::ALL),
            uses in prop::sample::select((0..=u16::MAX).filter_map(KeyUses::from_bits).collect::<Vec<_>>()),
            exportable: bool,
        ) -> KeySpec {
            let owner = Owner::new(&owner).expect("at most 512 bytes");
            KeySpec { id: ID, owner, algorithm, uses, exportable }
        }
    }

    proptest! {
        #[test]
        fn what_was_stored_is_read_again(
            spec in specs(),
            generation: u32,
            formers in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=64), 0..=FORMER_GENERATIONS),
            private: Vec<u8>,
        ) {
            let formers: Vec<_> = formers.iter().map(Vec::as_slice).collect();
            let record = KeyRecord { spec: spec.clone(), generation, formers: formers.clone(), private: &private };
            let bytes = record.encode();
            let bytes = bytes.expect("the owner is short");
            let read = KeyRecord::decode(ID, &bytes).expect("just written");
            prop_assert_eq!(read.spec, spec);
            prop_assert_eq!(read.generation, generation);
            prop_assert_eq!(read.formers, formers);
            prop_assert_eq!(read.private, private);
        }

        #[test]
        fn whatever_is_read_is_written_the_same(bytes: Vec<u8>) {
            if let Some(read) = KeyRecord::decode(ID, &bytes) {
                let written = read.encode().expect("it was read");
                prop_assert_eq!(&*written, &bytes);
            }
        }
    }

    #[test]
    fn damaged_records_are_refused() {
        let spec = KeySpec {
            id: ID,
            owner: Owner::new("//csf.example/id-mn/Cmeter").expect("short"),
            algorithm: KeyAlgorithm::EcP256,
            uses: KeyUses::from_bits(3).expect("uses"),
            exportable: false,
        };
        let good = KeyRecord { spec, generation: 1, formers: vec![], private: &[1; 32] };
        let good = good.encode().expect("short");
        assert!(KeyRecord::decode(ID, &good).is_some());
        for (at, value) in
            [(0, 0), (0, 3), (0, 4), (5, 0), (5, 99), (7, 8), (7, 255), (8, 255), (9, 0), (10, 0xff)]
        {
            let mut bad = good.to_vec();
            bad[at] = value;
            assert!(KeyRecord::decode(ID, &bad).is_none(), "byte {at} = {value}");
        }
        for length in 0..FIXED_BYTES + 26 {
            assert!(KeyRecord::decode(ID, &good[..length]).is_none(), "{length} bytes");
        }
    }
}
