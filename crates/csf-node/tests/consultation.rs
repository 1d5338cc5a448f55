//! A node asks a real server on a Unix socket, and believes it only where the kernel says whose it is (ACC-8, ACC-9).

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use csf_api::{Content, Object, ResourceType, Response, Status, Value};
use csf_client::Client;
use nix::unistd::geteuid;
use support::lab::{Draft, changes, container, draft, policy, rule};
use support::{DasServer, Manner, NodeProcess};

const TARGET: &str = "-/Cmeter/readings";
/// For the reader, for an hour.
const FOR_READER: &str = r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"3600000"}"#;
/// The same for one request, so that each asks anew.
const ONCE: &str = r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]}}"#;
/// A deadline for servers that never answer: a test waits for it in full.
const SHORT: &str = "consultation.milliseconds=200";

struct Scene {
    server: DasServer,
    node: NodeProcess,
    reader: Client,
    other: Client,
    _directory: tempfile::TempDir,
}

fn create(client: &mut Client, to: &str, ty: ResourceType, draft: Draft) {
    let response = client.create(to, ty, draft.content()).expect("an answer");
    assert_eq!(response.status, Status::Created, "{response:?}");
}

impl Scene {
    /// A node with this server, which listens as this user where the node believes so.
    fn new(manner: Manner, believed: u32, settings: &[&str]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let server = DasServer::start(directory.path(), manner);
        let mut builder = NodeProcess::with().set("audit.strict=true").set(&server.setting(believed));
        for setting in settings {
            builder = builder.set(setting);
        }
        let node = builder.start();
        let mut meter = node.register("Cmeter");
        let own = || rule(["Cmeter"], 63);
        let (acp, cnt) = (ResourceType::ACCESS_CONTROL_POLICY, ResourceType::CONTAINER);
        create(&mut meter, "-/Cmeter", acp, policy("own", [own()], [own()]));
        consult(&mut meter, "ask", &server.point());
        let readings = container("readings").with("acpi", ["-/Cmeter/own"]);
        create(&mut meter, "-/Cmeter", cnt, readings.with("daci", ["-/Cmeter/ask"]));
        let (reader, other) = (node.register("Creader"), node.register("Cother"));
        Self { server, node, reader, other, _directory: directory }
    }

    fn own(manner: Manner, settings: &[&str]) -> Self {
        Self::new(manner, geteuid().as_raw(), settings)
    }

    /// What the reader gets, and how often the server was asked for that.
    fn reads(&mut self) -> (u16, usize) {
        let code = read(&mut self.reader).status.code();
        (code, self.server.questions().len())
    }

    /// The records of consultations in the audit log, which are on the disk before a reply.
    fn consultations(&self) -> String {
        support::csf(self.node.directory(), &["audit", "list", "--kind", "consultation", "--json"])
            .stdout
            .try_into()
            .expect("a text")
    }
}

fn consult(client: &mut Client, name: &str, point: &str) {
    let ty = ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION;
    let body = draft(ty, "m2m:dac").with("rn", name).with("dae", true).with("dap", [point]);
    create(client, "-/Cmeter", ty, body);
}

fn read(client: &mut Client) -> Response {
    client.retrieve(TARGET).expect("an answer")
}

// Shows ACC-8.
#[test]
fn a_server_on_a_socket_is_asked_once_and_permits_whom_it_names() {
    let mut scene = Scene::own(Manner::Grants(FOR_READER.into()), &[]);
    assert_eq!(read(&mut scene.reader).status, Status::Ok);
    let questions = scene.server.questions();
    let question = questions.first().expect("a question");
    assert_eq!(questions.len(), 1);
    assert!(question.starts_with("POST /~/id-das/das HTTP/1.1\r\n"), "{question}");
    for part in [
        "x-m2m-origin: //csf.example/id-",
        r#"{"m2m:seci":{"sit":1,"dreq":{"or":"//csf.example/id-"#,
        r#"/Creader","trt":3,"op":2,"trid":"/id-"#,
    ] {
        assert!(question.contains(part), "{part}: {question}");
    }
    assert_eq!(scene.reads(), (2000, 0), "what was granted lasts");
    // The other is asked about too, and the same answer does not name it.
    assert_eq!(read(&mut scene.other).status, Status::OriginatorHasNoPrivilege);
    assert_eq!(scene.server.questions().len(), 1);
    let denied = scene.reader.update(TARGET, changes("m2m:cnt").with("lbl", ["x"]).content());
    assert_eq!(denied.expect("an answer").status, Status::OriginatorHasNoPrivilege);
}

// Shows ACC-9.
#[test]
fn a_server_that_never_answers_or_answers_late_permits_nothing() {
    let mut scene = Scene::own(Manner::Silent, &[SHORT]);
    assert_eq!(scene.reads(), (4103, 1));
    scene.server.behave(Manner::Late(FOR_READER.into()));
    assert_eq!(scene.reads(), (4103, 1));
    // What came late is not kept either, and the twin comes in time.
    scene.server.behave(Manner::Grants(ONCE.into()));
    assert_eq!(scene.reads(), (2000, 1));
    scene.server.behave(Manner::Silent);
    assert_eq!(scene.reads(), (4103, 1));
    let log = scene.node.stderr();
    assert!(log.contains("a server gave no answer") && log.contains("not in time"), "{log}");
    assert!(!log.contains("Creader"), "no entity in the log");
}

// Shows ACC-9.
#[test]
fn a_server_that_refuses_or_talks_nonsense_permits_nothing() {
    let mut scene = Scene::own(Manner::Refuses, &[]);
    let said = |body: &str| Manner::Says(body.to_owned());
    for manner in [
        Manner::Refuses,
        Manner::Garbage,
        Manner::Huge,
        Manner::HangsUp,
        Manner::Mistakes(FOR_READER.into()),
        said(""),
        said("{"),
        said(r#"{"m2m:seci":{"sit":2}}"#),
        said(r#"{"m2m:seci":{"sit":2,"dres":{"dai":null}}}"#),
        Manner::Grants(r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"20200101T000000"}"#.into()),
        Manner::Grants(r#"{"gp":{"acr":[{"acor":["Cother"],"acop":63}]},"pl":"3600000"}"#.into()),
        Manner::Grants(r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2,"if":1}]},"pl":"3600000"}"#.into()),
    ] {
        scene.server.behave(manner.clone());
        assert_eq!(scene.reads(), (4103, 1), "{manner:?}");
    }
    scene.server.behave(Manner::Grants(FOR_READER.into()));
    assert_eq!(scene.reads(), (2000, 1));
    let log = scene.consultations();
    for part in ["the server answered 4103", "what came back is no response", "until 2"] {
        assert!(log.contains(part), "{part}: {log}");
    }
}

// Shows ACC-9.
#[test]
fn whoever_else_listens_at_the_servers_place_is_told_nothing() {
    let (own, another) = (geteuid().as_raw(), geteuid().as_raw().wrapping_add(61_001));
    let mut scene = Scene::new(Manner::Grants(FOR_READER.into()), another, &[]);
    assert_eq!(scene.reads(), (4103, 0));
    assert!(scene.node.stderr().contains("another user listens there than the configured one"));
    assert!(scene.consultations().contains("another user listens there than the configured one"));
    // The twin: the administrator says whose it is, while the node runs.
    let setting = scene.server.setting(own);
    let (key, value) = setting.split_once('=').expect("an assignment");
    let set = Object::new().with(key, Value::texts(value.split(',')));
    let change = Value::Object(Object::new().with("set", Value::Object(set)));
    let change = Content::new("csf:configurationChange", change);
    let changed = scene.node.admin().update("-/security/administration/configuration", change);
    assert_eq!(changed.expect("an answer").status, Status::Updated);
    assert_eq!(scene.reads(), (2000, 1));
}

// Shows ACC-9.
#[test]
fn a_place_that_is_not_configured_is_never_contacted() {
    let mut scene = Scene::own(Manner::Grants(FOR_READER.into()), &[]);
    let elsewhere = tempfile::tempdir().expect("a directory");
    let planted = DasServer::start(elsewhere.path(), Manner::Grants(FOR_READER.into()));
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    tcp.set_nonblocking(true).expect("a listener that does not wait");
    let http = format!("http://{}/", tcp.local_addr().expect("an address"));
    let mut meter = scene.node.as_originator("Cmeter");
    for (name, point) in [("planted", planted.point()), ("http", http)] {
        consult(&mut meter, name, &point);
        let link = changes("m2m:cnt").with("daci", [&*format!("-/Cmeter/{name}")]).content();
        assert_eq!(meter.update(TARGET, link).expect("an answer").status, Status::Updated);
        assert_eq!(scene.reads(), (4103, 0), "{point}");
    }
    assert!(planted.questions().is_empty());
    assert!(tcp.accept().is_err(), "nobody came");
    assert!(scene.consultations().contains("none of its points of access is a configured server"));
    let link = changes("m2m:cnt").with("daci", ["-/Cmeter/ask"]).content();
    assert_eq!(meter.update(TARGET, link).expect("an answer").status, Status::Updated);
    assert_eq!(scene.reads(), (2000, 1));
}

// Shows ACC-9.
#[test]
fn a_server_that_is_gone_permits_nothing_and_what_it_granted_lasts() {
    let mut scene = Scene::own(Manner::Grants(FOR_READER.into()), &[]);
    assert_eq!(scene.reads(), (2000, 1));
    let Scene { server, mut reader, mut other, node, _directory: directory } = scene;
    drop(server);
    std::fs::remove_file(directory.path().join("das.sock")).expect("its socket");
    assert_eq!(read(&mut other).status, Status::OriginatorHasNoPrivilege);
    assert_eq!(read(&mut reader).status, Status::Ok);
    drop(node);
}
