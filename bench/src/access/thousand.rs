//! One policy of a thousand rules, two thousand requests, half of them permitted.

use std::hint::black_box;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use csf_access::{
    Circumstances, Fact, Governing, Groups, Policy, Question, Standing, Subject, decide, explain,
};
use csf_api::{AccessOperation, Address, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};
use proto_primitive::value_from_json;

use super::cedar::Cedar;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::series::{Round, Series, quotients};
use crate::workload::{
    LEAST_DECISION_GAIN, MOST_DECISION_MICROS, MOST_DECISION_TAIL_MICROS, MOST_EXPLAIN_MICROS, ROUND, ROUNDS,
    WARM_UP,
};

/// The workload, compiled in: a figure belongs to one of them.
const WORKLOAD: &[u8] = include_bytes!("../../acp-1000.json");

/// One request of the workload.
pub(super) struct Asked {
    pub(super) originator: EntityId,
    pub(super) operation: AccessOperation,
    permitted: bool,
}

/// Explanations of the same decisions, in process.
pub(crate) fn explanations() -> Result<Vec<Figure>, Failure> {
    let work = Workload::read()?;
    let linked = [(ResourceId::parse("acp-1000").map_err(wrong)?, Fact::Known(Arc::clone(&work.policy)))];
    let governing = Governing::Linked(&linked);
    let circumstances = Circumstances {
        address: Some(work.address),
        groups: Some(&work.groups),
        ..Circumstances::at(work.now)
    };
    let explained = |asked: &Asked| {
        let subject = Subject::new(Standing::Proven, Some(&asked.originator));
        let question = Question::whole(asked.operation, ResourceType::CONTAINER);
        let found = explain(&governing, &subject, &question, &circumstances);
        (found.verdict.is_permit(), found.rules.len())
    };
    for (n, asked) in work.requests.iter().enumerate() {
        if explained(asked) != (asked.permitted, work.rules.len()) {
            return Err(Failure::subject(format!("request {n} is explained wrongly")));
        }
    }
    let one = |n: usize| work.requests.get(n).is_some_and(|asked| explained(asked).0);
    turn(WARM_UP, work.requests.len(), one);
    let mut series = Series::default();
    for _ in 0..ROUNDS {
        series.push(turn(ROUND, work.requests.len(), one));
    }
    let [p50, p99, mean] = series.times("explain over 1,000 rules, in process:");
    Ok(vec![p50.target(Target::AtMost(MOST_EXPLAIN_MICROS)), p99, mean])
}

struct Workload {
    policy: Arc<Policy>,
    groups: Groups,
    now: UtcTime,
    address: IpAddr,
    requests: Vec<Asked>,
    rules: Vec<Value>,
    home: Home,
}

pub(super) fn measure() -> Result<Vec<Figure>, Failure> {
    let work = Workload::read()?;
    let linked = [(ResourceId::parse("acp-1000").map_err(wrong)?, Fact::Known(Arc::clone(&work.policy)))];
    let governing = Governing::Linked(&linked);
    let circumstances = Circumstances {
        address: Some(work.address),
        groups: Some(&work.groups),
        ..Circumstances::at(work.now)
    };
    let ours = |asked: &Asked| {
        let subject = Subject::new(Standing::Proven, Some(&asked.originator));
        let question = Question::whole(asked.operation, ResourceType::CONTAINER);
        decide(&governing, &subject, &question, &circumstances).is_permit()
    };
    for (n, asked) in work.requests.iter().enumerate() {
        if ours(asked) != asked.permitted {
            let who = asked.originator.absolute();
            return Err(Failure::subject(format!(
                "request {n}, {} by {who}, is decided wrongly",
                asked.operation
            )));
        }
    }
    let cedar = Cedar::over(&work.rules, &work.requests, &work.home)?;
    turn(WARM_UP, work.requests.len(), |n| work.requests.get(n).is_some_and(ours));
    turn(WARM_UP, work.requests.len(), |n| cedar.decide(n));
    let (mut of_ours, mut of_cedar) = (Series::default(), Series::default());
    for _ in 0..ROUNDS {
        of_ours.push(turn(ROUND, work.requests.len(), |n| work.requests.get(n).is_some_and(ours)));
        of_cedar.push(turn(ROUND, work.requests.len(), |n| cedar.decide(n)));
    }
    let [p50, p99, mean] = of_ours.times("decision");
    let gain = quotients(&of_cedar.medians(), &of_ours.medians());
    let mut figures = vec![
        p50.target(Target::AtMost(MOST_DECISION_MICROS)),
        p99.target(Target::AtMost(MOST_DECISION_TAIL_MICROS)),
        mean,
    ];
    figures.extend(of_cedar.times("cedar-policy"));
    let gain = Figure::median("cedar-policy p50 over decision p50", Unit::Ratio, &gain);
    figures.push(gain.target(Target::AtLeast(LEAST_DECISION_GAIN)));
    Ok(figures)
}

/// Decides again and again for this long, and times each decision.
pub(super) fn turn(
    for_: std::time::Duration,
    requests: usize,
    mut decide: impl FnMut(usize) -> bool,
) -> Round {
    let (began, mut took, mut n) = (Instant::now(), Vec::new(), 0_usize);
    while began.elapsed() < for_ {
        let start = Instant::now();
        black_box(decide(black_box(n)));
        took.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        n = if n + 1 < requests { n + 1 } else { 0 };
    }
    Round::new(began.elapsed(), took)
}

pub(super) fn wrong(error: impl std::fmt::Display) -> Failure {
    Failure::subject(format!("bench/acp-1000.json: {error}"))
}

impl Workload {
    fn read() -> Result<Self, Failure> {
        let value = value_from_json(WORKLOAD).map_err(wrong)?;
        let whole = value.as_object().ok_or_else(|| wrong("is no object"))?;
        let home = Home::new("//csf.example", "/id-mn").map_err(wrong)?;
        let member = |name: &str| whole.get(name).ok_or_else(|| wrong(format!("'{name}' is missing")));
        let text = |name: &str| member(name)?.as_text().ok_or_else(|| wrong(format!("'{name}' is no text")));
        let object =
            |name: &str| member(name)?.as_object().ok_or_else(|| wrong(format!("'{name}' is no object")));
        let id = ResourceId::parse("acp-1000").map_err(wrong)?;
        let policy = Policy::parse(id, member("pv")?, member("pvs")?, &home).map_err(wrong)?;
        let mut groups = Groups::new();
        for (address, members) in object("groups")?.iter() {
            let members = members.as_list().unwrap_or_default().iter().filter_map(Value::as_text);
            let members = members.filter_map(|id| EntityId::parse(id, &home).ok()).collect();
            groups.know(Address::parse(address).map_err(wrong)?, Fact::Known(Arc::new(members)));
        }
        let requests = member("requests")?.as_list().unwrap_or_default();
        let requests = requests.iter().map(|asked| Asked::read(asked.as_object(), &home));
        let rules = object("pv")?.get("acr").and_then(Value::as_list).unwrap_or_default().to_vec();
        Ok(Self {
            policy: Arc::new(policy),
            groups,
            now: UtcTime::parse(text("now")?).map_err(wrong)?,
            address: text("address")?.parse().map_err(wrong)?,
            requests: requests.collect::<Result<_, _>>()?,
            rules,
            home,
        })
    }
}

impl Asked {
    fn read(body: Option<&Object>, home: &Home) -> Result<Self, Failure> {
        let member = |name: &str| body.and_then(|body| body.get(name));
        let from = member("fr").and_then(Value::as_text).unwrap_or_default();
        let bit = member("op").and_then(Value::as_integer).unwrap_or_default();
        let operation = AccessOperation::ALL.into_iter().find(|operation| *operation as i64 == bit);
        Ok(Self {
            originator: EntityId::parse(from, home).map_err(wrong)?,
            operation: operation.ok_or_else(|| wrong("'op' is no operation"))?,
            permitted: member("permitted").and_then(Value::as_bool).unwrap_or_default(),
        })
    }
}
