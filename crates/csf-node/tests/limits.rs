//! The limits of the tree as an operator sets them, on a real node.

use support::{NodeProcess, RawRequest, Wire};

#[test]
fn limits_that_are_configured_are_kept() {
    let settings = [
        "limits.depth=4",
        "limits.content_bytes=4",
        "limits.instances_per_container=2",
        "limits.discovery_results=2",
    ];
    let node = settings.iter().fold(NodeProcess::with(), |node, setting| node.set(setting)).start();
    drop(node.register("Cmeter"));
    let wire = &mut Wire::local(&node);
    let mut ask = |request: RawRequest| wire.exchange(&request.bytes()).unwrap();
    let container =
        |to: &str, name: &str| RawRequest::create(to, 3, format!(r#"{{"m2m:cnt":{{"rn":"{name}"}}}}"#));
    let content =
        |to: &str, con: &str| RawRequest::create(to, 4, format!(r#"{{"m2m:cin":{{"con":"{con}"}}}}"#));
    for (to, name, rsc) in [
        ("/-/Cmeter", "a", 2001),
        ("/-/Cmeter/a", "b", 2001),
        ("/-/Cmeter/a/b", "c", 2001),
        ("/-/Cmeter/a/b/c", "d", 5207),
    ] {
        assert_eq!(ask(container(to, name)).rsc(), Some(rsc), "{to}/{name}");
    }
    for (con, rsc) in [("1234", 2001), ("12345", 5207), ("5", 2001), ("6", 2001)] {
        assert_eq!(ask(content("/-/Cmeter/a", con)).rsc(), Some(rsc), "{con}");
    }
    let read = ask(RawRequest::new("GET", "/-/Cmeter/a")).text();
    assert!(read.contains(r#""cni":2"#), "{read}");
    let found = ask(RawRequest::new("GET", "/-/Cmeter?fu=1")).text();
    assert_eq!(found.matches("cse-").count(), 2, "{found}");
}

#[test]
fn an_originator_has_no_more_than_is_configured_also_after_a_crash() {
    let limited = || NodeProcess::with().set("limits.resources_per_originator=3");
    let container =
        |name: &str| RawRequest::create("/-/Cmeter", 3, format!(r#"{{"m2m:cnt":{{"rn":"{name}"}}}}"#));
    let node = limited().start();
    drop(node.register("Cmeter"));
    let wire = &mut Wire::local(&node);
    // The registration is one of the three.
    for (name, rsc) in [("a", 2001), ("b", 2001), ("c", 5207)] {
        assert_eq!(wire.exchange(&container(name).bytes()).unwrap().rsc(), Some(rsc), "{name}");
    }
    let instance = || RawRequest::create("/-/Cmeter/a", 4, r#"{"m2m:cin":{"con":"17"}}"#.to_owned());
    assert_eq!(wire.exchange(&instance().bytes()).unwrap().rsc(), Some(2001));
    let node = limited().home(node.crash()).start();
    let wire = &mut Wire::local(&node);
    let mut ask = |request: RawRequest| wire.exchange(&request.bytes()).unwrap().rsc();
    assert_eq!(ask(container("c")), Some(5207));
    assert_eq!(ask(RawRequest::new("DELETE", "/-/Cmeter/a")), Some(2002));
    assert_eq!(ask(container("c")), Some(2001));
    assert_eq!(ask(container("d")), Some(5207));
}
