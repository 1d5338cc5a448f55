//! How a key gets another owner: its owner names the next one, who takes it; and nothing of it stays behind (SDH-2).

use std::time::Duration;

use csf_api::{Object, Request, Value};
use csf_service::AuditKind;
use csf_store::Space;
use support::lab::{
    ALL, Asker, Draft, Fault, Lab, Reading, changes, command, commits, deletion, hmac_key, on_every_storage,
    on_every_storage_with, policy, rule, update,
};

use crate::kit::{
    KEY, MESSAGE, STORAGE, b64, encryption, everything, gcm_key, mac, octets, of_kind, owner_of,
};

const ROOT: &str = "csf:keyObject";
const WEEK: u64 = 7 * 24 * 3600;

fn naming(next: &str) -> Draft {
    changes(ROOT).with("nOw", next)
}

fn taking(own: &str) -> Request {
    update(KEY, changes(ROOT).with("own", own))
}

/// Takes the key for the asker; the code.
fn take(asker: &Asker<'_>, own: &str) -> u16 {
    asker.send(taking(own)).code()
}

fn code(asker: &Asker<'_>) -> Vec<u8> {
    octets(&asker.invoke("mac", mac(KEY, MESSAGE)), "Sgn")
}

fn intents(lab: &Lab) -> usize {
    lab.world().versions().keys().filter(|key| key.starts_with("intent/")).count()
}

/// How many resources count for this AE.
fn count(lab: &Lab, stem: &str) -> u64 {
    let key = Space::sealed("count").key(&format!("//csf.example/id-mn/{stem}"));
    u64::from_be_bytes(lab.world().record(key).try_into().unwrap())
}

// Shows SDH-2, SDH-4 and ACC-9.
#[test]
fn the_one_whom_the_owner_names_takes_the_key_and_nobody_else() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let [next, other] = [(1001, "Cnext"), (1002, "Cother")].map(|(uid, stem)| lab.registered(uid, stem));
        let before = code(&meter);
        assert_eq!(take(&next, "Cnext"), 4103);
        for stranger in [&next, &other, &lab.admin()] {
            assert_eq!(stranger.update(KEY, naming("Cnext")).code(), 4103, "nobody else names");
        }
        let named = meter.update(KEY, naming("Cnext"));
        assert_eq!((named.code(), named.text("nOw"), named.text("nBy")), (2004, "Cnext", "owner"));
        // Until it is taken it is the owner's, and being named is no right to use.
        assert_eq!(code(&meter), before);
        assert_eq!(next.invoke("mac", mac(KEY, MESSAGE)).code(), 4103);
        assert_eq!(next.delete(KEY).code(), 4103);
        assert_eq!(
            (take(&other, "Cother"), take(&other, "Cnext"), take(&lab.admin(), "CAdmin")),
            (4103, 4103, 4103)
        );
        assert_eq!(take(&lab.network("Cnext"), "Cnext"), 4103);
        drop(lab.take_audits());
        let taken = next.send(taking("Cnext"));
        let says = (taken.code(), taken.text("own"), taken.has("nOw"), taken.has("nBy"), taken.has("nUn"));
        assert_eq!(says, (2004, "Cnext", false, false, false));
        let audits = lab.take_audits();
        let noted: Vec<_> = of_kind(&audits, AuditKind::KeyUse);
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].originator.as_deref(), Some("//csf.example/id-mn/Cnext"));
        assert_eq!((code(&next), intents(&lab)), (before, 0));
        assert_eq!(next.discover(STORAGE, everything()).addresses(), [KEY]);
        // And the one who had it has nothing of it any more.
        for refused in [
            meter.retrieve(KEY),
            meter.invoke("mac", mac(KEY, MESSAGE)),
            meter.update(KEY, changes(ROOT).with("gen", 2)),
            meter.update(KEY, naming("Cmeter")),
            meter.delete(KEY),
        ] {
            assert_eq!(refused.code(), 4103);
        }
        assert_eq!(take(&meter, "Cmeter"), 4103);
        assert!(meter.discover(STORAGE, everything()).addresses().is_empty());
        assert_eq!(next.update(KEY, changes(ROOT).with("gen", 2)).code(), 2004);
        assert_eq!((next.delete(KEY).code(), intents(&lab)), (2002, 0));
    });
}

// Shows SDH-2: the next owner decrypts what the former owner encrypted, in all generations.
#[test]
fn all_generations_go_with_a_key() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, gcm_key("k"));
        let next = lab.registered(1001, "Cnext");
        let encrypted = meter.invoke("cipher", encryption(KEY, MESSAGE));
        assert_eq!(meter.update(KEY, changes(ROOT).with("gen", 2)).code(), 2004);
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        assert_eq!(take(&next, "Cnext"), 2004);
        assert_eq!(next.retrieve(KEY).number("gen"), 2);
        let input = Object::new()
            .with("Calg", Value::text("ALG_AEAD_AES_128_GCM"))
            .with("kInf", Value::text(KEY))
            .with("nc", encrypted.member("nc").clone())
            .with("cD", encrypted.member("cD").clone());
        assert_eq!(octets(&next.invoke("cipher", input.clone()), "msg"), MESSAGE);
        assert_eq!(meter.invoke("cipher", input).code(), 4103);
    });
}

// Shows SDH-2 and ACC-9: what the former owner let others see ends with the hand-over.
#[test]
fn nobody_has_access_that_the_former_owner_gave() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let [next, reader] =
            [(1001, "Cnext"), (1002, "Creader")].map(|(uid, stem)| lab.registered(uid, stem));
        let open = policy("p", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", open).code(), 2001);
        assert_eq!(meter.update(KEY, changes(ROOT).with("acpi", ["cse-mn/Cmeter/p"])).code(), 2004);
        assert_eq!((reader.retrieve(KEY).code(), next.retrieve(KEY).code()), (2000, 2000));
        // The policy lets others change the object, and neither name nor take.
        assert_eq!(reader.update(KEY, naming("Creader")).code(), 4103);
        assert_eq!(reader.update(KEY, naming("Creader").with("lbl", ["x"])).code(), 4000);
        assert_eq!(take(&reader, "Creader"), 4103);
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        let taken = next.send(taking("Cnext"));
        assert_eq!((taken.code(), taken.has("acpi")), (2004, false));
        for gone in [&reader, &meter] {
            assert_eq!(gone.retrieve(KEY).code(), 4103);
        }
    });
}

// Shows SDH-2: an offer is taken back, replaced, or ends.
#[test]
fn an_offer_that_is_taken_back_or_has_ended_gives_nothing() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let [next, other] = [(1001, "Cnext"), (1002, "Cother")].map(|(uid, stem)| lab.registered(uid, stem));
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        let back = meter.update(KEY, changes(ROOT).with("nOw", Value::Null));
        assert_eq!((back.code(), back.has("nOw"), take(&next, "Cnext")), (2004, false, 4103));
        assert_eq!(meter.update(KEY, naming("Cother")).code(), 2004);
        let named = meter.update(KEY, naming("Cnext"));
        assert_eq!((take(&other, "Cother"), named.text("nUn")), (4103, &*lab.in_seconds(WEEK as i64)));
        lab.wait(Duration::from_secs(WEEK));
        assert_eq!(take(&next, "Cnext"), 4103);
        assert!(!code(&meter).is_empty());
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        assert_eq!(take(&next, "Cnext"), 2004);
    });
}

// Shows SDH-2: what the former owner could have again is not given away, and an orphan only by its owner.
#[test]
fn a_hand_over_that_makes_no_sense_is_refused() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let next = lab.registered(1001, "Cnext");
        assert_eq!(
            meter.create(STORAGE, hmac_key("s").with("kAl", "HKDF_SHA_256").with("kUs", ["derive"])).code(),
            2001
        );
        let from = format!("{STORAGE}/s");
        for (name, draft) in [
            ("i", hmac_key("i").with("kMt", b64(&[7; 32]))),
            ("e", hmac_key("e").with("exp", true)),
            ("d", hmac_key("d").with("kFr", from.as_str()).with("kDA", "HKDF_SHA_256")),
        ] {
            assert_eq!(meter.create(STORAGE, draft).code(), 2001);
            assert_eq!(meter.update(&format!("{STORAGE}/{name}"), naming("Cnext")).code(), 4000, "{name}");
        }
        for nobody in ["Cnobody", "Cmeter", "CAdmin", "", "a/b/c/d/e"] {
            assert_eq!(meter.update(KEY, naming(nobody)).code(), 4000, "{nobody}");
        }
        for wrong in [
            naming("Cnext").with("lbl", ["x"]),
            naming("Cnext").with("own", "Cnext"),
            naming("Cnext").rooted("csf:dataObject"),
        ] {
            assert_eq!(meter.update(KEY, wrong).code(), 4000);
        }
        assert_eq!(meter.create(STORAGE, hmac_key("n").with("nOw", "Cnext")).code(), 4000);
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        assert_eq!(
            (take(&meter, "Cnext"), take(&meter, "Cmeter"), take(&next, "Cmeter")),
            (4000, 4000, 4000)
        );
        assert_eq!(next.update(KEY, changes(ROOT).with("own", Value::Null)).code(), 4000);
        // An owner who is gone consents to nothing: an administrator may delete, and names nobody.
        assert_eq!(meter.update(KEY, changes(ROOT).with("nOw", Value::Null)).code(), 2004);
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        assert_eq!(lab.admin().update(KEY, naming("Cnext")).code(), 4103);
        assert_eq!((take(&next, "Cnext"), lab.admin().delete(KEY).code()), (4103, 2002));
    });
}

// Shows SDH-2: a key counts for whoever has it.
#[test]
fn a_hand_over_needs_room_with_the_next_owner_and_makes_some_with_the_last() {
    on_every_storage_with(
        |setup| setup.settings.limits.resources_per_originator = 2,
        |lab| {
            let meter = owner_of(&lab, hmac_key("k"));
            let next = lab.registered(1001, "Cnext");
            let other = format!("{STORAGE}/o");
            assert_eq!(next.create(STORAGE, hmac_key("o")).code(), 2001);
            assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
            let before = code(&meter);
            assert_eq!((take(&next, "Cnext"), intents(&lab)), (5207, 0));
            assert_eq!((code(&meter), count(&lab, "Cmeter"), count(&lab, "Cnext")), (before, 2, 2));
            assert_eq!(next.delete(&other).code(), 2002);
            assert_eq!(take(&next, "Cnext"), 2004);
            assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (1, 2));
            assert_eq!(next.create(STORAGE, hmac_key("o")).code(), 5207);
            assert_eq!(meter.create(STORAGE, hmac_key("o")).code(), 2001);
            assert_eq!(next.delete(KEY).code(), 2002);
            assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (2, 1));
        },
    );
}

// Shows SDH-3: power that is lost leaves the key with one owner, who can use it.
#[test]
fn a_crash_during_a_hand_over_leaves_the_key_with_one_owner() {
    let cases = [(commits(), false), (command("hand-over-key"), false), (commits().but_the_first(), true)];
    for (at, is_handed) in cases {
        on_every_storage(|lab| {
            let meter = owner_of(&lab, hmac_key("k"));
            drop(lab.registered(1001, "Cnext"));
            let before = code(&meter);
            assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
            let lab = lab.crashed(|lab| (lab.as_ae(1001, "Cnext"), taking("Cnext")), at.clone(), |_| {});
            assert_eq!((intents(&lab), lab.started().left), (0, 0), "{at:?}");
            let [meter, next] = [(1000, "Cmeter"), (1001, "Cnext")].map(|(uid, stem)| lab.as_ae(uid, stem));
            let (has, has_not) = if is_handed { (&next, &meter) } else { (&meter, &next) };
            assert_eq!(code(has), before, "{at:?}");
            assert_eq!(has_not.invoke("mac", mac(KEY, MESSAGE)).code(), 4103, "{at:?}");
            let counts = if is_handed { (1, 2) } else { (2, 1) };
            assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), counts, "{at:?}");
            if !is_handed {
                assert_eq!(take(&next, "Cnext"), 2004, "{at:?}");
            }
            assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (1, 2), "{at:?}");
        });
    }
}

// Shows SDH-3: where the environment does not say what it did, nothing else is done with the key until it is known.
#[test]
fn a_hand_over_whose_outcome_is_unknown_is_asked_for_again() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let next = lab.registered(1001, "Cnext");
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        lab.script(command("hand-over-key"), Fault::Failing);
        assert!(take(&next, "Cnext") >= 5000);
        lab.heal();
        assert_eq!(intents(&lab), 1);
        for (draft, what) in [
            (changes(ROOT).with("gen", 2), "rotated"),
            (changes(ROOT).with("lbl", ["x"]), "changed"),
            (changes(ROOT).with("nOw", Value::Null), "taken back"),
        ] {
            assert_eq!(meter.update(KEY, draft).code(), 4105, "{what}");
        }
        assert_eq!((meter.delete(KEY).code(), lab.admin().delete(KEY).code()), (4105, 4105));
        assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (2, 2));
        assert_eq!((take(&next, "Cnext"), intents(&lab)), (2004, 0));
        assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (1, 2));
        assert!(!code(&next).is_empty());
    });
}

// Shows SDH-3 and SDH-4: of two who change the same key at the same time, one finds it changed.
#[test]
fn what_happens_to_a_key_meanwhile_is_one_after_the_other() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let next = lab.registered(1001, "Cnext");
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        // Before anything is noted, the owner takes the name back.
        let (answer, ()) = lab.interrupted(&next, taking("Cnext"), commits(), || {
            assert_eq!(meter.update(KEY, changes(ROOT).with("nOw", Value::Null)).code(), 2004);
        });
        assert_eq!((answer.code(), intents(&lab), count(&lab, "Cnext")), (4103, 0, 1));
        // Once it is noted, the owner deletes nothing, and the same is asked for twice.
        assert_eq!(meter.update(KEY, naming("Cnext")).code(), 2004);
        let (answer, ()) = lab.interrupted(&next, taking("Cnext"), command("hand-over-key"), || {
            assert_eq!(meter.send(deletion(KEY)).code(), 4105);
            assert_eq!(take(&next, "Cnext"), 2004);
        });
        assert_eq!((answer.code(), intents(&lab)), (2004, 0));
        assert_eq!((count(&lab, "Cmeter"), count(&lab, "Cnext")), (1, 2));
        assert!(!code(&next).is_empty());
        assert_eq!((next.delete(KEY).code(), count(&lab, "Cnext")), (2002, 1));
    });
}
