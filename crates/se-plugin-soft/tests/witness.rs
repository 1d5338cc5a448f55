//! What a root vouches for: codes that no other root makes, and the copy of an object file that it opens.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare itself has failed")]

use csf_transport::SeId;
use se_plugin_soft::{RootKey, SoftConfig, SoftError, SoftSe, WITNESS_BYTES};

const STORES: [&str; 2] = ["5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f", "00000000000000000000000000000001"];

fn root(place: &std::path::Path, name: &str) -> RootKey {
    RootKey::load_or_create(&place.join(name), STORES[0], &[]).unwrap().0
}

// Shows ARC-4.
#[test]
fn a_code_is_that_of_its_bytes_its_store_and_its_root() {
    let place = tempfile::tempdir().unwrap();
    let (one, other) = (root(place.path(), "one.key"), root(place.path(), "other.key"));
    let witness = one.witness(STORES[0]).unwrap();
    let code = witness.code(b"a manifest");
    assert!(witness.vouches(b"a manifest", &code));
    assert!(root(place.path(), "one.key").witness(STORES[0]).unwrap().vouches(b"a manifest", &code));
    for at in 0..WITNESS_BYTES {
        let mut bent = code;
        bent[at] ^= 1;
        assert!(!witness.vouches(b"a manifest", &bent), "{at}");
        assert!(!witness.vouches(b"a manifest", &code[..at]), "{at}");
    }
    assert!(!witness.vouches(b"a manifesT", &code) && !witness.vouches(b"", &code));
    assert!(!one.witness(STORES[1]).unwrap().vouches(b"a manifest", &code));
    assert!(!other.witness(STORES[0]).unwrap().vouches(b"a manifest", &code));
}

// Shows ARC-4.
#[test]
fn only_its_root_opens_a_copy_which_stays_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let (one, other) = (root(place.path(), "one.key"), root(place.path(), "other.key"));
    let (objects, copies) = (place.path().join("soft.sqlite"), place.path().join("copies"));
    std::fs::create_dir(&copies).unwrap();
    let root = root(place.path(), "one.key");
    drop(
        SoftSe::open(SoftConfig { id: SeId::parse("soft").unwrap(), objects: objects.clone(), root })
            .unwrap(),
    );
    let copy = copies.join("soft.sqlite");
    csf_store::SqliteStore::copy(&objects, &copy).unwrap();
    let before = std::fs::read(&copy).unwrap();
    one.must_open_copy(&copy).unwrap();
    let refused = other.must_open_copy(&copy).unwrap_err();
    assert!(matches!(refused, SoftError::ObjectsForeign { .. }), "{refused}");
    std::fs::write(copies.join("none"), b"no store").unwrap();
    assert!(matches!(one.must_open_copy(&copies.join("none")), Err(SoftError::Objects(_))));
    assert_eq!(
        (std::fs::read(&copy).unwrap() == before, std::fs::read_dir(&copies).unwrap().count()),
        (true, 2)
    );
}
