//! Another CSE links the decision: it keeps resources, policies and groups as it likes, says what governs the target of a
//! request, and brings what the decision asks for.
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
    resources: HashMap<&'static str, Resource>,
    policies: HashMap<ResourceId, Arc<Policy>>,
    groups: HashMap<Address, Arc<Members>>,
}

/// A resource, as far as access to it goes.
struct Resource {
    resource_type: ResourceType,
    /// accessControlPolicyIDs.
    links: Vec<ResourceId>,
    /// Where its type has none: the resource that governs it.
    governed_by: Option<&'static str>,
    custodian: Option<EntityId>,
    creator: EntityId,
}

/// A request that was received over a channel that proves its originator.
struct Request<'a> {
    originator: &'a EntityId,
    to: &'static str,
    question: Question<'a>,
    /// Whether it is an UPDATE of accessControlPolicyIDs, which stands alone.
    relinks: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    answers()?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// The requests of this example and their answers.
///
/// # Errors
///
/// None with what it holds.
pub(crate) fn answers() -> Result<Vec<String>, Box<dyn Error>> {
    let home = Home::new("//csf.example", "/id-mn")?;
    let store = store(&home)?;
    let instance = Kind { resource_type: ResourceType::CONTENT_INSTANCE, specialisation: None };
    let read = Question::whole(AccessOperation::Retrieve, ResourceType::CONTAINER).touching(&["con", "lbl"]);
    let create = Question::whole(AccessOperation::Create, ResourceType::CONTAINER).creating(instance);
    let read_policy = Question::whole(AccessOperation::Retrieve, ResourceType::ACCESS_CONTROL_POLICY);
    let relink = Question::whole(AccessOperation::Update, ResourceType::CONTAINER);
    let read_instance = Question::whole(AccessOperation::Retrieve, ResourceType::CONTENT_INSTANCE);
    let mut lines = Vec::new();
    for (to, what, question, relinks) in [
        ("readings", "RETRIEVE", read, false),
        ("readings", "CREATE", create, false),
        ("readings", "UPDATE of acpi", relink, true),
        ("acp-1", "RETRIEVE", read_policy, false),
        ("notes", "RETRIEVE", read, false),
        ("latest-note", "RETRIEVE", read_instance, false),
    ] {
        for name in ["Cmeter", "Cguest"] {
            let originator = EntityId::parse(name, &home)?;
            let request = Request { originator: &originator, to, question, relinks };
            let answer = match ask(&store, &request, UtcTime::parse("20261124T120000")?)? {
                Verdict::Permit(rule) => format!("permitted by {rule}"),
                Verdict::Deny(reason) => format!("denied, {reason}"),
                Verdict::Unknown(_) => "denied, too much to fetch".to_owned(),
            };
            lines.push(format!("{name} {what} {to}: {answer}"));
        }
    }
    Ok(lines)
}

/// Says what governs the target; then decides, fetches and decides.
fn ask(store: &Store, request: &Request<'_>, now: UtcTime) -> Result<Verdict, Box<dyn Error>> {
    let find = |name: &str| store.resources.get(name).ok_or("there is no such resource");
    let target = find(request.to)?;
    if target.resource_type == ResourceType::ACCESS_CONTROL_POLICY {
        let own = store.policies.get(&ResourceId::parse(request.to)?).ok_or("there is no such policy")?;
        return Ok(decided(store, &mut Governed::Itself(own), request, now));
    }
    // A contentInstance has no links of its own.
    let governing = target.governed_by.map_or(Ok(target), find)?;
    let links = || governing.links.iter().map(|id| (id.clone(), Fact::Missing)).collect();
    let mut governed = match (governing.links.is_empty(), request.relinks) {
        // Who may set the first links follows from default access as well.
        (true, _) => Governed::Nothing(governing),
        (false, true) => Governed::Links(links()),
        (false, false) => Governed::Policies(links()),
    };
    Ok(decided(store, &mut governed, request, now))
}

type Links = Vec<(ResourceId, Fact<Arc<Policy>>)>;

/// What governs, with the facts that were fetched for it.
enum Governed<'a> {
    Itself(&'a Policy),
    Policies(Links),
    Links(Links),
    Nothing(&'a Resource),
}

fn decided(store: &Store, governed: &mut Governed<'_>, request: &Request<'_>, now: UtcTime) -> Verdict {
    // Standing says what the channel proved; it is the CSE's to know.
    let subject = Subject::new(Standing::Proven, Some(request.originator));
    let address = Some(IpAddr::from([192, 0, 2, 7]));
    let (mut groups, mut location, mut rounds) = (Groups::new(), Fact::Missing, 0_usize);
    loop {
        let circumstances = Circumstances { now, address, location, groups: Some(&groups) };
        let governing = match &*governed {
            Governed::Itself(policy) => Governing::SelfPrivileges(policy),
            Governed::Policies(links) => Governing::Linked(links),
            Governed::Links(links) => Governing::LinkedSelf(links),
            Governed::Nothing(resource) => Governing::Default {
                custodian: resource.custodian.as_ref(),
                creator: Some(&resource.creator),
            },
        };
        let missing = match decide(&governing, &subject, &request.question, &circumstances) {
            Verdict::Unknown(missing) if rounds < MAX_ROUNDS => missing,
            verdict => return verdict,
        };
        rounds = rounds.saturating_add(1);
        if let Governed::Policies(links) | Governed::Links(links) = governed {
            for (id, fact) in links.iter_mut().filter(|(id, _)| missing.policies.contains(id)) {
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

/// One policy, as a decoder of JSON would deliver it, one group, and resources.
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
    let [meter, guest] = [EntityId::parse("Cmeter", home)?, EntityId::parse("Cguest", home)?];
    let made = |resource_type, links, governed_by| {
        let creator = meter.clone();
        Resource { resource_type, links, governed_by, custodian: None, creator }
    };
    Ok(Store {
        resources: HashMap::from([
            ("acp-1", made(ResourceType::ACCESS_CONTROL_POLICY, vec![], None)),
            ("readings", made(ResourceType::CONTAINER, vec![id.clone()], None)),
            (
                "notes",
                Resource { custodian: Some(guest.clone()), ..made(ResourceType::CONTAINER, vec![], None) },
            ),
            ("latest-note", made(ResourceType::CONTENT_INSTANCE, vec![], Some("notes"))),
        ]),
        policies: HashMap::from([(id, Arc::new(policy))]),
        groups: HashMap::from([(Address::parse("cse-mn/readers")?, Arc::new([guest].into_iter().collect()))]),
    })
}
