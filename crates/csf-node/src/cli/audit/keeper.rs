//! Whoever has the key of the audit log: the running node, asked as its administrator, or this tool itself where no
//! node uses the state directory and the root is at hand.

use std::num::NonZeroUsize;
use std::sync::Arc;

use csf_api::{Content, EntityId, Object, Operation, UtcTime, Value};
use csf_client::Client;
use csf_service::{MAX_PSEUDONYMS, Pruned};
use csf_store::{Identity, Records, SqliteStore, Store};
use csf_transport::{Environments, SecureEnvironment};

use super::super::arguments::Global;
use super::super::connection;
use super::super::failure::Failure;
use super::super::session::Session;
use super::store_of;
use crate::audit_log::Guard;
use crate::config::Config;
use crate::error::NodeError;
use crate::node::soft;
use crate::node::state::{self, StateDirectory};
use crate::profile::Profile;

/// Where security administration is asked.
const ADMINISTRATION: &str = "-/security/administration";
/// The root of a question about the audit log.
const ROOT: &str = "csf:audit";
/// Records in memory: few are read.
const CACHED_RECORDS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

/// Whoever has the key.
pub(super) enum Keeper {
    /// The running node.
    Node(Box<Session<Client>>),
    /// This tool.
    Tool(Box<Tool>),
}

/// A state directory that no node uses, opened.
pub(super) struct Tool {
    guard: Guard,
    records: Arc<dyn Store>,
    store: String,
    // Released last.
    directory: StateDirectory,
}

impl Keeper {
    /// Finds whoever has it.
    pub(super) fn open(profile: &'static Profile, global: Global, config: &Config) -> Result<Self, Failure> {
        let asked_for = global.originator.is_some() || global.socket.is_some();
        if asked_for || is_used(config)? {
            let (client, from, _) = connection::open(profile, global)?;
            return Ok(Self::Node(Box::new(Session::new(client, from))));
        }
        Ok(Self::Tool(Box::new(Tool::open(config)?)))
    }

    /// The sealed records, where this tool has opened them.
    pub(super) fn records(&self) -> Option<Arc<dyn Store>> {
        match self {
            Self::Node(_) => None,
            Self::Tool(tool) => Some(Arc::clone(&tool.records)),
        }
    }

    /// The key and checkpoint, where this tool has opened them.
    pub(super) fn guard(&self) -> Option<&Guard> {
        match self {
            Self::Node(_) => None,
            Self::Tool(tool) => Some(&tool.guard),
        }
    }

    /// The names behind pseudonyms.
    pub(super) fn resolve(&mut self, pseudonyms: &[String]) -> Result<Vec<Option<String>>, Failure> {
        let session = match self {
            Self::Tool(tool) => return Ok(pseudonyms.iter().map(|text| tool.guard.resolve(text)).collect()),
            Self::Node(session) => session,
        };
        let mut names = Vec::with_capacity(pseudonyms.len());
        for some in pseudonyms.chunks(MAX_PSEUDONYMS) {
            let told = ask(session, "rsv", Value::texts(some.iter().map(String::as_str)))?;
            let list = told.get("rsv").and_then(Value::as_list).unwrap_or_default();
            if list.len() != some.len() {
                return Err(Failure::Connection("the node did not answer for each pseudonym".to_owned()));
            }
            names.extend(list.iter().map(|name| name.as_text().map(str::to_owned)));
        }
        Ok(names)
    }

    /// The pseudonym of an entity.
    pub(super) fn pseudonym(&mut self, name: &str, config: &Config) -> Result<String, Failure> {
        let id = EntityId::parse(name, &config.home)
            .map_err(|e| Failure::Usage(format!("--originator {name}: {e}")))?;
        let session = match self {
            Self::Tool(tool) => return Ok(tool.guard.pseudonym(id.absolute())),
            Self::Node(session) => session,
        };
        let told = ask(session, "psn", Value::text(id.absolute()))?;
        let text = told.get("psn").and_then(Value::as_text).map(str::to_owned);
        text.ok_or_else(|| Failure::Connection("the node named no pseudonym".to_owned()))
    }

    /// A checkpoint made now by the running node: the number and hash of the last record.
    pub(super) fn anchor(&mut self) -> Result<Option<(u64, String)>, Failure> {
        let Self::Node(session) = self else { return Ok(None) };
        let told = ask(session, "anc", Value::Bool(true))?;
        let number = told.get("anc").and_then(Value::as_integer).and_then(|n| u64::try_from(n).ok());
        let hash = told.get("h").and_then(Value::as_text).map(str::to_owned);
        Ok(number.zip(hash))
    }

    /// Has a running node write what has gathered, so that the files hold everything up to now. Why they may not.
    pub(super) fn flush(profile: &'static Profile, global: Global, config: &Config) -> Option<String> {
        match is_used(config) {
            Ok(true) => {}
            Ok(false) => return Some("no node runs: this is the log as the last one left it".to_owned()),
            Err(_) => return None,
        }
        // The administrator's socket, whoever else is named to resolve names: it is the tool that wants this.
        let global = Global { originator: None, socket: None, ..global };
        let flushed = connection::open(profile, global)
            .and_then(|(client, from, _)| ask(&mut Session::new(client, from), "fls", Value::Bool(true)));
        let why = flushed.err()?;
        Some(format!("the records of the last moment may be missing: the node did not write them ({why})"))
    }

    /// Has old files removed.
    pub(super) fn prune(&mut self, before: UtcTime, now: UtcTime) -> Result<Pruned, Failure> {
        let session = match self {
            Self::Tool(tool) => {
                return Ok(tool.guard.prune(tool.directory.path(), &tool.store, before, now)?);
            }
            Self::Node(session) => session,
        };
        let told = ask(session, "prn", Value::text(&before.to_string()))?;
        let number = |name| {
            told.get(name).and_then(Value::as_integer).and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
        };
        Ok(Pruned { first: number("from"), last: number("upto"), files: number("prn") })
    }
}

fn ask(session: &mut Session<Client>, name: &str, value: Value) -> Result<Object, Failure> {
    let question = Content::new(ROOT, Value::Object(Object::new().with(name, value)));
    let response = session.ask(Operation::Update, ADMINISTRATION, |r| r.content = Some(question))?;
    match response.content {
        Some(Content { value: Value::Object(told), .. }) => Ok(told),
        _ => Err(Failure::Connection("the node gave no answer about its audit log".to_owned())),
    }
}

/// Whether a node uses the state directory.
fn is_used(config: &Config) -> Result<bool, Failure> {
    store_of(config)?;
    // The socket of a node that crashed is there too, so the lock says.
    Ok(state::lock(&config.state).is_err() && config.admin_socket().exists())
}

impl Tool {
    fn open(config: &Config) -> Result<Self, Failure> {
        let store_id = store_of(config)?;
        if let Some(root) = config.root_key_file(&store_id).filter(|root| !root.exists()) {
            // Opening without it would make another.
            return Err(NodeError::text(format!(
                "{}: the root key of this node is not there, and without it the key of the audit log is closed; name \
                 it with --set soft.root_key=FILE; csf audit verify --chain-only needs none",
                root.display()
            ))
            .into());
        }
        let directory = StateDirectory::open(&config.state)?;
        let (soft, _) = soft::open(config, &directory)?;
        let environments: Vec<Arc<dyn SecureEnvironment>> = vec![Arc::new(soft)];
        let environments = Environments::new(environments).map_err(NodeError::environments)?;
        let path = directory.store();
        let store = SqliteStore::open(&path).map_err(|e| NodeError::store(&path, &e))?;
        let identity = Identity::load(&store).map_err(|e| NodeError::store(&path, &e))?;
        let identity =
            identity.ok_or_else(|| NodeError::text(format!("{}: has no identity", path.display())))?;
        let (vault, _) = state::vault(&environments, &store, Some(identity), directory.store_id(), None)
            .map_err(|e| NodeError::vault(&path, &e))?;
        let records = Records::open(store, vault, CACHED_RECORDS).map_err(|e| NodeError::store(&path, &e))?;
        let records: Arc<dyn Store> = Arc::new(records);
        let guard = Guard::load(&config.state, Arc::clone(&records))?;
        Ok(Self { guard, records, store: directory.store_id().to_string(), directory })
    }
}
