//! The manifest of a backup: what it is a backup of, and what each file must hold.
//!
//! ```text
//!   csf-backup 2
//!   software 0.1.0
//!   made 20261124T145108
//!   store 5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f
//!   epoch 3
//!   file store-id 33 9b0c…
//!   file csf.sqlite 40960 1f7a…
//!   file soft.sqlite 12288 77e0…
//!   file audit.log 1203 c5d2…
//!   file soft.passphrase 70 61b0…                       where the root comes from a passphrase
//!   file audit-00000000000000000001.log 4711 0d3e…      full audit files, where there are any, in order
//!   end 08af…                        SHA-256 of the lines above
//!   root 5be1…                       HMAC-SHA-256 of the lines above, under a key derived from the root
//! ```
//!
//! The digest at the end tells damage from a manifest that somebody made, before there is a root to ask.

use std::io::Read;
use std::path::{Path, PathBuf};

use csf_api::UtcTime;
use csf_store::{Epoch, StoreId};
use se_plugin_soft::{WITNESS_BYTES, Witness};

use super::files::{self, Summary};
use super::{FILES, MANIFEST, MAX_AUDIT_FILES, OPTIONAL};
use crate::audit_log;
use crate::error::NodeError;

const FORMAT: &str = "csf-backup 2";
/// The most files of a backup.
const MAX_FILES: usize = FILES.len() + 1 + MAX_AUDIT_FILES;
/// More than a manifest has.
const MAX_MANIFEST_BYTES: u64 = 4096 + 160 * MAX_AUDIT_FILES as u64;

/// What a manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The version of the software that made the backup.
    pub(super) software: String,
    /// When the backup began: what was acknowledged before is in it.
    pub(super) made: UtcTime,
    /// The name of the store.
    pub(super) store: StoreId,
    /// The epoch of the store.
    pub(super) epoch: Epoch,
    /// The files and what they hold: those of [`FILES`] in their order, then [`OPTIONAL`] where the root comes from a
    /// passphrase, then full audit files in the order of their records.
    pub(super) files: Vec<(String, Summary)>,
}

impl Manifest {
    /// The file, with what the root says of it.
    pub(super) fn spell(&self, witness: &Witness) -> String {
        let Self { software, made, store, epoch, files } = self;
        let mut text =
            format!("{FORMAT}\nsoftware {software}\nmade {made}\nstore {store}\nepoch {}\n", epoch.0);
        for (name, Summary { bytes, digest }) in files {
            text.push_str(&format!("file {name} {bytes} {digest}\n"));
        }
        let text = format!("{text}end {}\n", files::digest_of(text.as_bytes()));
        format!("{text}root {}\n", files::spell(&witness.code(text.as_bytes())))
    }

    /// Whether the backup is of a node whose root comes from a passphrase.
    pub(super) fn has_passphrase(&self) -> bool {
        self.files.iter().any(|(name, _)| name == OPTIONAL)
    }
}

/// A manifest of which nobody knows yet who made it.
#[derive(Debug)]
pub(super) struct Unproven {
    path: PathBuf,
    claims: Manifest,
    /// What the root vouches for.
    text: String,
    code: [u8; WITNESS_BYTES],
}

impl Unproven {
    /// What it says: enough to find damage, and the root to ask.
    pub(super) const fn claims(&self) -> &Manifest {
        &self.claims
    }

    /// The manifest, if the root vouches for it.
    pub(super) fn proven(self, witness: &Witness) -> Result<Manifest, NodeError> {
        if witness.vouches(self.text.as_bytes(), &self.code) {
            return Ok(self.claims);
        }
        Err(NodeError::text(format!(
            "{}: was not made with this root: somebody changed it, or put parts of several backups together; use \
             another backup",
            self.path.display()
        )))
    }

    /// Reads the manifest of a backup.
    pub(super) fn read(backup: &Path) -> Result<Self, NodeError> {
        let path = backup.join(MANIFEST);
        let mut text = String::new();
        let file = std::fs::File::open(&path);
        match file.and_then(|file| file.take(MAX_MANIFEST_BYTES).read_to_string(&mut text)) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let backup = backup.display();
                return Err(NodeError::text(format!(
                    "{}: is not there, so {backup} is no backup; name a directory that `csf backup` made",
                    path.display()
                )));
            }
            Err(e) => return Err(NodeError::file(&path, "read the manifest", &e)),
        }
        if text.lines().next().is_some_and(|line| line.starts_with("csf-backup ") && line != FORMAT) {
            return Err(NodeError::text(format!(
                "{}: is of another format than '{FORMAT}'; restore with the version that made it",
                path.display()
            )));
        }
        let cut = NodeError::text(format!("{}: was cut or changed; use another backup", path.display()));
        let (claims, text, code) = parse(&text).ok_or(cut)?;
        Ok(Self { path, claims, text, code })
    }
}

/// What a manifest says, the text that the root vouches for, and how it does.
fn parse(text: &str) -> Option<(Manifest, String, [u8; WITNESS_BYTES])> {
    let (vouched, code) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    let code = files::unspell(code.strip_prefix("root ")?)?;
    let vouched = format!("{vouched}\n");
    let manifest = Manifest::parse(&vouched)?;
    Some((manifest, vouched, code))
}

impl Manifest {
    fn parse(text: &str) -> Option<Self> {
        let (above, end) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        if end.strip_prefix("end ")? != files::digest_of(format!("{above}\n").as_bytes()) {
            return None;
        }
        let mut lines = above.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let number = next("csf-backup")?;
        if FORMAT.strip_prefix("csf-backup ") != Some(number) {
            return None;
        }
        let software = next("software")?.to_owned();
        let made = UtcTime::parse(next("made")?).ok()?;
        let store = StoreId::parse(next("store")?)?;
        let epoch = Epoch(next("epoch")?.parse().ok()?);
        let mut files: Vec<(String, Summary)> = Vec::with_capacity(FILES.len());
        let mut last_audit = 0;
        for line in lines {
            if files.len() >= MAX_FILES {
                return None;
            }
            let mut words = line.strip_prefix("file ")?.split(' ');
            let (name, bytes, digest) = (words.next()?, words.next()?, words.next()?);
            // A name is joined to directories, so it is one of ours or none.
            let expected = match FILES.get(files.len()) {
                Some(expected) => *expected == name,
                None if name == OPTIONAL => files.len() == FILES.len(),
                None => match audit_log::first_of(name) {
                    Some(first) if first > last_audit => {
                        last_audit = first;
                        true
                    }
                    _ => false,
                },
            };
            if !expected || words.next().is_some() {
                return None;
            }
            files.push((name.to_owned(), Summary { bytes: bytes.parse().ok()?, digest: digest.to_owned() }));
        }
        let whole = files.len() >= FILES.len();
        whole.then_some(Self { software, made, store, epoch, files })
    }
}

#[cfg(test)]
mod tests;
