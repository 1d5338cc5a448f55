//! What may be wrong around a node, looked for with and without one that runs: each finding names the problem, the
//! file or key, and what to do.
//!
//! It changes nothing, and takes no lock that a node would want.

mod audit;
mod machine;
mod places;
mod root;
mod running;

use crate::config::{Config, Sources};
use crate::profile::Profile;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Well,
    /// Nothing is wrong; but somebody should know.
    Note,
    Ill,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Note => "note",
            Self::Ill => "ill",
        }
    }
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) about: &'static str,
    pub(crate) state: State,
    pub(crate) says: String,
    /// What to do; empty where nothing has to be done.
    pub(crate) remedy: String,
}

impl Finding {
    fn well(about: &'static str, says: impl Into<String>) -> Self {
        Self { about, state: State::Well, says: says.into(), remedy: String::new() }
    }

    fn note(about: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { about, state: State::Note, says: says.into(), remedy: remedy.into() }
    }

    fn ill(about: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { about, state: State::Ill, says: says.into(), remedy: remedy.into() }
    }
}

/// Looks at everything that can be looked at.
pub(crate) fn examine(profile: &'static Profile, sources: Sources) -> Vec<Finding> {
    let config = match Config::load(profile, sources) {
        Ok(config) => config,
        Err(error) => {
            let remedy = "mend it; without a configuration nothing else can be looked at";
            return vec![Finding::ill("configuration", error.to_string(), remedy)];
        }
    };
    let runs = running::answers(&config);
    let mut findings = vec![configuration(&config)];
    findings.extend(places::state(&config));
    findings.push(root::look(&config));
    findings.extend(places::sockets(&config, runs));
    findings.extend(machine::look(&config, runs));
    findings.push(audit::look(&config));
    findings.extend(running::look(&config, runs));
    findings
}

fn configuration(config: &Config) -> Finding {
    let switches: Vec<_> = config.lab.active().collect();
    if !switches.is_empty() {
        let says =
            format!("laboratory switches are on: {}; claims are believed, not proven", switches.join(", "));
        return Finding::note("configuration", says, "turn them off where this is no laboratory");
    }
    Finding::well("configuration", format!("{} keys are set, and all of them hold", config.show(false).len()))
}

#[cfg(test)]
mod tests;
