//! How answers are written: refusals as their requests ask, and results that the originator has already.
#![expect(clippy::unwrap_used, reason = "a request of the tests that cannot be read is a failure")]

use csf_api::{Content, Object, Response, Status, Value};
use proto_primitive::{AnswerForm, RequestHead, Serialization, decode_request, encode_response};

/// A content in JSON and in CBOR.
const JSON: &[u8] = br#"{"m2m:cnt":{"rn":"a"}}"#;
const CBOR: &[u8] = b"\xa1\x67m2m:cnt\xa1\x62rn\x61a";

const ID: (&str, &str) = ("X-M2M-RI", "r1");
const RELEASE: (&str, &str) = ("X-M2M-RVI", "3");
const FROM: (&str, &str) = ("X-M2M-Origin", "Cmeter");

const fn accept(value: &str) -> (&str, &str) {
    ("Accept", value)
}

const fn kind(value: &str) -> (&str, &str) {
    ("Content-Type", value)
}

// Shows ACC-9: a refusal comes in the form that the request asks for, as far as that could be read.
#[test]
fn a_refusal_is_written_as_its_request_asks() {
    use Serialization::{Cbor, Json};
    let all = |more: &[(&'static str, &'static str)]| [&[ID, RELEASE, FROM][..], more].concat();
    let cbor = accept("application/cbor");
    for (what, method, target, lines, body, expected) in [
        ("a method", "PATCH", "/a", all(&[cbor]), &b""[..], Cbor),
        ("a method, JSON", "PATCH", "/a", all(&[]), b"", Json),
        ("a target", "GET", "/a/../b", all(&[cbor]), b"", Cbor),
        ("no release", "GET", "/a", vec![ID, FROM, cbor], b"", Cbor),
        ("no identifier", "GET", "/a", vec![RELEASE, FROM, cbor], b"", Cbor),
        ("no CBOR", "POST", "/a", all(&[kind("application/cbor;ty=3")]), JSON, Cbor),
        (
            "no CBOR, JSON asked",
            "POST",
            "/a",
            all(&[kind("application/cbor;ty=3"), accept("application/json")]),
            JSON,
            Json,
        ),
        ("a foreign body", "POST", "/a", all(&[kind("text/plain")]), CBOR, Json),
        ("a foreign body, CBOR asked", "POST", "/a", all(&[kind("text/plain"), cbor]), JSON, Cbor),
        ("a broken type", "POST", "/a", all(&[kind("application/cbor;ty=x")]), CBOR, Json),
        (
            "neither, CBOR sent",
            "POST",
            "/a",
            all(&[kind("application/cbor;ty=3"), accept("text/html")]),
            CBOR,
            Cbor,
        ),
        ("neither", "GET", "/a", all(&[accept("text/html")]), b"", Json),
    ] {
        let headers = || lines.iter().map(|(name, value)| (*name, value.as_bytes()));
        let refused = decode_request(RequestHead { method, target, headers: headers() }, body).unwrap_err();
        assert_eq!(refused.serialization, expected, "{what}");
        assert_eq!(AnswerForm::of_headers(headers()).serialization(), expected, "{what}");
        let form = AnswerForm::from(refused.serialization);
        let answer = Response::from(refused);
        let http = encode_response(&answer, &form);
        assert_eq!(http.headers.last(), Some(&("content-type", expected.media_type().into())), "{what}");
        assert_eq!(expected.decode(&http.body).ok(), answer.content, "{what}");
    }
}

/// The answer to a GET with these header lines more, whose result is this content.
fn answered(lines: &[(&str, &str)], status: Status) -> (u16, Option<String>, Option<String>, Vec<u8>) {
    let head = [ID, RELEASE, FROM];
    let headers = head.iter().chain(lines).map(|(name, value)| (*name, value.as_bytes()));
    let (request, form) =
        decode_request(RequestHead { method: "GET", target: "/cse-mn/a", headers }, b"").unwrap();
    let container = Content::new("m2m:cnt", Value::Object(Object::new().with("rn", Value::text("a"))));
    let response = Response::new(status, request.request_id, Some(request.release)).with_content(container);
    let http = encode_response(&response, &form);
    let line = |name| http.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_string());
    assert_eq!(line("x-m2m-rsc"), Some(status.code().to_string()));
    assert_eq!(line("x-m2m-ri").as_deref(), Some("r1"));
    assert_eq!(line("x-m2m-rvi").as_deref(), Some("3"));
    (http.status, line("etag"), line("content-type"), http.body)
}

#[test]
fn a_retrieve_of_what_the_originator_has_is_answered_without_a_body() {
    let (status, tag, kind, body) = answered(&[], Status::Ok);
    let tag = tag.unwrap();
    assert_eq!((status, kind.as_deref()), (200, Some("application/json")));
    assert!(!body.is_empty());
    for list in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let (status, again, kind, body) = answered(&[("If-None-Match", &list)], Status::Ok);
        assert_eq!((status, again.as_ref(), kind, body), (304, Some(&tag), None, Vec::new()), "{list}");
    }
    let lines = [("If-None-Match", "\"x\""), ("if-none-match", &*tag)];
    assert_eq!(answered(&lines, Status::Ok).0, 304, "two lines are one list");
    for list in ["\"x\"", "", tag.trim_matches('"'), &tag.replace('-', "")] {
        assert_eq!(
            answered(&[("If-None-Match", list)], Status::Ok),
            (200, Some(tag.clone()), Some("application/json".into()), body.clone()),
            "{list}"
        );
    }
}

#[test]
fn each_serialisation_has_its_own_validator_and_an_error_has_none() {
    let (_, json, _, _) = answered(&[], Status::Ok);
    let json = json.unwrap();
    let lines = [("Accept", "application/cbor"), ("If-None-Match", &*json)];
    let (status, cbor, kind, body) = answered(&lines, Status::Ok);
    assert_eq!((status, kind.as_deref()), (200, Some("application/cbor")));
    assert_eq!(body, CBOR);
    assert_ne!(cbor.unwrap(), json);
    let (status, tag, _, body) = answered(&[("If-None-Match", "*")], Status::NotFound);
    assert_eq!((status, tag), (404, None));
    assert!(!body.is_empty());
}
