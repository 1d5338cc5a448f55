//! What was found out for the decisions of one request beside policies: members of groups, where
//! the caller is, and how often servers were asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_access::{Circumstances, Fact, Groups, Location, Members};
use csf_api::{Address, UtcTime};
use csf_store::Version;

/// The facts of one request.
///
/// A discovery decides thousands of times, and asks once. What is known of groups holds in the policy epoch in which
/// it was asked, since a change of a group begins a new one.
#[derive(Debug)]
pub(crate) struct Facts(Mutex<Known>);

#[derive(Debug)]
struct Known {
    epoch: Option<Version>,
    groups: Option<Groups>,
    location: Fact<Location>,
    consulted: u8,
}

/// Another attempt, or another request of the same caller, asks anew.
impl Clone for Facts {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl Facts {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Known { epoch: None, groups: None, location: Fact::Missing, consulted: 0 }))
    }

    /// Has a decision look at the facts, as far as they hold in this epoch.
    pub(super) fn with<T>(
        &self,
        epoch: Version,
        now: UtcTime,
        look: impl FnOnce(&Circumstances<'_>) -> T,
    ) -> T {
        let known = self.known(epoch);
        let groups = known.groups.as_ref();
        look(&Circumstances { location: known.location, groups, ..Circumstances::at(now) })
    }

    pub(super) fn know_group(&self, epoch: Version, group: Address, fact: Fact<Arc<Members>>) {
        self.known(epoch).groups.get_or_insert_default().know(group, fact);
    }

    pub(super) fn know_location(&self, epoch: Version, location: Fact<Location>) {
        self.known(epoch).location = location;
    }

    /// Whether the request may have one more server asked, of this many; then that one is counted.
    pub(super) fn may_consult(&self, most: u8) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = known.consulted < most;
        known.consulted = known.consulted.saturating_add(u8::from(may));
        may
    }

    fn known(&self, epoch: Version) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.epoch != Some(epoch) {
            known.epoch = Some(epoch);
            known.groups = None;
        }
        known
    }
}
