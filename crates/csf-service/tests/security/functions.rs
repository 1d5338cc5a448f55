//! Functions: right answers, wrong ones told apart, and nothing left behind.

use csf_api::Value;
use csf_service::AuditKind;
use sha2::{Digest, Sha256};
use support::lab::{
    ALL, Reading, ecdsa_key, hmac_key, on_every_storage, on_every_storage_with, p256_verifies, rule,
};

use crate::kit::{
    KEY, MESSAGE, STORAGE, b64, digest, encryption, keyed, let_use, mac, octets, of_kind, owner_of,
    owner_of_all, random, request, signature, token_input, wrapping,
};

// Shows SDH-4.
#[test]
fn random_gives_as_many_bytes_as_asked_for_and_never_the_same() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for length in [1, 16, 4096] {
            let given = octets(&meter.invoke("random", random(length)), "rndD");
            assert_eq!(i64::try_from(given.len()).unwrap(), length);
        }
        let twice = [(); 2].map(|()| octets(&meter.invoke("random", random(32)), "rndD"));
        assert_ne!(twice[0], twice[1]);
        for wrong in [0, -1, 4097, i64::MAX] {
            assert_eq!(meter.invoke("random", random(wrong)).code(), 4000, "{wrong}");
        }
    });
}

// Shows SDH-4.
#[test]
fn digests_are_those_of_the_standard_and_of_nothing_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let (of_nothing, of_abc) =
            ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        let given = |message: &[u8]| meter.invoke("digest", digest(message)).text("Hv").to_owned();
        assert_eq!((given(b"").as_str(), given(b"abc").as_str()), (of_nothing, of_abc));
        assert_ne!(given(b"abd"), of_abc);
        let large = vec![0x5a; 65_536];
        let answer = meter.invoke("digest", digest(&large));
        assert_eq!(octets(&answer, "Hv"), Sha256::digest(&large).to_vec());
        assert_eq!((answer.code(), answer.object().len()), (2004, 2));
        assert_eq!(answer.content.as_ref().map(|content| &*content.root), Some("csf:digest"));
    });
}

// Shows SDH-4.
#[test]
fn a_mac_is_right_for_its_message_and_key_only() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.create(STORAGE, hmac_key("l")).code(), 2001);
        let other_key = format!("{STORAGE}/l");
        let code = |key: &str, message: &[u8]| octets(&meter.invoke("mac", mac(key, message)), "Sgn");
        let right = code(KEY, b"m");
        assert_eq!((right.len(), &right), (32, &code(KEY, b"m")));
        assert_ne!(right, code(KEY, b"n"));
        assert_ne!(right, code(&other_key, b"m"));
        let verdict = |key: &str, message: &[u8], code: &[u8]| {
            let answer = meter.invoke("mac", mac(key, message).with("Sgn", b64(code)));
            assert_eq!(answer.code(), 2004, "{:?}", answer.content);
            answer.member("vR").as_bool().unwrap()
        };
        assert!(verdict(KEY, b"m", &right));
        assert!(!verdict(KEY, b"n", &right));
        assert!(!verdict(&other_key, b"m", &right));
        let mut changed = right.clone();
        changed[31] ^= 1;
        assert!(!verdict(KEY, b"m", &changed));
        // A part of a code is no code.
        let part = mac(KEY, b"m").with("Sgn", b64(&right[..16]));
        let answer = meter.invoke("mac", part);
        assert!(answer.code() == 4000 || answer.member("vR") == &Value::Bool(false));
    });
}

// Shows SDH-4.
#[test]
fn a_signature_verifies_outside_the_node_under_the_public_key_that_it_shows() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let public = octets(&meter.retrieve(KEY), "kDt");
        let signed = octets(&meter.invoke("signature", signature(KEY, MESSAGE)), "Sgn");
        assert_eq!(signed.len(), 64);
        assert!(p256_verifies(&public, MESSAGE, &signed));
        assert!(!p256_verifies(&public, b"another message", &signed));
        let by_digest = keyed("ALG_ECDSA_SHA_256", KEY).with("Hv", b64(&Sha256::digest(MESSAGE)));
        let signed = octets(&meter.invoke("signature", by_digest), "Sgn");
        assert!(p256_verifies(&public, MESSAGE, &signed));
        assert_eq!(meter.create(STORAGE, ecdsa_key("l")).code(), 2001);
        let other = octets(&meter.retrieve(&format!("{STORAGE}/l")), "kDt");
        assert!(!p256_verifies(&other, MESSAGE, &signed));
    });
}

// Shows SDH-4.
#[test]
fn the_node_verifies_signatures_and_says_no_to_wrong_ones() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let signed = octets(&meter.invoke("signature", signature(KEY, b"m")), "Sgn");
        let verdict = |input: csf_api::Object, signed: &[u8]| {
            let answer = meter.invoke("signature", input.with("Sgn", b64(signed)));
            assert_eq!(answer.code(), 2004, "{:?}", answer.content);
            assert_eq!(answer.object().len(), 2);
            answer.member("vR").as_bool().unwrap()
        };
        let by_digest =
            |message: &[u8]| keyed("ALG_ECDSA_SHA_256", KEY).with("Hv", b64(&Sha256::digest(message)));
        assert!(verdict(signature(KEY, b"m"), &signed));
        assert!(verdict(by_digest(b"m"), &signed));
        assert!(!verdict(signature(KEY, b"n"), &signed));
        assert!(!verdict(by_digest(b"n"), &signed));
        let mut changed = signed.clone();
        changed[0] ^= 1;
        assert!(!verdict(signature(KEY, b"m"), &changed));
    });
}

// Shows RES-6: an operation is no resource, and leaves none.
#[test]
fn an_invocation_leaves_nothing_behind() {
    on_every_storage(|lab| {
        let meter = owner_of_all(&lab);
        let (signer, cipher) = (format!("{STORAGE}/s"), format!("{STORAGE}/c"));
        let functions = ["random", "digest", "mac", "signature", "cipher", "csr", "wrap", "token"];
        let seen = || functions.map(|f| meter.retrieve(&format!("cse-mn/security/data/function-{f}")));
        let (before, versions) = (seen(), lab.world().versions());
        drop(lab.take_audits());
        lab.wait(std::time::Duration::from_secs(5));
        lab.world().forget_needs();
        for (function, input) in functions.into_iter().zip([
            random(20),
            digest(MESSAGE),
            mac(KEY, MESSAGE),
            signature(&signer, MESSAGE),
            encryption(&cipher, MESSAGE),
            request(&signer),
            wrapping(&format!("{STORAGE}/w"), &format!("{STORAGE}/x")),
            token_input(&signer),
        ]) {
            assert_eq!(meter.invoke(function, input).code(), 2004, "{function}");
        }
        assert_eq!(lab.world().commits(), 0);
        let audits = format!("{:?}", lab.take_audits());
        assert_eq!(lab.world().versions(), versions);
        for (before, now) in before.iter().zip(seen()) {
            assert_eq!(before.object(), now.object());
            assert!(!now.has("st"), "a function has no state");
        }
        let encoded = b64(MESSAGE);
        assert!(!audits.contains("4711") && !audits.contains(encoded.as_text().unwrap()));
    });
}

// Shows RES-6 and SDH-4: using a key is recorded, and what it was used on is not.
#[test]
fn the_use_of_a_key_is_recorded_without_its_input_or_output() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        drop(lab.take_audits());
        let code = meter.invoke("mac", mac(KEY, MESSAGE)).text("Sgn").to_owned();
        assert_eq!(meter.invoke("random", random(8)).code(), 2004);
        let audits = lab.take_audits();
        let [record] = of_kind(&audits, AuditKind::KeyUse)[..] else { panic!("{audits:?}") };
        assert_eq!(audits.len(), 1, "nothing secret is used for a random number");
        assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/Cmeter"));
        assert_eq!(record.target.as_deref(), Some("cse-mn/security/data/function-mac"));
        assert_eq!(&*record.ground, "privileges[0] of acpUse (proven)");
        let text = format!("{record:?}");
        assert!(!text.contains(&code) && !text.contains("4711"));
    });
}

// Shows ACC-1 and ACC-2.
#[test]
fn functions_are_for_callers_who_proved_who_they_are() {
    let believing = |setup: &mut support::lab::Setup| setup.settings.laboratory.believe_originators = true;
    on_every_storage_with(believing, |lab| {
        drop(owner_of(&lab, hmac_key("k")));
        let vouched = lab.network("Cmeter");
        lab.world().forget_needs();
        for (function, input) in [("random", random(4)), ("digest", digest(b"")), ("mac", mac(KEY, b"m"))] {
            assert_eq!(vouched.invoke(function, input).code(), 4103, "{function}");
        }
        assert!(lab.world().commands().is_empty());
        // Where a policy asks for no proof, a claim is enough for what is nobody's own; never for a key.
        let_use(&lab, [rule(["all"], ALL)]);
        assert_eq!(vouched.invoke("random", random(4)).code(), 2004);
        assert_eq!(vouched.invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert_eq!(vouched.create(STORAGE, hmac_key("l")).code(), 4103);
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
    on_every_storage(|lab| {
        drop(owner_of(&lab, hmac_key("k")));
        assert_eq!(lab.network("Cmeter").invoke("random", random(4)).code(), 4103);
        let_use(&lab, [rule(["all"], ALL)]);
        assert_eq!(lab.network("Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4103);
        assert_eq!(lab.network("Cmeter").create(STORAGE, hmac_key("l")).code(), 4103);
    });
}
