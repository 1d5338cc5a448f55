//! Keys that were made elsewhere: taken in, used like others, never shown.

use csf_api::{SecurityLevel, Value};
use support::lab::{
    ALL, Draft, Lab, Reading, Wanted, command, commits, creation, ecdsa_key, hmac_key, on_every_storage,
    on_every_storage_with, rule,
};

use crate::kit::{
    KEY, STORAGE, at_least, b64, everything, gives, is_in_environment, let_only_use, mac, octets, owner_of,
    signature, stored,
};

/// A key for HMAC-SHA-256, and what `openssl dgst -sha256 -mac HMAC` makes with it of `sample`.
const MATERIAL: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];
const CODE: [u8; 32] = [
    0x6d, 0x09, 0xd0, 0x01, 0x46, 0xb0, 0xac, 0x5f, 0xfe, 0x9c, 0x73, 0x15, 0x3c, 0xaf, 0x10, 0x6a, 0xa5,
    0x39, 0x43, 0x4d, 0x89, 0xdc, 0xa5, 0xee, 0x28, 0x6f, 0xfb, 0xc5, 0x43, 0x32, 0x12, 0x74,
];

fn imported(name: &str) -> Draft {
    hmac_key(name).with("kMt", b64(&MATERIAL))
}

// Shows SDH-4 and SDH-2.
#[test]
fn a_key_that_was_made_elsewhere_gives_the_codes_that_it_gave_there_to_its_owner_only() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, imported("k"));
        let seen = meter.retrieve(KEY);
        assert_eq!(
            (seen.member("imp"), seen.text("stt"), seen.number("gen")),
            (&Value::Bool(true), "active", 1)
        );
        assert!(is_in_environment(&lab, seen.text("ri")));
        assert_eq!(octets(&meter.invoke("mac", mac(KEY, b"sample")), "Sgn"), CODE);
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.invoke("mac", mac(KEY, b"sample")).code(), 4103);
        assert_eq!(lab.world().environments_of("generate-key").len(), 0);
        // One that was made here says so too.
        assert_eq!(meter.create(STORAGE, hmac_key("l")).member("imp"), &Value::Bool(false));
    });
}

// Shows SDH-4: a key does what it was taken in for.
#[test]
fn an_imported_key_does_nothing_that_it_was_not_taken_in_for() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, imported("k").with("kUs", ["macVerify"]));
        assert_eq!(meter.invoke("mac", mac(KEY, b"sample").with("Sgn", b64(&CODE))).code(), 2004);
        assert_eq!(meter.invoke("mac", mac(KEY, b"sample")).code(), 4000);
        assert_eq!(meter.invoke("signature", signature(KEY, b"sample")).code(), 4000);
    });
}

// Shows SDH-2: what came in goes to the environment and nowhere else.
#[test]
fn the_material_of_a_key_is_shown_to_nobody_and_kept_nowhere() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let made = meter.create(STORAGE, imported("k"));
        let twice = meter.create(STORAGE, imported("k"));
        let refused = meter.create(STORAGE, imported("l").with("kUs", ["sign"]));
        assert_eq!((made.code(), twice.code(), refused.code()), (2001, 4105, 4000));
        let mut answers = vec![made, twice, refused];
        for asker in [&meter, &lab.admin()] {
            answers.push(asker.retrieve(KEY));
            answers.push(asker.discover(STORAGE, everything()));
        }
        for answer in &answers {
            let content = format!("{:?}", answer.content);
            assert!(!content.contains("kMt") && !gives(answer, &MATERIAL), "{content}");
        }
        let shown = b64(&MATERIAL);
        let shown = shown.as_text().unwrap_or_default();
        let audits = lab.take_audits();
        assert!(!audits.is_empty() && !format!("{audits:?}").contains(shown));
    });
}

// Shows ACC-9: what is no key leaves no trace.
#[test]
fn material_that_makes_no_key_leaves_no_object() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = lab.world().versions();
        for draft in [
            imported("k").with("kMt", ""),
            imported("k").with("kMt", "AAEC AwQF"),
            imported("k").with("kMt", 7),
            imported("k").with("kMt", b64(&MATERIAL[1..])),
            imported("k").with("kMt", b64(&[1; 33])),
            imported("k").with("kMt", b64(&[1; 513])),
            imported("k").with("kMt", b64(&[1; 4096])),
            imported("k").with("kUs", ["sign"]),
            ecdsa_key("k").with("kMt", b64(&[0; 32])),
            ecdsa_key("k").with("kMt", b64(&[0xff; 32])),
            ecdsa_key("k").with("kMt", b64(&[0x30; 138])),
            imported("k").with("imp", true),
        ] {
            let answer = meter.create(STORAGE, draft);
            assert_eq!(answer.code(), 4000, "{:?}", answer.content);
        }
        assert_eq!(lab.world().versions(), before);
        assert_eq!(meter.create(STORAGE, imported("k")).code(), 2001);
        // The material of a key is never changed: another key is another object.
        let change = support::lab::changes("csf:keyObject").with("kMt", b64(&MATERIAL));
        assert_eq!(meter.update(KEY, change).code(), 4000);
    });
}

// Shows SDH-4 and ACC-9.
#[test]
fn a_key_is_taken_in_only_for_somebody_who_may_make_one() {
    on_every_storage(|lab| {
        drop([lab.registered(1000, "Cmeter"), lab.registered(1001, "Cother")]);
        let_only_use(&lab, [rule(["Cmeter"], ALL)]);
        let before = stored(&lab);
        assert_eq!(lab.as_ae(1001, "Cother").create(STORAGE, imported("k")).code(), 4103);
        assert_eq!(stored(&lab), before);
        assert_eq!(lab.as_ae(1000, "Cmeter").create(STORAGE, imported("k")).code(), 2001);
    });
}

// Shows SDH-6: whatever holds it now, somebody outside had it.
#[test]
fn an_imported_key_is_of_no_higher_level_than_software() {
    const CARD: &str = "cse-mn/security/data/storage-card";
    on_every_storage_with(
        |setup| setup.add_environment("card", SecurityLevel::High),
        |lab| {
            let meter = lab.registered(1000, "Cmeter");
            for (level, code) in [(3, 5207), (2, 5207), (1, 2001)] {
                assert_eq!(meter.create(CARD, imported("k").with("msl", level)).code(), code, "{level}");
            }
            let key = format!("{CARD}/k");
            assert_eq!(meter.retrieve(&key).number("seL"), 1);
            for (level, code) in [(1, 2004), (2, 5207)] {
                assert_eq!(meter.invoke("mac", at_least(level, mac(&key, b"m"))).code(), code, "{level}");
            }
            // A key that was made there has the level of the place.
            assert_eq!(meter.create(CARD, hmac_key("made").with("msl", 3)).code(), 2001);
            let made = mac(&format!("{CARD}/made"), b"m");
            assert_eq!(meter.invoke("mac", at_least(3, made)).code(), 2004);
        },
    );
}

fn crashed_in_import(lab: Lab, at: Wanted) -> Lab {
    lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), creation(STORAGE, imported("k"))), at, |_| {})
}

// Shows SDH-3: an import that a crash interrupted was made or was not; the material is not needed again.
#[test]
fn a_crash_during_an_import_leaves_the_whole_key_or_nothing() {
    on_every_storage(|lab| {
        drop(lab.registered(1000, "Cmeter"));
        let lab = crashed_in_import(lab, command("import-key"));
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(KEY).code(), 4004);
        let lab = crashed_in_import(lab, commits().but_the_first());
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.retrieve(KEY).text("stt"), "active");
        assert_eq!(octets(&meter.invoke("mac", mac(KEY, b"sample")), "Sgn"), CODE);
    });
}
