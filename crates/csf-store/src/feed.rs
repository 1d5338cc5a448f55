//! The change feed: which records were written, for whoever asks, as far back as a bounded ring reaches.

use std::collections::VecDeque;

use crate::key::RecordKey;

/// How many written keys are remembered.
pub const MAX_CHANGES: usize = 4096;

/// How far somebody has read the feed. Only the [`Records`](crate::Records) that gave it understands it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(u64);

/// What was written since a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// These records, in order, perhaps some of them more than once.
    Since {
        /// The keys.
        keys: Vec<RecordKey>,
        /// Where to go on.
        cursor: Cursor,
    },
    /// More than the feed remembers: everything may have changed.
    Lagged {
        /// Where to go on, after everything has been read again.
        cursor: Cursor,
    },
}

/// The ring. Positions count all keys ever written, so they are never reused.
#[derive(Default)]
pub(crate) struct Feed {
    ring: VecDeque<RecordKey>,
    end: u64,
}

impl Feed {
    pub(crate) fn push(&mut self, key: RecordKey) {
        if self.ring.len() >= MAX_CHANGES {
            self.ring.pop_front();
        }
        self.ring.push_back(key);
        self.end = self.end.saturating_add(1);
    }

    pub(crate) const fn cursor(&self) -> Cursor {
        Cursor(self.end)
    }

    pub(crate) fn since(&self, from: Cursor) -> Changes {
        let cursor = self.cursor();
        let missed = self.end.checked_sub(from.0).and_then(|missed| usize::try_from(missed).ok());
        match missed.and_then(|missed| self.ring.len().checked_sub(missed)) {
            Some(skip) => Changes::Since { keys: self.ring.iter().skip(skip).cloned().collect(), cursor },
            None => Changes::Lagged { cursor },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Space;

    fn key(number: usize) -> RecordKey {
        Space::open("feed").key(&number.to_string())
    }

    #[test]
    fn a_reader_sees_each_change_once_and_in_order() {
        let mut feed = Feed::default();
        let start = feed.cursor();
        feed.push(key(1));
        feed.push(key(2));
        let Changes::Since { keys, cursor } = feed.since(start) else { panic!("lagged") };
        assert_eq!(keys, [key(1), key(2)]);
        assert_eq!(feed.since(cursor), Changes::Since { keys: Vec::new(), cursor });
        feed.push(key(3));
        assert_eq!(feed.since(cursor), Changes::Since { keys: vec![key(3)], cursor: feed.cursor() });
    }

    #[test]
    fn a_reader_behind_the_ring_is_told_so_and_can_go_on() {
        let mut feed = Feed::default();
        let start = feed.cursor();
        (0..MAX_CHANGES).for_each(|number| feed.push(key(number)));
        assert!(matches!(feed.since(start), Changes::Since { keys, .. } if keys.len() == MAX_CHANGES));
        feed.push(key(MAX_CHANGES));
        let Changes::Lagged { cursor } = feed.since(start) else { panic!("a change was swallowed") };
        assert_eq!(feed.since(cursor), Changes::Since { keys: Vec::new(), cursor });
    }

    #[test]
    fn a_cursor_from_the_future_has_lagged() {
        let feed = Feed::default();
        assert_eq!(feed.since(Cursor(1)), Changes::Lagged { cursor: Cursor(0) });
    }
}
