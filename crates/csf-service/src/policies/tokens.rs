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

#[cfg(test)]
mod tests {
    use csf_access::Token;
    use csf_api::{Home, Object, Value};

    use super::kept::Proof;
    use super::*;

    /// A token of this text, which holds until this second.
    fn kept(text: &str, end: i64) -> Arc<Kept> {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let claims = Object::new()
            .with("tkvr", Value::text("1.0.0"))
            .with("jti", Value::text("t@csf.example"))
            .with("azp", Value::text("//csf.example/id-mn/Creader"))
            .with("iss", Value::text("//csf.example/id-das"))
            .with("nbf", Value::Integer(0))
            .with("exp", Value::Integer(end));
        let Ok(token) = Token::read(&claims, &home) else { panic!("they are claims") };
        let proof = Proof { edition: 0, lent: Vec::new() };
        Arc::new(Kept::new(token, Text::new(text), local_name(text, None), None, proof))
    }

    fn now() -> UtcTime {
        UtcTime::from_unix_micros(100_000_000)
    }

    fn is_in_order(shelf: &Shelf) -> bool {
        let bytes: usize = shelf.marked.values().map(|kept| kept.text().len()).sum();
        let named = shelf.marked.values().all(|kept| shelf.named.contains_key(kept.local()));
        named && shelf.named.len() == shelf.marked.len() && shelf.bytes == bytes && bytes <= MAX_KEPT_BYTES
    }

    #[test]
    fn two_tokens_that_meet_push_each_other_out() {
        let mut shelf = Shelf::default();
        let (one, other) = (kept("one", 200), kept("other", 200));
        for token in [&one, &other, &other, &one] {
            shelf.put(7, token, now());
            assert!(is_in_order(&shelf));
            assert!(shelf.marked.get(&7).is_some_and(|found| Arc::ptr_eq(found, token)));
            assert_eq!(shelf.named.len(), 1);
        }
        assert!(shelf.named.contains_key(one.local()) && !shelf.named.contains_key(other.local()));
    }

    #[test]
    fn a_full_shelf_drops_what_has_ended_and_else_everything() {
        let mut shelf = Shelf::default();
        for n in 0..MAX_KEPT as u64 {
            // Every second one has ended.
            let end = if n.is_multiple_of(2) { 50 } else { 200 };
            shelf.put(n, &kept(&format!("t{n}"), end), now());
        }
        assert!(is_in_order(&shelf) && shelf.marked.len() == MAX_KEPT);
        shelf.put(10_000, &kept("more", 200), now());
        assert!(is_in_order(&shelf));
        assert_eq!(shelf.marked.len(), MAX_KEPT / 2 + 1);
        let long = "x".repeat(MAX_KEPT_BYTES);
        shelf.put(10_001, &kept(&long, 200), now());
        assert!(is_in_order(&shelf));
        assert_eq!(shelf.marked.len(), 1, "there is room for the last one alone");
    }
}
