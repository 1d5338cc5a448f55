//! Every way in which an HTTP request can be malformed or ask too much, with the exact answer.
//!
//! Each case is one change to a request that passes, so that the change alone is at fault.

use csf_api::{Release, Request, RequestId, Response, Status};
use proto_primitive::{
    MAX_BODY_BYTES, MAX_HEADERS, MAX_LIST_ENTRIES, MAX_QUERY_PARAMETERS, MAX_TARGET_BYTES, Malformed,
    RequestHead, decode_request,
};

const CONTENT: &str = r#"{"m2m:cnt":{"rn":"a"}}"#;
/// The same in CBOR.
const CBOR: &[u8] = b"\xa1\x67m2m:cnt\xa1\x62rn\x61a";

#[derive(Clone)]
struct Message {
    method: &'static str,
    target: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Message {
    fn new(method: &'static str, target: &str) -> Self {
        let headers = [
            ("Host", "localhost"),
            ("X-M2M-Origin", "Cmeter"),
            ("X-M2M-RI", "r1"),
            ("X-M2M-RVI", "3"),
            ("Accept", "application/json"),
        ];
        Self {
            method,
            target: target.to_owned(),
            headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(),
            body: Vec::new(),
        }
    }

    fn retrieve(target: &str) -> Self {
        Self::new("GET", target)
    }

    fn create(target: &str) -> Self {
        Self::new("POST", target).with("Content-Type", "application/json;ty=3").body(CONTENT)
    }

    fn update(target: &str) -> Self {
        Self::new("PUT", target).with("Content-Type", "application/json").body(CONTENT)
    }

    fn notify(target: &str) -> Self {
        Self::new("POST", target).with("Content-Type", "application/json").body(r#"{"m2m:sgn":{"sur":"x"}}"#)
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| *n != name);
        self
    }

    fn set(self, name: &'static str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    fn decode(&self) -> Result<Request, Malformed> {
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        let head = RequestHead { method: self.method, target: &self.target, headers };
        decode_request(head, &self.body).map(|(request, _)| request)
    }

    fn status(&self) -> Option<Status> {
        self.decode().err().map(|e| e.status)
    }
}

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
        ("empty Origin", ae().set("X-M2M-Origin", ""), Some(BadRequest)),
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
        ("If-Match on GET", get().with("If-Match", "*"), Some(NotImplemented)),
        ("If-Match on PUT", Message::update("/a").with("If-Match", "\"a\""), Some(NotImplemented)),
        ("If-Match on DELETE", Message::new("DELETE", "/a").with("if-match", "\"a\""), Some(NotImplemented)),
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
        "X-M2M-RET",
        "X-M2M-RST",
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
    for name in ["X-M2M-OT", "X-M2M-VSI"] {
        assert_eq!(Message::retrieve("/cse-mn").with(name, "20300101T000000").status(), None, "{name}");
    }
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
        "/_/sp",
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
fn a_broken_or_unsupported_query_is_refused() {
    use Status::{BadRequest, NotImplemented};
    let get = |query: &str| Message::retrieve(&format!("/cse-mn?{query}"));
    let many = |n: usize| vec!["lbl=a"; n].join("&");
    for (query, status) in [
        ("rcn=4", None),
        ("rcn=0", Some(BadRequest)),
        ("rcn=2", Some(BadRequest)),
        ("rcn=13", Some(BadRequest)),
        ("rcn=257", Some(BadRequest)),
        ("rcn=-1", Some(BadRequest)),
        ("rcn=+4", Some(BadRequest)),
        ("rcn=", Some(BadRequest)),
        ("rcn=four", Some(BadRequest)),
        ("rcn=4&rcn=4", Some(BadRequest)),
        ("rcn=%34", None),
        ("rcn=4%", Some(BadRequest)),
        ("rcn", Some(BadRequest)),
        ("=4", Some(BadRequest)),
        ("rcn=4&", Some(BadRequest)),
        ("&rcn=4", Some(BadRequest)),
        ("fu=1", None),
        ("fu=1&rcn=6", None),
        ("fu=1&rcn=4", Some(BadRequest)),
        ("fu=1&rcn=11", Some(BadRequest)),
        ("fu=1&fu=1", Some(BadRequest)),
        ("fu=2", None),
        ("fu=2&ty=3", None),
        ("fu=3", Some(NotImplemented)),
        ("fu=0", Some(BadRequest)),
        ("fu=4", Some(BadRequest)),
        ("ty=3", None),
        ("lbl=a", None),
        ("lim=5", None),
        ("fu=1&ty=3+28&ty=2&lbl=a+b&lim=5&lvl=1&ofst=1", None),
        ("fu=1&ty=3+", Some(BadRequest)),
        ("fu=1&ty=3%2B28", Some(BadRequest)),
        ("fu=1&ty=cnt", Some(BadRequest)),
        ("fu=1&ty=65536", Some(BadRequest)),
        ("fu=1&lbl=", Some(BadRequest)),
        ("fu=1&lbl=a%FF", Some(BadRequest)),
        ("fu=1&lim=0", None),
        ("fu=1&lim=4294967296", Some(BadRequest)),
        ("fu=1&lim=1&lim=2", Some(BadRequest)),
        ("fu=1&lvl=0", Some(BadRequest)),
        ("fu=1&ofst=0", Some(BadRequest)),
        ("atrl=rn+lbl", None),
        ("atrl=rn&atrl=lbl", None),
        ("atrl=", Some(BadRequest)),
        ("atrl=r%20n", Some(BadRequest)),
        ("atrl=rn&rcn=1", None),
        ("atrl=rn&rcn=4", Some(BadRequest)),
        ("atrl=rn&fu=1", Some(BadRequest)),
        ("drt=1", None),
        ("drt=2", Some(NotImplemented)),
        ("drt=3", Some(BadRequest)),
        ("rt=3", None),
        ("rt=1", Some(NotImplemented)),
        ("rt=5", Some(NotImplemented)),
        ("rt=6", Some(BadRequest)),
        ("rt=3&rt=3", Some(BadRequest)),
        ("asi=true", None),
        ("asi=0", None),
        ("cr=Cmeter", None),
        ("fu=1&cr=Cmeter", None),
        ("fu=1&c.rn=a", None),
        ("cr=Cmeter&rcn=99", Some(BadRequest)),
    ] {
        assert_eq!(get(query).status(), status, "{query}");
    }
    for name in ["smf", "cfs", "cfq", "lbq", "arp", "rp", "da", "rids", "tids", "ltids", "tqi", "auri", "sqi"]
    {
        for query in [format!("fu=1&{name}=1"), format!("{name}=1")] {
            let refused = get(&query).decode().unwrap_err();
            assert_eq!(refused.status, NotImplemented, "{name}");
            assert!(refused.text.contains(name), "{}", refused.text);
        }
    }
    // What is malformed is named.
    for (name, malformed, sound) in [
        ("crb", "20301301T000000", "20300101T000000"),
        ("cra", "tomorrow", "20300101T000000,25"),
        ("ms", "1", "20300101T000000"),
        ("us", "2030-01-01", "20300101T000000"),
        ("exb", "%32", "%32%30300101T000000"),
        ("exa", "0", "20300101T000000"),
        ("sts", "-1", "1"),
        ("stb", "x", "0"),
        ("sza", "4294967296", "4294967295"),
        ("szb", "1.5", "1"),
        ("fo", "3", "2"),
        ("fo", "0", "1"),
        ("chty", "cnt", "3+4"),
        ("pty", "3+", "3"),
        ("clbl", "a++b", "a+b"),
        ("palb", "+", "a"),
        ("cty", "a+", "application/json"),
        ("apn", "a+", "a*"),
        ("c.rn", "+a", "a"),
        ("ct", "20300101T000000", ""),
        ("lt", "x", ""),
        ("st", "1", ""),
        ("et", "x", ""),
        ("cs", "1", ""),
        ("cnf", "x", ""),
        ("c.ty", "3", ""),
        ("p.lbl", "x", ""),
        ("c.", "x", ""),
        ("x.y", "x", ""),
    ] {
        for usage in ["", "fu=1&", "fu=2&"] {
            let refused = get(&format!("{usage}{name}={malformed}")).decode().unwrap_err();
            assert_eq!(refused.status, BadRequest, "{name}={malformed}");
            assert!(refused.text.contains(name), "{name}: {}", refused.text);
            if !sound.is_empty() {
                assert_eq!(get(&format!("{usage}{name}={sound}")).status(), None, "{name}={sound}");
            }
        }
    }
    for once in ["crb=20300101T000000", "us=20300101T000000", "sza=1", "fo=1"] {
        assert_eq!(get(&format!("{once}&{once}")).status(), Some(BadRequest), "{once}");
    }
    assert_eq!(get(&format!("fu=1&{}", many(MAX_QUERY_PARAMETERS - 1))).status(), None);
    assert_eq!(get(&format!("fu=1&{}", many(MAX_QUERY_PARAMETERS))).status(), Some(BadRequest));
    let list = |n: usize| format!("fu=1&lbl={}", vec!["a"; n].join("+"));
    assert_eq!(get(&list(MAX_LIST_ENTRIES)).status(), None);
    assert_eq!(get(&list(MAX_LIST_ENTRIES + 1)).status(), Some(BadRequest));
}

// Shows ACC-9.
#[test]
fn a_query_fits_its_operation() {
    use Status::{BadRequest, NotImplemented};
    for (message, status) in [
        (Message::create("/a?rcn=3"), None),
        (Message::create("/a?rcn=4"), Some(BadRequest)),
        (Message::create("/a?fu=1"), Some(BadRequest)),
        (Message::create("/a?fu=2"), Some(BadRequest)),
        (Message::create("/a?lbl=x"), Some(BadRequest)),
        (Message::create("/a?crb=20300101T000000"), Some(BadRequest)),
        (Message::create("/a?cr=Cx"), Some(BadRequest)),
        (Message::create("/a?tqi=1"), Some(NotImplemented)),
        (Message::create("/a?drt=1"), Some(BadRequest)),
        (Message::create("/a?atrl=rn"), Some(BadRequest)),
        (Message::update("/a?rcn=9"), None),
        (Message::update("/a?rcn=6"), Some(BadRequest)),
        (Message::update("/a?fu=1"), Some(BadRequest)),
        (Message::update("/a?ty=3"), None),
        (Message::update("/a?lim=3"), Some(BadRequest)),
        (Message::new("DELETE", "/a?fu=2&cr=Cx"), None),
        (Message::new("DELETE", "/a?lvl=1"), Some(BadRequest)),
        (Message::retrieve("/a?rcn=4&lvl=2&lim=5"), None),
        (Message::new("DELETE", "/a?rcn=0"), None),
        (Message::new("DELETE", "/a?rcn=7"), Some(BadRequest)),
        (Message::new("DELETE", "/a?fu=1"), Some(BadRequest)),
        (Message::notify("/a?rcn=1"), Some(BadRequest)),
        (Message::notify("/a?lbl=x"), Some(BadRequest)),
        (Message::retrieve("/a?rcn=12").set("X-M2M-RVI", "4"), None),
        (Message::retrieve("/a?rcn=12"), Some(BadRequest)),
        (Message::retrieve("/a?fu=1&rcn=11").set("X-M2M-RVI", "5"), None),
    ] {
        assert_eq!(message.status(), status, "{} {}", message.method, message.target);
    }
}

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
