//! Preconditions over HTTP (RFC 9110 13): a write for one state of its target only, and of many such writes one.

#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

use std::thread;

use support::{NodeProcess, RawRequest, RawResponse, Wire};

const OWN: &str = "/cse-mn/Cmeter/c";
const WRITERS: usize = 8;
const ROUNDS: usize = 10;

/// A node with a container `c` of `Cmeter`.
fn node() -> NodeProcess {
    let node = NodeProcess::start();
    drop(node.register("Cmeter"));
    let create = RawRequest::create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{"rn":"c"}}"#);
    assert_eq!(asked(&node, &create).rsc(), Some(2001));
    node
}

fn asked(node: &NodeProcess, request: &RawRequest) -> RawResponse {
    Wire::local(node).exchange(&request.bytes()).unwrap()
}

fn codes(node: &NodeProcess, request: &RawRequest) -> (u16, u16) {
    let answer = asked(node, request);
    (answer.status, answer.rsc().unwrap())
}

fn get() -> RawRequest {
    RawRequest::new("GET", OWN)
}

fn delete(target: &str) -> RawRequest {
    RawRequest::new("DELETE", target)
}

fn put(label: &str) -> RawRequest {
    RawRequest::update(OWN, format!(r#"{{"m2m:cnt":{{"lbl":["{label}"]}}}}"#))
}

/// The tag that this request shows.
fn tag(node: &NodeProcess, request: &RawRequest) -> String {
    asked(node, request).header("etag").unwrap().to_owned()
}

#[test]
fn a_write_happens_in_the_state_that_its_tag_names() {
    let node = node();
    let first = tag(&node, &get());
    let answer = asked(&node, &put("one").with("If-Match", "\"x\", W/\"y\""));
    assert_eq!((answer.status, answer.rsc(), answer.header("etag")), (412, Some(4000), None));
    assert!(answer.text().contains("If-Match"), "{}", answer.text());
    assert_eq!(tag(&node, &get()), first);
    assert_eq!(codes(&node, &put("one").with("If-Match", &*first)), (200, 2004));
    assert_eq!(codes(&node, &put("two").with("If-Match", &*first)), (412, 4000));
    let second = tag(&node, &get());
    // Two lines are one list, a weak tag names no state, and only '*' by itself is any.
    let lines = put("three").with("If-Match", &*first).with("If-Match", &*second);
    assert_eq!(codes(&node, &lines), (200, 2004));
    let third = tag(&node, &get());
    for wrong in [format!("W/{third}"), format!("*, {second}"), String::new(), third.replace('"', "")] {
        assert_eq!(codes(&node, &put("four").with("If-Match", wrong)), (412, 4000));
    }
    assert_eq!(codes(&node, &put("four").with("If-Match", "*")), (200, 2004));
    // What was read in CBOR, or with If-None-Match, is the same state.
    let cbor = tag(&node, &get().set("Accept", "application/cbor"));
    assert_ne!(cbor, tag(&node, &get()));
    assert_eq!(codes(&node, &put("five").with("If-Match", cbor)), (200, 2004));
    assert!(asked(&node, &get()).text().contains("five"));
}

#[test]
fn a_deletion_happens_in_the_state_that_its_tag_names() {
    let node = node();
    let instance = |con| RawRequest::create(OWN, 4, format!(r#"{{"m2m:cin":{{"con":"{con}"}}}}"#));
    let latest = format!("{OWN}/la");
    assert_eq!(codes(&node, &instance("1")), (201, 2001));
    let first = tag(&node, &RawRequest::new("GET", &latest));
    let before = tag(&node, &get());
    assert_eq!(codes(&node, &instance("2")), (201, 2001));
    assert_eq!(codes(&node, &delete(&latest).with("If-Match", &*first)), (412, 4000));
    assert_eq!(codes(&node, &delete(&format!("{OWN}/ol")).with("If-Match", &*first)), (200, 2002));
    assert_eq!(codes(&node, &delete(OWN).with("If-Match", before)), (412, 4000));
    let now = tag(&node, &get());
    assert_eq!(codes(&node, &delete(OWN).with("If-Match", &*now)), (200, 2002));
    assert_eq!(codes(&node, &delete(OWN).with("If-Match", &*now)), (404, 4004));
    assert_eq!(codes(&node, &delete(OWN).with("If-Match", "*")), (404, 4004));
}

// Shows ACC-9.
#[test]
fn who_may_not_write_learns_nothing_of_the_state() {
    let node = node();
    let right = tag(&node, &get());
    let network = |request: RawRequest| Wire::tcp(&node).exchange(&request.bytes()).unwrap();
    for demanded in ["*", "\"x\"", &right] {
        for request in [put("x"), delete(OWN), get()] {
            let answer = network(request.with("If-Match", demanded));
            assert_eq!((answer.status, answer.rsc(), answer.header("etag")), (403, Some(4103), None));
        }
    }
    assert_eq!(tag(&node, &get()), right);
}

#[test]
fn a_read_shows_what_its_tag_names_or_nothing() {
    let node = node();
    let now = tag(&node, &get());
    let shown = asked(&node, &get().with("If-Match", &*now));
    assert_eq!((shown.status, shown.rsc(), shown.header("etag")), (200, Some(2000), Some(&*now)));
    assert_eq!(codes(&node, &get().with("If-Match", "*")), (200, 2000));
    let hidden = asked(&node, &get().with("If-Match", "\"x\""));
    assert_eq!((hidden.status, hidden.rsc(), hidden.header("etag")), (412, Some(4000), None));
    assert!(!hidden.text().contains("m2m:cnt"), "{}", hidden.text());
    // If-Match goes before If-None-Match.
    let both = |demanded: &str| get().with("If-None-Match", &*now).with("If-Match", demanded);
    assert_eq!(codes(&node, &both(&now)), (304, 2000));
    assert_eq!(codes(&node, &both("\"x\"")), (412, 4000));
    // Another representation has a tag of its own.
    let children = || RawRequest::new("GET", &format!("{OWN}?rcn=4"));
    let cbor = || get().set("Accept", "application/cbor");
    for other in [cbor(), RawRequest::new("GET", &format!("{OWN}?atrl=ri"))] {
        assert_eq!(codes(&node, &other.with("If-Match", &*now)), (412, 4000));
    }
    let of_cbor = tag(&node, &cbor());
    assert_eq!(codes(&node, &cbor().with("If-Match", of_cbor)), (200, 2000));
    let of_children = tag(&node, &children());
    assert_eq!(codes(&node, &children().with("If-Match", of_children)), (200, 2000));
}

#[test]
fn what_is_not_evaluated_is_refused() {
    let node = node();
    let now = tag(&node, &get());
    let create = RawRequest::create(OWN, 3, r#"{"m2m:cnt":{}}"#);
    let group = r#"{"m2m:grp":{"rn":"g","mnm":1,"mid":["cse-mn/Cmeter/c"]}}"#;
    assert_eq!(codes(&node, &RawRequest::create("/cse-mn/Cmeter", 9, group)), (201, 2001));
    for request in [
        create.clone().with("If-Match", &*now),
        create.with("If-None-Match", "*"),
        put("x").with("If-Match", &*now).with("If-None-Match", "\"x\""),
        put("x").with("If-Unmodified-Since", "Sat, 29 Oct 1994 19:43:31 GMT"),
        delete("/cse-mn/Cmeter/g/fopt").with("If-Match", &*now),
        delete("/cse-mn/Cmeter/g/fopt").with("If-Match", "*"),
    ] {
        assert_eq!(codes(&node, &request), (501, 5001));
    }
    assert_eq!(codes(&node, &put("x").with("If-Match", format!("\"{}\"", "x".repeat(4096)))), (400, 4000));
    assert_eq!(tag(&node, &get()), now);
}

#[test]
fn of_many_writers_with_one_tag_one_writes() {
    let node = node();
    for round in 0..ROUNDS {
        let seen = tag(&node, &get());
        let request = |n: usize| {
            let request = put(&format!("{round}-{n}"));
            request.with("If-Match", &*seen).bytes()
        };
        let answers: Vec<_> = thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|n| {
                    let (bytes, mut wire) = (request(n), Wire::local(&node));
                    scope.spawn(move || wire.exchange(&bytes).unwrap())
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        let done: Vec<_> = (0..WRITERS).filter(|n| answers[*n].rsc() == Some(2004)).collect();
        assert_eq!(done.len(), 1, "{round}");
        assert_eq!(answers.iter().filter(|answer| answer.status == 412).count(), WRITERS - 1, "{round}");
        assert!(asked(&node, &get()).text().contains(&format!("\"{round}-{}\"", done[0])));
    }
}
