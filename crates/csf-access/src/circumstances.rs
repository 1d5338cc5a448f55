//! Under which circumstances it is asked: when, from where, and what is known beside policies
//! (TS-0003 7.1.2 `rq_time`, `rq_ip`, `rq_loc`).

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use csf_api::{Address, EntityId, UtcTime};

use crate::fact::Fact;
use crate::location::Location;

/// The circumstances of a request.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// When it was received.
    pub now: UtcTime,
    /// Where its packets came from; `None` where they came over no network.
    pub address: Option<IpAddr>,
    /// Where the originator is, from a source that the host trusts.
    pub location: Fact<Location>,
    /// What is known of groups; `None` is nothing.
    pub groups: Option<&'a Groups>,
}

impl Circumstances<'_> {
    /// This moment, and nothing else: no address, no location to be had, no group known.
    #[must_use]
    pub const fn at(now: UtcTime) -> Self {
        Self { now, address: None, location: Fact::Unavailable, groups: None }
    }
}

/// The entities that are members of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members(HashSet<EntityId>);

impl Members {
    /// Whether this entity is one of them.
    #[must_use]
    pub fn contains(&self, id: &EntityId) -> bool {
        self.0.contains(id)
    }
}

impl FromIterator<EntityId> for Members {
    fn from_iter<I: IntoIterator<Item = EntityId>>(ids: I) -> Self {
        Self(ids.into_iter().collect())
    }
}

/// What is known of groups, by the address under which a rule names them.
#[derive(Clone, Debug, Default)]
pub struct Groups(HashMap<Address, Fact<Arc<Members>>>);

impl Groups {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is known of one; a later fact takes the place of an earlier one.
    pub fn know(&mut self, group: Address, fact: Fact<Arc<Members>>) {
        self.0.insert(group, fact);
    }

    /// What is known of this one.
    #[must_use]
    pub fn get(&self, group: &Address) -> Fact<&Members> {
        match self.0.get(group) {
            Some(Fact::Known(members)) => Fact::Known(members),
            Some(Fact::Unavailable) => Fact::Unavailable,
            Some(Fact::Missing) | None => Fact::Missing,
        }
    }
}
