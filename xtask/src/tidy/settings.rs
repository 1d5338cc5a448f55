//! The exceptions in `xtask/tidy.toml`.

use toml::{Table, Value};

use super::Finding;
use super::files::File;
use super::source::MAX_LINES;
use crate::failure::Failure;

/// What may be otherwise.
#[derive(Default)]
pub(super) struct Settings {
    long: Vec<String>,
    paths: Vec<String>,
}

impl Settings {
    /// Reads the file of exceptions; without one there are none.
    pub(super) fn read(file: Option<&File>) -> Result<Self, Failure> {
        let Some(file) = file else { return Ok(Self::default()) };
        let wrong = |what: String| Failure::Surroundings(format!("{}: {what}", file.path));
        let table: Table = file.text.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        let entries = |list: &str, key: &str| {
            let items = table.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let entries: Option<Vec<String>> = items.iter().map(|item| entry(item, key)).collect();
            entries.ok_or_else(|| wrong(format!("`{list}` holds {{ {key}, reason }}, both filled in")))
        };
        Ok(Self { long: entries("long", "file")?, paths: entries("paths", "text")? })
    }

    /// Whether a source file may be long.
    pub(super) fn may_be_long(&self, path: &str) -> bool {
        self.long.iter().any(|file| file == path)
    }

    /// The line without the paths that are all right.
    pub(super) fn without_known_paths(&self, line: &str) -> String {
        self.paths.iter().fold(line.to_owned(), |line, known| line.replace(known.as_str(), ""))
    }

    /// Exceptions that nothing needs.
    pub(super) fn unneeded(&self, files: &[File]) -> Vec<Finding> {
        let is_long = |path: &&String| {
            files.iter().any(|file| &file.path == *path && file.text.lines().count() > MAX_LINES)
        };
        // The rules' own tests name such paths too; they are no need.
        let stands = |path: &&String| {
            files.iter().any(|file| !file.path.starts_with("xtask/") && file.text.contains(path.as_str()))
        };
        let long = self.long.iter().filter(|path| !is_long(path));
        let paths = self.paths.iter().filter(|path| !stands(path));
        long.chain(paths)
            .map(|what| Finding {
                path: "xtask/tidy.toml".to_owned(),
                line: 1,
                what: format!("nothing needs the exception for {what} any more"),
            })
            .collect()
    }
}

fn entry(item: &Value, key: &str) -> Option<String> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text("reason")?;
    text(key).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{File, Settings};

    const TEXT: &str = "long = [{ file = 'a.rs', reason = 'a table' }]\npaths = []\n";

    #[test]
    fn an_exception_without_a_reason_is_refused() {
        assert!(Settings::read(Some(&File::sample("t", TEXT))).unwrap().may_be_long("a.rs"));
        let without = TEXT.replace("a table", " ");
        assert!(Settings::read(Some(&File::sample("t", &without))).is_err());
    }

    #[test]
    fn an_exception_that_nothing_needs_is_a_finding() {
        let settings = Settings::read(Some(&File::sample("t", TEXT))).unwrap();
        let long = "//! x\n".repeat(500);
        assert!(settings.unneeded(&[File::sample("a.rs", &long)]).is_empty());
        assert_eq!(settings.unneeded(&[File::sample("a.rs", "//! x\n")]).len(), 1);
        assert_eq!(settings.unneeded(&[]).len(), 1);

        let paths = "paths = [{ text = '/var/x', reason = 'documented' }]\n";
        let settings = Settings::read(Some(&File::sample("t", paths))).unwrap();
        assert!(settings.unneeded(&[File::sample("docs/a.md", "see /var/x\n")]).is_empty());
        assert_eq!(settings.unneeded(&[File::sample("xtask/tidy.toml", paths)]).len(), 1);
    }
}
