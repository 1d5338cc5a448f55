//! A secure environment for unit tests that does what its script says and counts what happens to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use csf_api::SecurityLevel;

use crate::{
    Command, Cx, Description, KeyId, Owner, Reply, SeError, SeId, SeKind, Secret, SecureEnvironment, Session,
    Speed,
};

type Script = dyn Fn(&Command, &Cx<'_>) -> Result<Reply, SeError> + Send + Sync;

const PLUGGED_IN: u8 = 0;
const PLUGGED_OUT: u8 = 1;
const PANICKING: u8 = 2;

pub(crate) struct Scripted {
    description: Description,
    state: AtomicU8,
    shared: Arc<Shared>,
}

struct Shared {
    script: Box<Script>,
    opened: AtomicUsize,
    closed: AtomicUsize,
    executed: AtomicUsize,
}

impl Scripted {
    /// An SE called `scripted`, fast and of level 1.
    pub(crate) fn new(
        script: impl Fn(&Command, &Cx<'_>) -> Result<Reply, SeError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::named("scripted", Speed::Fast, script)
    }

    pub(crate) fn named(
        id: &str,
        speed: Speed,
        script: impl Fn(&Command, &Cx<'_>) -> Result<Reply, SeError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        let shared = Shared {
            script: Box::new(script),
            opened: AtomicUsize::new(0),
            closed: AtomicUsize::new(0),
            executed: AtomicUsize::new(0),
        };
        Arc::new(Self {
            description: description(id, speed),
            state: AtomicU8::new(PLUGGED_IN),
            shared: Arc::new(shared),
        })
    }

    pub(crate) fn plug_out(&self) {
        self.state.store(PLUGGED_OUT, Ordering::SeqCst);
    }

    pub(crate) fn plug_in(&self) {
        self.state.store(PLUGGED_IN, Ordering::SeqCst);
    }

    pub(crate) fn panic_on_open(&self) {
        self.state.store(PANICKING, Ordering::SeqCst);
    }

    pub(crate) fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::SeqCst)
    }

    pub(crate) fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::SeqCst)
    }

    pub(crate) fn executed(&self) -> usize {
        self.shared.executed.load(Ordering::SeqCst)
    }
}

impl SecureEnvironment for Scripted {
    fn describe(&self) -> &Description {
        &self.description
    }

    fn open(&self, _cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        match self.state.load(Ordering::SeqCst) {
            PLUGGED_IN => {
                self.shared.opened.fetch_add(1, Ordering::SeqCst);
                Ok(Box::new(ScriptedSession(Arc::clone(&self.shared))))
            }
            PLUGGED_OUT => Err(SeError::Full),
            _ => std::panic::panic_any("a bug in the plug-in"),
        }
    }
}

struct ScriptedSession(Arc<Shared>);

impl Session for ScriptedSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.0.executed.fetch_add(1, Ordering::SeqCst);
        (self.0.script)(command, cx)
    }
}

impl Drop for ScriptedSession {
    fn drop(&mut self) {
        self.0.closed.fetch_add(1, Ordering::SeqCst);
    }
}

pub(crate) fn description(id: &str, speed: Speed) -> Description {
    Description {
        id: SeId::parse(id).expect("a name"),
        m2m_se_id: "41".into(),
        kind: SeKind::Software,
        level: SecurityLevel::Low,
        level_reason: "it is a test".into(),
        simulates: None,
        speed,
        capabilities: Vec::new(),
    }
}

/// A command that writes nothing.
pub(crate) fn random(length: u16) -> Command {
    Command::Random { length }
}

/// A command that writes.
pub(crate) fn destroy_key() -> Command {
    Command::DestroyKey { key: KeyId([7; 16]), owner: Owner::new("/id-mn/C1").expect("an owner") }
}

pub(crate) fn length(command: &Command) -> u16 {
    if let Command::Random { length } = command { *length } else { 0 }
}

/// The right reply to either command.
pub(crate) fn random_reply(command: &Command) -> Result<Reply, SeError> {
    Ok(match command {
        Command::Random { length } => Reply::Random(Secret::new(vec![0; usize::from(*length)])),
        _ => Reply::Done,
    })
}
