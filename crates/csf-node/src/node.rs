//! A node put together: store, vault, secure environments, audit log, service layer.

pub(crate) mod clock;
mod commit_lane;
mod outside;
mod pace;
mod read_lane;
pub(crate) mod resealer;
pub(crate) mod soft;
pub(crate) mod state;
mod sweeper;
mod vault_error;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use csf_api::{Request, Response};
use csf_service::{
    AuditKind, AuditRecord, Compared, Components, DefaultAccess, Evidence, Laboratory, Service,
    ServiceLimits, Settings, Started,
};
use csf_store::{Epoch, Identity, Records, SqliteStore};
use csf_transport::{Environments, SecureEnvironment};

use crate::audit_log::AuditLog;
use crate::config::Config;
use crate::error::NodeError;
use crate::profile::Component;
use outside::NodeOutside;
use resealer::Resealer;
use state::StateDirectory;
use sweeper::Alarm;

/// How long the node may take to make its store ready.
const START_TIME: Duration = Duration::from_secs(60);

/// A node, assembled and ready to start.
pub struct Node {
    service: Service,
    outside: NodeOutside,
    request_time: Duration,
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
        let state = StateDirectory::open(&config.state)?;
        let (soft, created_root) = soft::open(config, &state)?;
        let environments: Vec<Arc<dyn SecureEnvironment>> = vec![Arc::new(soft)];
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
        let audit = AuditLog::open(&state.audit(), &state.store_id().to_string(), config.audit_strict)?;
        let descriptions = environments.descriptions().into_iter().cloned().collect();
        let service = Service::new(settings(config, &state), descriptions, clock::now())
            .map_err(|e| NodeError::part("service layer", &e))?;
        let queue = usize::try_from(config.limits.requests).unwrap_or(usize::MAX);
        let records = Arc::new(records);
        let resealer = Resealer::new(&records, identity);
        let outside = NodeOutside::new(records, environments, audit, queue)?;
        let request_time = Duration::from_secs(config.limits.request_seconds);
        Ok(Self { service, outside, request_time, alarm: Alarm::default(), created_root, resealer, state })
    }

    /// Makes the store ready: the first resources at first start, and the ends of what a crash interrupted.
    ///
    /// # Errors
    ///
    /// When the store fails, is damaged, has another layout, or belongs to another CSE.
    pub async fn start(&self) -> Result<Started, NodeError> {
        let by = Instant::now().checked_add(START_TIME).unwrap_or_else(Instant::now);
        let started = self
            .service
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
        Ok(started)
    }

    /// Handles one request.
    pub async fn handle(&self, evidence: &Evidence, request: &Request) -> Response {
        let by = Instant::now().checked_add(self.request_time).unwrap_or_else(Instant::now);
        let response = self.service.handle(&self.outside, evidence, request, by).await;
        self.alarm.bring_forward(self.service.next_end());
        response
    }

    /// How long one request may take.
    #[must_use]
    pub const fn request_time(&self) -> Duration {
        self.request_time
    }

    /// The settings of the service layer.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        self.service.settings()
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
        let reads = self.service.take_permitted_reads();
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

    /// Records that a listener turned somebody away before there was a request to decide on.
    pub(crate) async fn note_turned_away(&self, ground: &str) {
        self.note(AuditKind::Denied, ground).await;
    }

    async fn note(&self, kind: AuditKind, ground: &str) {
        let record = AuditRecord::of_node(clock::now(), kind, ground);
        if self.outside.note(record).await.is_err() {
            tracing::error!("the audit log takes no records");
        }
    }
}

fn settings(config: &Config, state: &StateDirectory) -> Settings {
    Settings {
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
        local_users: config.users.iter().cloned().collect(),
        local_csfs: config.local_csfs.iter().cloned().collect(),
        laboratory: Laboratory {
            believe_originators: config.lab.believe_originators,
            administrator: config.lab.administrator,
        },
        admission: config.admission,
        default_access: if config.release1 {
            DefaultAccess::InheritFromParent
        } else {
            DefaultAccess::Creator
        },
        binding_switches: config.cbor_byte_strings.then_some("http.cbor_byte_strings").into_iter().collect(),
        token_issuers: config.token_issuers.clone(),
        flex_containers: config.flex_containers.clone(),
        limits: ServiceLimits {
            discovery_results: u32::try_from(config.limits.discovery_results).unwrap_or(u32::MAX),
            depth: u32::try_from(config.limits.depth).unwrap_or(ServiceLimits::MAX_DEPTH),
            content_bytes: config.limits.content_bytes,
            instances_per_container: config.limits.instances_per_container,
            data_object_bytes: config.limits.data_object_bytes,
            data_objects_per_owner: config.limits.data_objects_per_owner,
            data_bytes_per_owner: config.limits.data_bytes_per_owner,
            resources_per_originator: config.limits.resources_per_originator,
        },
        version: env!("CARGO_PKG_VERSION").into(),
        memory: crate::hardening::memory(),
        store_id: state.store_id().to_string().into(),
        points_of_access: config.http.iter().map(|http| format!("http://{http}/").into()).collect(),
    }
}
