//! The root of the software secure environment: it is there where it is needed, and nobody else can read it.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::Finding;
use crate::config::{Config, PassphraseSource};
use crate::node::state::{self, SOFT_OBJECTS, SOFT_PASSPHRASE, STORE};

const ROOT: &str = "root key";

pub(super) fn look(config: &Config) -> Finding {
    let is_needed = [SOFT_OBJECTS, STORE].iter().any(|file| config.state.join(file).exists());
    if let Some(passphrase) = config.root_passphrase() {
        let salt = config.state.join(SOFT_PASSPHRASE);
        if is_needed && !salt.exists() {
            let says = format!("{} is missing, and no passphrase opens the store without it", salt.display());
            return Finding::ill(ROOT, says, "put it back from a backup");
        }
        return match &passphrase.source {
            PassphraseSource::File(path) => file(path, true, "the passphrase"),
            _ => Finding::well(ROOT, "it comes from a passphrase that is asked for at start"),
        };
    }
    if let Some(credential) = config.root_credential() {
        return match File::open(&credential.path) {
            Ok(_) => Finding::well(ROOT, format!("it is the credential '{}'", credential.name)),
            Err(why) => {
                let says = format!("the credential {} cannot be read: {why}", credential.path.display());
                Finding::ill(ROOT, says, "name it in LoadCredentialEncrypted of the unit")
            }
        };
    }
    let store = state::name(&config.state).ok().flatten();
    let path = match (config.configured_root_key(), store) {
        (Some(path), _) => path.to_owned(),
        (None, Some(store)) => match config.root_key_file(&store.to_string()) {
            Some(path) => path,
            None => return Finding::note(ROOT, "nothing says where it is", "set soft.root_key"),
        },
        (None, None) => return Finding::note(ROOT, "there is none yet", "the first start makes one"),
    };
    file(&path, is_needed, "the key file")
}

fn file(path: &Path, is_needed: bool, what: &str) -> Finding {
    let told = path.display();
    let found = match path.metadata() {
        Ok(found) => found,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound && !is_needed => {
            return Finding::note(
                ROOT,
                format!("{what} {told} is not there yet"),
                "the first start makes it",
            );
        }
        Err(why) => {
            let says = format!("{what} {told} cannot be looked at: {why}; without it nothing stored opens");
            return Finding::ill(ROOT, says, "put it back from where you keep it; a new one would not help");
        }
    };
    let mode = found.mode() & 0o7777;
    if !found.is_file() {
        Finding::ill(ROOT, format!("{told} is no file"), format!("put {what} there"))
    } else if mode & 0o077 != 0 {
        let says = format!("others than its owner can reach {what} {told} (mode {mode:04o})");
        Finding::ill(ROOT, says, format!("chmod 600 {told}, and consider who may have read it"))
    } else if let Err(why) = File::open(path) {
        Finding::ill(ROOT, format!("{what} {told} cannot be read: {why}"), "run this as the user of the node")
    } else {
        Finding::well(ROOT, format!("{told} is its user's alone; keep a copy in another place"))
    }
}
