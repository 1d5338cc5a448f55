//! The smallest executor: it polls until done, and notices where a script holds a request.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::world::World;

/// More polls than any flow can need: each pending need costs one.
const MAX_POLLS: usize = 100_000;

/// How far a request came.
pub(super) enum Progress<T> {
    /// To a need that the script holds.
    Held,
    /// To its end.
    Done(T),
}

/// Runs a future to its end.
pub(super) fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MAX_POLLS {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("the flow never ends");
}

/// Runs futures to their ends, one poll of each after another.
pub(super) fn run_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MAX_POLLS {
        for (future, done) in waiting.iter_mut().filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                *done = Some(output);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            return waiting.into_iter().filter_map(|(_, done)| done).collect();
        }
    }
    panic!("the flows never end");
}

/// Runs a future until the world holds it.
pub(super) fn poll_until_held<T>(
    mut future: Pin<&mut impl Future<Output = T>>,
    world: &World,
) -> Progress<T> {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MAX_POLLS {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Progress::Done(done);
        }
        if world.take_held() {
            return Progress::Held;
        }
    }
    panic!("the flow never ends");
}

/// A future that is pending once.
#[derive(Default)]
pub(super) struct PendingOnce(bool);

impl Future for PendingOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}
