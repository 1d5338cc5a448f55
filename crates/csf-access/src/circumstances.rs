//! Under which circumstances it is asked: when, from where, and what is known beside policies
//! (TS-0003 7.1.2 `rq_time`, `rq_ip`, `rq_loc`).

use std::net::IpAddr;
use std::sync::Arc;

use csf_api::{Address, EntityId, UtcTime};

use crate::fact::Fact;
use crate::keyed::{KeyedMap, key_of};
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
#[derive(Clone, Debug, Default)]
pub struct Members(KeyedMap<EntityId>);

impl Members {
    /// Whether this entity is one of them.
    #[must_use]
    pub fn contains(&self, id: &EntityId) -> bool {
        self.has(key_of(id), id)
    }

    pub(crate) fn has(&self, key: u64, id: &EntityId) -> bool {
        self.0.get(&key) == Some(id)
    }
}

impl FromIterator<EntityId> for Members {
    fn from_iter<I: IntoIterator<Item = EntityId>>(ids: I) -> Self {
        Self(ids.into_iter().map(|id| (key_of(&id), id)).collect())
    }
}

/// What is known of groups, by the address under which a rule names them.
#[derive(Clone, Debug, Default)]
pub struct Groups(KeyedMap<(Address, Fact<Arc<Members>>)>);

impl Groups {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is known of one; a later fact takes the place of an earlier one.
    pub fn know(&mut self, group: Address, fact: Fact<Arc<Members>>) {
        self.0.insert(key_of(&group), (group, fact));
    }

    /// Whether this entity, whose key is given, is a member of a group, whose key is given too.
    pub(crate) fn is_member(
        &self,
        (key, group): (u64, &Address),
        (name_key, name): (u64, &EntityId),
    ) -> Fact<bool> {
        match self.0.get(&key) {
            Some((known, Fact::Known(members))) => Fact::Known(members.has(name_key, name) && known == group),
            Some((_, Fact::Unavailable)) => Fact::Unavailable,
            Some((_, Fact::Missing)) | None => Fact::Missing,
        }
    }
}
