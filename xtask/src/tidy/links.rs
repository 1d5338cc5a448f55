//! Links from documents to files of the project lead somewhere.

use std::collections::BTreeSet;

use super::Finding;
use super::files::File;

/// Links that lead nowhere.
pub(super) fn judge(files: &[File]) -> Vec<Finding> {
    let mut known: BTreeSet<String> = files.iter().map(|file| file.path.clone()).collect();
    let folders =
        files.iter().flat_map(|file| file.path.match_indices('/').filter_map(|(at, _)| file.path.get(..at)));
    known.extend(folders.map(str::to_owned).collect::<Vec<_>>());
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_document()) {
        let mut fenced = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                let broken = targets(line).into_iter().filter(|target| !resolves(file, target, &known));
                findings.extend(
                    broken.map(|t| Finding::new(file, number, format!("the link to `{t}` leads nowhere"))),
                );
            }
        }
    }
    findings
}

/// What stands in `](…)` outside of inline code.
fn targets(line: &str) -> Vec<&str> {
    let prose = line.split('`').step_by(2);
    prose
        .flat_map(|text| text.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .collect()
}

fn resolves(file: &File, target: &str, known: &BTreeSet<String>) -> bool {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let mut place: Vec<&str> = file.path.split('/').collect();
    place.pop();
    for part in path.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                if place.pop().is_none() {
                    return false;
                }
            }
            name => place.push(name),
        }
    }
    place.is_empty() || known.contains(&place.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{File, judge};

    fn broken(text: &str) -> usize {
        let page = File::sample("docs/page.md", text);
        judge(&[page, File::sample("README.md", ""), File::sample("docs/decisions/README.md", "")]).len()
    }

    #[test]
    fn links_to_files_folders_anchors_and_the_web_resolve() {
        assert_eq!(broken("[a](../README.md) [b](decisions/) [c](decisions/README.md#x)\n"), 0);
        assert_eq!(broken("[d](#here) [e](https://example.org/x) [f](..)\n"), 0);
    }

    #[test]
    fn a_link_to_nothing_or_out_of_the_project_fails() {
        assert_eq!(broken("[a](gone.md) and [b](../README.md), [c](decisions/gone.md)\n"), 2);
        assert_eq!(broken("[a](../../README.md)\n"), 1);
    }

    #[test]
    fn code_is_not_a_link() {
        assert_eq!(broken("`[a](gone.md)`\n```\n[a](gone.md)\n```\n"), 0);
    }
}
