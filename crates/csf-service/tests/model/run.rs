//! A sequence, done to a node and told to the reference; and many of them, two at a time.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::events::{Event, sequence};
use crate::node::Node;
use crate::reference::Ignored;

/// Every so many sequences one runs on SQLite.
const ON_DISK_EVERY: u64 = 50;
/// Sequences at the same time.
const THREADS: usize = 2;
/// A long run says after so many sequences where it is.
const TOLD_EVERY: u64 = 5_000;

/// How many requests were permitted and refused, by both.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) permitted: u64,
    pub(crate) refused: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests permitted, {} refused", self.permitted, self.refused)
    }
}

/// A sequence after which node and reference differ.
pub(crate) struct Difference {
    pub(crate) seed: u64,
    /// What it is, after the last event.
    pub(crate) what: String,
    /// The shortest prefix that shows it.
    pub(crate) events: Vec<Event>,
    /// What the reference was made to overlook.
    pub(crate) ignored: Option<Ignored>,
}

impl Difference {
    /// What is left when each event is taken away whose absence leaves a difference.
    pub(crate) fn needed(&self) -> Vec<Event> {
        let mut left = self.events.clone();
        for at in (0..self.events.len()).rev() {
            let mut fewer = left.clone();
            fewer.remove(at);
            if play(self.seed, &fewer, self.ignored).is_err() {
                left = fewer;
            }
        }
        left
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        writeln!(f, "the shortest prefix has {} events, of which these are needed:", self.events.len())?;
        for event in &self.needed() {
            writeln!(f, "  {event:?}")?;
        }
        writeln!(f, "the whole prefix:")?;
        for event in &self.events {
            writeln!(f, "  {event:?}")?;
        }
        write!(f, "again: cargo xtask model --sequences 1 --seed {}", self.seed)
    }
}

/// Runs the sequence of a seed.
pub(crate) fn one(seed: u64, ignored: Option<Ignored>) -> Result<Tally, Box<Difference>> {
    let events = sequence(seed);
    play(seed, &events, ignored).map_err(|(at, what)| {
        let events: Vec<Event> = events.into_iter().take(at.saturating_add(1)).collect();
        Box::new(Difference { seed, what, events, ignored })
    })
}

/// Plays events until node and reference differ: after which, and how.
pub(crate) fn play(seed: u64, events: &[Event], ignored: Option<Ignored>) -> Result<Tally, (usize, String)> {
    let mut at = 0;
    let played = catch_unwind(AssertUnwindSafe(|| {
        let mut node = Node::new(seed.is_multiple_of(ON_DISK_EVERY), seed.is_multiple_of(4), ignored);
        let mut tally = Tally::default();
        for (number, event) in events.iter().enumerate() {
            at = number;
            match node.happens(event)? {
                Some(true) => tally.permitted += 1,
                Some(false) => tally.refused += 1,
                None => {}
            }
        }
        Ok(tally)
    }));
    match played {
        Ok(played) => played.map_err(|what| (at, what)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            Err((at, format!("panicked: {}", text.unwrap_or_else(|| "without a text".to_owned()))))
        }
    }
}

/// Runs so many seeds from this one on; the difference of the lowest seed that was met.
pub(crate) fn many(first: u64, count: u64, ignored: Option<Ignored>) -> Result<Tally, Box<Difference>> {
    let next = AtomicU64::new(0);
    let (sum, worst) = (Mutex::new(Tally::default()), Mutex::new(None::<Box<Difference>>));
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count || worst.lock().unwrap().is_some() {
                return;
            }
            match one(first.wrapping_add(number), ignored) {
                Ok(tally) => {
                    let mut sum = sum.lock().unwrap();
                    sum.permitted += tally.permitted;
                    sum.refused += tally.refused;
                }
                Err(found) => {
                    let mut worst = worst.lock().unwrap();
                    if worst.as_ref().is_none_or(|known| found.seed < known.seed) {
                        *worst = Some(found);
                    }
                }
            }
            if number > 0 && number.is_multiple_of(TOLD_EVERY) {
                eprintln!("{number} sequences");
            }
        }
    };
    std::thread::scope(|threads| {
        for _ in 0..THREADS {
            threads.spawn(work);
        }
    });
    let worst = worst.into_inner().unwrap_or_else(PoisonError::into_inner);
    worst.map_or_else(|| Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner)), Err)
}
