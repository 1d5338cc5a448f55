//! Two applications with a credential each, and the messages of a run as plain calls.

use csf_api::{Object, Response, Value};
use support::lab::{Asker, Draft, Lab, Reading, changes};
pub(crate) use support::lab::{answering_key, credential as bare_credential};

/// The service.
pub(crate) const SERVICE: &str = "cse-mn/security/authentication";
/// The storage of the environment that every laboratory has.
pub(crate) const STORAGE: &str = "cse-mn/security/data/storage-soft";
/// The credential of [`Scene::a`].
pub(crate) const CRED_A: &str = "cse-mn/security/authentication/ca";
/// The credential of [`Scene::b`].
pub(crate) const CRED_B: &str = "cse-mn/security/authentication/cb";
/// Whom the other asks for.
pub(crate) const A: &str = "Ca";
/// See [`A`].
pub(crate) const B: &str = "Cb";

/// 32 octets that nobody drew.
pub(crate) const OCTETS: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// Two applications that can authenticate themselves.
pub(crate) struct Scene<'a> {
    pub(crate) a: Asker<'a>,
    pub(crate) b: Asker<'a>,
}

/// Registers both, each with a key of its algorithm and a credential that everybody may check by.
pub(crate) fn scene<'a>(lab: &'a Lab, [of_a, of_b]: [&str; 2]) -> Scene<'a> {
    let (a, b) = (lab.registered(1000, A), lab.registered(1001, B));
    for (who, key, name, algorithm) in [(&a, "ka", "ca", of_a), (&b, "kb", "cb", of_b)] {
        must(&who.create(STORAGE, answering_key(key, algorithm)), 2001);
        must(&who.create(SERVICE, credential(name, key)), 2001);
    }
    Scene { a, b }
}

/// A credential of this key object, for everybody.
pub(crate) fn credential(name: &str, key: &str) -> Draft {
    bare_credential(name).with("kInf", format!("{STORAGE}/{key}").as_str())
}

#[track_caller]
pub(crate) fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}

fn ask(asker: &Asker<'_>, root: &'static str, members: &[(&str, &str)]) -> Response {
    let with = |draft: Draft, (name, value): &(&str, &str)| match *value {
        "true" => draft.with(name, true),
        level if *name == "msl" => draft.with(name, level.parse::<i64>().unwrap()),
        value => draft.with(name, value),
    };
    asker.update(SERVICE, members.iter().fold(changes(root), with))
}

pub(crate) fn challenge(asker: &Asker<'_>, members: &[(&str, &str)]) -> Response {
    ask(asker, "csf:challenge", members)
}

pub(crate) fn response(asker: &Asker<'_>, members: &[(&str, &str)]) -> Response {
    ask(asker, "csf:response", members)
}

pub(crate) fn verification(asker: &Asker<'_>, members: &[(&str, &str)]) -> Response {
    ask(asker, "csf:verification", members)
}

/// The challenge that came.
#[track_caller]
pub(crate) fn given(response: &Response) -> String {
    must(response, 2004);
    response.text("chl").to_owned()
}

/// The response that came.
#[track_caller]
pub(crate) fn answered(response: &Response) -> String {
    must(response, 2004);
    response.text("rsp").to_owned()
}

/// Whether somebody was found authentic; what is not says nothing else.
#[track_caller]
pub(crate) fn is_authentic(response: &Response) -> bool {
    must(response, 2004);
    let right = *response.member("vR") == Value::Bool(true);
    if !right {
        let nothing = Object::new().with("vR", Value::Bool(false));
        assert_eq!(response.object(), &nothing, "every failure looks the same");
    }
    right
}

/// A challenge of B to A, one way, and A's answer to it.
pub(crate) fn one_way(scene: &Scene<'_>) -> (String, String) {
    let asked = given(&challenge(&scene.b, &[("cla", A)]));
    let answer = answered(&response(&scene.a, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]));
    (asked, answer)
}

/// What is asked in a mutual run: B's challenge, which comes first, and A's.
pub(crate) fn mutual(scene: &Scene<'_>) -> (String, String) {
    let first = given(&challenge(&scene.b, &[("cla", A), ("mut", "true")]));
    let second = given(&challenge(&scene.a, &[("cla", B), ("pch", &first)]));
    (first, second)
}

/// A's answer to B's challenge in a mutual run.
pub(crate) fn first_answer(scene: &Scene<'_>, (first, second): (&str, &str)) -> Response {
    response(&scene.a, &[("crd", CRED_A), ("chl", first), ("vrf", B), ("pch", second)])
}

/// B's check of it.
pub(crate) fn first_check(scene: &Scene<'_>, (first, second): (&str, &str), answer: &str) -> Response {
    let members = [("chl", first), ("cla", A), ("crd", CRED_A), ("rsp", answer), ("pch", second)];
    verification(&scene.b, &members)
}

/// B's answer to A's challenge.
pub(crate) fn second_answer(scene: &Scene<'_>, (first, second): (&str, &str)) -> Response {
    response(&scene.b, &[("crd", CRED_B), ("chl", second), ("vrf", A), ("pch", first)])
}

/// A's check of it.
pub(crate) fn second_check(scene: &Scene<'_>, (first, second): (&str, &str), answer: &str) -> Response {
    let members = [("chl", second), ("cla", B), ("crd", CRED_B), ("rsp", answer), ("pch", first)];
    verification(&scene.a, &members)
}
