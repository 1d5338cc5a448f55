//! The environment of the process, taken once as pairs, and the directories that it names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::ConfigError;
use super::Origin;
use super::error::Problem;
use crate::profile::Profile;

/// The prefix of the variables that are configuration.
pub(crate) const PREFIX: &str = "CSF_";

/// What stands for octets that are no UTF-8 after the environment has been taken.
const REPLACED: char = '\u{FFFD}';

/// The variables that a configuration is made of; the node keeps no others, for whatever they may hold.
pub(crate) fn needed(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_needed = |name: &str| {
        let known = ["HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "CREDENTIALS_DIRECTORY"];
        name.starts_with(PREFIX) || known.contains(&name)
    };
    pairs.into_iter().filter(|(name, _)| is_needed(name)).collect()
}

#[derive(Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The variables that are configuration, in the order of their names.
    pub(crate) fn settings(&self) -> impl Iterator<Item = Result<(&str, &str), ConfigError>> {
        self.0.iter().filter(|(name, _)| name.starts_with(PREFIX)).map(|(name, value)| {
            if value.contains(REPLACED) {
                Err(Problem::new("the value is not UTF-8", "set it again")
                    .at("environment", Origin::Variable(name.as_str().into())))
            } else {
                Ok((name.as_str(), value.as_str()))
            }
        })
    }

    /// The user's home directory.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.directory("HOME")
    }

    /// Where the state of this profile lives unless configured.
    pub(crate) fn state(&self, profile: &Profile) -> Option<PathBuf> {
        let base = self.directory("XDG_STATE_HOME").or_else(|| Some(self.home()?.join(".local/state")))?;
        Some(base.join("csf").join(profile.name))
    }

    /// Where key files live unless configured.
    pub(crate) fn keys(&self) -> Option<PathBuf> {
        let base = self.directory("XDG_DATA_HOME").or_else(|| Some(self.home()?.join(".local/share")))?;
        Some(base.join("csf"))
    }

    /// Where the service manager hands over credentials (systemd.exec, `$CREDENTIALS_DIRECTORY`).
    pub(crate) fn credentials(&self) -> Option<PathBuf> {
        self.directory("CREDENTIALS_DIRECTORY")
    }

    /// Where the local socket lives unless configured.
    pub(crate) fn runtime(&self) -> PathBuf {
        let base = self
            .directory("XDG_RUNTIME_DIR")
            .unwrap_or_else(|| format!("/tmp/csf-{}", nix::unistd::getuid()).into());
        base.join("csf")
    }

    /// A variable that names a directory; the XDG rules ignore relative ones, and so does this.
    fn directory(&self, name: &str) -> Option<PathBuf> {
        let value = self.0.get(name)?;
        let path = Path::new(value);
        (path.is_absolute() && !value.contains(REPLACED)).then(|| path.to_owned())
    }
}
