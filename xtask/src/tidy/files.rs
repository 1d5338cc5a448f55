//! The project's files: what git tracks, and what it would track after `git add`.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// A text file of the project.
pub(super) struct File {
    /// Its path from the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// The file's name without its folders.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Its lines, numbered from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Whether it is Rust source.
    pub(super) fn is_source(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is a document.
    pub(super) fn is_document(&self) -> bool {
        self.path.ends_with(".md")
    }

    /// A file for unit tests.
    #[cfg(test)]
    pub(super) fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// Reads every text file of the project; binary files and files just deleted are passed over.
pub(super) fn read(root: &Path) -> Result<Vec<File>, Failure> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let output = git.current_dir(root).stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| Failure::program("git", e))?;
    if !output.status.success() {
        return Err(Failure::program("git ls-files", output.status));
    }
    let mut files = Vec::new();
    for path in String::from_utf8_lossy(&output.stdout).split_terminator('\0') {
        let place = root.join(path);
        match std::fs::read(&place) {
            Ok(bytes) => {
                if let Ok(text) = String::from_utf8(bytes)
                    && !text.contains('\0')
                {
                    files.push(File { path: path.to_owned(), text });
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::file(&place, &error)),
        }
    }
    Ok(files)
}
