//! Removing old files of a log, with a record that proves which records were in them.

use std::path::PathBuf;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord, Chain, Pruned};

use super::files;
use super::line::About;
use super::tail::Tail;
use super::walk::{self, From};

impl Tail {
    /// Removes the full files of which every record is older than this. First a record says so and a checkpoint is
    /// made; only then the files go, so that a crash between leaves nothing unexplained. A file that was changed is
    /// never removed: it is evidence.
    ///
    /// # Errors
    ///
    /// In words, where a file was changed or cannot be used; then everything is still there.
    pub(super) fn prune(&mut self, before: UtcTime, now: UtcTime) -> Result<Pruned, String> {
        let heads = files::full(&self.directory).map_err(|e| e.to_string())?;
        let mut gone: Vec<PathBuf> = Vec::new();
        let mut chain: Option<Chain> = None;
        for (n, head) in heads.iter().enumerate() {
            // The next file begins when this one ends.
            let next =
                heads.get(n.saturating_add(1)).map(|next| UtcTime::parse(&next.time).unwrap_or(UtcTime::MAX));
            if next.unwrap_or(self.began) > before {
                break;
            }
            let begin = Chain::resume(head.first.saturating_sub(1), head.about.after.unwrap_or_default());
            if chain.as_ref().is_some_and(|chain| *chain != begin) {
                return Err(format!("{} does not follow the file before it; nothing was removed", head.name));
            }
            let key = Some(&*self.names.key);
            let from =
                From { path: &head.path, name: &head.name, chain: begin, first: head.first, offset: 0, key };
            let to =
                walk::walk(from, |_, _| ()).map_err(|finding| format!("{finding}; nothing was removed"))?;
            gone.push(head.path.clone());
            chain = Some(to.chain);
        }
        let Some(chain) = chain else { return Ok(Pruned { first: 0, last: 0, files: 0 }) };
        let (first, last) = (self.floor, chain.number());
        let files = u64::try_from(gone.len()).unwrap_or(u64::MAX);
        let ground = format!("{files} files with records older than {before} were removed");
        let record = AuditRecord::of_node(now, AuditKind::Pruned, &ground);
        let about = About { range: Some((first, last)), after: Some(*chain.hash()), ..About::default() };
        self.write(&[(&record, &about)]).map_err(|e| format!("the log cannot be written: {e}"))?;
        self.floor = last.saturating_add(1);
        self.anchor().map_err(|e| format!("no checkpoint can be made: {e}"))?;
        for path in gone {
            std::fs::remove_file(&path).map_err(|e| format!("{}: cannot be removed: {e}", path.display()))?;
        }
        files::sync(&self.directory).map_err(|e| e.to_string())?;
        Ok(Pruned { first, last, files })
    }
}
