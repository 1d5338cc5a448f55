//! The configuration as people see it: one line a key, each a line of TOML with its origin.

use super::layers::Values;
use super::setting::quoted;
use super::{KEYS, Origin, Setting};

/// One line of `csf config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The key; for an entry of a table, with the entry's name.
    pub key: String,
    /// The value as TOML.
    pub value: String,
    /// Who set it.
    pub origin: Origin,
}

pub(crate) fn show(values: &Values, everything: bool) -> Vec<Shown> {
    let mut lines = Vec::new();
    for key in KEYS {
        let Some(located) = values.get(key.name) else { continue };
        match &located.setting {
            Setting::Table(entries) => {
                for entry in entries {
                    let key = format!("{}.{}", key.name, bare_or_quoted(&entry.name));
                    lines.push(Shown { key, value: entry.to_string(), origin: entry.origin.clone() });
                }
            }
            setting => lines.push(Shown {
                key: key.name.to_owned(),
                value: setting.to_string(),
                origin: located.origin.clone(),
            }),
        }
    }
    lines.retain(|line| everything || line.origin != Origin::BuiltIn);
    lines
}

/// Writes the name of an entry as TOML writes keys.
fn bare_or_quoted(name: &str) -> String {
    let bare =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if bare { name.to_owned() } else { quoted(name) }
}
