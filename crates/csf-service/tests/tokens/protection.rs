//! The other ways to protect a token: by a code under a shared secret, and by encryption alone.

use base64ct::{Base64, Encoding};
use csf_api::{Address, Object, Value};
use csf_service::{ContentEncryption, SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use support::lab::{Lab, Setup, hmac_key};
use support::token_maker::{ENCRYPTED, code_under, json, seal_under};

use crate::scenery::{ISSUER, SECRET, claims, code, issuer, lend_secret, must, trusted, with_setup};

const STORAGE: &str = "cse-mn/security/data/storage-soft";
/// What the issuer and the node share.
const SHARED: [u8; 64] = [9; 64];

fn header(algorithm: &str, name: &str) -> String {
    format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"{name}"}}"#)
}

/// An issuer that makes codes, with a secret for each algorithm.
fn makes_codes(setup: &mut Setup) {
    let secret = |id: &str, algorithm| {
        let object = Address::parse(&format!("{STORAGE}/{id}")).unwrap();
        TokenKey { id: id.into(), kind: TokenKeyKind::Secret { algorithm, object } }
    };
    let keys = vec![secret("s256", SignatureAlgorithm::Hs256), secret("s512", SignatureAlgorithm::Hs512)];
    setup.settings.token_issuers = vec![TokenIssuer { keys, ..issuer(&[TokenClass::Signed]) }];
}

/// Lends the node a secret of this name.
fn lend(lab: &Lab, name: &str, algorithm: &str, secret: &[u8], owner: &support::lab::Asker<'_>) {
    let key = hmac_key(name).with("kAl", algorithm).with("kUs", ["macVerify"]);
    let made = owner.create(STORAGE, key.with("kMt", &*Base64::encode_string(secret)));
    must(&made, 2001);
    assert_eq!(lab.service().settings().token_issuers.len(), 1);
}

/// TKN/01 and TKN/02 with HS256 and HS512. Shows ACC-7 and ACC-8.
#[test]
fn a_token_with_a_code_counts_under_the_shared_secret_and_under_no_other() {
    for (algorithm, name, kind, length) in
        [("HS256", "s256", "HMAC_SHA_256", 32), ("HS512", "s512", "HMAC_SHA_512", 64)]
    {
        with_setup(makes_codes, |lab| {
            let payload = json(&claims(&lab));
            let secret = &SHARED[..length];
            let good = code_under(algorithm, &header(algorithm, name), secret, &payload);
            assert_eq!(code(&lab, &good), 4103, "the node has no secret yet");
            lend(&lab, name, kind, secret, &lab.admin());
            assert_eq!(code(&lab, &good), 2000, "{algorithm}");
            let wrong = [7; 64];
            let other = code_under(algorithm, &header(algorithm, name), &wrong[..length], &payload);
            assert_eq!(code(&lab, &other), 4103, "under another secret");
            let (input, signature) = good.rsplit_once('.').unwrap();
            let flipped = if signature.starts_with('A') { "B" } else { "A" };
            assert_eq!(code(&lab, &format!("{input}.{flipped}{}", &signature[1..])), 4103);
            assert_eq!(code(&lab, &format!("{input}.{}", &signature[..signature.len() / 2])), 4103, "a part");
            let unnamed = header(algorithm, "k9");
            assert_eq!(code(&lab, &code_under(algorithm, &unnamed, secret, &payload)), 4103, "no such key");
            let foreign = json(&claims(&lab).with("azp", Value::text("//csf.example/id-mn/Cmeter")));
            let text = code_under(algorithm, &header(algorithm, name), secret, &foreign);
            assert_eq!(code(&lab, &text), 4103, "for another holder");
            // A signature by a key pair is none of this issuer's, and nothing says so but its algorithm.
            assert_eq!(code(&lab, &trusted().sign(&claims(&lab))), 4103);
        });
    }
}

/// One algorithm's secret is not another's, and a public key is no secret. Shows ACC-7.
#[test]
fn a_key_is_for_its_algorithm_alone() {
    with_setup(makes_codes, |lab| {
        let payload = json(&claims(&lab));
        lend(&lab, "s256", "HMAC_SHA_256", &SHARED[..32], &lab.admin());
        let crossed = code_under("HS256", &header("HS256", "s512"), &SHARED[..32], &payload);
        assert_eq!(code(&lab, &crossed), 4103, "the other's name");
        let relabelled = code_under("HS256", &header("HS512", "s256"), &SHARED[..32], &payload);
        assert_eq!(code(&lab, &relabelled), 4103);
    });
    // The well-known confusion: what checks signatures is public, so whoever reads it could make codes with it.
    with_setup(
        |_| {},
        |lab| {
            let public = Base64::decode_vec(&trusted().public_key()).unwrap();
            let confused = code_under("HS256", &header("HS256", "k1"), &public, &json(&claims(&lab)));
            assert_eq!(code(&lab, &confused), 4103);
        },
    );
}

/// A secret that is not the administrator's is lent by nobody. Shows ACC-7 and SDH-2.
#[test]
fn the_secret_of_another_checks_no_tokens() {
    with_setup(makes_codes, |lab| {
        lend(&lab, "s256", "HMAC_SHA_256", &SHARED[..32], &lab.as_ae(1000, "Cmeter"));
        let good = code_under("HS256", &header("HS256", "s256"), &SHARED[..32], &json(&claims(&lab)));
        assert_eq!(code(&lab, &good), 4103);
        must(&lab.as_ae(1000, "Cmeter").delete(&format!("{STORAGE}/s256")), 2002);
        lend(&lab, "s256", "HMAC_SHA_256", &SHARED[..32], &lab.admin());
        assert_eq!(code(&lab, &good), 2000);
    });
}

fn sealed(claims: &Object) -> String {
    seal_under(ENCRYPTED, &SECRET, &String::from_utf8(json(claims)).unwrap())
}

/// TKN/01 with encryption alone: whoever has the key made it. Shows ACC-7 and ACC-8.
#[test]
fn a_token_that_is_only_encrypted_counts_where_its_issuer_may_do_that() {
    let encrypts = |setup: &mut Setup| {
        setup.settings.token_issuers = vec![issuer(&[TokenClass::Encrypted])];
    };
    with_setup(encrypts, |lab| {
        let good = sealed(&claims(&lab));
        assert_eq!(code(&lab, &good), 4103, "the node has no key for it yet");
        lend_secret(&lab);
        assert_eq!(code(&lab, &good), 2000);
        let text = String::from_utf8(json(&claims(&lab))).unwrap();
        assert_eq!(code(&lab, &seal_under(ENCRYPTED, &[1; 32], &text)), 4103, "under another key");
        let unnamed = ENCRYPTED.replace("k2", "k9");
        assert_eq!(code(&lab, &seal_under(&unnamed, &SECRET, &text)), 4103, "no such key");
        assert_eq!(code(&lab, &good.replacen("..", "..A", 1)), 4103, "bent");
        assert_eq!(code(&lab, &sealed(&claims(&lab).with("exp", Value::Integer(1)))), 4103, "ended");
        let other = claims(&lab).with("iss", Value::text("//csf.example/id-other"));
        assert_eq!(code(&lab, &sealed(&other)), 4103, "in the name of another than {ISSUER}");
        // Signed inside, it is of another class.
        let nested = seal_under(support::token_maker::NESTED, &SECRET, &trusted().sign(&claims(&lab)));
        assert_eq!(code(&lab, &nested), 4103);
        assert_eq!(code(&lab, &trusted().sign(&claims(&lab))), 4103);
    });
}

/// A header that says another algorithm finds no key, and a key opens nothing by another algorithm. Shows ACC-7.
#[test]
fn what_opens_tokens_is_for_its_algorithm_alone() {
    let encrypts = |setup: &mut Setup| {
        let mut known = issuer(&[TokenClass::Encrypted]);
        let object = Address::parse(&format!("{STORAGE}/k2")).unwrap();
        let kind = TokenKeyKind::Opens { encryption: ContentEncryption::A128Gcm, object };
        known.keys = vec![TokenKey { id: "k2".into(), kind }];
        setup.settings.token_issuers = vec![known];
    };
    with_setup(encrypts, |lab| {
        lend_secret(&lab);
        assert_eq!(code(&lab, &sealed(&claims(&lab))), 4103, "the issuer has no key for A256GCM");
        let relabelled = ENCRYPTED.replace("A256GCM", "A128GCM");
        let text = String::from_utf8(json(&claims(&lab))).unwrap();
        assert_eq!(
            code(&lab, &seal_under(&relabelled, &SECRET, &text)),
            4103,
            "another algorithm than it says"
        );
    });
}
