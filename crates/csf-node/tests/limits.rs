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
