//! What changes while the node runs: the service with its settings, and the bounds of its requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use csf_service::{Laboratory, Service, ServiceLimits, Settings};

use crate::config::Config;

/// What every request reads when it begins. Nobody holds the lock for longer than it takes to copy a pointer.
pub(super) struct Live {
    service: RwLock<Arc<Service>>,
    request_seconds: AtomicU64,
    body_bytes: AtomicU64,
}

impl Live {
    pub(super) fn new(service: Service, config: &Config) -> Self {
        Self {
            service: RwLock::new(Arc::new(service)),
            request_seconds: AtomicU64::new(config.limits.request_seconds),
            body_bytes: AtomicU64::new(config.limits.body_bytes),
        }
    }

    /// The service as it is now.
    pub(super) fn service(&self) -> Arc<Service> {
        Arc::clone(&self.service.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How long one request may take.
    pub(super) fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds.load(Ordering::Relaxed))
    }

    /// The largest body of a request.
    pub(super) fn body_bytes(&self) -> u64 {
        self.body_bytes.load(Ordering::Relaxed)
    }

    /// Puts what can change of this configuration in force.
    pub(super) fn change(&self, config: &Config) {
        let mut service = self.service.write().unwrap_or_else(PoisonError::into_inner);
        let settings = service.settings().clone();
        *service = Arc::new(service.with_settings(with_live(config, settings)));
        drop(service);
        self.request_seconds.store(config.limits.request_seconds, Ordering::Relaxed);
        self.body_bytes.store(config.limits.body_bytes, Ordering::Relaxed);
        crate::logging::set_level(config.log.level);
    }
}

/// These settings, with what this configuration says of everything that can change while the node runs.
pub(super) fn with_live(config: &Config, settings: Settings) -> Settings {
    Settings {
        local_users: config.users.iter().cloned().collect(),
        local_csfs: config.local_csfs.iter().cloned().collect(),
        consultation: config.consultation.clone(),
        laboratory: Laboratory {
            believe_originators: config.lab.believe_originators,
            administrator: config.lab.administrator,
        },
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
        ..settings
    }
}
