//! Policies in compiled form, kept by the version of their record.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use csf_access::{Policy, PolicyError, WindowForm};
use csf_api::{ResourceId, UtcTime, Value};
use csf_store::{Record, Version};
use csf_tree::Resource;
use csf_tree::schema::ACCESS_CONTROL_POLICY;

use crate::settings::{DefaultAccess, Settings};

/// The most compiled policies that are kept. One more empties the cache, which costs time and no decision.
const MAX_COMPILED: usize = 4096;

struct Entry {
    version: Version,
    expires: Option<UtcTime>,
    policy: Arc<Policy>,
}

/// The compiled policies.
#[derive(Default)]
pub(crate) struct PolicyCache {
    entries: Mutex<HashMap<ResourceId, Entry>>,
}

impl PolicyCache {
    /// The policy in this record; `None` when the record is no valid policy, or has ended.
    pub(crate) fn of_record(
        &self,
        settings: &Settings,
        id: &ResourceId,
        record: &Record,
        now: UtcTime,
    ) -> Option<Arc<Policy>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(id).filter(|entry| entry.version == record.version()) {
            let ended = entry.expires.is_some_and(|expires| expires <= now);
            return (!ended).then(|| Arc::clone(&entry.policy));
        }
        let resource = Resource::decode(record.bytes()).ok()?;
        if *resource.schema != ACCESS_CONTROL_POLICY || resource.is_expired(now) {
            return None;
        }
        let policy = self.compile(settings, &resource).ok()?;
        if entries.len() >= MAX_COMPILED {
            entries.clear();
        }
        let entry =
            Entry { version: record.version(), expires: resource.expires, policy: Arc::clone(&policy) };
        entries.insert(id.clone(), entry);
        Some(policy)
    }

    /// The compiled form of an accessControlPolicy.
    #[expect(clippy::unused_self, reason = "compiling is this cache's business, cached or not")]
    pub(crate) fn compile(
        &self,
        settings: &Settings,
        resource: &Resource,
    ) -> Result<Arc<Policy>, PolicyError> {
        let member = |name| resource.attributes.get(name).unwrap_or(&Value::Null);
        let windows = match settings.default_access {
            DefaultAccess::Creator => WindowForm::Seven,
            DefaultAccess::InheritFromParent => WindowForm::SixOrSeven,
        };
        let (pv, pvs) = (member("pv"), member("pvs"));
        Policy::parse_as(resource.id.clone(), pv, pvs, &settings.home, windows).map(Arc::new)
    }
}
