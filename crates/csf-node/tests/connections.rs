//! Connections that are slow, silent, many, pipelined or old-fashioned: none of them keeps others waiting.

use std::time::Duration;

use support::{NodeProcess, RawRequest, RawResponse, Wire};

/// A node whose CSEBase has a container that everybody may read.
fn node(settings: &[&str]) -> NodeProcess {
    let mut builder = NodeProcess::with().profile("mn");
    for setting in settings {
        builder = builder.set(setting);
    }
    let node = builder.start();
    drop(node.register("Cmeter"));
    let policy = r#"{"m2m:acp":{"rn":"readers","pv":{"acr":[{"acor":["all","Cmeter"],"acop":3}]},"pvs":{"acr":[{"acor":["Cmeter"],"acop":63}]}}}"#;
    let open = r#"{"m2m:cnt":{"rn":"readings","acpi":["cse-mn/Cmeter/readers"]}}"#;
    for (ty, body) in [(1, policy), (3, open)] {
        let made = Wire::local(&node).exchange(&RawRequest::create("/cse-mn/Cmeter", ty, body).bytes());
        assert_eq!(made.as_ref().and_then(RawResponse::rsc), Some(2001), "{made:?}");
    }
    node
}

fn readings() -> RawRequest {
    RawRequest::new("GET", "/cse-mn/Cmeter/readings")
}

fn creation(body: &str) -> RawRequest {
    RawRequest::create("/cse-mn/Cmeter/readings", 3, body)
}

#[track_caller]
fn served(wire: &mut Wire, request: &RawRequest) {
    let answer = wire.exchange(&request.bytes());
    assert_eq!(answer.as_ref().and_then(RawResponse::rsc), Some(2000), "{answer:?}");
}

/// Both listeners of a node.
const LISTENERS: [fn(&NodeProcess) -> Wire; 2] = [Wire::tcp, Wire::local];

#[test]
fn clients_that_stop_in_the_middle_keep_nobody_waiting() {
    let node = node(&["limits.requests=1", "limits.connections=32"]);
    let whole = creation(r#"{"m2m:cnt":{"rn":"a"}}"#).bytes();
    let mut silent = Vec::new();
    for connect in LISTENERS {
        for sent in [0, 1, 20, whole.len() - 30, whole.len() - 1] {
            let mut wire = connect(&node);
            wire.send(&whole[..sent]);
            silent.push(wire);
        }
    }
    for connect in LISTENERS {
        served(&mut connect(&node), &readings());
    }
    // What the silent ones began did not happen; what they end now does, once.
    let rest = &whole[whole.len() - 1..];
    let mut last = silent.pop().unwrap();
    last.send(rest);
    assert_eq!(last.response().and_then(|r| r.rsc()), Some(2001));
}

#[test]
fn a_body_that_does_not_come_is_given_up_in_time() {
    let node = node(&["limits.request_seconds=1"]);
    for connect in LISTENERS {
        let mut wire = connect(&node);
        let whole = creation(r#"{"m2m:cnt":{"rn":"a"}}"#).bytes();
        wire.send(&whole[..whole.len() - 1]);
        let answer = wire.response().unwrap();
        assert_eq!((answer.rsc(), answer.status), (Some(4008), 504), "{answer:?}");
        assert_eq!(answer.header("x-m2m-ri"), Some("r1"));
        // What comes after it must not be taken for a request.
        assert!(wire.is_closed());
    }
}

#[test]
fn a_client_that_ends_early_leaves_nothing_behind() {
    let node = node(&[]);
    let whole = creation(r#"{"m2m:cnt":{"rn":"half"}}"#).bytes();
    for connect in LISTENERS {
        let mut wire = connect(&node);
        wire.send(&whole[..whole.len() - 1]);
        wire.finish();
        let answer = wire.response();
        assert!(answer.as_ref().is_none_or(|r| r.rsc() == Some(4000)), "{answer:?}");
        let half = RawRequest::new("GET", "/cse-mn/Cmeter/readings/half");
        assert_eq!(Wire::local(&node).exchange(&half.bytes()).and_then(|r| r.rsc()), Some(4004));
    }
}

#[test]
fn beyond_the_limit_of_connections_the_next_one_waits_its_turn() {
    let node = node(&["limits.connections=8"]);
    let mut idle: Vec<Wire> = (0..8).map(|n| LISTENERS[n % 2](&node)).collect();
    for wire in &mut idle {
        // Being served once shows that the connection has been taken.
        served(wire, &readings());
    }
    // The administrator has a door of his own.
    assert_eq!(node.admin().retrieve("cse-mn").unwrap().status, csf_api::Status::Ok);
    for connect in LISTENERS {
        let mut next = connect(&node);
        next.send(&readings().bytes());
        assert!(next.says_nothing_for(Duration::from_millis(100)));
        drop(idle.remove(0));
        assert_eq!(next.response().and_then(|r| r.rsc()), Some(2000));
        idle.push(next);
    }
    for wire in &mut idle {
        served(wire, &readings());
    }
}

#[test]
fn a_single_connection_is_enough_for_every_listener_in_turn() {
    let node = node(&["limits.connections=1"]);
    for connect in LISTENERS.into_iter().chain(LISTENERS) {
        served(&mut connect(&node), &readings());
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let node = node(&[]);
    for connect in LISTENERS {
        let mut wire = connect(&node);
        let mut bytes = Vec::new();
        for n in 0..50 {
            // A bad one in between ends nothing.
            let target = if n % 10 == 5 { "/cse-mn/../x" } else { "/cse-mn/Cmeter/readings" };
            bytes.extend(RawRequest::new("GET", target).set("X-M2M-RI", format!("r{n}")).bytes());
        }
        wire.send(&bytes);
        for n in 0..50 {
            let answer = wire.response().unwrap();
            assert_eq!(answer.header("x-m2m-ri"), Some(format!("r{n}").as_str()));
            assert_eq!(answer.rsc(), Some(if n % 10 == 5 { 4000 } else { 2000 }));
        }
    }
}

#[test]
fn a_body_in_chunks_is_a_body() {
    let node = node(&[]);
    let chunks = "5\r\n{\"m2m\r\nc;x=y\r\n:cnt\":{\"rn\":\r\n5\r\n\"c\"}}\r\n0\r\nX-Trailer: a\r\n\r\n";
    let request = creation("").without("Content-Length").with("Transfer-Encoding", "chunked").then(chunks);
    let mut wire = Wire::local(&node);
    assert_eq!(wire.exchange(&request.bytes()).and_then(|r| r.rsc()), Some(2001));
    served(&mut wire, &readings());
    let both_lengths = request.with("Content-Length", "3").bytes();
    let answer = wire.exchange(&both_lengths);
    // The chunks are the body; and as somebody in between may have read it otherwise, nothing after it counts.
    assert_eq!(answer.and_then(|r| r.rsc()), Some(4105));
    wire.send(&readings().bytes());
    assert!(wire.is_closed());
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let node = node(&[]);
    for connect in LISTENERS {
        let mut wire = connect(&node);
        served(&mut wire, &readings().line("GET /cse-mn/Cmeter/readings HTTP/1.0").without("Host"));
        assert!(wire.is_closed());
    }
}

#[test]
fn a_client_may_ask_before_it_sends() {
    let node = node(&[]);
    let body = r#"{"m2m:cnt":{"rn":"asked"}}"#;
    let mut wire = Wire::local(&node);
    wire.send(&creation(body).with("Expect", "100-continue").then("").bytes());
    assert_eq!(wire.head().map(|r| r.status), Some(100));
    assert_eq!(wire.exchange(body.as_bytes()).and_then(|r| r.rsc()), Some(2001));
    // A body that is too long is not asked for.
    let long = creation(body).set("Content-Length", "300000").with("Expect", "100-continue").then("");
    let answer = wire.exchange(&long.bytes()).unwrap();
    assert_eq!((answer.status, answer.rsc()), (400, Some(4000)), "{answer:?}");
    assert!(wire.is_closed());
}

#[test]
fn head_is_refused_without_a_body() {
    let node = node(&[]);
    for connect in LISTENERS {
        let mut wire = connect(&node);
        wire.send(&RawRequest::new("HEAD", "/cse-mn/Cmeter/readings").bytes());
        let answer = wire.head().unwrap();
        assert_eq!((answer.status, answer.rsc()), (405, Some(4005)));
        served(&mut wire, &readings());
    }
}

#[test]
fn a_long_line_that_means_nothing_here_does_no_harm() {
    let node = node(&[]);
    for connect in LISTENERS {
        served(&mut connect(&node), &readings().with("X-Other", "a".repeat(20_000)));
        let many = (0..59).fold(readings(), |request, n| request.with(&format!("X-{n}"), "a"));
        served(&mut connect(&node), &many);
    }
}

// What one originator makes over many connections at once is written together, and is no more than it may have.
#[test]
fn many_connections_of_one_originator_make_exactly_as_many_as_it_may() {
    const CONNECTIONS: usize = 16;
    const EACH: usize = 12;
    // The registration, the policy and two containers are there already.
    const MOST: usize = 104;
    let node = node(&[&format!("limits.resources_per_originator={MOST}")]);
    let codes = |request: RawRequest| -> Vec<u16> {
        let bytes = request.bytes();
        let ask = || {
            let mut wire = Wire::local(&node);
            let codes = (0..EACH).map(|_| wire.exchange(&bytes).and_then(|answer| answer.rsc()));
            codes.map(Option::unwrap_or_default).collect::<Vec<_>>()
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
        })
    };
    let spare = RawRequest::create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{"rn":"spare"}}"#);
    assert_eq!(Wire::local(&node).exchange(&spare.bytes()).and_then(|answer| answer.rsc()), Some(2001));
    let made = codes(RawRequest::create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{}}"#));
    assert_eq!(made.iter().filter(|code| **code == 2001).count(), MOST - 4);
    assert!(made.iter().all(|code| [2001, 5207].contains(code)), "{made:?}");
    // One that goes makes room for one.
    let gone = Wire::local(&node).exchange(&RawRequest::new("DELETE", "/cse-mn/Cmeter/spare").bytes());
    assert_eq!(gone.and_then(|answer| answer.rsc()), Some(2002));
    let made = codes(RawRequest::create("/cse-mn/Cmeter", 3, r#"{"m2m:cnt":{}}"#));
    assert_eq!(made.iter().filter(|code| **code == 2001).count(), 1);
}
