//! The software secure environment of a node: its root from where the configuration says, and its objects.

use std::path::PathBuf;

use csf_transport::SeId;
use se_plugin_soft::{PassphraseFrom, PassphraseRoot, RootKey, RootOrigin, SoftConfig, SoftError, SoftSe};

use super::state::StateDirectory;
use crate::config::{Config, Credential, Passphrase, PassphraseSource};
use crate::error::NodeError;
use crate::passphrase::Asked;

/// The key that says where a passphrase comes from.
const PASSPHRASE_FROM: &str = "soft.root_passphrase_from";

/// Opens it; and the key file, if one was made now.
pub(crate) fn open(config: &Config, state: &StateDirectory) -> Result<(SoftSe, Option<PathBuf>), NodeError> {
    let store = state.store_id().to_string();
    let id =
        SeId::parse("soft").ok_or_else(|| NodeError::text("'soft' is no name of a secure environment"))?;
    let objects = state.soft_objects();
    let (root, made) = if let Some(passphrase) = config.root_passphrase() {
        let (root, next) = of_passphrase(passphrase, state, &store, config)?;
        let config = SoftConfig { id, objects, root };
        let soft = match next {
            Some(next) => SoftSe::open_and_change_root(config, next),
            None => SoftSe::open(config),
        };
        return soft.map(|soft| (soft, None)).map_err(failed);
    } else if config.new_passphrase {
        return Err(NodeError::usage(
            "--new-passphrase: this node has no passphrase (soft.root_passphrase_from)",
        ));
    } else if let Some(Credential { name, path, encrypted }) = config.root_credential() {
        let root = RootKey::of_credential(path, name, &store, *encrypted);
        (root.map_err(|why| failed(why).of_key(config, "soft.root_credential"))?, None)
    } else if let Some(path) = config.root_key_file(&store) {
        let sealed = [state.soft_objects(), state.store()];
        let sealed = sealed.each_ref().map(PathBuf::as_path);
        let loaded = RootKey::load_or_create(&path, &store, &sealed);
        let (root, origin) = loaded.map_err(|why| match &why {
            SoftError::KeyFileExposed { .. } | SoftError::File { .. } => {
                failed(why).of_key(config, "soft.root_key")
            }
            _ => failed(why),
        })?;
        (root, (origin == RootOrigin::Created).then_some(path))
    } else {
        return Err(NodeError::text("the software secure environment has no root"));
    };
    let soft = SoftSe::open(SoftConfig { id, objects, root }).map_err(failed)?;
    Ok((soft, made))
}

/// The root that the passphrase gives, and the one that a new passphrase will give, if there is to be one.
fn of_passphrase(
    from: &Passphrase,
    state: &StateDirectory,
    store: &str,
    config: &Config,
) -> Result<(RootKey, Option<RootKey>), NodeError> {
    let change = config.new_passphrase;
    let (file, sealed) = (state.soft_passphrase(), [state.soft_objects(), state.store()]);
    let sealed = sealed.each_ref().map(PathBuf::as_path);
    // Before anybody is asked: where no passphrase could be right, none is wanted.
    let root = PassphraseRoot::look(&file, store, &sealed).map_err(failed)?;
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
fn failed(why: SoftError) -> NodeError {
    NodeError::part("software secure environment", &why)
}
