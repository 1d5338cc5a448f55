//! How long a token counts that the node knows: no longer than that which it was found authentic by, and not a moment
//! after it was revoked.

use csf_api::{Credentials, ResourceType};
use csf_service::TokenClass;
use support::lab::{ALL, Lab, RETRIEVE, Reading as _, Setup, changes, draft, policy, rule};
use support::token_maker::{ENCRYPTED, NESTED, json, permissions, privileges, seal_under};

use crate::issued::{keep, wish, with_issuing_administrator};
use crate::roles::{asks, give, information_point, role};
use crate::scenery::{
    ROLE, SECRET, TARGET, bringing, claims, code, draft_of, issuer, lend_secret, must, reader, secret_key,
    token, trusted, with_scenery, with_setup, with_token,
};

const LENT: &str = "cse-mn/security/data/storage-soft/k2";

fn local(lab: &Lab, text: &str) -> Credentials {
    let name = with_token(lab, text).assigned_token_ids.first().unwrap().local.clone();
    Credentials { local_token_ids: vec![name], ..Credentials::default() }
}

fn by(lab: &Lab, credentials: &Credentials) -> u16 {
    reader(lab).send(bringing(TARGET, credentials.clone())).code()
}

/// A key that is taken from the settings vouches for nothing any more. Shows ACC-7 and ACC-8.
#[test]
fn a_known_token_ends_with_the_trust_in_its_issuer() {
    with_setup(
        |_| {},
        |mut lab| {
            let text = trusted().sign(&claims(&lab));
            let name = local(&lab, &text);
            assert_eq!((code(&lab, &text), by(&lab, &name)), (2000, 2000));
            let trust = |setup: &mut Vec<_>, classes: &[TokenClass]| *setup = vec![issuer(classes)];
            let both = [TokenClass::Signed, TokenClass::Nested];
            // Nobody; another class; a setting that has nothing to do with it.
            lab.reconfigure(|settings| settings.token_issuers.clear());
            assert_eq!((code(&lab, &text), by(&lab, &name)), (4103, 4103));
            lab.reconfigure(|settings| trust(&mut settings.token_issuers, &both));
            assert_eq!((code(&lab, &text), by(&lab, &name)), (2000, 2000));
            lab.reconfigure(|settings| trust(&mut settings.token_issuers, &[TokenClass::Nested]));
            assert_eq!((code(&lab, &text), by(&lab, &name)), (4103, 4103));
            lab.reconfigure(|settings| trust(&mut settings.token_issuers, &both));
            lab.reconfigure(|settings| settings.limits.depth = 20);
            assert_eq!((by(&lab, &name), code(&lab, &text)), (2000, 2000));
            lab.reconfigure(|settings| settings.token_issuers[0].keys.clear());
            assert_eq!((code(&lab, &text), by(&lab, &name)), (4103, 4103));
        },
    );
}

/// A key object that is gone opens nothing, and so vouches for nothing that it opened before. Shows ACC-7 and ACC-8.
#[test]
fn a_known_token_ends_with_the_key_that_opened_it() {
    let encrypted = |setup: &mut Setup| {
        let classes = [TokenClass::Nested, TokenClass::Encrypted];
        setup.settings.token_issuers = vec![issuer(&classes)];
    };
    with_setup(encrypted, |lab| {
        lend_secret(&lab);
        let signed = trusted().sign(&claims(&lab));
        let payload = String::from_utf8(json(&claims(&lab))).unwrap();
        let texts = [seal_under(NESTED, &SECRET, &signed), seal_under(ENCRYPTED, &SECRET, &payload)];
        let names = texts.each_ref().map(|text| local(&lab, text));
        let all = |expected: u16| {
            for (text, name) in texts.iter().zip(&names) {
                assert_eq!((code(&lab, text), by(&lab, name)), (expected, expected));
            }
        };
        all(2000);
        let opened = lab.world().environments_of("decrypt").len();
        all(2000);
        assert_eq!(lab.world().environments_of("decrypt").len(), opened, "it is opened once");
        must(&lab.admin().delete(LENT), 2002);
        all(4103);
        let end = lab.in_seconds(60);
        let until = secret_key().with("et", end.as_str());
        must(&lab.admin().create("cse-mn/security/data/storage-soft", until), 2001);
        all(2000);
        lab.wait(std::time::Duration::from_secs(61));
        all(4103);
    });
}

/// Whoever holds a token that was issued here cannot keep it alive. Shows ACC-8 and ACC-9.
#[test]
fn a_copy_that_the_holder_keeps_does_not_undo_a_revocation() {
    with_issuing_administrator(|lab| {
        let admin = lab.admin();
        let text = admin.invoke("token", wish(&lab, "k1", "t1@csf.example")).text("tkob").to_owned();
        let open = policy("open", [rule(["CAdmin", "Creader"], ALL)], [rule(["CAdmin"], ALL)]);
        must(&admin.create("cse-mn", open), 2001);
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&admin.create("cse-mn", point.with("acpi", ["cse-mn/open"])), 2001);
        let copy = |name: &str| {
            let copy = draft(ResourceType::TOKEN, "m2m:tk").with("rn", name);
            let copy = draft_of(copy, &[("tkid", "t1@csf.example"), ("tkob", &text)]);
            must(&reader(&lab).create("cse-mn/info", copy), 2001);
        };
        let by_id = Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() };
        copy("before");
        assert_eq!((code(&lab, &text), by(&lab, &by_id)), (4103, 4103), "the holder issues nothing");
        keep(&lab, "t1", "t1@csf.example", &text);
        copy("after");
        let name = local(&lab, &text);
        assert_eq!((code(&lab, &text), by(&lab, &by_id), by(&lab, &name)), (2000, 2000, 2000));
        must(&admin.delete("cse-mn/info/t1"), 2002);
        assert_eq!((code(&lab, &text), by(&lab, &by_id), by(&lab, &name)), (4103, 4103, 4103));
    });
}

/// Where a token that was issued here is kept may end before it does, or what that lies in. Shows ACC-8.
#[test]
fn a_known_token_that_was_issued_here_ends_with_where_it_is_kept() {
    with_issuing_administrator(|lab| {
        let admin = lab.admin();
        let text = admin.invoke("token", wish(&lab, "k1", "t1@csf.example")).text("tkob").to_owned();
        information_point(&lab);
        let until = |to: &str, root: &'static str, seconds: i64| {
            let end = lab.in_seconds(seconds);
            must(&admin.update(to, changes(root).with("et", end.as_str())), 2004);
        };
        keep(&lab, "t1", "t1@csf.example", &text);
        assert_eq!((code(&lab, &text), code(&lab, &text)), (2000, 2000));
        until("cse-mn/info/t1", "m2m:tk", 60);
        assert_eq!((code(&lab, &text), code(&lab, &text)), (2000, 2000));
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(code(&lab, &text), 4103);
        // Another in its place, and the place itself ends.
        keep(&lab, "t2", "t1@csf.example", &text);
        assert_eq!((code(&lab, &text), code(&lab, &text)), (2000, 2000));
        until("cse-mn/info", "m2m:auif", 60);
        assert_eq!((code(&lab, &text), code(&lab, &text)), (2000, 2000));
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(code(&lab, &text), 4103);
        while lab.sweep().more {}
        assert_eq!(code(&lab, &text), 4103);
        information_point(&lab);
        keep(&lab, "t3", "t1@csf.example", &text);
        assert_eq!((code(&lab, &text), code(&lab, &text)), (2000, 2000));
        must(&admin.delete("cse-mn/info"), 2002);
        assert_eq!(code(&lab, &text), 4103);
    });
}

/// What lies in something that has ended is not there, whether it was removed already or not. Shows ACC-8.
#[test]
fn roles_and_tokens_end_with_what_they_lie_in() {
    with_scenery(|lab| {
        information_point(lab);
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(3600)];
        assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
        let text = trusted().sign(&claims(lab));
        keep(lab, "t", "t1@csf.example", &text);
        let by_id = Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() };
        let response = reader(lab).send(bringing(TARGET, by_id.clone()));
        must(&response, 2000);
        let name = response.assigned_token_ids.first().expect("a name").local.clone();
        let name = Credentials { local_token_ids: vec![name], ..Credentials::default() };
        let end = lab.in_seconds(60);
        must(&lab.admin().update("cse-mn/info", changes("m2m:auif").with("et", end.as_str())), 2004);
        assert_eq!((asks(lab, role(ROLE)), by(lab, &by_id), by(lab, &name)), (2000, 2000, 2000));
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!((asks(lab, role(ROLE)), by(lab, &by_id), by(lab, &name)), (4103, 4103, 4103));
        assert_eq!(code(lab, &text), 2000, "brought whole it lies nowhere");
    });
}

/// Whoever sweeps a role or a token away begins a new policy epoch, as whoever deletes it. Shows ACC-8 and ACC-9.
#[test]
fn what_is_swept_with_what_it_lies_in_ends_the_policy_epoch() {
    with_scenery(|lab| {
        information_point(lab);
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(3600)];
        assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
        keep(lab, "t", "t1@csf.example", &trusted().sign(&claims(lab)));
        let end = lab.in_seconds(60);
        must(&lab.admin().update("cse-mn/info", changes("m2m:auif").with("et", end.as_str())), 2004);
        lab.wait(std::time::Duration::from_secs(61));
        let versions = || lab.world().versions();
        let epoch = || *versions().get("state/policy-epoch").unwrap();
        let credentials = || versions().keys().filter(|key| key.starts_with("credential/")).count();
        let before = epoch();
        assert_eq!(credentials(), 2);
        while lab.sweep().more {}
        assert_eq!(credentials(), 0);
        assert_eq!(epoch(), before + 2);
    });
}

/// More tokens than are kept: each counts whenever it is brought, and only its name is forgotten. Shows ACC-8.
#[test]
fn a_token_that_was_forgotten_is_verified_again() {
    let lab = Lab::new({
        let mut setup = Setup::on(support::lab::Storage::Memory);
        setup.settings.token_issuers = vec![issuer(&[TokenClass::Signed])];
        setup
    });
    crate::scenery::arrange(&lab);
    // White space says nothing, so that a few of them fill the place.
    let mut payload = json(&claims(&lab));
    payload.resize(15_000, b' ');
    let header = |n: usize| format!(r#"{{"alg":"ES256","typ":"JWT","kid":"k1","x":"{n}"}}"#);
    let long = |n| trusted().sign_under(&header(n), &payload);
    let first = long(0);
    let name = local(&lab, &first);
    assert_eq!(by(&lab, &name), 2000);
    for n in 1..220 {
        assert_eq!(code(&lab, &long(n)), 2000, "{n}");
    }
    assert_eq!(by(&lab, &name), 4103);
    assert_eq!((code(&lab, &first), by(&lab, &name)), (2000, 2000));
}

/// A request that is decided while its token is revoked is decided again. Shows ACC-8 and ACC-9.
#[test]
fn a_revocation_in_the_midst_of_a_request_counts() {
    with_issuing_administrator(|lab| {
        let admin = lab.admin();
        information_point(&lab);
        let wish = wish(&lab, "k1", "t1@csf.example")
            .with("tkps", permissions([privileges([TARGET], [rule(["all"], RETRIEVE | ALL)])]));
        let text = admin.invoke("token", wish).text("tkob").to_owned();
        keep(&lab, "t1", "t1@csf.example", &text);
        assert_eq!(code(&lab, &text), 2000);
        let label = || csf_api::Request {
            credentials: token(&text),
            ..support::lab::update(TARGET, changes("m2m:cnt").with("lbl", ["x"]))
        };
        must(&reader(&lab).send(label()), 2004);
        let (response, revoked) = lab
            .interrupted(&reader(&lab), label(), support::lab::commits(), || admin.delete("cse-mn/info/t1"));
        must(&revoked, 2002);
        must(&response, 4103);
    });
}
