//! A row of a table: somebody asks; and the one way from a table to the decision.

use std::net::IpAddr;
use std::sync::Arc;

use csf_access::{
    Circumstances, Country, Fact, Governing, Groups, Kind, Location, Members, Point, Policy, PolicyError,
    Question, RoleId, Specialisation, Standing, Subject, Touched, Verdict, decide,
};
use csf_api::{AccessOperation, Address, EntityId, Home, ResourceId, ResourceType, UtcTime, Value};

/// The answer that the texts give.
pub(crate) const PERMITTED: bool = true;
/// The other one.
pub(crate) const DENIED: bool = false;

/// The one who may change the policies of the tables.
const OWNER: &str = r#"{"acr":[{"acor":["Cowner"],"acop":63}]}"#;
/// How often facts are brought for one decision.
const MAX_ROUNDS: usize = 8;

/// Somebody who asks for something, somewhere and at some time.
#[derive(Clone, Debug)]
pub(crate) struct Asks {
    who: Option<&'static str>,
    standing: Standing,
    roles: Vec<&'static str>,
    operation: AccessOperation,
    target: u16,
    child: Option<(u16, Option<Specialisation<'static>>)>,
    attributes: Option<Vec<&'static str>>,
    time: &'static str,
    address: Option<&'static str>,
    location: Option<Location>,
    groups: Vec<(&'static str, Vec<&'static str>)>,
}

/// This originator, proven, asks to RETRIEVE a container at noon of a Tuesday, from nowhere in particular.
pub(crate) fn asks(who: &'static str) -> Asks {
    Asks {
        who: Some(who),
        standing: Standing::Proven,
        roles: Vec::new(),
        operation: AccessOperation::Retrieve,
        target: 3,
        child: None,
        attributes: None,
        time: "20261124T120000",
        address: None,
        location: None,
        groups: Vec::new(),
    }
}

/// At this time, somebody for whom the rule is.
pub(crate) fn at(time: &'static str) -> Asks {
    Asks { time, ..asks("Ca") }
}

/// From this address, somebody for whom the rule is.
pub(crate) fn from(address: &'static str) -> Asks {
    Asks { address: Some(address), ..asks("Ca") }
}

/// Somebody for whom the rule is asks to create a child of this type.
pub(crate) fn creates(child: u16) -> Asks {
    Asks { operation: AccessOperation::Create, child: Some((child, None)), ..asks("Ca") }
}

impl Asks {
    pub(crate) fn to(self, operation: AccessOperation) -> Self {
        Self { operation, ..self }
    }

    /// As a CSE that vouches for it forwards it.
    pub(crate) fn vouched(self) -> Self {
        Self { standing: Standing::Vouched, ..self }
    }

    /// Where nothing proves who calls.
    pub(crate) fn bare(self) -> Self {
        Self { standing: Standing::Bare, ..self }
    }

    pub(crate) fn having(mut self, role: &'static str) -> Self {
        self.roles.push(role);
        self
    }

    /// Where the group at this address has these members.
    pub(crate) fn where_group<const N: usize>(mut self, group: &'static str, of: [&'static str; N]) -> Self {
        self.groups.push((group, of.to_vec()));
        self
    }

    /// With a target of this type.
    pub(crate) fn below(self, target: u16) -> Self {
        Self { target, ..self }
    }

    pub(crate) fn of_kind(mut self, kind: Specialisation<'static>) -> Self {
        self.child = self.child.map(|(ty, _)| (ty, Some(kind)));
        self
    }

    pub(crate) fn touching<const N: usize>(self, names: [&'static str; N]) -> Self {
        Self { attributes: Some(names.to_vec()), ..self }
    }

    pub(crate) fn at(self, time: &'static str) -> Self {
        Self { time, ..self }
    }

    pub(crate) fn from(self, address: &'static str) -> Self {
        Self { address: Some(address), ..self }
    }

    pub(crate) fn on(mut self, latitude: f64, longitude: f64) -> Self {
        let point = Some(Point::new(latitude, longitude).expect("a point"));
        self.location.get_or_insert_default().point = point;
        self
    }

    pub(crate) fn in_country(mut self, code: &str) -> Self {
        self.location.get_or_insert_default().country = Some(Country::parse(code).expect("a code"));
        self
    }
}

fn home() -> Home {
    Home::new("//csf.example", "/id-mn").expect("well formed")
}

fn value(json: &str) -> Value {
    proto_primitive::value_from_json(json.as_bytes()).unwrap_or_else(|e| panic!("{json}: {e}"))
}

fn id(number: usize) -> ResourceId {
    ResourceId::parse(&format!("acp-{number}")).expect("well formed")
}

/// A policy with these rules, the members of `acr`, in `pv`.
pub(crate) fn policy(number: usize, rules: &str) -> Result<Policy, PolicyError> {
    Policy::parse(id(number), &value(&format!(r#"{{"acr":[{rules}]}}"#)), &value(OWNER), &home())
}

/// What these policies, linked by the target, say to each who asks.
#[track_caller]
pub(crate) fn table(policies: &[&str], rows: &[(Asks, bool)]) {
    let named = policies.iter().enumerate().map(|(n, rules)| {
        let policy = policy(n, rules).unwrap_or_else(|e| panic!("{rules}: {e}"));
        (policy.id().clone(), Fact::Known(Arc::new(policy)))
    });
    let linked: Vec<_> = named.collect();
    for (asks, answer) in rows {
        let verdict = decided(&linked, asks);
        assert_eq!(verdict.is_permit(), *answer, "{policies:?}\n{asks:?}\n{verdict:?}");
    }
}

/// What one rule says to each.
#[track_caller]
pub(crate) fn rule(rule: &str, rows: &[(Asks, bool)]) {
    table(&[rule], rows);
}

/// A rule to RETRIEVE for this entry says this to each.
#[track_caller]
pub(crate) fn entry(entry: &str, permitted: &[&'static str], denied: &[&'static str]) {
    let text = format!(r#"{{"acor":["{entry}"],"acop":2}}"#);
    let rows =
        |who: &[&'static str], answer| who.iter().map(move |who| (asks(who), answer)).collect::<Vec<_>>();
    rule(&text, &[rows(permitted, PERMITTED), rows(denied, DENIED)].concat());
}

/// Decides, brings what is missing as a host does, and decides again.
fn decided(linked: &[(ResourceId, Fact<Arc<Policy>>)], asks: &Asks) -> Verdict {
    let entity = |text: &str| EntityId::parse(text, &home()).unwrap_or_else(|e| panic!("{text}: {e}"));
    let originator = asks.who.map(entity);
    let roles: Vec<RoleId> = asks.roles.iter().map(|role| RoleId::parse(role).expect("a Role-ID")).collect();
    let subject = Subject { roles: &roles, ..Subject::new(asks.standing, originator.as_ref()) };
    let question = Question {
        operation: asks.operation,
        target: ResourceType::from_number(asks.target),
        child: asks.child.map(|(ty, specialisation)| Kind {
            resource_type: ResourceType::from_number(ty),
            specialisation,
        }),
        attributes: asks.attributes.as_deref().map_or(Touched::All, Touched::These),
    };
    let now = UtcTime::parse(asks.time).expect("a time");
    let address = asks.address.map(|text| text.parse::<IpAddr>().expect("an address"));
    let (mut groups, mut location) = (Groups::new(), Fact::Missing);
    for _ in 0..MAX_ROUNDS {
        let circumstances = Circumstances { now, address, location, groups: Some(&groups) };
        let missing = match decide(&Governing::Linked(linked), &subject, &question, &circumstances) {
            Verdict::Unknown(missing) => missing,
            verdict => return verdict,
        };
        for group in missing.groups {
            let is_it = |address: &str| Address::parse(address).is_ok_and(|address| address == group);
            let named = asks.groups.iter().find(|(address, _)| is_it(address));
            let members = named.map_or(Fact::Unavailable, |(_, members)| {
                Fact::Known(Arc::new(members.iter().map(|member| entity(member)).collect::<Members>()))
            });
            groups.know(group, members);
        }
        if missing.location {
            location = asks.location.map_or(Fact::Unavailable, Fact::Known);
        }
    }
    panic!("never decided: {asks:?}")
}
