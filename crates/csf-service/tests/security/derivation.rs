//! Keys that are made from other keys: by whom, from what, and what cannot be.

use csf_api::{SecurityLevel, Value};
use csf_transport::{DerivationAlgorithm, KeyAlgorithm, KeyUse};
use support::lab::{
    Asker, Draft, Reading, Setup, changes, container, hmac_key, on_every_storage, on_every_storage_with,
};

use crate::kit::{MESSAGE, STORAGE, at_least, b64, ciphered, encryption, gcm_key, mac, octets};

const ECDH: &str = "ECDH_P256_HKDF_SHA_256";
const HKDF: &str = "HKDF_SHA_256";
const KM: &str = "ONEM2M_KM";
/// The identifier `maf.example.com`.
const ID: &str = "bWFmLmV4YW1wbGUuY29t";
/// The usage 14 and the identifier `maf.example.com`.
const USED_BY: &str = "MTRtYWYuZXhhbXBsZS5jb20=";

fn at(name: &str) -> String {
    format!("{STORAGE}/{name}")
}

/// A key object that others can be made from.
fn source(name: &str, algorithm: &str) -> Draft {
    hmac_key(name).with("kAl", algorithm).with("kUs", ["derive"])
}

/// The same key object, made from another.
fn from(draft: Draft, source: &str, algorithm: &str) -> Draft {
    draft.with("kFr", at(source).as_str()).with("kDA", algorithm)
}

fn with_peer(draft: Draft, public: &[u8]) -> Draft {
    draft.with("kPb", b64(public).as_text().unwrap())
}

fn made(asker: &Asker<'_>, draft: Draft) {
    let made = asker.create(STORAGE, draft);
    assert_eq!(made.code(), 2001, "{:?}", made.content);
}

fn code(asker: &Asker<'_>, key: &str) -> Vec<u8> {
    octets(&asker.invoke("mac", mac(&at(key), MESSAGE)), "Sgn")
}

// Shows SDH-4 and SDH-2.
#[test]
fn two_owners_agree_on_a_key_that_a_third_does_not_have() {
    on_every_storage(|lab| {
        let (meter, gateway) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cgateway"));
        let thief = lab.registered(1002, "Cthief");
        let public = |asker: &Asker<'_>, name: &str| {
            made(asker, source(name, "ECDH_P256"));
            octets(&asker.retrieve(&at(name)), "kDt")
        };
        let (one, two, three) = (public(&meter, "m"), public(&gateway, "g"), public(&thief, "t"));
        let salted = |draft: Draft| draft.with("slt", "c2FsdA==").with("inf", "c2Vzc2lvbiAx");
        made(&meter, salted(with_peer(from(gcm_key("mg"), "m", ECDH), &two)));
        made(&gateway, salted(with_peer(from(gcm_key("gm"), "g", ECDH), &one)));
        made(&thief, salted(with_peer(from(gcm_key("tm"), "t", ECDH), &one)));
        made(&thief, salted(with_peer(from(gcm_key("tt"), "t", ECDH), &three)));

        let sent = meter.invoke("cipher", encryption(&at("mg"), MESSAGE));
        let received = |asker: &Asker<'_>, key: &str| {
            let input = ciphered("ALG_AEAD_AES_128_GCM", &at(key)).with("nc", sent.member("nc").clone());
            asker.invoke("cipher", input.with("cD", sent.member("cD").clone()))
        };
        assert_eq!(octets(&received(&gateway, "gm"), "msg"), MESSAGE);
        for key in ["tm", "tt"] {
            assert_eq!(received(&thief, key).code(), 4000, "{key}");
        }
        // Not even the agreed key of two others can be used by name.
        assert_eq!(received(&thief, "gm").code(), 4103);
        let shown = meter.retrieve(&at("mg"));
        assert_eq!((shown.text("kDA"), shown.text("kFr"), shown.has("kDt")), (ECDH, at("m").as_str(), false));
    });
}

// Shows SDH-4: the same input gives the same key, and another purpose another.
#[test]
fn a_derived_key_comes_again_and_another_purpose_has_another() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        made(&meter, source("root", "HKDF_SHA_256"));
        made(&meter, from(hmac_key("a"), "root", HKDF).with("inf", "YQ=="));
        made(&meter, from(hmac_key("b"), "root", HKDF).with("inf", "Yg=="));
        let (a, b) = (code(&meter, "a"), code(&meter, "b"));
        assert_ne!(a, b);
        assert_eq!(meter.delete(&at("a")).code(), 2002);
        made(&meter, from(hmac_key("a"), "root", HKDF).with("inf", "YQ=="));
        assert_eq!(code(&meter, "a"), a);
        // Without its source no new key comes, and those that are there stay.
        assert_eq!(meter.delete(&at("root")).code(), 2002);
        assert_eq!(meter.create(STORAGE, from(hmac_key("c"), "root", HKDF)).code(), 4004);
        assert_eq!((code(&meter, "a"), code(&meter, "b")), (a, b));
        // And a derived key can be a source in its turn.
        made(&meter, source("deep", "HKDF_SHA_256"));
        made(&meter, from(source("deeper", "HKDF_SHA_256"), "deep", HKDF));
        made(&meter, from(hmac_key("d"), "deeper", HKDF));
        assert_eq!(code(&meter, "d").len(), 32);
    });
}

// Shows SDH-4: what two parties agree on is an enrolment key to both, and each of its ways makes another key.
#[test]
fn the_keys_of_an_agreed_enrolment_key_are_the_same_on_both_sides() {
    on_every_storage(|lab| {
        let (meter, mef) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cmef"));
        let public = |asker: &Asker<'_>, name: &str| {
            made(asker, source(name, "ECDH_P384"));
            octets(&asker.retrieve(&at(name)), "kDt")
        };
        let (one, two) = (public(&meter, "m"), public(&mef, "e"));
        let enrolment = |name| source(name, "ONEM2M_KE");
        made(&meter, with_peer(from(enrolment("mKe"), "m", "ECDH_P384_HKDF_SHA_384"), &two));
        made(&mef, with_peer(from(enrolment("eKe"), "e", "ECDH_P384_HKDF_SHA_384"), &one));
        let mut all = std::collections::BTreeSet::new();
        for way in DerivationAlgorithm::ALL.iter().filter(|way| way.key() == KeyAlgorithm::OneM2mKe) {
            let (m, e) = (format!("m{}", way.name()), format!("e{}", way.name()));
            made(&meter, from(hmac_key(&m), "mKe", way.name()).with("inf", USED_BY));
            made(&mef, from(hmac_key(&e), "eKe", way.name()).with("inf", USED_BY));
            let here = code(&meter, &m);
            assert_eq!(here, code(&mef, &e), "{way:?}");
            assert!(all.insert(here), "{way:?} is like another");
            let stolen = from(hmac_key("x"), "eKe", way.name()).with("inf", USED_BY);
            assert_eq!(meter.create(STORAGE, stolen).code(), 4103, "{way:?}");
        }
        assert_eq!(all.len(), 3);
    });
}

// Shows SDH-2: a key of somebody else is no source, whatever the policies say of its object.
#[test]
fn a_key_is_made_from_ones_own_key_only() {
    on_every_storage(|lab| {
        let (meter, thief) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cthief"));
        made(&meter, source("root", "HKDF_SHA_256"));
        let before = lab.world().versions();
        assert_eq!(thief.create(STORAGE, from(hmac_key("k"), "root", HKDF)).code(), 4103);
        assert_eq!(lab.admin().create(STORAGE, from(hmac_key("k"), "root", HKDF)).code(), 4103);
        assert_eq!(lab.world().versions(), before, "a refusal leaves nothing");
        made(&meter, from(hmac_key("k"), "root", HKDF));
        assert_eq!(thief.invoke("mac", mac(&at("k"), MESSAGE)).code(), 4103);
        assert_eq!(code(&meter, "k").len(), 32);
    });
}

// Shows ACC-9: what does not fit leaves no trace.
#[test]
fn a_derivation_that_does_not_fit_leaves_no_object() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for (name, algorithm) in [("root", "HKDF_SHA_256"), ("pair", "ECDH_P256"), ("ke", "ONEM2M_KE")] {
            made(&meter, source(name, algorithm));
        }
        made(&meter, hmac_key("codes"));
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
        let public = octets(&meter.retrieve(&at("pair")), "kDt");
        let mut beside = public.clone();
        beside[90] ^= 1;
        let before = lab.world().versions();
        let hkdf = || from(hmac_key("k"), "root", HKDF);
        let enrolled = || from(hmac_key("k"), "ke", KM).with("inf", ID);
        let ecdh = || with_peer(from(hmac_key("k"), "pair", ECDH), &public);
        for (what, draft, code) in [
            ("no way", hkdf().without("kDA"), 4000),
            ("an unknown way", hkdf().with("kDA", "HKDF"), 4000),
            ("a way without a source", hkdf().without("kFr"), 4000),
            ("a salt without a source", hmac_key("k").with("slt", "YQ=="), 4000),
            ("a source that is none", hkdf().with("kFr", at("none").as_str()), 4004),
            ("a source that is no key", hkdf().with("kFr", "cse-mn/Cmeter/c"), 4000),
            ("a source that makes codes", hkdf().with("kFr", at("codes").as_str()), 4000),
            ("a source of another way", hkdf().with("kFr", at("pair").as_str()), 4000),
            ("a salt for an identifier", enrolled().with("slt", "YQ=="), 4000),
            ("no identifier", enrolled().without("inf"), 4000),
            ("an identifier that is not printable", enrolled().with("inf", "YSBi"), 4000),
            ("a usage without digits", enrolled().with("kDA", "ONEM2M_KUSE"), 4000),
            ("an enrolled key that encrypts", from(gcm_key("k"), "ke", KM).with("inf", ID), 4000),
            ("a pair from a key", hkdf().with("kAl", "EC_P256").with("kUs", ["sign"]), 4000),
            ("uses that do not fit", hkdf().with("kUs", ["encrypt"]), 4000),
            ("a salt that is too long", hkdf().with("slt", b64(&[0; 65]).as_text().unwrap()), 4000),
            ("an info that is too long", hkdf().with("inf", b64(&[0; 256]).as_text().unwrap()), 4000),
            ("a salt that is no base64", hkdf().with("slt", "a"), 4000),
            ("a salt that is no text", hkdf().with("slt", 1), 4000),
            ("a peer where none belongs", with_peer(hkdf(), &public), 4000),
            ("no peer", ecdh().without("kPb"), 4000),
            ("half a peer", with_peer(ecdh(), &public[..60]), 4000),
            ("a peer beside the curve", with_peer(ecdh(), &beside), 4000),
            ("a peer that is a name", ecdh().with("kPb", "cse-mn/Cmeter"), 4000),
        ] {
            let answer = meter.create(STORAGE, draft);
            assert_eq!(answer.code(), code, "{what}: {:?}", answer.content);
            assert_eq!(meter.retrieve(&at("k")).code(), 4004, "{what}");
        }
        assert_eq!(lab.world().versions(), before);
        made(&meter, ecdh());
        assert_eq!(meter.delete(&at("k")).code(), 2002);
        made(&meter, enrolled());
        for name in ["kFr", "kDA", "kPb", "slt", "inf"] {
            let change = changes("csf:keyObject").with(name, "YQ==");
            assert_eq!(meter.update(&at("k"), change).code(), 4000, "{name} is fixed");
        }
    });
}

// Shows SDH-4: what a source was made for, and nothing else.
#[test]
fn a_source_makes_keys_and_does_nothing_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let sources = KeyAlgorithm::ALL.iter().filter(|key| key.uses().contains(KeyUse::Derive));
        for name in sources.map(|key| key.name()) {
            made(&meter, source(name, name));
            assert_eq!(meter.invoke("mac", mac(&at(name), MESSAGE)).code(), 4000, "{name}");
            assert_eq!(meter.invoke("cipher", encryption(&at(name), MESSAGE)).code(), 4000, "{name}");
            let signing = crate::kit::signature(&at(name), MESSAGE);
            assert_eq!(meter.invoke("signature", signing).code(), 4000, "{name}");
            for uses in ["sign", "mac", "encrypt"] {
                let draft = source("x", name).with("kUs", Value::texts(["derive", uses]));
                assert_eq!(meter.create(STORAGE, draft).code(), 4000, "{name} to {uses}");
            }
        }
    });
}

// Shows SDH-6: who has the source has what is made from it, so it says so and is worth no more.
#[test]
fn what_is_made_from_a_key_that_is_or_may_be_elsewhere_is_worth_no_more_than_that() {
    let high = |setup: &mut Setup| setup.environments = vec![("soft", SecurityLevel::High)];
    on_every_storage_with(high, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let known = b64(&[7; 32]);
        made(&meter, source("own", "HKDF_SHA_256"));
        made(&meter, source("theirs", "HKDF_SHA_256").with("kMt", known.as_text().unwrap()));
        // It leaves wrapped, and whoever unwraps it elsewhere derives there.
        made(&meter, source("leaving", "HKDF_SHA_256").with("exp", true));
        made(&meter, from(source("next", "HKDF_SHA_256"), "leaving", HKDF));
        for (from_key, imported, level) in
            [("own", false, 3), ("theirs", true, 1), ("leaving", false, 1), ("next", false, 1)]
        {
            let name = format!("from-{from_key}");
            made(&meter, from(hmac_key(&name), from_key, HKDF));
            let seen = meter.retrieve(&at(&name));
            assert_eq!((seen.member("imp"), seen.number("seL")), (&Value::Bool(imported), level), "{name}");
            let demand = |level| meter.invoke("mac", at_least(level, mac(&at(&name), MESSAGE))).code();
            assert_eq!((demand(1), demand(2)), (2004, if level == 1 { 5207 } else { 2004 }), "{name}");
        }
        for low in ["theirs", "leaving", "next"] {
            let demanding = from(hmac_key("k"), low, HKDF).with("msl", 2);
            assert_eq!(meter.create(STORAGE, demanding).code(), 5207, "{low}");
        }
        let both = from(hmac_key("k"), "own", HKDF).with("kMt", known.as_text().unwrap());
        assert_eq!(meter.create(STORAGE, both).code(), 4000, "given and made");
        assert_eq!(meter.retrieve(&at("k")).code(), 4004);
    });
}

// Shows SDH-4 and SDH-2: a pair for X25519 agrees, for its owner, in its own way and at its level, and does nothing else.
#[test]
fn a_pair_for_x25519_agrees_and_serves_nothing_else() {
    on_every_storage(|lab| {
        let (meter, gateway) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cgateway"));
        let public = |asker: &Asker<'_>, name: &str| {
            made(asker, source(name, "X25519"));
            octets(&asker.retrieve(&at(name)), "kDt")
        };
        let (one, two) = (public(&meter, "m"), public(&gateway, "g"));
        let way = "X25519_HKDF_SHA_256";
        made(&meter, with_peer(from(hmac_key("mg"), "m", way), &two));
        made(&gateway, with_peer(from(hmac_key("gm"), "g", way), &one));
        assert_eq!(code(&meter, "mg"), code(&gateway, "gm"));
        made(&meter, with_peer(from(hmac_key("mm"), "m", way), &one));
        assert_ne!(code(&meter, "mm"), code(&meter, "mg"), "with itself");
        made(&meter, source("p", "ECDH_P256"));
        let p256 = octets(&meter.retrieve(&at("p")), "kDt");
        let mut zeros = two.clone();
        zeros[12..].fill(0);
        for (draft, what) in [
            (with_peer(from(hmac_key("x"), "m", way), &zeros), "a secret that everybody knows"),
            (with_peer(from(hmac_key("x"), "m", way), &p256), "another curve"),
            (with_peer(from(hmac_key("x"), "m", ECDH), &two), "another way"),
            (with_peer(from(hmac_key("x"), "p", way), &two), "another key"),
            (from(hmac_key("x"), "m", way), "nobody to agree with"),
            (source("x", "X25519").with("kUs", ["sign"]), "a use that it has not"),
            (source("x", "X25519").with("kMt", b64(&[7; 31])), "no key"),
        ] {
            assert_eq!(meter.create(STORAGE, draft).code(), 4000, "{what}");
        }
        let high = with_peer(from(hmac_key("x"), "m", way), &two).with("msl", 3);
        assert_eq!(meter.create(STORAGE, high).code(), 5207, "a level that the environment has not");
        assert_eq!(gateway.create(STORAGE, with_peer(from(hmac_key("x"), "m", way), &one)).code(), 4103);
        let signing = crate::kit::keyed("ALG_EDDSA_ED25519", &at("m")).with("msg", b64(MESSAGE));
        assert_eq!(meter.invoke("signature", signing).code(), 4000);
    });
}
