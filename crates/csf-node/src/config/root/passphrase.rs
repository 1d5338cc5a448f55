//! Where the passphrase that gives the root is asked for: `soft.root_passphrase_from`.

use std::path::{Path, PathBuf};

use super::resolved;
use crate::config::check::View;
use crate::config::error::Problem;
use crate::config::setting::Located;
use crate::config::{ConfigError, Passphrase, PassphraseSource, Setting};

const KEY: &str = "soft.root_passphrase_from";
const GUARDED: &str = "soft.root_passphrase_guarded";
const TERMINAL: &str = "terminal";
const DESCRIPTOR: &str = "fd:";

/// The highest number of a descriptor, and the lowest: standard output and error are written to.
const MAX_DESCRIPTOR: u16 = 1023;
const USED_OTHERWISE: [u16; 2] = [1, 2];

/// The source of the passphrase, if one is named. No message repeats what stands there, because somebody will
/// write the passphrase itself.
pub(super) fn root_passphrase(view: &View, state: &Path) -> Result<Option<Passphrase>, ConfigError> {
    let guarded = view.switch(GUARDED)?;
    let Some(Located { setting: Setting::Text(text), .. }) = view.values.get(KEY) else {
        if guarded {
            return Err(view
                .fault(GUARDED, Problem::new("no passphrase is asked for", format!("name where in {KEY}"))));
        }
        return Ok(None);
    };
    let source = source(text).ok_or_else(|| {
        let problem = "what stands there names no place to ask (and is not repeated here)";
        view.fault(
            KEY,
            Problem::new(
                problem,
                "write terminal, fd:3, or the absolute path of a file; never the passphrase",
            ),
        )
    })?;
    for other in ["soft.root_key", "soft.root_credential"] {
        if view.values.contains_key(other) {
            let problem = Problem::new(format!("the root is named elsewhere too ({other})"), "name only one");
            return Err(view.fault(KEY, problem));
        }
    }
    match &source {
        PassphraseSource::Terminal if guarded => {
            let problem = "a passphrase that is typed is guarded by whoever types it";
            return Err(view.fault(GUARDED, Problem::new(problem, "leave it out")));
        }
        PassphraseSource::File(path) if resolved(path).starts_with(resolved(state)) => {
            let problem = "the file is inside the state directory, whose copies it would open";
            return Err(view.fault(KEY, Problem::new(problem, "keep it somewhere else")));
        }
        _ => {}
    }
    Ok(Some(Passphrase { source, guarded }))
}

fn source(text: &str) -> Option<PassphraseSource> {
    if text == TERMINAL {
        return Some(PassphraseSource::Terminal);
    }
    if let Some(number) = text.strip_prefix(DESCRIPTOR) {
        let is_number = number.bytes().all(|b| b.is_ascii_digit());
        let number =
            number.parse().ok().filter(|n| is_number && *n <= MAX_DESCRIPTOR && !USED_OTHERWISE.contains(n));
        return number.map(PassphraseSource::Descriptor);
    }
    let path = PathBuf::from(text);
    path.is_absolute().then_some(PassphraseSource::File(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};
    use crate::profile::MN;

    fn load(set: &[&str]) -> Result<Config, String> {
        let environment = [("HOME", "/home/nobody"), ("CREDENTIALS_DIRECTORY", "/run/x")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let mut set: Vec<String> = set.iter().map(|&assignment| assignment.to_owned()).collect();
        set.push("state=/var/lib/csf".to_owned());
        Config::load(&MN, Sources { environment, set, ..Sources::default() }).map_err(|e| e.to_string())
    }

    // Shows ARC-4.
    #[test]
    fn a_passphrase_takes_the_place_of_the_key_file() {
        for (value, source) in [
            ("terminal", PassphraseSource::Terminal),
            ("fd:0", PassphraseSource::Descriptor(0)),
            ("fd:3", PassphraseSource::Descriptor(3)),
            ("/run/csf/passphrase", PassphraseSource::File("/run/csf/passphrase".into())),
        ] {
            let config = load(&[&format!("{KEY}={value}")]).unwrap();
            assert_eq!(config.root_passphrase(), Some(&Passphrase { source, guarded: false }));
            assert_eq!((config.root_key_file("s1"), config.root_credential()), (None, None));
        }
        let said = load(&["soft.root_passphrase_from=fd:3", "soft.root_passphrase_guarded=true"]).unwrap();
        assert!(said.root_passphrase().unwrap().guarded);
        assert_eq!(load(&[]).unwrap().root_passphrase(), None);
    }

    // Shows ARC-4.
    #[test]
    fn a_place_that_cannot_be_is_refused_and_is_never_repeated() {
        for value in [
            "correct horse battery",
            "Terminal",
            "fd:",
            "fd:1",
            "fd:2",
            "fd:-3",
            "fd:+3",
            "fd:1024",
            "fd:x",
            "run/p",
        ] {
            let error = load(&[&format!("{KEY}={value}")]).unwrap_err();
            assert!(error.contains("names no place to ask"), "{error}");
            assert!(!error.contains(value) || value == "fd:", "{error}");
        }
        for (set, part) in [
            (&["soft.root_passphrase_from=/var/lib/csf/p"][..], "inside the state directory"),
            (&["soft.root_passphrase_from=fd:3", "soft.root_key=/root.key"], "elsewhere too (soft.root_key)"),
            (&["soft.root_passphrase_from=fd:3", "soft.root_credential=r"], "name only one"),
            (&["soft.root_passphrase_guarded=true"], "no passphrase is asked for"),
            (&["soft.root_passphrase_from=terminal", "soft.root_passphrase_guarded=true"], "leave it out"),
        ] {
            let error = load(set).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
