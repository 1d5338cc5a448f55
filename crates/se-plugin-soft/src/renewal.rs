//! Sealing the object file anew under another key, page by page, while commands are executed (decision 0029).

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::SoftError;
use crate::soft_se::SoftSe;

/// Records of one page: so few that who makes a key hardly waits for them.
const PAGE: usize = 64;

impl SoftSe {
    /// Whether there are records, or may be, that are sealed under the key before the present one.
    #[must_use]
    pub fn is_being_renewed(&self) -> bool {
        self.renewing().is_some()
    }

    /// Seals what is of the key before under the present one, and then forgets that key. How many records that were;
    /// `None` when it was stopped, and then the next opening finds the rest to do.
    ///
    /// # Errors
    ///
    /// [`SoftError::Objects`] when a record was tampered with, or the file cannot be used: the key before is kept then.
    pub fn renew(&self, stop: &AtomicBool) -> Result<Option<usize>, SoftError> {
        self.renew_until(|_| stop.load(Ordering::SeqCst))
    }

    /// Asks before each page, by the number of those that were sealed, whether to stop.
    fn renew_until(&self, stops: impl Fn(usize) -> bool) -> Result<Option<usize>, SoftError> {
        let Some(identity) = self.renewing().clone() else { return Ok(Some(0)) };
        let (mut after, mut sealed) = (None, 0_usize);
        for pages in 0.. {
            if stops(pages) {
                break;
            }
            let page = self.engine().reseal(after.as_ref(), PAGE)?;
            sealed = sealed.saturating_add(page.sealed);
            after = page.after;
            if after.is_none() {
                self.engine().finish_epoch(identity)?;
                *self.renewing() = None;
                return Ok(Some(sealed));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
