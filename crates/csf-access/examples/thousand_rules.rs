//! How long decisions over a thousand rules take: 700 that name one originator, 150 with a wildcard, 100 with a
//! context, 50 for groups; half of the requests are permitted.
//!
//! ```text
//! cargo run --release -p csf-access --example thousand_rules
//! ```

#![expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use csf_access::{
    Circumstances, Fact, Groups, Members, Question, Rules, Standing, Subject, Verdict, WindowForm,
};
use csf_api::{AccessOperation, Address, EntityId, Home, Object, ResourceType, UtcTime, Value};

/// How many requests are timed.
const REQUESTS: usize = 200_000;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let home = Home::new("//csf.example", "/id-mn")?;
    mixed(&home)?;
    patterns(&home)
}

/// The mixture.
fn mixed(home: &Home) -> Result<()> {
    let mut rules = Vec::new();
    for n in 0..700 {
        rules.push(rule(&format!("Cexact{n}")));
    }
    for n in 0..150 {
        rules.push(rule(&format!("Cwild{n:03}*")));
    }
    for n in 0..100 {
        let window = Object::new().with("actw", Value::texts(["* * 8-17 * * 1-5 *"]));
        rules.push(rule(&format!("Ctimed{n}")).with("acco", Value::List(vec![Value::Object(window)])));
    }
    let mut groups = Groups::new();
    for n in 0..50 {
        let group = format!("cse-mn/group{n}");
        let members: Members = (0..20)
            .map(|m| EntityId::parse(&format!("Cmember{n}-{m}"), home))
            .collect::<std::result::Result<_, _>>()?;
        groups.know(Address::parse(&group)?, Fact::Known(Arc::new(members)));
        rules.push(rule(&group));
    }
    let names: Vec<EntityId> = (0..2000)
        .map(|n| {
            let name = match n % 20 {
                0..=6 => format!("Cexact{}", n % 700),
                7 => format!("Cwild{:03}x", n % 150),
                8 => format!("Ctimed{}", n % 100),
                9 => format!("Cmember{}-{}", n % 50, n % 20),
                10..=16 => format!("Cnobody{n}"),
                17 => format!("Cwild{n}"),
                18 => format!("Sother{n}"),
                _ => format!("/id-{n}/Cexact{n}"),
            };
            EntityId::parse(&name, home)
        })
        .collect::<std::result::Result<_, _>>()?;
    measure("700 exact, 150 wildcard, 100 context, 50 group", rules, &groups, &names, home)
}

/// Wildcards alone.
fn patterns(home: &Home) -> Result<()> {
    let rules = (0..1000).map(|n| rule(&format!("Cwild{n:03}*"))).collect();
    let names: Vec<EntityId> = (0..2000)
        .map(|n| EntityId::parse(&format!("C{}{n:03}", if n % 2 == 0 { "wild" } else { "tame" }), home))
        .collect::<std::result::Result<_, _>>()?;
    measure("1,000 wildcard", rules, &Groups::new(), &names, home)
}

fn measure(what: &str, rules: Vec<Object>, groups: &Groups, names: &[EntityId], home: &Home) -> Result<()> {
    let rules = Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()));
    let rules = Rules::parse("pv", &Value::Object(rules), home, WindowForm::Seven)?;
    // A Tuesday, at noon.
    let now = UtcTime::parse("20261124T120000")?;
    let circumstances = Circumstances { groups: Some(groups), ..Circumstances::at(now) };
    let question = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER);
    let (mut permitted, mut times) = (0_u64, Vec::with_capacity(REQUESTS));
    for name in names.iter().cycle().take(REQUESTS) {
        let subject = Subject::new(Standing::Proven, Some(name));
        let begin = Instant::now();
        let verdict = black_box(rules.decide(black_box(&subject), &question, &circumstances));
        times.push(begin.elapsed());
        permitted = permitted.saturating_add(u64::from(matches!(verdict, Verdict::Permit(_))));
    }
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len().saturating_mul(percent).div_euclid(100)).copied();
    let share = permitted.saturating_mul(100).checked_div(times.len() as u64);
    println!("{what}: p50 {:?}, p99 {:?}, permitted {share:?} %", at(50), at(99));
    Ok(())
}

fn rule(originator: &str) -> Object {
    Object::new().with("acor", Value::texts([originator])).with("acop", Value::Integer(2))
}
