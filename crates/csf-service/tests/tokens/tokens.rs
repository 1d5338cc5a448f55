//! Tokens: TKN/01 to TKN/08, and revocation.

use std::time::Duration;

use csf_api::{Credentials, Object, ResourceType, Value};
use csf_service::TokenClass;
use support::lab::{ALL, DELETE, Lab, RETRIEVE, Reading as _, draft, rule};
use support::token_maker::{NESTED, TokenMaker, permissions, privileges, seal_under};

use crate::scenery::{
    READER, ROLE, SECRET, TARGET, bringing, claims, code, draft_of, issuer, lend_secret, must, now, reader,
    token, trusted, with_scenery, with_setup, with_token,
};

/// TKN/01: a token permits what it says, to its holder, and nothing else. Shows ACC-8.
#[test]
fn tkn_01_a_signed_token_permits_what_it_says_to_its_holder() {
    with_scenery(|lab| {
        let text = trusted().sign(&claims(lab));
        must(&reader(lab).retrieve(TARGET), 4103);
        let response = with_token(lab, &text);
        must(&response, 2000);
        let [assigned] = response.assigned_token_ids.as_slice() else { panic!("one local name") };
        assert_eq!(&*assigned.token, "t1@csf.example");
        assert!(assigned.local.starts_with(|c: char| c.is_ascii_alphabetic()));
        // Another operation, another holder, nobody.
        let deletion = csf_api::Request { credentials: token(&text), ..support::lab::deletion(TARGET) };
        must(&reader(lab).send(deletion), 4103);
        let other = lab.registered(1002, "Cother");
        must(&other.send(bringing(TARGET, token(&text))), 4103);
        must(&lab.network("Creader").send(bringing(TARGET, token(&text))), 4103);
        must(&reader(lab).retrieve(TARGET), 4103);
    });
}

/// TKN/01: a token that is brought again costs no signature. Shows ACC-8.
#[test]
fn tkn_01_a_token_is_verified_once() {
    with_scenery(|lab| {
        let text = trusted().sign(&claims(lab));
        for _ in 0..3 {
            assert_eq!(code(lab, &text), 2000);
        }
        assert_eq!(lab.world().environments_of("verify-with").len(), 1);
    });
}

/// TKN/02: a wrong signature, `alg` none, a class that the issuer may not use, and no `typ`. Shows ACC-8 and ACC-7.
#[test]
fn tkn_02_what_is_not_authentic_or_not_permitted_to_its_issuer_is_refused() {
    with_scenery(|lab| {
        let claims = claims(lab);
        let good = trusted().sign(&claims);
        assert_eq!(code(lab, &good), 2000);
        let json = support::token_maker::json(&claims);
        let (unsigned, signature) = good.rsplit_once('.').unwrap();
        let flipped =
            format!("{unsigned}.{}{}", if signature.starts_with('A') { "B" } else { "A" }, &signature[1..]);
        for (what, text) in [
            ("another signature", flipped),
            ("another key", TokenMaker::new(crate::scenery::ISSUER, 2).sign(&claims)),
            ("alg none", trusted().sign_under(r#"{"alg":"none","typ":"JWT","kid":"k1"}"#, &json)),
            ("typ missing", trusted().sign_under(r#"{"alg":"ES256","kid":"k1"}"#, &json)),
            ("another algorithm", trusted().sign_under(r#"{"alg":"EdDSA","typ":"JWT","kid":"k1"}"#, &json)),
            ("an unknown key", trusted().sign_under(r#"{"alg":"ES256","typ":"JWT","kid":"k9"}"#, &json)),
            (
                "a key for something else",
                trusted().sign_under(r#"{"alg":"ES256","typ":"JWT","kid":"k2"}"#, &json),
            ),
        ] {
            assert_eq!(code(lab, &text), 4103, "{what}");
        }
        // Without a name of the key, the only one of the algorithm is meant.
        assert_eq!(code(lab, &trusted().sign_under(r#"{"alg":"ES256","typ":"JWT"}"#, &json)), 2000);
    });
    with_setup(
        |setup| setup.settings.token_issuers = vec![issuer(&[TokenClass::Nested])],
        |lab| assert_eq!(code(&lab, &trusted().sign(&claims(&lab))), 4103, "signed tokens are not permitted"),
    );
    with_setup(
        |setup| setup.settings.token_issuers.clear(),
        |lab| assert_eq!(code(&lab, &trusted().sign(&claims(&lab))), 4103, "nobody is trusted"),
    );
}

/// TKN/03: out of time, for somebody else, for another CSE. Shows ACC-8 and ACC-7.
#[test]
fn tkn_03_a_token_out_of_time_or_for_others_is_refused() {
    with_scenery(|lab| {
        let at = now(lab);
        let timed = |begin, end| {
            let made = trusted().claims("t@csf.example", READER, [begin, end]);
            made.with("tkps", claims(lab).get("tkps").unwrap().clone())
        };
        assert_eq!(code(lab, &trusted().sign(&timed(at, at))), 2000, "the edges belong to the time");
        assert_eq!(code(lab, &trusted().sign(&timed(at - 60, at - 1))), 4103, "ended");
        assert_eq!(code(lab, &trusted().sign(&timed(at + 1, at + 60))), 4103, "not yet");
        let other = claims(lab).with("azp", Value::text("//csf.example/id-mn/Cmeter"));
        assert_eq!(code(lab, &trusted().sign(&other)), 4103, "of another holder");
        for (audience, expected) in [
            (vec!["//csf.example/id-mn"], 2000),
            (vec!["//other.example/id-in", "//csf.example/id-*"], 2000),
            (vec!["//*/id-mn"], 2000),
            (vec!["//csf.example/id-in"], 4103),
            (vec!["//csf.example/id-m"], 4103),
            (vec!["//csf.example/id-mn/C*"], 4103),
            (vec!["/id-mn"], 4103),
            (vec!["*"], 4103),
            (vec![], 4103),
        ] {
            let text = trusted().sign(&claims(lab).with("aud", Value::texts(audience.iter().copied())));
            assert_eq!(code(lab, &text), expected, "{audience:?}");
        }
    });
}

/// TKN/04: a permission is about the resources that it names. Shows ACC-8.
#[test]
fn tkn_04_a_token_for_another_resource_permits_nothing_here() {
    with_scenery(|lab| {
        let about = |resources: [&str; 1]| {
            let all = privileges(resources, [rule(["all"], ALL)]);
            trusted().sign(&claims(lab).with("tkps", permissions([all])))
        };
        assert_eq!(code(lab, &about(["cse-mn/Cmeter/other"])), 4103);
        assert_eq!(code(lab, &about(["cse-mn/Cmeter"])), 4103, "what lies below is not meant");
        assert_eq!(code(lab, &about(["//csf.example/id-in/cse-in/x"])), 4103);
        let id = lab.as_ae(1000, "Cmeter").retrieve(TARGET).text("ri").to_owned();
        for address in [TARGET, &format!("/id-mn/{TARGET}"), &format!("//csf.example/id-mn/{TARGET}"), &id] {
            assert_eq!(code(lab, &about([address])), 2000, "{address}");
        }
        // The rules of a token are rules: they name operations and originators.
        let other = privileges([TARGET], [rule(["Cother"], ALL), rule(["all"], DELETE)]);
        assert_eq!(code(lab, &trusted().sign(&claims(lab).with("tkps", permissions([other])))), 4103);
    });
}

/// TKN/05: a role in a token is a role that a policy may name. Shows ACC-8.
#[test]
fn tkn_05_a_token_gives_its_holder_a_role() {
    with_scenery(|lab| {
        let with = |role: &str, resources: Option<&str>| {
            let mut permission = Object::new().with("rids", Value::texts([role]));
            if let Some(resource) = resources {
                permission.set("ris", Value::texts([resource]));
            }
            let text = trusted().sign(&claims(lab).with("tkps", permissions([permission])));
            reader(lab).send(bringing("cse-mn/Cmeter/forRole", token(&text))).code()
        };
        assert_eq!(with(ROLE, None), 2000);
        assert_eq!(with(ROLE, Some("cse-mn/Cmeter/forRole")), 2000);
        assert_eq!(with(ROLE, Some(TARGET)), 4103, "the role is for another resource");
        assert_eq!(with("writer@csf.example", None), 4103);
    });
}

/// TKN/06: a token that was signed, then encrypted for this node. Shows ACC-8.
#[test]
fn tkn_06_a_nested_token_is_opened_and_verified() {
    with_scenery(|lab| {
        let inner = trusted().sign(&claims(lab));
        let nested = seal_under(NESTED, &SECRET, &inner);
        assert_eq!(code(lab, &nested), 4103, "the node has no key for it yet");
        lend_secret(lab);
        assert_eq!(code(lab, &nested), 2000);
        assert_eq!(code(lab, &seal_under(NESTED, &[1; 32], &inner)), 4103, "under another key");
        let forged = TokenMaker::new(crate::scenery::ISSUER, 2).sign(&claims(lab));
        assert_eq!(code(lab, &seal_under(NESTED, &SECRET, &forged)), 4103, "signed by another key");
        let silent = NESTED.replace(r#","cty":"JWT""#, "");
        assert_eq!(code(lab, &seal_under(&silent, &SECRET, &inner)), 4103, "cty missing");
        let claims = String::from_utf8(support::token_maker::json(&claims(lab))).unwrap();
        assert_eq!(
            code(lab, &seal_under(&silent, &SECRET, &claims)),
            4103,
            "encryption alone is not permitted"
        );
        assert_eq!(code(lab, &seal_under(NESTED, &SECRET, &claims)), 4103, "nothing is signed");
    });
}

fn local(name: &str) -> Credentials {
    Credentials { local_token_ids: vec![name.into()], ..Credentials::default() }
}

/// TKN/07: a local name stands for its token, for its holder, until the token ends. Shows ACC-8.
#[test]
fn tkn_07_a_local_name_lasts_as_long_as_its_token() {
    with_scenery(|lab| {
        let response = with_token(lab, &trusted().sign(&claims(lab)));
        let name = response.assigned_token_ids.first().expect("a name").local.clone();
        let again = || reader(lab).send(bringing(TARGET, local(&name))).code();
        assert_eq!(again(), 2000);
        assert_eq!(reader(lab).send(bringing(TARGET, local("tunknown"))).code(), 4103);
        let other = lab.registered(1002, "Cother");
        assert_eq!(other.send(bringing(TARGET, local(&name))).code(), 4103, "it is the holder's");
        lab.wait(Duration::from_secs(3600));
        assert_eq!(again(), 2000);
        lab.wait(Duration::from_secs(1));
        assert_eq!(again(), 4103);
    });
}

/// TKN/08: privileges without resources, and permissions without anything. Shows ACC-8.
#[test]
fn tkn_08_a_permission_that_is_not_well_formed_makes_no_token() {
    with_scenery(|lab| {
        let rules = || privileges([TARGET], [rule(["all"], RETRIEVE)]);
        let mut bare = rules();
        bare.remove("ris");
        let only_resources = Object::new().with("ris", Value::texts([TARGET]));
        let unknown = rules().with("limit", Value::Integer(1));
        for (what, bad) in [
            ("pv without ris", bare),
            ("neither pv nor rids", only_resources),
            ("empty", Object::new()),
            ("an unknown member", unknown),
            ("no resources", rules().with("ris", Value::List(Vec::new()))),
            ("a resource that is none", rules().with("ris", Value::texts([""]))),
            ("a role that is none", rules().with("rids", Value::texts(["reader"]))),
            ("no rules at all", rules().with("pv", Value::Null)),
        ] {
            // One of them spoils the token, beside another that would permit.
            let text = trusted().sign(&claims(lab).with("tkps", permissions([rules(), bad])));
            assert_eq!(code(lab, &text), 4103, "{what}");
        }
        let none = trusted().sign(&trusted().claims("t@csf.example", READER, [now(lab), now(lab) + 9]));
        assert_eq!(code(lab, &none), 4103, "a token without permissions permits nothing");
        let meters = lab.as_ae(1000, "Cmeter").send(bringing(TARGET, Credentials::default()));
        must(&meters, 2000);
    });
}

/// A token that is kept here ends with its resource, by whatever name it is brought. Shows ACC-8 and ACC-7.
#[test]
fn a_token_that_is_kept_here_is_revoked_by_deleting_it() {
    with_scenery(|lab| {
        let admin = lab.admin();
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&admin.create("cse-mn", point), 2001);
        let by_id = |id: &str| {
            let credentials = Credentials { token_ids: vec![id.into()], ..Credentials::default() };
            reader(lab).send(bringing(TARGET, credentials))
        };
        must(&by_id("t1@csf.example"), 4103);
        let kept = draft(ResourceType::TOKEN, "m2m:tk").with("rn", "t1");
        let text = trusted().sign(&claims(lab));
        let kept = draft_of(kept, &[("tkid", "t1@csf.example"), ("tkob", &text)]);
        must(&admin.create("cse-mn/info", kept), 2001);
        let wrong =
            draft_of(draft(ResourceType::TOKEN, "m2m:tk"), &[("tkid", "t2@csf.example"), ("tkob", &text)]);
        must(&admin.create("cse-mn/info", wrong), 2001);
        let response = by_id("t1@csf.example");
        must(&response, 2000);
        must(&by_id("t2@csf.example"), 4103);
        let name = response.assigned_token_ids.first().expect("a name").local.clone();
        must(&reader(lab).send(bringing(TARGET, local(&name))), 2000);
        must(&admin.delete("cse-mn/info/t1"), 2002);
        must(&by_id("t1@csf.example"), 4103);
        must(&reader(lab).send(bringing(TARGET, local(&name))), 4103);
    });
}

/// What is kept is kept in memory: after a restart the whole token is brought again. Shows ACC-8.
#[test]
fn a_restart_forgets_local_names_and_not_the_trust() {
    with_setup(
        |_| {},
        |lab| {
            let text = trusted().sign(&claims(&lab));
            let name = with_token(&lab, &text).assigned_token_ids.first().expect("a name").local.clone();
            let lab: Lab = lab.restart(|_| {});
            must(&reader(&lab).send(bringing(TARGET, local(&name))), 4103);
            must(&with_token(&lab, &text), 2000);
            must(&reader(&lab).send(bringing(TARGET, local(&name))), 2000);
        },
    );
    // A node without access management takes nothing of it.
    support::lab::on_every_storage_with(
        |setup| {
            setup.settings.token_issuers = vec![issuer(&[TokenClass::Signed])];
            setup.settings.components.access_management = false;
        },
        |lab| {
            let _ = lab.registered(1001, "Creader");
            must(
                &lab.registered(1000, "Cmeter").create("cse-mn/Cmeter", support::lab::container("readings")),
                2001,
            );
            assert_eq!(code(&lab, &trusted().sign(&claims(&lab))), 5001);
        },
    );
}
