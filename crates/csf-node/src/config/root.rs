//! Where the root of the software secure environment is: a key file, a system credential or a
//! passphrase, and never inside the state directory.

mod passphrase;

use std::path::{Path, PathBuf};

use super::check::View;
use super::environment::Environment;
use super::error::Problem;
use super::setting::Located;
use super::{ConfigError, Credential, Origin, RootKey, Setting};

/// The longest name of a credential, in bytes: that of a file.
const MAX_CREDENTIAL_NAME_BYTES: usize = 255;

/// A copy of the state directory must not carry the key that opens it.
pub(super) fn root_key(view: &View, state: &Path, environment: &Environment) -> Result<RootKey, ConfigError> {
    if let Some(passphrase) = passphrase::root_passphrase(view, state)? {
        return Ok(RootKey::Passphrase(passphrase));
    }
    if let Some(credential) = root_credential(view, state, environment)? {
        return Ok(RootKey::Credential(credential));
    }
    let (key, path) = match view.values.get("soft.root_key") {
        Some(Located { setting: Setting::Path(path), .. }) => (RootKey::File(path.clone()), path.clone()),
        _ => match environment.keys() {
            Some(directory) => (RootKey::NamedByStoreIn(directory.clone()), directory),
            None => {
                let problem = Problem::new("there is no home directory to keep it in", "name a file");
                return Err(problem.at("soft.root_key", Origin::BuiltIn));
            }
        },
    };
    if resolved(&path).starts_with(resolved(state)) {
        return Err(view.fault(
            "soft.root_key",
            Problem::new(
                format!("{} is inside the state directory, whose copies it would open", path.display()),
                "keep the key file somewhere else",
            ),
        ));
    }
    Ok(key)
}

/// The credential that holds the root, if one is named.
fn root_credential(
    view: &View,
    state: &Path,
    environment: &Environment,
) -> Result<Option<Credential>, ConfigError> {
    const KEY: &str = "soft.root_credential";
    let encrypted = view.switch("soft.root_credential_encrypted")?;
    let Some(Located { setting: Setting::Text(name), .. }) = view.values.get(KEY) else {
        if encrypted {
            let problem = Problem::new("no credential is named", "name it in soft.root_credential");
            return Err(view.fault("soft.root_credential_encrypted", problem));
        }
        return Ok(None);
    };
    let is_name = name.len() <= MAX_CREDENTIAL_NAME_BYTES
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        && !name.starts_with('.');
    if !is_name {
        let remedy = "use letters, digits, hyphens, dots and underscores";
        return Err(view.fault(KEY, Problem::new(format!("'{name}' cannot name a credential"), remedy)));
    }
    if view.values.contains_key("soft.root_key") {
        let problem = Problem::new("a key file is named too (soft.root_key)", "name only one of the two");
        return Err(view.fault(KEY, problem));
    }
    let Some(directory) = environment.credentials() else {
        let remedy = "run the node as a service with LoadCredentialEncrypted";
        return Err(view.fault(KEY, Problem::new("the service manager gave no credentials", remedy)));
    };
    let path = directory.join(&**name);
    if resolved(&path).starts_with(resolved(state)) {
        let text = format!("{} is inside the state directory, whose copies it would open", path.display());
        return Err(view.fault(KEY, Problem::new(text, "keep credentials somewhere else")));
    }
    Ok(Some(Credential { name: name.clone(), path, encrypted }))
}

/// The path with the links resolved in as much of it as exists.
pub(super) fn resolved(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let Ok(real) = ancestor.canonicalize() {
            return path.strip_prefix(ancestor).map_or_else(|_| real.clone(), |rest| real.join(rest));
        }
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Sources};
    use crate::profile::MN;

    /// The configuration of these settings for a service to which credentials were handed over there.
    fn load(credentials: Option<&str>, set: &[&str]) -> Result<Config, String> {
        let mut environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        environment.extend(credentials.map(|at| ("CREDENTIALS_DIRECTORY".to_owned(), at.to_owned())));
        let mut set: Vec<String> = set.iter().map(|&assignment| assignment.to_owned()).collect();
        set.push("state=/var/lib/csf".to_owned());
        Config::load(&MN, Sources { environment, set, ..Sources::default() }).map_err(|e| e.to_string())
    }

    const NAMED: &str = "soft.root_credential=csf-root";

    // Shows ARC-4.
    #[test]
    fn a_credential_takes_the_place_of_the_key_file() {
        let config = load(Some("/run/credentials/csf.service"), &[NAMED]).unwrap();
        let credential = config.root_credential().unwrap();
        assert_eq!(credential.path.to_str(), Some("/run/credentials/csf.service/csf-root"));
        assert!(!credential.encrypted, "nobody said so");
        assert_eq!(config.root_key_file("s1"), None);
        let said = load(Some("/run/x"), &[NAMED, "soft.root_credential_encrypted=true"]).unwrap();
        assert!(said.root_credential().unwrap().encrypted);
        assert_eq!(load(Some("/run/x"), &[]).unwrap().root_credential(), None);
    }

    #[test]
    fn a_credential_that_cannot_be_is_refused_with_the_key() {
        for (credentials, set, part) in [
            (None, &[NAMED][..], "the service manager gave no credentials"),
            (Some("run/x"), &[NAMED], "the service manager gave no credentials"),
            (Some("/var/lib/csf"), &[NAMED], "is inside the state directory"),
            (Some("/run/x"), &["soft.root_credential=../root"], "cannot name a credential"),
            (Some("/run/x"), &["soft.root_credential=.."], "cannot name a credential"),
            (Some("/run/x"), &[NAMED, "soft.root_key=/root.key"], "a key file is named too"),
            (Some("/run/x"), &["soft.root_credential_encrypted=true"], "no credential is named"),
        ] {
            let error = load(credentials, set).unwrap_err();
            assert!(error.starts_with("--set: soft.root_credential") && error.contains(part), "{error}");
        }
    }
}
