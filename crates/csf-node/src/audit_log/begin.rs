//! Opening a log: from its newest checkpoint on it is checked, whatever a crash left is brought to an end, and
//! nothing is written to a log that somebody changed.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use csf_api::UtcTime;
use csf_service::{AuditKind, AuditRecord, Chain};
use csf_store::Store;

use super::anchor::{self, Anchor};
use super::check::{self, Against};
use super::files::{self, Beginning, CURRENT, Head};
use super::finding::{Finding, Wrong};
use super::line::{self, About, MAX_LINE_BYTES};
use super::secret::{AuditKey, Pseudonyms};
use super::tail::{self, Tail};
use super::walk::{self, From};
use crate::error::NodeError;

/// What to do about a log that is not as it was left.
const REMEDY: &str = "find out who changed it: `csf audit verify` says more; then `csf audit renew` puts the log aside \
                      and begins a new one";

/// Where a log goes on.
struct Found {
    head: Option<Head>,
    chain: Chain,
    end: u64,
    unfinished: u64,
    continued: bool,
}

/// Opens the log in this directory.
pub(super) fn begin(
    directory: &Path,
    store_id: &str,
    records: Arc<dyn Store>,
    key: Arc<AuditKey>,
    now: UtcTime,
) -> Result<Tail, NodeError> {
    let current = directory.join(CURRENT);
    let store = |e| NodeError::store(&current, &e);
    let failed =
        |what: &'static str| move |e: std::io::Error| NodeError::file(&directory.join(CURRENT), what, &e);
    let anchor = anchor::newest(&*records).map_err(store)?;
    let found = match &anchor {
        Some(anchor) => since(directory, store_id, &key, anchor),
        None => whole(directory, store_id, &key),
    };
    let found =
        found.map_err(|finding| NodeError::text(format!("{}/{finding}; {REMEDY}", directory.display())))?;
    let floor = anchor.as_ref().map_or(1, |anchor| anchor.floor);
    let Found { head, chain, end, unfinished, continued } = found;
    // A crash may have come between the end of one file and the beginning of the next.
    let is_current = head.as_ref().is_some_and(|head| head.name == CURRENT);
    if let Some(head) = head.as_ref().filter(|_| continued && is_current) {
        std::fs::rename(&current, directory.join(files::full_name(head.first)))
            .map_err(failed("name a full file"))?;
    }
    let goes_on = head.filter(|_| is_current && !continued);
    let is_new = goes_on.is_none();
    let mut tail = match goes_on {
        Some(head) => {
            let file =
                OpenOptions::new().append(true).open(&current).map_err(failed("open the audit log"))?;
            file.set_len(end).map_err(failed("take off an unfinished line"))?;
            let began = UtcTime::parse(&head.time).unwrap_or(now);
            tail_of(directory, store_id, records, key, file, chain, floor).at(head.first, began, end)
        }
        None => {
            // What has no whole line is a file that a crash kept from beginning.
            drop(std::fs::remove_file(&current));
            let file = tail::create(directory).map_err(failed("make the audit log"))?;
            let first = chain.number().saturating_add(1);
            tail_of(directory, store_id, records, key, file, chain, floor).at(first, now, 0)
        }
    };
    if is_new {
        let (record, about) = tail::segment(now, store_id, &tail.chain);
        tail.write(&[(&record, &about)]).map_err(failed("write the audit log"))?;
        files::sync(directory).map_err(failed("make the audit log"))?;
    }
    if unfinished > 0 {
        let ground = format!("an unfinished line of {unfinished} bytes was taken off, as a crash leaves it");
        let record = AuditRecord::of_node(now, AuditKind::Repair, &ground);
        tail.write(&[(&record, &About::default())]).map_err(failed("write the audit log"))?;
    }
    // Where a crash kept what was pruned from being removed.
    for full in files::full(directory).map_err(failed("read the audit files"))? {
        let next = if full.first < tail.floor { Some(full.path) } else { None };
        if let Some(path) = next {
            std::fs::remove_file(&path).map_err(|e| NodeError::file(&path, "remove a pruned file", &e))?;
        }
    }
    // A start that is refused later changes nothing where nothing was to be brought to an end.
    let covered = anchor.filter(|anchor| anchor.number == tail.chain.number() && anchor.file == tail.first);
    match covered {
        Some(anchor) => tail.anchored = anchor.number,
        None => tail.anchor().map_err(store)?,
    }
    Ok(tail)
}

fn tail_of(
    directory: &Path,
    store_id: &str,
    records: Arc<dyn Store>,
    key: Arc<AuditKey>,
    file: File,
    chain: Chain,
    floor: u64,
) -> Tail {
    Tail {
        directory: directory.to_owned(),
        store_id: store_id.into(),
        records,
        names: Pseudonyms::new(key),
        file,
        first: 0,
        began: UtcTime::MIN,
        size: 0,
        chain,
        floor,
        anchored: 0,
        reserved: 0,
    }
}

impl Tail {
    fn at(self, first: u64, began: UtcTime, size: u64) -> Self {
        Self { first, began, size, ..self }
    }
}

/// A log without a checkpoint: one that never was, or whose first start a crash cut short.
fn whole(directory: &Path, store_id: &str, key: &AuditKey) -> Result<Found, Finding> {
    let checked = check::check(directory, store_id, &Against::guarded(key, None));
    if let Some(finding) = checked.findings.into_iter().next() {
        return Err(finding);
    }
    let head = match files::beginning(directory, CURRENT) {
        Ok(Beginning::Head(head)) => Some(head),
        _ => None,
    };
    let unfinished = if head.is_some() { checked.unfinished } else { 0 };
    Ok(Found { head, chain: checked.chain, end: checked.end, unfinished, continued: false })
}

/// A log from its newest checkpoint on; what comes before was checked when the checkpoint was made.
fn since(directory: &Path, store_id: &str, key: &AuditKey, anchor: &Anchor) -> Result<Found, Finding> {
    let mut heads = Vec::new();
    for name in files::names(directory).map_err(|e| Finding::unreadable(CURRENT, &e))? {
        match files::beginning(directory, &name) {
            Ok(Beginning::Head(head)) if head.about.store.as_deref() != Some(store_id) => {
                let other = head.about.store.unwrap_or_default();
                let text = format!("is of the store {other}, and this one is {store_id}");
                return Err(Finding::of(&name, Wrong::Foreign, text));
            }
            Ok(Beginning::Head(head)) if head.first >= anchor.file => heads.push(head),
            Ok(Beginning::Other) if name == CURRENT => {
                return Err(Finding::at(&name, 1, Wrong::Edited, "is not how a file of an audit log begins"));
            }
            _ => {}
        }
    }
    heads.sort_by_key(|head| head.first);
    let Some(first) = heads.first().filter(|head| head.first == anchor.file).cloned() else {
        let text = format!(
            "the file that begins with record {} is missing; the checkpoint names record {} in it",
            anchor.file, anchor.number
        );
        return Err(Finding::of(CURRENT, Wrong::Missing, text));
    };
    ends_there(&first, anchor)?;
    let mut chain = Chain::resume(anchor.number, anchor.hash);
    let mut offset = anchor.end;
    let mut found = None;
    for head in heads {
        if head.first != anchor.file && head.about.after.as_ref() != Some(chain.hash()) {
            let text = format!("does not follow record {}, the last before it", chain.number());
            return Err(Finding::of(&head.name, Wrong::Foreign, text));
        }
        let from =
            From { path: &head.path, name: &head.name, chain, first: head.first, offset, key: Some(key) };
        let to = walk::walk(from, |_, _| ())?;
        if to.unfinished > 0 && head.name != CURRENT {
            return Err(Finding::of(&head.name, Wrong::Truncated, "ends with half a line"));
        }
        chain = to.chain.clone();
        offset = 0;
        found = Some((head, to));
    }
    let Some((head, to)) = found else { return Err(Finding::of(CURRENT, Wrong::Missing, "is missing")) };
    // The walk begins behind the checkpoint, so where nothing follows, its last line has not been seen.
    let continued = to.continued || (to.end == anchor.end && last_kind(&head, anchor.end) == "continued");
    if head.name != CURRENT && !continued {
        return Err(Finding::of(CURRENT, Wrong::Missing, "is missing, and no other file goes on"));
    }
    Ok(Found { head: Some(head), chain: to.chain, end: to.end, unfinished: to.unfinished, continued })
}

/// The line that ends at this place, and the one before it; empty where there is none.
fn lines_before(path: &Path, end: u64) -> std::io::Result<[String; 2]> {
    use std::os::unix::fs::FileExt;
    let begin = end.saturating_sub(MAX_LINE_BYTES.saturating_mul(2));
    let mut bytes = vec![0; usize::try_from(end.saturating_sub(begin)).unwrap_or(0)];
    File::open(path)?.read_exact_at(&mut bytes, begin)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.strip_suffix('\n').unwrap_or_default().rsplit('\n').map(str::to_owned);
    Ok([lines.next().unwrap_or_default(), lines.next().unwrap_or_default()])
}

fn last_kind(head: &Head, end: u64) -> String {
    lines_before(&head.path, end).map(|[line, _]| walk::kind_of(&line).to_owned()).unwrap_or_default()
}

/// Whether the file has at the checkpoint's place what the checkpoint says.
fn ends_there(head: &Head, anchor: &Anchor) -> Result<(), Finding> {
    let size = head.path.metadata().map_err(|e| Finding::unreadable(&head.name, &e))?.len();
    if size < anchor.end {
        let text = format!(
            "has {size} bytes, and had {} at the checkpoint with record {}: the end was cut off",
            anchor.end, anchor.number
        );
        return Err(Finding::of(&head.name, Wrong::Truncated, text));
    }
    let [line, before] =
        lines_before(&head.path, anchor.end).map_err(|e| Finding::unreadable(&head.name, &e))?;
    let before = match line::split(&before) {
        Some(parts) => Some(parts.hash),
        None => head.about.after.filter(|_| anchor.number == anchor.file),
    };
    let linked = |parts: line::Parts<'_>, before| {
        parts.hash == anchor.hash
            && Chain::resume(anchor.number.saturating_sub(1), before).link(parts.chained) == anchor.hash
    };
    if line::split(&line).zip(before).is_some_and(|(parts, before)| linked(parts, before)) {
        return Ok(());
    }
    let place = anchor.number.saturating_sub(anchor.file).saturating_add(1);
    let text =
        format!("is not record {} of the checkpoint: the log was edited or written anew", anchor.number);
    Err(Finding::at(&head.name, place, Wrong::Edited, text))
}
