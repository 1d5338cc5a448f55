//! A requirement id cited in source or documents is one that the requirements know.

use std::collections::BTreeSet;

use super::Finding;
use super::files::File;

const REQUIREMENTS: &str = "tests/conformance/requirements.toml";

/// Citations of ids that nothing defines.
pub(super) fn judge(files: &[File]) -> Vec<Finding> {
    let Some(data) = files.iter().find(|file| file.path == REQUIREMENTS) else { return Vec::new() };
    let known: BTreeSet<&str> =
        data.text.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect();
    let groups: BTreeSet<&str> = known.iter().filter_map(|id| id.split('-').next()).collect();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_source() || file.is_document()) {
        for (number, line) in file.lines() {
            for id in cited(line, &groups).filter(|id| !known.contains(id)) {
                findings.push(Finding::new(file, number, format!("{id} is no requirement")));
            }
        }
    }
    findings
}

/// The words of a line that have the form of an id: a group's letters, `-`, digits.
fn cited<'a>(line: &'a str, groups: &BTreeSet<&str>) -> impl Iterator<Item = &'a str> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| {
        word.split_once('-').is_some_and(|(group, number)| {
            groups.contains(group) && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{File, REQUIREMENTS, judge};

    #[test]
    fn an_id_that_no_requirement_has_fails() {
        let data = File::sample(REQUIREMENTS, "[[requirement]]\nid = \"ACC-1\"\n");
        let source = |text: &str| File::sample("tests/conformance/tests/access.rs", text);
        assert!(
            judge(&[source("// Shows ACC-1. See RFC-9 and ACC-model.\n")]).is_empty(),
            "no data, no rule"
        );
        let good = source("// Shows ACC-1. See RFC-9 and ACC-model.\n");
        assert!(judge(&[File::sample(REQUIREMENTS, &data.text), good]).is_empty());
        // In halves, because this file is judged too.
        let bad = source(concat!("// Shows ACC", "-99.\n"));
        assert_eq!(judge(&[data, bad])[0].what, concat!("ACC", "-99 is no requirement"));
    }
}
