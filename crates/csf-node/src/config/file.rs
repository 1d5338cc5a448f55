//! The configuration file: TOML to settings, each with its line.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::nearest::nearest;
use super::read::{Place, from_toml};
use super::setting::Located;
use super::{ConfigError, KEYS, Key, Origin};

/// The largest configuration file, in bytes.
pub(crate) const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

/// Reads the file; relative paths in it are read against its directory.
pub(crate) fn read_file(
    path: &Path,
    home: Option<&Path>,
) -> Result<Vec<(&'static Key, Located)>, ConfigError> {
    let unreadable = |problem: String| ConfigError::Unreadable { path: path.into(), problem: problem.into() };
    let mut text = String::new();
    let file = File::open(path).map_err(|e| unreadable(format!("cannot be opened: {e}")))?;
    let limit = MAX_CONFIG_BYTES.saturating_add(1);
    let read =
        file.take(limit).read_to_string(&mut text).map_err(|e| unreadable(format!("cannot be read: {e}")))?;
    if read as u64 == limit {
        return Err(unreadable(format!("is larger than {MAX_CONFIG_BYTES} bytes")));
    }
    let base = path.parent().unwrap_or(Path::new("/"));
    Reader { path: path.into(), text: &text, place: Place { base, home } }.read()
}

struct Reader<'a> {
    path: Arc<Path>,
    text: &'a str,
    place: Place<'a>,
}

impl Reader<'_> {
    fn read(&self) -> Result<Vec<(&'static Key, Located)>, ConfigError> {
        let table = DeTable::parse(self.text).map_err(|e| ConfigError::Syntax {
            origin: self.at(e.span().map_or(0, |span| span.start)),
            problem: e.message().into(),
        })?;
        let mut found = Vec::new();
        self.walk("", table.get_ref(), &mut found)?;
        Ok(found)
    }

    /// The depth of the recursion is that of the key table: a section that no key has is an error.
    fn walk(
        &self,
        section: &str,
        table: &DeTable<'_>,
        found: &mut Vec<(&'static Key, Located)>,
    ) -> Result<(), ConfigError> {
        let mut members: Vec<_> = table.iter().collect();
        members.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in members {
            let origin = self.at(name.span().start);
            let full = format!("{section}{}", name.get_ref());
            if let Some(key) = Key::named(&full) {
                let setting = from_toml(key, value, &self.place, &|span| self.at(span.start))?;
                found.push((key, Located { setting, origin }));
            } else if sections().any(|s| s == full) {
                let DeValue::Table(inner) = value.get_ref() else {
                    return Err(Problem::new(
                        "this is a section, not a key",
                        format!("write [{full}] on a line of its own and its keys below"),
                    )
                    .at(&full, origin));
                };
                self.walk(&format!("{full}."), inner, found)?;
            } else {
                return Err(unknown(origin, &full, value));
            }
        }
        Ok(())
    }

    fn at(&self, offset: usize) -> Origin {
        let before = self.text.as_bytes().iter().take(offset);
        let line = before.filter(|byte| **byte == b'\n').count().saturating_add(1);
        Origin::File(self.path.clone(), line)
    }
}

fn sections() -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter_map(|key| key.name.rsplit_once('.')).map(|(section, _)| section)
}

fn unknown(origin: Origin, key: &str, value: &Spanned<DeValue<'_>>) -> ConfigError {
    let nearest = if matches!(value.get_ref(), DeValue::Table(_)) {
        nearest(key, sections().chain(KEYS.iter().map(|key| key.name)))
    } else {
        nearest(key, KEYS.iter().map(|key| key.name))
    };
    ConfigError::UnknownKey { origin, key: key.into(), nearest: nearest.map(Into::into) }
}
