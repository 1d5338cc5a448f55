//! Roles and tokens in HTTP messages: what one end writes the other reads, and what is none is refused (ACC-8).
#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it should be")]

use csf_api::{Address, AssignedTokenId, Operation, Release, Request, RequestId, Response, Status};
use proto_primitive::{
    EncodeError, RequestHead, Serialization, decode_request, decode_response, encode_request, encode_response,
};

fn request() -> Request {
    let id = RequestId::parse("r1").unwrap();
    Request::new(Operation::Retrieve, Address::parse("cse-mn").unwrap(), Some("Cmeter"), id)
}

fn decode(target: &str, authorization: Option<&str>) -> Result<Request, Status> {
    let mut headers = vec![("X-M2M-Origin", &b"Cmeter"[..]), ("X-M2M-RI", b"r1"), ("X-M2M-RVI", b"3")];
    headers.extend(authorization.map(|line| ("Authorization", line.as_bytes())));
    let head = RequestHead { method: "GET", target, headers };
    decode_request(head, b"").map(|(request, _)| request).map_err(|refused| refused.status)
}

#[test]
fn what_one_end_writes_the_other_reads() {
    let mut request = request();
    request.credentials.roles = vec!["reader@csf.example".into(), "r.2@x".into()];
    request.credentials.tokens = vec!["a.b.c".into(), "a..c.d.e".into()];
    request.credentials.token_ids = vec!["t1@das.example".into()];
    request.credentials.local_token_ids = vec!["t-7".into()];
    request.credentials.can_obtain = true;
    let http = encode_request(&request, "localhost").unwrap();
    let headers = http.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let head = RequestHead { method: http.method, target: &http.target, headers };
    let (read, _) = decode_request(head, &http.body).unwrap();
    assert_eq!(read.credentials, request.credentials);
    assert!(!format!("{read:?}").contains("a.b.c"), "a token is not for logs");

    let mut response = Response::new(Status::Ok, RequestId::parse("r1").unwrap(), Some(Release::R3));
    response.assigned_token_ids =
        vec![AssignedTokenId { local: "t-7".into(), token: "t1@das.example".into() }];
    let form = Serialization::Json.into();
    let http = encode_response(&response, &form);
    let line = ("x-m2m-ati", "t-7:t1@das.example");
    assert!(http.headers.iter().any(|(name, value)| (*name, &**value) == line));
    let headers = http.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let read = decode_response(http.status, headers, &http.body).unwrap();
    assert_eq!(read.assigned_token_ids, response.assigned_token_ids);
}

#[test]
fn what_is_no_role_and_no_token_is_refused() {
    assert!(decode("/cse-mn?rids=reader@csf.example&tqi=false", Some("Bearer a.b.c")).is_ok());
    for target in ["rids=reader", "rids=", "tids=t1", "ltids=1t", "ltids=a%20b", "tqi=yes", "tqi=1&tqi=1"] {
        assert_eq!(decode(&format!("/cse-mn?{target}"), None), Err(Status::BadRequest), "{target}");
    }
    for line in ["Basic dXNlcg==", "Bearer opaque", "a.b.c d.e.f"] {
        assert_eq!(decode("/cse-mn", Some(line)), Err(Status::NotImplemented), "{line}");
    }
    let many = vec!["r@csf.example"; 65].join("+");
    assert_eq!(decode(&format!("/cse-mn?rids={many}"), None), Err(Status::BadRequest));
    let many = ["a.b.c"; 9].join("+");
    assert_eq!(decode("/cse-mn", Some(&many)), Err(Status::BadRequest));

    let mut request = request();
    request.credentials.tokens = vec!["a.b".into()];
    assert_eq!(encode_request(&request, "localhost").err(), Some(EncodeError::Credentials));
}
