//! The commands of a page of the documentation, run in a shell as they stand.
//!
//! A command is a line that begins with `$ `. One that says `# refused` must end with 1 and nothing on standard
//! output; every other one must succeed.

#![expect(clippy::expect_used, clippy::panic, reason = "a page whose commands do not work is a failed test")]

use std::path::Path;
use std::process::Command;

use crate::{NodeProcess, program};

/// What a page's commands did.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Each command with what it printed, in their order.
    pub printed: Vec<(String, String)>,
    /// How many were refused, as they say.
    pub refused: usize,
}

impl Ran {
    /// What the first command that contains these words printed.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    #[track_caller]
    pub fn printed_by(&self, words: &str) -> &str {
        let found = self.printed.iter().find(|(command, _)| command.contains(words));
        found.map(|(_, printed)| printed.as_str()).unwrap_or_else(|| panic!("no command says {words}"))
    }
}

/// Runs the commands of a page under `docs/` against this node, with the tool on the path.
///
/// # Panics
///
/// When one ends otherwise than the page says.
#[must_use]
#[track_caller]
pub fn run(page: &str, node: &NodeProcess) -> Ran {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = std::fs::read_to_string(path).expect("the page");
    let tool = program("csf");
    let folder = tool.parent().and_then(Path::to_str).expect("a folder");
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut ran = Ran { printed: Vec::new(), refused: 0 };
    for command in text.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(node.directory())
            .env_clear()
            .env("PATH", &path)
            .env("HOME", node.directory())
            .env("XDG_DATA_HOME", node.directory().join("data"))
            .env("CSF_STATE", node.state())
            .env("CSF_LOCAL_SOCKET", node.socket())
            .output()
            .expect("a shell");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let refused = command.contains("# refused");
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{page}: {command}\n{out}{err}");
        ran.refused = ran.refused.saturating_add(usize::from(refused));
        // Of a refusal there is nothing to read but why.
        let said = if refused { err } else { out };
        ran.printed.push((command.to_owned(), said.into_owned()));
    }
    ran
}
