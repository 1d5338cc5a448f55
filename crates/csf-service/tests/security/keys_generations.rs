//! Rotation of keys that encrypt, wrap and derive: what older generations made is opened as long as they are kept, and
//! no longer; and rotation to a key that was made elsewhere.

use csf_api::{Object, Response, Value};
use support::lab::{
    ALL, Asker, Draft, Fault, Reading, changes, command, hmac_key, on_every_storage, policy, rule,
};

use crate::kit::{
    KEY, MESSAGE, STORAGE, b64, ciphered, encryption, gcm_key, gives, is_in_environment, mac, octets,
    owner_of, wrapping, wrapping_key,
};

const GCM: &str = "ALG_AEAD_AES_128_GCM";
const CBC: &str = "ALG_AES_CBC_PKCS5";
/// How many generations back a key opens what it made.
const KEPT: i64 = 4;

fn at(name: &str) -> String {
    format!("{STORAGE}/{name}")
}

fn to(generation: i64) -> Draft {
    changes("csf:keyObject").with("gen", generation)
}

/// What an encryption gave, as the input of its decryption, without the generation.
fn back(encrypted: &Response, algorithm: &str) -> Object {
    let nonce = if algorithm == GCM { "nc" } else { "iV" };
    let input = ciphered(algorithm, KEY).with(nonce, encrypted.member(nonce).clone());
    input.with("cD", encrypted.member("cD").clone())
}

fn named(encrypted: &Response, algorithm: &str, generation: i64) -> Object {
    back(encrypted, algorithm).with("gen", Value::Integer(generation))
}

// Shows SDH-4 and SDH-2.
#[test]
fn what_a_key_encrypted_before_is_decrypted_for_its_owner_and_only_so_long() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        let other = lab.registered(1001, "Cother");
        let first = meter.invoke("cipher", encryption(KEY, MESSAGE));
        assert_eq!(first.number("gen"), 1);
        for generation in 2..=KEPT + 1 {
            assert_eq!(meter.update(KEY, to(generation)).number("gen"), generation);
            let now = meter.invoke("cipher", encryption(KEY, MESSAGE));
            assert_eq!(now.number("gen"), generation);
            for input in [back(&first, GCM), named(&first, GCM, 1), named(&now, GCM, generation)] {
                assert_eq!(octets(&meter.invoke("cipher", input.clone()), "msg"), MESSAGE);
                assert_eq!(other.invoke("cipher", input).code(), 4103);
            }
            let wrong = meter.invoke("cipher", named(&first, GCM, generation));
            assert_eq!((wrong.code(), gives(&wrong, MESSAGE)), (4000, false), "it was another generation");
        }
        assert_eq!(meter.update(KEY, to(KEPT + 2)).code(), 2004);
        assert_eq!(meter.invoke("cipher", back(&first, GCM)).code(), 4000);
        assert_eq!(meter.invoke("cipher", named(&first, GCM, 1)).code(), 4004);
        assert_eq!(meter.invoke("cipher", named(&first, GCM, KEPT + 3)).code(), 4004, "it never was");
    });
}

// Shows SDH-4: where nothing is authenticated, no guess is given out as a plaintext.
#[test]
fn without_authentication_a_rotated_key_is_told_the_generation() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k").with("kAl", "AES_128_CBC"));
        let encrypted = meter.invoke("cipher", ciphered(CBC, KEY).with("msg", b64(MESSAGE)));
        assert_eq!(octets(&meter.invoke("cipher", back(&encrypted, CBC)), "msg"), MESSAGE);
        assert_eq!(meter.update(KEY, to(2)).code(), 2004);
        let unnamed = meter.invoke("cipher", back(&encrypted, CBC));
        assert_eq!(unnamed.code(), 4000);
        assert!(!gives(&unnamed, MESSAGE));
        assert_eq!(octets(&meter.invoke("cipher", named(&encrypted, CBC, 1)), "msg"), MESSAGE);
        for wrong in [0, -1, i64::MAX] {
            assert_eq!(meter.invoke("cipher", named(&encrypted, CBC, wrong)).code(), 4000, "{wrong}");
        }
        let chosen = encryption(KEY, MESSAGE).with("gen", Value::Integer(1));
        assert_eq!(meter.invoke("cipher", chosen).code(), 4000, "only the present one encrypts");
    });
}

// Shows SDH-4 and SDH-2.
#[test]
fn what_a_key_wrapped_before_is_unwrapped_for_its_owner_and_only_so_long() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, wrapping_key("w"));
        assert_eq!(meter.create(STORAGE, hmac_key("k").with("exp", true)).code(), 2001);
        let wrapped = octets(&meter.invoke("wrap", wrapping(&at("w"), KEY)), "kMt");
        let code = octets(&meter.invoke("mac", mac(KEY, MESSAGE)), "Sgn");
        let taken = |name: &str| {
            let draft = hmac_key(name).with("kFr", at("w").as_str()).with("kDA", "AES_128_KW");
            draft.with("kMt", b64(&wrapped))
        };
        for generation in 2..=KEPT + 1 {
            assert_eq!(meter.update(&at("w"), to(generation)).code(), 2004);
            assert_ne!(octets(&meter.invoke("wrap", wrapping(&at("w"), KEY)), "kMt"), wrapped);
            let name = format!("u{generation}");
            assert_eq!(meter.create(STORAGE, taken(&name)).code(), 2001);
            assert_eq!(octets(&meter.invoke("mac", mac(&at(&name), MESSAGE)), "Sgn"), code);
        }
        assert_eq!(lab.registered(1001, "Cthief").create(STORAGE, taken("t")).code(), 4103);
        assert_eq!(meter.update(&at("w"), to(KEPT + 2)).code(), 2004);
        assert_eq!(meter.create(STORAGE, taken("late")).code(), 4000);
    });
}

// Shows SDH-4 and SDH-2.
#[test]
fn a_key_is_derived_from_the_generation_that_is_named_while_it_is_kept() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("s").with("kAl", "HKDF_SHA_256").with("kUs", ["derive"]));
        let derived = |name: &str| hmac_key(name).with("kFr", at("s").as_str()).with("kDA", "HKDF_SHA_256");
        let code =
            |asker: &Asker<'_>, name: &str| octets(&asker.invoke("mac", mac(&at(name), MESSAGE)), "Sgn");
        assert_eq!(meter.create(STORAGE, derived("one")).code(), 2001);
        assert_eq!(meter.update(&at("s"), to(2)).code(), 2004);
        assert_eq!(meter.create(STORAGE, derived("two")).code(), 2001);
        assert_eq!(meter.create(STORAGE, derived("again").with("kFG", 1)).code(), 2001);
        let first = code(&meter, "one");
        assert_eq!((code(&meter, "again") == first, code(&meter, "two") == first), (true, false));
        assert_eq!(meter.retrieve(&at("again")).number("kFG"), 1);
        for (name, generation, expected) in [("x", 3, 4004), ("x", 0, 4000), ("x", i64::MAX, 4000)] {
            let made = meter.create(STORAGE, derived(name).with("kFG", generation));
            assert_eq!(made.code(), expected, "{generation}");
        }
        let stranger = lab.registered(1001, "Cother");
        assert_eq!(stranger.create(STORAGE, derived("x").with("kFG", 1)).code(), 4103);
        assert_eq!(meter.create(STORAGE, hmac_key("x").with("kFG", 1)).code(), 4000, "of nothing");
        for generation in 3..=KEPT + 2 {
            assert_eq!(meter.update(&at("s"), to(generation)).code(), 2004);
        }
        assert_eq!(meter.create(STORAGE, derived("late").with("kFG", 1)).code(), 4004);
        assert_eq!(code(&meter, "one"), first, "what was derived stays");
    });
}

// Shows SDH-4: all generations go with the key.
#[test]
fn a_deleted_key_decrypts_nothing_of_any_generation() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        let id = meter.retrieve(KEY).text("ri").to_owned();
        let first = meter.invoke("cipher", encryption(KEY, MESSAGE));
        assert_eq!(meter.update(KEY, to(2)).code(), 2004);
        assert_eq!(meter.invoke("cipher", named(&first, GCM, 1)).code(), 2004);
        assert_eq!(meter.delete(KEY).code(), 2002);
        assert!(!is_in_environment(&lab, &id));
        assert_eq!(meter.create(STORAGE, gcm_key("k")).code(), 2001);
        for input in [back(&first, GCM), named(&first, GCM, 1)] {
            assert_eq!(meter.invoke("cipher", input).code(), 4000, "it is another key");
        }
    });
}

fn given(generation: i64, material: &[u8]) -> Draft {
    to(generation).with("kMt", b64(material))
}

// Shows SDH-4 and ACC-9.
#[test]
fn an_imported_key_is_rotated_to_what_its_owner_gives_and_nobody_else() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k").with("kMt", b64(&[7; 32])));
        assert_eq!(meter.create(STORAGE, hmac_key("twin").with("kMt", b64(&[8; 32]))).code(), 2001);
        let code = |key: &str| octets(&meter.invoke("mac", mac(key, MESSAGE)), "Sgn");
        let (old, new) = (code(KEY), code(&at("twin")));
        let other = lab.registered(1001, "Cother");
        let policy = policy("p", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", policy).code(), 2001);
        let governed = changes("csf:keyObject").with("acpi", ["cse-mn/Cmeter/p"]);
        assert_eq!(meter.update(KEY, governed).code(), 2004);
        for stranger in [&other, &lab.admin()] {
            assert_eq!(stranger.update(KEY, given(2, &[8; 32])).code(), 4103);
        }
        for (draft, what) in [
            (given(3, &[8; 32]), "not the next"),
            (given(2, &[8; 13]), "no key"),
            (given(2, &[7; 32]), "the present one"),
            (given(2, &[8; 32]).with("lbl", ["x"]), "something else"),
            (to(2).with("kMt", Value::Null), "nothing"),
        ] {
            assert_eq!(meter.update(KEY, draft).code(), 4000, "{what}");
            assert_eq!((code(KEY), meter.retrieve(KEY).number("gen")), (old.clone(), 1), "{what}");
        }
        let rotated = meter.update(KEY, given(2, &[8; 32]));
        assert_eq!((rotated.code(), rotated.number("gen"), rotated.has("kMt")), (2004, 2, false));
        assert_eq!((code(KEY), rotated.member("imp")), (new, &Value::Bool(true)));
        let before = meter.invoke("mac", mac(KEY, MESSAGE).with("Sgn", b64(&old)));
        assert_eq!(before.member("vR"), &Value::Bool(true), "the generation before still checks");
        for shown in [&rotated, &meter.retrieve(KEY), &lab.admin().retrieve(KEY)] {
            assert!(!shown.has("kMt") && !gives(shown, &[8; 32]));
        }
    });
}

// Shows SDH-3: where the environment does not say what it did, the same is asked for again.
#[test]
fn a_given_generation_whose_outcome_is_unknown_is_asked_for_again() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k").with("kMt", b64(&[7; 32])));
        lab.script(command("rotate-key"), Fault::Failing);
        assert!(meter.update(KEY, given(2, &[8; 32])).code() >= 5000);
        lab.heal();
        let again = meter.update(KEY, given(2, &[8; 32]));
        assert_eq!((again.code(), again.number("gen")), (2004, 2));
    });
}
