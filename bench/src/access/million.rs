//! A million targets, each governed by a policy of its own, of which a random one is asked about.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use csf_access::{Circumstances, Fact, Governing, Policy, Question, Standing, Subject, decide};
use csf_api::{AccessOperation, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};

use super::thousand::{turn, wrong};
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::series::Series;
use crate::workload::{
    MANY_POLICIES, MOST_LOAD_SECONDS, MOST_MEMORY_MEGABYTES, MOST_RANDOM_MICROS, MOST_RANDOM_TAIL_MICROS,
    ROUND, ROUNDS, WARM_UP,
};

/// Targets that are asked about, in an order that no cache foresees.
const ASKED: usize = 1 << 20;

pub(super) fn measure() -> Result<Vec<Figure>, Failure> {
    let home = Home::new("//csf.example", "/id-mn").map_err(wrong)?;
    let before = resident_megabytes();
    let began = Instant::now();
    let mut policies = HashMap::with_capacity(MANY_POLICIES);
    for n in 0..MANY_POLICIES {
        let policy = policy(n, &home)?;
        policies.insert(policy.id().clone(), Arc::new(policy));
    }
    let (load, memory) = (began.elapsed().as_secs_f64(), resident_megabytes() - before);
    let asked: Vec<(ResourceId, EntityId)> =
        shuffled().map(|n| Ok((id(n)?, owner(n, &home)?))).collect::<Result<_, Failure>>()?;
    let circumstances = Circumstances::at(UtcTime::from_unix_micros(1_795_521_600_000_000));
    let question = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER);
    let ask = |n: usize| {
        let Some((id, owner)) = asked.get(n) else { return false };
        let fact = policies.get(id).map_or(Fact::Unavailable, |policy| Fact::Known(Arc::clone(policy)));
        let linked = [(id.clone(), fact)];
        let subject = Subject::new(Standing::Proven, Some(owner));
        decide(&Governing::Linked(&linked), &subject, &question, &circumstances).is_permit()
    };
    if !(0..1000).all(ask) {
        return Err(Failure::subject("an owner is refused"));
    }
    turn(WARM_UP, asked.len(), ask);
    let mut series = Series::default();
    for _ in 0..ROUNDS {
        series.push(turn(ROUND, asked.len(), ask));
    }
    let [p50, p99, mean] = series.times("decision");
    Ok(vec![
        p50.target(Target::AtMost(MOST_RANDOM_MICROS)),
        p99.target(Target::AtMost(MOST_RANDOM_TAIL_MICROS)),
        mean,
        Figure::single("load", Unit::Seconds, load).target(Target::AtMost(MOST_LOAD_SECONDS)),
        Figure::single("memory", Unit::Megabytes, memory).target(Target::AtMost(MOST_MEMORY_MEGABYTES)),
    ])
}

fn id(n: usize) -> Result<ResourceId, Failure> {
    ResourceId::parse(&format!("acp-{n}")).map_err(wrong)
}

fn owner(n: usize, home: &Home) -> Result<EntityId, Failure> {
    EntityId::parse(&format!("Cowner{n}"), home).map_err(wrong)
}

/// A policy as applications make them: everything for the owner, reading for another, nothing for the rest.
fn policy(n: usize, home: &Home) -> Result<Policy, Failure> {
    let rule = |who: String, operations| {
        let who = Value::texts([who.as_str()]);
        Value::Object(Object::new().with("acor", who).with("acop", Value::Integer(operations)))
    };
    let set = |rules| Value::Object(Object::new().with("acr", Value::List(rules)));
    let own = || rule(format!("Cowner{n}"), 63);
    let privileges = set(vec![own(), rule(format!("Creader{}", n % 1000), 2)]);
    Policy::parse(id(n)?, &privileges, &set(vec![own()]), home).map_err(wrong)
}

/// Every number at most once, in an order that is the same each time (a linear congruence of full period).
fn shuffled() -> impl Iterator<Item = usize> {
    let mut at = 12_345_usize;
    std::iter::repeat_with(move || {
        at = (at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)) % ASKED;
        at
    })
    .take(ASKED)
    .filter(|n| *n < MANY_POLICIES)
}

/// The memory that the process has now, in megabytes.
fn resident_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(f64::NAN);
    pages * 4096.0 / 1e6
}
