//! Bad input on both listeners: the exact answer, nothing stored, nothing repeated, and the node alive.
//!
//! Each case is one change to a request that works, sent to the network listener, where nothing is proven, and
//! to the local socket, where `Cmeter` is proven. What is malformed gets the same answer from both.

#![expect(clippy::panic, reason = "tests report by panicking")]

use csf_api::{Content, FilterCriteria, Response};
use csf_client::{Client, ClientError};
use support::{NodeProcess, RawRequest, RawResponse, Wire};

/// Longer than any name that an error text may repeat.
const MARKER: &str = "Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7Qz7";
/// The longest error text.
const MAX_TEXT_BYTES: usize = 256;

/// One bad request and the answers to it: a response status code, or an HTTP status from 400 to 499 where the
/// bytes are no HTTP that could carry one.
struct Case {
    what: &'static str,
    request: RawRequest,
    local: u16,
    network: u16,
}

fn both(what: &'static str, request: RawRequest, code: u16) -> Case {
    Case { what, request, local: code, network: code }
}

/// What is wrong only to a caller who may do it at all; to everybody else the gate is shut.
fn local(what: &'static str, request: RawRequest, code: u16) -> Case {
    Case { what, request, local: code, network: 4103 }
}

fn get(target: &str) -> RawRequest {
    RawRequest::new("GET", target)
}

fn readings() -> RawRequest {
    get("/cse-mn/Cmeter/readings")
}

/// A CREATE below the container that everybody may read and `Cmeter` may write.
fn container(body: &str) -> RawRequest {
    RawRequest::create("/cse-mn/Cmeter/readings", 3, body)
}

fn good() -> RawRequest {
    container(r#"{"m2m:cnt":{}}"#)
}

// Shows ACC-9.
#[test]
fn a_broken_head_is_refused() {
    let long = |bytes: usize| "x".repeat(bytes);
    let nobody = |what, request| Case { what, request, local: 4106, network: 4103 };
    let untyped = RawRequest::update("/cse-mn/Cmeter/readings", "{}").without("Content-Type");
    check(vec![
        both("method PATCH", RawRequest::new("PATCH", "/cse-mn"), 4005),
        both("method OPTIONS", RawRequest::new("OPTIONS", "/cse-mn"), 4005),
        both("method OPTIONS *", RawRequest::new("OPTIONS", "*"), 4005),
        both("method TRACE", RawRequest::new("TRACE", "/cse-mn"), 4005),
        both("method CONNECT", RawRequest::new("CONNECT", "localhost:80"), 4005),
        both("method get", RawRequest::new("get", "/cse-mn"), 4005),
        both("method of a foreign kind", RawRequest::new(MARKER, "/cse-mn"), 4005),
        both("no identifier", readings().without("X-M2M-RI"), 4000),
        both("an empty identifier", readings().set("X-M2M-RI", ""), 4000),
        both("an identifier with a tab", readings().set("X-M2M-RI", "a\tb"), 4000),
        both("a long identifier", readings().set("X-M2M-RI", long(257)), 4000),
        both("two identifiers", readings().with("X-M2M-RI", "r2"), 4000),
        both("no release", readings().without("X-M2M-RVI"), 4001),
        both("release 1", readings().set("X-M2M-RVI", "1"), 4001),
        both("a release that is none", readings().set("X-M2M-RVI", MARKER), 4001),
        both("two releases", readings().with("X-M2M-RVI", "4"), 4000),
        both("no originator", readings().without("X-M2M-Origin"), 4000),
        both("an empty originator", readings().set("X-M2M-Origin", ""), 4000),
        both("an originator with a blank", readings().set("X-M2M-Origin", "Cmeter Cother"), 4000),
        nobody("an originator with a quote", readings().set("X-M2M-Origin", "C\"x")),
        both("an originator of another alphabet", readings().set("X-M2M-Origin", "Cmäter"), 4000),
        both("an originator in no encoding", readings().set("X-M2M-Origin", [b'C', 0xff, 0xfe]), 4000),
        both("a long originator", readings().set("X-M2M-Origin", format!("C{}", long(512))), 4000),
        nobody("an originator of no shape", readings().set("X-M2M-Origin", "/a/b/c/d")),
        both("two originators", readings().with("X-M2M-Origin", "CAdmin"), 4000),
        both("a control character in a line", readings().with("X-Other", "a\u{1}b"), 400),
        both("a zero in a line", readings().set("X-M2M-Origin", "Cmeter\0"), 400),
        both("a line without a colon", readings().with("X-Other\r\nnothing", ""), 400),
        both("a name with a blank", readings().with("X Other", "a"), 400),
        both("a folded line", readings().with("X-Other", "a\r\n b"), 400),
        both("two hosts", readings().with("Host", "localhost"), 4000),
        both("too many lines", (0..70).fold(readings(), |r, n| r.with(&format!("X-{n}"), "a")), 431),
        both("a line beyond all bounds", readings().with("X-Other", long(200_000)), 431),
        both("a target beyond all bounds", get(&format!("/{}", long(200_000))), 431),
        both("no version", readings().line("GET /cse-mn"), 400),
        both("no request line", readings().line("\u{16}\u{3}\u{1}\u{2}"), 400),
        both("a foreign media type", good().set("Content-Type", "application/xml;ty=3"), 4015),
        both("a foreign charset", good().set("Content-Type", "application/json;ty=3;charset=latin1"), 4015),
        both("no media type", untyped, 4015),
        both("two media types", good().with("Content-Type", "application/json;ty=2"), 4000),
        both("a type that is no number", good().set("Content-Type", "application/json;ty=cnt"), 4000),
        both("a type out of range", good().set("Content-Type", "application/json;ty=65539"), 4000),
        both("two types in one", good().set("Content-Type", "application/json;ty=3;ty=2"), 4000),
        both(
            "a type for an UPDATE",
            RawRequest::update("/cse-mn", "{}").set("Content-Type", "application/json;ty=3"),
            4000,
        ),
        both("a compressed body", good().with("Content-Encoding", "gzip"), 4015),
        both("an answer in HTML", readings().set("Accept", "text/html"), 5207),
        both("a group request", readings().with("X-M2M-GID", "g1"), 5001),
        both("a request that has expired", readings().with("X-M2M-RET", "20200101T000000"), 4008),
        both("an expiry that is no time", readings().with("X-M2M-RET", MARKER), 4000),
        both("a time for the operation", readings().with("X-M2M-OET", "20300101T000000"), 5001),
        both("a token", readings().with("Authorization", MARKER), 5001),
    ]);
}

// Shows ACC-9.
#[test]
fn a_path_that_could_mean_two_things_is_refused() {
    let deep = "/a".repeat(70);
    let mut cases: Vec<_> = [
        "/cse-mn/Cmeter/../CAdmin",
        "/cse-mn/./Cmeter",
        "/cse-mn/%2e%2e/x",
        "/cse-mn/%2E",
        "/cse-mn%2FCmeter",
        "/cse-mn/%00",
        "/cse-mn/a%0d%0ab",
        "/cse-mn/%zz",
        "/cse-mn/%",
        "//id-mn/x",
        "/cse-mn//Cmeter",
        "/",
        "/~",
        "/_/csf.example",
        "/cse-mn;x=1",
        "/cse-mn/%C3%A4",
        "/cse-mn/'or'1",
        "*",
        "/cse-mn/$(id)",
        "/cse-mn/Cmeter/readings?rcn=99",
        "/cse-mn/Cmeter/readings?rcn=-1",
        "/cse-mn/Cmeter/readings?rcn",
        "/cse-mn/Cmeter/readings?=1",
        "/cse-mn/Cmeter/readings?fu=1&fu=1",
        "/cse-mn/Cmeter/readings?fu=1&lim=",
        "/cse-mn/Cmeter/readings?fu=1&lim=99999999999999999999",
        "/cse-mn/Cmeter/readings?fu=1&lvl=0",
        "/cse-mn/Cmeter/readings?fu=1&ty=-3",
        "/cse-mn/Cmeter/readings?fu=%zz",
        "/cse-mn/Cmeter/readings?atrl=a b",
        "/cse-mn/Cmeter/readings?atrl=rn+%00",
    ]
    .into_iter()
    .map(|target| both(target, get(target), if target.contains(' ') { 400 } else { 4000 }))
    .collect();
    let many = format!("/cse-mn/Cmeter/readings?{}", vec!["lbl=a"; 70].join("&"));
    cases.extend([
        both("too many segments", get(&format!("/cse-mn{deep}")), 4000),
        both("a long segment", get(&format!("/cse-mn/{}", "a".repeat(2100))), 4000),
        both("a long target", get(&format!("/cse-mn?lbl={}", "a".repeat(9000))), 4000),
        both("too many parameters", get(&many), 4000),
        both("a condition on an attribute that is not there", get("/cse-mn/Cmeter/readings?xyz=1"), 4000),
        both("an unsupported condition", get("/cse-mn/Cmeter/readings?fu=1&smf=x"), 5001),
        both("another reply address", get("/cse-mn/Cmeter/readings?rt=2"), 5001),
        both("an absent resource", get(&format!("/cse-mn/Cmeter/{MARKER}")), 4004),
        both("an absent identifier", get("/cnt-00000000000000000000"), 4004),
        both("another CSE", get("/~/id-other/cse-other"), 4004),
        both("another provider", get("/_/other.example/id-mn/cse-mn"), 4004),
        both("a name in another case", get("/CSE-MN/Cmeter/readings"), 4004),
    ]);
    check(cases);
}

// Shows ACC-9.
#[test]
fn a_body_that_is_no_content_is_refused() {
    let nested = |open: &str, close: &str| {
        let body = format!("{}{}", open.repeat(100_000 / open.len()), close.repeat(100_000 / open.len()));
        container(&format!(r#"{{"m2m:cnt":{body}}}"#))
    };
    let members: String = (0..20_000).map(|n| format!("\"a{n}\":1,")).collect();
    let raw = |bytes: &[u8]| RawRequest::create("/cse-mn/Cmeter/readings", 3, bytes);
    let mut cases = vec![
        both("no body", RawRequest::new("PUT", "/cse-mn/Cmeter"), 4000),
        both("no body for a CREATE", container(""), 4000),
        both("a body for a RETRIEVE", readings().body("application/json", "{}"), 4000),
        both(
            "a body for a DELETE",
            RawRequest::new("DELETE", "/cse-mn/x").body("application/json", "{}"),
            4000,
        ),
        both("not UTF-8", raw(b"{\"m2m:cnt\":{\"rn\":\"\xff\xfe\"}}"), 4000),
        both("UTF-16", raw(b"\xff\xfe{\0\"\0m\0"), 4000),
        both("a byte order mark", raw(b"\xef\xbb\xbf{\"m2m:cnt\":{}}"), 4000),
        both("half a surrogate", container(r#"{"m2m:cnt":{"rn":"\ud800"}}"#), 4000),
        both("100,000 lists deep", nested("[", "]"), 4000),
        both("objects all the way down", nested(r#"{"a":"#, "}"), 4000),
        both("lists without an end", container(&"[".repeat(100_000)), 4000),
        both("too many members", container(&format!(r#"{{"m2m:cnt":{{{members}"z":1}}}}"#)), 4000),
        both(
            "too long a body",
            container(&format!(r#"{{"m2m:cnt":{{"rn":"{}"}}}}"#, "a".repeat(300_000))),
            4000,
        ),
        both("too long a body in chunks", too_long_in_chunks(), 4000),
        both("a long root", container(&format!(r#"{{"m2m:{}":{{}}}}"#, MARKER.repeat(5))), 4000),
        both("a negative length", good().then("").set("Content-Length", "-5"), 400),
        both("an absurd length", good().set("Content-Length", "9223372036854775807"), 4000),
        both("a length beyond numbers", good().set("Content-Length", "9".repeat(40)), 400),
        both("two different lengths", good().with("Content-Length", "3"), 400),
        both("a broken chunk", chunked("zz\r\n{}\r\n0\r\n\r\n"), 4000),
        both("a chunk of absurd size", chunked("ffffffffffffffffff\r\n{}"), 4000),
        both("an unknown coding", good().without("Content-Length").with("Transfer-Encoding", "gzip"), 400),
    ];
    for (what, body) in [
        ("a truncated text", r#"{"m2m:cnt":{"rn":"a"#),
        ("something behind it", r#"{"m2m:cnt":{}} x"#),
        ("two contents", r#"{"m2m:cnt":{}}{"m2m:cnt":{}}"#),
        ("an empty object", "{}"),
        ("two roots", r#"{"m2m:cnt":{},"m2m:cin":{}}"#),
        ("a root without a prefix", r#"{"cnt":{}}"#),
        ("a list", r#"[{"m2m:cnt":{}}]"#),
        ("a text", r#""m2m:cnt""#),
        ("a number", "3"),
        ("nothing", "null"),
        ("a name twice", r#"{"m2m:cnt":{"rn":"a","rn":"b"}}"#),
        ("a name twice, once in escapes", r#"{"m2m:cnt":{"rn":"a","\u0072n":"b"}}"#),
        ("a huge float", r#"{"m2m:cnt":{"mni":1e999}}"#),
        ("a huge whole number", r#"{"m2m:cnt":{"mni":99999999999999999999}}"#),
        ("a huge negative number", r#"{"m2m:cnt":{"mni":-9223372036854775809}}"#),
        ("no number", r#"{"m2m:cnt":{"mni":NaN}}"#),
        ("a number with a zero in front", r#"{"m2m:cnt":{"mni":007}}"#),
        ("a comment", r#"{"m2m:cnt":{/* */}}"#),
        ("single quotes", "{'m2m:cnt':{}}"),
        ("a control character in a text", "{\"m2m:cnt\":{\"rn\":\"a\u{1}\"}}"),
        ("XML", "<m2m:cnt/>"),
    ] {
        cases.push(both(what, container(body), 4000));
    }
    check(cases);
}

// Shows ACC-9.
#[test]
fn content_that_breaks_the_rules_of_its_type_is_refused() {
    let mut cases = Vec::new();
    for (what, attributes, code) in [
        ("an unknown attribute", format!(r#""{MARKER}":1"#), 4000),
        ("an unsupported attribute", r#""aa":["rn"]"#.into(), 5001),
        ("an attribute of the node", r#""ct":"20200101T000000""#.into(), 4000),
        ("a number as text", r#""mni":"10""#.into(), 4000),
        ("a negative number", r#""mni":-1"#.into(), 4000),
        ("a fraction", r#""mni":1.5"#.into(), 4000),
        ("a text for a list", format!(r#""lbl":"{MARKER}""#), 4000),
        ("a number in a list", r#""lbl":[1]"#.into(), 4000),
        ("too long a label", format!(r#""lbl":["{}"]"#, "a".repeat(5000)), 4000),
        ("too many labels", format!(r#""lbl":[{}"a"]"#, r#""a","#.repeat(300)), 4000),
        ("a name that is no text", r#""rn":{"a":[]}"#.into(), 4000),
        ("a name with a slash", r#""rn":"a/b""#.into(), 4000),
        ("a name of two dots", r#""rn":"..""#.into(), 4000),
        ("an empty name", r#""rn":"""#.into(), 4000),
        ("a long name", format!(r#""rn":"{}""#, "a".repeat(129)), 4000),
        ("a name that a container keeps", r#""rn":"la""#.into(), 4105),
        ("an end that has passed", r#""et":"20200101T000000""#.into(), 4000),
        ("an end that is no time", format!(r#""et":"{MARKER}""#), 4000),
        ("a policy that is not there", format!(r#""acpi":["{MARKER}"]"#), 4000),
        ("a policy that is no policy", r#""acpi":["cse-mn/Cmeter"]"#.into(), 4000),
        ("a creator of one's own choice", r#""cr":"CAdmin""#.into(), 4000),
        ("a custodian of no shape", r#""cstn":7"#.into(), 4000),
    ] {
        cases.push(local(what, container(&format!(r#"{{"m2m:cnt":{{{attributes}}}}}"#)), code));
    }
    let below = |ty: u16, body: &str| RawRequest::create("/cse-mn/Cmeter", ty, body);
    let policy = |privileges: &str| below(1, &format!(r#"{{"m2m:acp":{{{privileges}}}}}"#));
    let update = |body: &str| RawRequest::update("/cse-mn/Cmeter/readings", body);
    cases.extend([
        local("an unknown type", below(9999, r#"{"m2m:xyz":{}}"#), 5001),
        local("a type that is not hosted", below(10, r#"{"m2m:lcp":{"los":2}}"#), 5001),
        local("a group without members", below(9, r#"{"m2m:grp":{"mnm":1}}"#), 4000),
        local("a type of another name", below(3, r#"{"m2m:acp":{}}"#), 4000),
        local("a CSEBase", below(5, r#"{"m2m:cb":{}}"#), 4005),
        local("a flexContainer of no definition", below(28, r#"{"x:y":{"cnd":"x.y"}}"#), 4125),
        local("a content that is a list", container(r#"{"m2m:cnt":[]}"#), 4000),
        local(
            "an instance without content",
            RawRequest::create("/cse-mn/Cmeter/readings", 4, r#"{"m2m:cin":{}}"#),
            4000,
        ),
        local("an instance below an AE", below(4, r#"{"m2m:cin":{"con":"1"}}"#), 4108),
        local("a name that is taken", below(3, r#"{"m2m:cnt":{"rn":"readings"}}"#), 4105),
        local("a policy without privileges", policy(""), 4000),
        both("a policy that nobody could change", policy(r#""pv":{"acr":[]},"pvs":{"acr":[]}"#), 4000),
        local(
            "operations out of range",
            policy(
                r#""pv":{"acr":[{"acor":["all"],"acop":64}]},"pvs":{"acr":[{"acor":["Cmeter"],"acop":63}]}"#,
            ),
            4000,
        ),
        local(
            "originators that are no list",
            policy(r#""pv":{"acr":[{"acor":"all","acop":2}]},"pvs":{"acr":[{"acor":["Cmeter"],"acop":63}]}"#),
            4000,
        ),
        local(
            "an update of an unknown attribute",
            update(&format!(r#"{{"m2m:cnt":{{"{MARKER}":1}}}}"#)),
            4000,
        ),
        local("an update of the node's attribute", update(r#"{"m2m:cnt":{"ri":"x"}}"#), 4000),
        local("an update under another root", update(r#"{"m2m:ae":{"apn":"x"}}"#), 4000),
        both("policies and more in one update", update(r#"{"m2m:cnt":{"acpi":[],"mni":1}}"#), 4000),
        local(
            "a NOTIFY",
            RawRequest::new("POST", "/cse-mn/Cmeter/readings").body("application/json", r#"{"m2m:sgn":{}}"#),
            5001,
        ),
    ]);
    for (function, input, code) in [
        ("digest", format!(r#""Halg":"{MARKER}","msg":"AA==""#), 4000),
        ("digest", r#""Halg":"SHA-256","msg":"A""#.into(), 4000),
        ("digest", r#""Halg":"SHA-256""#.into(), 4000),
        ("digest", format!(r#""Halg":"SHA-256","msg":"AA==","{MARKER}":1"#), 4000),
        ("digest", r#""Halg":"SHA-256","msg":"AA==","msl":9"#.into(), 4000),
        ("random", r#""Dsz":0"#.into(), 4000),
        ("random", r#""Dsz":-1"#.into(), 4000),
        ("random", r#""Dsz":9223372036854775807"#.into(), 4000),
        ("random", r#""Dsz":"16""#.into(), 4000),
        ("random", r#""Dsz":1e2"#.into(), 4000),
        ("signature", r#""Salg":"ALG_ECDSA_SHA_256","msg":"AA==","kInf":"../../etc/passwd""#.into(), 4000),
        ("signature", format!(r#""Salg":"ALG_ECDSA_SHA_256","msg":"AA==","kInf":"{MARKER}""#), 4004),
        ("signature", r#""Salg":"ALG_ECDSA_SHA_256","msg":"AA==","kInf":"cse-mn""#.into(), 4000),
        ("mac", r#""Salg":"ALG_HMAC_SHA_256","msg":[],"kInf":"cse-mn""#.into(), 4000),
    ] {
        let target = format!("/cse-mn/security/data/function-{function}");
        let body = format!(r#"{{"csf:{function}":{{{input}}}}}"#);
        cases.push(local("an input that a function does not take", RawRequest::update(&target, body), code));
    }
    let register = |body: &str| RawRequest::create("/cse-mn", 2, body);
    let ae = r#"{"m2m:ae":{"api":"Ntest","rr":false,"srv":["3"]}}"#;
    for (what, request, code) in [
        ("a registration without its attributes", register(r#"{"m2m:ae":{}}"#), 4000),
        ("a registration of an unknown kind of App-ID", register(&ae.replace("Ntest", "test")), 4000),
        ("a second registration", register(ae), 4117),
        ("a registration as the administrator", register(ae).set("X-M2M-Origin", "CAdmin"), 4106),
        ("a registration as a CSE", register(ae).set("X-M2M-Origin", "/id-other"), 4000),
        ("a registration below an AE", RawRequest::create("/cse-mn/Cmeter", 2, ae), 4108),
    ] {
        cases.push(Case { what, request, local: code, network: 4107 });
    }
    check(cases);
}

/// Who may look at everything that a bad request could have changed.
struct Witness {
    admin: Client,
    meter: Client,
}

impl Witness {
    /// Everything that there is, as far as the two may see it.
    fn all(&mut self) -> Result<Vec<Option<Content>>, ClientError> {
        let Self { admin, meter } = self;
        let below = |client: &mut Client, to: &str| client.discover(to, FilterCriteria::default());
        let seen: [Response; 6] = [
            below(admin, "cse-mn")?,
            below(meter, "cse-mn/Cmeter")?,
            below(meter, "cse-mn/security/data")?,
            meter.retrieve("cse-mn/Cmeter")?,
            meter.retrieve("cse-mn/Cmeter/readings")?,
            meter.retrieve("cse-mn/Cmeter/readers")?,
        ];
        assert!(seen.iter().all(|r| r.status.is_success()), "{seen:?}");
        Ok(seen.into_iter().map(|response| response.content).collect())
    }
}

/// Sends each case to both listeners of one node, and looks at the node after each.
fn check(cases: Vec<Case>) {
    let node = NodeProcess::with().profile("mn").start();
    let mut witness = Witness { meter: node.register("Cmeter"), admin: node.admin() };
    let rule = |who: &str, operations: u8| format!(r#"{{"acr":[{{"acor":["{who}"],"acop":{operations}}}]}}"#);
    let policy = format!(
        r#"{{"m2m:acp":{{"rn":"readers","pv":{{"acr":[{{"acor":["Cmeter"],"acop":63}},{{"acor":["all"],"acop":2}}]}},"pvs":{}}}}}"#,
        rule("Cmeter", 63)
    );
    let link = r#"{"m2m:cnt":{"rn":"readings","acpi":["cse-mn/Cmeter/readers"]}}"#;
    for (ty, body) in [(1, policy.as_str()), (3, link)] {
        let request = RawRequest::create("/cse-mn/Cmeter", ty, body);
        let made = Wire::local(&node).exchange(&request.bytes());
        assert_eq!(made.as_ref().and_then(RawResponse::rsc), Some(2001), "{made:?}");
    }
    let before = witness.all().unwrap_or_else(|e| panic!("{e}"));
    let mut wrong = Vec::new();
    for case in cases {
        for (listener, expected) in [("network", case.network), ("local", case.local)] {
            let connect = || if listener == "network" { Wire::tcp(&node) } else { Wire::local(&node) };
            let mut wire = connect();
            wire.send(&case.request.bytes());
            let answer = wire.response();
            let mut fault = judge(answer.as_ref(), expected);
            let after = connect().exchange(&readings().bytes());
            if after.as_ref().and_then(RawResponse::rsc) != Some(2000) {
                fault = Some(format!("a good request afterwards: {after:?}"));
            }
            if witness.all().ok().as_ref() != Some(&before) {
                fault = Some("something changed".into());
            }
            wrong.extend(fault.map(|fault| format!("{} ({listener}): {fault}", case.what)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let log = node.stderr();
    assert!(!log.contains("panicked") && !log.contains("Qz7Qz7"), "{log}");
}

/// What is wrong with an answer.
fn judge(answer: Option<&RawResponse>, expected: u16) -> Option<String> {
    let Some(answer) = answer else { return Some("no answer".into()) };
    if expected < 1000 {
        let right = answer.status == expected && answer.rsc().is_none() && answer.body.is_empty();
        return (!right).then(|| format!("HTTP {expected} expected: {answer:?}"));
    }
    if answer.rsc() != Some(expected) {
        return Some(format!("{expected} expected: {:?} {}", answer.rsc(), answer.text()));
    }
    let text = answer.text();
    let content = proto_primitive::content_from_json(&answer.body).ok();
    let message = content.as_ref().filter(|c| &*c.root == "m2m:dbg").and_then(|c| c.value.as_text());
    match message {
        None => Some(format!("the body is no error text: {text}")),
        Some(message) if message.len() > MAX_TEXT_BYTES => Some(format!("the text is long: {message}")),
        // A name may be repeated as far as it helps, a value never.
        Some(message) if message.contains(&MARKER[..65]) => Some(format!("input is repeated: {message}")),
        Some(message) if message.contains("/tmp") || message.contains(".rs") => {
            Some(format!("leaks: {message}"))
        }
        Some(_) => None,
    }
}

fn chunked(chunks: &str) -> RawRequest {
    good().without("Content-Length").with("Transfer-Encoding", "chunked").then(chunks)
}

fn too_long_in_chunks() -> RawRequest {
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    chunked(&chunk.repeat(5))
}
