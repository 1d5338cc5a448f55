//! Roots from credentials: the same for a store each time, another for each store, and honest about their level.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare itself has failed")]

use std::fs;
use std::path::Path;

use csf_api::SecurityLevel;
use csf_transport::{SeId, SecureEnvironment};
use se_plugin_soft::{MAX_CREDENTIAL_BYTES, MIN_CREDENTIAL_BYTES, RootKey, SoftConfig, SoftError, SoftSe};

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
const OTHER: &str = "00000000000000000000000000000001";

fn open(objects: &Path, credential: &Path, store: &str, encrypted: bool) -> Result<SoftSe, SoftError> {
    let root = RootKey::of_credential(credential, "csf-root", store, encrypted)?;
    let id = SeId::parse("soft").unwrap();
    SoftSe::open(SoftConfig { id, objects: objects.to_owned(), root })
}

// Shows ARC-4.
#[test]
fn what_was_made_under_a_credential_opens_under_it_alone() {
    let place = tempfile::tempdir().unwrap();
    let [objects, right, wrong] = ["soft.db", "right", "wrong"].map(|name| place.path().join(name));
    fs::write(&right, [7; MIN_CREDENTIAL_BYTES]).unwrap();
    let mut changed = [7; MIN_CREDENTIAL_BYTES];
    changed[31] ^= 1;
    fs::write(&wrong, changed).unwrap();
    drop(open(&objects, &right, STORE, true).unwrap());
    drop(open(&objects, &right, STORE, true).unwrap());
    for (credential, store) in [(&wrong, STORE), (&right, OTHER)] {
        let refused = open(&objects, credential, store, true).err().unwrap();
        assert!(matches!(refused, SoftError::ObjectsForeign { .. }), "{refused}");
        assert!(refused.to_string().contains("the credential csf-root"), "{refused}");
    }
    drop(open(&objects, &right, STORE, true).unwrap());
}

#[test]
fn the_level_is_1_only_where_the_credential_is_said_to_be_encrypted() {
    let place = tempfile::tempdir().unwrap();
    let [objects, credential] = ["soft.db", "credential"].map(|name| place.path().join(name));
    fs::write(&credential, [7; MIN_CREDENTIAL_BYTES]).unwrap();
    for (encrypted, level) in [(false, SecurityLevel::None), (true, SecurityLevel::Low)] {
        let soft = open(&objects, &credential, STORE, encrypted).unwrap();
        assert_eq!(soft.describe().level, level);
        assert!(soft.describe().level_reason.contains("the credential csf-root"));
    }
}

#[test]
fn a_credential_that_is_missing_too_short_or_too_long_is_refused_by_name() {
    let place = tempfile::tempdir().unwrap();
    let [objects, credential] = ["soft.db", "credential"].map(|name| place.path().join(name));
    let missing = open(&objects, &credential, STORE, true).err().unwrap();
    assert!(matches!(missing, SoftError::CredentialMissing { .. }), "{missing}");
    assert!(missing.to_string().contains("LoadCredentialEncrypted=csf-root:FILE"), "{missing}");
    for (length, fits) in [
        (0, false),
        (MIN_CREDENTIAL_BYTES - 1, false),
        (MIN_CREDENTIAL_BYTES, true),
        (MAX_CREDENTIAL_BYTES, true),
        (MAX_CREDENTIAL_BYTES + 1, false),
    ] {
        fs::write(&credential, vec![7; length]).unwrap();
        let root = RootKey::of_credential(&credential, "csf-root", STORE, true);
        assert_eq!(root.is_ok(), fits, "{length} bytes");
        let size = |e: SoftError| matches!(e, SoftError::CredentialSize { .. });
        assert!(fits || root.err().is_some_and(size), "{length} bytes");
    }
    assert!(!objects.exists(), "nothing was made");
}
