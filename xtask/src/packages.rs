//! The programs from outside that building and testing need: which are there, and how to get the others.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// A program, where it comes from, and who needs it.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    /// Debian's packages for it.
    packages: &'static [&'static str],
    /// Parts of suite names (`PACKAGE/TARGET`) that cannot run without it; the empty text means all.
    suites: &'static [&'static str],
    why: &'static str,
}

/// Everything beyond the Rust toolchain. A test target that needs a foreign program is called
/// `peer_PROGRAM`, so that nobody has to look up here what it needs.
const PROGRAMS: &[Program] = &[
    Program {
        name: "cc",
        packages: &["gcc", "libc6-dev"],
        suites: &[""],
        why: "SQLite is compiled with the project",
    },
    Program {
        name: "git",
        packages: &["git"],
        suites: &["check/tidy"],
        why: "it knows which files belong to the project",
    },
    Program {
        name: "curl",
        packages: &["curl"],
        suites: &["/peer_curl"],
        why: "a foreign HTTP client for the sockets",
    },
    Program {
        name: "openssl",
        packages: &["openssl"],
        suites: &["/peer_openssl"],
        why: "checks our signatures and keys independently",
    },
    Program {
        name: "systemd-analyze",
        packages: &["systemd"],
        suites: &["/peer_systemd"],
        why: "checks the unit of the packaged service",
    },
];

/// The programs that are not there.
pub(crate) fn missing() -> Vec<&'static Program> {
    PROGRAMS.iter().filter(|program| !is_there(program.name)).collect()
}

/// Whether there is a program of this name.
pub(crate) fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_program(&folder.join(name)))
}

impl Program {
    /// Whether this suite cannot run without the program.
    pub(crate) fn is_needed_by(&self, suite: &str) -> bool {
        self.suites.iter().any(|part| suite.contains(part))
    }

    /// What to do about it.
    pub(crate) fn advice(&self) -> String {
        format!("{} is missing ({}): apt-get install {}", self.name, self.why, self.packages.join(" "))
    }
}

/// Installs what is missing, if this is a Debian machine and we may; says what it does.
pub(crate) fn install(programs: &[&Program]) -> Result<(), Failure> {
    if programs.is_empty() {
        return Ok(());
    }
    if !is_root()? {
        eprintln!("not root: nothing is installed");
        return Ok(());
    }
    apt_get(&["update"])?;
    let mut words = vec!["install", "--yes", "--no-install-recommends"];
    words.extend(programs.iter().flat_map(|program| program.packages));
    apt_get(&words)
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

fn is_root() -> Result<bool, Failure> {
    let id = Command::new("id").arg("-u").output().map_err(|e| Failure::program("id", e))?;
    Ok(id.stdout.trim_ascii() == b"0")
}

fn apt_get(words: &[&str]) -> Result<(), Failure> {
    eprintln!("apt-get {}", words.join(" "));
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    let status = command.status().map_err(|e| Failure::program("apt-get", e))?;
    if status.success() { Ok(()) } else { Err(Failure::program("apt-get", status)) }
}

#[cfg(test)]
mod tests {
    use super::PROGRAMS;

    fn needs(suite: &str) -> Vec<&'static str> {
        PROGRAMS.iter().filter(|p| p.is_needed_by(suite)).map(|p| p.name).collect()
    }

    #[test]
    fn a_peer_suite_needs_the_program_of_its_name_and_others_do_not() {
        assert_eq!(needs("conformance/peer_openssl"), ["cc", "openssl"]);
        assert_eq!(needs("csf-node/peer_curl"), ["cc", "curl"]);
        assert_eq!(needs("csf-access/csf_access"), ["cc"]);
    }
}
