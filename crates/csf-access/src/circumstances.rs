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
pub struct Groups {
    /// In the order of their keys.
    known: Vec<Known>,
    /// By the key of an entity: the keys of the groups that it may be a member of.
    of: KeyedMap<Vec<u64>>,
}

#[derive(Clone, Debug)]
struct Known {
    key: u64,
    group: Address,
    fact: Fact<Arc<Members>>,
}

impl Groups {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is known of one; a later fact takes the place of an earlier one.
    pub fn know(&mut self, group: Address, fact: Fact<Arc<Members>>) {
        let key = key_of(&group);
        if let Fact::Known(members) = &fact {
            for member in members.0.keys() {
                let groups = self.of.entry(*member).or_default();
                if !groups.contains(&key) {
                    groups.push(key);
                }
            }
        }
        let at = self.known.partition_point(|known| known.key < key);
        // What was known of it before goes; that it may have members that it no longer has costs a look and no more.
        let known = Known { key, group, fact };
        match self.known.get_mut(at).filter(|before| before.key == key) {
            Some(before) => *before = known,
            None => self.known.insert(at, known),
        }
    }

    /// The keys of the groups that an entity, whose key is given, may be a member of.
    pub(crate) fn of(&self, name_key: u64) -> &[u64] {
        self.of.get(&name_key).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether an entity, whose key is given, is a member of the group at this address, whose key is given too.
    pub(crate) fn is_member(
        &self,
        (key, group): (u64, &Address),
        (name_key, name): (u64, &EntityId),
    ) -> Fact<bool> {
        let at = self.known.partition_point(|known| known.key < key);
        match self.known.get(at).filter(|known| known.key == key).map(|known| (&known.group, &known.fact)) {
            Some((known, Fact::Known(members))) => Fact::Known(members.has(name_key, name) && known == group),
            Some((_, Fact::Unavailable)) => Fact::Unavailable,
            Some((_, Fact::Missing)) | None => Fact::Missing,
        }
    }

    /// The groups that are known, in the order of their keys, and whether they could be had. Two addresses whose keys
    /// meet count as one here, of which a member of the other gets nothing.
    pub(crate) fn states(&self) -> impl Iterator<Item = (u64, Fact<()>)> {
        self.known.iter().map(|known| {
            let state = match known.fact {
                Fact::Known(_) => Fact::Known(()),
                Fact::Missing => Fact::Missing,
                Fact::Unavailable => Fact::Unavailable,
            };
            (known.key, state)
        })
    }
}
