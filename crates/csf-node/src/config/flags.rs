//! The configuration flags that the node programs share.

use std::path::PathBuf;

use super::Sources;

/// `--config`, `--state` and `--set`, to be flattened into a command line.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// The configuration file [default: csf.toml in the state directory, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The state directory [default: ${XDG_STATE_HOME:-~/.local/state}/csf/PROFILE]
    #[arg(long, global = true, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Set one key above file and environment; may be repeated
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

impl Flags {
    /// These flags above the environment of this process.
    #[must_use]
    pub fn sources(self) -> Sources {
        Sources { file: self.config, state: self.state, set: self.set, ..Sources::of_process() }
    }
}
