//! The manifest of a backup: what it is a backup of, and what each file must hold.
//!
//! ```text
//!   csf-backup 1
//!   software 0.1.0
//!   made 20261124T145108
//!   store 5f0c1d7e9a3b4c2d8e6f0a1b2c3d4e5f
//!   epoch 3
//!   file store-id 33 9b0c…
//!   file csf.sqlite 40960 1f7a…
//!   file soft.sqlite 12288 77e0…
//!   file audit.log 1203 c5d2…
//!   file audit-00000000000000000001.log 4711 0d3e…      full audit files, where there are any
//!   end 08af…                        SHA-256 of the lines above
//! ```

use std::io::Read;
use std::path::Path;

use csf_api::UtcTime;
use csf_store::{Epoch, StoreId};

use super::files::{self, Summary};
use super::{FILES, MANIFEST, MAX_AUDIT_FILES};
use crate::audit_log;
use crate::error::NodeError;

const FORMAT: &str = "csf-backup 1";
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
    /// The files and what they hold: first those of [`FILES`] in their order, then full audit files.
    pub(super) files: Vec<(String, Summary)>,
}

impl Manifest {
    /// The file.
    pub(super) fn spell(&self) -> String {
        let Self { software, made, store, epoch, files } = self;
        let mut text =
            format!("{FORMAT}\nsoftware {software}\nmade {made}\nstore {store}\nepoch {}\n", epoch.0);
        for (name, Summary { bytes, digest }) in files {
            text.push_str(&format!("file {name} {bytes} {digest}\n"));
        }
        format!("{text}end {}\n", files::digest_of(text.as_bytes()))
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
        Self::parse(&text).ok_or_else(|| {
            let path = path.display();
            NodeError::text(format!("{path}: was cut or changed; use another backup"))
        })
    }

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
        let mut files = Vec::with_capacity(FILES.len());
        for line in lines.take(FILES.len().saturating_add(MAX_AUDIT_FILES)) {
            let mut words = line.strip_prefix("file ")?.split(' ');
            let (name, bytes, digest) = (words.next()?, words.next()?, words.next()?);
            // A name is joined to directories, so it is one of ours or none.
            let expected = match FILES.get(files.len()) {
                Some(expected) => *expected == name,
                None => audit_log::first_of(name).is_some(),
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
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let summary = |bytes| Summary { bytes, digest: files::digest_of(&[1]) };
        Manifest {
            software: "0.1.0".to_owned(),
            made: UtcTime::parse("20261124T145108").unwrap(),
            store: StoreId([7; 16]),
            epoch: Epoch(3),
            files: FILES
                .into_iter()
                .chain(["audit-00000000000000000001.log"])
                .zip([33, 40_960, 12_288, 0, 7])
                .map(|(name, bytes)| (name.to_owned(), summary(bytes)))
                .collect(),
        }
    }

    #[test]
    fn a_manifest_is_read_as_it_is_spelled() {
        assert_eq!(Manifest::parse(&manifest().spell()), Some(manifest()));
    }

    #[test]
    fn a_manifest_that_was_cut_or_changed_anywhere_is_refused() {
        let good = manifest().spell();
        for at in 0..good.len() {
            assert_eq!(Manifest::parse(&good[..at]), None, "cut at {at}");
            let mut bad = good.clone().into_bytes();
            bad[at] ^= 1;
            let bad = String::from_utf8(bad).unwrap();
            assert_eq!(Manifest::parse(&bad), None, "changed at {at}");
        }
    }
}
