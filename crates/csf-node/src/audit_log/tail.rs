//! The end of the log: the file that grows, the chain so far, and the checkpoint in the sealed store.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord, Chain};
use csf_store::{Store, StoreError};
use nix::fcntl::{FallocateFlags, fallocate};

use super::anchor::{self, Anchor};
use super::files::{self, CURRENT};
use super::line::{self, About};
use super::secret::Pseudonyms;

/// How much room on the disk is held ready for records, in bytes: more than all requests under way may leave.
const RESERVED_BYTES: u64 = 2 * 1024 * 1024;

/// The end of a log.
pub(super) struct Tail {
    pub(super) directory: PathBuf,
    pub(super) store_id: Box<str>,
    pub(super) records: Arc<dyn Store>,
    pub(super) names: Pseudonyms,
    pub(super) file: File,
    /// The first record of the file.
    pub(super) first: u64,
    /// When the file began.
    pub(super) began: UtcTime,
    /// How long the file is.
    pub(super) size: u64,
    pub(super) chain: Chain,
    /// The first record that was not removed on purpose.
    pub(super) floor: u64,
    /// The number in the newest checkpoint.
    pub(super) anchored: u64,
    /// Up to where the disk has room for sure.
    pub(super) reserved: u64,
}

/// A new current file.
pub(super) fn create(directory: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create_new(true).mode(0o600).open(directory.join(CURRENT))
}

/// The record that a file begins with.
pub(super) fn segment(time: UtcTime, store_id: &str, chain: &Chain) -> (AuditRecord, About) {
    let record = AuditRecord::of_node(time, AuditKind::Segment, "a file of the audit log begins");
    (record, About { after: Some(*chain.hash()), store: Some(store_id.into()), ..About::default() })
}

impl Tail {
    /// Writes records; after an error the file and the chain are as before.
    pub(super) fn write(&mut self, records: &[(&AuditRecord, &About)]) -> std::io::Result<()> {
        let mut chain = self.chain.clone();
        let mut text = String::new();
        for (record, about) in records {
            text.push_str(&line::write(record, about, &mut self.names, &mut chain));
        }
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What stays of it where this fails too is what a crash leaves: half a line, taken off at the next start.
            drop(self.file.set_len(self.size));
            self.reserved = 0;
            return Err(error);
        }
        self.size = self.size.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
        self.chain = chain;
        Ok(())
    }

    /// Holds room on the disk ready, where the file system can do that.
    pub(super) fn reserve(&mut self) -> std::io::Result<()> {
        if self.reserved >= self.size.saturating_add(RESERVED_BYTES / 2) {
            return Ok(());
        }
        let [size, more] = [self.size, RESERVED_BYTES].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        match fallocate(&self.file, FallocateFlags::FALLOC_FL_KEEP_SIZE, size, more) {
            Ok(()) => self.reserved = self.size.saturating_add(RESERVED_BYTES),
            Err(nix::errno::Errno::EOPNOTSUPP | nix::errno::Errno::ENOSYS) => self.reserved = u64::MAX,
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Makes what is on the disk the newest checkpoint.
    pub(super) fn anchor(&mut self) -> Result<(), StoreError> {
        let anchor = Anchor {
            number: self.chain.number(),
            hash: *self.chain.hash(),
            file: self.first,
            end: self.size,
            floor: self.floor,
        };
        anchor::set(&*self.records, &anchor)?;
        self.anchored = anchor.number;
        Ok(())
    }

    /// Begins another file. Where that fails, this one goes on.
    pub(super) fn rotate(&mut self, now: UtcTime) -> std::io::Result<()> {
        let store = |error: StoreError| std::io::Error::other(error.to_string());
        let end = AuditRecord::of_node(now, AuditKind::Continued, "another file goes on");
        self.write(&[(&end, &About::default())])?;
        self.anchor().map_err(store)?;
        let current = self.directory.join(CURRENT);
        let full = self.directory.join(files::full_name(self.first));
        std::fs::rename(&current, &full)?;
        let file = match create(&self.directory) {
            Ok(file) => file,
            Err(error) => {
                std::fs::rename(&full, &current)?;
                return Err(error);
            }
        };
        let before = (std::mem::replace(&mut self.file, file), self.first, self.size, self.began);
        (self.first, self.size, self.began) = (self.chain.number().saturating_add(1), 0, now);
        let (record, about) = segment(now, &self.store_id, &self.chain);
        if let Err(error) = self.write(&[(&record, &about)]) {
            (self.file, self.first, self.size, self.began) = before;
            std::fs::remove_file(&current)?;
            std::fs::rename(&full, &current)?;
            return Err(error);
        }
        self.reserved = 0;
        files::sync(&self.directory)?;
        self.anchor().map_err(store)
    }
}
