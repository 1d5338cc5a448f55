//! The passphrase of the software secure environment, asked for once at start: on the terminal, or from what the
//! configuration names. It is never in the configuration, on the command line or in the environment.

mod terminal;

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use nix::fcntl::OFlag;
use se_plugin_soft::{MAX_PASSPHRASE_BYTES, MIN_PASSPHRASE_CHARACTERS, Passphrase};
use zeroize::Zeroizing;

use crate::config::PassphraseSource;
use crate::error::NodeError;
use terminal::Terminal;

/// The key that names the source, for messages.
const KEY: &str = "soft.root_passphrase_from";

/// How often somebody may try again to give a new passphrase twice the same.
const TRIES: usize = 3;

/// Who is asked: for the passphrase, and perhaps for the next one.
pub(crate) struct Asked(Source);

enum Source {
    Terminal(Terminal),
    Lines { file: File, name: String },
}

impl Asked {
    /// Opens the terminal, descriptor or file.
    pub(crate) fn open(source: &PassphraseSource) -> Result<Self, NodeError> {
        let (file, name) = match source {
            PassphraseSource::Terminal => return Terminal::open().map(Source::Terminal).map(Self),
            PassphraseSource::Descriptor(number) => (given(*number)?, format!("descriptor {number}")),
            PassphraseSource::File(path) => {
                let name = path.display().to_string();
                (File::open(path).map_err(|why| unreadable(&name, &why))?, name)
            }
        };
        let found = file.metadata().map_err(|why| unreadable(&name, &why))?;
        if found.is_file() && found.mode() & 0o077 != 0 {
            return Err(NodeError::text(format!(
                "{KEY}: others than its owner can reach {name} (mode {:04o}): run `chmod 600` on it, and consider \
                 who may have read it",
                found.mode() & 0o7777
            )));
        }
        Ok(Self(Source::Lines { file, name }))
    }

    /// The passphrase that was chosen before.
    pub(crate) fn present(&mut self) -> Result<Passphrase, NodeError> {
        match &mut self.0 {
            Source::Terminal(terminal) => taken(terminal.ask("Passphrase of this node: ")?),
            Source::Lines { file, name } => line_of(file, name),
        }
    }

    /// A passphrase that is chosen now; asked for twice where somebody types it.
    pub(crate) fn new_one(&mut self) -> Result<Passphrase, NodeError> {
        match &mut self.0 {
            Source::Terminal(terminal) => typed_twice(terminal),
            Source::Lines { file, name } => line_of(file, name),
        }
    }
}

/// A descriptor that the process was started with. Standard input is read as it is. Any other is opened anew,
/// which takes that the user of the node may: to take it over by its number alone would be unsafe code.
fn given(number: u16) -> Result<File, NodeError> {
    let name = format!("descriptor {number}");
    if number == 0 {
        let own = std::io::stdin().as_fd().try_clone_to_owned();
        return own.map(File::from).map_err(|why| unreadable(&name, &why));
    }
    if !was_given(number) {
        return Err(NodeError::usage(format!(
            "{KEY}: the node was started without a {name}; give it one, as in `{number}<FILE`, or a pipe"
        )));
    }
    File::open(format!("/proc/self/fd/{number}")).map_err(|why| match why.kind() {
        ErrorKind::PermissionDenied => NodeError::usage(format!(
            "{KEY}: what {name} leads to is not this user's; hand it over as fd:0, standard input"
        )),
        _ => unreadable(&name, &why),
    })
}

fn unreadable(name: &str, why: &std::io::Error) -> NodeError {
    NodeError::usage(format!("{KEY}: cannot read {name}: {why}; name what the user of the node can read"))
}

fn typed_twice(terminal: &Terminal) -> Result<Passphrase, NodeError> {
    terminal.say(&format!(
        "Choose a passphrase of at least {MIN_PASSPHRASE_CHARACTERS} characters: without it nothing stored here can \
         be opened.\n"
    ))?;
    for _ in 0..TRIES {
        let passphrase = taken(terminal.ask("New passphrase: ")?)?;
        if passphrase.is(&taken(terminal.ask("Once more: ")?)?) {
            return Ok(passphrase);
        }
        terminal.say("The two are not the same.\n")?;
    }
    Err(NodeError::text("no passphrase was given twice the same; nothing was changed"))
}

/// Whether the process was started with this descriptor. What it has opened itself since is closed on execution,
/// and what it was given cannot be.
fn was_given(number: u16) -> bool {
    let about = std::fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
    flags
        .and_then(|digits| i32::from_str_radix(digits.trim(), 8).ok())
        .is_some_and(|flags| !OFlag::from_bits_retain(flags).contains(OFlag::O_CLOEXEC))
}

/// The next line of a file, without its end.
fn line_of(file: &mut File, name: &str) -> Result<Passphrase, NodeError> {
    // Octet by octet, so that no buffer keeps a copy, and what follows the line is left to others.
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_PASSPHRASE_BYTES.saturating_add(1)));
    let mut octet = Zeroizing::new([0]);
    while line.len() <= MAX_PASSPHRASE_BYTES {
        match file.read(octet.as_mut_slice()) {
            Ok(0) => break,
            Ok(_) if *octet == *b"\n" => break,
            Ok(_) => line.extend_from_slice(octet.as_slice()),
            Err(why) if why.kind() == ErrorKind::Interrupted => {}
            Err(why) => return Err(unreadable(name, &why)),
        }
    }
    if line.ends_with(b"\r") {
        line.pop();
    }
    taken(line)
}

fn taken(line: Zeroizing<Vec<u8>>) -> Result<Passphrase, NodeError> {
    Passphrase::new(line).map_err(|why| NodeError::part("passphrase", &why))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    /// What becomes of a file with this content: a passphrase, or what is said.
    fn read(content: &[u8], mode: u32) -> (Option<Passphrase>, String) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("p");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        match Asked::open(&PassphraseSource::File(path)).and_then(|mut asked| asked.present()) {
            Ok(passphrase) => (Some(passphrase), String::new()),
            Err(why) => (None, why.to_string()),
        }
    }

    #[test]
    fn the_first_line_is_the_passphrase() {
        let expected = Passphrase::new(Zeroizing::new(b"one two".to_vec())).unwrap();
        for content in [&b"one two"[..], b"one two\n", b"one two\r\n", b"one two\nthree\n"] {
            assert!(read(content, 0o600).0.unwrap().is(&expected));
        }
        assert!(!read(b"one two \n", 0o400).0.unwrap().is(&expected), "a space is part of it");
    }

    #[test]
    fn what_is_no_passphrase_or_lies_open_is_refused() {
        let said = |content: &[u8], mode| read(content, mode).1;
        for bad in [&b""[..], b"\n", b"\xff\xfe\n", b"a\0b\n", &[b'x'; MAX_PASSPHRASE_BYTES + 1]] {
            assert!(said(bad, 0o600).contains("this is no passphrase"));
        }
        assert!(said(b"one two\n", 0o640).contains("(mode 0640)"));
        let nowhere = PassphraseSource::File(PathBuf::from("/nowhere/at/all"));
        assert!(Asked::open(&nowhere).err().unwrap().to_string().contains("cannot read /nowhere/at/all"));
    }
}
