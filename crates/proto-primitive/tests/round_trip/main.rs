//! Requests and responses over HTTP and back, and what arbitrary input can do to the readers.
#![expect(
    clippy::unwrap_used,
    reason = "a request of the tests that cannot be built or carried is a failure"
)]

mod any;
mod any_value;

use std::borrow::Cow;

use csf_api::{
    Address, Content, EntityTag, FilterCriteria, IfMatch, Object, Operation, Release, Request, RequestId,
    ResourceType, Response, Status, Value,
};
use proptest::prelude::*;
use proto_primitive::{
    AnswerForm, EncodeError, MAX_LIST_ENTRIES, RequestHead, ResponseError, Serialization, decode_request,
    decode_response, encode_request, encode_response,
};

use crate::any::{any_request, any_response};

fn bytes<'a>(headers: &'a [(&'static str, Cow<'_, str>)]) -> Vec<(&'a str, &'a [u8])> {
    headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect()
}

/// The request as the other end reads it.
fn carried(request: &Request) -> Request {
    let http = encode_request(request, "localhost").unwrap();
    let head = RequestHead { method: http.method, target: &http.target, headers: bytes(&http.headers) };
    decode_request(head, &http.body).unwrap().0
}

fn request(operation: Operation, to: &str) -> Request {
    Request::new(operation, Address::parse(to).unwrap(), Some("Cmeter"), RequestId::parse("r1").unwrap())
}

fn container() -> Content {
    Content::new("m2m:cnt", Value::Object(Object::new().with("rn", Value::text("a"))))
}

#[test]
fn a_discovery_is_written_as_the_binding_says() {
    let mut request = request(Operation::Retrieve, "/id-mn/cse-mn");
    request.discovery = Some(FilterCriteria {
        resource_types: vec![ResourceType::CONTAINER, ResourceType::FLEX_CONTAINER],
        labels: vec!["temp".into(), "a+b c".into()],
        limit: Some(10),
        offset: Some(1),
        ..FilterCriteria::default()
    });
    let http = encode_request(&request, "in.example.net").unwrap();
    assert_eq!(http.method, "GET");
    assert_eq!(http.target, "/~/id-mn/cse-mn?fu=1&ty=3+28&lbl=temp+a%2Bb%20c&lim=10&ofst=1");
    assert_eq!(
        http.headers,
        [
            ("host", "in.example.net"),
            ("x-m2m-origin", "Cmeter"),
            ("x-m2m-ri", "r1"),
            ("x-m2m-rvi", "3"),
            ("accept", "application/json"),
        ]
        .map(|(name, value)| (name, Cow::Borrowed(value)))
    );
    assert!(http.body.is_empty());
    assert_eq!(carried(&request), request);
}

#[test]
fn a_create_carries_its_type_beside_the_media_type() {
    let mut request = request(Operation::Create, "cse-mn");
    request.resource_type = Some(ResourceType::AE);
    request.from = None;
    request.content = Some(Content::new("m2m:ae", Value::Object(Object::new())));
    let http = encode_request(&request, "localhost").unwrap();
    assert_eq!((http.method, &*http.target), ("POST", "/cse-mn"));
    assert!(http.headers.contains(&("content-type", "application/json;ty=2".into())));
    assert_eq!(http.body, br#"{"m2m:ae":{}}"#);
    assert_eq!(carried(&request), request);
}

#[test]
fn an_attribute_of_the_address_travels_in_the_query() {
    let http =
        encode_request(&request(Operation::Retrieve, "cse-mn/a#rr"), "localhost").map(|http| http.target);
    assert_eq!(http, Ok("/cse-mn/a?atrl=rr".to_owned()));
    let read = carried(&request(Operation::Retrieve, "cse-mn/a#rr"));
    assert_eq!(read.attributes, ["rr".into()]);
    assert_eq!(read.to, Address::parse("cse-mn/a").unwrap());
}

// Shows ACC-9.
#[test]
fn what_http_cannot_carry_is_not_sent() {
    let retrieve = || request(Operation::Retrieve, "cse-mn");
    let update = || Request { content: Some(container()), ..request(Operation::Update, "cse-mn/a") };
    let from = |from: &str| Request { from: Some(from.into()), ..retrieve() };
    let discovery = |labels| Some(FilterCriteria { labels, ..FilterCriteria::default() });
    for (request, error) in [
        (from("C\r\nX-M2M-Origin: CAdmin"), EncodeError::From),
        (from(""), EncodeError::From),
        (from(&"C".repeat(513)), EncodeError::From),
        (Request { request_id: RequestId::parse(" r").unwrap(), ..retrieve() }, EncodeError::RequestId),
        (Request { resource_type: Some(ResourceType::AE), ..retrieve() }, EncodeError::ResourceType),
        (
            Request { content: Some(container()), ..request(Operation::Create, "a") },
            EncodeError::ResourceType,
        ),
        (request(Operation::Retrieve, "~/id-mn"), EncodeError::Path),
        (request(Operation::Retrieve, "_"), EncodeError::Path),
        (Request { attributes: vec!["rn".into()], ..update() }, EncodeError::Attributes),
        (Request { attributes: vec!["r&n".into()], ..retrieve() }, EncodeError::Attributes),
        (Request { to: Address::parse("a#rn").unwrap(), ..update() }, EncodeError::Attributes),
        (
            Request { attributes: vec!["rn".into()], ..request(Operation::Retrieve, "a#lbl") },
            EncodeError::Attributes,
        ),
        (Request { discovery: discovery(Vec::new()), ..update() }, EncodeError::Discovery),
        (
            Request { filter: discovery(Vec::new()), discovery: discovery(Vec::new()), ..retrieve() },
            EncodeError::Discovery,
        ),
        (Request { discovery: discovery(vec!["".into()]), ..retrieve() }, EncodeError::Label),
        (Request { filter: discovery(vec!["".into()]), ..update() }, EncodeError::Label),
        (
            Request { discovery: discovery(vec!["a".into(); MAX_LIST_ENTRIES + 1]), ..retrieve() },
            EncodeError::TooLong,
        ),
        (Request { if_match: Some(IfMatch::Any), ..retrieve() }, EncodeError::IfMatch),
        (
            Request { if_match: Some(IfMatch::OneOf(vec![EntityTag::of(&container()); 200])), ..update() },
            EncodeError::TooLong,
        ),
        (Request { discovery: discovery(vec!["ä".repeat(2000).into()]), ..retrieve() }, EncodeError::TooLong),
    ] {
        assert_eq!(encode_request(&request, "localhost").map(|http| http.target), Err(error));
    }
    assert_eq!(encode_request(&retrieve(), "a\r\nb").map(|http| http.target), Err(EncodeError::Host));
    assert!(encode_request(&retrieve(), "localhost").is_ok());
    assert!(encode_request(&update(), "localhost").is_ok());
}

#[test]
fn a_response_is_written_as_the_binding_says() {
    let mut response = Response::new(Status::Created, RequestId::parse("r-0001").unwrap(), Some(Release::R3))
        .with_content(container());
    response.location = Some("cse-mn/a".into());
    let http = encode_response(&response, &AnswerForm::default());
    assert_eq!(http.status, 201);
    assert_eq!(
        http.headers,
        [
            ("x-m2m-rsc", "2001"),
            ("x-m2m-ri", "r-0001"),
            ("x-m2m-rvi", "3"),
            ("content-location", "cse-mn/a"),
            ("content-type", "application/json"),
        ]
        .map(|(name, value)| (name, Cow::Borrowed(value)))
    );
    assert_eq!(http.body, br#"{"m2m:cnt":{"rn":"a"}}"#);

    response.location = Some("a\r\nSet-Cookie: b".into());
    response.content = None;
    let http = encode_response(&response, &AnswerForm::default());
    assert_eq!(http.headers.len(), 3, "neither a broken location nor the type of no body is written");
    assert!(http.body.is_empty());
}

#[test]
fn what_is_no_response_primitive_is_refused() {
    let good = [("X-M2M-RSC", &b"2000"[..]), ("X-M2M-RI", b"r1")];
    let ok = Response::new(Status::Ok, RequestId::parse("r1").unwrap(), None);
    assert_eq!(decode_response(200, good, b""), Ok(ok.clone()));
    // Times change nothing, so those that cannot be read are not there.
    let unread = [good[0], good[1], ("X-M2M-OT", &b"some day"[..]), ("X-M2M-RST", b"soon")];
    assert_eq!(decode_response(200, unread, b""), Ok(ok));
    let json = ("Content-Type", &b"application/json; charset=utf-8"[..]);
    for (headers, body, error) in [
        (vec![], "", ResponseError::NotAPrimitive(502)),
        (vec![good[1]], "", ResponseError::NotAPrimitive(502)),
        (vec![good[0]], "", ResponseError::RequestId),
        (vec![good[0], good[0], good[1]], "", ResponseError::Repeated("x-m2m-rsc")),
        (vec![good[0], good[1], good[1]], "", ResponseError::Repeated("x-m2m-ri")),
        (vec![("X-M2M-RSC", b"OK"), good[1]], "", ResponseError::ResponseCode(None)),
        (vec![("X-M2M-RSC", b"+2000"), good[1]], "", ResponseError::ResponseCode(None)),
        (vec![("X-M2M-RSC", b"3999"), good[1]], "", ResponseError::ResponseCode(Some(3999))),
        (vec![good[0], good[1], ("X-M2M-RVI", b"9")], "", ResponseError::Release),
        (vec![good[0], good[1], ("Content-Location", b"\xff")], "", ResponseError::Location),
        (vec![good[0], good[1]], "{}", ResponseError::MediaType),
        (vec![good[0], good[1], ("Content-Type", b"text/html")], "<html>", ResponseError::MediaType),
        (
            vec![good[0], good[1], ("Content-Type", b"application/cbor;charset=x")],
            "x",
            ResponseError::MediaType,
        ),
        (vec![good[0]; 65], "", ResponseError::Repeated("x-m2m-rsc")),
        (vec![("X-Fill", b"x"); 65], "", ResponseError::TooManyHeaders),
    ] {
        assert_eq!(decode_response(502, headers, body.as_bytes()), Err(error));
    }
    let headers = [good[0], good[1], json];
    assert!(matches!(decode_response(200, headers, b"{}"), Err(ResponseError::Body(_))));
    assert!(decode_response(200, headers, br#"{"m2m:dbg":"x"}"#).is_ok());
}

proptest! {
    #[test]
    fn every_request_is_read_as_it_was_meant(request in any_request()) {
        prop_assert_eq!(carried(&request), request);
    }

    #[test]
    fn every_response_is_read_as_it_was_meant(
        response in any_response(),
        serialization in prop::sample::select(vec![Serialization::Json, Serialization::Cbor]),
    ) {
        let http = encode_response(&response, &serialization.into());
        let read = decode_response(http.status, bytes(&http.headers), &http.body);
        prop_assert_eq!(read, Ok(response));
    }

    #[test]
    fn a_target_that_is_accepted_means_one_thing(
        path in "(/[~_]|/%7E)?(/[ac~_.-]{1,3}|/%6[1-9]){1,3}/?",
        query in prop::collection::vec(
            prop::sample::select(vec![
                "fu=1", "fu=1", "fu=2", "rcn=1", "rcn=6", "rcn=%36", "ty=2+3", "ty=4", "lbl=a%2Bb+c", "lbl=%C3%A4",
                "lim=3", "lvl=1", "ofst=01", "atrl=rn+lbl", "atrl=ri", "drt=1", "drt=2", "rt=3", "asi=1", "%66u=1", "cr=C", "apn=a*+b",
                "c.rn=a", "p.rn=b", "fo=2", "crb=20300101T000000", "exa=20300101T000000,5", "sza=01",
            ]),
            0..4,
        ),
    ) {
        let target = format!("{path}?{}", query.join("&"));
        let headers = [("X-M2M-RI", &b"r"[..]), ("X-M2M-RVI", b"3"), ("X-M2M-Origin", b"Ca")];
        if let Ok((request, _)) = decode_request(RequestHead { method: "GET", target: &target, headers }, b"") {
            // Written again, it is read as the same request.
            prop_assert_eq!(carried(&request), request);
        }
    }

    #[test]
    fn an_arbitrary_request_never_panics(
        method in prop_oneof![Just("GET".to_owned()), Just("POST".to_owned()), any::<String>()],
        target in prop_oneof![any::<String>(), "/[a-z%~_/.?&=+0-9]{0,40}", "/a\\?(fu=1&)?[a-z]{2,4}=[0-9a-z+%&=]{0,12}"],
        names in prop::collection::vec(
            prop::sample::select(vec![
                "Host", "X-M2M-Origin", "X-M2M-RI", "X-M2M-RVI", "Content-Type", "Content-Length", "Accept",
                "Authorization", "X-Other",
            ]),
            0..8,
        ),
        values in prop::collection::vec(
            prop_oneof![
                Just(b"3".to_vec()),
                Just(b"application/json;ty=2".to_vec()),
                prop::collection::vec(any::<u8>(), 0..16),
            ],
            8,
        ),
        body in prop_oneof![
            Just(Vec::new()),
            Just(br#"{"m2m:cnt":{}}"#.to_vec()),
            prop::collection::vec(any::<u8>(), 0..64),
        ],
    ) {
        let mut headers: Vec<(&str, &[u8])> = vec![("X-M2M-RI", b"r"), ("X-M2M-RVI", b"3"), ("X-M2M-Origin", b"Ca")];
        headers.extend(names.iter().copied().zip(values.iter().map(Vec::as_slice)));
        let _ = decode_request(RequestHead { method: &method, target: &target, headers }, &body);
    }

    #[test]
    fn an_arbitrary_response_never_panics(
        status in any::<u16>(),
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..16), 5),
        body in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let names = ["X-M2M-RSC", "X-M2M-RI", "X-M2M-RVI", "Content-Location", "Content-Type"];
        let headers = names.into_iter().zip(values.iter().map(Vec::as_slice));
        let _ = decode_response(status, headers, &body);
    }
}
