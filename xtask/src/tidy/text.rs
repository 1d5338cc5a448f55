//! Rules for every text file: clean ends, and no trace of the machine it was written on.

use super::Finding;
use super::files::File;
use super::settings::Settings;

/// First folders of absolute paths that exist on one machine and not on the next.
const MACHINE_FOLDERS: &[&str] = &["home", "root", "tmp", "Users", "work", "mnt"];

/// A path out of the project, written in halves so that this file may say it.
const OUTSIDE: &str = concat!("..", "/shared");

/// What is wrong with one file.
pub(super) fn judge(file: &File, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        findings.push(Finding::new(file, file.text.lines().count(), "no newline at the end"));
    }
    // Not `lines`, which would hide a carriage return.
    for (number, line) in (1..).zip(file.text.split('\n')) {
        if line.ends_with([' ', '\t', '\r']) {
            findings.push(Finding::new(file, number, "trailing whitespace"));
        }
        if let Some(path) = machine_path(&settings.without_known_paths(line)) {
            findings.push(Finding::new(file, number, format!("`{path}` is a path of one machine")));
        }
    }
    findings
}

fn machine_path(line: &str) -> Option<String> {
    if line.contains(OUTSIDE) {
        return Some(OUTSIDE.to_owned());
    }
    MACHINE_FOLDERS.iter().find_map(|folder| {
        let path = format!("/{folder}/");
        line.match_indices(&path).find_map(|(at, _)| {
            let before = line.get(..at)?.chars().next_back();
            // `data/home/x` and `$HOME/work/` are not absolute; `https://host/home/` is not a file.
            let continues =
                |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '}' | '~' | '*' | '/');
            (!before.is_some_and(continues)).then(|| path.clone())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{File, Settings, judge};

    fn findings(text: &str) -> Vec<String> {
        let settings = "paths = [{ text = '/tmp/csf-', reason = 'documented' }]\n";
        let settings = Settings::read(Some(&File::sample("t", settings))).unwrap();
        judge(&File::sample("a.md", text), &settings).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn clean_text_passes() {
        assert_eq!(findings("one\n\ntwo\n"), [""; 0]);
        assert_eq!(findings(""), [""; 0]);
    }

    #[test]
    fn unclean_ends_fail() {
        assert_eq!(findings("one"), ["no newline at the end"]);
        for text in ["one \n", "one\t\n", "one\r\n"] {
            assert_eq!(findings(text), ["trailing whitespace"], "{text:?}");
        }
    }

    #[test]
    fn a_path_of_one_machine_fails() {
        for folder in ["home", "root", "tmp", "Users", "work"] {
            assert_eq!(findings(&format!("see /{folder}/me/file\n")).len(), 1, "{folder}");
        }
        assert_eq!(findings(&format!("see {}\n", super::OUTSIDE)).len(), 1);
    }

    #[test]
    fn known_relative_and_remote_paths_pass() {
        assert_eq!(findings("the socket is /tmp/csf-1000/csf.sock\n"), [""; 0]);
        assert_eq!(findings("data/home/x, $HOME/work/, https://example.org/home/\n"), [""; 0]);
    }
}
