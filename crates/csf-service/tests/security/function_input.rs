//! The input of functions: everything that is not exactly right is refused before anything is done.

use csf_api::{Object, Value};
use support::lab::{Reading, changes, container, creation, ecdsa_key, hmac_key, on_every_storage, update};

use crate::kit::{
    KEY, STORAGE, b64, digest, encryption, keyed, mac, owner_of, owner_of_all, random, request, signature,
    token_input, wrapping,
};

const FUNCTIONS: [&str; 8] = ["random", "digest", "mac", "signature", "cipher", "csr", "wrap", "token"];

fn right(function: &str) -> Object {
    match function {
        "random" => random(4),
        "digest" => digest(b"m"),
        "mac" => mac(KEY, b"m"),
        "cipher" => encryption(&format!("{STORAGE}/c"), b"m"),
        "wrap" => wrapping(&format!("{STORAGE}/w"), &format!("{STORAGE}/x")),
        "csr" => request(&format!("{STORAGE}/s")),
        "token" => token_input(&format!("{STORAGE}/s")),
        _ => signature(&format!("{STORAGE}/s"), b"m"),
    }
}

fn on_prepared(flow: impl Fn(&support::lab::Lab, &support::lab::Asker<'_>)) {
    on_every_storage(|lab| {
        let meter = owner_of_all(&lab);
        for function in FUNCTIONS {
            assert_eq!(meter.invoke(function, right(function)).code(), 2004, "{function}");
        }
        lab.world().forget_needs();
        flow(&lab, &meter);
        assert!(lab.world().commands().is_empty(), "an environment was troubled with it");
    });
}

// Shows ACC-9 and RES-6.
#[test]
fn a_member_that_the_function_does_not_know_is_refused() {
    on_prepared(|_, meter| {
        for function in FUNCTIONS {
            for unknown in ["key", "Msl", "acpi", "lbl", "", "vR"] {
                let answer = meter.invoke(function, right(function).with(unknown, Value::text("x")));
                assert_eq!(answer.code(), 4000, "{function} {unknown}");
            }
            let long = "a".repeat(5000);
            let answer = meter.invoke(function, right(function).with(&long, Value::Null));
            assert_eq!(answer.code(), 4000);
            assert!(answer.error_text().len() < 200);
        }
        // What one function knows, another need not.
        assert_eq!(meter.invoke("random", random(4).with("msg", b64(b"m"))).code(), 4000);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m").with("Hv", b64(&[0; 32]))).code(), 4000);
    });
}

// Shows ACC-9.
#[test]
fn a_member_that_is_missing_is_refused() {
    on_prepared(|_, meter| {
        for function in FUNCTIONS {
            let names: Vec<String> = right(function).iter().map(|(name, _)| name.to_owned()).collect();
            for name in names {
                let mut input = right(function);
                input.remove(&name);
                assert_eq!(meter.invoke(function, input).code(), 4000, "{function} {name}");
            }
        }
    });
}

// Shows ACC-9.
#[test]
fn a_member_of_another_kind_is_refused() {
    on_prepared(|_, meter| {
        let kinds = [
            Value::Null,
            Value::Bool(true),
            Value::Float(4.0),
            Value::List(vec![]),
            Value::Object(Object::new()),
        ];
        for function in FUNCTIONS {
            let names: Vec<String> = right(function).iter().map(|(name, _)| name.to_owned()).collect();
            for name in names.iter().map(String::as_str).chain(["msl"]) {
                for kind in &kinds {
                    let answer = meter.invoke(function, right(function).with(name, kind.clone()));
                    assert_eq!(answer.code(), 4000, "{function} {name} {kind:?}");
                }
            }
        }
        assert_eq!(meter.invoke("random", Object::new().with("Dsz", Value::text("4"))).code(), 4000);
        for level in [-1, 4, 256, i64::MIN] {
            let input = random(4).with("msl", Value::Integer(level));
            assert_eq!(meter.invoke("random", input).code(), 4000, "{level}");
        }
    });
}

// Shows ACC-9.
#[test]
fn octets_that_are_no_base64_are_refused() {
    on_prepared(|_, meter| {
        // Without padding, with the characters for URLs, with blanks, with bits that belong to no octet.
        for wrong in ["bQ", "bQ=", "_-8=", "bQ ==", "bQ==\n", "bR==", "====", "m\u{e4}==", "bQ==bQ=="] {
            let halg = Object::new().with("Halg", Value::text("SHA-256"));
            let answer = meter.invoke("digest", halg.with("msg", Value::text(wrong)));
            assert_eq!(answer.code(), 4000, "{wrong:?}");
            let answer = meter.invoke("mac", mac(KEY, b"m").with("Sgn", Value::text(wrong)));
            assert_eq!(answer.code(), 4000, "{wrong:?}");
        }
    });
}

// Shows ACC-9.
#[test]
fn an_algorithm_that_the_function_does_not_list_is_refused() {
    on_prepared(|_, meter| {
        for wrong in ["", "sha-256", "SHA-1", "ALG_HMAC_SHA_256", "SHA-256 "] {
            let input = Object::new().with("Halg", Value::text(wrong)).with("msg", b64(b"m"));
            assert_eq!(meter.invoke("digest", input).code(), 4000, "{wrong:?}");
        }
        for wrong in ["", "SHA-256", "ALG_ECDSA_SHA_256", "HMAC_SHA_256"] {
            assert_eq!(
                meter.invoke("mac", keyed(wrong, KEY).with("msg", b64(b"m"))).code(),
                4000,
                "{wrong:?}"
            );
        }
        for wrong in ["", "ALG_HMAC_SHA_256", "EC_P256"] {
            let input = keyed(wrong, &format!("{STORAGE}/s")).with("msg", b64(b"m"));
            assert_eq!(meter.invoke("signature", input).code(), 4000, "{wrong:?}");
        }
    });
}

// Shows ACC-9.
#[test]
fn a_signature_is_made_of_a_message_or_of_its_digest_and_not_of_both() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, ecdsa_key("k"));
        let bare = || keyed("ALG_ECDSA_SHA_256", KEY);
        assert_eq!(meter.invoke("signature", bare()).code(), 4000);
        let both = bare().with("msg", b64(b"m")).with("Hv", b64(&[0; 32]));
        assert_eq!(meter.invoke("signature", both).code(), 4000);
        for length in [0, 20, 31, 33, 64] {
            let digest = bare().with("Hv", b64(&vec![1; length]));
            assert_eq!(meter.invoke("signature", digest).code(), 4000, "{length}");
        }
        assert_eq!(meter.invoke("signature", bare().with("Hv", b64(&[1; 32]))).code(), 2004);
    });
}

// Shows ACC-9.
#[test]
fn an_input_beyond_its_bound_is_refused() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        lab.world().forget_needs();
        // What is far beyond it is not even decoded, and no environment hears of it.
        for length in [65_539, 200_000] {
            assert_eq!(meter.invoke("digest", digest(&vec![0; length])).code(), 4000, "{length}");
            assert_eq!(meter.invoke("mac", mac(KEY, &vec![0; length])).code(), 4000, "{length}");
        }
        assert!(lab.world().commands().is_empty());
        for (length, code) in [(65_536, 2004), (65_537, 4000)] {
            assert_eq!(meter.invoke("digest", digest(&vec![0; length])).code(), code, "{length}");
            assert_eq!(meter.invoke("mac", mac(KEY, &vec![0; length])).code(), code, "{length}");
        }
    });
}

// Shows RES-6: a function is invoked by UPDATE, with its own root.
#[test]
fn a_function_takes_its_own_root_and_no_other_operation() {
    on_prepared(|lab, meter| {
        let address = "cse-mn/security/data/function-random";
        for root in ["csf:digest", "m2m:cnt", "", "csf:random "] {
            assert_eq!(meter.update(address, changes(root).with("Dsz", 4)).code(), 4000, "{root:?}");
        }
        let mut request = update(address, changes("csf:random"));
        request.content.as_mut().unwrap().value = Value::List(vec![]);
        assert_eq!(meter.send(request.clone()).code(), 4000);
        request.content = None;
        assert_eq!(meter.send(request).code(), 4000);
        assert_eq!(meter.send(creation(address, container("c"))).code(), 4108);
        assert_eq!(meter.create(address, hmac_key("k")).code(), 4108);
        assert_eq!(meter.delete(address).code(), 4103);
        assert_eq!(lab.admin().delete(address).code(), 4005);
        // Nor is anything else a function.
        let other = changes("csf:random").with("Dsz", 4);
        for address in ["cse-mn/security", "cse-mn/security/data", STORAGE, KEY] {
            assert_eq!(meter.update(address, other.clone()).code(), 4000, "{address}");
        }
    });
}

// Shows SDH-2.
#[test]
fn a_key_must_be_named_by_the_address_of_a_key_object() {
    on_prepared(|_, meter| {
        let id = meter.retrieve(KEY).text("ri").to_owned();
        for (named, code) in [
            ("cse-mn/security/data/storage-soft/nothing", 4004),
            ("key-00000000000000000000000000000000", 4004),
            ("/id-in/key-1", 4004),
            ("", 4000),
            ("a//b", 4000),
            ("cse-mn/Cmeter", 4000),
            (STORAGE, 4000),
        ] {
            assert_eq!(meter.invoke("mac", mac(named, b"m")).code(), code, "{named:?}");
        }
        assert!(id.starts_with("key-"));
    });
}
