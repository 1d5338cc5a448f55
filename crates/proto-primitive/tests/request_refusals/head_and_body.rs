//! Head, target and body.

use csf_api::{Release, RequestId, Response, Status};
use proto_primitive::{MAX_BODY_BYTES, MAX_HEADERS, MAX_TARGET_BYTES};

use crate::message::{CBOR, CONTENT, Message};

#[test]
fn the_unchanged_requests_pass() {
    for message in [
        Message::retrieve("/cse-mn"),
        Message::create("/cse-mn"),
        Message::update("/cse-mn/a"),
        Message::new("DELETE", "/cse-mn/a"),
        Message::notify("/cse-mn"),
        Message::retrieve("/cse-mn?fu=1&ty=3"),
    ] {
        assert_eq!(message.decode().map(|r| r.request_id), Ok(RequestId::parse("r1").unwrap()));
    }
}

// Shows ACC-9.
#[test]
fn a_broken_head_is_refused() {
    use Status::{
        BadRequest, NotAcceptable, NotImplemented, OperationNotAllowed, ReleaseVersionNotSupported,
        UnsupportedMediaType,
    };
    let get = || Message::retrieve("/cse-mn");
    let post = || Message::create("/cse-mn");
    let ae = || post().set("Content-Type", "application/json;ty=2").body(r#"{"m2m:ae":{}}"#);
    let long = "C".repeat(513);
    for (what, message, status) in [
        ("method PATCH", Message { method: "PATCH", ..get() }, Some(OperationNotAllowed)),
        ("method get", Message { method: "get", ..get() }, Some(OperationNotAllowed)),
        ("method HEAD", Message { method: "HEAD", ..get() }, Some(OperationNotAllowed)),
        ("method OPTIONS", Message { method: "OPTIONS", ..get() }, Some(OperationNotAllowed)),
        ("no RI", get().without("X-M2M-RI"), Some(BadRequest)),
        ("empty RI", get().set("X-M2M-RI", " "), Some(BadRequest)),
        ("RI not ASCII", get().set("X-M2M-RI", "ä"), Some(BadRequest)),
        ("RI too long", get().set("X-M2M-RI", &"r".repeat(257)), Some(BadRequest)),
        ("RI twice", get().with("x-m2m-ri", "r1"), Some(BadRequest)),
        ("no RVI", get().without("X-M2M-RVI"), Some(ReleaseVersionNotSupported)),
        ("RVI 1", get().set("X-M2M-RVI", "1"), Some(ReleaseVersionNotSupported)),
        ("RVI 2", get().set("X-M2M-RVI", "2"), Some(ReleaseVersionNotSupported)),
        ("RVI 6", get().set("X-M2M-RVI", "6"), Some(ReleaseVersionNotSupported)),
        ("RVI twice", get().with("X-M2M-RVI", "3"), Some(BadRequest)),
        ("no Origin", get().without("X-M2M-Origin"), Some(BadRequest)),
        ("no Origin, CREATE of a container", post().without("X-M2M-Origin"), Some(BadRequest)),
        ("no Origin, CREATE of an AE", ae().without("X-M2M-Origin"), None),
        ("empty Origin", get().set("X-M2M-Origin", ""), Some(BadRequest)),
        ("empty Origin, CREATE of an AE", ae().set("X-M2M-Origin", ""), None),
        ("Origin with a blank", get().set("X-M2M-Origin", "C a"), Some(BadRequest)),
        ("Origin not ASCII", get().set("X-M2M-Origin", "Cä"), Some(BadRequest)),
        ("Origin too long", get().set("X-M2M-Origin", &long), Some(BadRequest)),
        ("Origin twice", get().with("X-M2M-ORIGIN", "CAdmin"), Some(BadRequest)),
        ("Host twice", get().with("Host", "localhost"), Some(BadRequest)),
        (
            "Content-Length twice",
            post().with("Content-Length", "22").with("Content-Length", "22"),
            Some(BadRequest),
        ),
        ("Content-Length right", post().with("Content-Length", "22"), None),
        ("Content-Length wrong", post().with("Content-Length", "21"), Some(BadRequest)),
        ("Content-Length signed", post().with("Content-Length", "+22"), Some(BadRequest)),
        ("Content-Type twice", post().with("Content-Type", "application/json;ty=3"), Some(BadRequest)),
        ("no Content-Type", Message::update("/a").without("Content-Type"), Some(UnsupportedMediaType)),
        ("Content-Type XML", post().set("Content-Type", "application/xml;ty=3"), Some(UnsupportedMediaType)),
        (
            "Content-Type CBOR, body JSON",
            post().set("Content-Type", "application/cbor;ty=3"),
            Some(BadRequest),
        ),
        ("Content-Type JSON, body CBOR", post().body(CBOR), Some(BadRequest)),
        ("both CBOR", post().set("Content-Type", "application/cbor;ty=3").body(CBOR), None),
        ("vendor CBOR", post().set("Content-Type", "application/vnd.onem2m-res+cbor;ty=3").body(CBOR), None),
        (
            "a sequence",
            post().set("Content-Type", "application/cbor-seq;ty=3").body(CBOR),
            Some(UnsupportedMediaType),
        ),
        ("Accept CBOR", get().set("Accept", "application/cbor"), None),
        ("Accept CBOR q=0", get().set("Accept", "application/cbor;q=0"), Some(NotAcceptable)),
        ("If-None-Match on GET", get().with("If-None-Match", "\"a\"").with("If-None-Match", "\"b\""), None),
        ("If-None-Match on POST", post().with("If-None-Match", "*"), Some(NotImplemented)),
        ("If-Match on GET", get().with("If-Match", "*"), None),
        ("If-Match on PUT", Message::update("/a").with("If-Match", "\"a\""), None),
        ("If-Match on DELETE", Message::new("DELETE", "/a").with("if-match", "\"a\""), None),
        ("If-Match on POST", post().with("If-Match", "*"), Some(NotImplemented)),
        (
            "If-Match too long",
            Message::new("DELETE", "/a").with("If-Match", &"x".repeat(4097)),
            Some(BadRequest),
        ),
        (
            "If-None-Match on DELETE",
            Message::new("DELETE", "/a").with("If-None-Match", "*"),
            Some(NotImplemented),
        ),
        (
            "If-Unmodified-Since",
            Message::update("/a").with("If-Unmodified-Since", "Sat, 29 Oct 1994 19:43:31 GMT"),
            Some(NotImplemented),
        ),
        ("If-Modified-Since", get().with("If-Modified-Since", "Sat, 29 Oct 1994 19:43:31 GMT"), None),
        (
            "charset",
            post().set("Content-Type", "application/json;ty=3;charset=latin1"),
            Some(UnsupportedMediaType),
        ),
        ("vendor type", post().set("Content-Type", "application/vnd.onem2m-res+json; ty=3"), None),
        ("compressed", post().with("Content-Encoding", "gzip"), Some(UnsupportedMediaType)),
        ("not compressed", post().with("Content-Encoding", "identity"), None),
        ("ty no number", post().set("Content-Type", "application/json;ty=cnt"), Some(BadRequest)),
        ("ty out of range", post().set("Content-Type", "application/json;ty=70000"), Some(BadRequest)),
        ("ty on GET", get().with("Content-Type", "application/json;ty=3"), Some(BadRequest)),
        ("ty on PUT", Message::update("/a").set("Content-Type", "application/json;ty=3"), Some(BadRequest)),
        ("Content-Type on GET", get().with("Content-Type", "application/json"), None),
        ("Accept XML", get().set("Accept", "application/xml"), Some(NotAcceptable)),
        ("Accept XML, with body", post().set("Accept", "application/xml"), Some(NotAcceptable)),
        ("Accept q=0", get().set("Accept", "application/json;q=0"), Some(NotAcceptable)),
        ("Accept anything", get().set("Accept", "text/html, */*;q=0.1"), None),
        ("Accept in two lines", get().set("Accept", "text/html").with("Accept", "application/json"), None),
        ("no Accept", get().without("Accept"), None),
        ("unknown line", get().with("X-M2M-Nonsense", "1").with("Cookie", "a=b"), None),
    ] {
        assert_eq!(message.status(), status, "{what}");
    }
}

// Shows ACC-9.
#[test]
fn parameters_in_header_lines_that_are_not_supported_are_named() {
    for name in [
        "X-M2M-OET",
        "X-M2M-RTU",
        "X-M2M-EC",
        "X-M2M-GID",
        "X-M2M-AS",
        "Authorization",
        "Proxy-Authorization",
    ] {
        let refused = Message::retrieve("/cse-mn").with(name, "20300101T000000").decode().unwrap_err();
        assert_eq!(refused.status, Status::NotImplemented, "{name}");
        assert!(refused.text.contains(&name.to_ascii_lowercase()), "{}", refused.text);
        assert!(!refused.text.contains("2030"), "{}", refused.text);
    }
    for name in ["X-M2M-RET", "X-M2M-RST"] {
        for (value, status) in [
            ("20300101T000000", None),
            ("1500", None),
            ("-1", None),
            ("soon", Some(Status::BadRequest)),
            ("", Some(Status::BadRequest)),
            ("1.5", Some(Status::BadRequest)),
        ] {
            assert_eq!(Message::retrieve("/cse-mn").with(name, value).status(), status, "{name}: {value}");
        }
        let twice = Message::retrieve("/cse-mn").with(name, "1").with(name, "1");
        assert_eq!(twice.status(), Some(Status::BadRequest), "{name}");
    }
    for name in ["X-M2M-OT", "X-M2M-VSI"] {
        for value in ["20300101T000000", "some day", ""] {
            assert_eq!(Message::retrieve("/cse-mn").with(name, value).status(), None, "{name}: {value}");
        }
    }
    // When a request was made changes nothing, so what cannot be read is as good as none.
    let made = |message: Message| message.decode().unwrap().originated.map(|time| time.to_string());
    let dated = |value| Message::retrieve("/cse-mn").with("X-M2M-OT", value);
    assert_eq!(made(dated("20300101T000000")).as_deref(), Some("20300101T000000"));
    assert_eq!(made(dated("some day")), None);
    assert_eq!(made(dated("20300101T000000").with("X-M2M-OT", "20300101T000000")), None);
}

// Shows ACC-9.
#[test]
fn a_broken_body_is_refused() {
    let with = |body: &str| Message::create("/cse-mn").body(body);
    let padded = format!("{CONTENT}{}", " ".repeat(MAX_BODY_BYTES - CONTENT.len()));
    for (what, message, status) in [
        ("CREATE without body", with(""), Some(Status::BadRequest)),
        ("UPDATE without body", Message::update("/a").body(""), Some(Status::BadRequest)),
        ("NOTIFY without body", Message::notify("/a").body(""), Some(Status::BadRequest)),
        ("RETRIEVE with body", Message::retrieve("/a").body(CONTENT), Some(Status::BadRequest)),
        ("DELETE with body", Message::new("DELETE", "/a").body("{}"), Some(Status::BadRequest)),
        ("no JSON", with("<m2m:cnt/>"), Some(Status::BadRequest)),
        ("no member", with("{}"), Some(Status::BadRequest)),
        ("two members", with(r#"{"m2m:cnt":{},"m2m:ae":{}}"#), Some(Status::BadRequest)),
        ("a list", with(r#"[{"m2m:cnt":{}}]"#), Some(Status::BadRequest)),
        ("no prefix", with(r#"{"cnt":{}}"#), Some(Status::BadRequest)),
        ("a name twice", with(r#"{"m2m:cnt":{"rn":"a","rn":"b"}}"#), Some(Status::BadRequest)),
        ("too long", with(&format!("{padded} ")), Some(Status::BadRequest)),
        ("as long as can be", with(&padded), None),
    ] {
        assert_eq!(message.status(), status, "{what}");
    }
}

// Shows ACC-9.
#[test]
fn a_broken_target_is_refused() {
    let long = format!("/cse-mn?lbl={}", "x".repeat(MAX_TARGET_BYTES));
    for target in [
        "",
        "/",
        "cse-mn",
        "*",
        "//id-mn/x",
        "/a//b",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a%2Fb",
        "/a%23rn",
        "/~",
        "/~/id-mn",
        "/~/id-mn/",
        "/_/sp",
        "/_/sp/id-mn",
        "/a#rn",
        "/a b",
        "/ä",
        "/a?",
        "/a?rcn=1",
        &long,
        "http://localhost/cse-mn",
    ] {
        let expected = if matches!(target, "/a?" | "/a?rcn=1") { None } else { Some(Status::BadRequest) };
        assert_eq!(Message::retrieve(target).status(), expected, "{target}");
    }
}

// Shows ACC-9.
#[test]
fn header_lines_are_counted() {
    let fill = |n: usize| (0..n).fold(Message::retrieve("/a"), |m, _| m.with("X-Fill", "x"));
    assert_eq!(fill(MAX_HEADERS - 5).status(), None);
    assert_eq!(fill(MAX_HEADERS - 4).status(), Some(Status::BadRequest));
}

#[test]
fn a_refusal_repeats_what_identifies_the_request_where_it_can() {
    let id = RequestId::parse("r1").unwrap();
    let refused = Message { method: "PATCH", ..Message::retrieve("/a") }.decode().unwrap_err();
    assert_eq!((refused.request_id, refused.release), (Some(id.clone()), Some(Release::R3)));
    let refused = Message::retrieve("/a").set("X-M2M-RVI", "9").decode().unwrap_err();
    assert_eq!((refused.request_id, refused.release), (Some(id), None));
    let refused = Message::retrieve("/a").with("X-M2M-RI", "r2").decode().unwrap_err();
    assert_eq!((&refused.request_id, refused.release), (&None, Some(Release::R3)));

    let answer = Response::from(refused);
    assert_eq!(answer.request_id, RequestId::unknown());
    assert_eq!(answer.status, Status::BadRequest);
    let content = answer.content.unwrap();
    assert_eq!(&*content.root, "m2m:dbg");
    assert_eq!(content.value.as_text(), Some("the header line x-m2m-ri is given twice"));
}
