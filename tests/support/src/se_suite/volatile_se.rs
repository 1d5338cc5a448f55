//! A secure environment for tests, of any name and level, that keeps nothing and proves nothing.

use std::num::NonZeroUsize;
use std::sync::Arc;

use csf_api::SecurityLevel;
use csf_store::{Epoch, MemoryStore, Records, Vault, new_store_id};
use csf_transport::{
    Command, Cx, Description, Reply, SeError, SeId, SeKind, SecureEnvironment, Session, Speed,
};
use se_engine::{Engine, capabilities};
use zeroize::Zeroizing;

/// The engine in memory under random keys that nobody keeps.
///
/// Its level is whatever the test says, so that a test can have two environments of different levels. It is
/// no promise: the description says that everything is simulated.
pub struct VolatileSe {
    description: Description,
    engine: Arc<Engine<MemoryStore>>,
}

impl VolatileSe {
    /// An empty environment.
    ///
    /// # Panics
    ///
    /// When the name is none for an SE, or the system gives no randomness.
    #[must_use]
    pub fn new(name: &str, level: SecurityLevel) -> Self {
        let store = new_store_id().unwrap();
        let vault = Vault::new(store, Epoch(1), random_key());
        let memory = MemoryStore::new();
        Records::found(&memory, &vault).unwrap();
        let records = Records::open(memory, vault, NonZeroUsize::new(64).unwrap()).unwrap();
        Self {
            description: Description {
                id: SeId::parse(name).unwrap(),
                m2m_se_id: format!("4-{store}").into(),
                kind: SeKind::Software,
                level,
                level_reason: "a test chose it".into(),
                simulates: Some("everything: it keeps nothing and protects nothing".into()),
                speed: Speed::Fast,
                capabilities: capabilities(),
            },
            engine: Arc::new(Engine::new(records, random_key())),
        }
    }

    /// The same environment, with all that it keeps, at another level: as a start may find it.
    #[must_use]
    pub fn at_level(&self, level: SecurityLevel) -> Self {
        let description = Description { level, ..self.description.clone() };
        Self { description, engine: Arc::clone(&self.engine) }
    }
}

impl SecureEnvironment for VolatileSe {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn open(&self, _cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        Ok(Box::new(VolatileSession(Arc::clone(&self.engine))))
    }
}

struct VolatileSession(Arc<Engine<MemoryStore>>);

impl Session for VolatileSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.0.execute(command, cx)
    }
}

fn random_key() -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).unwrap();
    key
}
