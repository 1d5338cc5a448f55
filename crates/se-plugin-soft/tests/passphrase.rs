//! Roots from passphrases: what opens, what is refused, what lies on the disk, and which level it is worth.

#![expect(clippy::unwrap_used, reason = "a test that cannot prepare itself has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use csf_api::SecurityLevel;
use csf_transport::{SeId, SecureEnvironment};
use se_plugin_soft::{Passphrase, PassphraseFrom, PassphraseRoot, SoftConfig, SoftError, SoftSe};
use zeroize::Zeroizing;

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
const STRONG: &str = "correct horse battery staple";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn objects(&self) -> PathBuf {
        self.0.path().join("soft.db")
    }

    fn salt(&self) -> PathBuf {
        self.0.path().join("soft.passphrase")
    }

    fn open_of(&self, store: &str, passphrase: &str, from: PassphraseFrom) -> Result<SoftSe, SoftError> {
        let (objects, salt) = (self.objects(), self.salt());
        let passphrase = Passphrase::new(Zeroizing::new(passphrase.as_bytes().to_vec()))?;
        let root = PassphraseRoot::look(&salt, store, &[&objects])?.root(&passphrase, from)?;
        let id = SeId::parse("soft").unwrap();
        SoftSe::open(SoftConfig { id, objects, root })
    }

    fn open(&self, passphrase: &str) -> Result<SoftSe, SoftError> {
        self.open_of(STORE, passphrase, PassphraseFrom::Terminal)
    }
}

// Shows ARC-4.
#[test]
fn what_was_made_under_a_passphrase_opens_under_it_alone() {
    let place = Place::new();
    drop(place.open(STRONG).unwrap());
    assert_eq!(fs::metadata(place.salt()).unwrap().permissions().mode() & 0o777, 0o600);
    let before = (fs::read(place.salt()).unwrap(), fs::read(place.objects()).unwrap());
    for (store, passphrase) in
        [(STORE, "correct horse battery stapl"), (STORE, "x"), ("00000000000000000000000000000001", STRONG)]
    {
        let refused = place.open_of(store, passphrase, PassphraseFrom::Terminal).err().unwrap();
        assert!(matches!(refused, SoftError::ObjectsForeign { .. }), "{refused}");
        assert!(refused.to_string().contains("the passphrase does not open"), "{refused}");
    }
    assert_eq!(before, (fs::read(place.salt()).unwrap(), fs::read(place.objects()).unwrap()));
    drop(place.open(STRONG).unwrap());
}

// Shows ARC-4.
#[test]
fn a_changed_salt_or_parameter_opens_nothing_and_a_missing_file_is_said() {
    let place = Place::new();
    drop(place.open(STRONG).unwrap());
    let right = fs::read_to_string(place.salt()).unwrap();
    for (from, to) in [(":3:4:", ":2:4:"), (":65536:", ":65537:"), (":3:4:", ":3:2:")] {
        fs::write(place.salt(), right.replace(from, to)).unwrap();
        assert!(matches!(place.open(STRONG).err().unwrap(), SoftError::ObjectsForeign { .. }));
    }
    for damaged in [right.replace(":65536:", ":4294967295:"), String::new(), right.replace("id", "d")] {
        fs::write(place.salt(), damaged).unwrap();
        assert!(matches!(place.open(STRONG).err().unwrap(), SoftError::PassphraseFileDamaged { .. }));
    }
    fs::remove_file(place.salt()).unwrap();
    assert!(matches!(place.open(STRONG).err().unwrap(), SoftError::PassphraseFileMissing { .. }));
    assert!(!place.salt().exists(), "no other salt was made");
    fs::write(place.salt(), right).unwrap();
    drop(place.open(STRONG).unwrap());
}

#[test]
fn a_new_passphrase_that_is_easy_to_guess_is_refused_and_makes_nothing() {
    let place = Place::new();
    for weak in ["", "eleven char", "aaaaaaaaaaaaaaaaaaaaaaaa"] {
        let refused = place.open(weak).err().unwrap();
        assert!(matches!(refused, SoftError::PassphraseWeak | SoftError::PassphraseForm), "{refused}");
    }
    assert_eq!(fs::read_dir(place.0.path()).unwrap().count(), 0);
}

#[test]
fn two_stores_with_one_passphrase_have_different_salts() {
    let (one, two) = (Place::new(), Place::new());
    drop((one.open(STRONG).unwrap(), two.open(STRONG).unwrap()));
    assert_ne!(fs::read(one.salt()).unwrap(), fs::read(two.salt()).unwrap());
}

// Shows ARC-4.
#[test]
fn the_level_is_1_only_for_a_strong_passphrase_that_somebody_guards() {
    let elsewhere = |guarded| PassphraseFrom::Elsewhere { name: "descriptor 3".into(), guarded };
    for (passphrase, from, level, says) in [
        (STRONG, PassphraseFrom::Terminal, SecurityLevel::Low, "typed at each start"),
        (STRONG, elsewhere(true), SecurityLevel::Low, "the operator says is kept guarded"),
        (STRONG, elsewhere(false), SecurityLevel::None, "in descriptor 3, of which nobody said"),
        ("twelve chars", PassphraseFrom::Terminal, SecurityLevel::None, "a weak passphrase"),
        ("twelve chars", elsewhere(true), SecurityLevel::None, "a weak passphrase"),
    ] {
        let place = Place::new();
        let soft = place.open_of(STORE, passphrase, from).unwrap();
        assert_eq!(soft.describe().level, level, "{says}");
        assert!(soft.describe().level_reason.contains(says), "{}", soft.describe().level_reason);
    }
}
