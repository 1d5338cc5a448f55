//! Under which circumstances it is asked: when, from where, and what is known beside policies
//! (TS-0003 7.1.2 `rq_time`, `rq_ip`, `rq_loc`).

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use csf_api::{Address, EntityId, UtcTime};

use crate::fact::Fact;

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

/// Where somebody is: a point, a country, or both, as far as the source tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Location {
    /// The point, for circles.
    pub point: Option<Point>,
    /// The country, for lists of countries.
    pub country: Option<Country>,
}

/// A point on the globe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// The point at this latitude (-90 to 90) and longitude (-180 to 180), in degrees; `None` for others.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_a_point = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_a_point.then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    #[must_use]
    pub const fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub const fn longitude(&self) -> f64 {
        self.longitude
    }
}

/// A country by its code of two capital letters (ISO 3166-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads a code; `None` for anything but two capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
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
