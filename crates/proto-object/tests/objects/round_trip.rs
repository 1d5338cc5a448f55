//! What is made is read, with every algorithm, and only with the key and the algorithm that it was made with.

use proptest::prelude::*;
use proto_object::{
    Claims as _, ContentEncryption, Header, Jwe, Jws, KeyManagement, Protection, SignatureAlgorithm, Token,
    Unopened, seal_with, sign_with,
};

use crate::keys::{Key, Under, Unfit, now};

fn signers() -> Vec<(SignatureAlgorithm, Key, Key)> {
    let hmac = |algorithm, byte| Key::Hmac(algorithm, vec![byte; 32]);
    let codes = [SignatureAlgorithm::Hs256, SignatureAlgorithm::Hs384, SignatureAlgorithm::Hs512];
    let mut all: Vec<_> = codes.map(|a| (a, hmac(a, 1), hmac(a, 2))).into();
    all.push((SignatureAlgorithm::Es256, Key::p256(1), Key::p256(2)));
    all.push((SignatureAlgorithm::Es384, Key::p384(1), Key::p384(2)));
    all.push((SignatureAlgorithm::EdDsa, Key::ed25519(1), Key::ed25519(2)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_signed_object_is_read_with_its_own_key_alone(
        payload in prop::collection::vec(any::<u8>(), 0..300), key_id in "[ -~]{1,40}",
    ) {
        for (algorithm, key, other) in signers() {
            let header = Header::new(Protection::Signed(algorithm)).with_key_id(&key_id);
            let text = now(sign_with(&header, &payload, &key)).ok().unwrap();
            let read = || Jws::parse(&text).ok().unwrap();
            prop_assert!(read().header() == &header);
            let verified = now(read().verified_by(&key)).ok().unwrap();
            prop_assert_eq!(verified.payload(), &*payload);
            prop_assert_eq!(now(read().verified_by(&other)).err(), Some(Unopened::NotAuthentic));
        }
    }

    #[test]
    fn an_encrypted_object_is_opened_with_its_own_key_alone(
        plaintext in prop::collection::vec(any::<u8>(), 1..300), iv in any::<[u8; 12]>(),
    ) {
        for encryption in [ContentEncryption::A128Gcm, ContentEncryption::A256Gcm] {
            let key = |byte| Key::Gcm(vec![byte; encryption.key_bytes()]);
            let header = Header::new(Protection::Encrypted(KeyManagement::Direct, encryption));
            let text = now(seal_with(&header, &plaintext, &Under(&key(1), iv))).ok().unwrap();
            let read = || Jwe::parse(&text).ok().unwrap();
            let opened = now(read().opened_by(&key(1))).ok().unwrap();
            prop_assert_eq!(opened.plaintext(), &*plaintext);
            prop_assert_eq!(now(read().opened_by(&key(2))).err(), Some(Unopened::NotAuthentic));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Za-z0-9_.=-]{0,200}") {
        let _ = Token::parse(&text).is_ok();
    }
}

#[test]
fn a_key_of_another_kind_is_not_asked_to_try() {
    let header = Header::new(Protection::Signed(SignatureAlgorithm::Es256));
    let text = now(sign_with(&header, b"x", &Key::p256(1))).ok().unwrap();
    // The classic confusion: a public key taken for the secret of a code.
    let confused = Key::Hmac(SignatureAlgorithm::Hs256, vec![4; 65]);
    let answer = now(Jws::parse(&text).ok().unwrap().verified_by(&confused)).err();
    assert_eq!(answer, Some(Unopened::Operation(Unfit)));
}

#[test]
fn a_nested_token_is_opened_then_verified() {
    let (signer, secret) = (Key::p256(1), Key::Gcm(vec![3; 32]));
    let inner = Header::new(Protection::Signed(SignatureAlgorithm::Es256)).with_type("JWT");
    let inner = now(sign_with(&inner, br#"{"jti":"t1@csf.example"}"#, &signer)).ok().unwrap();
    let outer = Header::new(Protection::Encrypted(KeyManagement::Direct, ContentEncryption::A256Gcm));
    let seal = |header: Header, content: &str| {
        now(seal_with(&header, content.as_bytes(), &Under(&secret, [9; 12]))).ok().unwrap()
    };
    let open = |text: &str| match Token::parse(text).ok().unwrap() {
        Token::Encrypted(jwe) => now(jwe.opened_by(&secret)).ok().unwrap(),
        Token::Signed(_) => panic!("it is encrypted"),
    };
    let opened = open(&seal(outer.clone().with_type("JWT").with_content_type("JWT"), &inner));
    let verified = now(opened.nested().ok().unwrap().verified_by(&signer)).ok().unwrap();
    assert!(verified.claims().is_ok() && opened.claims().is_err());

    // One that does not say so is not nested, and one that says so without is not either.
    let silent = open(&seal(outer.clone().with_type("JWT"), &inner));
    assert!(silent.nested().is_err() && silent.claims().is_err());
    let lying = open(&seal(outer.with_type("JWT").with_content_type("JWT"), "{}"));
    assert!(lying.nested().is_err() && lying.claims().is_err());
}
