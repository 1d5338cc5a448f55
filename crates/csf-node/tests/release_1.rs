//! Requests of release 1, as old devices send them: served where the operator says so, and nowhere else.

#![expect(clippy::unwrap_used, reason = "a request without an answer is a failure")]

use support::{NodeProcess, RawRequest, RawResponse, Wire};

const AE: &str = r#"{"m2m:ae":{"rn":"old","api":"Nold","rr":false}}"#;

fn old(request: RawRequest) -> RawRequest {
    request.without("X-M2M-RVI").set("X-M2M-Origin", "Cold")
}

fn register() -> RawRequest {
    old(RawRequest::create("/-", 2, AE))
}

fn read(target: &str) -> RawRequest {
    old(RawRequest::new("GET", target))
}

#[track_caller]
fn ask(wire: &mut Wire, request: &RawRequest) -> RawResponse {
    wire.exchange(&request.bytes()).unwrap()
}

#[test]
fn an_old_device_is_served_where_the_operator_says_so() {
    let settings = ["http.release1=true", "http.believe_originators=true"];
    let node = settings.iter().fold(NodeProcess::with(), |node, setting| node.set(setting)).start();
    assert!(node.stderr().contains("http.release1 is on"), "{}", node.stderr());
    for (connect, other) in [(Wire::tcp as fn(&NodeProcess) -> Wire, false), (Wire::local, true)] {
        let wire = &mut connect(&node);
        let name = if other { "Cother" } else { "Cold" };
        let mine = |request: RawRequest| request.set("X-M2M-Origin", name);
        let made = RawRequest::create("/-", 2, AE.replace("old", name));
        let made = ask(wire, &mine(old(made)));
        assert_eq!((made.rsc(), made.header("x-m2m-rvi")), (Some(2001), None), "{made:?}");
        assert!(!made.text().contains("srv"), "{}", made.text());
        // REG/CRE/023: release 3 calls it 4117.
        let again = mine(old(RawRequest::create("/-", 2, AE.replace("old", "again"))));
        let told = ask(wire, &again);
        assert_eq!((told.rsc(), told.status, told.text().as_str()), (Some(4105), 409, ""), "{told:?}");
        let told = ask(
            wire,
            &again.clone().with("X-M2M-RVI", "3").body(
                "application/json;ty=2",
                r#"{"m2m:ae":{"rn":"again","api":"Nold","rr":false,"srv":["3"]}}"#,
            ),
        );
        assert_eq!((told.rsc(), told.header("x-m2m-rvi")), (Some(4117), Some("3")), "{told:?}");
        // What is not there, what is not understood, and what is too long are told without a text.
        for (request, rsc) in [
            (read("/-/nothing"), 4004),
            (read("/-?smf=1"), 5001),
            (old(RawRequest::create("/-", 3, vec![b' '; 2 << 20])), 4000),
        ] {
            let wire = &mut connect(&node);
            let told = ask(wire, &mine(request));
            assert_eq!((told.rsc(), told.header("x-m2m-rvi")), (Some(rsc), None), "{told:?}");
            assert_eq!((told.header("x-m2m-ri"), told.text().as_str()), (Some("r1"), ""), "{told:?}");
        }
        // Others see which release it speaks; it does not.
        let seen = ask(wire, &mine(RawRequest::new("GET", &format!("/-/{name}"))));
        assert!(seen.text().contains(r#""srv":["1"]"#), "{}", seen.text());
        let seen = ask(wire, &mine(read(&format!("/-/{name}"))));
        assert!(seen.rsc() == Some(2000) && !seen.text().contains("srv"), "{seen:?}");
    }
}

#[test]
fn without_the_switch_and_on_the_administration_socket_silence_is_refused() {
    let node = NodeProcess::start();
    assert!(!node.stderr().contains("release1"), "{}", node.stderr());
    for connect in [Wire::tcp, Wire::local] {
        let told = ask(&mut connect(&node), &register());
        assert_eq!((told.rsc(), told.status), (Some(4001), 501), "{told:?}");
    }
    let node = NodeProcess::with().set("http.release1=true").start();
    let administrator = read("/-").set("X-M2M-Origin", "CAdmin");
    let told = ask(&mut Wire::administration(&node), &administrator);
    assert_eq!(told.rsc(), Some(4001), "{told:?}");
    let told = ask(&mut Wire::administration(&node), &administrator.with("X-M2M-RVI", "3"));
    assert_eq!(told.rsc(), Some(2000), "{told:?}");
}

#[test]
fn the_switch_proves_nobody() {
    let node = NodeProcess::with().set("http.release1=true").start();
    let told = ask(&mut Wire::tcp(&node), &register());
    assert_eq!((told.rsc(), told.text().as_str()), (Some(4107), ""), "{told:?}");
    assert_eq!(ask(&mut Wire::local(&node), &read("/-")).rsc(), Some(4106));
}
