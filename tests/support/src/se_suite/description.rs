//! Checks that an environment is what it says it is.

use csf_api::SecurityLevel;
use csf_transport::{
    CipherAlgorithm, Command, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, MacAlgorithm, Owner, Reply,
    SeError, SeKind, Secret, SignatureAlgorithm, StreamCommand, StreamId, StreamRef, StreamWork,
    WrapAlgorithm,
};

use super::bench::{Bench, Handle, claims, fresh_id, message, owner, spec};
use super::claimed::{DERIVED, exportable, made_by, makes, purpose};
use super::known_keys::material;
use super::outsider::Outsider;
use super::{Factory, Subject};

/// Every claim holds, nothing works that is not claimed, and nothing unknown is claimed.
pub fn what_is_claimed_works_and_what_works_is_claimed(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let commands = every_command(&mut bench, &subject);
    for (command, name, algorithm) in &commands {
        let result = bench.run(command);
        if let (Command::Stream(StreamCommand::Begin { owner, work }), Ok(Reply::Stream(id))) =
            (command, &result)
        {
            end(&mut bench, *id, owner, work);
        }
        if claims(&subject, name, *algorithm) {
            assert!(result.is_ok(), "{name} {algorithm:?} is claimed: {:?}", result.err());
        } else {
            assert_eq!(result.err(), Some(SeError::NotSupported), "{name} {algorithm:?} is not claimed");
        }
    }
    for capability in &subject.environment().describe().capabilities {
        let known = commands
            .iter()
            .any(|(_, name, algorithm)| capability.command == *name && capability.algorithm == *algorithm);
        assert!(known, "{capability:?} is claimed, but the suite knows no such command");
    }
}

/// The M2M-SE-ID begins with the digit of the kind, and something follows (TS-0016).
pub fn the_identity_fits_the_kind(fresh: Factory) {
    let (one, two) = (fresh(), fresh());
    let (one, two) = (one.environment().describe(), two.environment().describe());
    for described in [one, two] {
        let rest = described.m2m_se_id.strip_prefix(char::from(b'0' + described.kind as u8));
        let rest = rest.unwrap();
        assert!((1..=64).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert_ne!(one.m2m_se_id, two.m2m_se_id, "two environments share an identity");
}

/// Software cannot be safer than the processor it runs on (TS-0003 table 6.3.1-1), and every level has a
/// reason that can be read.
pub fn the_level_is_one_the_kind_can_have(fresh: Factory) {
    let subject = fresh();
    let described = subject.environment().describe();
    if described.kind == SeKind::Software && described.simulates.is_none() {
        assert!(described.level <= SecurityLevel::Low, "software of level {}", described.level);
    }
    assert!(!described.level_reason.trim().is_empty());
    assert_eq!(described.level, subject.environment().describe().level, "the level changed");
}

/// Every command with every algorithm, each prepared so that an environment that can do it will.
pub(super) fn every_command(
    bench: &mut Bench,
    subject: &Subject,
) -> Vec<(Command, &'static str, Option<&'static str>)> {
    let owner = owner();
    let any = made_by(subject).first().map_or_else(nobody, |algorithm| bench.key(*algorithm));
    let sealed = bench.seal(b"c", b"p").unwrap_or_default();
    let leaves = made_by(subject).first().map_or_else(nobody, |algorithm| bench.key(*algorithm));
    let to = Owner::new("//csf.example/id-mn/Cnext").unwrap();
    let mut commands = vec![
        (Command::Random { length: 8 }, None),
        (Command::HandOverKey { key: leaves.id, owner: leaves.owner, to }, None),
        (Command::KeyInfo { key: any.id, owner: owner.clone() }, None),
        (Command::NextKey { after: None }, None),
        (Command::DestroyKey { key: fresh_id(), owner: owner.clone() }, None),
        (Command::Seal { context: b"c".to_vec(), plaintext: Secret::new(b"p".to_vec()) }, None),
        (Command::Unseal { context: b"c".to_vec(), sealed }, None),
    ];
    for algorithm in DigestAlgorithm::ALL.iter().copied() {
        commands.push((Command::Digest { algorithm, message: b"m".to_vec() }, Some(algorithm.name())));
        let begin = StreamCommand::Begin { owner: owner.clone(), work: StreamWork::Digest(algorithm) };
        commands.push((Command::Stream(begin), Some(algorithm.name())));
    }
    let (position, part) = (0, b"m".to_vec());
    let update = StreamCommand::Update { stream: stream(bench, &owner), position, part };
    let finish = StreamCommand::Finish { stream: stream(bench, &owner), position };
    let abort = StreamCommand::Abort { stream: stream(bench, &owner) };
    commands.extend([update, finish, abort].map(|command| (Command::Stream(command), None)));
    for algorithm in KeyAlgorithm::ALL.iter().copied() {
        commands.push((Command::GenerateKey(spec(algorithm)), Some(algorithm.name())));
        let handle = ready(bench, subject, algorithm);
        let rotation =
            Command::RotateKey { key: handle.id, owner: handle.owner, generation: 2, material: None };
        commands.push((rotation, Some(algorithm.name())));
        let material = Secret::new(material(algorithm));
        commands.push((Command::ImportKey { spec: spec(algorithm), material }, Some(algorithm.name())));
    }
    for algorithm in MacAlgorithm::ALL.iter().copied() {
        let handle = ready(bench, subject, algorithm.key());
        let mac = bench.mac(algorithm, &handle, b"m").unwrap_or_else(|_| vec![0; algorithm.code_bytes()]);
        let (key, message) = (handle.id, b"m".to_vec());
        let make = Command::Mac { key, owner: owner.clone(), algorithm, message: message.clone() };
        let works =
            [StreamWork::Mac { key, algorithm }, StreamWork::VerifyMac { key, algorithm, mac: mac.clone() }];
        let begins = works.map(|work| Command::Stream(StreamCommand::Begin { owner: owner.clone(), work }));
        let check = Command::VerifyMac { key, owner: owner.clone(), algorithm, message, mac };
        commands.extend([make, check].map(|command| (command, Some(algorithm.name()))));
        commands.extend(begins.map(|command| (command, Some(algorithm.name()))));
    }
    for algorithm in SignatureAlgorithm::ALL.iter().copied() {
        let handle = ready(bench, subject, algorithm.key());
        let signature = bench.sign(algorithm, &handle, message(b"m"));
        let signature = signature.unwrap_or_else(|_| vec![0; algorithm.signature_bytes()]);
        let key = handle.id;
        let public_key = bench.info(&handle).ok().and_then(|info| info.public_key).unwrap_or_default();
        let with =
            Command::VerifyWith { public_key, algorithm, input: message(b"m"), signature: signature.clone() };
        commands.push((with, Some(algorithm.name())));
        let make = Command::Sign { key, owner: owner.clone(), algorithm, input: message(b"m") };
        let check = Command::Verify { key, owner: owner.clone(), algorithm, input: message(b"m"), signature };
        commands.extend([make, check].map(|command| (command, Some(algorithm.name()))));
    }
    let answering = MacAlgorithm::ALL.iter().map(|a| (a.key(), a.name()));
    for (key, name) in answering.chain(SignatureAlgorithm::ALL.iter().map(|a| (a.key(), a.name()))) {
        let handle = if makes(subject, key) { bench.authenticating(key) } else { nobody() };
        let (key, owner, statement) = (handle.id, owner.clone(), b"s".to_vec());
        let check = Command::CheckResponse {
            key,
            owner: owner.clone(),
            statement: statement.clone(),
            response: vec![1; 64],
        };
        commands.extend([Command::Respond { key, owner, statement }, check].map(|c| (c, Some(name))));
    }
    for algorithm in DerivationAlgorithm::ALL.iter().copied() {
        let from = ready(bench, subject, algorithm.key()).id;
        let (peer, salt) = (Outsider::new(1).peer_for(algorithm), Vec::new());
        let info = purpose(algorithm).to_vec();
        let spec = spec(DERIVED.key());
        let command = Command::DeriveKey { from, generation: None, algorithm, peer, salt, info, spec };
        commands.push((command, Some(algorithm.name())));
    }
    for algorithm in WrapAlgorithm::ALL.iter().copied() {
        let with = ready(bench, subject, algorithm.key());
        let key = exportable(bench, &with).map_or_else(|_| fresh_id(), |key| key.id);
        let wrapped = bench.wrap(algorithm, &with, key).unwrap_or_else(|_| vec![0; 40]);
        let (with, spec) = (with.id, spec(DERIVED.key()));
        let make = Command::WrapKey { with, owner: owner.clone(), algorithm, key };
        let take = Command::UnwrapKey { with, algorithm, wrapped, spec };
        commands.extend([make, take].map(|command| (command, Some(algorithm.name()))));
    }
    for algorithm in CipherAlgorithm::ALL.iter().copied() {
        let handle = ready(bench, subject, algorithm.key());
        let (key, associated_data) = (handle.id, Vec::new());
        let encrypted = bench.encrypt(algorithm, &handle, b"", &[1; 16]);
        let (nonce, ciphertext) =
            encrypted.unwrap_or_else(|_| (vec![0; algorithm.nonce_bytes()], vec![0; 32]));
        let make = Command::Encrypt {
            key,
            owner: owner.clone(),
            algorithm,
            associated_data: associated_data.clone(),
            plaintext: Secret::new(vec![1; 16]),
        };
        let (owner, generation) = (owner.clone(), None);
        let check =
            Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext };
        commands.extend([make, check].map(|command| (command, Some(algorithm.name()))));
    }
    commands
        .into_iter()
        .map(|(command, algorithm)| {
            let name = command.name();
            (command, name, algorithm)
        })
        .collect()
}

/// A stream of the subject, or the name of none where it begins none.
fn stream(bench: &mut Bench, owner: &Owner) -> StreamRef {
    let begun = DigestAlgorithm::ALL.iter().find_map(|algorithm| {
        let begin = StreamCommand::Begin { owner: owner.clone(), work: StreamWork::Digest(*algorithm) };
        match bench.run(&Command::Stream(begin)) {
            Ok(Reply::Stream(id)) => Some(id),
            _ => None,
        }
    });
    StreamRef { id: begun.unwrap_or(StreamId([0; 16])), owner: owner.clone(), key: None }
}

/// Ends a stream, for an owner has few of them.
fn end(bench: &mut Bench, id: StreamId, owner: &Owner, work: &StreamWork) {
    let key = match work {
        StreamWork::Digest(_) => None,
        StreamWork::Mac { key, .. } | StreamWork::VerifyMac { key, .. } => Some(*key),
    };
    let stream = StreamRef { id, owner: owner.clone(), key };
    assert!(matches!(bench.run(&Command::Stream(StreamCommand::Abort { stream })), Ok(Reply::Done)));
}

/// A key of the subject, or the name of none where it makes none.
fn ready(bench: &mut Bench, subject: &Subject, algorithm: KeyAlgorithm) -> Handle {
    if makes(subject, algorithm) { bench.key(algorithm) } else { nobody() }
}

fn nobody() -> Handle {
    Handle { id: fresh_id(), owner: owner() }
}
