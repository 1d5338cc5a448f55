//! The software secure environment of a node: its root from where the configuration says, and its objects.

use std::path::{Path, PathBuf};

use csf_store::{Epoch, StoreId};
use csf_transport::SeId;
use se_plugin_soft::{PassphraseFrom, PassphraseRoot, RootKey, RootOrigin, SoftConfig, SoftError, SoftSe};

use super::state::{self, StateDirectory};
use crate::config::{Config, Credential, Passphrase, PassphraseSource};
use crate::error::NodeError;
use crate::passphrase::Asked;

/// The key that says where a passphrase comes from.
const PASSPHRASE_FROM: &str = "soft.root_passphrase_from";

/// Opens it; and the key file, if one was made now.
pub(crate) fn open(config: &Config, state: &StateDirectory) -> Result<(SoftSe, Option<PathBuf>), NodeError> {
    let places = Places::in_directory(state.path());
    let found = find(config, state.store_id(), &places)?;
    let se = configuration(found.present, &places)?;
    let begin: Option<&dyn Fn(Epoch) -> Epoch> = if config.new_store_key { Some(&Epoch::next) } else { None };
    let soft = match (found.next, begin) {
        (Some(next), begin) => SoftSe::open_and_change_root(se, next, begin),
        (None, Some(begin)) => SoftSe::open_and_renew(se, begin),
        (None, None) => SoftSe::open(se),
    };
    Ok((soft.map_err(failed)?, found.made))
}

/// Opens it under a root that was found before, and begins the epoch of its objects that `begin` makes of the present
/// one, if no other change is under way.
pub(crate) fn open_under(
    root: RootKey,
    state: &StateDirectory,
    begin: &dyn Fn(Epoch) -> Epoch,
) -> Result<SoftSe, NodeError> {
    let places = Places::in_directory(state.path());
    SoftSe::open_and_renew(configuration(root, &places)?, begin).map_err(failed)
}

/// The root of a store that is there, found and asked for as a start does. Nothing is made.
pub(crate) fn present_root(config: &Config, store: StoreId, places: &Places) -> Result<RootKey, NodeError> {
    // Where nothing was sealed yet, a root would be made.
    let there = std::fs::metadata(&places.objects);
    there.map_err(|why| NodeError::file(&places.objects, "read the objects of the environment", &why))?;
    find(config, store, places).map(|found| found.present)
}

/// Where the files lie that have to do with a root.
pub(crate) struct Places {
    /// How the root comes from a passphrase, where it does.
    pub(crate) passphrase: PathBuf,
    /// What only the root opens: the objects of the environment, and with them the store.
    pub(crate) objects: PathBuf,
    pub(crate) store: PathBuf,
}

impl Places {
    /// In a state directory, or in a backup of one.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self {
            passphrase: directory.join(state::SOFT_PASSPHRASE),
            objects: directory.join(state::SOFT_OBJECTS),
            store: directory.join(state::STORE),
        }
    }
}

/// A root that was found.
struct Found {
    present: RootKey,
    /// The root that takes over, if the passphrase is to be changed.
    next: Option<RootKey>,
    /// The key file, if it was made now.
    made: Option<PathBuf>,
}

fn configuration(root: RootKey, places: &Places) -> Result<SoftConfig, NodeError> {
    let id =
        SeId::parse("soft").ok_or_else(|| NodeError::text("'soft' is no name of a secure environment"))?;
    Ok(SoftConfig { id, objects: places.objects.clone(), root })
}

fn find(config: &Config, store: StoreId, places: &Places) -> Result<Found, NodeError> {
    let store = store.to_string();
    let sealed = [places.objects.as_path(), places.store.as_path()];
    if let Some(passphrase) = config.root_passphrase() {
        let (present, next) = of_passphrase(passphrase, &places.passphrase, &sealed, &store, config)?;
        return Ok(Found { present, next, made: None });
    }
    if config.new_passphrase {
        return Err(NodeError::usage(
            "--new-passphrase: this node has no passphrase (soft.root_passphrase_from)",
        ));
    }
    if let Some(Credential { name, path, encrypted }) = config.root_credential() {
        let root = RootKey::of_credential(path, name, &store, *encrypted);
        let present = root.map_err(|why| failed(why).of_key(config, "soft.root_credential"))?;
        return Ok(Found { present, next: None, made: None });
    }
    let Some(path) = config.root_key_file(&store) else {
        return Err(NodeError::text("the software secure environment has no root"));
    };
    let loaded = RootKey::load_or_create(&path, &store, &sealed);
    let (present, origin) = loaded.map_err(|why| match &why {
        SoftError::KeyFileExposed { .. } | SoftError::File { .. } => {
            failed(why).of_key(config, "soft.root_key")
        }
        _ => failed(why),
    })?;
    Ok(Found { present, next: None, made: (origin == RootOrigin::Created).then_some(path) })
}

/// The root that the passphrase gives, and the one that a new passphrase will give, if there is to be one.
fn of_passphrase(
    from: &Passphrase,
    file: &Path,
    sealed: &[&Path],
    store: &str,
    config: &Config,
) -> Result<(RootKey, Option<RootKey>), NodeError> {
    let change = config.new_passphrase;
    // Before anybody is asked: where no passphrase could be right, none is wanted.
    let root = PassphraseRoot::look(file, store, sealed).map_err(failed)?;
    if change && root.is_new() {
        return Err(failed(SoftError::PassphraseUnused));
    }
    let mut asked = Asked::open(&from.source)
        .map_err(|error| if error.is_usage() { error.of_key(config, PASSPHRASE_FROM) } else { error })?;
    let passphrase = if root.is_new() { asked.new_one()? } else { asked.present()? };
    let present = root.root(&passphrase, named(from)).map_err(failed)?;
    let next = match change {
        true => Some(root.next_root(&asked.new_one()?, named(from)).map_err(failed)?),
        false => None,
    };
    Ok((present, next))
}

fn named(from: &Passphrase) -> PassphraseFrom {
    let guarded = from.guarded;
    match &from.source {
        PassphraseSource::Terminal => PassphraseFrom::Terminal,
        PassphraseSource::Descriptor(number) => {
            PassphraseFrom::Elsewhere { name: format!("descriptor {number}").into(), guarded }
        }
        PassphraseSource::File(path) => {
            PassphraseFrom::Elsewhere { name: path.display().to_string().into(), guarded }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given by map_err")]
pub(crate) fn failed(why: SoftError) -> NodeError {
    NodeError::part("software secure environment", &why)
}
