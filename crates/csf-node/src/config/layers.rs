//! The four layers, laid over one another: built in, file, environment, flags. What the administrator of the running
//! node says lies above them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::error::Problem;
use super::file::read_file;
use super::keys::Preset;
use super::nearest::nearest;
use super::read::{Place, entry_from_argument, from_argument};
use super::setting::{Entry, Located};
use super::{ConfigError, KEYS, Key, Origin, Setting, Sources};
use crate::profile::Profile;

/// The file that is read from the state directory where none is named.
pub(crate) const DEFAULT_FILE: &str = "csf.toml";

/// Every key that has a value, with the value that counts.
pub(crate) type Values = BTreeMap<&'static str, Located>;

type Layer = Vec<(&'static Key, Located)>;

/// Reads all layers; of keys whose default is derived only `state` has a value for certain.
pub(crate) fn gather(
    profile: &'static Profile,
    sources: &Sources,
    environment: &Environment,
) -> Result<Values, ConfigError> {
    let home = environment.home();
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    let place = Place { base: &here, home: home.as_deref() };

    let flags = from_flags(sources, &place)?;
    let variables = from_environment(environment, &place)?;
    let named = match &sources.file {
        Some(path) => Some(read_file(&here.join(path), place.home)?),
        None => None,
    };
    let chosen = [Some(&flags), Some(&variables), named.as_ref()].into_iter().flatten().find_map(state_of);
    let state = match chosen {
        Some(located) => located.clone(),
        None => {
            Located { setting: Setting::Path(default_state(profile, environment)?), origin: Origin::BuiltIn }
        }
    };
    let file = match (named, &state.setting) {
        (Some(layer), _) => layer,
        (None, Setting::Path(directory)) => from_state_directory(directory, place.home)?,
        (None, _) => Layer::new(),
    };

    let mut values = Values::new();
    for key in KEYS {
        if let Preset::BuiltIn(value) = key.default {
            values.insert(key.name, Located { setting: value(profile), origin: Origin::BuiltIn });
        }
    }
    values.insert("state", state);
    for (key, located) in file.into_iter().chain(variables).chain(flags) {
        lay_over(&mut values, key, located);
    }
    Ok(values)
}

/// What the administrator of the running node has set, above everything else.
pub(crate) fn administrated(
    values: &Values,
    sources: &Sources,
    environment: &Environment,
) -> Result<Values, ConfigError> {
    let home = environment.home();
    // A relative path would mean something else to whoever wrote it; there is no key for one.
    let place = Place { base: Path::new("/"), home: home.as_deref() };
    let mut values = values.clone();
    for (name, text) in &sources.administration {
        let (key, located) = from_assignment(name, text, &place, Origin::Administration)?;
        lay_over(&mut values, key, located);
    }
    Ok(values)
}

fn state_of(layer: &Layer) -> Option<&Located> {
    layer.iter().rev().find(|(key, _)| key.name == "state").map(|(_, located)| located)
}

fn default_state(profile: &Profile, environment: &Environment) -> Result<PathBuf, ConfigError> {
    environment.state(profile).ok_or_else(|| {
        Problem::new("there is no home directory to keep it in", "name a directory with --state DIR")
            .at("state", Origin::BuiltIn)
    })
}

fn from_flags(sources: &Sources, place: &Place<'_>) -> Result<Layer, ConfigError> {
    let mut layer = Layer::new();
    for assignment in &sources.set {
        let origin = Origin::Flag("--set");
        let Some((name, text)) = assignment.split_once('=') else {
            return Err(Problem::new("there is no '='", "write --set key=value").at(assignment, origin));
        };
        layer.push(from_assignment(name.trim(), text, place, origin)?);
    }
    if let (Some(state), Some(key)) = (&sources.state, Key::named("state")) {
        let setting = Setting::Path(place.base.join(state));
        layer.push((key, Located { setting, origin: Origin::Flag("--state") }));
    }
    Ok(layer)
}

fn from_assignment(
    name: &str,
    text: &str,
    place: &Place<'_>,
    origin: Origin,
) -> Result<(&'static Key, Located), ConfigError> {
    if let Some(key) = Key::named(name) {
        let setting = from_argument(key, text, place, &origin)?;
        return Ok((key, Located { setting, origin }));
    }
    for key in KEYS.iter().filter(|key| key.kind.is_table()) {
        let entry = name.strip_prefix(key.name).and_then(|rest| rest.strip_prefix('.'));
        if let Some(entry) = entry.filter(|entry| !entry.is_empty()) {
            let setting = Setting::Table(vec![entry_from_argument(key, entry, text, &origin)]);
            return Ok((key, Located { setting, origin }));
        }
    }
    let nearest = nearest(name, KEYS.iter().map(|key| key.name)).map(Into::into);
    Err(ConfigError::UnknownKey { origin, key: name.into(), nearest })
}

fn from_environment(environment: &Environment, place: &Place<'_>) -> Result<Layer, ConfigError> {
    let mut layer = Layer::new();
    for pair in environment.settings() {
        let (name, text) = pair?;
        let origin = Origin::Variable(name.into());
        let Some(key) = KEYS.iter().find(|key| key.variable() == name) else {
            let variables: Vec<_> = KEYS.iter().map(Key::variable).collect();
            let nearest = nearest(name, variables.iter().map(String::as_str)).map(Into::into);
            return Err(ConfigError::UnknownKey { origin, key: name.into(), nearest });
        };
        let setting = from_argument(key, text, place, &origin)?;
        layer.push((key, Located { setting, origin }));
    }
    Ok(layer)
}

/// A file inside the state directory cannot say where that directory is.
fn from_state_directory(directory: &Path, home: Option<&Path>) -> Result<Layer, ConfigError> {
    let path = directory.join(DEFAULT_FILE);
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(Layer::new()),
        Err(e) => {
            return Err(ConfigError::Unreadable {
                path,
                problem: format!("cannot be looked for: {e}").into(),
            });
        }
    }
    let layer = read_file(&path, home)?;
    match state_of(&layer) {
        None => Ok(layer),
        Some(located) => Err(Problem::new(
            "this file was found in the state directory and cannot move it",
            "use --state DIR, or keep the file elsewhere and name it with --config FILE",
        )
        .at("state", located.origin.clone())),
    }
}

fn lay_over(values: &mut Values, key: &'static Key, above: Located) {
    match (values.get_mut(key.name), above) {
        (
            Some(Located { setting: Setting::Table(entries), origin }),
            Located { setting: Setting::Table(new), origin: new_origin },
        ) => {
            for entry in new {
                replace(entries, entry);
            }
            *origin = new_origin;
        }
        (_, above) => {
            values.insert(key.name, above);
        }
    }
}

fn replace(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|e| e.name == entry.name) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}
