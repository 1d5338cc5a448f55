//! Another CSE links the decision: it keeps policies and groups as it likes, and brings what is asked for.
//!
//! ```text
//! cargo run -p csf-access --example other_cse
//! ```

#![expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use csf_access::{
    Circumstances, Fact, Governing, Groups, Kind, Members, Policy, Question, Standing, Subject, Verdict,
    decide,
};
use csf_api::{AccessOperation, Address, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};

/// How often this CSE fetches for one decision.
const MAX_ROUNDS: usize = 4;

/// Whatever this CSE has instead of a database.
struct Store {
    policies: HashMap<ResourceId, Arc<Policy>>,
    groups: HashMap<Address, Arc<Members>>,
}

/// The questions of this example: a container is read, and something is created in it.
fn main() -> Result<(), Box<dyn Error>> {
    let home = Home::new("//csf.example", "/id-mn")?;
    let store = store(&home)?;
    // What the CSE found at the target: one policy, and the type.
    let links = [ResourceId::parse("acp-1")?];
    let instance = Kind { resource_type: ResourceType::CONTENT_INSTANCE, specialisation: None };
    let read = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER).touching(&["con", "lbl"]);
    let create = Question::whole(AccessOperation::Create, ResourceType::CONTAINER).creating(instance);
    for name in ["Cmeter", "Cguest", "Cstranger"] {
        let originator = EntityId::parse(name, &home)?;
        // Standing says what the channel proved; it is the CSE's to know.
        let subject = Subject::new(Standing::Proven, Some(&originator));
        for question in [&read, &create] {
            let from = Some("192.0.2.7".parse::<IpAddr>()?);
            let verdict = ask(&store, &links, &subject, question, UtcTime::parse("20261124T120000")?, from);
            match verdict {
                Verdict::Permit(rule) => println!("{name} {}: permitted by {rule}", question.operation),
                Verdict::Deny(reason) => println!("{name} {}: denied, {reason}", question.operation),
                Verdict::Unknown(_) => println!("{name} {}: denied, too much to fetch", question.operation),
            }
        }
    }
    Ok(())
}

/// Decide, fetch, decide.
fn ask(
    store: &Store,
    links: &[ResourceId],
    subject: &Subject<'_>,
    question: &Question<'_>,
    now: UtcTime,
    address: Option<IpAddr>,
) -> Verdict {
    let mut linked: Vec<_> = links.iter().map(|id| (id.clone(), Fact::Missing)).collect();
    let (mut groups, mut location, mut rounds) = (Groups::new(), Fact::Missing, 0_usize);
    loop {
        let circumstances = Circumstances { now, address, location, groups: Some(&groups) };
        let missing = match decide(&Governing::Linked(&linked), subject, question, &circumstances) {
            Verdict::Unknown(missing) if rounds < MAX_ROUNDS => missing,
            verdict => return verdict,
        };
        rounds = rounds.saturating_add(1);
        for (id, fact) in &mut linked {
            if missing.policies.contains(id) {
                *fact = store.policies.get(id).cloned().map_or(Fact::Unavailable, Fact::Known);
            }
        }
        for group in missing.groups {
            let members = store.groups.get(&group).cloned().map_or(Fact::Unavailable, Fact::Known);
            groups.know(group, members);
        }
        if missing.location {
            // This CSE has no source: whatever depends on a place does not hold.
            location = Fact::Unavailable;
        }
    }
}

/// One policy, as a decoder of JSON would deliver it, and one group.
fn store(home: &Home) -> Result<Store, Box<dyn Error>> {
    let object = |members: Vec<(&str, Value)>| {
        let members = members.into_iter();
        Value::Object(members.fold(Object::new(), |object, (name, value)| object.with(name, value)))
    };
    let rules = |rules: Vec<Value>| object(vec![("acr", Value::List(rules))]);
    let rule = |who: &str, operations, more: Vec<(&str, Value)>| {
        let plain = [("acor", Value::texts([who])), ("acop", Value::Integer(operations))];
        object(plain.into_iter().chain(more).collect())
    };
    let office = object(vec![("actw", Value::texts(["* * 8-17 * * 1-5 *"]))]);
    let network = object(vec![("acip", object(vec![("ipv4", Value::texts(["192.0.2.0/24"]))]))]);
    let instances = object(vec![("chty", Value::List(vec![Value::Integer(4)]))]);
    let privileges = rules(vec![
        rule("Cmeter", 63, vec![("acod", Value::List(vec![instances]))]),
        rule(
            "cse-mn/readers",
            2,
            vec![("acco", Value::List(vec![office, network])), ("aca", Value::texts(["con", "lbl"]))],
        ),
    ]);
    let id = ResourceId::parse("acp-1")?;
    let policy = Policy::parse(id.clone(), &privileges, &rules(vec![rule("Cmeter", 63, vec![])]), home)?;
    let readers: Members = [EntityId::parse("Cguest", home)?].into_iter().collect();
    Ok(Store {
        policies: HashMap::from([(id, Arc::new(policy))]),
        groups: HashMap::from([(Address::parse("cse-mn/readers")?, Arc::new(readers))]),
    })
}
