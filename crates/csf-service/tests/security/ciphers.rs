//! Encryption as a function: for whom, with what, and what a failure tells.

use csf_api::{Object, Response, Value};
use csf_service::AuditKind;
use csf_transport::{CipherAlgorithm, KeyAlgorithm};
use support::lab::{Asker, Reading, hmac_key, on_every_storage};

use crate::algorithms::{at, make_keys};
use crate::kit::{
    KEY, MESSAGE, STORAGE, at_least, b64, ciphered, encryption, gcm_key, octets, of_kind, owner_of,
};

/// Whole blocks, so that every algorithm takes them.
const BLOCKS: &[u8; 32] = b"number 17 stands at 4711 by now.";
/// What is said of everything that does not open.
const CLOSED: (u16, &str) = (4000, "what was to be opened is not authentic");

fn nonce_name(cipher: CipherAlgorithm) -> &'static str {
    if cipher.is_authenticated() { "nc" } else { "iV" }
}

/// What an encryption gave, as the input of its decryption.
fn back(encrypted: &Response, algorithm: &str, key: &str, nonce: &str) -> Object {
    assert_eq!((encrypted.code(), encrypted.object().len()), (2004, 4), "{:?}", encrypted.content);
    let input = ciphered(algorithm, key).with(nonce, encrypted.member(nonce).clone());
    input.with("cD", encrypted.member("cD").clone())
}

/// A message of `Cmeter` under the key `k`, with associated data, as the input of its decryption.
fn gcm(meter: &Asker<'_>) -> Object {
    let input = encryption(KEY, MESSAGE).with("aD", b64(b"header"));
    back(&meter.invoke("cipher", input), "ALG_AEAD_AES_128_GCM", KEY, "nc").with("aD", b64(b"header"))
}

fn told(answer: &Response) -> (u16, &str) {
    (answer.code(), answer.error_text())
}

// Shows SDH-4, and SDH-2: a stranger gets nothing from a key, whatever the direction.
#[test]
fn each_algorithm_encrypts_and_decrypts_for_the_owner_of_a_key_of_its_own() {
    on_every_storage(|lab| {
        let (meter, thief) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cthief"));
        make_keys(&meter);
        for cipher in CipherAlgorithm::ALL {
            let (name, nonce) = (cipher.name(), nonce_name(*cipher));
            let encrypted =
                meter.invoke("cipher", ciphered(name, &at(cipher.key())).with("msg", b64(BLOCKS)));
            let input = back(&encrypted, name, &at(cipher.key()), nonce);
            assert_eq!(octets(&encrypted, nonce).len(), cipher.nonce_bytes());
            assert_eq!(Some(octets(&encrypted, "cD").len()), cipher.ciphertext_bytes(BLOCKS.len()));
            let opened = meter.invoke("cipher", input.clone());
            assert_eq!((octets(&opened, "msg"), opened.object().len()), (BLOCKS.to_vec(), 2), "{name}");
            for algorithm in KeyAlgorithm::ALL {
                let forth = ciphered(name, &at(*algorithm)).with("msg", b64(BLOCKS));
                let again = input.clone().with("kInf", Value::text(&at(*algorithm)));
                for input in [forth, again] {
                    assert_eq!(thief.invoke("cipher", input.clone()).code(), 4103, "{algorithm:?}");
                    let expected = if *algorithm == cipher.key() { 2004 } else { 4000 };
                    assert_eq!(meter.invoke("cipher", input).code(), expected, "{algorithm:?} for {name}");
                }
            }
        }
    });
}

// Shows SDH-4.
#[test]
fn a_key_for_one_direction_does_not_go_the_other() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k").with("kUs", ["encrypt"]));
        let encrypted = gcm(&meter);
        let refused = meter.invoke("cipher", encrypted.clone());
        assert_eq!(told(&refused), (4000, "the key was not made for this use"));
        assert_eq!(meter.create(STORAGE, gcm_key("d").with("kUs", ["decrypt"])).code(), 2001);
        let opener = format!("{STORAGE}/d");
        let refused = meter.invoke("cipher", encryption(&opener, MESSAGE));
        assert_eq!(told(&refused), (4000, "the key was not made for this use"));
        // It may, and it is another key.
        let foreign = meter.invoke("cipher", encrypted.with("kInf", Value::text(&opener)));
        assert_eq!(told(&foreign), CLOSED);
        for uses in [&["sign"][..], &["mac"], &["encrypt", "mac"]] {
            let draft = gcm_key("x").with("kUs", Value::texts(uses.to_vec()));
            assert_eq!(meter.create(STORAGE, draft).code(), 4000, "{uses:?}");
        }
        assert_eq!(meter.create(STORAGE, hmac_key("x").with("kUs", ["decrypt"])).code(), 4000);
    });
}

// Shows SDH-4.
#[test]
fn nobody_chooses_a_nonce_for_encryption() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        make_keys(&meter);
        for cipher in CipherAlgorithm::ALL {
            let input = || ciphered(cipher.name(), &at(cipher.key())).with("msg", b64(BLOCKS));
            let nonce = nonce_name(*cipher);
            let given = meter.invoke("cipher", input().with(nonce, b64(&vec![7; cipher.nonce_bytes()])));
            assert_eq!(given.code(), 4000, "{cipher:?}");
            assert!(given.error_text().contains("drawn anew for each message"), "{}", given.error_text());
            assert_eq!(meter.invoke("cipher", input().with(nonce, b64(b""))).code(), 4000, "nor none");
            let twice = [(); 2].map(|()| octets(&meter.invoke("cipher", input()), nonce));
            assert_ne!(twice[0], twice[1], "{cipher:?}");
        }
    });
}

// Shows SDH-4: what does not open tells nothing but that.
#[test]
fn every_changed_byte_is_refused_with_one_answer() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        let encrypted = meter.invoke("cipher", encryption(KEY, MESSAGE).with("aD", b64(b"header")));
        let right = back(&encrypted, "ALG_AEAD_AES_128_GCM", KEY, "nc").with("aD", b64(b"header"));
        assert_eq!(octets(&meter.invoke("cipher", right.clone()), "msg"), MESSAGE);
        let parts =
            [("cD", octets(&encrypted, "cD")), ("nc", octets(&encrypted, "nc")), ("aD", b"header".to_vec())];
        for (name, whole) in parts {
            for byte in 0..whole.len() {
                let mut changed = whole.clone();
                changed[byte] ^= 1;
                let answer = meter.invoke("cipher", right.clone().with(name, b64(&changed)));
                assert_eq!(told(&answer), CLOSED, "{name} {byte}");
            }
        }
        for part in [&b""[..], &[0; 15], &[0; 16]] {
            assert_eq!(told(&meter.invoke("cipher", right.clone().with("cD", b64(part)))), CLOSED);
        }
        let mut without = right.clone();
        without.remove("aD");
        assert_eq!(told(&meter.invoke("cipher", without)), CLOSED);
        assert_eq!(meter.invoke("cipher", right).code(), 2004, "and unchanged it still opens");
    });
}

// Shows SDH-4: bad padding and bad length of CBC look alike.
#[test]
fn what_is_wrong_with_a_ciphertext_in_cbc_is_not_told() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k").with("kAl", "AES_128_CBC"));
        let none = ciphered("ALG_AES_BLOCK_128_CBC_NOPAD", KEY);
        for padded in ["ALG_AES_CBC_PKCS5", "ALG_AES_CBC_ISO9797_M2"] {
            // No padding of either: by its last byte, by one before, and as a whole.
            for last in [&[0x11; 16], b"twelve bytes\x02\x03\x04\x04", &[0; 16]] {
                let encrypted = meter.invoke("cipher", none.clone().with("msg", b64(last)));
                let input = back(&encrypted, padded, KEY, "iV");
                assert_eq!(told(&meter.invoke("cipher", input.clone())), CLOSED, "{padded} {last:?}");
                for cut in [0, 1, 15] {
                    let part = b64(&octets(&encrypted, "cD")[..cut]);
                    let answer = meter.invoke("cipher", input.clone().with("cD", part));
                    assert_eq!(told(&answer), CLOSED, "{padded}, {cut} bytes");
                }
            }
            let encrypted = meter.invoke("cipher", ciphered(padded, KEY).with("msg", b64(MESSAGE)));
            let opened = meter.invoke("cipher", back(&encrypted, padded, KEY, "iV"));
            assert_eq!(octets(&opened, "msg"), MESSAGE, "{padded}: the twin opens");
        }
    });
}

// Shows ACC-9.
#[test]
fn input_that_does_not_fit_is_refused_before_an_environment_is_asked() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        assert_eq!(meter.create(STORAGE, gcm_key("c").with("kAl", "AES_128_CBC")).code(), 2001);
        let (right, cbc) = (gcm(&meter), format!("{STORAGE}/c"));
        let mut without = right.clone();
        without.remove("nc");
        lab.world().forget_needs();
        let many = |count: usize| b64(&vec![0; count]);
        let mut wrong = vec![
            ("both directions", right.clone().with("msg", b64(b"m"))),
            ("no direction", ciphered("ALG_AEAD_AES_128_GCM", KEY)),
            ("no nonce", without.clone()),
            ("the other nonce", without.with("iV", many(16))),
            ("both nonces", right.clone().with("iV", many(16))),
            ("too much to encrypt", encryption(KEY, &vec![0; 65_537])),
            ("too much to decrypt", right.clone().with("cD", many(65_553))),
            ("too much associated data", encryption(KEY, b"m").with("aD", many(2049))),
            ("an algorithm that is none", ciphered("AES_128_GCM", KEY).with("msg", b64(b"m"))),
            ("a member of another function", encryption(KEY, b"m").with("Sgn", many(16))),
            ("no blocks", ciphered("ALG_AES_BLOCK_128_CBC_NOPAD", &cbc).with("msg", many(15))),
            ("an empty block", ciphered("ALG_AES_BLOCK_128_CBC_NOPAD", &cbc).with("msg", many(0))),
            ("nothing to authenticate", {
                ciphered("ALG_AES_CBC_PKCS5", &cbc).with("msg", b64(b"m")).with("aD", b64(b"a"))
            }),
        ];
        let lengths = (0..=16).filter(|length| *length != 12);
        wrong.extend(lengths.map(|n| ("a nonce of another length", right.clone().with("nc", many(n)))));
        for (what, input) in wrong {
            let answer = meter.invoke("cipher", input);
            assert_eq!(answer.code(), 4000, "{what}: {:?}", answer.content);
            assert!(lab.world().commands().is_empty(), "{what}: an environment was troubled with it");
        }
        // The largest that fits, in both directions.
        let large = meter.invoke("cipher", encryption(KEY, &vec![5; 65_536]));
        let opened = meter.invoke("cipher", back(&large, "ALG_AEAD_AES_128_GCM", KEY, "nc"));
        assert_eq!(octets(&opened, "msg"), vec![5; 65_536]);
        assert_eq!(meter.invoke("cipher", encryption(KEY, b"m").with("aD", many(2048))).code(), 2004);
    });
}

// Shows SDH-3 and SDH-6.
#[test]
fn a_demanded_level_holds_for_encryption_too() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        let right = gcm(&meter);
        let level = meter.retrieve("cse-mn/security/environment-soft").number("seL");
        lab.world().forget_needs();
        for input in [encryption(KEY, b"m"), right] {
            assert_eq!(meter.invoke("cipher", at_least(level + 1, input.clone())).code(), 5207);
            assert!(lab.world().commands().is_empty());
            assert_eq!(meter.invoke("cipher", at_least(level, input)).code(), 2004);
            lab.world().forget_needs();
        }
    });
}

// Shows RES-6 and SDH-4: encryption uses a key, which is recorded; what it was used on is not.
#[test]
fn encryption_is_recorded_as_the_use_of_a_key() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        drop(lab.take_audits());
        let encrypted = gcm(&meter);
        assert_eq!(meter.invoke("cipher", encrypted.clone()).code(), 2004);
        let audits = lab.take_audits();
        let records = of_kind(&audits, AuditKind::KeyUse);
        assert_eq!((records.len(), audits.len()), (2, 2));
        for record in records {
            assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/Cmeter"));
            assert_eq!(record.target.as_deref(), Some("cse-mn/security/data/function-cipher"));
        }
        let (text, clear) = (format!("{audits:?}"), b64(MESSAGE));
        let secret = encrypted.get("cD").and_then(Value::as_text).unwrap();
        assert!(!text.contains(secret) && !text.contains(clear.as_text().unwrap()) && !text.contains("4711"));
    });
}
