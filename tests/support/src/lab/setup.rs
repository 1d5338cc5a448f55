//! What a laboratory is built from, and what stays when its node is restarted.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use csf_api::{EntityId, Home, ResourceName, SecurityLevel, UtcTime};
use csf_service::{Admission, Components, Consultation, DefaultAccess, Laboratory, ServiceLimits, Settings};
use csf_store::{Epoch, MemoryStore, Records, SqliteStore, Store, StoreError, StoreId, Vault, new_store_id};
use csf_transport::SecureEnvironment;
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::se_suite::VolatileSe;

/// So small that records fall out of it all the time.
const SMALL_CACHE: NonZeroUsize = NonZeroUsize::new(8).unwrap();
/// So large that nothing ever falls out.
const LARGE_CACHE: NonZeroUsize = NonZeroUsize::new(100_000).unwrap();

/// Where the records lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory, with a cache that holds everything.
    Memory,
    /// In a SQLite file that is synchronised at each commit, with a cache of eight entries.
    Sqlite,
}

impl Storage {
    /// Every storage.
    pub const ALL: [Self; 2] = [Self::Memory, Self::Sqlite];
}

/// What a laboratory is built from.
#[derive(Clone)]
pub struct Setup {
    /// Where the records lie.
    pub storage: Storage,
    /// The settings of the service.
    pub settings: Settings,
    /// The secure environments, by name and level, in order.
    pub environments: Vec<(&'static str, SecurityLevel)>,
}

impl Setup {
    /// A middle node `//csf.example/id-mn` with one environment of level 1 and nothing out of the ordinary:
    /// user 500 is `Cfixed` and runs the local CSF `local:billing`.
    #[must_use]
    pub fn on(storage: Storage) -> Self {
        let home = Home::new("//csf.example", "/id-mn").unwrap();
        let entity = |id| EntityId::parse(id, &home).unwrap();
        let settings = Settings {
            administrator: entity("CAdmin"),
            local_users: BTreeMap::from([(500, vec![entity("Cfixed")])]),
            local_csfs: BTreeMap::from([(entity("local:billing"), 500)]),
            base_name: ResourceName::parse("cse-mn").unwrap(),
            cse_type: 2,
            profile: "mn".into(),
            component_names: vec!["secure-storage".into(), "security-administration".into()],
            components: Components { access_management: true, sensitive_functions: true },
            token_issuers: Vec::new(),
            consultation: Consultation::default(),
            laboratory: Laboratory::default(),
            admission: Admission::default(),
            default_access: DefaultAccess::default(),
            binding_switches: Vec::new(),
            flex_containers: Vec::new(),
            limits: ServiceLimits::default(),
            version: "0.0.0-lab".into(),
            memory: "lab",
            store_id: "lab".into(),
            points_of_access: Vec::new(),
            home,
        };
        Self { storage, settings, environments: vec![("soft", SecurityLevel::Low)] }
    }

    /// Adds an environment.
    pub fn add_environment(&mut self, name: &'static str, level: SecurityLevel) {
        self.environments.push((name, level));
    }

    /// Makes it an infrastructure node.
    pub const fn be_infrastructure_node(&mut self) {
        self.settings.cse_type = 1;
    }
}

/// When laboratories begin.
pub(super) const fn started_at() -> UtcTime {
    // 2026-11-24T12:00:00
    UtcTime::from_unix_micros(1_795_521_600_000_000)
}

/// What outlives a restart: the disk, the key of the vault, the secure environments.
pub(super) struct Kept {
    disk: Disk,
    store: StoreId,
    key: Zeroizing<[u8; 32]>,
    environments: Vec<(&'static str, SecurityLevel, Arc<VolatileSe>)>,
}

enum Disk {
    Memory(Arc<MemoryStore>),
    Directory(TempDir),
}

impl Kept {
    pub(super) fn new(setup: &Setup) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut_slice()).unwrap();
        let disk = match setup.storage {
            Storage::Memory => Disk::Memory(Arc::new(MemoryStore::new())),
            Storage::Sqlite => Disk::Directory(tempfile::tempdir().unwrap()),
        };
        let mut kept = Self { disk, store: new_store_id().unwrap(), key, environments: Vec::new() };
        kept.environments_for(setup);
        kept
    }

    /// Makes the environments that the setup has and that were never there before.
    pub(super) fn environments_for(&mut self, setup: &Setup) {
        for &(name, level) in &setup.environments {
            let mut known = self.environments.iter().filter(|(n, ..)| *n == name);
            if known.clone().any(|(_, l, _)| *l == level) {
                continue;
            }
            let made = match known.next() {
                Some((_, _, before)) => before.at_level(level),
                None => VolatileSe::new(name, level),
            };
            self.environments.push((name, level, Arc::new(made)));
        }
    }

    /// The environments that are plugged in.
    pub(super) fn environments(&self, setup: &Setup) -> Vec<Arc<dyn SecureEnvironment>> {
        let plugged = |&(name, level): &(&str, SecurityLevel)| {
            let found = self.environments.iter().find(|(n, l, _)| *n == name && *l == level);
            Arc::clone(&found.unwrap().2) as Arc<dyn SecureEnvironment>
        };
        setup.environments.iter().map(plugged).collect()
    }

    pub(super) fn environment(&self, name: &str) -> Arc<dyn SecureEnvironment> {
        let found = self.environments.iter().find(|(n, ..)| *n == name);
        Arc::clone(&found.unwrap().2) as Arc<dyn SecureEnvironment>
    }

    pub(super) fn records(&self) -> Records<Arc<dyn Store>> {
        let (store, cache): (Arc<dyn Store>, _) = match &self.disk {
            Disk::Memory(store) => (Arc::<MemoryStore>::clone(store), LARGE_CACHE),
            Disk::Directory(path) => {
                (Arc::new(SqliteStore::open(&path.path().join("records.db")).unwrap()), SMALL_CACHE)
            }
        };
        let vault = Vault::new(self.store, Epoch(1), self.key.clone());
        match Records::found(&store, &vault) {
            Ok(()) | Err(StoreError::Conflict(_)) => Records::open(store, vault, cache).unwrap(),
            Err(why) => panic!("{why}"),
        }
    }
}
