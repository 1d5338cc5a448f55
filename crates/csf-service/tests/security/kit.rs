//! What several themes share: addresses, keys ready for use, and functions as plain calls.

use base64ct::{Base64, Encoding};
use csf_api::{FilterCriteria, Object, Response, Value};
use csf_service::{AuditKind, AuditRecord};
use csf_transport::{Command, KeyId, Owner, SeError, SeId};
use support::lab::{Asker, Draft, Lab, Reading, changes, data_object, ecdsa_key, hmac_key};

/// The storage of the environment that every laboratory has.
pub(crate) const STORAGE: &str = "cse-mn/security/data/storage-soft";
/// The key object `k` in it.
pub(crate) const KEY: &str = "cse-mn/security/data/storage-soft/k";
/// The sensitive data object `d` in it.
pub(crate) const DATA: &str = "cse-mn/security/data/storage-soft/d";
/// An input that must not be found anywhere afterwards.
pub(crate) const MESSAGE: &[u8] = b"the meter of number 17 stands at 4711";

/// Octets as functions take and give them.
pub(crate) fn b64(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}

/// The octets of a member.
pub(crate) fn octets(response: &Response, name: &str) -> Vec<u8> {
    Base64::decode_vec(response.text(name)).unwrap()
}

/// Whether a response carries these octets, however deep.
pub(crate) fn gives(response: &Response, octets: &[u8]) -> bool {
    response.gives(&Base64::encode_string(octets))
}

pub(crate) fn random(bytes: i64) -> Object {
    Object::new().with("Dsz", Value::Integer(bytes))
}

pub(crate) fn digest(message: &[u8]) -> Object {
    Object::new().with("Halg", Value::text("SHA-256")).with("msg", b64(message))
}

pub(crate) fn mac(key: &str, message: &[u8]) -> Object {
    keyed("ALG_HMAC_SHA_256", key).with("msg", b64(message))
}

pub(crate) fn signature(key: &str, message: &[u8]) -> Object {
    keyed("ALG_ECDSA_SHA_256", key).with("msg", b64(message))
}

pub(crate) fn encryption(key: &str, message: &[u8]) -> Object {
    ciphered("ALG_AEAD_AES_128_GCM", key).with("msg", b64(message))
}

/// An input of `cipher` with its algorithm and key only.
pub(crate) fn ciphered(algorithm: &str, key: &str) -> Object {
    Object::new().with("Calg", Value::text(algorithm)).with("kInf", Value::text(key))
}

/// A key object for AES-128 in GCM, for both uses.
pub(crate) fn gcm_key(name: &str) -> Draft {
    hmac_key(name).with("kAl", "AES_128_GCM").with("kUs", ["encrypt", "decrypt"])
}

/// A key object for AES-128 key wrap, for both uses.
pub(crate) fn wrapping_key(name: &str) -> Draft {
    hmac_key(name).with("kAl", "AES_128_KW").with("kUs", ["wrap", "unwrap"])
}

/// An input of `wrap`: with which key, and which key.
pub(crate) fn wrapping(with: &str, key: &str) -> Object {
    ciphered("AES_128_KW", with).with("kWr", Value::text(key))
}

/// A certification request for `CN=meter`.
pub(crate) fn request(key: &str) -> Object {
    Object::new().with("kInf", Value::text(key)).with("sub", Value::texts(["CN=meter"]))
}

/// An input with its algorithm and key only.
pub(crate) fn keyed(algorithm: &str, key: &str) -> Object {
    Object::new().with("Salg", Value::text(algorithm)).with("kInf", Value::text(key))
}

/// With a demanded level.
pub(crate) fn at_least(level: i64, input: Object) -> Object {
    input.with("msl", Value::Integer(level))
}

/// `Cmeter` with a key for each function: `k` for codes, `s` for signatures, `c` for encryption, and `w` to wrap `x` with.
pub(crate) fn owner_of_all(lab: &Lab) -> Asker<'_> {
    let meter = owner_of(lab, hmac_key("k"));
    let exportable = hmac_key("x").with("exp", true);
    for key in [ecdsa_key("s"), gcm_key("c"), wrapping_key("w"), exportable] {
        assert_eq!(meter.create(STORAGE, key).code(), 2001);
    }
    meter
}

/// Registers `Cmeter` for user 1000, with this key in the storage.
pub(crate) fn owner_of<'a>(lab: &'a Lab, key: Draft) -> Asker<'a> {
    let meter = lab.registered(1000, "Cmeter");
    let made = meter.create(STORAGE, key);
    assert_eq!(made.code(), 2001, "{:?}", made.content);
    meter
}

/// Registers `Cmeter` for user 1000, with these octets in the storage as [`DATA`].
pub(crate) fn keeper_of<'a>(lab: &'a Lab, content: &[u8]) -> Asker<'a> {
    let meter = lab.registered(1000, "Cmeter");
    let made = meter.create(STORAGE, data_object("d", b64(content)));
    assert_eq!(made.code(), 2001, "{:?}", made.content);
    meter
}

/// New octets for a sensitive data object.
pub(crate) fn content(octets: &[u8]) -> Draft {
    changes("csf:dataObject").with("msg", b64(octets))
}

/// Gives `acpUse` these rules, beside those that it has.
pub(crate) fn let_use(lab: &Lab, rules: impl IntoIterator<Item = Object>) {
    let mut all = rules_of(lab, "cse-mn/acpUse");
    all.extend(rules.into_iter().map(Value::Object));
    set_rules(lab, "cse-mn/acpUse", all);
}

/// Gives `acpUse` these rules and no other.
pub(crate) fn let_only_use(lab: &Lab, rules: impl IntoIterator<Item = Object>) {
    set_rules(lab, "cse-mn/acpUse", rules.into_iter().map(Value::Object).collect());
}

/// The privileges of a policy, as the administrator sees them.
pub(crate) fn rules_of(lab: &Lab, policy: &str) -> Vec<Value> {
    let seen = lab.admin().retrieve(policy);
    seen.member("pv").as_object().unwrap().get("acr").unwrap().as_list().unwrap().to_vec()
}

fn set_rules(lab: &Lab, policy: &str, rules: Vec<Value>) {
    let privileges = Object::new().with("acr", Value::List(rules));
    let changed = lab.admin().update(policy, changes("m2m:acp").with("pv", privileges));
    assert_eq!(changed.code(), 2004, "{:?}", changed.content);
}

/// Criteria that everything meets.
pub(crate) fn everything() -> FilterCriteria {
    FilterCriteria::default()
}

/// The records of this kind.
pub(crate) fn of_kind(records: &[AuditRecord], kind: AuditKind) -> Vec<&AuditRecord> {
    records.iter().filter(|record| record.kind == kind).collect()
}

/// Whether the environment still has the key of this object of `Cmeter`.
pub(crate) fn is_in_environment(lab: &Lab, id: &str) -> bool {
    let key = KeyId::parse(id.strip_prefix("key-").unwrap()).unwrap();
    let owner = Owner::new("//csf.example/id-mn/Cmeter").unwrap();
    match lab.world().execute(&SeId::parse("soft").unwrap(), &Command::KeyInfo { key, owner }) {
        Ok(_) => true,
        Err(SeError::NoSuchKey) => false,
        Err(other) => panic!("{other}"),
    }
}

/// The resources in the store, by identifier.
pub(crate) fn stored(lab: &Lab) -> Vec<String> {
    let keys = lab.world().versions().into_keys();
    keys.filter_map(|key| key.strip_prefix("res/").or(key.strip_prefix("ord/")).map(str::to_owned)).collect()
}

/// A token for `Creader` that permits nothing.
pub(crate) fn token_input(key: &str) -> Object {
    Object::new()
        .with("kInf", Value::text(key))
        .with("tkid", Value::text("t1@csf.example"))
        .with("tkhd", Value::text("//csf.example/id-mn/Creader"))
        .with("tknb", Value::text("20200101T000000"))
        .with("tkna", Value::text("20990101T000000"))
}
