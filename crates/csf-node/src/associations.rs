//! The associations that are open now: the connections on which the kernel says who is at the other end. What
//! becomes of their requests is not known here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_api::UtcTime;
use csf_service::{Association, AssociationKind, Associations};

/// All of a node. How many there can be is bounded by the places that the listeners give out.
#[derive(Default)]
pub(crate) struct OpenAssociations {
    /// By a number that grows, so the oldest come first.
    open: Mutex<BTreeMap<u64, Arc<Open>>>,
    last: AtomicU64,
}

struct Open {
    kind: AssociationKind,
    user: u32,
    since: UtcTime,
    requests: AtomicU64,
}

/// One of them, listed until this is dropped.
pub(crate) struct Listed {
    number: u64,
    open: Arc<Open>,
    all: Arc<OpenAssociations>,
}

impl OpenAssociations {
    /// Lists one that opened at this moment.
    pub(crate) fn list(self: &Arc<Self>, kind: AssociationKind, user: u32, since: UtcTime) -> Listed {
        let open = Arc::new(Open { kind, user, since, requests: AtomicU64::new(0) });
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        self.all().insert(number, Arc::clone(&open));
        Listed { number, open, all: Arc::clone(self) }
    }

    /// The oldest ones, at most so many, and how many there are.
    pub(crate) fn told(&self, most: usize) -> Associations {
        let all = self.all();
        let listed = all.values().take(most).map(|open| Association {
            kind: open.kind,
            user: open.user,
            since: open.since,
            requests: open.requests.load(Ordering::Relaxed),
        });
        Associations { listed: listed.collect(), count: all.len() }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listed {
    /// Counts a request that came over it.
    pub(crate) fn count(&self) {
        self.open.requests.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.all.all().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_listed_oldest_first_and_what_is_closed_is_not() {
        let all = Arc::<OpenAssociations>::default();
        let at = UtcTime::from_unix_micros(0);
        let one = all.list(AssociationKind::LocalSocket, 1000, at);
        let other = all.list(AssociationKind::AdministrationSocket, 0, at);
        one.count();
        one.count();
        let told = all.told(1);
        assert_eq!((told.count, told.listed.len()), (2, 1));
        assert_eq!((told.listed[0].user, told.listed[0].requests), (1000, 2));
        drop(one);
        let told = all.told(8);
        assert_eq!((told.count, told.listed[0].kind), (1, AssociationKind::AdministrationSocket));
        drop(other);
        assert_eq!(all.told(8), Associations::default());
    }
}
