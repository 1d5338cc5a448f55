//! The management listener: health, readiness and metrics, also while the node has trouble, and never an identity.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use csf_api::Status;
use serde_json::Value;
use support::{NodeBuilder, NodeProcess, RawRequest, RawResponse, Wire};

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

/// What a monitoring system sends.
fn plain(method: &str, path: &str) -> RawRequest {
    let request = RawRequest::new(method, path);
    ["X-M2M-Origin", "X-M2M-RI", "X-M2M-RVI", "Accept"].iter().fold(request, |r, name| r.without(name))
}

fn ask(node: &NodeProcess, path: &str) -> RawResponse {
    Wire::management(node).exchange(&plain("GET", path).bytes()).expect("an answer")
}

fn health(node: &NodeProcess) -> (u16, Value) {
    let answer = ask(node, "/health");
    (answer.status, serde_json::from_slice(&answer.body).expect("JSON"))
}

/// What is said of a part.
fn part<'a>(health: &'a Value, name: &str) -> &'a Value {
    let parts = health["parts"].as_array().expect("parts");
    parts.iter().find(|part| part["part"] == name).expect(name)
}

fn sample(node: &NodeProcess, name: &str) -> u64 {
    let page = ask(node, "/metrics").text();
    let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.and_then(|value| value.parse().ok()).expect(name)
}

#[test]
fn a_node_that_is_well_says_so_part_by_part() {
    let node = mn().start();
    let (status, health) = health(&node);
    assert_eq!(status, 200, "{health}");
    assert_eq!((health["state"].as_str(), health["ready"].as_bool()), (Some("well"), Some(true)));
    for name in [
        "store",
        "audit",
        "disk",
        "secure environment soft",
        "lane of secure environment soft",
        "reading lane",
        "writing lane",
        "audit lane",
        "requests",
        "connections",
    ] {
        assert_eq!(part(&health, name)["state"], "well", "{name}");
    }
    let ready = ask(&node, "/ready");
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"));
}

#[test]
fn what_a_node_does_is_counted_and_no_identity_is_among_the_numbers() {
    let node = mn().start();
    let mut meter = node.register("Cmeter");
    assert_eq!(meter.retrieve("cse-mn/Cmeter").expect("an answer").status, Status::Ok);
    let stranger = node.register("Cstranger").retrieve("cse-mn/Cmeter").expect("an answer");
    assert_eq!(stranger.status, Status::OriginatorHasNoPrivilege);
    assert_eq!(Wire::tcp(&node).exchange(b"GET /~ HTTP/1.1\r\nHost: x\r\n\r\n").map(|a| a.status), Some(400));
    for (name, least) in [
        ("csf_requests_total{operation=\"create\",class=\"2xxx\"}", 2),
        ("csf_requests_total{operation=\"retrieve\",class=\"2xxx\"}", 1),
        ("csf_requests_total{operation=\"retrieve\",class=\"4xxx\"}", 1),
        ("csf_requests_total{operation=\"malformed\",class=\"4xxx\"}", 1),
        ("csf_decisions_total{decision=\"permitted\"}", 3),
        ("csf_decisions_total{decision=\"refused\"}", 1),
        ("csf_request_duration_seconds_count", 4),
        ("csf_store_commits_total", 2),
        ("csf_store_reads_total{from=\"memory\"}", 1),
        ("csf_audit_records_total", 4),
    ] {
        assert!(sample(&node, name) >= least, "{name}");
    }
    let mut admin = node.admin();
    let key = make_key(&mut admin);
    assert_eq!(key, Status::Created);
    assert!(sample(&node, "csf_se_commands_total{environment=\"soft\",outcome=\"done\"}") >= 1);
    for path in ["/metrics", "/health", "/ready"] {
        let text = ask(&node, path).text();
        for name in ["Cmeter", "Cstranger", "CAdmin", "csf.example", "id-mn"] {
            assert!(!text.contains(name), "{path} names {name}");
        }
    }
}

/// Has the administrator make a key, which the secure environment does on its lane.
fn make_key(admin: &mut csf_client::Client) -> Status {
    let body = csf_api::Object::new()
        .with("rn", csf_api::Value::text("k"))
        .with("cnd", csf_api::Value::text("csf:keyObject"))
        .with("kAl", csf_api::Value::text("EC_P256"))
        .with("kUs", csf_api::Value::texts(["sign"]));
    let to = "-/security/data/storage-soft";
    let mut request = admin.request(csf_api::Operation::Create, to).expect("an address");
    request.resource_type = Some(csf_api::ResourceType::FLEX_CONTAINER);
    request.content = Some(csf_api::Content::new("csf:keyObject", csf_api::Value::Object(body)));
    admin.send(&request).expect("an answer").status
}

#[test]
fn it_speaks_to_loopback_names_alone_and_takes_nothing_but_questions() {
    let node = mn().start();
    let status = |request: RawRequest| {
        let answer = Wire::management(&node).exchange(&request.bytes()).expect("an answer");
        (answer.status, answer.text())
    };
    for host in ["localhost", "127.0.0.1:9080", "[::1]:1"] {
        assert_eq!(status(plain("GET", "/ready").set("Host", host)).0, 200, "{host}");
    }
    for host in ["rebound.example", "127.0.0.1.example", "localhost.example:9080", ""] {
        let (code, text) = status(plain("GET", "/metrics").set("Host", host));
        assert_eq!(code, 403, "{host}");
        assert!(text.contains("loopback") && !text.contains("csf_"), "{text}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        assert_eq!(status(plain(method, "/health")).0, 405, "{method}");
    }
    let mut wire = Wire::management(&node);
    wire.send(&plain("HEAD", "/health").bytes());
    assert_eq!(wire.head().map(|answer| answer.status), Some(200));
    for path in ["/", "/cse-mn", "/health/", "/metrics/x", "/../health"] {
        let (code, text) = status(plain("GET", path));
        assert_eq!(code, 404, "{path}");
        assert!(text.contains("/health, /ready and /metrics"), "{text}");
    }
    // The twin: what is on the listener of the node is not here, and the other way round.
    let other = Wire::tcp(&node).exchange(&RawRequest::new("GET", "/health").bytes()).expect("an answer");
    assert_eq!(other.rsc(), Some(4004));
}

#[test]
fn a_silent_connection_keeps_nobody_waiting() {
    let node = mn().start();
    let silent: Vec<_> = (0..8).map(|_| Wire::management(&node)).collect();
    let mut half = Wire::management(&node);
    half.send(b"GET /health HTTP/1.1\r\nHost: loc");
    assert_eq!(health(&node).0, 200);
    drop((silent, half));
}

#[test]
fn health_is_told_while_the_store_is_held_by_somebody_else_and_says_that_it_is_ill() {
    let node = mn().set("limits.request_seconds=1").start();
    let mut meter = node.register("Cmeter");
    let store = rusqlite::Connection::open(node.state().join("csf.sqlite")).expect("a store");
    store.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let waits = std::thread::spawn({
        let socket = node.socket();
        move || csf_client::Client::connect(&socket, "Cother").map(|mut other| other.retrieve("-").is_ok())
    });
    assert!(waits.join().expect("a thread").expect("a connection"), "reads go on");
    let writer = std::thread::spawn(move || {
        let answer = meter.delete("cse-mn/Cmeter");
        (answer.map(|a| a.status), meter)
    });
    // However long the write waits, health is there; and it says so once the write has failed.
    let begin = Instant::now();
    let mut asked = 0_u32;
    while !writer.is_finished() {
        assert!(ask(&node, "/health").status > 0);
        asked += 1;
    }
    let (answer, mut meter) = writer.join().expect("a thread");
    assert_ne!(answer.expect("an answer"), Status::Deleted);
    assert!(asked > 1, "{asked} answers in {:?}", begin.elapsed());
    let (status, document) = health(&node);
    assert_eq!((status, part(&document, "store")["state"].as_str()), (503, Some("ill")), "{document}");
    assert_eq!(part(&document, "store")["why"], "the last write failed");
    assert!(ask(&node, "/ready").text().contains("store: the last write failed"));
    // The twin: what works again is well again.
    store.execute_batch("ROLLBACK").expect("the lock is given back");
    drop(store);
    assert_eq!(meter.delete("cse-mn/Cmeter").expect("an answer").status, Status::Deleted);
    assert_eq!(health(&node).0, 200);
}

#[test]
fn a_log_that_takes_no_records_makes_the_node_ill() {
    // A file that may not grow ends a process, unless it asks for an error instead.
    let node = mn().under(&["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).set("audit.strict=true").start();
    let limit = format!("--fsize={0}:{0}", node.state().join("audit.log").metadata().expect("a log").len());
    let done = Command::new("prlimit").args(["--pid", &node.pid().to_string(), &limit]).status();
    assert!(done.expect("the program prlimit").success());
    // Refused, and the refusal cannot be recorded.
    let status = |from: &str| node.as_originator(from).retrieve("cse-mn/security").expect("an answer").status;
    while status("CAdmin") != Status::InternalServerError {}
    let (status, document) = health(&node);
    assert_eq!((status, part(&document, "audit")["state"].as_str()), (503, Some("ill")), "{document}");
    assert_eq!(ask(&node, "/ready").status, 503);
    assert!(sample(&node, "csf_audit_refused_total") >= 1);
}

#[test]
fn health_is_quick_while_every_worker_is_busy() {
    let node = mn().start();
    drop(node.register("Cmeter"));
    let over = AtomicBool::new(false);
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut meter = node.as_originator("Cmeter");
                while !over.load(Ordering::Relaxed) {
                    assert!(meter.retrieve("cse-mn/Cmeter").is_ok());
                }
            });
        }
        let mut wire = Wire::management(&node);
        let times = (0..50).map(|_| {
            let begin = Instant::now();
            let answer = wire.exchange(&plain("GET", "/health").bytes()).expect("an answer");
            assert_eq!(answer.status, 200);
            begin.elapsed()
        });
        let times = times.collect();
        over.store(true, Ordering::Relaxed);
        times
    });
    times.sort_unstable();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    assert!(median < Duration::from_millis(10), "{times:?}");
}
