//! What servers granted, kept for as long as they said; and how many are being asked (requirement ACC-8).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use csf_access::Rules;
use csf_api::{AccessOperation, EntityId, RequestId, ResourceId, UtcTime};
use csf_store::Version;
use csf_tree::Resource;
use sha2::{Digest, Sha256};

use super::Lasting;
use super::linked::Consultation;
use crate::hop::Hop;

/// The most originators and targets for which grants are kept. Beyond it those that ended go, and if none did, all:
/// the server is asked again.
const MAX_KEPT: usize = 1024;
/// The most grants for one originator and target: one for each operation that the server was asked about.
const MAX_OPERATIONS: usize = AccessOperation::ALL.len();
/// What counts what lies in a container: it changes with each instance, and nothing that governs does.
const COUNTERS: [&str; 3] = ["st", "cni", "cbs"];

/// Whom and what a grant is about.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) originator: EntityId,
    pub(super) target: ResourceId,
    /// The target as it was: see [`digest`].
    pub(super) state: [u8; 32],
}

/// What is kept of one grant.
struct Kept {
    operation: AccessOperation,
    rules: Arc<Rules>,
    until: UtcTime,
    version: Version,
    hop: Hop,
    state: [u8; 32],
}

type Key = (ResourceId, ResourceId, EntityId);

/// What all consultations share.
#[derive(Default)]
pub(crate) struct Consultations {
    grants: Mutex<HashMap<Key, Vec<Kept>>>,
    under_way: AtomicU32,
    asked: AtomicU64,
}

impl Consultations {
    /// What was granted through this consultation and lasts. What no longer holds is forgotten on the way.
    pub(super) fn granted(
        &self,
        consultation: &Consultation,
        hop: &Hop,
        subject: &Subject,
        now: UtcTime,
    ) -> Vec<Lasting> {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key_of(consultation, subject);
        let Some(kept) = grants.get_mut(&key) else { return Vec::new() };
        kept.retain(|grant| {
            grant.until > now
                && grant.version == consultation.version
                && grant.state == subject.state
                && grant.hop == *hop
        });
        let found = kept.iter().map(|g| Lasting { rules: Arc::clone(&g.rules), until: g.until }).collect();
        if kept.is_empty() {
            grants.remove(&key);
        }
        found
    }

    /// Keeps what was granted when the server was asked about this operation.
    pub(super) fn keep(
        &self,
        consultation: &Consultation,
        hop: Hop,
        (subject, operation): (&Subject, AccessOperation),
        Lasting { rules, until }: Lasting,
        now: UtcTime,
    ) {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= MAX_KEPT {
            grants.retain(|_, kept| kept.iter().any(|grant| grant.until > now));
            if grants.len() >= MAX_KEPT {
                grants.clear();
            }
        }
        let kept = grants.entry(key_of(consultation, subject)).or_default();
        kept.retain(|grant| grant.operation != operation);
        debug_assert!(kept.len() < MAX_OPERATIONS, "one for each operation");
        let (version, state) = (consultation.version, subject.state);
        kept.push(Kept { operation, rules, until, version, hop, state });
    }

    /// Forgets what was granted about a target that has changed, so that a change and its undoing together end it too.
    pub(crate) fn forget(&self, target: &ResourceId) {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants.retain(|(_, about, _), _| about != target);
    }

    /// A place for one more question, unless so many are under way; it is free again when this is dropped.
    pub(super) fn begin(&self, at_once: u32) -> Option<UnderWay<'_>> {
        let one_more = |n: u32| (n < at_once).then(|| n.saturating_add(1));
        let begun = self.under_way.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        begun.is_ok().then_some(UnderWay(&self.under_way))
    }

    /// An identifier for a question that no other has.
    pub(super) fn next_question(&self, now: UtcTime) -> RequestId {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let text = format!("das-{:x}-{number:x}", now.unix_micros());
        RequestId::parse(&text).unwrap_or_else(|_| RequestId::unknown())
    }
}

fn key_of(consultation: &Consultation, subject: &Subject) -> Key {
    (consultation.id.clone(), subject.target.clone(), subject.originator.clone())
}

/// A question that is under way.
pub(super) struct UnderWay<'a>(&'a AtomicU32);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A digest of a resource: another one for everything about it that a request can change, and for another resource of
/// the same identifier.
pub(super) fn digest(resource: &Resource) -> [u8; 32] {
    let mut steady = Resource { modified: resource.created, ..resource.clone() };
    for counter in COUNTERS {
        steady.attributes.remove(counter);
    }
    Sha256::digest(steady.encode()).into()
}
