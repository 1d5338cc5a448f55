//! Root key files: made once, kept private, never mistaken for another's.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare itself has failed")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use se_plugin_soft::{RootKey, RootOrigin, SoftError};

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";

fn load_or_create(path: &Path) -> Result<RootOrigin, SoftError> {
    RootKey::load_or_create(path, STORE, &[]).map(|(_, origin)| origin)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_root_is_made_once_for_its_owner_alone() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("share/csf/root.key");
    assert_eq!(load_or_create(&path).unwrap(), RootOrigin::Created);
    let content = fs::read_to_string(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);

    assert_eq!(load_or_create(&path).unwrap(), RootOrigin::Loaded);
    assert_eq!(fs::read_to_string(&path).unwrap(), content, "loading changes nothing");
    let (head, root) = content.trim_end().rsplit_once(':').unwrap();
    assert_eq!(head, format!("csf-root-1:{STORE}"));
    assert!(root.len() == 64 && root.bytes().all(|b| b.is_ascii_hexdigit()));
}

#[test]
fn two_stores_get_different_roots() {
    let place = tempfile::tempdir().unwrap();
    let roots = ["one.key", "two.key"].map(|name| {
        let path = place.path().join(name);
        load_or_create(&path).unwrap();
        fs::read_to_string(path).unwrap()
    });
    assert_ne!(roots[0], roots[1]);
}

#[test]
fn a_key_file_that_others_can_reach_is_refused_with_the_remedy() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("root.key");
    load_or_create(&path).unwrap();
    for exposed in [0o640, 0o604, 0o660, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777] {
        fs::set_permissions(&path, Permissions::from_mode(exposed)).unwrap();
        let refused = load_or_create(&path).unwrap_err();
        assert!(matches!(refused, SoftError::KeyFileExposed { mode, .. } if mode == exposed), "{refused}");
        assert!(refused.to_string().contains(&format!("chmod 600 {}", path.display())));
    }
    for private in [0o600, 0o400] {
        fs::set_permissions(&path, Permissions::from_mode(private)).unwrap();
        assert_eq!(load_or_create(&path).unwrap(), RootOrigin::Loaded);
    }
}

#[test]
fn the_key_file_of_another_store_is_refused_by_name() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("root.key");
    RootKey::load_or_create(&path, "another", &[]).unwrap();
    let refused = load_or_create(&path).unwrap_err();
    assert!(matches!(refused, SoftError::KeyFileForeign { .. }));
    let text = refused.to_string();
    assert!(text.contains("another") && text.contains(STORE) && text.contains("root.key"), "{text}");
}

#[test]
fn a_damaged_key_file_is_refused_and_left_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("root.key");
    load_or_create(&path).unwrap();
    let good = fs::read(&path).unwrap();
    let longer = [&good[..], &good[..]].concat();
    for bad in [&good[..0], &good[..20], &good[..good.len() - 2], &longer, &vec![b'a'; 100_000]] {
        fs::write(&path, bad).unwrap();
        let refused = load_or_create(&path).unwrap_err();
        assert!(matches!(refused, SoftError::KeyFileDamaged { .. }), "{refused}");
        assert_eq!(fs::read(&path).unwrap(), bad);
    }
    fs::write(&path, good).unwrap();
    assert_eq!(load_or_create(&path).unwrap(), RootOrigin::Loaded);
}

#[test]
fn no_root_is_made_while_there_is_something_that_needs_the_old_one() {
    let place = tempfile::tempdir().unwrap();
    let (path, objects) = (place.path().join("root.key"), place.path().join("se-soft.db"));
    fs::write(&objects, b"sealed").unwrap();
    let Err(refused) = RootKey::load_or_create(&path, STORE, &[&place.path().join("absent"), &objects])
    else {
        panic!("a new root for an old store");
    };
    assert!(matches!(&refused, SoftError::KeyFileMissing { needed_by, .. } if *needed_by == objects));
    assert!(refused.to_string().contains("root.key") && refused.to_string().contains("se-soft.db"));
    assert!(!path.exists(), "and none was left behind");

    fs::remove_file(&objects).unwrap();
    assert!(RootKey::load_or_create(&path, STORE, &[&objects]).is_ok());
}

#[test]
fn a_symbolic_link_is_followed_and_one_that_leads_nowhere_is_no_absence() {
    let place = tempfile::tempdir().unwrap();
    let (stick, link) = (place.path().join("stick.key"), place.path().join("root.key"));
    symlink(&stick, &link).unwrap();
    assert!(matches!(load_or_create(&link), Err(SoftError::File { .. })));
    assert!(!stick.exists());
    load_or_create(&stick).unwrap();
    assert_eq!(load_or_create(&link).unwrap(), RootOrigin::Loaded);
}

#[test]
fn a_directory_is_no_key_file_and_not_every_name_names_a_store() {
    let place = tempfile::tempdir().unwrap();
    assert!(matches!(load_or_create(place.path()), Err(SoftError::KeyFileDamaged { .. })));
    let path = place.path().join("root.key");
    for name in ["", "a:b", "a b", "a\n", "ä", &"a".repeat(65)] {
        let refused = RootKey::load_or_create(&path, name, &[]);
        assert!(matches!(refused, Err(SoftError::StoreName { .. })), "{name:?}");
    }
    assert!(!path.exists());
}
