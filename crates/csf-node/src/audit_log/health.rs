//! How an audit log is: whether it takes records, and how many it could not take.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What the writer says and everybody reads.
#[derive(Default)]
pub(super) struct Health {
    failing: AtomicBool,
    lost: AtomicU64,
    last: AtomicU64,
}

impl Health {
    /// Says whether the log can be written.
    pub(super) fn set_failing(&self, failing: bool) {
        self.failing.store(failing, Ordering::Release);
    }

    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Acquire)
    }

    /// So many more records are in no file.
    pub(super) fn lose(&self, records: u64) {
        self.lost.fetch_add(records, Ordering::Relaxed);
    }

    /// The last record is on the disk.
    pub(super) fn set_last(&self, number: u64) {
        self.last.store(number, Ordering::Release);
    }

    pub(super) fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    /// In words for the administrator.
    pub(super) fn words(&self, strict: bool) -> String {
        let lost = self.lost.load(Ordering::Relaxed);
        let lost = if lost == 0 {
            String::new()
        } else {
            format!("; {lost} records could not be written since the start")
        };
        match (self.is_failing(), strict) {
            (false, _) => format!("recording{lost}"),
            (true, false) => {
                format!("NOT RECORDING: the log cannot be written, and the node goes on without{lost}")
            }
            (true, true) => {
                format!("NOT RECORDING: the log cannot be written, and what needs a record is refused{lost}")
            }
        }
    }
}
