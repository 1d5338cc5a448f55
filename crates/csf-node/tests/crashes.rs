//! A node that is killed again and again under a load of writes keeps every write that it acknowledged.

#![expect(clippy::expect_used, clippy::panic, reason = "tests report by panicking")]

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::mpsc::{Sender, channel};

use csf_api::{Object, ResourceType, Status, Value};
use csf_client::Client;
use proto_primitive::content_from_json;
use support::{NodeBuilder, NodeProcess};

/// How often it is killed, unless `CSF_TEST_KILLS` says otherwise.
const KILLS: usize = 20;
/// Progress is told after this many kills.
const PROGRESS: usize = 20;
/// Writers of instances; one more makes keys.
const WRITERS: usize = 3;
/// A kill comes after 1 to this many acknowledged writes.
const MOST_WRITES: u64 = 64;

/// Where the instances of a round go: one representation lists them all.
fn readings(round: usize) -> String {
    format!("-/Cmeter/readings-{round}")
}

const STORAGE: &str = "-/security/data/storage-soft";

/// An acknowledged write: the address, and what a read must show.
type Acknowledged = (String, String);

fn mn() -> NodeBuilder {
    NodeProcess::with().profile("mn")
}

fn random() -> u64 {
    // Each of these hashers has a key of its own.
    RandomState::new().build_hasher().finish()
}

/// Writes until the node is gone.
fn write(mut client: Client, round: usize, writer: usize, acknowledged: &Sender<Acknowledged>) {
    for n in 0_u32.. {
        let name = format!("w{round}-{writer}-{n}");
        let (to, ty, shown, body) = if writer == WRITERS {
            let attributes = r#""cnd":"csf:keyObject","kAl":"EC_P256","kUs":["sign"]"#;
            let body = format!(r#"{{"csf:keyObject":{{"rn":"{name}",{attributes}}}}}"#);
            (STORAGE.to_owned(), ResourceType::FLEX_CONTAINER, "active".to_owned(), body)
        } else {
            let body = format!(r#"{{"m2m:cin":{{"rn":"{name}","con":"{name}"}}}}"#);
            (readings(round), ResourceType::CONTENT_INSTANCE, name.clone(), body)
        };
        let content = content_from_json(body.as_bytes()).expect("a content");
        match client.create(&to, ty, content) {
            Ok(response) => assert_eq!(response.status, Status::Created, "{response:?}"),
            Err(_) => return,
        }
        if acknowledged.send((format!("{to}/{name}"), shown)).is_err() {
            return;
        }
    }
}

fn object(client: &mut Client, to: &str) -> Object {
    let response = client.retrieve(to).expect("an answer");
    match response.content.map(|content| content.value) {
        Some(Value::Object(object)) if response.status == Status::Ok => object,
        other => panic!("{to}: {:?} {other:?}", response.status),
    }
}

/// Every acknowledged write is there as it was acknowledged, and each acknowledged key signs.
fn check(client: &mut Client, acknowledged: &[Acknowledged]) {
    for (to, shown) in acknowledged {
        let object = object(client, to);
        let attribute = if to.starts_with(STORAGE) { "stt" } else { "con" };
        assert_eq!(object.get(attribute).and_then(Value::as_text), Some(shown.as_str()), "{to}");
        if to.starts_with(STORAGE) {
            let input = format!(
                r#"{{"csf:signature":{{"Salg":"ALG_ECDSA_SHA_256","kInf":"{to}","msg":"aGVsbG8="}}}}"#
            );
            let content = content_from_json(input.as_bytes()).expect("a content");
            let response = client.invoke("-/security/data/function-signature", content).expect("an answer");
            assert_eq!(response.status, Status::Updated, "{to}: {response:?}");
            // An owner has room for so many keys only.
            assert_eq!(client.delete(to).expect("an answer").status, Status::Deleted, "{to}");
        }
    }
}

/// The container's own count agrees with what is in it: a write happens whole or not at all.
fn check_count(client: &mut Client, round: usize) {
    let response = client.children(&readings(round)).expect("an answer");
    let listed = response.content.as_ref().and_then(|c| c.value.as_object()?.get("rrf")?.as_list());
    let listed = i64::try_from(listed.unwrap_or_default().len()).ok();
    let counted = object(client, &readings(round)).get("cni").and_then(Value::as_integer);
    assert_eq!(counted, listed);
}

// Shows ARC-4, SDH-1: no acknowledged write, and no key, is lost by a crash at any moment.
#[test]
fn no_acknowledged_write_is_lost_however_often_the_node_is_killed() {
    let mut node = mn().start();
    let mut meter = node.register("Cmeter");
    let mut total = 0;
    let kills = std::env::var("CSF_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    for round in 0..kills {
        let container = format!(r#"{{"m2m:cnt":{{"rn":"readings-{round}"}}}}"#);
        let container = content_from_json(container.as_bytes()).expect("a content");
        let made = meter.create("-/Cmeter", ResourceType::CONTAINER, container).expect("an answer");
        assert_eq!(made.status, Status::Created);
        let (sender, acknowledged) = channel();
        let clients: Vec<_> = (0..=WRITERS).map(|_| node.as_originator("Cmeter")).collect();
        let (home, kept) = std::thread::scope(|threads| {
            for (writer, client) in clients.into_iter().enumerate() {
                let sender = sender.clone();
                threads.spawn(move || write(client, round, writer, &sender));
            }
            drop(sender);
            let writes = usize::try_from(random() % MOST_WRITES).unwrap().saturating_add(1);
            let mut kept: Vec<Acknowledged> = acknowledged.iter().take(writes).collect();
            let home = node.crash();
            // What was acknowledged while the kill was on its way counts too.
            kept.extend(acknowledged.iter());
            (home, kept)
        });
        node = mn().home(home).start();
        meter = node.as_originator("Cmeter");
        check(&mut meter, &kept);
        check_count(&mut meter, round);
        total += kept.len();
        if (round + 1) % PROGRESS == 0 {
            println!("{} of {kills} kills, {total} acknowledged writes, none lost", round + 1);
        }
    }
    assert!(total >= kills);
}
