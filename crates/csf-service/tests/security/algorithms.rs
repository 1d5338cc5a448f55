//! Every algorithm that a function lists, with a key of its own and with every other.

use csf_api::{Object, Value};
use csf_transport::{
    CipherAlgorithm, DigestAlgorithm, KeyAlgorithm, MacAlgorithm, SignatureAlgorithm, WrapAlgorithm,
};
use support::lab::{
    Asker, Draft, Reading, ed25519_verifies, hmac_key, on_every_storage, p256_verifies, p384_verifies,
};

use crate::kit::{MESSAGE, STORAGE, b64, keyed, octets};

/// A key object of this algorithm and name, for every use that it has.
fn key(algorithm: KeyAlgorithm) -> Draft {
    let uses: Vec<&str> = algorithm.uses().iter().map(|one| one.name()).collect();
    let draft = hmac_key(algorithm.name()).with("kAl", algorithm.name());
    draft.with("kUs", Value::texts(uses))
}

pub(crate) fn at(algorithm: KeyAlgorithm) -> String {
    format!("{STORAGE}/{}", algorithm.name())
}

/// Makes a key of every algorithm.
pub(crate) fn make_keys(meter: &Asker<'_>) {
    for algorithm in KeyAlgorithm::ALL {
        let made = meter.create(STORAGE, key(*algorithm));
        assert_eq!(made.code(), 2001, "{algorithm:?}: {:?}", made.content);
        let pair = algorithm.is_pair();
        assert_eq!(meter.retrieve(&at(*algorithm)).has("kDt"), pair, "{algorithm:?} shows what is public");
    }
}

fn listed(meter: &Asker<'_>, function: &str) -> Vec<String> {
    let shown = meter.retrieve(&format!("cse-mn/security/data/function-{function}"));
    shown.texts("alg").into_iter().map(str::to_owned).collect()
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names
}

// Shows RES-5 and SDH-4.
#[test]
fn a_function_lists_exactly_what_the_environment_does() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(listed(&meter, "digest"), sorted(DigestAlgorithm::ALL.iter().map(|a| a.name())));
        assert_eq!(listed(&meter, "mac"), sorted(MacAlgorithm::ALL.iter().map(|a| a.name())));
        assert_eq!(listed(&meter, "signature"), sorted(SignatureAlgorithm::ALL.iter().map(|a| a.name())));
        assert_eq!(listed(&meter, "cipher"), sorted(CipherAlgorithm::ALL.iter().map(|a| a.name())));
        assert_eq!(listed(&meter, "wrap"), sorted(WrapAlgorithm::ALL.iter().map(|a| a.name())));
        for algorithm in DigestAlgorithm::ALL {
            let input = Object::new().with("Halg", Value::text(algorithm.name())).with("msg", b64(MESSAGE));
            assert_eq!(octets(&meter.invoke("digest", input), "Hv").len(), algorithm.digest_bytes());
        }
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn a_code_is_made_and_checked_with_each_algorithm_by_the_owner_and_with_a_key_of_that_algorithm() {
    on_every_storage(|lab| {
        let (meter, thief) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cthief"));
        make_keys(&meter);
        for mac in MacAlgorithm::ALL {
            for algorithm in KeyAlgorithm::ALL {
                let input = || keyed(mac.name(), &at(*algorithm)).with("msg", b64(MESSAGE));
                assert_eq!(thief.invoke("mac", input()).code(), 4103, "{algorithm:?} is not the thief's");
                let made = meter.invoke("mac", input());
                if *algorithm != mac.key() {
                    assert_eq!(made.code(), 4000, "{algorithm:?} for {mac:?}");
                    let check = input().with("Sgn", b64(&vec![0; mac.code_bytes()]));
                    assert_eq!(meter.invoke("mac", check).code(), 4000, "{algorithm:?} for {mac:?}");
                    continue;
                }
                let code = octets(&made, "Sgn");
                assert_eq!(code.len(), mac.code_bytes());
                let verdict = |code: &[u8]| meter.invoke("mac", input().with("Sgn", b64(code)));
                assert_eq!(*verdict(&code).member("vR"), Value::Bool(true), "{mac:?}");
                let mut changed = code.clone();
                changed[0] ^= 0x80;
                assert_eq!(*verdict(&changed).member("vR"), Value::Bool(false), "{mac:?}");
                assert_eq!(verdict(&code[1..]).code(), 4000, "{mac:?}: a part of a code is no code");
            }
        }
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn a_signature_is_made_and_checked_with_each_algorithm_by_the_owner_and_with_a_key_of_that_algorithm() {
    on_every_storage(|lab| {
        let (meter, thief) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cthief"));
        make_keys(&meter);
        for signature in SignatureAlgorithm::ALL {
            for algorithm in KeyAlgorithm::ALL {
                let input = || keyed(signature.name(), &at(*algorithm)).with("msg", b64(MESSAGE));
                assert_eq!(thief.invoke("signature", input()).code(), 4103, "{algorithm:?}");
                let made = meter.invoke("signature", input());
                if *algorithm != signature.key() {
                    assert_eq!(made.code(), 4000, "{algorithm:?} for {signature:?}");
                    continue;
                }
                let signed = octets(&made, "Sgn");
                assert_eq!(signed.len(), signature.signature_bytes());
                let public = octets(&meter.retrieve(&at(*algorithm)), "kDt");
                assert!(independently(*signature, &public, MESSAGE, &signed), "{signature:?}");
                assert!(!independently(*signature, &public, b"another", &signed), "{signature:?}");
                let verdict = |signed: &[u8]| meter.invoke("signature", input().with("Sgn", b64(signed)));
                assert_eq!(*verdict(&signed).member("vR"), Value::Bool(true), "{signature:?}");
                let mut changed = signed.clone();
                changed[0] ^= 1;
                assert_eq!(*verdict(&changed).member("vR"), Value::Bool(false), "{signature:?}");
                assert_eq!(verdict(&signed[1..]).code(), 4000, "{signature:?}: a part is no signature");
            }
        }
    });
}

// Shows SDH-4: what is signed is a message, or the digest that the algorithm takes, and nothing in between.
#[test]
fn a_digest_is_signed_where_the_algorithm_takes_it_and_never_as_if_it_were_a_message() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        make_keys(&meter);
        for signature in SignatureAlgorithm::ALL {
            let public = octets(&meter.retrieve(&at(signature.key())), "kDt");
            for algorithm in DigestAlgorithm::ALL {
                let halg =
                    Object::new().with("Halg", Value::text(algorithm.name())).with("msg", b64(MESSAGE));
                let digest = octets(&meter.invoke("digest", halg), "Hv");
                let input = keyed(signature.name(), &at(signature.key())).with("Hv", b64(&digest));
                let made = meter.invoke("signature", input.clone());
                if signature.digest() == Some(*algorithm) {
                    assert!(independently(*signature, &public, MESSAGE, &octets(&made, "Sgn")));
                } else {
                    assert_eq!(made.code(), 4000, "{algorithm:?} for {signature:?}");
                    let check = input.with("Sgn", b64(&vec![1; signature.signature_bytes()]));
                    assert_eq!(meter.invoke("signature", check).code(), 4000, "{algorithm:?}");
                }
            }
        }
        let input = keyed("ALG_EDDSA_ED25519", &at(KeyAlgorithm::Ed25519)).with("Hv", b64(&[7; 64]));
        assert!(meter.invoke("signature", input).error_text().contains("signs messages only"));
    });
}

/// Whether a verifier outside the node agrees.
fn independently(algorithm: SignatureAlgorithm, public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => p256_verifies(public, message, signature),
        SignatureAlgorithm::EcdsaP384Sha384 => p384_verifies(public, message, signature),
        SignatureAlgorithm::Ed25519 => ed25519_verifies(public, message, signature),
        other => panic!("nobody verifies {other:?}"),
    }
}
