//! What the purposes have in common.

use base64ct::{Base64, Encoding};
use csf_api::{Address, Credentials, EntityId, Home, Object, Request, Response, Value};
use csf_service::{ContentEncryption, SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use support::lab::{
    ALL, Asker, Draft, Lab, RETRIEVE, Reading as _, Setup, container, hmac_key, on_every_storage_with,
    policy, retrieval, rule,
};
use support::token_maker::{TokenMaker, permissions, privileges};

/// The issuer that is trusted, and its key.
pub(crate) const ISSUER: &str = "//csf.example/id-das";
/// Whom tokens are for.
pub(crate) const READER: &str = "//csf.example/id-mn/Creader";
/// What they are about.
pub(crate) const TARGET: &str = "cse-mn/Cmeter/readings";
/// The secret that nested tokens are sealed under.
pub(crate) const SECRET: [u8; 32] = [42; 32];
/// A Role-ID that a policy names.
pub(crate) const ROLE: &str = "reader@csf.example";

pub(crate) fn trusted() -> TokenMaker {
    TokenMaker::new(ISSUER, 1)
}

/// An issuer with these classes, the public key `k1`, and the key object `k2` to open with.
pub(crate) fn issuer(classes: &[TokenClass]) -> TokenIssuer {
    let home = Home::new("//csf.example", "/id-mn").unwrap();
    let key = Base64::decode_vec(&trusted().public_key()).unwrap();
    let object = Address::parse("cse-mn/security/data/storage-soft/k2").unwrap();
    let keys = vec![
        TokenKey {
            id: "k1".into(),
            kind: TokenKeyKind::Public { algorithm: SignatureAlgorithm::Es256, key },
        },
        TokenKey {
            id: "k2".into(),
            kind: TokenKeyKind::Opens { encryption: ContentEncryption::A256Gcm, object },
        },
    ];
    TokenIssuer { id: EntityId::parse(ISSUER, &home).unwrap(), classes: classes.to_vec(), keys }
}

/// A node that trusts the issuer's signed and nested tokens; `Cmeter` has a container that nobody else may read, and
/// one that the role may read; `Creader` is registered.
pub(crate) fn with_scenery(flow: impl Fn(&Lab)) {
    with_setup(|_| {}, |lab| flow(&lab));
}

pub(crate) fn with_setup(change: impl Fn(&mut Setup), flow: impl Fn(Lab)) {
    on_every_storage_with(
        |setup| {
            setup.settings.token_issuers = vec![issuer(&[TokenClass::Signed, TokenClass::Nested])];
            change(setup);
        },
        |lab| {
            arrange(&lab);
            flow(lab);
        },
    );
}

pub(crate) fn arrange(lab: &Lab) {
    furnish(&lab.registered(1000, "Cmeter"));
    let _ = lab.registered(1001, "Creader");
}

/// What lies below `Cmeter`.
pub(crate) fn furnish(meter: &Asker<'_>) {
    must(&meter.create("cse-mn/Cmeter", container("readings")), 2001);
    must(&meter.create("cse-mn/Cmeter", container("other")), 2001);
    let draft = policy("byRole", [rule([ROLE], RETRIEVE)], [rule(["Cmeter"], ALL)]);
    must(&meter.create("cse-mn/Cmeter", draft), 2001);
    let links = Value::texts(["cse-mn/Cmeter/byRole"]);
    must(&meter.create("cse-mn/Cmeter", container("forRole").with("acpi", links)), 2001);
}

/// Lends the node the key under which nested tokens come.
pub(crate) fn lend_secret(lab: &Lab) {
    must(&lab.admin().create("cse-mn/security/data/storage-soft", secret_key()), 2001);
}

pub(crate) fn secret_key() -> Draft {
    let material = Base64::encode_string(&SECRET);
    hmac_key("k2").with("kAl", "AES_256_GCM").with("kUs", ["decrypt"]).with("kMt", &*material)
}

pub(crate) fn reader(lab: &Lab) -> Asker<'_> {
    lab.as_ae(1001, "Creader")
}

/// Now, in seconds since 1970.
pub(crate) fn now(lab: &Lab) -> i64 {
    lab.world().utc().unix_micros() / 1_000_000
}

/// Good claims: for the reader, from a minute ago for an hour, to read the target.
pub(crate) fn claims(lab: &Lab) -> Object {
    let claims = trusted().claims(
        "t1@csf.example",
        READER,
        [now(lab).saturating_sub(60), now(lab).saturating_add(3600)],
    );
    let rule = rule(["all"], RETRIEVE);
    claims.with("tkps", permissions([privileges([TARGET], [rule])]))
}

/// A RETRIEVE with these credentials.
pub(crate) fn bringing(to: &str, credentials: Credentials) -> Request {
    Request { credentials, ..retrieval(to) }
}

pub(crate) fn token(text: &str) -> Credentials {
    Credentials { tokens: vec![text.into()], ..Credentials::default() }
}

/// What the reader gets who brings this token to the target.
pub(crate) fn with_token(lab: &Lab, text: &str) -> Response {
    reader(lab).send(bringing(TARGET, token(text)))
}

/// The same as a status and nothing else.
pub(crate) fn code(lab: &Lab, text: &str) -> u16 {
    with_token(lab, text).code()
}

pub(crate) fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{:?}", response.content);
}

/// A draft with more members.
pub(crate) fn draft_of(draft: Draft, members: &[(&'static str, &str)]) -> Draft {
    members.iter().fold(draft, |draft, (name, text)| draft.with(name, *text))
}
