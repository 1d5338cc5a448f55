//! Clause 5.5: an AE on an ADN, which has no node, uses the security functions as a library.

#![expect(clippy::unwrap_used, reason = "a secure environment in a fresh directory can be opened and used")]

use std::path::Path;
use std::time::{Duration, Instant};

use csf_access::{Circumstances, Governing, Question, Standing, Subject, Verdict, decide};
use csf_api::{AccessOperation, EntityId, Home, ResourceType, UtcTime};
use csf_transport::{
    CancelFlag, Command, Cx, DigestAlgorithm, KeyAlgorithm, KeyId, KeySpec, KeyUse, KeyUses, MacAlgorithm,
    Owner, Reply, SeError, SeId, SecureEnvironment,
};
use se_plugin_soft::{RootKey, SoftConfig, SoftSe};

const STORE: &str = "5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f";
const KEY: KeyId = KeyId([7; 16]);

/// The secure environment of an application that keeps its files in this directory.
fn open(directory: &Path) -> SoftSe {
    let objects = directory.join("state/se-soft.db");
    std::fs::create_dir_all(directory.join("state")).unwrap();
    let (root, _) = RootKey::load_or_create(&directory.join("root.key"), STORE, &[&objects]).unwrap();
    SoftSe::open(SoftConfig { id: SeId::parse("soft").unwrap(), objects, root }).unwrap()
}

fn execute(environment: &SoftSe, command: &Command) -> Result<Reply, SeError> {
    let cancel = CancelFlag::new();
    let deadline = Instant::now().checked_add(Duration::from_secs(10)).unwrap();
    let cx = Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel };
    environment.open(&cx)?.execute(command, &cx)
}

fn owner(id: &str) -> Owner {
    Owner::new(id).unwrap()
}

fn mac(owner: Owner) -> Command {
    let algorithm = MacAlgorithm::HmacSha256;
    Command::Mac { key: KEY, owner, algorithm, message: b"valve 3: open".to_vec() }
}

// Shows ARC-2.
#[test]
fn an_ae_without_a_node_uses_the_functions_of_a_secure_environment() {
    let home = tempfile::tempdir().unwrap();
    let meter = || owner("//csf.example/id-mn/Cmeter");
    let environment = open(home.path());

    let random = execute(&environment, &Command::Random { length: 16 });
    assert!(matches!(random, Ok(Reply::Random(bytes)) if bytes.expose().len() == 16));
    // FIPS 180-4: the digest of "abc" begins so.
    let abc = Command::Digest { algorithm: DigestAlgorithm::Sha256, message: b"abc".to_vec() };
    assert!(
        matches!(execute(&environment, &abc), Ok(Reply::Digest(d)) if d.starts_with(&[0xba, 0x78, 0x16, 0xbf]))
    );

    let spec = KeySpec {
        id: KEY,
        owner: meter(),
        algorithm: KeyAlgorithm::HmacSha256,
        uses: KeyUses::NONE.with(KeyUse::Mac).with(KeyUse::MacVerify),
        exportable: false,
    };
    assert!(matches!(execute(&environment, &Command::GenerateKey(spec)), Ok(Reply::Key(_))));
    let Ok(Reply::Mac(code)) = execute(&environment, &mac(meter())) else { unreachable!("no code") };
    let other = execute(&environment, &mac(owner("//csf.example/id-mn/Cother")));
    assert!(other.is_err(), "another application has no use of the key");
    drop(environment);

    // The key is there when the application starts again, and it alone can tell a right code from a wrong one.
    let environment = open(home.path());
    let verify = |message: &[u8]| {
        let algorithm = MacAlgorithm::HmacSha256;
        let (message, mac) = (message.to_vec(), code.clone());
        execute(&environment, &Command::VerifyMac { key: KEY, owner: meter(), algorithm, message, mac })
    };
    assert!(matches!(verify(b"valve 3: open"), Ok(Reply::Verified(true))));
    assert!(matches!(verify(b"valve 3: shut"), Ok(Reply::Verified(false))));

    // Nothing of a node came with it: neither a socket nor a tree of resources.
    let mut names: Vec<String> = std::fs::read_dir(home.path().join("state"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| !name.starts_with("se-soft.db"));
    assert_eq!(names, [""; 0]);
}

// Shows ARC-2.
#[test]
fn an_ae_without_a_node_decides_access_to_what_it_owns() {
    let home = Home::new("//csf.example", "/id-mn").unwrap();
    let id = |stem| EntityId::parse(stem, &home).unwrap();
    let (meter, other) = (id("Cmeter"), id("Cother"));
    let governing = Governing::Default { custodian: None, creator: Some(&meter) };
    let ask = |originator, standing| {
        let subject = Subject::new(standing, Some(originator));
        let question = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER);
        decide(&governing, &subject, &question, &Circumstances::at(UtcTime::from_unix_micros(0)))
    };
    assert!(matches!(ask(&meter, Standing::Proven), Verdict::Permit(_)));
    assert!(matches!(ask(&other, Standing::Proven), Verdict::Deny(_)));
    assert!(matches!(ask(&meter, Standing::Bare), Verdict::Deny(_)), "a name alone proves nothing");
}
