//! A few sessions of one fast SE, lent to whoever executes a command where it was asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::attempt::{self, Slot};
use crate::command::Command;
use crate::environment::{Cx, SecureEnvironment, Session};
use crate::error::SeError;
use crate::reply::Reply;

/// How many commands run inline at the same time on one SE; further ones take the lane.
pub const MAX_INLINE_SESSIONS: usize = 8;

/// The sessions of one SE that may run inline.
#[derive(Default)]
pub(crate) struct Pool(Mutex<Sessions>);

#[derive(Default)]
struct Sessions {
    idle: Vec<Box<dyn Session>>,
    /// Sessions that are idle, lent or being opened.
    open: usize,
}

impl Pool {
    /// A session for one command; `None` when all are lent or the SE gives no other.
    pub(crate) fn lend(&self, environment: &dyn SecureEnvironment, cx: &Cx<'_>) -> Option<Lent<'_>> {
        let mut sessions = self.lock();
        if let Some(session) = sessions.idle.pop() {
            return Some(Lent { pool: self, slot: Some(session) });
        }
        if sessions.open >= MAX_INLINE_SESSIONS {
            return None;
        }
        sessions.open = sessions.open.saturating_add(1);
        drop(sessions);
        // From here on the place is given back when `lent` is dropped, with or without a session.
        let mut lent = Lent { pool: self, slot: None };
        lent.slot = Some(attempt::open(environment, cx).ok()?);
        Some(lent)
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        // Nothing that can panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session that goes back to its pool, or makes room for a new one if it was spoilt.
pub(crate) struct Lent<'a> {
    pool: &'a Pool,
    slot: Slot,
}

impl Lent<'_> {
    /// `None` where the session says that the command has to take the lane.
    pub(crate) fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        attempt::execute_inline(&mut self.slot, command, cx)
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut sessions = self.pool.lock();
        match self.slot.take() {
            Some(session) => sessions.idle.push(session),
            None => sessions.open = sessions.open.saturating_sub(1),
        }
    }
}
