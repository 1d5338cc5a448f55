//! Rotation: another generation of a key under the same name, whole or not at all.

use csf_api::Value;
use support::lab::{
    ALL, Draft, Fault, Lab, Reading, Wanted, changes, command, commits, deletion, ecdsa_key, hmac_key,
    on_every_storage, p256_verifies, rule, update,
};

use crate::kit::{KEY, STORAGE, b64, is_in_environment, mac, octets, owner_of, signature};

fn to(generation: i64) -> Draft {
    changes("csf:keyObject").with("gen", generation)
}

fn intents(lab: &Lab) -> usize {
    lab.world().versions().keys().filter(|key| key.starts_with("intent/")).count()
}

// Shows SDH-4.
#[test]
fn a_rotated_key_signs_as_another_and_checks_what_it_signed_before() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let first = meter.retrieve(KEY);
        let signed = octets(&meter.invoke("signature", signature(KEY, b"m")), "Sgn");
        let check = |signed: &[u8]| {
            let answer = meter.invoke("signature", signature(KEY, b"m").with("Sgn", b64(signed)));
            answer.member("vR") == &Value::Bool(true)
        };
        let rotated = meter.update(KEY, to(2));
        assert_eq!((rotated.code(), rotated.number("gen")), (2004, 2));
        assert_eq!(rotated.object(), meter.retrieve(KEY).object());
        assert_eq!((rotated.text("ri"), rotated.text("stt")), (first.text("ri"), "active"));
        let (old, new) = (octets(&first, "kDt"), octets(&rotated, "kDt"));
        assert_ne!(old, new);
        let again = octets(&meter.invoke("signature", signature(KEY, b"m")), "Sgn");
        assert!(p256_verifies(&new, b"m", &again) && !p256_verifies(&old, b"m", &again));
        assert!(check(&signed) && check(&again));
        assert_eq!(meter.update(KEY, to(3)).code(), 2004);
        assert!(!check(&signed) && check(&again));
        assert_eq!(intents(&lab), 0);
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn a_key_is_rotated_by_its_owner_only_whatever_policies_say() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let code = octets(&meter.invoke("mac", mac(KEY, b"m")), "Sgn");
        let other = lab.registered(1001, "Cother");
        let policy = support::lab::policy("p", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", policy).code(), 2001);
        let governed = changes("csf:keyObject").with("acpi", ["cse-mn/Cmeter/p"]);
        assert_eq!(meter.update(KEY, governed).code(), 2004);
        // The policy lets the other change the object, and never the key.
        assert_eq!(other.update(KEY, changes("csf:keyObject").with("lbl", ["x"])).code(), 2004);
        for stranger in [&other, &lab.admin()] {
            assert_eq!(stranger.update(KEY, to(2)).code(), 4103);
        }
        assert_eq!(octets(&meter.invoke("mac", mac(KEY, b"m")), "Sgn"), code);
        assert_eq!(meter.update(KEY, to(2)).code(), 2004);
        assert_ne!(octets(&meter.invoke("mac", mac(KEY, b"m")), "Sgn"), code);
    });
}

// Shows ACC-9.
#[test]
fn what_is_no_next_generation_changes_nothing() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.create(STORAGE, hmac_key("i").with("kMt", b64(&[7; 32]))).code(), 2001);
        let before = lab.world().versions();
        for (address, draft, code) in [
            (KEY, to(0), 4000),
            (KEY, to(1), 4000),
            (KEY, to(3), 4000),
            (KEY, to(i64::MAX), 4000),
            (KEY, changes("csf:keyObject").with("gen", "2"), 4000),
            (KEY, changes("csf:keyObject").with("gen", Value::Null), 4000),
            (KEY, to(2).with("lbl", ["x"]), 4000),
            (KEY, to(2).rooted("csf:dataObject"), 4000),
            // What was made here gets no generation from elsewhere, and what was made elsewhere none from here.
            (KEY, to(2).with("kMt", b64(&[8; 32])), 4000),
            (KEY, changes("csf:keyObject").with("kMt", b64(&[8; 32])), 4000),
            (&*format!("{STORAGE}/i"), to(2), 4000),
        ] {
            assert_eq!(meter.update(address, draft).code(), code, "{address}");
        }
        let seen = |lab: &Lab| lab.world().versions().into_keys().collect::<Vec<_>>();
        assert_eq!(seen(&lab), before.into_keys().collect::<Vec<_>>());
        assert_eq!(meter.retrieve(KEY).number("gen"), 1);
    });
}

fn crashed_in_rotation(lab: Lab, at: Wanted) -> Lab {
    lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), update(KEY, to(2))), at, |_| {})
}

// Shows SDH-3: whenever the power is lost, the key works and its object says which generation it is.
#[test]
fn a_crash_during_a_rotation_leaves_a_usable_key() {
    for (at, generation) in [(commits(), 1), (command("rotate-key"), 1), (commits().but_the_first(), 2)] {
        on_every_storage(|lab| {
            let code = octets(&owner_of(&lab, hmac_key("k")).invoke("mac", mac(KEY, b"m")), "Sgn");
            let lab = crashed_in_rotation(lab, at.clone());
            assert_eq!((intents(&lab), lab.started().left), (0, 0), "{at:?}");
            let meter = lab.as_ae(1000, "Cmeter");
            let seen = meter.retrieve(KEY);
            assert_eq!((seen.number("gen"), seen.text("stt")), (generation, "active"), "{at:?}");
            let now = octets(&meter.invoke("mac", mac(KEY, b"m")), "Sgn");
            assert_eq!(now == code, generation == 1, "{at:?}");
            let old = meter.invoke("mac", mac(KEY, b"m").with("Sgn", b64(&code)));
            assert_eq!(old.member("vR"), &Value::Bool(true), "{at:?}");
            assert_eq!(meter.update(KEY, to(generation + 1)).code(), 2004, "{at:?}");
        });
    }
}

// Shows SDH-3: where the environment does not say what it did, asking again brings it to an end.
#[test]
fn a_rotation_whose_outcome_is_unknown_is_asked_for_again() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        lab.script(command("rotate-key"), Fault::Failing);
        assert!(meter.update(KEY, to(2)).code() >= 5000);
        assert_eq!(intents(&lab), 1);
        lab.heal();
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        let again = meter.update(KEY, to(2));
        assert_eq!((again.code(), again.number("gen"), intents(&lab)), (2004, 2, 0));
    });
}

// Shows SDH-3 and SDH-4.
#[test]
fn a_key_that_is_deleted_while_it_is_rotated_is_gone() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let id = meter.retrieve(KEY).text("ri").to_owned();
        let (answer, ()) = lab.interrupted(&meter, update(KEY, to(2)), command("rotate-key"), || {
            assert_eq!(meter.send(deletion(KEY)).code(), 2002);
        });
        assert_eq!((answer.code(), intents(&lab)), (4004, 0));
        assert!(!is_in_environment(&lab, &id));
    });
}

// Shows SDH-3.
#[test]
fn two_rotations_at_the_same_time_make_one_generation_and_a_label_meanwhile_is_kept() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let (answer, ()) = lab.interrupted(&meter, update(KEY, to(2)), command("rotate-key"), || {
            assert_eq!(meter.update(KEY, to(2)).code(), 2004);
            assert_eq!(meter.update(KEY, changes("csf:keyObject").with("lbl", ["x"])).code(), 2004);
        });
        let seen = meter.retrieve(KEY);
        assert_eq!((answer.code(), seen.number("gen"), seen.texts("lbl")), (2004, 2, vec!["x"]));
        assert_eq!(intents(&lab), 0);
    });
}
