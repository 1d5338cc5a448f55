//! Whose turn it is to change the count of an originator, where several requests want to at the same time.
//!
//! One request alone takes no turn. Those that met in the same count and would try again take theirs, so that
//! nobody tries in vain for ever. There is no thread and no clock in it; whoever is dropped gives the turn on.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::refusal::Refusal;

/// The most requests that wait for one turn.
const MAX_WAITING: usize = 4096;

/// Who waits for what; whoever is first has the turn. A queue is there as long as somebody is in it.
#[derive(Default)]
pub(crate) struct Turns {
    queues: Mutex<Queues>,
}

#[derive(Default)]
struct Queues {
    last: u64,
    by_name: HashMap<Box<str>, VecDeque<Seat>>,
}

struct Seat {
    number: u64,
    waker: Option<Waker>,
}

/// A turn, or the wait for it.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    name: Box<str>,
    number: u64,
}

impl Turns {
    /// Whether somebody has this turn.
    pub(crate) fn is_taken(&self, name: &str) -> bool {
        self.lock().by_name.contains_key(name)
    }

    /// Waits for this turn. Whoever waits for several takes them in the order of their names.
    pub(crate) async fn take(&self, name: &str) -> Result<Turn<'_>, Refusal> {
        let turn = self.enrol(name)?;
        poll_fn(|context| turn.poll(context)).await;
        Ok(turn)
    }

    fn enrol(&self, name: &str) -> Result<Turn<'_>, Refusal> {
        let mut queues = self.lock();
        let number = queues.last.wrapping_add(1);
        let queue = queues.by_name.entry(name.into()).or_default();
        if queue.len() >= MAX_WAITING {
            return Err(Refusal::internal());
        }
        queue.push_back(Seat { number, waker: None });
        queues.last = number;
        Ok(Turn { turns: self, name: name.into(), number })
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        // Nothing that is done under this lock can leave it half changed.
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    fn poll(&self, context: &Context<'_>) -> Poll<()> {
        let mut queues = self.turns.lock();
        let Some(queue) = queues.by_name.get_mut(&self.name) else { return Poll::Ready(()) };
        if queue.front().is_none_or(|first| first.number == self.number) {
            return Poll::Ready(());
        }
        if let Some(own) = queue.iter_mut().find(|seat| seat.number == self.number) {
            own.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let next = {
            let mut queues = self.turns.lock();
            let Some(queue) = queues.by_name.get_mut(&self.name) else { return };
            queue.retain(|seat| seat.number != self.number);
            let next = queue.front_mut().and_then(|seat| seat.waker.take());
            if queue.is_empty() {
                queues.by_name.remove(&self.name);
            }
            next
        };
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    #[test]
    fn a_turn_follows_the_one_before_and_whoever_leaves_the_queue_holds_nobody_up() {
        let turns = Turns::default();
        let mut context = Context::from_waker(Waker::noop());
        assert!(!turns.is_taken("C1"));
        let mut first = Box::pin(turns.take("C1"));
        let Poll::Ready(Ok(held)) = first.as_mut().poll(&mut context) else { panic!("no turn") };
        assert!(turns.is_taken("C1"));
        let mut left = Box::pin(turns.take("C1"));
        let mut third = pin!(turns.take("C1"));
        assert!(
            left.as_mut().poll(&mut context).is_pending() && third.as_mut().poll(&mut context).is_pending()
        );
        // Another one's turn is another turn.
        assert!(pin!(turns.take("C2")).poll(&mut context).is_ready());
        drop(left);
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(held);
        let Poll::Ready(Ok(held)) = third.as_mut().poll(&mut context) else { panic!("no turn") };
        drop(held);
        assert!(!turns.is_taken("C1") && !turns.is_taken("C2"));
    }

    #[test]
    fn not_more_than_the_bound_wait() {
        let turns = Turns::default();
        let seats: Vec<_> = (0..MAX_WAITING).map(|_| turns.enrol("C1")).collect();
        assert!(seats.iter().all(Result::is_ok) && turns.enrol("C1").is_err() && turns.enrol("C2").is_ok());
        drop(seats);
        assert!(turns.enrol("C1").is_ok());
    }
}
