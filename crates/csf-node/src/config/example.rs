//! A configuration file to begin with: every key with what it is for, and nothing set.

use super::{KEYS, Key, Kind, Preset};
use crate::profile::Profile;

/// How wide the file is, in characters.
const COLUMNS: usize = 100;

const HEAD: &str = "\
# Configuration of the Security CSF. Nothing is set: each key stands here with its default, or where that is worked
# out, with a value of its kind. Take the mark off a line to set it. What stands here gives way to CSF_* variables,
# and those to flags. `csf config check` finds mistakes, `csf config show` says what is set and where.
";

/// Such a file for a node of this profile. It is made from the table of keys, so it has every one of them.
#[must_use]
pub fn example(profile: &Profile) -> String {
    let mut text = HEAD.to_owned();
    let mut section = "";
    // A key without a section must come before the first section begins.
    let (without, within): (Vec<&Key>, Vec<&Key>) = KEYS.iter().partition(|key| parted(key).0.is_empty());
    for key in without.into_iter().chain(within) {
        let (of, name) = parted(key);
        if of != section {
            text.push_str(&format!("\n[{of}]\n"));
            section = of;
        }
        text.push('\n');
        let about = format!("{}; {}.", key.doc, default(key, profile));
        for line in wrapped(&about) {
            text.push_str(&format!("# {line}\n"));
        }
        text.push_str(&format!("#{name} = {}\n", value(key, profile)));
    }
    text
}

fn parted(key: &Key) -> (&'static str, &'static str) {
    key.name.rsplit_once('.').unwrap_or(("", key.name))
}

fn default(key: &Key, profile: &Profile) -> String {
    let kind = match key.kind {
        // Said by the value that stands below.
        Kind::Switch => String::new(),
        kind => format!("{kind}; "),
    };
    match key.default {
        Preset::BuiltIn(_) => format!("{kind}variable {}", key.variable()),
        Preset::Derived(_) => {
            format!("{kind}variable {}; default {}", key.variable(), key.default_text(profile))
        }
    }
}

/// The default, or a value of the kind where the default is empty or worked out.
fn value(key: &Key, profile: &Profile) -> String {
    match key.default {
        Preset::BuiltIn(value) if !key.kind.is_table() => value(profile).to_string(),
        _ if key.kind == Kind::Text => "\"...\"".to_owned(),
        _ => key.kind.example().to_owned(),
    }
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len().saturating_add(word.len()) < COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Sources};
    use crate::profile::{MN, PROFILES};

    fn load(text: &str) -> Result<Config, String> {
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let file = directory.path().join("csf.toml");
        std::fs::write(&file, text).map_err(|e| e.to_string())?;
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        let sources = Sources { file: Some(file), environment, ..Sources::default() };
        Config::load(&MN, sources).map_err(|e| e.to_string())
    }

    #[test]
    fn the_example_is_a_configuration_in_which_nothing_is_set() {
        for profile in PROFILES {
            assert_eq!(load(&example(profile)).unwrap().show(false), []);
        }
    }

    #[test]
    fn every_key_is_in_it_and_each_can_be_set_as_it_stands() {
        let example = example(&MN);
        // They name users that this machine has not, or make sense in company only.
        let alone = [
            "local.users",
            "local.csf",
            "consultation.servers",
            "soft.root_credential",
            "soft.root_passphrase_from",
        ];
        let mut section = String::new();
        let mut seen = 0;
        for line in example.lines() {
            if line.starts_with('[') {
                section = line.trim_matches(['[', ']']).to_owned();
            }
            let Some(set) = line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')) else { continue };
            seen += 1;
            let (name, _) = set.split_once(" = ").unwrap();
            let key = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
            assert!(Key::named(&key).is_some(), "{key}");
            if alone.contains(&key.as_str()) {
                continue;
            }
            let head = if section.is_empty() { String::new() } else { format!("[{section}]\n") };
            load(&format!("{head}{set}\n")).unwrap_or_else(|e| panic!("{key}: {e}"));
        }
        assert_eq!(seen, KEYS.len());
        assert!(example.lines().all(|line| line.len() <= 130), "{example}");
    }
}
