//! Rules for Rust files: a first sentence, a telling name, a bearable length, nothing left undone.

use super::Finding;
use super::files::File;
use super::settings::Settings;

/// The most lines of a source file.
pub(super) const MAX_LINES: usize = 450;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "misc"];

/// Words of unfinished or silenced code. Written in halves, so that this file may say them.
const MARKERS: &[&str] =
    &[concat!("#[", "ignore"), concat!("todo", "!("), concat!("FIX", "ME"), concat!("XX", "X")];

/// What is wrong with one file.
pub(super) fn judge(file: &File, settings: &Settings) -> Vec<Finding> {
    if !file.is_source() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !file.text.starts_with("//!") {
        findings.push(Finding::new(
            file,
            1,
            "begins without `//!`: say in one sentence what the file is for",
        ));
    }
    if file.name() == "mod.rs" {
        findings.push(Finding::new(file, 1, "a mod.rs: name the file after its folder, beside it"));
    }
    let mut parts = file.path.trim_end_matches(".rs").split('/');
    if let Some(part) = parts.find(|part| EMPTY_NAMES.contains(part)) {
        findings.push(Finding::new(file, 1, format!("`{part}` says nothing: name it after what it holds")));
    }
    let length = file.text.lines().count();
    if length > MAX_LINES && !settings.may_be_long(&file.path) {
        findings.push(Finding::new(file, length, format!("{length} lines; at most {MAX_LINES}")));
    }
    for (number, line) in file.lines() {
        for marker in MARKERS.iter().filter(|marker| has_word(line, marker)) {
            findings.push(Finding::new(
                file,
                number,
                format!("`{marker}`: finish it, or say it in the docs"),
            ));
        }
    }
    findings
}

/// The middle length of all source files, 0 without any.
pub(super) fn median_length(files: &[File]) -> usize {
    let mut lengths: Vec<usize> =
        files.iter().filter(|file| file.is_source()).map(|file| file.text.lines().count()).collect();
    lengths.sort_unstable();
    lengths.get(lengths.len() / 2).copied().unwrap_or(0)
}

/// Whether the word stands in the line with no letter or digit of its own kind beside it.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, from) = line.split_at(at);
        let after = from.get(word.len()..).unwrap_or_default();
        let ends_open = word.ends_with(|c: char| !c.is_alphanumeric());
        !joins(before.chars().next_back()) && (ends_open || !joins(after.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::{File, Settings, judge, median_length};

    fn findings(path: &str, text: &str) -> Vec<String> {
        judge(&File::sample(path, text), &Settings::default()).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn a_short_documented_file_passes() {
        assert_eq!(findings("crates/a/src/lane.rs", "//! Lanes.\n\nfn lane() {}\n"), [""; 0]);
        assert_eq!(findings("notes.md", concat!("XX", "X")), [""; 0], "only source is judged");
    }

    #[test]
    fn a_file_without_a_first_sentence_fails() {
        assert_eq!(findings("a.rs", "fn lane() {}\n").len(), 1);
        assert_eq!(findings("a.rs", "").len(), 1);
    }

    #[test]
    fn a_mod_rs_and_an_empty_name_fail() {
        assert_eq!(findings("src/lane/mod.rs", "//! x\n").len(), 1);
        for path in ["src/utils.rs", "src/common/lane.rs", "helpers.rs", "src/manager.rs"] {
            assert_eq!(findings(path, "//! x\n").len(), 1, "{path}");
        }
        assert_eq!(findings("src/key_manager_port.rs", "//! x\n"), [""; 0]);
    }

    #[test]
    fn a_long_file_fails() {
        assert_eq!(findings("a.rs", &"//! x\n".repeat(450)), [""; 0]);
        assert_eq!(findings("a.rs", &"//! x\n".repeat(451)).len(), 1);
    }

    #[test]
    fn unfinished_and_silenced_code_fails() {
        for marker in [
            concat!("#[", "ignore]"),
            concat!("#[", "ignore = \"why\"]"),
            concat!("    todo", "!()"),
            concat!("// FIX", "ME later"),
            concat!("// XX", "X"),
        ] {
            assert_eq!(findings("a.rs", &format!("//! x\n{marker}\n")).len(), 1, "{marker}");
        }
        assert_eq!(findings("a.rs", concat!("//! x\nlet name = \"XX", "XXXX\";\n")), [""; 0]);
    }

    #[test]
    fn the_median_is_the_middle_length() {
        let file = |lines: usize| File::sample("a.rs", &"//!\n".repeat(lines));
        assert_eq!(median_length(&[file(9), file(1), file(5), File::sample("a.md", "")]), 5);
    }
}
