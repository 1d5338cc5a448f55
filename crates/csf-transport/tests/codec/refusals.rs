//! What the decoders refuse, why, and at which byte; beside each refusal stands what they take.

use csf_transport::codec::{
    CodecErrorKind, MAX_CONTEXT_BYTES, MAX_DIGEST_BYTES, MAX_ENCODED_BYTES, MAX_MAC_BYTES, MAX_NONCE_BYTES,
    MAX_PUBLIC_KEY_BYTES, MAX_SEALED_BYTES, MAX_SIGNATURE_BYTES, decode_command, decode_reply,
    encode_command, encode_reply,
};
use csf_transport::{
    CipherAlgorithm, Command, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, KeyId, KeyInfo, KeySpec,
    KeyUse, KeyUses, MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, MAX_INFO_BYTES, MAX_PAYLOAD_BYTES,
    MAX_RANDOM_BYTES, MAX_SALT_BYTES, MAX_WRAPPED_KEY_BYTES, MacAlgorithm, Owner, Reply, SeError, Secret,
    SignInput, SignatureAlgorithm, WrapAlgorithm,
};
use proto_apdu::TlvErrorKind;

use CodecErrorKind::{
    DuplicateField, FieldLength, FieldOrder, FieldValue, MissingField, Tlv, TooLong, TrailingBytes,
    UnexpectedField, UnknownField, UnknownMessage, Version,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).expect("a digit")).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

fn command_error(bytes: &[u8]) -> Option<(CodecErrorKind, usize)> {
    decode_command(bytes).err().map(|error| (error.kind, error.position))
}

fn reply_error(bytes: &[u8]) -> Option<(CodecErrorKind, usize)> {
    decode_reply(bytes).err().map(|error| (error.kind, error.position))
}

#[test]
fn broken_commands_are_refused_where_they_break() {
    for (hex, expected) in [
        ("01 61 04 8502 0010", None),
        ("", Some((Version, 0))),
        ("00 61 04 8502 0010", Some((Version, 0))),
        ("02 61 04 8502 0010", Some((Version, 0))),
        ("01", Some((UnknownMessage, 1))),
        ("01 41 04 8502 0010", Some((UnknownMessage, 1))), // primitive
        ("01 60 00", Some((UnknownMessage, 1))),
        ("01 71 00", None),
        ("01 71 03 8001 05", Some((FieldLength, 3))),
        ("01 7a 00", Some((MissingField, 3))),
        ("01 7b 00", Some((UnknownMessage, 1))), // a reply
        ("01 74 00", Some((MissingField, 3))),
        ("01 79 16 81022f63 9c10 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", None),
        ("01 79 15 81022f63 9c0f a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", Some((FieldLength, 7))),
        ("01 79 04 81022f63", Some((MissingField, 3))),
        ("01 79 19 800101 81022f63 9c10 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", Some((FieldLength, 3))),
        ("01 7f2001 00", Some((UnknownMessage, 1))),
        ("01 61 05 8502 0010", Some((Tlv(TlvErrorKind::Truncated), 7))),
        ("01 61 80 8502 0010 0000", Some((Tlv(TlvErrorKind::Indefinite), 2))),
        ("01 61 8104 8502 0010", Some((Tlv(TlvErrorKind::NotShortest), 2))),
        ("01 61 05 858102 0010", Some((Tlv(TlvErrorKind::NotShortest), 4))),
        ("01 61 04 8503 0010", Some((Tlv(TlvErrorKind::Truncated), 7))),
        ("01 61 04 8502 0010 00", Some((TrailingBytes, 7))),
        ("01 61 04 8502 0010 61 04 8502 0010", Some((TrailingBytes, 7))),
        ("01 61 00", Some((MissingField, 3))),
        ("01 61 07 8502 0010 9f1f00", Some((UnknownField, 7))),
        ("01 61 04 a502 0010", Some((UnknownField, 3))), // constructed
        ("01 61 04 4502 0010", Some((UnknownField, 3))), // of another class
        ("01 61 06 8502 0010 8600", Some((UnexpectedField, 7))),
        ("01 61 08 8502 0010 8502 0010", Some((DuplicateField, 7))),
        ("01 61 03 8501 10", Some((FieldLength, 3))),
        ("01 61 05 8503 000010", Some((FieldLength, 3))),
        ("01 61 04 8502 0000", Some((FieldValue, 3))),
        ("01 61 04 8502 1000", None),
        ("01 61 04 8502 1001", Some((FieldValue, 3))),
        ("01 62 05 820101 8600", None),
        ("01 62 05 820163 8600", Some((FieldValue, 3))),
        ("01 62 05 8600 820101", Some((FieldOrder, 5))),
        ("01 62 03 820101", Some((MissingField, 3))),
        ("01 6a 04 8a00 8b00", None),
        ("01 6a 04 8a00 8c00", Some((MissingField, 3))),
    ] {
        assert_eq!(command_error(&bytes(hex)), expected, "{hex}");
    }
}

#[test]
fn broken_keys_are_refused_where_they_break() {
    let key = "8010 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";
    for (fields, expected) in [
        (format!("{key} 81022f63 820101 83020003 840100"), None),
        (format!("{key} 81022f63 820101 83020003 840101"), None),
        (format!("{key} 81022f63 820163 83020003 840100"), Some((FieldValue, 25))),
        (format!("{key} 81022f63 820101 83020400 840100"), Some((FieldValue, 28))),
        (format!("{key} 81022f63 820101 83020000 840100"), Some((FieldValue, 28))),
        (format!("{key} 81022f63 820101 83020003 840102"), Some((FieldValue, 32))),
        (format!("{key} 81022f63 820101 83020003 8401ff"), Some((FieldValue, 32))),
        (format!("{key} 8102c328 820101 83020003 840100"), Some((FieldValue, 21))), // not UTF-8
        (format!("{key} 8100 820101 83020003 840100"), Some((FieldLength, 21))),
        (format!("{key} 820101 83020003 840100"), Some((MissingField, 3))),
        ("8001 a5 81022f63 820101 83020003 840100".to_owned(), Some((FieldLength, 3))),
    ] {
        let fields = bytes(&fields);
        let head = [0x01, 0x63, u8::try_from(fields.len()).expect("short")];
        assert_eq!(command_error(&[&head[..], &fields].concat()), expected, "{fields:02x?}");
    }
}

#[test]
fn a_signature_covers_a_message_or_a_digest_but_not_both() {
    let key = "8010 a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 81022f63 820101";
    assert_eq!(command_error(&bytes(&format!("01 68 1b {key} 8600"))), None);
    assert_eq!(command_error(&bytes(&format!("01 68 1b {key} 8700"))), None);
    assert_eq!(command_error(&bytes(&format!("01 68 1d {key} 8600 8700"))), Some((UnexpectedField, 30)));
    assert_eq!(command_error(&bytes(&format!("01 68 19 {key}"))), Some((MissingField, 3)));
}

#[test]
fn broken_replies_are_refused_where_they_break() {
    for (hex, expected) in [
        ("01 74 00", None),
        ("02 74 00", Some((Version, 0))),
        ("01 74 02 9000", Some((UnexpectedField, 3))),
        ("01 74 00 00", Some((TrailingBytes, 3))),
        ("01 61 04 8502 0010", Some((UnknownMessage, 1))), // a command
        ("01 70 00", Some((UnknownMessage, 1))),
        ("01 7d 00", Some((MissingField, 3))),
        ("01 76 03 900101", None),
        ("01 76 03 900102", Some((FieldValue, 3))),
        ("01 76 00", Some((MissingField, 3))),
        ("01 71 03 8d01ff", None),
        ("01 71 02 8d00", Some((FieldLength, 3))),
        ("01 7e 03 910101", None),
        ("01 7e 03 910100", Some((FieldValue, 3))),
        ("01 7e 03 91010e", None),
        ("01 7e 03 910140", Some((FieldValue, 3))),
        ("01 7a 0c 8e0400000000 930107 950108", Some((FieldValue, 3))),
        ("01 7a 06 930107 950108", Some((MissingField, 3))),
        ("01 7e 06 910104 920103", None),
        ("01 7e 06 910104 920105", Some((FieldValue, 6))),
        ("01 7e 03 910104", Some((MissingField, 3))),
        ("01 7e 06 910101 920101", Some((UnexpectedField, 6))),
    ] {
        assert_eq!(reply_error(&bytes(hex)), expected, "{hex}");
    }
}

fn key() -> (KeyId, Owner) {
    (KeyId([1; 16]), Owner::new("/c").expect("an owner"))
}

#[test]
fn every_length_bound_of_commands_holds_to_the_byte() {
    let ecdsa = SignatureAlgorithm::EcdsaP256Sha256;
    let verify = |input, signature| {
        let (key, owner) = key();
        Command::Verify { key, owner, algorithm: ecdsa, input, signature }
    };
    let many = |count: usize| vec![0; count];
    let derive = |peer, salt, info| {
        let (id, owner) = key();
        let uses = KeyUses::NONE.with(KeyUse::Mac);
        let spec = KeySpec { id, owner, algorithm: KeyAlgorithm::HmacSha256, uses, exportable: false };
        let algorithm = DerivationAlgorithm::HkdfSha256;
        Command::DeriveKey { from: KeyId([2; 16]), generation: None, algorithm, peer, salt, info, spec }
    };
    let encrypt = |associated_data, plaintext| {
        let ((key, owner), plaintext) = (key(), Secret::new(plaintext));
        let algorithm = CipherAlgorithm::Aes128Gcm;
        Command::Encrypt { key, owner, algorithm, associated_data, plaintext }
    };
    let decrypt = |nonce, ciphertext| {
        let ((key, owner), algorithm) = (key(), CipherAlgorithm::Aes128Gcm);
        let (generation, associated_data) = (None, vec![]);
        Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext }
    };
    type Build<'a> = &'a dyn Fn(usize) -> Command;
    let cases: [(&str, usize, Build<'_>); 18] = [
        ("digest message", MAX_PAYLOAD_BYTES, &|n| Command::Digest {
            algorithm: DigestAlgorithm::Sha256,
            message: many(n),
        }),
        ("mac message", MAX_PAYLOAD_BYTES, &|n| {
            let (key, owner) = key();
            Command::Mac { key, owner, algorithm: MacAlgorithm::HmacSha256, message: many(n) }
        }),
        ("mac", MAX_MAC_BYTES, &|n| {
            let (key, owner) = key();
            let algorithm = MacAlgorithm::HmacSha256;
            Command::VerifyMac { key, owner, algorithm, message: vec![], mac: many(n) }
        }),
        ("sign message", MAX_PAYLOAD_BYTES, &|n| {
            let (key, owner) = key();
            Command::Sign { key, owner, algorithm: ecdsa, input: SignInput::Message(many(n)) }
        }),
        ("verify digest", MAX_DIGEST_BYTES, &|n| verify(SignInput::Digest(many(n)), vec![])),
        ("signature", MAX_SIGNATURE_BYTES, &|n| verify(SignInput::Message(vec![]), many(n))),
        ("seal context", MAX_CONTEXT_BYTES, &|n| Command::Seal {
            context: many(n),
            plaintext: Secret::new(vec![]),
        }),
        ("plaintext", MAX_PAYLOAD_BYTES, &|n| Command::Seal {
            context: vec![],
            plaintext: Secret::new(many(n)),
        }),
        ("unseal context", MAX_CONTEXT_BYTES, &|n| Command::Unseal { context: many(n), sealed: vec![] }),
        ("sealed", MAX_SEALED_BYTES, &|n| Command::Unseal { context: vec![], sealed: many(n) }),
        ("peer", MAX_PUBLIC_KEY_BYTES, &|n| derive(many(n), vec![], vec![])),
        ("salt", MAX_SALT_BYTES, &|n| derive(vec![], many(n), vec![])),
        ("info", MAX_INFO_BYTES, &|n| derive(vec![], vec![], many(n))),
        ("wrapped key", MAX_WRAPPED_KEY_BYTES, &|n| {
            let (id, owner) = key();
            let uses = KeyUses::NONE.with(KeyUse::Mac);
            let spec = KeySpec { id, owner, algorithm: KeyAlgorithm::HmacSha256, uses, exportable: false };
            let (with, algorithm) = (KeyId([2; 16]), WrapAlgorithm::AesKw128);
            Command::UnwrapKey { with, algorithm, wrapped: many(n), spec }
        }),
        ("encrypted plaintext", MAX_PAYLOAD_BYTES, &|n| encrypt(vec![], many(n))),
        ("associated data", MAX_ASSOCIATED_BYTES, &|n| encrypt(many(n), vec![])),
        ("nonce", MAX_NONCE_BYTES, &|n| decrypt(many(n), vec![])),
        ("ciphertext", MAX_CIPHERTEXT_BYTES, &|n| decrypt(vec![], many(n))),
    ];
    for (name, most, build) in cases {
        assert_eq!(command_error(&encode_command(&build(most))), None, "{name}");
        let error = command_error(&encode_command(&build(most + 1)));
        assert_eq!(error.map(|(kind, _)| kind), Some(FieldLength), "{name}");
    }
}

#[test]
fn every_length_bound_of_replies_holds_to_the_byte() {
    let (id, owner) = key();
    let uses = KeyUses::NONE.with(KeyUse::Sign);
    let spec = KeySpec { id, owner, algorithm: KeyAlgorithm::EcP256, uses, exportable: false };
    let many = |count: usize| vec![0; count];
    type Build<'a> = &'a dyn Fn(usize) -> Reply;
    let cases: [(&str, usize, Build<'_>); 11] = [
        ("random", usize::from(MAX_RANDOM_BYTES), &|n| Reply::Random(Secret::new(many(n)))),
        ("digest", MAX_DIGEST_BYTES, &|n| Reply::Digest(many(n))),
        ("mac", MAX_MAC_BYTES, &|n| Reply::Mac(many(n))),
        ("signature", MAX_SIGNATURE_BYTES, &|n| Reply::Signature(many(n))),
        ("sealed", MAX_SEALED_BYTES, &|n| Reply::Sealed(many(n))),
        ("unsealed", MAX_PAYLOAD_BYTES, &|n| Reply::Unsealed(Secret::new(many(n)))),
        ("nonce", MAX_NONCE_BYTES, &|n| Reply::Encrypted {
            generation: 1,
            nonce: many(n),
            ciphertext: vec![],
        }),
        ("ciphertext", MAX_CIPHERTEXT_BYTES, &|n| Reply::Encrypted {
            generation: 1,
            nonce: vec![],
            ciphertext: many(n),
        }),
        ("decrypted", MAX_PAYLOAD_BYTES, &|n| Reply::Decrypted(Secret::new(many(n)))),
        ("wrapped key", MAX_WRAPPED_KEY_BYTES, &|n| Reply::Wrapped(many(n))),
        ("public key", MAX_PUBLIC_KEY_BYTES, &|n| {
            Reply::Key(KeyInfo { spec: spec.clone(), generation: 1, public_key: Some(many(n)) })
        }),
    ];
    for (name, most, build) in cases {
        assert_eq!(reply_error(&encode_reply(&Ok(build(most)))), None, "{name}");
        let error = reply_error(&encode_reply(&Ok(build(most + 1))));
        assert_eq!(error.map(|(kind, _)| kind), Some(FieldLength), "{name}");
    }
    let unborn = Reply::Key(KeyInfo { spec, generation: 0, public_key: None });
    assert_eq!(reply_error(&encode_reply(&Ok(unborn))).map(|(kind, _)| kind), Some(FieldValue));
}

#[test]
fn an_owner_may_be_as_long_as_an_owner_can_be_and_no_longer() {
    let longest = Owner::new(&"x".repeat(Owner::MAX_BYTES)).expect("just fits");
    let mut bytes = encode_command(&Command::KeyInfo { key: KeyId([1; 16]), owner: longest }).to_vec();
    assert_eq!(command_error(&bytes), None);
    // One byte more in the owner, and in both lengths around it.
    bytes.push(b'x');
    for at in [4, 26] {
        bytes[at] += 1;
    }
    assert_eq!(command_error(&bytes), Some((FieldLength, 23)));
}

#[test]
fn what_is_longer_than_any_message_is_refused_unread() {
    let long = vec![1; MAX_ENCODED_BYTES + 1];
    assert_eq!(command_error(&long), Some((TooLong, MAX_ENCODED_BYTES)));
    assert_eq!(reply_error(&long), Some((TooLong, MAX_ENCODED_BYTES)));
    assert_ne!(command_error(&long[1..]), Some((TooLong, MAX_ENCODED_BYTES)));
}

#[test]
fn an_error_says_what_and_where() {
    let error = decode_command(&bytes("01 61 00")).err().expect("malformed");
    assert_eq!(error.to_string(), "a field is missing (byte 3)");
    assert!(matches!(decode_reply(&encode_reply(&Err(SeError::Full))), Ok(Err(SeError::Full))));
}
