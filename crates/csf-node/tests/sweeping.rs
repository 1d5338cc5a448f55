//! A running node removes what has ended, at the moment when it ends and without being asked.

#![expect(clippy::expect_used, clippy::panic, reason = "tests report by panicking")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use csf_api::{Content, Object, ResourceType, Status, UtcTime, Value};
use csf_client::Client;
use support::NodeProcess;

/// Longer than anything here takes, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

fn in_seconds(seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let micros = i64::try_from(now.as_micros()).expect("before the year 9999");
    UtcTime::from_unix_micros(micros).plus_seconds(seconds).to_string()
}

fn created(client: &mut Client, to: &str, ty: u16, root: &str, body: Object) {
    let content = Content::new(root, Value::Object(body));
    let response = client.create(to, ResourceType::from_number(ty), content).expect("an answer");
    assert_eq!(response.status, Status::Created, "{response:?}");
}

/// How many instances the container counts.
fn instances(client: &mut Client) -> i64 {
    let response = client.retrieve("-/Cmeter/readings").expect("an answer");
    let object = response.content.as_ref().and_then(|content| content.value.as_object());
    let count = object.and_then(|object| object.get("cni")).and_then(Value::as_integer);
    count.unwrap_or_else(|| panic!("no counter: {response:?}"))
}

#[test]
fn what_ends_is_taken_off_the_counters_by_the_node_itself() {
    let node = NodeProcess::start();
    let mut meter = node.register("Cmeter");
    created(&mut meter, "-/Cmeter", 3, "m2m:cnt", Object::new().with("rn", Value::text("readings")));
    let instance = || Object::new().with("con", Value::text("17"));
    created(&mut meter, "-/Cmeter/readings", 4, "m2m:cin", instance());
    // The sweeper sleeps by now, for five years; this one wakes it earlier.
    let brief = instance().with("et", Value::text(&in_seconds(3)));
    created(&mut meter, "-/Cmeter/readings", 4, "m2m:cin", brief);
    let begun = Instant::now();
    while instances(&mut meter) != 1 {
        assert!(begun.elapsed() < PATIENCE, "{}", node.stderr());
    }
    assert!(begun.elapsed() > Duration::from_secs(1), "it was removed before it ended");
}
