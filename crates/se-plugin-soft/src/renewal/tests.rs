//! Another key for the object file, stopped at every point at which a crash could stop it.

#![expect(clippy::arithmetic_side_effects, reason = "a deadline is soon")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_store::{Batch, Epoch, Expect, Range, RecordKey, Space, SqliteStore, Store};
use csf_transport::{
    CancelFlag, Command, Cx, KeyAlgorithm, KeyId, KeySpec, KeyUse, KeyUses, MacAlgorithm, Owner, Reply,
    SeError, SeId, SecureEnvironment,
};

use super::*;
use crate::root_key::RootKey;
use crate::soft_se::SoftConfig;

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
/// Keys, which with their counts are some pages.
const KEYS: u8 = 150;
const KEY_SPACE: Space = Space::sealed("key");

struct Place(tempfile::TempDir);

impl Place {
    fn objects(&self) -> PathBuf {
        self.0.path().join("soft.sqlite")
    }

    fn config(&self) -> SoftConfig {
        self.under("root.key")
    }

    /// The environment under another key file.
    fn under(&self, key_file: &str) -> SoftConfig {
        let (root, _) = RootKey::load_or_create(&self.0.path().join(key_file), STORE, &[]).expect("a root");
        SoftConfig { id: SeId::parse("soft").expect("a name"), objects: self.objects(), root }
    }

    /// With keys.
    fn filled() -> Self {
        let place = Self(tempfile::tempdir().expect("a directory"));
        let soft = SoftSe::open(place.config()).expect("an environment");
        (0..KEYS).for_each(|number| drop(run(&soft, &Command::GenerateKey(spec(number))).expect("a key")));
        place
    }
}

fn owner(name: &str) -> Owner {
    Owner::new(name).expect("a name")
}

fn spec(number: u8) -> KeySpec {
    let uses = KeyUses::NONE.with(KeyUse::Mac);
    let (id, owner) = (KeyId([number; 16]), owner("Cmeter"));
    KeySpec { id, owner, algorithm: KeyAlgorithm::HmacSha256, uses, exportable: false }
}

fn run(soft: &SoftSe, command: &Command) -> Result<Reply, SeError> {
    let cancel = CancelFlag::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let cx = Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel };
    soft.open(&cx)?.execute(command, &cx)
}

fn mac(soft: &SoftSe, number: u8, by: &str) -> Result<Reply, SeError> {
    let (algorithm, message) = (MacAlgorithm::HmacSha256, b"m".to_vec());
    run(soft, &Command::Mac { key: KeyId([number; 16]), owner: owner(by), algorithm, message })
}

/// What each key makes; and nothing for whom it does not belong to.
fn codes(soft: &SoftSe) -> Vec<Vec<u8>> {
    let code = |number| match mac(soft, number, "Cmeter") {
        Ok(Reply::Mac(code)) => code,
        _ => panic!("key {number} does not work"),
    };
    assert!((0..KEYS).all(|number| mac(soft, number, "Cother").is_err()));
    (0..KEYS).map(code).collect()
}

/// The epochs in which the keys on the disk are sealed.
fn epochs(objects: &Path) -> BTreeSet<u64> {
    let store = SqliteStore::open(objects).expect("a file");
    let all = Range { space: KEY_SPACE, prefix: "".into(), after: None, limit: 1000, backwards: false };
    let entries = store.scan(&all).expect("records");
    let epoch = |bytes: &[u8]| u64::from_be_bytes(*bytes[1..].first_chunk().expect("an epoch"));
    entries.iter().map(|(_, record)| epoch(record.bytes())).collect()
}

fn begin(place: &Place) -> SoftSe {
    SoftSe::open_and_renew(place.config(), &Epoch::next).expect("the next epoch")
}

// Shows ARC-4.
#[test]
fn stopped_before_any_page_it_goes_on_and_every_key_works_at_every_moment() {
    let place = Place::filled();
    let soft = SoftSe::open(place.config()).expect("an environment");
    let (before, name) = (codes(&soft), soft.describe().m2m_se_id.clone());
    assert!(!soft.is_being_renewed());
    drop(soft);
    let mut epoch = 1;
    for pages in 0_usize.. {
        let soft = begin(&place);
        epoch += 1;
        let done = soft.renew_until(|sealed| sealed == pages).expect("pages");
        assert_eq!(codes(&soft), before, "after {pages} pages");
        drop(soft);
        // As after a crash: what is on the disk is all that there is.
        let soft = SoftSe::open(place.config()).expect("an environment");
        assert_eq!((soft.is_being_renewed(), codes(&soft) == before), (done.is_none(), true), "{pages}");
        if done.is_some() {
            assert!(pages > 2, "the last of some pages");
            break;
        }
        drop(soft);
        // Another new key is not begun before this one is through.
        let soft = begin(&place);
        assert!(soft.renew(&AtomicBool::new(false)).expect("the rest").is_some() && !soft.is_being_renewed());
        assert_eq!(codes(&soft), before);
        drop(soft);
        assert_eq!(epochs(&place.objects()), BTreeSet::from([epoch]));
        let soft = SoftSe::open(place.config()).expect("an environment");
        assert!(!soft.is_being_renewed() && codes(&soft) == before);
        assert_eq!(soft.describe().m2m_se_id, name, "it is still the same environment");
    }
    assert_eq!(epochs(&place.objects()), BTreeSet::from([epoch]));
}

#[test]
fn keys_are_made_and_destroyed_meanwhile() {
    let place = Place::filled();
    let soft = begin(&place);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for number in KEYS..=u8::MAX {
                run(&soft, &Command::GenerateKey(spec(number))).expect("a key");
                let key = KeyId([number; 16]);
                run(&soft, &Command::DestroyKey { key, owner: owner("Cmeter") }).expect("no key");
            }
        });
        assert!(soft.renew(&AtomicBool::new(false)).expect("pages").is_some());
        writer.join().expect("a writer");
    });
    drop(soft);
    assert_eq!(epochs(&place.objects()), BTreeSet::from([2]));
    assert_eq!(codes(&SoftSe::open(place.config()).expect("an environment")).len(), usize::from(KEYS));
}

// Shows ARC-4.
#[test]
fn whoever_has_another_root_begins_nothing() {
    let place = Place::filled();
    let before = std::fs::read(place.objects()).expect("a file");
    let refused = SoftSe::open_and_renew(place.under("other.key"), &Epoch::next).err();
    assert!(matches!(refused, Some(SoftError::ObjectsForeign { .. })), "{refused:?}");
    assert_eq!(std::fs::read(place.objects()).expect("a file"), before);
    assert!(!SoftSe::open(place.config()).expect("an environment").is_being_renewed());
}

#[test]
fn another_root_takes_over_in_the_midst_of_it_too() {
    let place = Place::filled();
    let before = codes(&SoftSe::open(place.config()).expect("an environment"));
    drop(begin(&place));
    let next = place.under("next.key").root;
    drop(SoftSe::open_and_change_root(place.config(), next, None).expect("another root"));
    assert!(SoftSe::open(place.config()).is_err(), "the root before opens nothing");
    let soft = SoftSe::open(place.under("next.key")).expect("an environment");
    assert!(soft.is_being_renewed() && codes(&soft) == before);
    assert!(soft.renew(&AtomicBool::new(false)).expect("pages").is_some());
    drop(soft);
    assert_eq!(epochs(&place.objects()), BTreeSet::from([2]));
    assert_eq!(codes(&SoftSe::open(place.under("next.key")).expect("an environment")), before);
}

#[test]
fn a_copy_from_the_midst_of_it_opens_and_comes_to_the_end() {
    let place = Place::filled();
    let soft = begin(&place);
    let before = codes(&soft);
    assert_eq!(soft.renew_until(|pages| pages == 1).expect("a page"), None);
    drop(soft);
    let copy = place.0.path().join("copy.sqlite");
    SqliteStore::copy(&place.objects(), &copy).expect("a copy");
    place.config().root.must_open_copy(&copy).expect("its root");
    assert!(place.under("other.key").root.must_open_copy(&copy).is_err());
    let soft = SoftSe::open(SoftConfig { objects: copy.clone(), ..place.config() }).expect("an environment");
    assert!(soft.is_being_renewed() && codes(&soft) == before);
    assert!(soft.renew(&AtomicBool::new(false)).expect("the rest").is_some());
    drop(soft);
    assert_eq!((epochs(&copy), epochs(&place.objects()).len()), (BTreeSet::from([2]), 2));
}

// Shows ARC-4.
#[test]
fn a_record_that_was_changed_stops_it_and_the_key_before_is_kept() {
    let place = Place::filled();
    {
        let store = SqliteStore::open(&place.objects()).expect("a file");
        let at: RecordKey = KEY_SPACE.key(&KeyId([70; 16]).to_string());
        let mut bytes =
            store.load(std::slice::from_ref(&at)).expect("it")[0].as_ref().expect("a key").bytes().to_vec();
        *bytes.last_mut().expect("a byte") ^= 1;
        let mut batch = Batch::new();
        batch.put(at, Expect::Any, bytes);
        store.commit(&[batch]).remove(0).expect("a write");
    }
    let soft = begin(&place);
    assert!(matches!(soft.renew(&AtomicBool::new(false)), Err(SoftError::Objects(_))));
    assert!(soft.is_being_renewed());
    drop(soft);
    let soft = SoftSe::open(place.config()).expect("an environment");
    assert!(soft.is_being_renewed() && mac(&soft, 71, "Cmeter").is_ok() && mac(&soft, 70, "Cmeter").is_err());
}
