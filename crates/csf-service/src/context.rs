//! What all requests share: settings, secure environments, compiled policies.
//!
//! A context does not change. Another one with other settings shares the rest with it, so that a request keeps the
//! settings that it began with, and nobody waits when they change.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use csf_api::UtcTime;
use csf_transport::{Description, SeId};
use csf_tree::Ordinal;

use crate::appends::Appends;
use crate::authentication_service::Challenges;
use crate::authorization::Recent;
use crate::gate::Gate;
use crate::known_names::KnownNames;
use crate::outside::Asking;
use crate::policies::Policies;
use crate::settings::Settings;

/// What all requests share.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) environments: Vec<Description>,
    pub(crate) policies: Arc<Policies>,
    pub(crate) appends: Arc<Appends>,
    pub(crate) names: Arc<KnownNames>,
    /// The challenges that nobody has answered yet.
    pub(crate) challenges: Arc<Challenges>,
    /// When the service started.
    pub(crate) started: UtcTime,
    first: SeId,
    /// Which settings these are of all that the service had since its start.
    #[cfg(feature = "access-management")]
    edition: u64,
    #[cfg(feature = "access-management")]
    last_edition: Arc<AtomicU64>,
    last_ordinal: Arc<AtomicU64>,
    /// What every identifier exceeds that was given after the last restore; 0 where there was none.
    floor: Arc<AtomicU64>,
    /// The earliest moment at which something is known to end, in microseconds.
    next_end: Arc<AtomicI64>,
    /// The decisions of the last while.
    pub(crate) recent: Arc<Recent>,
    /// Reads that were permitted, for the audit log's windows.
    pub(crate) reads: Arc<AtomicU64>,
}

impl Context {
    /// `None` without a secure environment.
    pub(crate) fn new(settings: Settings, environments: Vec<Description>, started: UtcTime) -> Option<Self> {
        let first = environments.first()?.id.clone();
        let (policies, appends, challenges) = (Arc::default(), Arc::default(), Arc::default());
        let (names, recent) = (Arc::default(), Arc::default());
        let (last_ordinal, floor, reads) = (Arc::default(), Arc::default(), Arc::default());
        let next_end = Arc::new(AtomicI64::new(i64::MAX));
        Some(Self {
            settings,
            environments,
            policies,
            appends,
            names,
            challenges,
            started,
            first,
            #[cfg(feature = "access-management")]
            edition: 0,
            #[cfg(feature = "access-management")]
            last_edition: Arc::default(),
            last_ordinal,
            floor,
            next_end,
            recent,
            reads,
        })
    }

    /// The same with other settings; everything that changes is shared.
    pub(crate) fn with(&self, settings: Settings) -> Self {
        Self {
            settings,
            environments: self.environments.clone(),
            policies: Arc::clone(&self.policies),
            appends: Arc::clone(&self.appends),
            names: Arc::clone(&self.names),
            challenges: Arc::clone(&self.challenges),
            started: self.started,
            first: self.first.clone(),
            #[cfg(feature = "access-management")]
            edition: self.last_edition.fetch_add(1, Ordering::Relaxed).saturating_add(1),
            #[cfg(feature = "access-management")]
            last_edition: Arc::clone(&self.last_edition),
            last_ordinal: Arc::clone(&self.last_ordinal),
            floor: Arc::clone(&self.floor),
            next_end: Arc::clone(&self.next_end),
            recent: Arc::clone(&self.recent),
            reads: Arc::clone(&self.reads),
        }
    }

    /// The environment used where any will do.
    pub(crate) const fn first_environment(&self) -> &SeId {
        &self.first
    }

    /// The gate, for what is asked here and now.
    pub(crate) fn gate<'a, O>(&'a self, asking: &'a Asking<'a, O>) -> Gate<'a, O> {
        Gate {
            asking,
            settings: &self.settings,
            policies: &self.policies,
            #[cfg(feature = "access-management")]
            account: None,
        }
    }

    /// Which settings these are: what was found out under others may not hold under these.
    #[cfg(feature = "access-management")]
    pub(crate) const fn edition(&self) -> u64 {
        self.edition
    }

    /// Has ordinals go on after this one.
    pub(crate) fn resume_after(&self, ordinal: Ordinal) {
        self.last_ordinal.fetch_max(ordinal.number(), Ordering::Relaxed);
    }

    /// Has ordinals go on after this one, to which they jumped for a restore.
    pub(crate) fn resume_after_restore(&self, floor: Ordinal) {
        self.floor.fetch_max(floor.number(), Ordering::Relaxed);
        self.resume_after(floor);
    }

    /// What every identifier exceeds that was given after the last restore, where there was one.
    #[cfg(feature = "access-management")]
    pub(crate) fn restored_after(&self) -> Option<Ordinal> {
        let floor = self.floor.load(Ordering::Relaxed);
        (floor != 0).then(|| Ordinal::from_number(floor))
    }

    /// Notes that something ends then. To be called after it was committed: see [`Self::forget_end`].
    pub(crate) fn note_end(&self, end: Option<UtcTime>) {
        if let Some(end) = end {
            self.next_end.fetch_min(end.unix_micros(), Ordering::SeqCst);
        }
    }

    /// Forgets what ends next, before the index is read for it: what is committed later is noted later.
    pub(crate) fn forget_end(&self) {
        self.next_end.store(i64::MAX, Ordering::SeqCst);
    }

    /// When something ends next, as far as is known.
    pub(crate) fn next_end(&self) -> Option<UtcTime> {
        let micros = self.next_end.load(Ordering::SeqCst);
        (micros != i64::MAX).then(|| UtcTime::from_unix_micros(micros))
    }

    /// A new ordinal, later than every one before it.
    pub(crate) fn next_ordinal(&self, now: UtcTime) -> Ordinal {
        let mut next = Ordinal::default();
        let advance = |last| {
            next = Ordinal::next(Ordinal::from_number(last), now);
            Some(next.number())
        };
        // The closure never declines, so the update always succeeds.
        let _ = self.last_ordinal.fetch_update(Ordering::Relaxed, Ordering::Relaxed, advance);
        next
    }
}
