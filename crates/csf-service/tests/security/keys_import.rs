//! Keys that were made elsewhere: taken in, used like others, never shown.

use csf_api::{SecurityLevel, Value};
use support::lab::{
    ALL, Draft, Lab, Reading, Wanted, command, commits, creation, ecdsa_key, hmac_key, on_every_storage,
    on_every_storage_with, rule,
};

use crate::kit::{
    KEY, MESSAGE, STORAGE, at_least, b64, everything, gcm_key, gives, is_in_environment, let_only_use, mac,
    octets, owner_of, signature, stored,
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

/// What `openssl mac` makes of [`MESSAGE`] with the Km of that key and of `maf.example.com`.
const KM_CODE: [u8; 32] = [
    0xaa, 0x01, 0xf4, 0xb9, 0x61, 0x93, 0x9c, 0x6b, 0x32, 0x48, 0xae, 0x0f, 0x46, 0x67, 0x7e, 0x32, 0x0e,
    0xe4, 0xfe, 0x84, 0x3b, 0xe3, 0x90, 0xe8, 0x28, 0x98, 0x5c, 0x9c, 0x8f, 0x10, 0xda, 0x0d,
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

// Shows SDH-4 and SDH-6: an enrolment key of elsewhere gives the Km that TS-0003 10.3.2 says, and no higher than it lies.
#[test]
fn the_master_credential_of_an_imported_enrolment_key_is_the_one_known_elsewhere() {
    on_every_storage_with(
        |setup| setup.add_environment("card", SecurityLevel::High),
        |lab| {
            let (meter, storage) = (lab.registered(1000, "Cmeter"), "cse-mn/security/data/storage-card");
            let source = imported("ke").with("kAl", "ONEM2M_KE").with("kUs", ["derive"]);
            assert_eq!(meter.create(storage, source).code(), 2001);
            let derived = |name| {
                let from = format!("{storage}/ke");
                let draft = hmac_key(name).with("kFr", from.as_str()).with("kDA", "ONEM2M_KM");
                draft.with("inf", b64(b"maf.example.com").as_text().unwrap())
            };
            assert_eq!(meter.create(storage, derived("km")).code(), 2001);
            let input = mac(&format!("{storage}/km"), MESSAGE);
            let answer = meter.invoke("mac", input.clone());
            assert_eq!((octets(&answer, "Sgn"), answer.number("seL")), (KM_CODE.to_vec(), 1));
            assert_eq!(meter.invoke("mac", at_least(2, input)).code(), 5207);
            assert_eq!(lab.registered(1001, "Cthief").create(storage, derived("x")).code(), 4103);
        },
    );
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
            imported("k").with("kMt", b64(&MATERIAL[..13])),
            imported("k").with("kMt", b64(&[1; 257])),
            gcm_key("k").with("kMt", b64(&[1; 15])),
            gcm_key("k").with("kMt", b64(&[1; 17])),
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

// Shows SDH-4: what others share by HMAC need not be as long as the digest. The code is that of RFC 4231, 4.2.
#[test]
fn a_secret_of_another_length_gives_the_code_that_it_gives_elsewhere_to_its_owner_only() {
    on_every_storage(|lab| {
        let key = hmac_key("k").with("kMt", b64(&[0x0b; 20]));
        let (meter, other) = (owner_of(&lab, key), lab.registered(1001, "Cother"));
        let published = [
            0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
            0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7,
        ];
        let code = |asker: &support::lab::Asker<'_>| asker.invoke("mac", mac(KEY, b"Hi There"));
        assert_eq!(octets(&code(&meter), "Sgn"), published);
        assert_eq!(code(&other).code(), 4103);
        // The key of RFC 4231, 4.3, which anybody guesses.
        let refused = meter.create(STORAGE, hmac_key("j").with("kMt", b64(b"Jefe")));
        assert_eq!((refused.code(), refused.error_text().contains("14 to 256 bytes")), (4000, true));
        // It outlives a restart, and a private key is taken for no secret, whatever its length.
        let lab = lab.restart(|_| {});
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(octets(&code(&meter), "Sgn"), published);
        let structure = [&[0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30][..], &[0x13; 131]].concat();
        assert_eq!(structure.len(), 138);
        assert_eq!(meter.create(STORAGE, hmac_key("p").with("kMt", b64(&structure))).code(), 4000);
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
            // Nor is what is made from it, though all of that happens inside.
            let source = hmac_key("source").with("kAl", "HKDF_SHA_256").with("kUs", ["derive"]);
            assert_eq!(meter.create(CARD, source.with("kMt", b64(&MATERIAL))).code(), 2001);
            let from = format!("{CARD}/source");
            let derived = |name| hmac_key(name).with("kFr", from.as_str()).with("kDA", "HKDF_SHA_256");
            assert_eq!(meter.create(CARD, derived("d").with("msl", 2)).code(), 5207);
            assert_eq!(meter.create(CARD, derived("d").with("kMt", b64(&MATERIAL))).code(), 4000);
            let made = meter.create(CARD, derived("d"));
            assert_eq!((made.code(), made.number("seL")), (2001, 1));
            let key = format!("{CARD}/d");
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
