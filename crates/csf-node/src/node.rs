//! A node put together: store, vault, secure environments, audit log, service layer.

mod administration;
mod change_record;
pub(crate) mod clock;
mod commit_lane;
mod expiry;
mod live;
mod outside;
mod pace;
mod read_lane;
pub(crate) mod resealer;
mod sender;
pub(crate) mod soft;
pub(crate) mod state;
mod sweeper;
pub(crate) mod vault_error;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use csf_api::{Request, Response, Status};
use csf_service::{
    AssociationKind, AuditKind, AuditRecord, Compared, Components, ConfigurationChange, Consultation,
    DefaultAccess, Evidence, Laboratory, Service, ServiceLimits, Settings, Started, Trace,
};
use csf_store::{Epoch, Identity, Records, SqliteStore, Store};
use csf_transport::{Environments, SecureEnvironment};
use se_plugin_soft::SoftSe;

use crate::associations::Listed;
use crate::audit_log::AuditLog;
use crate::config::Config;
use crate::error::NodeError;
use crate::health::{Bounds, Vitals};
use crate::metrics::Metrics;
use crate::profile::Component;
use administration::Administration;
use live::{Live, with_live};
use outside::NodeOutside;
use resealer::Resealer;
use state::StateDirectory;
use sweeper::Alarm;

/// How long the node may take to make its store ready.
const START_TIME: Duration = Duration::from_secs(60);

/// A node, assembled and ready to start.
pub struct Node {
    live: Arc<Live>,
    administration: Arc<Administration>,
    outside: NodeOutside,
    vitals: Arc<Vitals>,
    alarm: Alarm,
    created_root: Option<PathBuf>,
    // Before the state directory, so that it has stopped when another node may use that.
    resealer: Resealer,
    // Held so that no second node uses the state directory; released last.
    state: StateDirectory,
}

impl Node {
    /// Puts the node together. Nothing listens yet, and no request can be handled before [`Self::start`].
    ///
    /// # Errors
    ///
    /// Names the file or part that cannot be used, and what to do about it.
    pub fn assemble(config: &Config) -> Result<Self, NodeError> {
        let state = StateDirectory::open(&config.state)
            .map_err(|error| if error.is_usage() { error.of_key(config, "state") } else { error })?;
        let (soft, created_root) = soft::open(config, &state)?;
        let soft = Arc::new(soft);
        let environments: Vec<Arc<dyn SecureEnvironment>> = vec![Arc::<SoftSe>::clone(&soft)];
        let environments = Environments::new(environments).map_err(NodeError::environments)?;
        let store = SqliteStore::open(&state.store()).map_err(|e| NodeError::store(&state.store(), &e))?;
        let identity = Identity::load(&store).map_err(|e| NodeError::store(&state.store(), &e))?;
        let next: &dyn Fn(Epoch) -> Epoch = &Epoch::next;
        let begin = config.new_store_key.then_some(next);
        let (vault, identity) = state::vault(&environments, &store, identity, state.store_id(), begin)
            .map_err(|e| NodeError::vault(&state.store(), &e))?;
        let cache = usize::try_from(config.limits.cache_records).ok().and_then(NonZeroUsize::new);
        let records = Records::open(store, vault, cache.unwrap_or(NonZeroUsize::MIN))
            .map_err(|e| NodeError::store(&state.store(), &e))?;
        let descriptions = environments.descriptions().into_iter().cloned().collect();
        let service = Service::new(settings(config, &state), descriptions, clock::now())
            .map_err(|e| NodeError::part("service layer", &e))?;
        let queue = usize::try_from(config.limits.requests).unwrap_or(usize::MAX);
        let records = Arc::new(records);
        let log_store: Arc<dyn Store> = Arc::<Records<SqliteStore>>::clone(&records);
        let audit = AuditLog::open(
            state.path(),
            &state.store_id().to_string(),
            log_store,
            config.audit_strict,
            config.audit_rotation,
        )?;
        let resealer = Resealer::new(&records, identity, &soft);
        let metrics = Arc::new(Metrics::new(&environments.descriptions()));
        let live = Arc::new(Live::new(service, config));
        let audit = Arc::new(audit);
        let bounds = Bounds { requests: config.limits.requests, connections: config.limits.connections };
        let vitals = Arc::new(Vitals::new(&metrics, &audit, bounds, state.path()));
        let administration = Arc::new(Administration::new(&live, config, &vitals));
        let outside = NodeOutside::new(records, environments, &vitals, &administration, queue)?;
        Ok(Self {
            live,
            administration,
            outside,
            vitals,
            alarm: Alarm::default(),
            created_root,
            resealer,
            state,
        })
    }

    /// Makes the store ready: the first resources at first start, and the ends of what a crash interrupted.
    ///
    /// # Errors
    ///
    /// When the store fails, is damaged, has another layout, or belongs to another CSE.
    pub async fn start(&self) -> Result<Started, NodeError> {
        let by = Instant::now().checked_add(START_TIME).unwrap_or_else(Instant::now);
        let started = self
            .live
            .service()
            .start(&self.outside, by)
            .await
            .map_err(|e| NodeError::start(&self.state.store(), &e))?;
        if let Some(compared) = started.compared {
            let Compared { missing, quarantined, left } = compared;
            tracing::warn!(missing, quarantined, left, "keys compared with their objects after a restore");
            let ground = format!(
                "after a restore: {missing} key objects without a key (missing), {quarantined} keys without an object \
                 (quarantined), {left} not compared"
            );
            self.note(AuditKind::Restore, &ground).await;
        }
        self.resealer.begin()?;
        self.note(AuditKind::Start, if started.first { "first start" } else { "start" }).await;
        self.vitals.set_started();
        Ok(started)
    }

    /// Handles one request.
    pub async fn handle(&self, evidence: &Evidence, request: &Request) -> Response {
        let begin = Instant::now();
        let service = self.live.service();
        let (response, trace) = match expiry::time_for(request, clock::now(), self.request_time()) {
            Ok(time) => {
                let by = begin.checked_add(time).unwrap_or(begin);
                service.handle_traced(&self.outside, evidence, request, by).await
            }
            Err(late) => (*late, Trace::default()),
        };
        let time = begin.elapsed();
        self.metrics().latency.note(time);
        let (operation, status) = (request.operation.name(), response.status.code());
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        if response.status == Status::InternalServerError {
            tracing::warn!(operation, micros, "a request could not be carried out");
        } else {
            tracing::debug!(operation, status, micros, "a request was answered");
        }
        self.metrics().answered(Some(request.operation), &response);
        self.metrics().decided(trace.permitted());
        self.alarm.bring_forward(service.next_end());
        response
    }

    /// How long one request may take.
    #[must_use]
    pub fn request_time(&self) -> Duration {
        self.live.request_time()
    }

    /// The largest body of a request, in bytes.
    pub(crate) fn body_bytes(&self) -> usize {
        usize::try_from(self.live.body_bytes()).unwrap_or(usize::MAX)
    }

    /// Reads the files of its configuration again, and puts in force what they say: all of it, or nothing. The keys
    /// that are different now, or what is wrong.
    pub(crate) async fn reload(&self) -> Result<Vec<&'static str>, String> {
        let change = ConfigurationChange { by: Box::default(), settings: Vec::new(), read_again: true };
        self.administration.change(change).await
    }

    /// The secure environments.
    #[must_use]
    pub fn environments(&self) -> &Environments {
        self.outside.environments()
    }

    /// The key file of the software secure environment, if this start made it.
    #[must_use]
    pub fn created_root(&self) -> Option<&PathBuf> {
        self.created_root.as_ref()
    }

    /// Writes the window of permitted reads to the audit log, if there were any.
    pub async fn close_read_window(&self) {
        let reads = self.live.service().take_permitted_reads();
        if reads > 0 {
            self.note(AuditKind::Reads, &format!("{reads} permitted reads since the last window")).await;
        }
    }

    /// Ends in an orderly way: what is in the audit queue reaches the disk.
    pub async fn stop(&self) {
        self.close_read_window().await;
        self.note(AuditKind::Stop, "orderly stop").await;
        self.outside.flush_audit().await;
    }

    /// Lists an association that opens now, until what is returned is dropped.
    pub(crate) fn associate(&self, kind: AssociationKind, user: u32) -> Listed {
        self.vitals.associations.list(kind, user, clock::now())
    }

    /// Records that a listener turned somebody away before there was a request to decide on.
    pub(crate) async fn note_turned_away(&self, ground: &str) {
        self.metrics().turned_away.count();
        self.note(AuditKind::Denied, ground).await;
    }

    /// What it counts.
    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.vitals.metrics
    }

    /// What tells how it is.
    pub(crate) fn vitals(&self) -> &Vitals {
        &self.vitals
    }

    async fn note(&self, kind: AuditKind, ground: &str) {
        let record = AuditRecord::of_node(clock::now(), kind, ground);
        if self.outside.note(record).await.is_err() {
            tracing::error!("the audit log takes no records");
        }
    }
}

fn settings(config: &Config, state: &StateDirectory) -> Settings {
    let fixed = Settings {
        home: config.home.clone(),
        base_name: config.cse_name.clone(),
        cse_type: config.profile.cse_type,
        profile: config.profile.name.into(),
        component_names: config.components.iter().map(|component| component.name().into()).collect(),
        components: Components {
            access_management: config.has(Component::AccessManagement),
            sensitive_functions: config.has(Component::SensitiveFunctions),
        },
        administrator: config.administrator.clone(),
        local_users: BTreeMap::new(),
        local_csfs: BTreeMap::new(),
        laboratory: Laboratory::default(),
        admission: config.admission,
        default_access: if config.release1 {
            DefaultAccess::InheritFromParent
        } else {
            DefaultAccess::Creator
        },
        binding_switches: config.cbor_byte_strings.then_some("http.cbor_byte_strings").into_iter().collect(),
        token_issuers: config.token_issuers.clone(),
        consultation: Consultation::default(),
        flex_containers: config.flex_containers.clone(),
        limits: ServiceLimits::default(),
        version: env!("CARGO_PKG_VERSION").into(),
        memory: crate::hardening::memory(),
        store_id: state.store_id().to_string().into(),
        points_of_access: config.http.iter().map(|http| format!("http://{http}/").into()).collect(),
    };
    with_live(config, fixed)
}
