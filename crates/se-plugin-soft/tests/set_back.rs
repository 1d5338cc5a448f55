//! Rows of the object file that somebody set back, brought back or removed while nobody looked: no key of before is used.

#![expect(clippy::arithmetic_side_effects, reason = "a deadline is soon")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot prepare itself has failed")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_transport::{
    CancelFlag, CipherAlgorithm, Command, Cx, KeyAlgorithm, KeyId, KeySpec, MacAlgorithm, Owner, Reply,
    SeError, SeId, Secret, SecureEnvironment,
};
use rusqlite::{Connection, OptionalExtension, params};
use se_plugin_soft::{RootKey, SoftConfig, SoftSe};

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
const CODES: KeyId = KeyId([0xa5; 16]);
const CIPHER: KeyId = KeyId([0x5a; 16]);

/// A row: its version and its bytes.
type Row = (i64, Vec<u8>);

struct Place(tempfile::TempDir);

impl Place {
    fn objects(&self) -> PathBuf {
        self.0.path().join("objects.db")
    }

    fn open(&self) -> SoftSe {
        let (root, _) = RootKey::load_or_create(&self.0.path().join("root.key"), STORE, &[]).unwrap();
        SoftSe::open(SoftConfig { id: SeId::parse("soft").unwrap(), objects: self.objects(), root }).unwrap()
    }

    /// The row of a key, or of what it has encrypted, while nobody has the file open.
    fn row(&self, space: &str, key: KeyId) -> Option<Row> {
        let read = "SELECT version, value FROM record WHERE key = CAST(?1 AS BLOB)";
        let file = Connection::open(self.objects()).unwrap();
        let found = file.query_row(read, [format!("{space}/{key}")], |row| Ok((row.get(0)?, row.get(1)?)));
        found.optional().unwrap()
    }

    fn set_row(&self, space: &str, key: KeyId, row: Option<&Row>) {
        let (file, name) = (Connection::open(self.objects()).unwrap(), format!("{space}/{key}"));
        file.execute("DELETE FROM record WHERE key = CAST(?1 AS BLOB)", [&name]).unwrap();
        if let Some((version, value)) = row {
            let write = "INSERT INTO record VALUES (CAST(?1 AS BLOB), ?2, ?3)";
            file.execute(write, params![name, version, value]).unwrap();
        }
    }
}

fn run(soft: &SoftSe, command: &Command) -> Result<Reply, SeError> {
    let cancel = CancelFlag::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let cx = Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel };
    soft.open(&cx)?.execute(command, &cx)
}

fn owner() -> Owner {
    Owner::new("//csf.example/id-mn/Cmeter").unwrap()
}

fn generate(soft: &SoftSe, id: KeyId, algorithm: KeyAlgorithm) {
    let spec = KeySpec { id, owner: owner(), algorithm, uses: algorithm.uses(), exportable: false };
    assert!(run(soft, &Command::GenerateKey(spec)).is_ok());
}

fn mac(soft: &SoftSe) -> Result<Vec<u8>, SeError> {
    let algorithm = MacAlgorithm::HmacSha256;
    match run(soft, &Command::Mac { key: CODES, owner: owner(), algorithm, message: b"m".to_vec() })? {
        Reply::Mac(mac) => Ok(mac),
        _ => panic!("another reply than to mac"),
    }
}

fn encrypt(soft: &SoftSe) -> Result<(), SeError> {
    let (algorithm, plaintext) = (CipherAlgorithm::Aes128Gcm, Secret::new(b"m".to_vec()));
    let associated_data = Vec::new();
    run(soft, &Command::Encrypt { key: CIPHER, owner: owner(), algorithm, associated_data, plaintext })
        .map(drop)
}

/// A place with both keys, which were used; nobody has it open.
fn place() -> Place {
    let place = Place(tempfile::tempdir().unwrap());
    let soft = place.open();
    generate(&soft, CODES, KeyAlgorithm::HmacSha256);
    generate(&soft, CIPHER, KeyAlgorithm::Aes128Gcm);
    assert!(mac(&soft).is_ok() && encrypt(&soft).is_ok());
    place
}

// Shows ARC-4: a key that was destroyed does not come back with its row.
#[test]
fn a_destroyed_key_whose_row_comes_back_makes_nothing() {
    let place = place();
    let row = place.row("key", CODES).unwrap();
    assert!(run(&place.open(), &Command::DestroyKey { key: CODES, owner: owner() }).is_ok());
    assert_eq!(place.row("key", CODES), None);
    place.set_row("key", CODES, Some(&row));
    let soft = place.open();
    assert_eq!(mac(&soft), Err(SeError::Storage));
    assert!(encrypt(&soft).is_ok(), "the other works on");
}

// Shows ARC-4: a generation that was left behind is not the present one again.
#[test]
fn a_rotated_key_whose_row_is_set_back_makes_nothing_until_it_is_put_back() {
    let place = place();
    let before = place.row("key", CODES).unwrap();
    let soft = place.open();
    let rotation = Command::RotateKey { key: CODES, owner: owner(), generation: 2, material: None };
    assert!(run(&soft, &rotation).is_ok());
    let code = mac(&soft).unwrap();
    drop(soft);
    let after = place.row("key", CODES).unwrap();
    for row in [Some(&before), None] {
        place.set_row("key", CODES, row);
        let soft = place.open();
        assert_eq!(mac(&soft), Err(SeError::Storage));
        assert!(encrypt(&soft).is_ok(), "the other works on");
    }
    place.set_row("key", CODES, Some(&after));
    assert_eq!(mac(&place.open()), Ok(code));
}

// Shows ARC-4 and SDH-4: a count of messages that is set back gives no message more.
#[test]
fn a_count_of_messages_that_is_set_back_encrypts_nothing() {
    let place = place();
    let before = place.row("keyspent", CIPHER).unwrap();
    // What was reserved and not used is lost with a start: the next message reserves anew.
    assert!(encrypt(&place.open()).is_ok());
    let after = place.row("keyspent", CIPHER).unwrap();
    assert_ne!(before, after);
    for row in [Some(&before), None] {
        place.set_row("keyspent", CIPHER, row);
        let soft = place.open();
        assert_eq!(encrypt(&soft), Err(SeError::Storage));
        assert!(mac(&soft).is_ok(), "the other works on");
    }
    place.set_row("keyspent", CIPHER, Some(&after));
    assert!(encrypt(&place.open()).is_ok());
}
