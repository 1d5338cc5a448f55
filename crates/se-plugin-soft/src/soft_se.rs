//! The software SE as a plug-in (draft 6.4.2): the engine, a name, and an honest level.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_store::{Epoch, Identity, Records, SqliteStore, StoreId};
use csf_transport::{
    Command, Cx, Description, Reply, SeError, SeId, SeKind, SecureEnvironment, Session, Speed,
};
use se_engine::{Engine, capabilities};

use crate::error::SoftError;
use crate::objects::{Change, Objects};
use crate::root_key::RootKey;

/// How many records stay in memory opened. Few: the engine keeps the parsed keys itself.
const CACHED_RECORDS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(63);

/// How many digits of the object store's name make the SE's own.
const SHORT_ID_DIGITS: usize = 16;

/// What a software SE is made of.
pub struct SoftConfig {
    /// Its name on this node.
    pub id: SeId,
    /// The file of its objects, inside the state directory.
    pub objects: PathBuf,
    /// Its root, from outside the state directory.
    pub root: RootKey,
}

/// The software secure environment.
pub struct SoftSe {
    description: Description,
    engine: Arc<Engine<SqliteStore>>,
    /// The identity of the object file, as long as it has a key before its present one.
    renewing: Mutex<Option<Identity>>,
}

impl SoftSe {
    /// Opens the SE, and makes its object file if there is none. The root is wiped from memory before this
    /// returns.
    ///
    /// # Errors
    ///
    /// [`SoftError::ObjectsForeign`] when the object file was made under another root,
    /// [`SoftError::Objects`] when it cannot be used.
    pub fn open(config: SoftConfig) -> Result<Self, SoftError> {
        Self::open_for(config, None, None)
    }

    /// Opens the SE and has its object file begin another epoch, the one that `begin` makes of the present one, under
    /// a new key: [`SoftSe::renew`] seals the records anew. Nothing begins while an earlier change is under way, nor in
    /// a file that is made now.
    ///
    /// # Errors
    ///
    /// As [`SoftSe::open`]; then nothing was changed.
    pub fn open_and_renew(config: SoftConfig, begin: &dyn Fn(Epoch) -> Epoch) -> Result<Self, SoftError> {
        Self::open_for(config, None, Some(begin))
    }

    /// Notes that the object file is one of a backup that was restored, so that counts of encrypted messages go on from
    /// where they may have been meanwhile.
    ///
    /// # Errors
    ///
    /// [`SeError::Storage`] when that cannot be written.
    pub fn note_restored(&self) -> Result<(), SeError> {
        self.engine.note_restored()
    }

    /// Opens the SE under its root, and has the next one take over, in one step: from then on that one alone
    /// opens the object file. A copy of the file from before still opens under the root before. With `begin` an
    /// epoch begins as well, as in [`SoftSe::open_and_renew`].
    ///
    /// # Errors
    ///
    /// As [`SoftSe::open`]; then nothing was changed.
    pub fn open_and_change_root(
        config: SoftConfig,
        next: RootKey,
        begin: Option<&dyn Fn(Epoch) -> Epoch>,
    ) -> Result<Self, SoftError> {
        Self::open_for(config, Some(next), begin)
    }

    fn open_for(
        config: SoftConfig,
        next: Option<RootKey>,
        begin: Option<&dyn Fn(Epoch) -> Epoch>,
    ) -> Result<Self, SoftError> {
        let SoftConfig { id, objects, root } = config;
        let change = Change { root: next.as_ref(), epoch: begin };
        let Objects { store, vault, engine_root, identity } = Objects::open(&objects, &root, &change)?;
        let root = next.unwrap_or(root);
        let description = Description {
            id,
            m2m_se_id: m2m_se_id(identity.store).into(),
            kind: SeKind::Software,
            level: root.source().level(),
            level_reason: root.source().reason().into(),
            simulates: None,
            speed: Speed::Fast,
            capabilities: capabilities(),
        };
        let engine = Engine::new(Records::open(store, vault, CACHED_RECORDS)?, engine_root);
        let renewing = Mutex::new(identity.previous.is_some().then_some(identity));
        Ok(Self { description, engine: Arc::new(engine), renewing })
    }

    pub(crate) fn engine(&self) -> &Engine<SqliteStore> {
        &self.engine
    }

    pub(crate) fn renewing(&self) -> MutexGuard<'_, Option<Identity>> {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecureEnvironment for SoftSe {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn open(&self, _cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        Ok(Box::new(SoftSession { engine: Arc::clone(&self.engine) }))
    }
}

/// A session. There is no end of them: the engine serves any number of threads.
struct SoftSession {
    engine: Arc<Engine<SqliteStore>>,
}

impl Session for SoftSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.engine.execute(command, cx)
    }

    fn execute_inline(&mut self, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        self.engine.execute_inline(command, cx)
    }
}

/// The digit of the type and what makes this SE unique among those of its type (TS-0016).
fn m2m_se_id(store: StoreId) -> String {
    let digits: String = store.to_string().chars().take(SHORT_ID_DIGITS).collect();
    format!("{}-{digits}", SeKind::Software as u8)
}
