//! The world of a laboratory: it answers needs from a real store and real environments, unless the script
//! says otherwise, and keeps a log.

mod records;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use csf_api::{EntityId, Object, UtcTime, Value};
use csf_service::{
    Answer, Association, Associations, AuditAnswer, AuditQuestion, AuditRecord, AuditUnavailable,
    ConfigurationChange, ConfigurationRefused, Location, Need, Outside, RequestNumber, SendError,
};
use csf_store::{Batch, Range, RecordKey, Records, Space, Store, StoreError};
use csf_transport::{CancelFlag, Command, Cx, Reply, SeError, SeId, SecureEnvironment};
use csf_tree::schema::{CONTENT_INSTANCE, DATA_OBJECT};
use csf_tree::{Resource, spaces};

use super::executor::PendingOnce;
use super::script::{Fault, Held, Script, Wanted};
use super::servers::Servers;
use super::setup::{Kept, Setup};
use crate::ManualClock;

/// How long a request may take, on the manual clock.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a command may take on the real clock, on a machine that is busy.
const REAL_PATIENCE: Duration = Duration::from_secs(600);

/// The world.
pub struct World {
    clock: ManualClock,
    records: Records<Arc<dyn Store>>,
    environments: Vec<Arc<dyn SecureEnvironment>>,
    script: Mutex<Script>,
    held: AtomicBool,
    log: Mutex<Log>,
    locations: Mutex<BTreeMap<String, Location>>,
    servers: Servers,
    associations: Mutex<Vec<Association>>,
    /// The number of the request that is served.
    number: AtomicU64,
}

#[derive(Default)]
struct Log {
    loads: Vec<String>,
    scans: usize,
    commits: usize,
    commands: Vec<(SeId, &'static str)>,
    audits: Vec<AuditRecord>,
    locations: usize,
    changes: Vec<ConfigurationChange>,
}

impl World {
    pub(super) fn new(setup: &Setup, kept: &Kept, now: UtcTime) -> Self {
        Self {
            clock: ManualClock::at(now),
            records: kept.records(),
            environments: kept.environments(setup),
            script: Mutex::default(),
            held: AtomicBool::new(false),
            log: Mutex::default(),
            locations: Mutex::default(),
            servers: Servers::default(),
            associations: Mutex::default(),
            number: AtomicU64::new(0),
        }
    }

    /// Has the source of locations say from now on that this originator, by its absolute identifier, is there.
    pub fn tell_location(&self, originator: &str, location: Location) {
        lock(&self.locations).insert(originator.to_owned(), location);
    }

    /// Has these be the associations that are open from now on.
    pub fn tell_associations(&self, open: Vec<Association>) {
        *lock(&self.associations) = open;
    }

    /// Begins to count anew how often a location is asked for.
    #[must_use]
    pub fn take_locations_asked(&self) -> usize {
        std::mem::take(&mut lock(&self.log).locations)
    }

    pub(super) const fn servers(&self) -> &Servers {
        &self.servers
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// What time it is.
    #[must_use]
    pub fn utc(&self) -> UtcTime {
        self.clock.utc()
    }

    /// By when a request that begins now must be answered.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.clock.instant() + PATIENCE
    }

    /// The keys of the records that were loaded since the needs were forgotten, each once, in order.
    #[must_use]
    pub fn loads(&self) -> Vec<String> {
        let mut seen = Vec::new();
        for key in &lock(&self.log).loads {
            if !seen.contains(key) {
                seen.push(key.clone());
            }
        }
        seen
    }

    /// How many records were loaded since the needs were forgotten, each as often as it was.
    #[must_use]
    pub fn load_count(&self) -> usize {
        lock(&self.log).loads.len()
    }

    /// How many commits were asked for.
    #[must_use]
    pub fn commits(&self) -> usize {
        lock(&self.log).commits
    }

    /// How many scans were asked for.
    #[must_use]
    pub fn scans(&self) -> usize {
        lock(&self.log).scans
    }

    /// The names of the commands that were asked for, in order.
    #[must_use]
    pub fn commands(&self) -> Vec<&'static str> {
        lock(&self.log).commands.iter().map(|(_, name)| *name).collect()
    }

    /// The names of the environments that were asked to execute this command, in order.
    #[must_use]
    pub fn environments_of(&self, command: &str) -> Vec<String> {
        let log = lock(&self.log);
        log.commands.iter().filter(|(_, name)| *name == command).map(|(at, _)| at.to_string()).collect()
    }

    /// The changes of the configuration that were asked for, in order.
    #[must_use]
    pub fn configuration_changes(&self) -> Vec<ConfigurationChange> {
        lock(&self.log).changes.clone()
    }

    /// Begins the log anew.
    pub fn forget_needs(&self) {
        *lock(&self.log) = Log::default();
    }

    /// The version of every record that the service can write, by key; what outlives the resources that it is
    /// about aside: the bindings of identities, and the counts of resources.
    ///
    /// # Panics
    ///
    /// When the store fails.
    #[must_use]
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let own = ["state", "intent", "content", "usage"].map(Space::sealed);
        let all = [
            spaces::SEALED,
            spaces::ORDINARY,
            spaces::CHILDREN,
            spaces::NAMES,
            spaces::ENDS,
            spaces::MARKS,
            spaces::CREDENTIALS,
        ];
        let scan = |space| {
            let range = Range { space, prefix: "".into(), after: None, limit: 100_000, backwards: false };
            self.records.scan(&range).unwrap()
        };
        all.into_iter()
            .chain(own)
            .flat_map(scan)
            .map(|(key, record)| (key.as_str().to_owned(), record.version().0))
            .collect()
    }

    /// How many resources each originator made, instances and sensitive data aside: as the service keeps count, and as a count of all
    /// resources finds.
    ///
    /// # Panics
    ///
    /// When the store fails, or holds what is no resource or no count.
    #[must_use]
    pub fn counts(&self) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
        let scan = |space| {
            let range = Range { space, prefix: "".into(), after: None, limit: 100_000, backwards: false };
            self.records.scan(&range).unwrap()
        };
        let number = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().unwrap());
        let kept = scan(spaces::COUNTS).into_iter();
        let kept = kept.map(|(key, record)| (key.path().to_owned(), number(record.bytes())));
        let mut counted = BTreeMap::new();
        for (_, record) in scan(spaces::SEALED).into_iter().chain(scan(spaces::ORDINARY)) {
            let resource = Resource::decode(record.bytes()).unwrap();
            let counts = *resource.schema != CONTENT_INSTANCE && *resource.schema != DATA_OBJECT;
            if let Some(creator) = resource.creator.filter(|_| counts) {
                *counted.entry(String::from(creator)).or_insert(0) += 1;
            }
        }
        (kept.filter(|(_, number)| *number > 0).collect(), counted)
    }

    /// Executes a command directly, past the service.
    ///
    /// # Errors
    ///
    /// What the environment answers.
    pub fn execute(&self, at: &SeId, command: &Command) -> Result<Reply, SeError> {
        let environment = self.environments.iter().find(|e| e.describe().id == *at);
        let cancel = CancelFlag::new();
        let cx = Cx { deadline: Instant::now() + REAL_PATIENCE, now: self.utc(), cancel: &cancel };
        environment.ok_or(SeError::Unavailable)?.open(&cx)?.execute(command, &cx)
    }

    pub(super) fn script(&self, wanted: Wanted, fault: Fault) {
        lock(&self.script).add(wanted, fault);
    }

    pub(super) fn hold(&self, wanted: Wanted) {
        lock(&self.script).hold(wanted);
    }

    pub(super) fn heal(&self) {
        lock(&self.script).heal();
    }

    pub(super) fn take_held(&self) -> bool {
        self.held.swap(false, Ordering::Relaxed)
    }

    pub(super) fn take_audits(&self) -> Vec<AuditRecord> {
        std::mem::take(&mut lock(&self.log).audits)
    }

    async fn answer(&self, need: Need<'_>, by: Instant) -> Answer {
        let (held, fault) = {
            let mut script = lock(&self.script);
            let held = script.holds(&need);
            (held, script.fault(&need))
        };
        if held == Some(Held::Before) {
            self.hold_on().await;
        }
        let answer = self.answer_by_script(need, by, fault).await;
        if held == Some(Held::Done) {
            self.hold_on().await;
        }
        answer
    }

    async fn hold_on(&self) {
        self.held.store(true, Ordering::Relaxed);
        PendingOnce::default().await;
    }

    async fn answer_by_script(&self, need: Need<'_>, by: Instant, fault: Option<Fault>) -> Answer {
        // What is sent has a time of its own, within that of the request.
        let by = match &need {
            Need::Send { hop, .. } => by.min(self.clock.instant() + hop.within()),
            _ => by,
        };
        match fault {
            None => {}
            Some(Fault::Pending) => PendingOnce::default().await,
            Some(Fault::Failing) => return failing(&need),
            Some(Fault::Late) => {
                let left = by.saturating_duration_since(self.clock.instant());
                self.clock.advance(left + Duration::from_millis(1));
            }
            Some(Fault::Absent) => {
                if let Need::Load(keys) = need {
                    self.note_loads(keys);
                    return Answer::Load(Ok(vec![None; keys.len()]));
                }
            }
        }
        if self.clock.instant() > by {
            return self.late(&need);
        }
        self.carry_out(need)
    }

    fn carry_out(&self, need: Need<'_>) -> Answer {
        match need {
            Need::Se { at, command } => {
                lock(&self.log).commands.push((at.clone(), command.name()));
                Answer::Se(self.execute(at, &command))
            }
            Need::Load(keys) => {
                self.note_loads(keys);
                Answer::Load(self.records.load(keys))
            }
            Need::Scan(range) => {
                lock(&self.log).scans += 1;
                Answer::Scan(self.records.scan(range))
            }
            Need::Commit(batch) => Answer::Commit(self.commit(batch)),
            Need::Audit(record) => {
                lock(&self.log).audits.push(*record);
                Answer::Audit(Ok(()))
            }
            Need::AuditReady => Answer::Audit(Ok(())),
            // Whoever guards this log has nothing to hide: every pseudonym is the name itself.
            Need::AuditLog(AuditQuestion::Resolve(names)) => {
                Answer::AuditLog(Ok(AuditAnswer::Resolved(names.into_iter().map(Some).collect())))
            }
            Need::AuditLog(AuditQuestion::Pseudonym(name)) => {
                Answer::AuditLog(Ok(AuditAnswer::Pseudonym(name)))
            }
            Need::AuditLog(AuditQuestion::Flush) => Answer::AuditLog(Ok(AuditAnswer::Flushed(0))),
            Need::AuditLog(_) => Answer::AuditLog(Ok(AuditAnswer::Refused("not in a laboratory".into()))),
            Need::Send { hop, request } => Answer::Sent(self.servers.answer(hop, request)),
            Need::Associations(most) => {
                let open = lock(&self.associations);
                let listed = open.iter().take(most).copied().collect();
                Answer::Associations(Associations { listed, count: open.len() })
            }
            Need::Configuration => {
                Answer::Configuration(Object::new().with("limits.depth", Value::text("lab")))
            }
            Need::Configure(change) if change.settings.iter().any(|(key, _)| **key == *"wrong") => {
                Answer::Configured(Err(ConfigurationRefused { text: "there is no key 'wrong'".into() }))
            }
            Need::Configure(change) => {
                lock(&self.log).changes.push(change);
                Answer::Configured(Ok(()))
            }
            _ => panic!("nobody has such a need"),
        }
    }

    fn note_loads(&self, keys: &[RecordKey]) {
        lock(&self.log).loads.extend(keys.iter().map(|key| key.as_str().to_owned()));
    }

    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        lock(&self.log).commits += 1;
        self.records.commit(&[batch]).pop().unwrap().map(drop)
    }

    /// Past the deadline everything is an error of its kind.
    fn late(&self, need: &Need<'_>) -> Answer {
        if let Need::Load(keys) = need {
            self.note_loads(keys);
        }
        match need {
            Need::Se { .. } => Answer::Se(Err(SeError::Expired)),
            Need::Send { .. } => Answer::Sent(Err(SendError::Late)),
            _ => failing(need),
        }
    }
}

fn failing(need: &Need<'_>) -> Answer {
    let broken = || StoreError::Unavailable(SECRET_OF_THE_STORE.into());
    match need {
        Need::Se { .. } => Answer::Se(Err(SeError::OutcomeUnknown)),
        Need::Load(_) => Answer::Load(Err(broken())),
        Need::Scan(_) => Answer::Scan(Err(broken())),
        Need::Commit(_) => Answer::Commit(Err(broken())),
        Need::AuditLog(_) => Answer::AuditLog(Err(AuditUnavailable)),
        Need::Send { .. } => Answer::Sent(Err(SendError::Unreachable)),
        _ => Answer::Audit(Err(AuditUnavailable)),
    }
}

/// What a failing store says, and what no caller may ever read.
pub(super) const SECRET_OF_THE_STORE: &str = "/var/lib/csf/records.db: disk I/O error";

impl World {
    /// What a failing store says, and what no caller may ever read.
    pub const SECRET: &str = SECRET_OF_THE_STORE;
}

impl World {
    /// Counts a request that is served from now on.
    pub(super) fn count_request(&self) {
        self.number.fetch_add(1, Ordering::Relaxed);
    }

    /// The number of the request that was served last.
    #[must_use]
    pub fn last_request(&self) -> RequestNumber {
        RequestNumber::new(1, self.number.load(Ordering::Relaxed))
    }
}

impl Outside for World {
    fn request(&self) -> Option<RequestNumber> {
        Some(self.last_request())
    }

    fn now(&self) -> UtcTime {
        self.utc()
    }

    async fn ask(&self, need: Need<'_>, by: Instant) -> Answer {
        let Need::Many(needs) = need else { return self.answer(need, by).await };
        let mut answers = Vec::with_capacity(needs.len());
        for need in needs {
            answers.push(self.answer(need, by).await);
        }
        Answer::Many(answers)
    }

    async fn locate(&self, who: Option<&EntityId>, _: Option<IpAddr>, _: Instant) -> Option<Location> {
        lock(&self.log).locations += 1;
        lock(&self.locations).get(who?.absolute()).copied()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
