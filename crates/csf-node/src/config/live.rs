//! What of a configuration can change while the node runs, and what differs between two of them.

use super::error::Problem;
use super::{Config, ConfigError, KEYS, Key, Origin, Setting};

/// When a change of a key takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// With the next request.
    Live,
    /// With the next request where it is switched off; switching it on takes a start.
    Off,
    /// With the next start.
    Restart,
}

/// The keys that change in the running node.
const LIVE: &[&str] = &[
    "limits.body_bytes",
    "limits.request_seconds",
    "limits.depth",
    "limits.discovery_results",
    "limits.content_bytes",
    "limits.instances_per_container",
    "limits.data_object_bytes",
    "limits.data_objects_per_owner",
    "limits.data_bytes_per_owner",
    "limits.resources_per_originator",
    "local.users",
    "local.csf",
    "consultation.servers",
    "consultation.milliseconds",
    "consultation.at_once",
    "log.level",
];

/// The keys that the running node only switches off: what weakens it is said at a start, loudly.
const OFF: &[&str] = &["http.believe_originators", "lab.administrator"];

impl Key {
    /// When a change of this key takes effect.
    #[must_use]
    pub fn change(&self) -> Change {
        if LIVE.contains(&self.name) {
            Change::Live
        } else if OFF.contains(&self.name) {
            Change::Off
        } else {
            Change::Restart
        }
    }
}

impl Change {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Off => "off",
            Self::Restart => "restart",
        }
    }
}

/// A key that has another value than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) key: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    /// Where it is a table, the entries that differ; they name entities.
    pub(crate) entries: Option<Vec<EntryDifference>>,
}

/// An entry of a table that says something else than before; nothing where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryDifference {
    pub(crate) name: Box<str>,
    pub(crate) before: Vec<Box<str>>,
    pub(crate) after: Vec<Box<str>>,
}

impl Config {
    /// What another configuration of the same node has different, if all of it can change while the node runs.
    ///
    /// # Errors
    ///
    /// The first key that cannot.
    pub(crate) fn live_differences(&self, next: &Self) -> Result<Vec<Difference>, ConfigError> {
        let mut differences = Vec::new();
        for key in KEYS {
            let setting =
                |config: &Self| config.effective.get(key.name).map(|located| located.setting.clone());
            let (before, after) = (setting(self), setting(next));
            if same(before.as_ref(), after.as_ref()) {
                continue;
            }
            let refused = |problem: &str, remedy: &str| {
                let origin = next.origin(key.name).or_else(|| self.origin(key.name));
                Problem::new(problem, remedy).at(key.name, origin.cloned().unwrap_or(Origin::BuiltIn))
            };
            match (key.change(), &after) {
                (Change::Live, _) | (Change::Off, Some(Setting::Switch(false))) => {}
                (Change::Off, _) => {
                    let remedy = "restart the node, if this is to be on";
                    return Err(refused("a laboratory switch is turned on by a start alone", remedy));
                }
                (Change::Restart, _) => {
                    let remedy = "restart the node, or set it back to what it was";
                    return Err(refused("a change of this key needs a restart", remedy));
                }
            }
            let text = |setting: Option<Setting>| setting.map_or("unset".to_owned(), |s| s.to_string());
            let entries = entries(before.as_ref(), after.as_ref());
            differences.push(Difference { key: key.name, before: text(before), after: text(after), entries });
        }
        Ok(differences)
    }
}

/// The entries in which two tables differ.
fn entries(before: Option<&Setting>, after: Option<&Setting>) -> Option<Vec<EntryDifference>> {
    if ![before, after].iter().any(|setting| matches!(setting, Some(Setting::Table(_)))) {
        return None;
    }
    let table = |setting: Option<&Setting>| match setting {
        Some(Setting::Table(entries)) => entries.clone(),
        _ => Vec::new(),
    };
    let (before, after) = (table(before), table(after));
    let values = |of: &[super::Entry], name: &str| {
        of.iter().find(|entry| *entry.name == *name).map(|entry| entry.values.clone())
    };
    let mut names: Vec<Box<str>> = before.iter().chain(&after).map(|entry| entry.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let difference = |name: Box<str>| {
        let (before, after) = (values(&before, &name), values(&after, &name));
        let differs = before != after;
        let difference =
            EntryDifference { name, before: before.unwrap_or_default(), after: after.unwrap_or_default() };
        differs.then_some(difference)
    };
    Some(names.into_iter().filter_map(difference).collect())
}

/// Whether two settings say the same, wherever each comes from.
fn same(one: Option<&Setting>, other: Option<&Setting>) -> bool {
    match (one, other) {
        (Some(Setting::Table(one)), Some(Setting::Table(other))) => {
            // The order of a table, and who wrote a line of it, mean nothing.
            let holds = |of: &[super::Entry], entry: &super::Entry| {
                of.iter().any(|e| e.name == entry.name && e.values == entry.values)
            };
            one.len() == other.len() && one.iter().all(|entry| holds(other, entry))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;
    use crate::profile::MN;

    fn load(set: &[&str]) -> Config {
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        let set = set.iter().map(|&assignment| assignment.to_owned()).collect();
        Config::load(&MN, Sources { set, environment, ..Sources::default() }).unwrap()
    }

    #[test]
    fn every_key_that_changes_live_is_a_key() {
        for name in LIVE.iter().chain(OFF) {
            assert!(Key::named(name).is_some(), "{name}");
        }
        assert_eq!(KEYS.iter().filter(|key| key.change() != Change::Restart).count(), LIVE.len() + OFF.len());
    }

    #[test]
    fn what_differs_is_named_with_before_and_after() {
        let (old, new) = (load(&[]), load(&["limits.depth=9", "log.level=debug", "local.users.0=Cx,Cy"]));
        let differences = old.live_differences(&new).unwrap();
        let told: Vec<_> =
            differences.iter().map(|d| format!("{} {} {}", d.key, d.before, d.after)).collect();
        assert_eq!(
            told,
            [
                "local.users {} {\"0\" = [\"Cx\", \"Cy\"]}",
                "limits.depth 32 9",
                "log.level \"info\" \"debug\""
            ]
        );
        assert!(new.live_differences(&new).unwrap().is_empty());
    }

    #[test]
    fn what_needs_a_start_says_so_by_name() {
        let lab = ["http.believe_originators=true", "lab.administrator=true"];
        for (old, new, part) in [
            (&[][..], &["http.listen=off"][..], "--set: http.listen: a change of this key needs a restart"),
            (&["audit.strict=true"], &[], "built in: audit.strict: a change of this key needs a restart"),
            (&[], &["limits.connections=9"], "limits.connections: a change of this key needs a restart"),
            (&[], &["soft.root_key=/k"], "soft.root_key: a change of this key needs a restart"),
            (&[], &lab, "http.believe_originators: a laboratory switch is turned on by a start alone"),
            (&lab[..1], &lab, "lab.administrator: a laboratory switch is turned on by a start alone"),
        ] {
            let error = load(old).live_differences(&load(new)).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        // The twin: off is always possible.
        assert_eq!(load(&lab).live_differences(&load(&[])).unwrap().len(), 2);
    }
}
