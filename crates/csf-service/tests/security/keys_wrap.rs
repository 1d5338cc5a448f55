//! Keys that leave wrapped and come in wrapped: which may, for whom, and what is said of them.

use csf_api::{SecurityLevel, Value};
use csf_service::AuditKind;
use csf_transport::WrapAlgorithm;
use support::lab::{
    Asker, Draft, Reading, command, commits, creation, hmac_key, on_every_storage, on_every_storage_with,
};

use crate::kit::{
    KEY, MESSAGE, STORAGE, at_least, b64, ciphered, gives, mac, octets, of_kind, owner_of, stored, wrapping,
    wrapping_key,
};

/// A key for HMAC-SHA-256 that RFC 3394 wraps in 4.6, what with, and as what.
const DATA: [u8; 32] = [
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0x00,
    0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
];
const WITH: [u8; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31,
];
const WRAPPED: [u8; 40] = [
    0x28, 0xc9, 0xf4, 0x04, 0xc4, 0xb8, 0x10, 0xf4, 0xcb, 0xcc, 0xb3, 0x5c, 0xfb, 0x87, 0xf8, 0x26, 0x3f,
    0x57, 0x86, 0xe2, 0xd8, 0x0e, 0xd3, 0x26, 0xcb, 0xc7, 0xf0, 0xe7, 0x1a, 0x99, 0xf4, 0x3b, 0xfb, 0x98,
    0x8b, 0x9b, 0x7a, 0x02, 0xdd, 0x21,
];

fn at(name: &str) -> String {
    format!("{STORAGE}/{name}")
}

fn made(asker: &Asker<'_>, draft: Draft) {
    let made = asker.create(STORAGE, draft);
    assert_eq!(made.code(), 2001, "{:?}", made.content);
}

/// A key object for what is wrapped so.
fn unwrapped(name: &str, with: &str, wrapped: &[u8]) -> Draft {
    hmac_key(name).with("kFr", at(with).as_str()).with("kDA", "AES_128_KW").with("kMt", b64(wrapped))
}

fn code(asker: &Asker<'_>, key: &str) -> Vec<u8> {
    octets(&asker.invoke("mac", mac(&at(key), MESSAGE)), "Sgn")
}

// Shows SDH-4 and SDH-2.
#[test]
fn an_exportable_key_leaves_wrapped_and_comes_back_the_same_for_its_owner_only() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, wrapping_key("w"));
        made(&meter, hmac_key("k").with("exp", true));
        let given = meter.invoke("wrap", wrapping(&at("w"), KEY));
        assert_eq!(given.code(), 2004, "{:?}", given.content);
        let wrapped = octets(&given, "kMt");
        assert_eq!(wrapped.len(), 40);
        let before = code(&meter, "k");
        made(&meter, unwrapped("back", "w", &wrapped));
        let seen = meter.retrieve(&at("back"));
        let says = (seen.member("imp"), seen.text("kDA"), seen.text("kFr"), seen.has("kMt"));
        assert_eq!(says, (&Value::Bool(true), "AES_128_KW", at("w").as_str(), false));
        assert_eq!(code(&meter, "back"), before);
        // What was wrapped stays valid when the key is gone: it is the owner's copy.
        assert_eq!(meter.delete(KEY).code(), 2002);
        made(&meter, unwrapped("again", "w", &wrapped));
        assert_eq!(code(&meter, "again"), before);

        let thief = lab.registered(1001, "Cthief");
        let versions = lab.world().versions();
        made_nothing(&thief, &unwrapped("t", "w", &wrapped), 4103);
        assert_eq!(lab.world().versions(), versions);
        made(&thief, wrapping_key("tw"));
        made(&thief, hmac_key("tk").with("exp", true));
        for (with, key, expected) in
            [("tw", "back", 4103), ("w", "tk", 4103), ("w", "back", 4103), ("tw", "tk", 2004)]
        {
            assert_eq!(thief.invoke("wrap", wrapping(&at(with), &at(key))).code(), expected, "{with} {key}");
        }
        // Not even who wrapped it opens it under another key.
        made_nothing(&thief, &unwrapped("t", "tw", &wrapped), 4000);
        assert_eq!(lab.admin().invoke("wrap", wrapping(&at("w"), &at("back"))).code(), 4103);
    });
}

fn made_nothing(asker: &Asker<'_>, draft: &Draft, expected: u16) {
    let answer = asker.create(STORAGE, draft.clone());
    assert_eq!(answer.code(), expected, "{:?}", answer.content);
}

// Shows SDH-4: whatever was not made to leave stays, and a key for wrapping does nothing else.
#[test]
fn what_is_not_exportable_or_not_for_wrapping_is_refused() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, wrapping_key("w"));
        made(&meter, hmac_key("k"));
        made(&meter, hmac_key("x").with("exp", true));
        made(&meter, wrapping_key("only").with("kUs", ["unwrap"]));
        for (what, input, expected) in [
            ("not exportable", wrapping(&at("w"), KEY), 4000),
            ("itself", wrapping(&at("w"), &at("w")), 4000),
            ("with a key for unwrapping", wrapping(&at("only"), &at("x")), 4000),
            ("with a key for codes", wrapping(KEY, &at("x")), 4000),
            ("another algorithm", ciphered("AES_128_KWP", &at("w")).with("kWr", Value::text(&at("x"))), 4000),
            ("no algorithm", ciphered("AES", &at("w")).with("kWr", Value::text(&at("x"))), 4000),
            ("no key", ciphered("AES_128_KW", &at("w")), 4000),
            ("a key that is none", wrapping(&at("w"), &at("none")), 4004),
            ("a level", at_least(3, wrapping(&at("w"), &at("x"))), 5207),
            ("as it should be", wrapping(&at("w"), &at("x")), 2004),
        ] {
            let answer = meter.invoke("wrap", input);
            assert_eq!(answer.code(), expected, "{what}: {:?}", answer.content);
            assert!(expected == 2004 || !format!("{:?}", answer.content).contains("kMt"), "{what}");
        }
        assert_eq!(meter.invoke("mac", mac(&at("w"), MESSAGE)).code(), 4000);
        let wrapped = octets(&meter.invoke("wrap", wrapping(&at("w"), &at("x"))), "kMt");
        made(&meter, wrapping_key("narrow").with("kUs", ["wrap"]));
        let given = octets(&meter.invoke("wrap", wrapping(&at("narrow"), &at("x"))), "kMt");
        made_nothing(&meter, &unwrapped("n", "narrow", &given), 4000);
        // A destroyed key wraps nothing more, and a destroyed key is not wrapped.
        assert_eq!(meter.delete(&at("x")).code(), 2002);
        assert_eq!(meter.invoke("wrap", wrapping(&at("w"), &at("x"))).code(), 4004);
        assert_eq!(meter.delete(&at("w")).code(), 2002);
        made_nothing(&meter, &unwrapped("n", "w", &wrapped), 4004);
    });
}

// Shows SDH-4 and ACC-9: by the published answer, and by everything near it.
#[test]
fn a_published_wrapped_key_comes_in_and_nothing_like_it_leaves_a_trace() {
    on_every_storage(|lab| {
        let with = wrapping_key("w").with("kAl", "AES_256_KW").with("kMt", b64(&WITH));
        let meter = owner_of(&lab, with);
        made(&meter, hmac_key("known").with("kMt", b64(&DATA)));
        let come = || unwrapped("come", "w", &WRAPPED).with("kDA", "AES_256_KW");
        let before = lab.world().versions();
        let mut drafts = vec![
            ("another algorithm", come().with("kDA", "AES_128_KW")),
            ("no wrapped key", come().without("kMt")),
            ("no key to unwrap with", come().without("kFr")),
            ("no way", come().without("kDA")),
            ("a way that derives", come().with("kDA", "HKDF_SHA_256")),
            ("a salt", come().with("slt", "YQ==")),
            ("a peer", come().with("kPb", "YQ==")),
            ("a key of another length", come().with("kAl", "AES_CMAC_128")),
            ("uses that do not fit", come().with("kUs", ["sign"])),
            ("too much", come().with("kMt", b64(&[0; 521]))),
            ("what is no base64", come().with("kMt", "a")),
            ("the key itself", come().with("kMt", b64(&DATA))),
        ];
        for byte in 0..WRAPPED.len() {
            let mut changed = WRAPPED;
            changed[byte] ^= 1;
            drafts.push(("a changed byte", come().with("kMt", b64(&changed))));
        }
        for (what, draft) in drafts {
            let answer = meter.create(STORAGE, draft);
            assert_eq!(answer.code(), 4000, "{what}: {:?}", answer.content);
        }
        assert_eq!(lab.world().versions(), before);
        made(&meter, come());
        assert_eq!(code(&meter, "come"), code(&meter, "known"));
        assert_eq!(stored(&lab).iter().filter(|id| id.starts_with("key-")).count(), 3);
    });
}

// Shows SDH-6: a key that may be elsewhere is worth no more than software, however high its environment.
#[test]
fn a_key_that_may_leave_or_came_in_has_level_1_at_most() {
    on_every_storage_with(
        |setup| setup.add_environment("card", SecurityLevel::High),
        |lab| {
            let (meter, storage) = (lab.registered(1000, "Cmeter"), "cse-mn/security/data/storage-card");
            let create = |draft: Draft| meter.create(storage, draft);
            let named = |name: &str| format!("{storage}/{name}");
            assert_eq!(create(wrapping_key("w")).number("seL"), 3);
            assert_eq!(create(hmac_key("stays")).number("seL"), 3);
            assert_eq!(create(hmac_key("k").with("exp", true)).number("seL"), 1);
            assert_eq!(create(hmac_key("l").with("exp", true).with("msl", 2)).code(), 5207);
            let given = meter.invoke("wrap", wrapping(&named("w"), &named("k")));
            assert_eq!(given.number("seL"), 1, "the level of the weaker of the two");
            let draft = hmac_key("back").with("kFr", named("w").as_str()).with("kDA", "AES_128_KW");
            let draft = draft.with("kMt", given.member("kMt").clone());
            assert_eq!(create(draft.clone().with("msl", 2)).code(), 5207);
            assert_eq!(create(draft.clone()).number("seL"), 1);
            // A key leaves its storage in wrapped form only.
            let elsewhere = meter.create(STORAGE, draft.with("rn", "elsewhere"));
            assert_eq!(elsewhere.code(), 4000, "{:?}", elsewhere.content);
            made(&meter, wrapping_key("soft"));
            assert_eq!(meter.invoke("wrap", wrapping(&at("soft"), &named("k"))).code(), 4000);
        },
    );
}

// Shows SDH-4: what another key derived or what is agreed on is made again where it is needed.
#[test]
fn a_derived_key_does_not_leave_and_no_object_changes_whether_it_may() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("root").with("kAl", "HKDF_SHA_256").with("kUs", ["derive"]));
        let derived = hmac_key("d").with("kFr", at("root").as_str()).with("kDA", "HKDF_SHA_256");
        made_nothing(&meter, &derived.clone().with("exp", true), 4000);
        made(&meter, derived.with("exp", false));
        made(&meter, hmac_key("k"));
        let change = support::lab::changes("csf:keyObject").with("exp", true);
        assert_eq!(meter.update(KEY, change).code(), 4000);
        assert_eq!(meter.retrieve(KEY).member("exp"), &Value::Bool(false));
    });
}

// Shows SDH-4: every way wraps a key of its owner, and the use is recorded without the key.
#[test]
fn each_way_wraps_and_unwraps_and_the_audit_says_so_and_no_more() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k").with("exp", true).with("kMt", b64(&DATA)));
        for way in WrapAlgorithm::ALL {
            made(&meter, wrapping_key(way.name()).with("kAl", way.key().name()));
            drop(lab.take_audits());
            let input = ciphered(way.name(), &at(way.name())).with("kWr", Value::text(KEY));
            let given = meter.invoke("wrap", input);
            let wrapped = octets(&given, "kMt");
            assert!(!gives(&given, &DATA) && wrapped.len() == 40, "{way:?}");
            let audits = lab.take_audits();
            assert_eq!(of_kind(&audits, AuditKind::KeyUse).len(), 1);
            let shown = b64(&wrapped);
            assert!(!format!("{audits:?}").contains(shown.as_text().unwrap()));
            let back = format!("back-{}", way.name());
            made(&meter, unwrapped(&back, way.name(), &wrapped).with("kDA", way.name()));
            assert_eq!(code(&meter, &back), code(&meter, "k"), "{way:?}");
        }
    });
}

// Shows SDH-4: a crash between the store and the environment loses no key and leaves none behind.
#[test]
fn a_crash_while_a_key_is_unwrapped_leaves_it_whole_or_not_at_all() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, wrapping_key("w"));
        made(&meter, hmac_key("k").with("exp", true));
        let wrapped = octets(&meter.invoke("wrap", wrapping(&at("w"), KEY)), "kMt");
        let create = |name: &str| creation(STORAGE, unwrapped(name, "w", &wrapped));
        let lab =
            lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), create("lost")), command("unwrap-key"), |_| {});
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(&at("lost")).code(), 4004);
        let outcome = commits().but_the_first();
        let lab = lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), create("back")), outcome, |_| {});
        let meter = lab.as_ae(1000, "Cmeter");
        let seen = meter.retrieve(&at("back"));
        assert_eq!((seen.text("stt"), seen.member("imp")), ("active", &Value::Bool(true)));
        assert_eq!(code(&meter, "back"), code(&meter, "k"));
        assert_eq!((lab.started().settled, lab.started().left), (1, 0));
    });
}

// Shows SDH-4: a length that cannot be wrapped without padding says so, and is wrapped with it.
#[test]
fn a_secret_of_an_odd_length_is_wrapped_with_padding_only() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k").with("kMt", b64(&[7; 20])).with("exp", true));
        for (name, algorithm) in [("bare", "AES_128_KW"), ("padded", "AES_128_KWP")] {
            made(&meter, wrapping_key(name).with("kAl", algorithm));
        }
        let refused = meter.invoke("wrap", wrapping(&at("bare"), KEY));
        assert_eq!((refused.code(), refused.error_text().contains("with padding only")), (4000, true));
        let input = ciphered("AES_128_KWP", &at("padded")).with("kWr", Value::text(KEY));
        let wrapped = octets(&meter.invoke("wrap", input), "kMt");
        assert_eq!(wrapped.len(), 32);
        made(&meter, unwrapped("back", "padded", &wrapped).with("kDA", "AES_128_KWP"));
        assert_eq!(code(&meter, "back"), code(&meter, "k"));
    });
}
