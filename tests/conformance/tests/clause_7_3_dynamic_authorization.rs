//! Clause 7.3 of TS-0003: a server is asked where the policies of a node permit nothing, and its answer counts for what it
//! says.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use conformance::{ALL, Reading as _, Speaker, changes, container, policy, rule};
use csf_api::ResourceType;
use nix::unistd::geteuid;
use support::lab::draft;
use support::{DasServer, Manner, NodeProcess};

const TARGET: &str = "-/Cmeter/readings";

struct Scene {
    server: DasServer,
    meter: Speaker,
    reader: Speaker,
    other: Speaker,
    _node: NodeProcess,
    _directory: tempfile::TempDir,
}

impl Scene {
    /// `Cmeter` has what its policy opens to nobody else, and has a server asked about it.
    fn new(manner: Manner) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let server = DasServer::start(directory.path(), manner);
        let setting = server.setting(geteuid().as_raw());
        let node = NodeProcess::with().set(&setting).set("consultation.milliseconds=300").start();
        let mut meter = Speaker::registered(&node, "Cmeter");
        let own = || rule(["Cmeter"], ALL);
        assert_eq!(meter.create("-/Cmeter", policy("own", [own()], [own()])).code(), 2001);
        let ask = draft(ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION, "m2m:dac").with("rn", "ask");
        let ask = ask.with("dae", true).with("dap", [&*server.point()]);
        assert_eq!(meter.create("-/Cmeter", ask).code(), 2001);
        let readings = container("readings").with("acpi", ["-/Cmeter/own"]).with("daci", ["-/Cmeter/ask"]);
        assert_eq!(meter.create("-/Cmeter", readings).code(), 2001);
        let (reader, other) = (Speaker::registered(&node, "Creader"), Speaker::registered(&node, "Cother"));
        Self { server, meter, reader, other, _node: node, _directory: directory }
    }

    /// What the reader and another get.
    fn read(&mut self) -> (u16, u16) {
        (self.reader.retrieve(TARGET).code(), self.other.retrieve(TARGET).code())
    }
}

fn granting(policy: &str) -> Manner {
    Manner::Grants(policy.to_owned())
}

// Shows ACC-8.
#[test]
fn a_server_permits_whom_it_names_and_what_it_names_in_each_spelling() {
    let mut scene = Scene::new(Manner::Refuses);
    assert_eq!(scene.read(), (4103, 4103));
    for policy in [
        r#"{"gp":[{"acor":["Creader"],"acop":[2]}]}"#,
        r#"{"grantedPrivileges":[{"accessControlOriginators":["Creader"],"accessControlOperations":[2]}]}"#,
        r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]}}"#,
    ] {
        scene.server.behave(granting(policy));
        assert_eq!(scene.read(), (2000, 4103), "{policy}");
        assert_eq!(scene.reader.update(TARGET, changes("m2m:cnt").with("lbl", ["x"])).code(), 4103);
        scene.server.behave(Manner::Refuses);
        assert_eq!(scene.read(), (4103, 4103), "without a lifetime it was for one request");
    }
}

// Shows ACC-8.
#[test]
fn what_was_granted_lasts_as_long_as_the_server_says_and_ends_with_the_consultation() {
    let mut scene =
        Scene::new(granting(r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"20990101T000000"}"#));
    assert_eq!(scene.read(), (2000, 4103));
    scene.server.behave(Manner::Refuses);
    assert_eq!(scene.read(), (2000, 4103));
    assert_eq!(scene.meter.update("-/Cmeter/ask", changes("m2m:dac").with("dae", false)).code(), 2004);
    assert_eq!(scene.read(), (4103, 4103));
    assert_eq!(scene.meter.update("-/Cmeter/ask", changes("m2m:dac").with("dae", true)).code(), 2004);
    assert_eq!(scene.read(), (4103, 4103));
    scene.server.behave(granting(r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"20200101T000000"}"#));
    assert_eq!(scene.read(), (4103, 4103), "it is over");
}

// Shows ACC-9.
#[test]
fn a_server_that_does_not_answer_in_time_permits_nothing() {
    let granted = r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]}}"#;
    let mut scene = Scene::new(Manner::Silent);
    assert_eq!(scene.read(), (4103, 4103));
    assert_eq!(scene.meter.retrieve(TARGET).code(), 2000, "whom the policies permit nobody waits for");
    scene.server.behave(Manner::Late(granted.to_owned()));
    assert_eq!(scene.read(), (4103, 4103));
    scene.server.behave(granting(granted));
    assert_eq!(scene.read(), (2000, 4103));
}
