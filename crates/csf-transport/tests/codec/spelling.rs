//! The exact bytes of one message of each kind, so that the format cannot change unnoticed.

use csf_transport::codec::{decode_command, decode_reply, encode_command, encode_reply};
use csf_transport::{
    CipherAlgorithm, Command, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, KeyId, KeyInfo, KeySpec,
    KeyUse, KeyUses, MacAlgorithm, Owner, Refusal, Reply, SeError, Secret, SignInput, SignatureAlgorithm,
    StreamCommand, StreamId, StreamRef, StreamWork, WrapAlgorithm,
};

use crate::sample::{same_command, same_reply};

const KEY: KeyId = KeyId([0xA5; 16]);
const KEY_HEX: &str = "8010a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";
const OWNER_HEX: &str = "81022f63";
const STREAM_HEX: &str = "9c1005050505050505050505050505050505";

fn stream(key: Option<KeyId>) -> StreamRef {
    StreamRef { id: StreamId([5; 16]), owner: owner(), key }
}

fn owner() -> Owner {
    Owner::new("/c").expect("an owner")
}

fn spec() -> KeySpec {
    let uses = KeyUses::NONE.with(KeyUse::Sign).with(KeyUse::Verify);
    KeySpec { id: KEY, owner: owner(), algorithm: KeyAlgorithm::EcP256, uses, exportable: false }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_command_has_its_bytes() {
    let (key, mac, signature) = (KEY, MacAlgorithm::HmacSha256, SignatureAlgorithm::EcdsaP256Sha256);
    let named = format!("{KEY_HEX}{OWNER_HEX}");
    let cases = [
        (Command::Random { length: 16 }, "61048502 0010".to_owned()),
        (
            Command::Digest { algorithm: DigestAlgorithm::Sha256, message: b"ab".to_vec() },
            "6207 820101 86026162".to_owned(),
        ),
        (Command::GenerateKey(spec()), format!("6320 {named} 820101 83020003 840100")),
        (
            Command::ImportKey { spec: spec(), material: Secret::new(vec![2]) },
            format!("6f23 {named} 820101 83020003 840100 8b0102"),
        ),
        (
            Command::DeriveKey {
                from: KeyId([0xB6; 16]),
                generation: None,
                algorithm: DerivationAlgorithm::EcdhP256HkdfSha256,
                peer: vec![1],
                salt: vec![],
                info: vec![2],
                spec: spec(),
            },
            format!(
                "6e3d {named} 820101 83020003 840100 9610b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6 970102 980101 9900 9a0102"
            ),
        ),
        (
            Command::WrapKey {
                with: key,
                owner: owner(),
                algorithm: WrapAlgorithm::AesKwp128,
                key: KeyId([0xB6; 16]),
            },
            format!("722b {named} 820103 9610b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6"),
        ),
        (
            Command::UnwrapKey {
                with: KeyId([0xB6; 16]),
                algorithm: WrapAlgorithm::AesKw256,
                wrapped: vec![7],
                spec: spec(),
            },
            format!("7338 {named} 820101 83020003 840100 9610b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6 970102 9b0107"),
        ),
        (
            Command::DeriveKey {
                from: KeyId([0xB6; 16]),
                generation: Some(2),
                algorithm: DerivationAlgorithm::HkdfSha256,
                peer: vec![],
                salt: vec![],
                info: vec![2],
                spec: spec(),
            },
            format!(
                "6e42 {named} 820101 83020003 840100 8e0400000002 9610b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6 970101 9800 9900 9a0102"
            ),
        ),
        (
            Command::RotateKey { key, owner: owner(), generation: 3, material: None },
            format!("701c {named} 8e0400000003"),
        ),
        (
            Command::RotateKey { key, owner: owner(), generation: 3, material: Some(Secret::new(vec![2])) },
            format!("701f {named} 8b0102 8e0400000003"),
        ),
        (
            Command::HandOverKey { key, owner: owner(), to: Owner::new("/d").expect("an owner") },
            format!("7a1a {named} 9e022f64"),
        ),
        (Command::KeyInfo { key, owner: owner() }, format!("6416 {named}")),
        (Command::DestroyKey { key, owner: owner() }, format!("6516 {named}")),
        (Command::NextKey { after: Some(key) }, format!("7112 {KEY_HEX}")),
        (Command::NextKey { after: None }, "7100".to_owned()),
        (
            Command::VerifyWith {
                public_key: vec![7],
                algorithm: signature,
                input: SignInput::Message(vec![9]),
                signature: vec![8],
            },
            "7c0c 820101 860109 890108 980107".to_owned(),
        ),
        (Command::Respond { key, owner: owner(), statement: vec![9] }, format!("7d19 {named} 860109")),
        (
            Command::CheckResponse { key, owner: owner(), statement: vec![9], response: vec![8] },
            format!("7e1c {named} 860109 890108"),
        ),
        (
            Command::Mac { key, owner: owner(), algorithm: mac, message: vec![9] },
            format!("661c {named} 820101 860109"),
        ),
        (
            Command::VerifyMac { key, owner: owner(), algorithm: mac, message: vec![9], mac: vec![8] },
            format!("671f {named} 820101 860109 880108"),
        ),
        (
            Command::Sign {
                key,
                owner: owner(),
                algorithm: signature,
                input: SignInput::Message(Vec::new()),
            },
            format!("681b {named} 820101 8600"),
        ),
        (
            Command::Verify {
                key,
                owner: owner(),
                algorithm: signature,
                input: SignInput::Digest(vec![7]),
                signature: vec![6],
            },
            format!("691f {named} 820101 870107 890106"),
        ),
        (
            Command::Seal { context: vec![5], plaintext: Secret::new(vec![4]) },
            "6a06 8a0105 8b0104".to_owned(),
        ),
        (Command::Unseal { context: vec![], sealed: vec![3] }, "6b05 8a00 8c0103".to_owned()),
        (
            Command::Encrypt {
                key,
                owner: owner(),
                algorithm: CipherAlgorithm::Aes128Ccm,
                associated_data: vec![2],
                plaintext: Secret::new(vec![1]),
            },
            format!("6c1f {named} 820103 8b0101 940102"),
        ),
        (
            Command::Decrypt {
                key,
                owner: owner(),
                algorithm: CipherAlgorithm::AesCbcPkcs5,
                generation: None,
                nonce: vec![3],
                associated_data: vec![],
                ciphertext: vec![4],
            },
            format!("6d21 {named} 82010a 930103 9400 950104"),
        ),
        (
            Command::Decrypt {
                key,
                owner: owner(),
                algorithm: CipherAlgorithm::AesCbcPkcs5,
                generation: Some(2),
                nonce: vec![3],
                associated_data: vec![],
                ciphertext: vec![4],
            },
            format!("6d27 {named} 82010a 8e0400000002 930103 9400 950104"),
        ),
        (
            Command::Stream(StreamCommand::Begin {
                owner: owner(),
                work: StreamWork::Digest(DigestAlgorithm::Sha256),
            }),
            format!("7407 {OWNER_HEX} 820101"),
        ),
        (
            Command::Stream(StreamCommand::Begin {
                owner: owner(),
                work: StreamWork::Mac { key, algorithm: MacAlgorithm::HmacSha256 },
            }),
            format!("7519 {named} 820101"),
        ),
        (
            Command::Stream(StreamCommand::Begin {
                owner: owner(),
                work: StreamWork::VerifyMac { key, algorithm: MacAlgorithm::HmacSha256, mac: vec![1] },
            }),
            format!("761c {named} 820101 880101"),
        ),
        (
            Command::Stream(StreamCommand::Update {
                stream: stream(Some(key)),
                position: 258,
                part: vec![2],
            }),
            format!("7735 {named} 860102 {STREAM_HEX} 9d080000000000000102"),
        ),
        (
            Command::Stream(StreamCommand::Finish { stream: stream(None), position: 3 }),
            format!("7820 {OWNER_HEX} {STREAM_HEX} 9d080000000000000003"),
        ),
        (
            Command::Stream(StreamCommand::Abort { stream: stream(None) }),
            format!("7916 {OWNER_HEX} {STREAM_HEX}"),
        ),
    ];
    for (command, expected) in cases {
        let bytes = encode_command(&command);
        assert_eq!(hex(&bytes), format!("01{}", expected.replace(' ', "")), "{}", command.name());
        let back = decode_command(&bytes).expect("own bytes");
        assert!(same_command(&command, &back), "{}", command.name());
    }
}

#[test]
fn every_reply_has_its_bytes() {
    let info = |public_key| Reply::Key(KeyInfo { spec: spec(), generation: 2, public_key });
    let key = format!("{KEY_HEX}{OWNER_HEX} 820101 83020003 840100 8e0400000002");
    let cases = [
        (Ok(Reply::Random(Secret::new(vec![1]))), "7103 8d0101".to_owned()),
        (Ok(Reply::Digest(vec![2])), "7203 870102".to_owned()),
        (Ok(info(None)), format!("7326 {key}")),
        (Ok(info(Some(vec![0x30]))), format!("7329 {key} 8f0130")),
        (Ok(Reply::Done), "7400".to_owned()),
        (Ok(Reply::Mac(vec![3])), "7503 880103".to_owned()),
        (Ok(Reply::Verified(true)), "7603 900101".to_owned()),
        (Ok(Reply::Signature(vec![4])), "7703 890104".to_owned()),
        (Ok(Reply::Sealed(vec![5])), "7803 8c0105".to_owned()),
        (Ok(Reply::Unsealed(Secret::new(vec![6]))), "7903 8b0106".to_owned()),
        (
            Ok(Reply::Encrypted { generation: 2, nonce: vec![7], ciphertext: vec![8] }),
            "7a0c 8e0400000002 930107 950108".to_owned(),
        ),
        (Err(SeError::NoSuchGeneration), "7e03 91010e".to_owned()),
        (Err(SeError::Exhausted), "7e03 91010f".to_owned()),
        (Ok(Reply::Decrypted(Secret::new(vec![9]))), "7b03 8b0109".to_owned()),
        (Ok(Reply::Wrapped(vec![10])), "7c03 9b010a".to_owned()),
        (Ok(Reply::Stream(StreamId([5; 16]))), format!("7d12 {STREAM_HEX}")),
        (Err(SeError::NoSuchStream), "7e03 91010d".to_owned()),
        (Err(SeError::Refused(Refusal::Export)), "7e06 910104 920104".to_owned()),
        (Err(SeError::NotSupported), "7e03 910101".to_owned()),
        (Err(SeError::Refused(Refusal::Use)), "7e06 910104 920102".to_owned()),
        (Err(SeError::Fault), "7e03 91010c".to_owned()),
    ];
    for (reply, expected) in cases {
        let bytes = encode_reply(&reply);
        assert_eq!(hex(&bytes), format!("01{}", expected.replace(' ', "")));
        assert!(same_reply(&reply, &decode_reply(&bytes).expect("own bytes")), "{expected}");
    }
}
