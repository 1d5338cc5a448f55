//! The HTTP binding with a client that knows nothing of oneM2M: `curl`, over TCP and over the local socket.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::process::Command;

use serde_json::{Value, json};
use support::NodeProcess;

/// What curl got: status line, header lines in lower case, and the body.
struct Got {
    /// Whether the node asked for the body first.
    asked: bool,
    status: String,
    headers: Vec<String>,
    body: Value,
}

impl Got {
    fn rsc(&self) -> &str {
        self.headers.iter().find_map(|line| line.strip_prefix("x-m2m-rsc: ")).expect("a response status code")
    }
}

/// How curl is told where the node is.
enum Way {
    Tcp,
    Socket,
}

fn curl(node: &NodeProcess, way: &Way, from: &str, path: &str, words: &[&str]) -> Got {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--include", "--max-time", "20", "--noproxy", "*"]);
    let host = match way {
        Way::Tcp => node.http().to_string(),
        Way::Socket => {
            command.arg("--unix-socket").arg(node.socket());
            "localhost".to_owned()
        }
    };
    for header in [&format!("X-M2M-Origin: {from}"), "X-M2M-RI: curl-1", "X-M2M-RVI: 4"] {
        command.args(["--header", header]);
    }
    let output = command.args(words).arg(format!("http://{host}{path}")).output().expect("the program curl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let (asked, text) = match text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines().map(str::to_ascii_lowercase);
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).expect("JSON") };
    let got = Got { asked, status: lines.next().expect("a status line"), headers: lines.collect(), body };
    assert!(got.headers.contains(&"x-m2m-ri: curl-1".to_owned()), "{head}");
    assert!(got.headers.contains(&"x-m2m-rvi: 4".to_owned()), "{head}");
    got
}

#[track_caller]
fn got(got: Got, http: u16, rsc: &str) -> Value {
    assert!(got.status.starts_with(&format!("http/1.1 {http}")), "{} {}", got.status, got.body);
    assert_eq!(got.rsc(), rsc, "{}", got.body);
    got.body
}

fn create<'a>(ty: &'a str, body: &'a str) -> [&'a str; 4] {
    ["--header", ty, "--data-binary", body]
}

const AE: &str = "Content-Type: application/json;ty=2";
const CONTAINER: &str = "Content-Type: application/json;ty=3";
const INSTANCE: &str = "Content-Type: application/json;ty=4";
const POLICY: &str = "Content-Type: application/json;ty=1";
const JSON: &str = "Content-Type: application/json";

// Shows ARC-5 in part: resources and functions over HTTP, as any client sees them.
#[test]
fn resources_are_made_read_found_changed_and_deleted_with_curl() {
    let node = NodeProcess::with().profile("mn").start();
    let ask = |path: &str, words: &[&str]| curl(&node, &Way::Socket, "Ccurl", path, words);
    let registration = r#"{"m2m:ae":{"rn":"curl","api":"Ncurl","rr":false,"srv":["4"]}}"#;
    let made = got(ask("/cse-mn", &create(AE, registration)), 201, "2001");
    assert_eq!(made["m2m:ae"]["aei"], "Ccurl");
    let container = create(CONTAINER, r#"{"m2m:cnt":{"rn":"readings","lbl":["kitchen"]}}"#);
    got(ask("/cse-mn/curl", &container), 201, "2001");
    got(ask("/cse-mn/curl", &container), 409, "4105");
    let instance = create(INSTANCE, r#"{"m2m:cin":{"con":"21.5"}}"#);
    got(ask("/~/id-mn/cse-mn/curl/readings", &instance), 201, "2001");
    let latest = got(ask("/-/curl/readings/la", &[]), 200, "2000");
    assert_eq!(latest["m2m:cin"]["con"], "21.5");
    let found = got(ask("/cse-mn/curl?fu=1&ty=3&lbl=kitchen", &[]), 200, "2000");
    assert_eq!(found, json!({"m2m:uril": ["cse-mn/curl/readings"]}));
    let update = ["--request", "PUT", "--header", JSON, "--data-binary", r#"{"m2m:cnt":{"mni":3}}"#];
    let updated = got(ask("/cse-mn/curl/readings", &update), 200, "2004");
    assert_eq!(updated["m2m:cnt"]["mni"], 3);
    let part = got(ask("/cse-mn/curl/readings?atrl=mni+cni", &[]), 200, "2000");
    assert_eq!(part, json!({"m2m:cnt": {"mni": 3, "cni": 1}}));
    let random = ["--request", "PUT", "--header", JSON, "--data-binary", r#"{"csf:random":{"Dsz":16}}"#];
    let random = got(ask("/cse-mn/security/data/function-random", &random), 200, "2004");
    assert_eq!(random["csf:random"]["rndD"].as_str().map(str::len), Some(24));
    got(ask("/cse-mn/curl/readings", &["--request", "DELETE"]), 200, "2002");
    got(ask("/cse-mn/curl/readings", &[]), 404, "4004");
}

#[test]
fn errors_come_with_their_codes_and_a_text() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Ccurl"));
    let denied = |way: &Way, from: &str, path: &str, words: &[&str], http: u16, rsc: &str| {
        let body = got(curl(&node, way, from, path, words), http, rsc);
        assert!(body["m2m:dbg"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    };
    denied(&Way::Socket, "Cother", "/cse-mn", &[], 403, "4106");
    denied(&Way::Tcp, "Ccurl", "/cse-mn/Ccurl", &[], 403, "4103");
    denied(&Way::Tcp, "Ccurl", "/cse-mn", &create(AE, r#"{"m2m:ae":{}}"#), 403, "4107");
    denied(&Way::Tcp, "Ccurl", "/cse-mn", &["--request", "PATCH"], 405, "4005");
    denied(&Way::Socket, "Ccurl", "/cse-mn/Ccurl", &create(CONTAINER, "{"), 400, "4000");
    denied(&Way::Socket, "Ccurl", "/cse-mn/Ccurl", &create("Content-Type: text/plain", "{}"), 415, "4015");
    denied(&Way::Socket, "Ccurl", "/cse-mn/Ccurl", &["--header", "Accept: text/html"], 406, "5207");
    denied(&Way::Socket, "Ccurl", "/cse-mn?rt=2", &[], 501, "5001");
}

#[test]
fn what_a_policy_gives_to_everybody_curl_gets_over_tcp() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Ccurl"));
    let own = |path: &str, words: &[&str]| curl(&node, &Way::Socket, "Ccurl", path, words);
    let policy = r#"{"m2m:acp":{"rn":"open","pv":{"acr":[{"acor":["all"],"acop":2},{"acor":["Ccurl"],"acop":63}]},"pvs":{"acr":[{"acor":["Ccurl"],"acop":63}]}}}"#;
    got(own("/cse-mn/Ccurl", &create(POLICY, policy)), 201, "2001");
    let container = r#"{"m2m:cnt":{"rn":"readings","acpi":["cse-mn/Ccurl/open"]}}"#;
    got(own("/cse-mn/Ccurl", &create(CONTAINER, container)), 201, "2001");
    let read = got(curl(&node, &Way::Tcp, "Canybody", "/cse-mn/Ccurl/readings", &[]), 200, "2000");
    assert_eq!(read["m2m:cnt"]["rn"], "readings");
    let delete = curl(&node, &Way::Tcp, "Ccurl", "/cse-mn/Ccurl/readings", &["--request", "DELETE"]);
    got(delete, 403, "4103");
}

// curl keeps the tag in a file and sends it back itself: `--etag-save` and `--etag-compare`.
#[test]
fn what_curl_has_already_it_does_not_get_again_until_it_changes() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Ccurl"));
    let own = |path: &str, words: &[&str]| curl(&node, &Way::Socket, "Ccurl", path, words);
    got(own("/cse-mn/Ccurl", &create(CONTAINER, r#"{"m2m:cnt":{"rn":"c"}}"#)), 201, "2001");
    let tag = node.directory().join("tag").display().to_string();
    let of = |got: &Got| got.headers.iter().find_map(|line| line.strip_prefix("etag: ")).map(str::to_owned);
    let cached = ["--etag-compare", &tag, "--etag-save", &tag];

    let first = own("/cse-mn/Ccurl/c", &["--etag-save", &tag]);
    let first_tag = of(&first).expect("a tag");
    got(first, 200, "2000");
    let again = own("/cse-mn/Ccurl/c", &cached);
    assert_eq!(of(&again), Some(first_tag.clone()));
    assert_eq!(got(again, 304, "2000"), Value::Null);
    let elsewhere = own("/cse-mn/Ccurl", &["--etag-compare", &tag]);
    assert_eq!(got(elsewhere, 200, "2000")["m2m:ae"]["aei"], "Ccurl");

    let update = ["--request", "PUT", "--header", JSON, "--data-binary", r#"{"m2m:cnt":{"mni":3}}"#];
    let updated = own("/cse-mn/Ccurl/c", &update);
    assert_eq!(of(&updated), None);
    got(updated, 200, "2004");
    let changed = own("/cse-mn/Ccurl/c", &cached);
    assert!(of(&changed).is_some_and(|tag| tag != first_tag));
    assert_eq!(got(changed, 200, "2000")["m2m:cnt"]["mni"], 3);
    got(own("/cse-mn/Ccurl/c", &cached), 304, "2000");

    // Who may not read does not learn from a tag whether the copy is still good.
    let other = curl(&node, &Way::Tcp, "Canybody", "/cse-mn/Ccurl/c", &["--etag-compare", &tag]);
    assert_eq!(of(&other), None);
    got(other, 403, "4103");
    // A precondition of a write is refused rather than forgotten.
    for words in [
        &["--request", "DELETE", "--header", "If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT"][..],
        &[
            "--request",
            "PUT",
            "--header",
            JSON,
            "--header",
            "If-None-Match: *",
            "--data-binary",
            r#"{"m2m:cnt":{"mni":4}}"#,
        ],
    ] {
        got(own("/cse-mn/Ccurl/c", words), 501, "5001");
    }
    let old = format!("If-Match: {first_tag}");
    got(own("/cse-mn/Ccurl/c", &["--request", "DELETE", "--header", &old]), 412, "4000");
    assert_eq!(got(own("/cse-mn/Ccurl/c", &[]), 200, "2000")["m2m:cnt"]["mni"], 3);
}

#[test]
fn a_large_body_is_asked_for_and_a_too_large_one_is_not() {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Ccurl"));
    let own = |path: &str, words: &[&str]| curl(&node, &Way::Socket, "Ccurl", path, words);
    got(own("/cse-mn/Ccurl", &create(CONTAINER, r#"{"m2m:cnt":{"rn":"c"}}"#)), 201, "2001");
    let of = |bytes: usize| format!(r#"{{"m2m:cin":{{"con":"{}"}}}}"#, "a".repeat(bytes));
    let expect = |body: &str| {
        let file = node.directory().join("body");
        std::fs::write(&file, body).expect("a file");
        let data = format!("@{}", file.display());
        own(
            "/cse-mn/Ccurl/c",
            &["--header", INSTANCE, "--header", "Expect: 100-continue", "--data-binary", &data],
        )
    };
    let large = expect(&of(200_000));
    assert!(large.asked);
    got(large, 201, "2001");
    let too_large = expect(&of(300_000));
    assert!(!too_large.asked);
    got(too_large, 400, "4000");
}
