//! Tokens that were found authentic, kept for as long as they last (TS-0003 7.3.2.5; requirement ACC-8).
//!
//! A token that is brought again costs a comparison and no signature. What is kept says nothing about the originator or
//! the time: that is asked with every request. Nor does it outlive that which it was found authentic by (decision 0074).

mod kept;
mod keys;
mod name;
mod seen;
mod verification;

use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_api::{ResourceId, UtcTime};

use crate::context::Context;
use crate::outside::{Asking, Outside};

pub(super) use kept::Kept;
use kept::Text;
use name::{local_name, mark_of};
pub(super) use seen::Seen;
use verification::verify;

/// The most tokens that are kept. Beyond it those that ended go, and if none did, all: whoever brings one again pays
/// for its verification again.
const MAX_KEPT: usize = 1024;
/// The most bytes of text that all of them have. Beyond it the same happens.
const MAX_KEPT_BYTES: usize = 4 * 1024 * 1024;

/// The tokens that are kept.
#[derive(Default)]
pub(crate) struct Tokens {
    hasher: RandomState,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    /// By a mark of their text, and of the `<token>` that they were read from. Two with the same mark push each other
    /// out.
    marked: HashMap<u64, Arc<Kept>>,
    /// By their local name.
    named: HashMap<Box<str>, Arc<Kept>>,
    bytes: usize,
}

impl Tokens {
    /// The token of this local name, if it is as authentic as when it was kept.
    pub(super) async fn by_local<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        name: &str,
    ) -> Option<Arc<Kept>> {
        let kept = self.shelf().named.get(name).cloned()?;
        if kept.stands(context, asking).await {
            return Some(kept);
        }
        self.kept(context, asking, kept.text(), kept.resource()).await.ok()
    }

    /// The token of this text, verified now or earlier. `from` is the `<token>` that it was read from.
    pub(super) async fn kept<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        text: &str,
        from: Option<&ResourceId>,
    ) -> Result<Arc<Kept>, String> {
        if let Some(kept) = self.find(context, asking, text, from).await {
            return Ok(kept);
        }
        // Brought whole before, it is as authentic as it was then.
        let whole = if from.is_some() { self.find(context, asking, text, None).await } else { None };
        let local = local_name(text, from);
        let kept = match whole {
            Some(whole) => whole.read_from(local, from.cloned()),
            None => {
                let (token, proof) = verify(context, asking, text).await?;
                Kept::new(token, Text::new(text), local, from.cloned(), proof)
            }
        };
        let kept = Arc::new(kept);
        self.shelf().put(mark_of(&self.hasher, text, from), &kept, asking.now());
        Ok(kept)
    }

    /// The token of this text, if it was brought in the same way before and is as authentic as it was then.
    async fn find<O: Outside>(
        &self,
        context: &Context,
        asking: &Asking<'_, O>,
        text: &str,
        from: Option<&ResourceId>,
    ) -> Option<Arc<Kept>> {
        let mark = mark_of(&self.hasher, text, from);
        let kept = self.shelf().marked.get(&mark).cloned()?;
        // The mark is a hint; the text itself says which token it is.
        (kept.resource() == from && kept.is_of(text) && kept.stands(context, asking).await).then_some(kept)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn put(&mut self, mark: u64, kept: &Arc<Kept>, now: UtcTime) {
        self.remove(mark);
        let bytes = kept.text().len();
        if !self.has_room(bytes) {
            self.marked.retain(|_, kept| kept.token().not_after() > now);
            self.settle();
            if !self.has_room(bytes) {
                self.marked.clear();
                self.settle();
            }
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.named.insert(kept.local().into(), Arc::clone(kept));
        self.marked.insert(mark, Arc::clone(kept));
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.marked.len() < MAX_KEPT && self.bytes.saturating_add(bytes) <= MAX_KEPT_BYTES
    }

    fn remove(&mut self, mark: u64) {
        if let Some(gone) = self.marked.remove(&mark) {
            self.named.remove(gone.local());
            self.bytes = self.bytes.saturating_sub(gone.text().len());
        }
    }

    /// Has the names and the count follow what is left.
    fn settle(&mut self) {
        self.named = self.marked.values().map(|kept| (kept.local().into(), Arc::clone(kept))).collect();
        self.bytes = self.marked.values().fold(0, |sum, kept| sum.saturating_add(kept.text().len()));
    }
}
