//! The purposes ROL and TKN on a whole node, over HTTP: roles and tokens as an application brings them. What needs a
//! clock moved by hand is in the tests of `csf-service`, with the same names.
#![expect(clippy::expect_used, reason = "a tester without its surroundings has nothing to show")]

use std::time::{SystemTime, UNIX_EPOCH};

use conformance::{ALL, RETRIEVE, Reading as _, Speaker, container, hmac_key, policy, rule};
use csf_api::{Address, Credentials, Object, Operation, Request, RequestId, ResourceType, Response, Value};
use support::NodeProcess;
use support::lab::draft;
use support::token_maker::{
    ENCRYPTED, NESTED, TokenMaker, code_under, json, permissions, privileges, seal_under,
};

const ISSUER: &str = "//csf.example/id-das";
const TARGET: &str = "-/Cmeter/readings";
const FOR_ROLE: &str = "-/Cmeter/forRole";
const ROLE: &str = "reader@csf.example";
const SECRET: [u8; 32] = [42; 32];

struct Scene {
    node: NodeProcess,
    reader: Speaker,
    issuer: TokenMaker,
}

impl Scene {
    /// `Cmeter` has what nobody else may read, and something for a role; `Creader` would like to.
    fn new() -> Self {
        let issuer = TokenMaker::new(ISSUER, 1);
        let keys =
            format!("k1 ES256 {},k2 A256GCM cse-mn/security/data/storage-soft/k2", issuer.public_key());
        Self::trusting(issuer, &format!("signed,nested,{keys}"))
    }

    /// The same on a node that trusts the issuer so.
    fn trusting(issuer: TokenMaker, how: &str) -> Self {
        let node = NodeProcess::with().profile("mn").set(&format!("token.issuers.{ISSUER}={how}")).start();
        let mut meter = Speaker::registered(&node, "Cmeter");
        assert_eq!(meter.create("-/Cmeter", container("readings")).code(), 2001);
        let by_role = policy("byRole", [rule([ROLE], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("-/Cmeter", by_role).code(), 2001);
        let links = Value::texts(["-/Cmeter/byRole"]);
        assert_eq!(meter.create("-/Cmeter", container("forRole").with("acpi", links)).code(), 2001);
        let reader = Speaker::registered(&node, "Creader");
        Self { node, reader, issuer }
    }

    fn asks(&mut self, to: &str, credentials: Credentials) -> Response {
        ask(&mut self.reader, to, credentials)
    }

    /// Claims for the reader, for an hour around now, with these permissions.
    fn claims<const N: usize>(&self, list: [Object; N]) -> Object {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let now = i64::try_from(now).expect("before the end of time");
        let times = [now.saturating_sub(1800), now.saturating_add(1800)];
        let claims = self.issuer.claims("t1@csf.example", "//csf.example/id-mn/Creader", times);
        claims.with("tkps", permissions(list))
    }

    fn readable(&self) -> Object {
        self.claims([privileges([TARGET], [rule(["all"], RETRIEVE)])])
    }
}

fn ask(speaker: &mut Speaker, to: &str, credentials: Credentials) -> Response {
    let to = Address::parse(to).expect("an address");
    let request = Request::new(Operation::Retrieve, to, None, RequestId::unknown());
    speaker.send(Request { credentials, ..request })
}

fn token(text: &str) -> Credentials {
    Credentials { tokens: vec![text.into()], ..Credentials::default() }
}

fn role(id: &str) -> Credentials {
    Credentials { roles: vec![id.into()], ..Credentials::default() }
}

/// ROL/01 and ROL/02. Shows ACC-8.
#[test]
fn a_role_counts_for_its_holder_while_it_lasts_and_for_nobody_else() {
    let mut scene = Scene::new();
    let mut admin = Speaker::administrator(&scene.node);
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    assert_eq!(admin.create("-", point).code(), 2001);
    let mut give = |name: &str, issuer: &str, holder: &str, end: &str| {
        let role = draft(ResourceType::ROLE, "m2m:rol").with("rn", name).with("rlid", ROLE);
        let role = role.with("tkis", issuer).with("tkhd", holder).with("tknb", "20200101T000000");
        assert_eq!(admin.create("-/info", role.with("tkna", end)).code(), 2001, "{name}");
    };
    give("ended", "/id-mn", "Creader", "20210101T000000");
    give("other", "/id-mn", "Cmeter", "20990101T000000");
    give("stranger", "/id-x", "Creader", "20990101T000000");
    assert_eq!(scene.asks(FOR_ROLE, role(ROLE)).code(), 4103);
    give("good", "/id-mn", "Creader", "20990101T000000");
    assert_eq!(scene.asks(FOR_ROLE, role(ROLE)).code(), 2000);
    let mut other = Speaker::registered(&scene.node, "Cother");
    assert_eq!(ask(&mut other, FOR_ROLE, role(ROLE)).code(), 4103);
}

/// TKN/01 to TKN/05 and TKN/07. Shows ACC-7 and ACC-8.
#[test]
fn a_token_counts_for_its_holder_and_a_forged_ended_or_foreign_one_for_nobody() {
    let mut scene = Scene::new();
    let claims = scene.readable();
    let good = scene.issuer.sign(&claims);
    assert_eq!(scene.asks(TARGET, Credentials::default()).code(), 4103);
    let response = scene.asks(TARGET, token(&good));
    assert_eq!(response.code(), 2000, "{:?}", response.content);
    let name = response.assigned_token_ids.first().expect("a local name").local.clone();
    let by_name = Credentials { local_token_ids: vec![name], ..Credentials::default() };
    assert_eq!(scene.asks(TARGET, by_name.clone()).code(), 2000);
    let mut other = Speaker::registered(&scene.node, "Cother");
    assert_eq!(ask(&mut other, TARGET, token(&good)).code(), 4103);
    assert_eq!(ask(&mut other, TARGET, by_name).code(), 4103);

    let forged = TokenMaker::new(ISSUER, 2).sign(&claims);
    let ended = scene
        .issuer
        .sign(&claims.clone().with("exp", Value::Integer(1_600_000_000)).with("nbf", Value::Integer(1)));
    let foreign = scene.issuer.sign(&claims.clone().with("aud", Value::texts(["//csf.example/id-in"])));
    let payload = support::token_maker::json(&claims);
    let unsecured = scene.issuer.sign_under(r#"{"alg":"none","typ":"JWT"}"#, &payload);
    let elsewhere = scene.issuer.sign(&scene.claims([privileges(["-/Cmeter"], [rule(["all"], ALL)])]));
    for (what, text) in [
        ("forged", forged),
        ("ended", ended),
        ("foreign", foreign),
        ("alg none", unsecured),
        ("elsewhere", elsewhere),
    ] {
        assert_eq!(scene.asks(TARGET, token(&text)).code(), 4103, "{what}");
    }
    let gives_role = Object::new().with("rids", Value::texts([ROLE]));
    let text = scene.issuer.sign(&scene.claims([gives_role]));
    assert_eq!(scene.asks(FOR_ROLE, token(&text)).code(), 2000);
    assert_eq!(scene.asks(TARGET, token(&text)).code(), 4103);
}

/// TKN/06. Shows ACC-8.
#[test]
fn a_nested_token_is_opened_by_a_key_in_the_secure_environment() {
    let mut scene = Scene::new();
    let nested = seal_under(NESTED, &SECRET, &scene.issuer.sign(&scene.readable()));
    assert_eq!(scene.asks(TARGET, token(&nested)).code(), 4103);
    let material = <base64ct::Base64 as base64ct::Encoding>::encode_string(&SECRET);
    let key = hmac_key("k2").with("kAl", "AES_256_GCM").with("kUs", ["decrypt"]).with("kMt", &*material);
    let mut admin = Speaker::administrator(&scene.node);
    assert_eq!(admin.create("-/security/data/storage-soft", key).code(), 2001);
    assert_eq!(scene.asks(TARGET, token(&nested)).code(), 2000);
    assert_eq!(scene.asks(TARGET, token(&nested.replacen("..", "..A", 1))).code(), 4103);
}

/// The administrator takes this key in for the node.
fn lend(node: &NodeProcess, name: &str, algorithm: &str, uses: &str) {
    let material = <base64ct::Base64 as base64ct::Encoding>::encode_string(&SECRET);
    let key = hmac_key(name).with("kAl", algorithm).with("kUs", [uses]).with("kMt", &*material);
    assert_eq!(Speaker::administrator(node).create("-/security/data/storage-soft", key).code(), 2001);
}

/// TKN/01 and TKN/02 under a shared secret. Shows ACC-7 and ACC-8.
#[test]
fn a_token_with_a_code_under_a_shared_secret_counts_and_a_forged_one_does_not() {
    let trusted = "signed,s1 HS256 cse-mn/security/data/storage-soft/s1";
    let mut scene = Scene::trusting(TokenMaker::new(ISSUER, 1), trusted);
    let header = r#"{"alg":"HS256","typ":"JWT","kid":"s1"}"#;
    let payload = json(&scene.readable());
    let good = code_under("HS256", header, &SECRET, &payload);
    assert_eq!(scene.asks(TARGET, token(&good)).code(), 4103);
    lend(&scene.node, "s1", "HMAC_SHA_256", "macVerify");
    assert_eq!(scene.asks(TARGET, token(&good)).code(), 2000);
    assert_eq!(scene.asks(TARGET, token(&code_under("HS256", header, &[7; 32], &payload))).code(), 4103);
    let mut other = Speaker::registered(&scene.node, "Cother");
    assert_eq!(ask(&mut other, TARGET, token(&good)).code(), 4103);
}

/// TKN/01 and TKN/02 with encryption alone. Shows ACC-7 and ACC-8.
#[test]
fn a_token_that_is_only_encrypted_counts_where_its_issuer_may_do_that_and_nowhere_else() {
    let key = "k2 A256GCM cse-mn/security/data/storage-soft/k2";
    for (class, code) in [("encrypted", 2000), ("nested", 4103)] {
        let mut scene = Scene::trusting(TokenMaker::new(ISSUER, 1), &format!("{class},{key}"));
        let text = String::from_utf8(json(&scene.readable())).expect("a text");
        let sealed = seal_under(ENCRYPTED, &SECRET, &text);
        assert_eq!(scene.asks(TARGET, token(&sealed)).code(), 4103, "{class}");
        lend(&scene.node, "k2", "AES_256_GCM", "decrypt");
        assert_eq!(scene.asks(TARGET, token(&sealed)).code(), code, "{class}");
        assert_eq!(scene.asks(TARGET, token(&seal_under(ENCRYPTED, &[1; 32], &text))).code(), 4103);
        let mut other = Speaker::registered(&scene.node, "Cother");
        assert_eq!(ask(&mut other, TARGET, token(&sealed)).code(), 4103);
    }
}

/// TKN/07: what was brought by its Token-ID ends with its `<token>`, also where it was brought whole before. Shows ACC-8.
#[test]
fn a_local_name_ends_with_the_token_that_it_was_read_from() {
    let mut scene = Scene::new();
    let text = scene.issuer.sign(&scene.readable());
    let mut admin = Speaker::administrator(&scene.node);
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    assert_eq!(admin.create("-", point).code(), 2001);
    let kept = draft(ResourceType::TOKEN, "m2m:tk").with("rn", "t1").with("tkid", "t1@csf.example");
    assert_eq!(admin.create("-/info", kept.with("tkob", &*text)).code(), 2001);
    let by_id = Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() };
    let mut name = |credentials| {
        let response = scene.asks(TARGET, credentials);
        assert_eq!(response.code(), 2000, "{:?}", response.content);
        let local = response.assigned_token_ids.first().expect("a local name").local.clone();
        Credentials { local_token_ids: vec![local], ..Credentials::default() }
    };
    let (whole, read) = (name(token(&text)), name(by_id));
    for credentials in [&whole, &read] {
        assert_eq!(scene.asks(TARGET, credentials.clone()).code(), 2000);
    }
    assert_eq!(admin.delete("-/info/t1").code(), 2002);
    assert_eq!(scene.asks(TARGET, read).code(), 4103);
    assert_eq!(scene.asks(TARGET, whole).code(), 2000);
}
