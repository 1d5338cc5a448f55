//! What the engine keeps, counts and hides, over a store that outlives it.

mod spent;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use csf_api::UtcTime;
use csf_store::{
    Batch, Entries, Epoch, Expect, MemoryStore, Range, Record, RecordKey, Space, StoreError, StoreId, Vault,
    Version,
};
use csf_transport::{
    CancelFlag, DigestAlgorithm, KeyAlgorithm, KeyId, KeySpec, KeyUses, MacAlgorithm, Owner, Secret,
    StreamCommand, StreamRef, StreamWork,
};

use super::*;

const SMALL: Quota = Quota { all: 5, per_owner: 3 };

/// A store that several engines use one after the other, as before and after a restart.
#[derive(Clone, Default)]
struct Disk(Arc<MemoryStore>);

impl Store for Disk {
    fn load(&self, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
        self.0.load(keys)
    }
    fn scan(&self, range: &Range) -> Result<Entries, StoreError> {
        self.0.scan(range)
    }
    fn is_empty(&self) -> Result<bool, StoreError> {
        self.0.is_empty()
    }
    fn commit(&self, batches: &[Batch]) -> Vec<Result<Vec<Option<Version>>, StoreError>> {
        self.0.commit(batches)
    }
}

fn records(disk: &Disk, vault_key: u8) -> Result<Records<Disk>, StoreError> {
    let vault = Vault::new(StoreId([1; 16]), Epoch(1), Zeroizing::new([vault_key; 32]));
    match Records::found(disk, &vault) {
        Ok(()) | Err(StoreError::Conflict(_)) => {}
        Err(why) => panic!("{why}"),
    }
    Records::open(disk.clone(), vault, NonZeroUsize::new(8).expect("not zero"))
}

fn start(disk: &Disk, vault_key: u8) -> Engine<Disk> {
    let records = records(disk, vault_key).expect("a disk of this vault");
    Engine::with_limits(records, &Zeroizing::new([2; 32]), SMALL, Counting::default())
}

fn run(engine: &Engine<Disk>, command: &Command) -> Result<Reply, SeError> {
    let cancel = CancelFlag::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    engine.execute(command, &Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel })
}

fn owner(name: &str) -> Owner {
    Owner::new(name).expect("short")
}

fn generate(engine: &Engine<Disk>, number: u8, owner: &Owner) -> Result<(), SeError> {
    let uses = KeyUses::NONE.with(KeyUse::Mac).with(KeyUse::MacVerify);
    let algorithm = KeyAlgorithm::HmacSha256;
    let spec = KeySpec { id: KeyId([number; 16]), owner: owner.clone(), algorithm, uses, exportable: false };
    run(engine, &Command::GenerateKey(spec)).map(drop)
}

fn import(engine: &Engine<Disk>, number: u8, owner: &Owner, material: &[u8]) -> Result<(), SeError> {
    let uses = KeyUses::NONE.with(KeyUse::Mac).with(KeyUse::MacVerify);
    let algorithm = KeyAlgorithm::HmacSha256;
    let spec = KeySpec { id: KeyId([number; 16]), owner: owner.clone(), algorithm, uses, exportable: false };
    run(engine, &Command::ImportKey { spec, material: Secret::new(material.to_vec()) }).map(drop)
}

fn destroy(engine: &Engine<Disk>, number: u8, owner: &Owner) -> Result<(), SeError> {
    run(engine, &Command::DestroyKey { key: KeyId([number; 16]), owner: owner.clone() }).map(drop)
}

fn mac(engine: &Engine<Disk>, number: u8, owner: &Owner) -> Result<Vec<u8>, SeError> {
    let (key, owner) = (KeyId([number; 16]), owner.clone());
    let message = b"m".to_vec();
    match run(engine, &Command::Mac { key, owner, algorithm: MacAlgorithm::HmacSha256, message })? {
        Reply::Mac(mac) => Ok(mac),
        _ => panic!("another reply than to mac"),
    }
}

#[test]
fn quotas_hold_for_each_owner_and_for_all_also_after_a_restart() {
    let disk = Disk::default();
    let (meter, lamp, valve) = (owner("Cmeter"), owner("Clamp"), owner("Cvalve"));
    let engine = start(&disk, 1);
    for number in 1..=3 {
        assert_eq!(generate(&engine, number, &meter), Ok(()));
    }
    assert_eq!(generate(&engine, 4, &meter), Err(SeError::Full), "the owner's share is used up");
    assert_eq!(generate(&engine, 4, &lamp), Ok(()));
    drop(engine);

    let engine = start(&disk, 1);
    assert_eq!(generate(&engine, 5, &meter), Err(SeError::Full), "a restart forgets nothing");
    assert_eq!(generate(&engine, 5, &valve), Ok(()));
    assert_eq!(generate(&engine, 6, &lamp), Err(SeError::Full), "the engine is full");
    assert_eq!(generate(&engine, 1, &lamp), Err(SeError::KeyExists), "taken is said before full");

    assert_eq!(destroy(&engine, 1, &meter), Ok(()));
    assert_eq!(destroy(&engine, 1, &meter), Ok(()), "destroying twice must not count twice");
    assert_eq!(generate(&engine, 6, &lamp), Ok(()));
    assert_eq!(generate(&engine, 7, &lamp), Err(SeError::Full), "one went, one came");
    for (number, owner) in [(2, &meter), (3, &meter), (4, &lamp), (5, &valve), (6, &lamp)] {
        assert_eq!(destroy(&engine, number, owner), Ok(()));
    }
    for number in 1..=3 {
        assert_eq!(generate(&engine, number, &meter), Ok(()), "an empty engine has room again");
    }
}

#[test]
fn imported_keys_count_like_others_and_refused_material_does_not() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    let engine = start(&disk, 1);
    assert_eq!(generate(&engine, 1, &meter), Ok(()));
    for length in [0, 13, 257, 600] {
        assert_eq!(import(&engine, 2, &meter, &vec![7; length]), Err(SeError::InvalidInput));
    }
    assert_eq!(import(&engine, 2, &meter, &[7; 32]), Ok(()));
    assert_eq!(import(&engine, 2, &meter, &[8; 32]), Err(SeError::KeyExists));
    assert_eq!(import(&engine, 3, &meter, &[8; 32]), Ok(()));
    assert_eq!(import(&engine, 4, &meter, &[9; 32]), Err(SeError::Full));
    assert_eq!(generate(&engine, 4, &meter), Err(SeError::Full));
    let before = mac(&engine, 2, &meter);
    assert_ne!(before, mac(&engine, 3, &meter));
    drop(engine);
    let engine = start(&disk, 1);
    assert_eq!(mac(&engine, 2, &meter), before, "it survives a restart");
    assert_eq!(destroy(&engine, 2, &meter), Ok(()));
    assert_eq!(import(&engine, 2, &meter, &[7; 32]), Ok(()));
    assert_eq!(mac(&engine, 2, &meter), before, "the same material is the same key");
}

#[test]
fn a_rotated_key_survives_a_restart_with_the_generation_before_and_counts_once() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    let rotate = |engine: &Engine<Disk>, generation| {
        let (key, owner) = (KeyId([1; 16]), owner("Cmeter"));
        run(engine, &Command::RotateKey { key, owner, generation, material: None }).map(drop)
    };
    let right = |engine: &Engine<Disk>, mac: &[u8]| {
        let (key, algorithm) = (KeyId([1; 16]), MacAlgorithm::HmacSha256);
        let (message, mac) = (b"m".to_vec(), mac.to_vec());
        run(engine, &Command::VerifyMac { key, owner: owner("Cmeter"), algorithm, message, mac })
            .map(|reply| matches!(reply, Reply::Verified(true)))
    };
    let engine = start(&disk, 1);
    assert_eq!(generate(&engine, 1, &meter), Ok(()));
    let first = mac(&engine, 1, &meter).expect("a key");
    assert_eq!(rotate(&engine, 2), Ok(()));
    let second = mac(&engine, 1, &meter).expect("a key");
    drop(engine);
    let engine = start(&disk, 1);
    assert_eq!(mac(&engine, 1, &meter).as_ref(), Ok(&second));
    assert_eq!((right(&engine, &first), right(&engine, &second)), (Ok(true), Ok(true)));
    assert_eq!(rotate(&engine, 3), Ok(()));
    assert_eq!((right(&engine, &first), right(&engine, &second)), (Ok(false), Ok(true)));
    assert_eq!(generate(&engine, 2, &meter), Ok(()));
    assert_eq!(generate(&engine, 3, &meter), Ok(()));
    assert_eq!(generate(&engine, 4, &meter), Err(SeError::Full), "a rotated key is one key");
}

#[test]
fn a_key_that_is_handed_over_survives_a_restart_and_counts_as_the_next_owners() {
    let (disk, meter, lamp) = (Disk::default(), owner("Cmeter"), owner("Clamp"));
    let hand = |engine: &Engine<Disk>, number: u8, from: &Owner, to: &Owner| {
        let key = KeyId([number; 16]);
        run(engine, &Command::HandOverKey { key, owner: from.clone(), to: to.clone() }).map(drop)
    };
    let engine = start(&disk, 1);
    (1..=3).for_each(|number| assert_eq!(generate(&engine, number, &meter), Ok(())));
    let code = mac(&engine, 1, &meter).expect("a key");
    assert_eq!(hand(&engine, 1, &lamp, &lamp), Err(SeError::Refused(csf_transport::Refusal::Owner)));
    assert_eq!(hand(&engine, 1, &meter, &lamp), Ok(()));
    assert_eq!(hand(&engine, 1, &meter, &lamp), Ok(()), "asked again");
    drop(engine);
    let engine = start(&disk, 1);
    assert_eq!(mac(&engine, 1, &lamp), Ok(code));
    assert!(matches!(mac(&engine, 1, &meter), Err(SeError::Refused(_))));
    assert_eq!(generate(&engine, 4, &meter), Ok(()), "there is room again");
    assert_eq!(generate(&engine, 5, &meter), Err(SeError::Full));
    assert_eq!((generate(&engine, 5, &lamp), destroy(&engine, 4, &meter)), (Ok(()), Ok(())));
    assert_eq!(generate(&engine, 6, &lamp), Ok(()));
    assert_eq!(hand(&engine, 2, &meter, &lamp), Err(SeError::Full), "no room there");
    assert!(mac(&engine, 2, &meter).is_ok());
    assert_eq!(destroy(&engine, 1, &lamp), Ok(()));
    assert_eq!(hand(&engine, 2, &meter, &lamp), Ok(()));
}

#[test]
fn a_failed_command_leaves_no_count_behind() {
    let disk = Disk::default();
    let (meter, lamp) = (owner("Cmeter"), owner("Clamp"));
    let engine = start(&disk, 1);
    assert_eq!(generate(&engine, 1, &meter), Ok(()));
    for _ in 0..10 {
        assert_eq!(generate(&engine, 1, &meter), Err(SeError::KeyExists));
        assert!(matches!(destroy(&engine, 1, &lamp), Err(SeError::Refused(_))));
    }
    assert_eq!(generate(&engine, 2, &meter), Ok(()));
    assert_eq!(generate(&engine, 3, &meter), Ok(()));
    assert_eq!(generate(&engine, 4, &meter), Err(SeError::Full));
}

#[test]
fn keys_survive_a_restart_and_stay_the_same() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    let before = {
        let engine = start(&disk, 1);
        generate(&engine, 1, &meter).expect("room");
        mac(&engine, 1, &meter).expect("a key")
    };
    assert_eq!(mac(&start(&disk, 1), 1, &meter), Ok(before));
}

// Shows ARC-4.
#[test]
fn with_another_vault_key_the_objects_cannot_even_be_opened() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    generate(&start(&disk, 1), 1, &meter).expect("room");
    assert!(matches!(records(&disk, 9), Err(StoreError::NotAuthentic(_))));
    assert!(mac(&start(&disk, 1), 1, &meter).is_ok());
}

#[test]
fn a_key_record_moved_to_another_identifier_is_refused() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    generate(&start(&disk, 1), 1, &meter).expect("room");
    let place = |number: u8| Space::sealed("key").key(&KeyId([number; 16]).to_string());
    let stolen = disk.load(&[place(1)]).expect("memory").pop().flatten().expect("the key");
    let mut batch = Batch::new();
    batch.put(place(2), Expect::Absent, stolen.bytes().to_vec());
    assert!(disk.commit(&[batch])[0].is_ok());
    assert_eq!(mac(&start(&disk, 1), 2, &meter), Err(SeError::Storage));
}

fn begin(engine: &Engine<Disk>, owner: &Owner, work: StreamWork) -> Result<StreamRef, SeError> {
    let (owner, key) = match &work {
        StreamWork::Digest(_) => (owner.clone(), None),
        StreamWork::Mac { key, .. } | StreamWork::VerifyMac { key, .. } => (owner.clone(), Some(*key)),
    };
    match run(engine, &Command::Stream(StreamCommand::Begin { owner: owner.clone(), work }))? {
        Reply::Stream(id) => Ok(StreamRef { id, owner, key }),
        _ => panic!("another reply than to a beginning"),
    }
}

fn finish(engine: &Engine<Disk>, stream: &StreamRef) -> Option<SeError> {
    run(engine, &Command::Stream(StreamCommand::Finish { stream: stream.clone(), position: 0 })).err()
}

// Shows SDH-4.
#[test]
fn streams_die_with_the_engine_and_lie_in_no_store() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    let engine = start(&disk, 1);
    generate(&engine, 1, &meter).expect("room");
    let everything = |disk: &Disk| {
        let all = |space| Range { space, prefix: "".into(), after: None, limit: 1000, backwards: false };
        let spaces = ["key", "keycount"].map(Space::sealed);
        spaces.map(|space| disk.scan(&all(space)).expect("memory").len())
    };
    let before = everything(&disk);
    let (key, algorithm) = (KeyId([1; 16]), MacAlgorithm::HmacSha256);
    let digest = begin(&engine, &meter, StreamWork::Digest(DigestAlgorithm::Sha256)).expect("room");
    let code = begin(&engine, &meter, StreamWork::Mac { key, algorithm }).expect("room");
    assert_eq!((engine.streams.count(), everything(&disk)), (2, before));
    drop(engine);

    let engine = start(&disk, 1);
    assert!(mac(&engine, 1, &meter).is_ok(), "the key is there");
    for stream in [&digest, &code] {
        assert_eq!(finish(&engine, stream), Some(SeError::NoSuchStream));
    }
    let again = begin(&engine, &meter, StreamWork::Mac { key, algorithm }).expect("room");
    assert_eq!(finish(&engine, &again), None);
}

// Shows SDH-4.
#[test]
fn the_streams_of_all_are_bounded_and_those_of_a_key_are_wiped_with_it() {
    let (disk, meter) = (Disk::default(), owner("Cmeter"));
    let engine = start(&disk, 1);
    generate(&engine, 1, &meter).expect("room");
    let work = || StreamWork::Mac { key: KeyId([1; 16]), algorithm: MacAlgorithm::HmacSha256 };
    let stream = begin(&engine, &meter, work()).expect("room");
    assert_eq!(destroy(&engine, 1, &owner("Cother")), Err(SeError::Refused(csf_transport::Refusal::Owner)));
    assert_eq!(engine.streams.count(), 1, "what is refused ends nothing");
    assert_eq!(destroy(&engine, 1, &meter), Ok(()));
    assert_eq!(engine.streams.count(), 0, "not only refused, but gone");
    assert_eq!(finish(&engine, &stream), Some(SeError::NoSuchStream));

    let digest = || StreamWork::Digest(DigestAlgorithm::Sha256);
    for number in 0..crate::MAX_STREAMS {
        assert!(begin(&engine, &owner(&format!("C{}", number / 8)), digest()).is_ok(), "{number}");
    }
    let late = owner("Clate");
    assert_eq!(begin(&engine, &late, digest()).err(), Some(SeError::Full));
    let cancel = CancelFlag::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let later = Cx { deadline, now: UtcTime::from_unix_micros(601_000_000), cancel: &cancel };
    let begin = StreamCommand::Begin { owner: late, work: digest() };
    assert!(engine.execute(&Command::Stream(begin), &later).is_ok(), "those whose time is over made room");
    assert_eq!(engine.streams.count(), 1);
}
