//! What is no token that counts: refused, bounded, noted once, and never by another way round.

use csf_api::{Credentials, Value};
use csf_service::{TokenClass, TokenIssuer};
use support::lab::retrieval;
use support::token_maker::{ES256, TokenMaker, json};

use crate::scenery::{
    ISSUER, TARGET, bringing, claims, code, issuer, must, reader, token, trusted, with_scenery, with_setup,
};

/// Headers that no token here has. Shows ACC-7 and ACC-8.
#[test]
fn headers_that_change_how_a_token_is_read_are_refused() {
    with_scenery(|lab| {
        let payload = json(&claims(lab));
        let with = |member: &str| format!(r#"{{"alg":"ES256","typ":"JWT","kid":"k1",{member}}}"#);
        assert_eq!(code(lab, &trusted().sign_under(&with(r#""x":1"#), &payload)), 2000);
        for member in [
            r#""zip":"DEF""#,
            r#""crit":["exp"]"#,
            r#""crit":["b64"],"b64":true"#,
            r#""b64":false"#,
            r#""alg":"ES256""#,
            r#""kid":"k2""#,
            r#""cty":"JWT""#,
            r#""enc":"A256GCM""#,
        ] {
            assert_eq!(code(lab, &trusted().sign_under(&with(member), &payload)), 4103, "{member}");
        }
        let typed = ES256.replace("JWT", "at+jwt");
        assert_eq!(code(lab, &trusted().sign_under(&typed, &payload)), 4103);
    });
}

/// Claims that are missing, of another kind, or of no token. Shows ACC-7 and ACC-8.
#[test]
fn claims_that_are_not_those_of_a_token_are_refused() {
    with_scenery(|lab| {
        assert_eq!(code(lab, &trusted().sign(&claims(lab))), 2000);
        for name in ["tkvr", "jti", "azp", "iss", "nbf", "exp"] {
            let mut without = claims(lab);
            without.remove(name);
            assert_eq!(code(lab, &trusted().sign(&without)), 4103, "without {name}");
            let odd = claims(lab).with(name, Value::Bool(true));
            assert_eq!(code(lab, &trusted().sign(&odd)), 4103, "{name}");
        }
        for (name, value) in [
            ("scope", Value::text("read")),
            ("jti", Value::text("no-domain")),
            ("azp", Value::text("Creader")),
            ("azp", Value::text("local:billing")),
            ("iss", Value::text("/id-das")),
            ("nbf", Value::Float(1.5)),
            ("exp", Value::Integer(i64::MAX)),
            ("exp", Value::Integer(-1)),
            ("aud", Value::text("//csf.example/id-mn")),
            ("tkps", Value::List(Vec::new())),
            ("tkex", Value::text(&"x".repeat(2000))),
        ] {
            assert_eq!(
                code(lab, &trusted().sign(&claims(lab).with(name, value.clone()))),
                4103,
                "{name} {value:?}"
            );
        }
        let twice = String::from_utf8(json(&claims(lab))).unwrap().replacen('{', r#"{"azp":"x","#, 1);
        assert_eq!(code(lab, &trusted().sign_under(ES256, twice.as_bytes())), 4103, "a claim given twice");
        let inner = String::from_utf8(json(&claims(lab))).unwrap();
        let inner = inner.replacen(r#""ris":"#, r#""ris":["cse-mn/Cmeter/other"],"ris":"#, 1);
        assert_eq!(code(lab, &trusted().sign_under(ES256, inner.as_bytes())), 4103, "a member given twice");
        let huge = claims(lab).with("tkex", Value::text(&"x".repeat(40_000)));
        assert_eq!(code(lab, &trusted().sign(&huge)), 4103, "a huge claim");
    });
}

/// Another issuer's key proves nothing, whatever the claims or the header say. Shows ACC-7 and ACC-8.
#[test]
fn an_issuer_speaks_with_its_own_keys_alone() {
    const OTHER: &str = "//csf.example/id-other";
    let other = || TokenMaker::new(OTHER, 3);
    let known = |setup: &mut support::lab::Setup| {
        let decoded = <base64ct::Base64 as base64ct::Encoding>::decode_vec(&other().public_key()).unwrap();
        let mut keys = issuer(&[]).keys;
        keys.truncate(1);
        for key in &mut keys {
            key.id = "k3".into();
            if let csf_service::TokenKeyKind::Public { key, .. } = &mut key.kind {
                key.clone_from(&decoded);
            }
        }
        let id = csf_api::EntityId::parse(OTHER, &setup.settings.home).unwrap();
        setup.settings.token_issuers.push(TokenIssuer { id, classes: vec![TokenClass::Signed], keys });
    };
    with_setup(known, |lab| {
        let header = ES256.replace("k1", "k3");
        let own = claims(&lab).with("iss", Value::text(OTHER));
        assert_eq!(code(&lab, &other().sign_under(&header, &json(&own))), 2000, "it is trusted for itself");
        let as_first = claims(&lab);
        assert_eq!(
            code(&lab, &other().sign_under(&header, &json(&as_first))),
            4103,
            "in the name of {ISSUER}"
        );
        assert_eq!(code(&lab, &other().sign(&own)), 4103, "with the name of the other's key");
        assert_eq!(code(&lab, &trusted().sign(&own)), 4103);
    });
}

/// A token that does not count refuses the request, whatever else would permit it, and is noted once. Shows ACC-8.
#[test]
fn a_bad_token_refuses_what_is_permitted_otherwise() {
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.send(retrieval(TARGET)), 2000);
        let _ = lab.take_audits();
        let response = meter.send(bringing(TARGET, token("a.b.c")));
        must(&response, 4103);
        let audits = lab.take_audits();
        assert_eq!(audits.len(), 1);
        let noted = &audits.first().expect("one").ground;
        assert!(noted.contains("a token of the request does not count"), "{noted}");
        assert!(!noted.contains("a.b.c"), "{noted}");
        // One bad among good ones.
        let good = trusted().sign(&claims(lab));
        let both =
            |bad: &str| Credentials { tokens: vec![(&*good).into(), bad.into()], ..Credentials::default() };
        must(&reader(lab).send(bringing(TARGET, both("x.y.z"))), 4103);
        must(&reader(lab).send(bringing(TARGET, both(&good))), 2000);
    });
}

/// Tokens that name more resources than are looked up. Shows ACC-8.
#[test]
fn tokens_that_ask_for_much_are_bounded() {
    with_scenery(|lab| {
        use support::token_maker::{permissions, privileges};
        let rules = || [support::lab::rule(["all"], 2)];
        let many = |count: usize| {
            let names: Vec<String> = (0..count).map(|n| format!("cse-mn/Cmeter/x{n}")).collect();
            let list = Value::texts(names.iter().map(String::as_str));
            privileges([TARGET], rules()).with("ris", list)
        };
        let with = |list| code(lab, &trusted().sign(&claims(lab).with("tkps", list)));
        assert_eq!(with(permissions([many(10), privileges([TARGET], rules())])), 2000);
        assert_eq!(with(permissions([many(65)])), 4103, "in one permission");
        assert_eq!(with(permissions([many(60), many(60), many(60), many(60), many(60)])), 4103, "in all");
    });
}

/// Shows ACC-9: whatever a good token is turned into, it permits nothing.
#[test]
fn no_generated_change_of_a_token_permits_anything() {
    with_scenery(|lab| {
        let good = trusted().sign(&claims(lab));
        assert_eq!(code(lab, &good), 2000);
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        for _ in 0..400 {
            let mut bytes = good.clone().into_bytes();
            match next(4) {
                0 => {
                    let at = next(bytes.len());
                    bytes[at] = alphabet[next(alphabet.len())];
                }
                1 => bytes.truncate(next(bytes.len())),
                2 => bytes.insert(next(bytes.len()), alphabet[next(alphabet.len())]),
                _ => {
                    let parts: Vec<&str> = good.split('.').collect();
                    let parts = [parts[next(3)], parts[next(3)], parts[next(3)]];
                    bytes = parts.join(".").into_bytes();
                }
            }
            let text = String::from_utf8(bytes).unwrap();
            // The last letter of a signature of 64 bytes has bits that carry nothing; they must be zero all the same.
            if text != good {
                assert_ne!(code(lab, &text), 2000, "{text}");
            }
        }
    });
}
