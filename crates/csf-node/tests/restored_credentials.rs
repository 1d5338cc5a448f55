//! What was issued before a backup and what was revoked after it: a restore brings none of it back to life.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use csf_api::{Credentials, Operation, Request, ResourceType, Response, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess, csf};

const STORAGE: &str = "-/security/data/storage-soft";
const READINGS: &str = "-/Cmeter/readings";
const LOG: &str = "-/Cmeter/log";
const TIMES: &str = r#""tknb":"20200101T000000","tkna":"20990101T000000""#;

fn create(client: &mut Client, to: &str, ty: ResourceType, body: &str) -> Response {
    let content = content_from_json(body.as_bytes()).expect("a content");
    let response = client.create(to, ty, content).expect("an answer");
    assert_eq!(response.status, Status::Created, "{body}: {response:?}");
    response
}

fn invoke(client: &mut Client, function: &str, body: &str) -> Response {
    let content = content_from_json(body.as_bytes()).expect("a content");
    client.invoke(&format!("-/security/data/function-{function}"), content).expect("an answer")
}

fn text(response: &Response, name: &str) -> String {
    let object = response.content.as_ref().and_then(|content| content.value.as_object());
    object.and_then(|object| object.get(name)).and_then(Value::as_text).expect("a text").to_owned()
}

/// A RETRIEVE that brings these along.
fn bring(client: &mut Client, to: &str, credentials: Credentials) -> Response {
    let request = client.request(Operation::Retrieve, to).expect("an address");
    client.send(&Request { credentials, ..request }).expect("an answer")
}

fn role(id: &str) -> Credentials {
    Credentials { roles: vec![id.into()], ..Credentials::default() }
}

fn token(text: &str) -> Credentials {
    Credentials { tokens: vec![text.into()], ..Credentials::default() }
}

fn by_id() -> Credentials {
    Credentials { token_ids: vec!["t1@csf.example".into()], ..Credentials::default() }
}

/// Who made it, and what the reader may do with what it brings.
fn give_role(admin: &mut Client, name: &str, id: &str) {
    let body =
        format!(r#"{{"m2m:rol":{{"rn":"{name}","rlid":"{id}","tkis":"/id-mn","tkhd":"Creader",{TIMES}}}}}"#);
    create(admin, "-/information", ResourceType::ROLE, &body);
}

fn keep_token(admin: &mut Client, text: &str) {
    let body = format!(r#"{{"m2m:tk":{{"rn":"t1","tkid":"t1@csf.example","tkob":"{text}"}}}}"#);
    create(admin, "-/information", ResourceType::TOKEN, &body);
}

/// A node whose administrator issues tokens: it has the key `signing`, which the node trusts.
fn issuing() -> (NodeProcess, impl Fn() -> NodeBuilder) {
    let node = NodeProcess::with().profile("mn").start();
    let mut admin = node.admin();
    let body =
        r#"{"csf:keyObject":{"rn":"signing","cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign","verify"]}}"#;
    create(&mut admin, STORAGE, ResourceType::FLEX_CONTAINER, body);
    let key = text(&admin.retrieve(&format!("{STORAGE}/signing")).expect("an answer"), "kDt");
    drop(admin);
    let home = node.stop();
    let trust = format!("token.issuers.//csf.example/id-mn/CAdmin=signed,k1 ES256 {key}");
    let again = move || NodeProcess::with().profile("mn").set(&trust);
    (again().home(home).start(), again)
}

/// A container that the role may read, one that the token is for, two roles and a token for the reader.
fn furnish(node: &NodeProcess) -> String {
    let [mut meter, _, _] = ["Cmeter", "Creader", "Cother"].map(|stem| node.register(stem));
    let rules = r#""acr":[{"acor":["reader@csf.example","writer@csf.example"],"acop":2}]"#;
    let own = r#""acr":[{"acor":["Cmeter"],"acop":63}]"#;
    let policy = format!(r#"{{"m2m:acp":{{"rn":"readers","pv":{{{rules}}},"pvs":{{{own}}}}}}}"#);
    create(&mut meter, "-/Cmeter", ResourceType::ACCESS_CONTROL_POLICY, &policy);
    let body = r#"{"m2m:cnt":{"rn":"readings","acpi":["-/Cmeter/readers"]}}"#;
    create(&mut meter, "-/Cmeter", ResourceType::CONTAINER, body);
    create(&mut meter, "-/Cmeter", ResourceType::CONTAINER, r#"{"m2m:cnt":{"rn":"log"}}"#);
    let mut admin = node.admin();
    let body = r#"{"m2m:auif":{"rn":"information"}}"#;
    create(&mut admin, "-", ResourceType::AUTHORIZATION_INFORMATION, body);
    give_role(&mut admin, "r1", "reader@csf.example");
    give_role(&mut admin, "r2", "writer@csf.example");
    let permission =
        format!(r#"{{"pm":[{{"ris":["{LOG}"],"pv":{{"acr":[{{"acor":["all"],"acop":2}}]}}}}]}}"#);
    let wish = format!(
        r#"{{"csf:token":{{"kInf":"{STORAGE}/signing","kid":"k1","tkid":"t1@csf.example","tkhd":"//csf.example/id-mn/Creader",{TIMES},"tkps":{permission}}}}}"#
    );
    let issued = invoke(&mut admin, "token", &wish);
    assert_eq!(
        issued.status,
        Status::Updated,
        "{:?}",
        issued.content.as_ref().and_then(|c| c.value.as_text())
    );
    let issued = text(&issued, "tkob");
    keep_token(&mut admin, &issued);
    issued
}

/// What becomes of each of them, for the reader: role 1, role 2, the token whole, by its identifier.
fn statuses(node: &NodeProcess, issued: &str) -> [Status; 4] {
    let mut reader = node.as_originator("Creader");
    [
        bring(&mut reader, READINGS, role("reader@csf.example")),
        bring(&mut reader, READINGS, role("writer@csf.example")),
        bring(&mut reader, LOG, token(issued)),
        bring(&mut reader, LOG, by_id()),
    ]
    .map(|response| response.status)
}

const GOOD: Status = Status::Ok;
const REFUSED: Status = Status::OriginatorHasNoPrivilege;

// Shows ACC-8.
#[test]
fn what_was_revoked_after_the_backup_stays_so_and_what_was_issued_before_is_refused() {
    let (node, again) = issuing();
    let issued = furnish(&node);
    assert_eq!(statuses(&node, &issued), [GOOD; 4]);
    let mut reader = node.as_originator("Creader");
    let local =
        bring(&mut reader, LOG, token(&issued)).assigned_token_ids.first().expect("a name").local.clone();
    let by_name = || Credentials { local_token_ids: vec![local.clone()], ..Credentials::default() };
    assert_eq!(bring(&mut reader, LOG, by_name()).status, GOOD);
    let begun = invoke(&mut reader, "digest", r#"{"csf:digest":{"Halg":"SHA-256","str":"begin"}}"#);
    let stream = text(&begun, "str");
    let part = |pos: u8| format!(r#"{{"csf:digest":{{"str":"{stream}","pos":{pos},"msg":"AQID"}}}}"#);
    assert_eq!(invoke(&mut reader, "digest", &part(0)).status, Status::Updated);
    // Another who is proven as well has nothing of them.
    let mut other = node.as_originator("Cother");
    assert_eq!(bring(&mut other, READINGS, role("reader@csf.example")).status, REFUSED);
    assert_eq!(bring(&mut other, LOG, token(&issued)).status, REFUSED);
    drop((reader, other));

    let there = node.directory().join("backup");
    let path = there.to_str().expect("a path").to_owned();
    assert!(csf(node.directory(), &["backup", &path]).status.success());
    for name in ["r1", "t1"] {
        let deleted = node.admin().delete(&format!("-/information/{name}")).expect("an answer");
        assert_eq!(deleted.status, Status::Deleted);
    }
    assert_eq!(statuses(&node, &issued), [REFUSED, GOOD, REFUSED, REFUSED]);

    let home = node.stop();
    std::fs::rename(home.path().join("state"), home.path().join("lost")).expect("another name");
    let output = csf(home.path(), &["restore", &path]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("count no more (2 and 1)"), "{output:?}");
    let node = again().home(home).start();
    // The resources are there again, and say nothing.
    for name in ["r1", "r2", "t1"] {
        let there = node.admin().retrieve(&format!("-/information/{name}")).expect("an answer");
        assert_eq!(there.status, Status::Ok, "{name}");
    }
    assert_eq!(statuses(&node, &issued), [REFUSED; 4]);
    let mut reader = node.as_originator("Creader");
    assert_eq!(bring(&mut reader, LOG, by_name()).status, REFUSED);
    assert_eq!(invoke(&mut reader, "digest", &part(3)).status, Status::NotFound);
    drop(reader);

    // What shall count again is issued anew, and stays so over a start.
    let mut admin = node.admin();
    for name in ["r2", "t1"] {
        let deleted = admin.delete(&format!("-/information/{name}")).expect("an answer");
        assert_eq!(deleted.status, Status::Deleted);
    }
    give_role(&mut admin, "r2", "writer@csf.example");
    keep_token(&mut admin, &issued);
    drop(admin);
    assert_eq!(statuses(&node, &issued), [REFUSED, GOOD, GOOD, GOOD]);
    let node = again().home(node.stop()).start();
    assert_eq!(statuses(&node, &issued), [REFUSED, GOOD, GOOD, GOOD]);
}
