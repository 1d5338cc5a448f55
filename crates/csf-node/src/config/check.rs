//! From settings to a [`Config`]: what one key alone cannot tell, checked across keys.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use csf_api::{EntityId, EntityIdError, EntityKind, Home, ResourceName};
use csf_service::{Admission, Consultation};

use super::environment::Environment;
use super::error::Problem;
use super::layers::{Values, administrated, gather};
use super::setting::Located;
use super::{
    Config, ConfigError, Lab, Log, LogFormat, Origin, Setting, Sources, environment, flex, local, root,
    servers, tokens,
};
use crate::audit_log::Rotation;
use crate::profile::{Component, Limits, Profile};

/// The administrator's socket in the state directory.
pub(crate) const ADMIN_SOCKET: &str = "admin.sock";
/// The `cst` of an infrastructure node.
const INFRASTRUCTURE: u8 = 1;
/// The longest path of a socket: what `sockaddr_un` holds, without its final zero.
const MAX_SOCKET_PATH_BYTES: usize = 107;

/// Reads all layers and checks them.
pub(crate) fn load(profile: &'static Profile, sources: Sources) -> Result<Config, ConfigError> {
    let sources = Sources { environment: environment::needed(sources.environment), ..sources };
    let read = gather(profile, &sources, &Environment::new(sources.environment.iter().cloned()))?;
    of_layers(profile, sources, read)
}

/// Checks layers that have been read.
pub(crate) fn of_layers(
    profile: &'static Profile,
    sources: Sources,
    read: Values,
) -> Result<Config, ConfigError> {
    let environment = Environment::new(sources.environment.iter().cloned());
    let mut view = View { values: administrated(&read, &sources, &environment)? };

    let state = view.path("state")?;
    socket_path(&state.join(ADMIN_SOCKET)).map_err(|p| view.fault("state", p))?;
    let home = home(&view)?;
    let cse_name = cse_name(&view)?;
    let administrator = administrator(&view, &home)?;
    let lab = lab(&view)?;
    view.derive("local.socket", || {
        let name = home.cse().trim_start_matches('/');
        Setting::Path(environment.runtime().join(format!("{name}.sock")))
    });
    let root_key = root::root_key(&view, &state, &environment)?;
    Ok(Config {
        profile,
        components: components(&view)?,
        http: view.listener("http.listen")?,
        management: view.listener("management.listen")?,
        release1: view.switch("http.release1")?,
        cbor_byte_strings: view.switch("http.cbor_byte_strings")?,
        admission: admission(&view, profile)?,
        lab,
        local_socket: local_socket(&view)?,
        users: local::users(view.entries("local.users")?, &home)?,
        local_csfs: local::csfs(view.entries("local.csf")?, &home)?,
        token_issuers: tokens::issuers(view.entries("token.issuers")?, &home)?,
        consultation: consultation(&view)?,
        flex_containers: flex::definitions(view.entries("flex_containers")?)?,
        limits: Limits {
            body_bytes: view.number("limits.body_bytes")?,
            connections: view.number("limits.connections")?,
            requests: view.number("limits.requests")?,
            request_seconds: view.number("limits.request_seconds")?,
            cache_records: view.number("store.cache_records")?,
            depth: view.number("limits.depth")?,
            discovery_results: view.number("limits.discovery_results")?,
            content_bytes: view.number("limits.content_bytes")?,
            instances_per_container: view.number("limits.instances_per_container")?,
            data_object_bytes: view.number("limits.data_object_bytes")?,
            data_objects_per_owner: view.number("limits.data_objects_per_owner")?,
            data_bytes_per_owner: view.number("limits.data_bytes_per_owner")?,
            resources_per_originator: view.number("limits.resources_per_originator")?,
        },
        audit_strict: view.switch("audit.strict")?,
        audit_rotation: Rotation {
            file_bytes: view.number("audit.file_bytes")?,
            file_seconds: view.number("audit.file_seconds")?,
            keep_seconds: view.number("audit.keep_seconds")?,
        },
        log: log(&view)?,
        state,
        home,
        cse_name,
        administrator,
        new_store_key: false,
        new_passphrase: false,
        root_key,
        effective: view.values,
        read,
        sources,
    })
}

fn home(view: &View) -> Result<Home, ConfigError> {
    let (provider, cse) = (view.text("service_provider")?, view.text("cse.id")?);
    // The first call has a CSE-ID that is known to be good, so that its error can only mean the provider.
    if let Err(e) = Home::new(provider, "/x") {
        let remedy = "write one such as //csf.example";
        return Err(view.fault("service_provider", Problem::new(format!("'{provider}': {e}"), remedy)));
    }
    let refused = |why: &str| {
        view.fault(
            "cse.id",
            Problem::new(format!("'{cse}' {why}"), "write one such as /id-mn, with its slash"),
        )
    };
    Home::new(provider, cse).map_err(|error| match error {
        EntityIdError::CseId => refused("would be read as an AE-ID, because it begins with S"),
        _ => refused("is no CSE-ID"),
    })
}

fn cse_name(view: &View) -> Result<ResourceName, ConfigError> {
    let text = view.text("cse.name")?;
    match ResourceName::parse(text) {
        Ok(name) if text != "-" => Ok(name),
        Ok(_) => {
            Err(view.fault("cse.name", Problem::new("'-' stands for any CSEBase", "write a name of its own")))
        }
        Err(e) => {
            Err(view.fault("cse.name", Problem::new(format!("'{text}': {e}"), "write one such as cse-mn")))
        }
    }
}

fn administrator(view: &View, home: &Home) -> Result<EntityId, ConfigError> {
    let text = view.text("administrator")?;
    let refused =
        |why: String| view.fault("administrator", Problem::new(why, "write an AE-ID such as CAdmin"));
    let id = EntityId::parse(text, home).map_err(|e| refused(format!("'{text}': {e}")))?;
    match id.kind() {
        EntityKind::RegistrarAssignedAe | EntityKind::ProviderAssignedAe => Ok(id),
        EntityKind::Cse | EntityKind::LocalCsf => Err(refused(format!("'{text}' is no AE-ID"))),
    }
}

fn components(view: &View) -> Result<BTreeSet<Component>, ConfigError> {
    match view.get("components")? {
        Setting::Names(names) => Ok(names.iter().filter_map(|name| Component::named(name)).collect()),
        _ => Err(view.inconsistent("components")),
    }
}

/// Only an IN-CSE hosts a service subscription, and there is no link to one yet.
fn admission(view: &View, profile: &Profile) -> Result<Admission, ConfigError> {
    const KEY: &str = "registration.admission";
    match view.text(KEY)? {
        "subscription" if profile.cse_type == INFRASTRUCTURE => Ok(Admission::ServiceSubscription),
        "subscription" => {
            let problem =
                "only an infrastructure node (csf-in) hosts the service subscription that it asks for";
            Err(view.fault(KEY, Problem::new(problem, "write open, or run the profile in")))
        }
        _ => Ok(Admission::Open),
    }
}

fn lab(view: &View) -> Result<Lab, ConfigError> {
    let lab = Lab {
        believe_originators: view.switch("http.believe_originators")?,
        administrator: view.switch("lab.administrator")?,
    };
    if lab.administrator && !lab.believe_originators {
        return Err(view.fault(
            "lab.administrator",
            Problem::new(
                "this laboratory switch needs another one that is off",
                "set http.believe_originators = true too, or leave both off",
            ),
        ));
    }
    Ok(lab)
}

fn local_socket(view: &View) -> Result<Option<PathBuf>, ConfigError> {
    match view.get("local.socket")? {
        Setting::Path(path) => {
            socket_path(path).map_err(|p| view.fault("local.socket", p))?;
            Ok(Some(path.clone()))
        }
        _ => Ok(None),
    }
}

pub(super) fn socket_path(path: &Path) -> Result<(), Problem> {
    let bytes = path.as_os_str().len();
    if bytes <= MAX_SOCKET_PATH_BYTES {
        return Ok(());
    }
    Err(Problem::new(
        format!(
            "the path of the socket {} has {bytes} bytes, and the system takes {MAX_SOCKET_PATH_BYTES}",
            path.display()
        ),
        "choose a shorter path",
    ))
}

fn consultation(view: &View) -> Result<Consultation, ConfigError> {
    Ok(Consultation {
        servers: servers::servers(view.entries("consultation.servers")?)?,
        time: Duration::from_millis(view.number("consultation.milliseconds")?),
        at_once: u32::try_from(view.number("consultation.at_once")?).unwrap_or(u32::MAX),
    })
}

fn log(view: &View) -> Result<Log, ConfigError> {
    let level = match view.text("log.level")? {
        "error" => tracing::Level::ERROR,
        "warn" => tracing::Level::WARN,
        "debug" => tracing::Level::DEBUG,
        "trace" => tracing::Level::TRACE,
        _ => tracing::Level::INFO,
    };
    let format = match view.text("log.format")? {
        "human" => LogFormat::Human,
        "json" => LogFormat::Json,
        _ => LogFormat::Auto,
    };
    Ok(Log { level, format })
}

/// Settings by name and type. A miss means that the key table and this file disagree, which the tests rule out.
pub(super) struct View {
    pub(super) values: Values,
}

impl View {
    fn get(&self, key: &str) -> Result<&Setting, ConfigError> {
        self.values.get(key).map(|located| &located.setting).ok_or_else(|| self.inconsistent(key))
    }

    fn text(&self, key: &str) -> Result<&str, ConfigError> {
        if let Setting::Text(text) = self.get(key)? { Ok(text) } else { Err(self.inconsistent(key)) }
    }

    pub(super) fn switch(&self, key: &str) -> Result<bool, ConfigError> {
        if let Setting::Switch(on) = self.get(key)? { Ok(*on) } else { Err(self.inconsistent(key)) }
    }

    fn listener(&self, key: &str) -> Result<Option<SocketAddr>, ConfigError> {
        if let Setting::Listen(address) = self.get(key)? { Ok(Some(*address)) } else { Ok(None) }
    }

    fn number(&self, key: &str) -> Result<u64, ConfigError> {
        if let Setting::Number(number) = self.get(key)? { Ok(*number) } else { Err(self.inconsistent(key)) }
    }

    fn path(&self, key: &str) -> Result<PathBuf, ConfigError> {
        if let Setting::Path(path) = self.get(key)? { Ok(path.clone()) } else { Err(self.inconsistent(key)) }
    }

    fn entries(&self, key: &str) -> Result<&[super::Entry], ConfigError> {
        if let Setting::Table(entries) = self.get(key)? { Ok(entries) } else { Err(self.inconsistent(key)) }
    }

    fn derive(&mut self, key: &'static str, value: impl FnOnce() -> Setting) {
        self.values.entry(key).or_insert_with(|| Located { setting: value(), origin: Origin::BuiltIn });
    }

    /// The problem, with the origin of the key that has it.
    pub(super) fn fault(&self, key: &str, problem: Problem) -> ConfigError {
        let origin = self.values.get(key).map_or(Origin::BuiltIn, |located| located.origin.clone());
        problem.at(key, origin)
    }

    fn inconsistent(&self, key: &str) -> ConfigError {
        self.fault(key, Problem::new("the value has no meaning", "please report this"))
    }
}
