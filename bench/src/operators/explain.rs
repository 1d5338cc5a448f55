//! An explanation over a thousand rules, asked of a node by its administrator: every rule is in the answer.

use std::path::Path;

use csf_api::{Content, Object, ResourceType, Status, Value};
use csf_client::Client;

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target};
use crate::node::{Home, Node, create};
use crate::round_trips::timed;
use crate::workload::MOST_EXPLAIN_MICROS;

const RULES: usize = 1000;
const ADMINISTRATION: &str = "cse-mn/security/administration";

pub(super) fn measure(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    let mut admin = node.admin()?;
    furnish(&mut admin)?;
    if explained(&mut admin)? != RULES {
        return Err(Failure::subject("an explanation does not list every rule"));
    }
    let [series] = alternate([&mut |time| timed(time, || explained(&mut admin).map(drop))])?;
    let [p50, p99, mean] = series.times("explain over 1,000 rules, administrator's socket:");
    Ok(vec![p50.target(Target::AtMost(MOST_EXPLAIN_MICROS)), p99, mean])
}

/// A container that a policy of a thousand rules governs, each for another originator.
fn furnish(admin: &mut Client) -> Result<(), Failure> {
    let rule = |originator: &str, operations: i64| {
        let rule = Object::new().with("acor", Value::texts([originator]));
        Value::Object(rule.with("acop", Value::Integer(operations)))
    };
    let rules = (0..RULES).map(|n| rule(&format!("Creader{n:04}"), 2)).collect();
    let policy = Object::new()
        .with("rn", Value::text("thousand"))
        .with("pv", Value::Object(Object::new().with("acr", Value::List(rules))))
        .with("pvs", Value::Object(Object::new().with("acr", Value::List(vec![rule("CAdmin", 63)]))));
    create(admin, "cse-mn", ResourceType::ACCESS_CONTROL_POLICY, "m2m:acp", policy)?;
    let container =
        Object::new().with("rn", Value::text("readings")).with("acpi", Value::texts(["cse-mn/thousand"]));
    create(admin, "cse-mn", ResourceType::CONTAINER, "m2m:cnt", container)
}

/// How many rules one explanation lists.
fn explained(admin: &mut Client) -> Result<usize, Failure> {
    let question = Object::new()
        .with("fr", Value::text("Creader0999"))
        .with("op", Value::Integer(2))
        .with("to", Value::text("cse-mn/readings"))
        .with("atn", Value::Bool(true));
    let question = Content::new("csf:explanation", Value::Object(question));
    let response = admin.update(ADMINISTRATION, question)?;
    let answer = response.content.as_ref().and_then(|content| content.value.as_object());
    let rules = answer.and_then(|answer| answer.get("rls")).and_then(Value::as_list);
    match (response.status, rules) {
        (Status::Updated, Some(rules)) => Ok(rules.len()),
        (status, _) => Err(Failure::subject(format!("an explanation answers {status:?}"))),
    }
}
