//! What lies on the disk, what it is worth without the root, and what comes back with it.

#![expect(clippy::arithmetic_side_effects, reason = "a deadline is soon")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot prepare itself has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use csf_api::{SecurityLevel, UtcTime};
use csf_transport::{
    CancelFlag, Command, Cx, KeyAlgorithm, KeyId, KeySpec, KeyUse, KeyUses, MacAlgorithm, Owner, Reply,
    SeError, SeId, SeKind, Secret, SecureEnvironment,
};
use se_plugin_soft::{RootKey, SoftConfig, SoftError, SoftSe};

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
const KEY: KeyId = KeyId([0xa5; 16]);

/// A state directory and, apart from it, a key file.
struct Place {
    whole: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let whole = tempfile::tempdir().unwrap();
        fs::create_dir(whole.path().join("state")).unwrap();
        Self { whole }
    }

    fn state(&self) -> PathBuf {
        self.whole.path().join("state")
    }

    fn key_file(&self) -> PathBuf {
        self.whole.path().join("config/root.key")
    }

    fn open(&self) -> Result<SoftSe, SoftError> {
        open(&self.state().join("se-soft.db"), &self.key_file())
    }
}

fn open(objects: &Path, key_file: &Path) -> Result<SoftSe, SoftError> {
    let (root, _) = RootKey::load_or_create(key_file, STORE, &[objects])?;
    SoftSe::open(SoftConfig { id: SeId::parse("soft").unwrap(), objects: objects.to_owned(), root })
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

fn generate(soft: &SoftSe) {
    let uses = KeyUses::NONE.with(KeyUse::Mac);
    let algorithm = KeyAlgorithm::HmacSha256;
    let spec = KeySpec { id: KEY, owner: owner(), algorithm, uses, exportable: false };
    assert!(run(soft, &Command::GenerateKey(spec)).is_ok());
}

fn mac(soft: &SoftSe) -> Result<Vec<u8>, SeError> {
    let algorithm = MacAlgorithm::HmacSha256;
    match run(soft, &Command::Mac { key: KEY, owner: owner(), algorithm, message: b"m".to_vec() })? {
        Reply::Mac(mac) => Ok(mac),
        _ => panic!("another reply than to mac"),
    }
}

fn seal(soft: &SoftSe) -> Vec<u8> {
    let plaintext = Secret::new(b"the key of the vault".to_vec());
    match run(soft, &Command::Seal { context: b"vault".to_vec(), plaintext }) {
        Ok(Reply::Sealed(sealed)) => sealed,
        _ => panic!("sealing failed"),
    }
}

fn unseal(soft: &SoftSe, sealed: &[u8]) -> Result<Vec<u8>, SeError> {
    match run(soft, &Command::Unseal { context: b"vault".to_vec(), sealed: sealed.to_vec() })? {
        Reply::Unsealed(plaintext) => Ok(plaintext.expose().to_vec()),
        _ => panic!("another reply than to unseal"),
    }
}

fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

#[test]
fn keys_and_seals_survive_closing_and_opening() {
    let place = Place::new();
    let soft = place.open().unwrap();
    generate(&soft);
    let (code, sealed) = (mac(&soft).unwrap(), seal(&soft));
    let identity = soft.describe().m2m_se_id.clone();
    drop(soft);

    let soft = place.open().unwrap();
    assert_eq!(mac(&soft), Ok(code));
    assert_eq!(unseal(&soft, &sealed), Ok(b"the key of the vault".to_vec()));
    assert_eq!(soft.describe().m2m_se_id, identity, "it is still the same SE");
}

// Shows TRN-2: one level, and for a plain key file the lowest, with the reason.
#[test]
fn with_a_plain_key_file_the_level_is_0_and_the_reason_names_the_file() {
    let place = Place::new();
    let soft = place.open().unwrap();
    let described = soft.describe();
    assert_eq!((described.kind, described.level), (SeKind::Software, SecurityLevel::None));
    assert!(described.level_reason.contains(place.key_file().to_str().unwrap()));
    assert!(described.m2m_se_id.starts_with("4-"));
}

// Shows ARC-4: a copy of the store without its root gives nothing.
#[test]
fn a_copy_of_the_state_without_the_root_gives_nothing() {
    let place = Place::new();
    let soft = place.open().unwrap();
    generate(&soft);
    drop(soft);

    let copy = Place::new();
    for (path, content) in files(&place.state()) {
        fs::write(copy.state().join(path.file_name().unwrap()), content).unwrap();
    }
    // No root: none is made.
    assert!(matches!(copy.open(), Err(SoftError::KeyFileMissing { .. })));
    // A root of one's own: it opens nothing, and says of which files.
    RootKey::load_or_create(&copy.key_file(), STORE, &[]).unwrap();
    let Err(refused) = copy.open() else { panic!("a foreign root opened the copy") };
    assert!(matches!(refused, SoftError::ObjectsForeign { .. }), "{refused}");
    assert!(refused.to_string().contains("root.key") && refused.to_string().contains("se-soft.db"));
    // The right root: the copy is a copy.
    fs::copy(place.key_file(), copy.key_file()).unwrap();
    assert!(mac(&copy.open().unwrap()).is_ok());
}

// Shows ARC-4: nothing sensitive lies in clear on the disk.
#[test]
fn neither_owner_nor_root_can_be_read_from_the_state_directory() {
    let place = Place::new();
    let soft = place.open().unwrap();
    generate(&soft);
    let root = fs::read_to_string(place.key_file()).unwrap();
    let root = root.trim_end().rsplit_once(':').unwrap().1;
    let raw: Vec<u8> = root
        .as_bytes()
        .chunks(2)
        .map(|d| u8::from_str_radix(str::from_utf8(d).unwrap(), 16).unwrap())
        .collect();

    // While it is open, so that the log is looked at too.
    let mut found_key = false;
    for (path, content) in files(&place.state()) {
        assert!(!holds(&content, b"Cmeter"), "{} names the owner", path.display());
        assert!(!holds(&content, root.as_bytes()) && !holds(&content, &raw), "{}", path.display());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
        found_key |= holds(&content, KEY.to_string().as_bytes());
    }
    assert!(found_key, "the search finds what is there: the key's identifier is no secret");
}

#[test]
fn an_object_file_is_open_once_at_a_time() {
    let place = Place::new();
    let first = place.open().unwrap();
    assert!(matches!(place.open(), Err(SoftError::Objects(_))));
    drop(first);
    assert!(place.open().is_ok());
}

#[test]
fn errors_and_descriptions_never_show_the_root() {
    let place = Place::new();
    let soft = place.open().unwrap();
    let root = fs::read_to_string(place.key_file()).unwrap();
    let root = root.trim_end().rsplit_once(':').unwrap().1;
    assert!(!format!("{:?}", soft.describe()).contains(root));
    drop(soft);
    fs::write(place.key_file(), format!("csf-root-1:another:{root}\n")).unwrap();
    let Err(refused) = place.open() else { panic!("a foreign key file") };
    assert!(!format!("{refused} {refused:?}").contains(root));
}
