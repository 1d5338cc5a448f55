//! The configuration of a node: built-in profile, one TOML file, `CSF_*` variables, flags, in that order.
//!
//! ```text
//!   profile ─┐
//!   csf.toml ├─ KEYS ─▶ settings with origins ─ checks ─▶ Config ─▶ the node
//!   CSF_*    │                     └─▶ csf config show --effective
//!   flags  ──┘
//! ```
//!
//! One table, [`KEYS`], holds every key. What is not in it is an error that names the nearest key; nothing is
//! ignored. A [`Config`] that exists is one that a node can start with: every identifier is parsed, every
//! user is known to the operating system, every mandatory component is there.
//!
//! ```
//! use csf_node::config::{Config, Sources};
//! use csf_node::profile::MN;
//!
//! let mut sources = Sources { state: Some("/var/lib/csf-doc".into()), ..Sources::default() };
//! sources.environment.push(("HOME".into(), "/home/nobody".into()));
//! sources.set.push("http.listen=off".into());
//! assert_eq!(Config::load(&MN, sources)?.http, None);
//!
//! let wrong = Sources { set: vec!["http.lisen=off".into()], ..Sources::default() };
//! let error = Config::load(&MN, wrong).unwrap_err().to_string();
//! assert_eq!(error, "--set: there is no key 'http.lisen'; did you mean 'http.listen'?");
//! # Ok::<(), csf_node::config::ConfigError>(())
//! ```

mod check;
mod environment;
mod error;
mod example;
mod file;
mod flags;
mod flex;
mod keys;
mod kind;
mod layers;
mod live;
mod local;
mod nearest;
mod read;
mod root;
mod servers;
mod setting;
mod show;
mod tokens;
mod unit;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use csf_api::{EntityId, Home, ResourceName};
use csf_service::{Admission, Consultation, TokenIssuer};
use csf_tree::schema::Schema;

use crate::audit_log::Rotation;
use crate::profile::{Component, Limits, Profile};

use error::Problem;

pub use error::ConfigError;
pub use example::example;
pub use flags::Flags;
pub use keys::{KEYS, Key, Preset};
pub use kind::Kind;
pub use live::Change;
pub(crate) use live::{Difference, EntryDifference};
pub use setting::{Entry, Origin, Setting};
pub use show::Shown;
pub use unit::Unit;

pub(crate) use nearest::nearest;

/// The most values that the administrator of a running node may have set.
const MAX_ADMINISTRATED: usize = 1024;

/// Where a configuration is read from, besides the profile.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file to read; without one, `csf.toml` in the state directory if it is there.
    pub file: Option<PathBuf>,
    /// The state directory, above every other mention of it.
    pub state: Option<PathBuf>,
    /// `key=value` assignments; later ones win.
    pub set: Vec<String>,
    /// The environment: `CSF_*`, and `HOME` and the `XDG_*` directories for defaults.
    pub environment: Vec<(String, String)>,
    /// What the administrator of the running node has set: keys and texts, above everything else.
    pub administration: Vec<(Box<str>, Box<str>)>,
}

impl Sources {
    /// Sources without flags, with the environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let pair = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        };
        Self { environment: std::env::vars_os().map(pair).collect(), ..Self::default() }
    }
}

/// A complete and consistent configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// The profile it began with.
    pub profile: &'static Profile,
    /// The state directory, absolute; it need not exist yet.
    pub state: PathBuf,
    /// The service provider and CSE-ID.
    pub home: Home,
    /// The resource name of the CSEBase.
    pub cse_name: ResourceName,
    /// Who may administrate.
    pub administrator: EntityId,
    /// The components that the node carries; the mandatory ones are among them.
    pub components: BTreeSet<Component>,
    /// Where plain HTTP is served, on loopback; `None` for nowhere.
    pub http: Option<SocketAddr>,
    /// Where health and metrics are served, on loopback; `None` for nowhere.
    pub management: Option<SocketAddr>,
    /// Whether requests of release 1 are served, and default access is as release 1 expects it.
    pub release1: bool,
    /// Whether byte strings in CBOR are taken as texts.
    pub cbor_byte_strings: bool,
    /// Which applications may register.
    pub admission: Admission,
    /// The laboratory switches.
    pub lab: Lab,
    /// The socket for local applications and CSFs; `None` for none.
    pub local_socket: Option<PathBuf>,
    /// Users of this machine, each with the originators that it may speak as; each user once.
    pub users: Vec<(u32, Vec<EntityId>)>,
    /// Local CSFs (`local:NAME`), each with the user that it runs as; each name once.
    pub local_csfs: Vec<(EntityId, u32)>,
    /// Who may issue tokens and roles.
    pub token_issuers: Vec<TokenIssuer>,
    /// Which authorization servers are asked where no policy permits, and how much.
    pub consultation: Consultation,
    /// The specialisations of flexContainer that the node hosts beside its own.
    pub flex_containers: Vec<&'static Schema>,
    /// How much the node takes at once.
    pub limits: Limits,
    /// Whether a reply waits for its audit record ("no audit, no service").
    pub audit_strict: bool,
    /// When a new audit file begins, and how long full ones are kept.
    pub audit_rotation: Rotation,
    /// How events are logged.
    pub log: Log,
    /// Whether this start gives the store a new key (`--new-store-key`).
    pub new_store_key: bool,
    /// Whether this start changes the passphrase (`--new-passphrase`).
    pub new_passphrase: bool,
    root_key: RootKey,
    /// Everything that has a value.
    effective: layers::Values,
    /// The same without what the administrator has set, as it was read.
    read: layers::Values,
    sources: Sources,
}

/// The laboratory switches: both off unless somebody turned them on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lab {
    /// `http.believe_originators`: bare callers on plain HTTP count as vouched for.
    pub believe_originators: bool,
    /// `lab.administrator`: the administrator may come in that way too.
    pub administrator: bool,
}

/// How events are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The least severe events that are logged.
    pub level: tracing::Level,
    /// The form of the lines.
    pub format: LogFormat,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// The root of the software secure environment, as far as it is known before the store.
#[derive(Clone, Debug)]
enum RootKey {
    File(PathBuf),
    NamedByStoreIn(PathBuf),
    Credential(Credential),
    Passphrase(Passphrase),
}

/// Where the passphrase that gives the root of the software secure environment is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passphrase {
    /// Who is asked.
    pub source: PassphraseSource,
    /// Whether the operator says that what is not typed is kept guarded.
    pub guarded: bool,
}

/// Who is asked for a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseSource {
    /// Somebody at the controlling terminal.
    Terminal,
    /// A descriptor that the node was started with.
    Descriptor(u16),
    /// A file outside the state directory; its first line.
    File(PathBuf),
}

/// A system credential that holds the root of the software secure environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Its name.
    pub name: Box<str>,
    /// The file in which the service manager hands it over.
    pub path: PathBuf,
    /// Whether the operator says that it is kept encrypted.
    pub encrypted: bool,
}

impl Config {
    /// The same, for a start that gives the store a new key or does not.
    #[must_use]
    pub fn with_new_store_key(self, new_store_key: bool) -> Self {
        Self { new_store_key, ..self }
    }

    /// The same, for a start that changes the passphrase or does not.
    #[must_use]
    pub fn with_new_passphrase(self, new_passphrase: bool) -> Self {
        Self { new_passphrase, ..self }
    }

    /// Reads, lays over one another and checks all layers.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its place and a remedy.
    pub fn load(profile: &'static Profile, sources: Sources) -> Result<Self, ConfigError> {
        check::load(profile, sources)
    }

    /// The configuration of the same node with these changes by its administrator: a key gets a text, or loses the one
    /// that it got so. With `read_again`, files are read once more.
    ///
    /// # Errors
    ///
    /// As [`Self::load`].
    pub(crate) fn changed(
        &self,
        changes: Vec<(Box<str>, Option<Box<str>>)>,
        read_again: bool,
    ) -> Result<Self, ConfigError> {
        let mut sources = self.sources.clone();
        for (key, text) in changes {
            sources.administration.retain(|(set, _)| *set != key);
            sources.administration.extend(text.map(|text| (key, text)));
        }
        if sources.administration.len() > MAX_ADMINISTRATED {
            let problem = Problem::new(
                format!("administration has set more than {MAX_ADMINISTRATED} values"),
                "take some away with null, or write them into the file",
            );
            return Err(problem.at("set", Origin::Administration));
        }
        let next = if read_again {
            check::load(self.profile, sources)?
        } else {
            check::of_layers(self.profile, sources, self.read.clone())?
        };
        Ok(next)
    }

    /// The administrator's socket, `admin.sock` in the state directory.
    #[must_use]
    pub fn admin_socket(&self) -> PathBuf {
        self.state.join(check::ADMIN_SOCKET)
    }

    /// The key file of the software secure environment for the store with this id; none where the
    /// root comes from a credential or a passphrase.
    #[must_use]
    pub fn root_key_file(&self, store_id: &str) -> Option<PathBuf> {
        match &self.root_key {
            RootKey::File(path) => Some(path.clone()),
            RootKey::NamedByStoreIn(directory) => Some(directory.join(format!("{store_id}.key"))),
            RootKey::Credential(_) | RootKey::Passphrase(_) => None,
        }
    }

    /// The credential that holds the root, where there is one.
    #[must_use]
    pub const fn root_credential(&self) -> Option<&Credential> {
        match &self.root_key {
            RootKey::Credential(credential) => Some(credential),
            RootKey::File(_) | RootKey::NamedByStoreIn(_) | RootKey::Passphrase(_) => None,
        }
    }

    /// Where the passphrase is asked for, where the root comes from one.
    #[must_use]
    pub const fn root_passphrase(&self) -> Option<&Passphrase> {
        match &self.root_key {
            RootKey::Passphrase(passphrase) => Some(passphrase),
            RootKey::File(_) | RootKey::NamedByStoreIn(_) | RootKey::Credential(_) => None,
        }
    }

    /// Where the key file was configured to be; `None` where it is named after the store.
    #[must_use]
    pub fn configured_root_key(&self) -> Option<&Path> {
        match &self.root_key {
            RootKey::File(path) => Some(path),
            RootKey::NamedByStoreIn(_) | RootKey::Credential(_) | RootKey::Passphrase(_) => None,
        }
    }

    /// Whether the node carries this component.
    #[must_use]
    pub fn has(&self, component: Component) -> bool {
        self.components.contains(&component)
    }

    /// Who set this key; `None` for a name that is no key.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.effective.get(key).map(|located| &located.origin)
    }

    /// What was set, or with `everything` also what was left at its default, in the order of [`KEYS`].
    #[must_use]
    pub fn show(&self, everything: bool) -> Vec<Shown> {
        show::show(&self.effective, everything)
    }
}

impl Lab {
    /// The keys of the switches that are on, to be said loudly.
    pub fn active(&self) -> impl Iterator<Item = &'static str> + use<> {
        let switches = [
            (self.believe_originators, "http.believe_originators"),
            (self.administrator, "lab.administrator"),
        ];
        switches.into_iter().filter(|(on, _)| *on).map(|(_, key)| key)
    }
}
