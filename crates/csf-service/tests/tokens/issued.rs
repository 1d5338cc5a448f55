//! Tokens that the node makes for those who have keys: issued, shown, looked into, revoked.

use csf_api::{EntityId, Object, ResourceType, Value};
use csf_service::{SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use support::lab::{
    Asker, Lab, RETRIEVE, Reading as _, Setup, Storage, draft, ecdsa_key, hmac_key, p256_verifies, rule,
};
use support::token_maker::{permissions, privileges};

use crate::scenery::{READER, TARGET, arrange, code, draft_of, must};

const STORAGE: &str = "cse-mn/security/data/storage-soft";
const ADMINISTRATOR: &str = "//csf.example/id-mn/CAdmin";

pub(crate) fn wish(lab: &Lab, key: &str, id: &str) -> Object {
    Object::new()
        .with("kInf", Value::text(&format!("{STORAGE}/{key}")))
        .with("kid", Value::text("k1"))
        .with("tkid", Value::text(id))
        .with("tkhd", Value::text(READER))
        .with("tknb", Value::text(&lab.in_seconds(-60)))
        .with("tkna", Value::text(&lab.in_seconds(3600)))
        .with("tkps", permissions([privileges([TARGET], [rule(["all"], RETRIEVE)])]))
}

/// A node whose administrator has a signing key, and which trusts it.
pub(crate) fn with_issuing_administrator(flow: impl Fn(Lab)) {
    for storage in Storage::ALL {
        let lab = Lab::new(Setup::on(storage));
        must(&lab.admin().create(STORAGE, ecdsa_key("k1")), 2001);
        arrange(&lab);
        let public = lab.admin().retrieve(&format!("{STORAGE}/k1")).text("kDt").to_owned();
        let key = <base64ct::Base64 as base64ct::Encoding>::decode_vec(&public).unwrap();
        let lab = lab.restart(|setup| {
            let id = EntityId::parse(ADMINISTRATOR, &setup.settings.home).unwrap();
            let kind = TokenKeyKind::Public { algorithm: SignatureAlgorithm::Es256, key: key.clone() };
            let keys = vec![TokenKey { id: "k1".into(), kind }];
            setup.settings.token_issuers = vec![TokenIssuer { id, classes: vec![TokenClass::Signed], keys }];
        });
        flow(lab);
    }
}

pub(crate) fn keep(lab: &Lab, name: &str, id: &str, text: &str) {
    let kept = draft(ResourceType::TOKEN, "m2m:tk").with("rn", name);
    must(&lab.admin().create("cse-mn/info", draft_of(kept, &[("tkid", id), ("tkob", text)])), 2001);
}

fn check(asker: &Asker<'_>, text: &str) -> csf_api::Response {
    let answer = asker.invoke("token", Object::new().with("tkob", Value::text(text)));
    must(&answer, 2004);
    answer
}

/// What the administrator issues counts while it is kept here, and no longer. Shows ACC-7 and ACC-8.
#[test]
fn an_issued_token_counts_while_it_is_kept_and_ends_when_it_is_deleted() {
    with_issuing_administrator(|lab| {
        let lab = &lab;
        let admin = lab.admin();
        let issued = admin.invoke("token", wish(lab, "k1", "t1@csf.example"));
        must(&issued, 2004);
        let text = issued.text("tkob").to_owned();
        let (input, signature) = text.rsplit_once('.').unwrap();
        let signature = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(signature).unwrap();
        let public = admin.retrieve(&format!("{STORAGE}/k1")).text("kDt").to_owned();
        let public = <base64ct::Base64 as base64ct::Encoding>::decode_vec(&public).unwrap();
        assert!(p256_verifies(&public, input.as_bytes(), &signature), "an independent verifier agrees");

        assert_eq!(code(lab, &text), 4103, "nobody keeps it yet");
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&admin.create("cse-mn", point), 2001);
        keep(lab, "t1", "t1@csf.example", &text);
        assert_eq!(code(lab, &text), 2000);
        let other = admin.invoke("token", wish(lab, "k1", "t2@csf.example")).text("tkob").to_owned();
        assert_eq!(code(lab, &other), 4103);

        // Whoever has to do with it can look into it, and nobody else.
        let reader = lab.as_ae(1001, "Creader");
        let seen = check(&reader, &text);
        assert_eq!((seen.member("vR"), seen.text("tkis")), (&Value::Bool(true), ADMINISTRATOR));
        assert_eq!(check(&admin, &text).text("tkhd"), READER);
        let stranger = check(&lab.registered(1002, "Cother"), &text);
        assert_eq!((stranger.member("vR"), stranger.has("tkid")), (&Value::Bool(false), false));
        assert_eq!(check(&reader, "a.b.c").member("vR"), &Value::Bool(false));

        must(&admin.delete("cse-mn/info/t1"), 2002);
        assert_eq!(code(lab, &text), 4103);
        assert_eq!(check(&reader, &text).member("vR"), &Value::Bool(false));
    });
}

/// A token is made in the name of whoever has the key, and of nobody else. Shows ACC-7.
#[test]
fn nobody_has_a_token_made_in_anothers_name_or_with_anothers_key() {
    with_issuing_administrator(|lab| {
        let lab = &lab;
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.invoke("token", wish(lab, "k1", "t1@csf.example")), 4103);
        must(&meter.create(STORAGE, ecdsa_key("own")), 2001);
        must(&meter.create(STORAGE, hmac_key("code")), 2001);
        let own = meter.invoke("token", wish(lab, "own", "t1@csf.example"));
        must(&own, 2004);
        assert_eq!(code(lab, own.text("tkob")), 4103, "nobody trusts that issuer");
        must(&meter.invoke("token", wish(lab, "code", "t1@csf.example")), 4000);
        for (name, value) in [
            ("tkhd", Value::text("Creader")),
            ("tkid", Value::text("t1")),
            ("tkna", Value::text("20200101T000000")),
            ("tkna", Value::text("tomorrow")),
            ("tkps", permissions([Object::new()])),
            ("tkau", Value::texts(["id-mn"])),
            ("tkob", Value::text("a.b.c")),
            ("tkis", Value::text(ADMINISTRATOR)),
        ] {
            must(&meter.invoke("token", wish(lab, "own", "t1@csf.example").with(name, value)), 4000);
        }
        must(&lab.network("Cmeter").invoke("token", wish(lab, "own", "t1@csf.example")), 4103);
    });
}
