//! Keys: made, used for what they were made for, destroyed.

use csf_api::Value;
use support::lab::{Reading, changes, deletion, ecdsa_key, hmac_key, on_every_storage, with_result_content};

use crate::kit::{KEY, STORAGE, b64, is_in_environment, mac, octets, owner_of, signature, stored};

// Shows SDH-2, SDH-3 and SDH-4.
#[test]
fn a_key_is_made_in_its_environment_and_its_object_says_what_may_be_known() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let seen = meter.retrieve(KEY);
        assert_eq!(
            (seen.text("own"), seen.text("stt"), seen.text("kAl")),
            ("Cmeter", "active", "HMAC_SHA_256")
        );
        assert_eq!((seen.number("gen"), seen.number("seL")), (1, 1));
        assert_eq!((seen.member("exp"), seen.texts("kUs")), (&Value::Bool(false), vec!["mac", "macVerify"]));
        assert!(!seen.has("kDt"), "a secret key has no public part");
        assert_eq!((seen.text("pi"), seen.text("rn")), ("storage-soft", "k"));
        assert!(is_in_environment(&lab, seen.text("ri")));
        assert_eq!(lab.world().environments_of("generate-key"), ["soft"]);
        assert_eq!(meter.create(STORAGE, ecdsa_key("s")).code(), 2001);
        let pair = meter.retrieve(&format!("{STORAGE}/s"));
        assert_eq!(octets(&pair, "kDt").len(), 91);
        // By its identifier too.
        assert_eq!(meter.invoke("mac", mac(seen.text("ri"), b"m")).code(), 2004);
    });
}

#[test]
fn the_response_to_a_new_key_shows_it_as_it_is_stored() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let made = meter.create(STORAGE, ecdsa_key("k").with("lbl", ["a"]));
        assert_eq!(made.object(), meter.retrieve(KEY).object());
        assert_eq!(meter.create(STORAGE, ecdsa_key("k")).code(), 4105);
        let unnamed = meter.create(STORAGE, ecdsa_key("x").without("rn"));
        assert_eq!(unnamed.text("rn"), unnamed.text("ri"));
    });
}

// Shows SDH-4.
#[test]
fn a_destroyed_key_is_gone_from_the_environment_and_from_the_tree() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let id = meter.retrieve(KEY).text("ri").to_owned();
        assert!(is_in_environment(&lab, &id));
        // What a DELETE cannot give is refused before the deed.
        assert_eq!(meter.send(with_result_content(3, deletion(KEY))).code(), 4000);
        assert!(is_in_environment(&lab, &id));
        let gone = meter.delete(KEY);
        assert_eq!((gone.code(), gone.content), (2002, None));
        assert!(!is_in_environment(&lab, &id));
        assert_eq!(meter.retrieve(KEY).code(), 4004);
        assert_eq!(meter.retrieve(&id).code(), 4004);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 4004);
        assert_eq!(meter.delete(KEY).code(), 4004);
        assert!(!lab.world().versions().keys().any(|key| key.starts_with("intent/") || key.contains(&id)));
        // The name is free, and the new key is another.
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        assert_ne!(meter.retrieve(KEY).text("ri"), id);
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn a_key_does_nothing_that_it_was_not_made_for() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for (name, uses) in [("mac", "mac"), ("check", "macVerify")] {
            assert_eq!(meter.create(STORAGE, hmac_key(name).with("kUs", [uses])).code(), 2001);
        }
        for (name, uses) in [("sign", "sign"), ("verify", "verify")] {
            assert_eq!(meter.create(STORAGE, ecdsa_key(name).with("kUs", [uses])).code(), 2001);
        }
        let at = |name: &str| format!("{STORAGE}/{name}");
        let (code, signed) = (b64(&[0; 32]), b64(&[1; 64]));
        for (function, input, expected) in [
            ("mac", mac(&at("mac"), b"m"), 2004),
            ("mac", mac(&at("check"), b"m"), 4000),
            ("mac", mac(&at("mac"), b"m").with("Sgn", code.clone()), 4000),
            ("mac", mac(&at("check"), b"m").with("Sgn", code), 2004),
            ("signature", signature(&at("sign"), b"m"), 2004),
            ("signature", signature(&at("verify"), b"m"), 4000),
            ("signature", signature(&at("sign"), b"m").with("Sgn", signed.clone()), 4000),
            ("signature", signature(&at("verify"), b"m").with("Sgn", signed), 2004),
            // The algorithm of the key is not the algorithm of the function.
            ("mac", mac(&at("sign"), b"m"), 4000),
            ("signature", signature(&at("mac"), b"m"), 4000),
        ] {
            let (key, answer) = (input.get("kInf").cloned(), meter.invoke(function, input));
            let key = key.as_ref().and_then(Value::as_text);
            assert_eq!(answer.code(), expected, "{function} with {key:?}");
        }
    });
}

// Shows ACC-9: what cannot be made leaves no trace.
#[test]
fn a_key_that_cannot_be_made_leaves_no_object() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = lab.world().versions();
        for (draft, code) in [
            (hmac_key("k").with("kAl", "AES_256"), 4000),
            (hmac_key("k").with("kAl", ""), 4000),
            (hmac_key("k").without("kAl"), 4000),
            (hmac_key("k").without("kUs"), 4000),
            (hmac_key("k").with("kUs", [""; 0]), 4000),
            (hmac_key("k").with("kUs", ["decrypt"]), 4000),
            // The environment knows that these uses do not belong to the algorithm.
            (hmac_key("k").with("kUs", ["sign"]), 4000),
            (ecdsa_key("k").with("kUs", ["mac"]), 4000),
            (ecdsa_key("k").with("kUs", ["sign", "mac"]), 4000),
            // What the node says of a key cannot be said for it.
            (hmac_key("k").with("own", "Cother"), 4000),
            (hmac_key("k").with("exp", 1), 4000),
            (hmac_key("k").with("stt", "active"), 4000),
            (hmac_key("k").with("seL", 3), 4000),
            (hmac_key("k").with("gen", 7), 4000),
            (hmac_key("k").with("kDt", "bQ=="), 4000),
            (hmac_key("k").with("cnd", "csf:other"), 4125),
            (hmac_key("k").rooted("csf:secureStorage"), 4000),
            (hmac_key("k").with("rn", "a/b"), 4000),
            (hmac_key("k").with("nl", "x"), 5001),
        ] {
            let answer = meter.create(STORAGE, draft);
            assert_eq!(answer.code(), code, "{:?}", answer.content);
        }
        assert_eq!(lab.world().versions(), before);
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    });
}

#[test]
fn keys_stand_in_storages_and_nowhere_else() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let before = stored(&lab);
        for address in ["cse-mn/Cmeter", "cse-mn/security/data", "cse-mn/security", KEY] {
            assert_eq!(meter.create(address, hmac_key("l")).code(), 4108, "{address}");
        }
        assert_eq!(stored(&lab), before);
    });
}

#[test]
fn a_key_object_keeps_its_description_and_takes_labels() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let root = "csf:keyObject";
        for name in ["kAl", "kUs", "msl", "own", "gen", "exp", "seL", "stt", "kDt", "rn", "cnd"] {
            let value = meter.retrieve(KEY).object().get(name).cloned().unwrap_or(Value::Integer(1));
            assert_eq!(meter.update(KEY, changes(root).with(name, value)).code(), 4000, "{name}");
        }
        assert_eq!(meter.update(KEY, changes(root).with("lbl", ["meter"])).code(), 2004);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-4: an end of life is an end of use.
#[test]
fn a_key_whose_time_is_over_is_not_used() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k").with("et", lab.in_seconds(60).as_str()));
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 4004);
        assert_eq!(meter.retrieve(KEY).code(), 4004);
        // Its name stays taken as long as the key is in the environment.
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 4105);
    });
}

// Shows SDH-3.
#[test]
fn a_key_survives_a_restart_and_signs_as_before() {
    on_every_storage(|lab| {
        let public = octets(&owner_of(&lab, ecdsa_key("k")).retrieve(KEY), "kDt");
        let lab = lab.restart(|_| {});
        let meter = lab.as_ae(1000, "Cmeter");
        let signed = octets(&meter.invoke("signature", signature(KEY, b"m")), "Sgn");
        assert!(support::lab::p256_verifies(&public, b"m", &signed));
        assert!(!support::lab::p256_verifies(&public, b"n", &signed));
    });
}
