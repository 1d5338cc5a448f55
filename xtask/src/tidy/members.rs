//! Every workspace member has a comment line above it that says what it is for.

use super::Finding;
use super::files::File;

/// What is wrong with the root manifest.
pub(super) fn judge(files: &[File]) -> Vec<Finding> {
    let Some(manifest) = files.iter().find(|file| file.path == "Cargo.toml") else { return Vec::new() };
    let mut findings = Vec::new();
    let mut inside = false;
    let mut commented = false;
    for (number, line) in manifest.lines().map(|(number, line)| (number, line.trim())) {
        if line.starts_with("members") {
            inside = true;
        } else if inside && line.starts_with(']') {
            break;
        } else if inside && line.starts_with('"') && !commented {
            findings.push(Finding::new(manifest, number, format!("{line} has no comment line above it")));
        }
        commented = line.starts_with('#');
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{File, judge};

    #[test]
    fn a_member_without_a_comment_fails() {
        let good = "[workspace]\nmembers = [\n    # One.\n    \"a\",\n    # Two.\n    \"b\",\n]\nexclude = [\n\"c\",\n]\n";
        assert!(judge(&[File::sample("Cargo.toml", good)]).is_empty());
        let findings = judge(&[File::sample("Cargo.toml", &good.replace("    # Two.\n", ""))]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].what.starts_with("\"b\""));
    }
}
