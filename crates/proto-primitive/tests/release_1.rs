//! Release 1 over HTTP: a request that says no release, and an answer that says nothing release 1 does not know.
#![expect(clippy::unwrap_used, reason = "a request of the tests that cannot be read is a failure")]

use csf_api::{Address, Content, Object, Operation, Release, Request, RequestId, Response, Status, Value};
use proto_primitive::{
    AnswerForm, Dialect, HttpResponse, Malformed, RequestHead, Silence, decode_request, decode_request_where,
    encode_request, encode_response,
};

/// A RETRIEVE with this release, or none.
fn decode(silence: Silence, release: Option<&str>, method: &str) -> Result<Request, Malformed> {
    let mut headers = vec![("X-M2M-RI", &b"r1"[..]), ("X-M2M-Origin", b"Cmeter")];
    headers.extend(release.map(|text| ("X-M2M-RVI", text.as_bytes())));
    decode_request_where(
        Dialect { silence, ..Dialect::default() },
        RequestHead { method, target: "/cse-mn", headers },
        b"",
    )
    .map(|(request, _)| request)
}

fn answer(status: Status, release: Release) -> Response {
    Response::new(status, RequestId::parse("r1").unwrap(), Some(release))
}

fn header<'a>(http: &'a HttpResponse<'_>, name: &str) -> Option<&'a str> {
    http.headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_ref())
}

#[test]
fn silence_is_release_1_only_where_it_is_said_to_be() {
    let served =
        |release| decode(Silence::IsRelease1, release, "GET").map(|r| r.release).map_err(|e| e.status);
    let refused =
        |release| decode(Silence::IsRefused, release, "GET").map(|r| r.release).map_err(|e| e.status);
    assert_eq!(served(None), Ok(Release::R1));
    assert_eq!(refused(None), Err(Status::ReleaseVersionNotSupported));
    for decode in [&served as &dyn Fn(_) -> _, &refused] {
        assert_eq!(decode(Some("2a")), Ok(Release::R2a));
        assert_eq!(decode(Some("3")), Ok(Release::R3));
        for named in ["1", "2", "", "R1"] {
            assert_eq!(decode(Some(named)), Err(Status::ReleaseVersionNotSupported), "'{named}'");
        }
    }
    let head = RequestHead { method: "GET", target: "/cse-mn", headers: [("X-M2M-RI", &b"r1"[..])] };
    assert_eq!(decode_request(head, b"").unwrap_err().status, Status::ReleaseVersionNotSupported);
}

#[test]
fn a_refusal_of_an_old_request_is_told_in_the_old_way() {
    let malformed = decode(Silence::IsRelease1, None, "PATCH").unwrap_err();
    assert_eq!(malformed.release, Some(Release::R1));
    let response = Response::from(malformed);
    let http = encode_response(&response, &AnswerForm::default());
    assert_eq!(http.headers.len(), 2, "{:?}", http.headers);
    assert_eq!((header(&http, "x-m2m-rsc"), http.body.len()), (Some("4005"), 0));
    let response = Response::from(decode(Silence::IsRelease1, Some("3"), "PATCH").unwrap_err());
    let http = encode_response(&response, &AnswerForm::default());
    assert_eq!(header(&http, "x-m2m-rvi"), Some("3"));
    assert!(http.body.starts_with(b"{\"m2m:dbg\""));
}

#[test]
fn status_codes_are_those_of_release_1() {
    for (status, http, code) in [
        (Status::OriginatorHasAlreadyRegistered, 409, "4105"),
        (Status::AppRuleValidationFailed, 403, "4107"),
        (Status::SpecializationSchemaNotFound, 501, "5001"),
        (Status::OriginatorHasNoPrivilege, 403, "4103"),
        (Status::NotAcceptable, 406, "5207"),
    ] {
        let response = answer(status, Release::R1).with_text("why");
        let told = encode_response(&response, &AnswerForm::default());
        assert_eq!((told.status, header(&told, "x-m2m-rsc")), (http, Some(code)), "{status}");
        assert_eq!((header(&told, "x-m2m-rvi"), header(&told, "content-type")), (None, None));
        assert!(told.body.is_empty());
        let response = answer(status, Release::R2a).with_text("why");
        let number = status.code().to_string();
        let told = encode_response(&response, &AnswerForm::default());
        assert_eq!(header(&told, "x-m2m-rsc"), Some(number.as_str()));
        assert_eq!((header(&told, "x-m2m-rvi"), told.body.is_empty()), (Some("2a"), false));
    }
}

#[test]
fn representations_say_no_releases() {
    let ae = Object::new().with("api", Value::text("N1")).with("srv", Value::texts(["3"]));
    let content = Content::new("m2m:ae", Value::Object(ae));
    let old = answer(Status::Ok, Release::R1).with_content(content.clone());
    assert_eq!(encode_response(&old, &AnswerForm::default()).body, br#"{"m2m:ae":{"api":"N1"}}"#);
    let new = answer(Status::Ok, Release::R3).with_content(content);
    assert_eq!(encode_response(&new, &AnswerForm::default()).body, br#"{"m2m:ae":{"api":"N1","srv":["3"]}}"#);
}

#[test]
fn a_request_of_release_1_is_sent_without_a_release() {
    let to = Address::parse("cse-mn").unwrap();
    let mut request = Request::new(Operation::Retrieve, to, Some("Cmeter"), RequestId::parse("r1").unwrap());
    let says = |request: &Request| {
        let http = encode_request(request, "localhost").unwrap();
        http.headers.iter().any(|(name, _)| *name == "x-m2m-rvi")
    };
    assert!(says(&request));
    request.release = Release::R1;
    assert!(!says(&request));
}
