//! The laboratory: the whole service layer in one thread, against a scripted outside and a clock moved by hand.
//!
//! ```text
//!   test ── Asker ──▶ Service::handle ──▶ World (implements Outside) ─┬─ Records over memory or SQLite
//!     │                                     ▲        │                ├─ software secure environments
//!     └── script: late, failing, pending ───┘        └─ log of needs  └─ audit records
//! ```
//!
//! Every flow runs on each storage, so that nothing depends on which one it is:
//!
//! ```
//! use support::lab::{Reading, container, on_every_storage};
//!
//! on_every_storage(|lab| {
//!     assert_eq!(lab.user(1000).register("Cmeter").code(), 2001);
//!     let meter = lab.as_ae(1000, "Cmeter");
//!     assert_eq!(meter.create("cse-mn/Cmeter", container("readings")).code(), 2001);
//!     assert_eq!(lab.as_ae(1001, "Cmeter").retrieve("cse-mn/Cmeter/readings").code(), 4106);
//! });
//! ```

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a laboratory reports by panicking"
)]

mod asker;
mod executor;
mod facts;
mod independent;
mod reading;
mod requests;
mod script;
mod servers;
mod setup;
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csf_api::UtcTime;
use csf_service::{AuditRecord, Service, Settings, StartError, Started, Swept};
use csf_transport::SecureEnvironment;

pub use asker::{Asker, LocalUser};
pub use facts::{Scenario, each_fact_pending_absent_late_and_failing};
pub use independent::{ed25519_verifies, p256_verifies, p384_verifies};
pub use reading::{Reading, codes};
pub use requests::{
    ALL, CREATE, DELETE, DISCOVERY, Draft, IntoValue, NOTIFY, RETRIEVE, UPDATE, ae, answering_key, changes,
    container, creation, credential, data_object, deletion, demanding, discovery, draft, ecdsa_key, filtered,
    group, hmac_key, instance, invocation, policy, remote_cse, retrieval, rule, state_of, unnamed_container,
    update, with_result_content,
};
pub use script::{
    Fault, Wanted, audits, command, commits, commits_of, load_of, loads_of, questions, scans_of,
};
pub use servers::answered;
pub use setup::{Setup, Storage};
pub use world::World;

use executor::{Progress, poll_until_held, run, run_all, run_all_held};
use setup::{Kept, started_at};

/// A node without sockets, threads or a clock of its own.
pub struct Lab {
    service: Service,
    started: Started,
    world: World,
    setup: Setup,
    kept: Kept,
    requests: AtomicU64,
}

/// Runs a flow on each storage, each time in a new laboratory.
pub fn on_every_storage(flow: impl Fn(Lab)) {
    on_every_storage_with(|_| {}, flow);
}

/// The same after a change to the setup.
pub fn on_every_storage_with(change: impl Fn(&mut Setup), flow: impl Fn(Lab)) {
    for storage in Storage::ALL {
        let mut setup = Setup::on(storage);
        change(&mut setup);
        let _says = SaysWhich(storage);
        flow(Lab::new(setup));
    }
}

impl Lab {
    /// A laboratory whose service has started on an empty store.
    ///
    /// # Panics
    ///
    /// When the service does not start.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let kept = Kept::new(&setup);
        Self::start(setup, kept, started_at())
    }

    /// Stops the node and starts it again on the same store and environments, with an empty cache and
    /// whatever else the change says.
    ///
    /// # Panics
    ///
    /// When the service does not start.
    #[must_use]
    pub fn restart(self, change: impl FnOnce(&mut Setup)) -> Self {
        let Self { service, world, mut setup, mut kept, .. } = self;
        let now = world.utc();
        // The store must be closed before it is opened again.
        drop((service, world));
        change(&mut setup);
        kept.environments_for(&setup);
        Self::start(setup, kept, now)
    }

    fn start(setup: Setup, kept: Kept, now: UtcTime) -> Self {
        let world = World::new(&setup, &kept, now);
        let service = service_of(&kept, &setup, now);
        let started = run(service.start(&world, world.deadline())).expect("the service starts");
        world.forget_needs();
        Self { service, started, world, setup, kept, requests: AtomicU64::new(0) }
    }

    /// Has another service start on the same store, with settings that differ by the change.
    ///
    /// # Errors
    ///
    /// What that service says about the store.
    ///
    /// # Panics
    ///
    /// When the settings make no service.
    pub fn start_another(&self, change: impl FnOnce(&mut Settings)) -> Result<Started, StartError> {
        let mut setup = self.setup.clone();
        change(&mut setup.settings);
        let service = service_of(&self.kept, &setup, self.world.utc());
        run(service.start(&self.world, self.world.deadline()))
    }

    /// What happened at the last start.
    #[must_use]
    pub const fn started(&self) -> Started {
        self.started
    }

    /// Gives the running service other settings.
    pub fn reconfigure(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.setup.settings);
        self.service = self.service.with_settings(self.setup.settings.clone());
    }

    /// The service itself.
    #[must_use]
    pub const fn service(&self) -> &Service {
        &self.service
    }

    /// The world around it: clock, script, log.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The environment of this name.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn environment(&self, name: &str) -> Arc<dyn SecureEnvironment> {
        self.kept.environment(name)
    }

    /// A local user at the local socket, by number.
    #[must_use]
    pub const fn user(&self, uid: u32) -> LocalUser<'_> {
        LocalUser::new(self, uid)
    }

    /// An originator at the local socket of this user.
    #[must_use]
    pub fn as_ae(&self, uid: u32, from: &str) -> Asker<'_> {
        Asker::local(self, uid, Some(from))
    }

    /// The administrator at the administration socket.
    #[must_use]
    pub fn admin(&self) -> Asker<'_> {
        Asker::administration(self, Some("CAdmin"))
    }

    /// Somebody at the network listener who claims to be this originator.
    #[must_use]
    pub fn network(&self, from: &str) -> Asker<'_> {
        Asker::network(self, Some(from))
    }

    /// Somebody at the network listener, as a stem that nobody proved.
    #[must_use]
    pub fn bare(&self) -> Asker<'_> {
        self.network("Cnobody")
    }

    /// Registers an AE for a user and gives its asker.
    ///
    /// # Panics
    ///
    /// When the registration fails.
    #[must_use]
    pub fn registered(&self, uid: u32, stem: &str) -> Asker<'_> {
        let response = self.user(uid).register(stem);
        assert_eq!(response.code(), 2001, "{stem}: {:?}", response.content);
        self.as_ae(uid, stem)
    }

    /// Lets time pass.
    pub fn wait(&self, time: Duration) {
        self.world.clock().advance(time);
    }

    /// Has the service sweep once.
    pub fn sweep(&self) -> Swept {
        run(self.service.sweep(&self.world, self.world.deadline()))
    }

    /// A timestamp so many seconds from now, as requests write it.
    #[must_use]
    pub fn in_seconds(&self, seconds: i64) -> String {
        self.world.utc().plus_seconds(seconds).to_string()
    }

    /// Adds a fault to the script: it befalls every need that is wanted.
    pub fn script(&self, wanted: Wanted, fault: Fault) {
        self.world.script(wanted, fault);
    }

    /// Takes all faults back.
    pub fn heal(&self) {
        self.world.heal();
    }

    /// The audit records since they were last taken.
    #[must_use]
    pub fn take_audits(&self) -> Vec<AuditRecord> {
        self.world.take_audits()
    }

    /// Runs a request up to the first need that is wanted, then `meanwhile`, then the request to its end.
    ///
    /// # Panics
    ///
    /// When the request never has such a need.
    pub fn interrupted<R>(
        &self,
        asker: &Asker<'_>,
        request: csf_api::Request,
        at: Wanted,
        meanwhile: impl FnOnce() -> R,
    ) -> (csf_api::Response, R) {
        let request = asker.complete(request);
        let evidence = asker.evidence();
        self.world.hold(at);
        let deadline = self.world.deadline();
        let mut journey = Box::pin(self.service.handle(&self.world, &evidence, &request, deadline));
        match poll_until_held(journey.as_mut(), &self.world) {
            Progress::Held => {}
            Progress::Done(response) => panic!("never held: {:?}", response.status),
        }
        let between = meanwhile();
        (run(journey), between)
    }

    /// Runs several requests at the same time, each as far as it comes in turn; their responses in order.
    ///
    /// # Panics
    ///
    /// When one never ends.
    pub fn together(&self, asked: Vec<(&Asker<'_>, csf_api::Request)>) -> Vec<csf_api::Response> {
        let complete = |(asker, request): (&Asker<'_>, _)| (asker.complete(request), asker.evidence());
        let asked: Vec<_> = asked.into_iter().map(complete).collect();
        let by = self.world.deadline();
        let begin = |(request, evidence)| self.service.handle(&self.world, evidence, request, by);
        run_all(asked.iter().map(|(request, evidence)| begin((request, evidence))))
    }

    /// Runs several requests at the same time until one has the first need that is wanted and the others wait, then
    /// `meanwhile`, then all to their ends; their responses in order.
    ///
    /// # Panics
    ///
    /// When no request has such a need, or one never ends.
    pub fn together_interrupted(
        &self,
        asked: Vec<(&Asker<'_>, csf_api::Request)>,
        at: Wanted,
        meanwhile: impl FnOnce(),
    ) -> Vec<csf_api::Response> {
        self.held_together(asked, vec![at], false, meanwhile).into_iter().flatten().collect()
    }

    /// The same, but the one that is held is dropped there, as when a client goes away; so is the one that then has the
    /// next need, and so on, before `meanwhile`. Which ones these were, and the responses to the others, in order.
    ///
    /// # Panics
    ///
    /// As [`Self::together_interrupted`].
    pub fn together_abandoned(
        &self,
        asked: Vec<(&Asker<'_>, csf_api::Request)>,
        at: Vec<Wanted>,
        meanwhile: impl FnOnce(),
    ) -> (Vec<usize>, Vec<csf_api::Response>) {
        let responses = self.held_together(asked, at, true, meanwhile);
        let gone = responses.iter().enumerate().filter(|(_, response)| response.is_none());
        (gone.map(|(at, _)| at).collect(), responses.into_iter().flatten().collect())
    }

    fn held_together(
        &self,
        asked: Vec<(&Asker<'_>, csf_api::Request)>,
        at: Vec<Wanted>,
        abandons: bool,
        meanwhile: impl FnOnce(),
    ) -> Vec<Option<csf_api::Response>> {
        let complete = |(asker, request): (&Asker<'_>, _)| (asker.complete(request), asker.evidence());
        let asked: Vec<_> = asked.into_iter().map(complete).collect();
        let by = self.world.deadline();
        let (mut at, mut meanwhile) = (at.into_iter(), Some(meanwhile));
        let mut go_on = || {
            let next = at.next();
            let more = next.is_some();
            next.map_or_else(|| meanwhile.take().map_or((), |last| last()), |at| self.world.hold(at));
            more
        };
        assert!(go_on(), "nothing is held");
        let begin = |(request, evidence)| self.service.handle(&self.world, evidence, request, by);
        let journeys = asked.iter().map(|(request, evidence)| begin((request, evidence)));
        run_all_held(journeys, &self.world, abandons, go_on)
    }

    /// Takes a request up to the first need that is wanted and drops it there, as when a client goes away; then
    /// runs others.
    ///
    /// # Panics
    ///
    /// When the request never has such a need, or another never ends.
    pub fn abandoned(
        &self,
        (asker, request): (&Asker<'_>, csf_api::Request),
        at: Wanted,
        then: Vec<(&Asker<'_>, csf_api::Request)>,
    ) -> Vec<csf_api::Response> {
        let (request, evidence) = (asker.complete(request), asker.evidence());
        self.world.hold(at);
        let by = self.world.deadline();
        let mut journey = Box::pin(self.service.handle(&self.world, &evidence, &request, by));
        assert!(matches!(poll_until_held(journey.as_mut(), &self.world), Progress::Held), "never held");
        drop(journey);
        self.together(then)
    }

    /// Runs a request up to the first need that is wanted; then the node loses power, and starts again after
    /// the change.
    ///
    /// # Panics
    ///
    /// When the request never has such a need, or the node does not start.
    #[must_use]
    pub fn crashed(
        self,
        ask: impl FnOnce(&Self) -> (Asker<'_>, csf_api::Request),
        at: Wanted,
        change: impl FnOnce(&mut Setup),
    ) -> Self {
        {
            let (asker, request) = ask(&self);
            let (request, evidence) = (asker.complete(request), asker.evidence());
            self.world.hold(at);
            let deadline = self.world.deadline();
            let mut journey = Box::pin(self.service.handle(&self.world, &evidence, &request, deadline));
            let progress = poll_until_held(journey.as_mut(), &self.world);
            assert!(matches!(progress, Progress::Held), "the request came to its end");
        }
        self.restart(change)
    }

    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }
}

fn service_of(kept: &Kept, setup: &Setup, now: UtcTime) -> Service {
    let descriptions = kept.environments(setup).iter().map(|e| e.describe().clone()).collect();
    Service::new(setup.settings.clone(), descriptions, now).expect("a service")
}

/// Says on which storage a flow failed.
struct SaysWhich(Storage);

impl Drop for SaysWhich {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(clippy::print_stderr, reason = "the one place where a flow learns its storage")]
            {
                eprintln!("storage: {:?}", self.0);
            }
        }
    }
}
