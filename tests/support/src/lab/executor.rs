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

/// Runs futures to their ends, one poll of each after another. When the world holds one, all others are polled once
/// more; then that one is dropped if it shall be, and then comes `meanwhile`, which may have the world hold another
/// and says so. One that is dropped has no output.
pub(super) fn run_all_held<F: Future>(
    futures: impl Iterator<Item = F>,
    world: &World,
    abandons: bool,
    mut meanwhile: impl FnMut() -> bool,
) -> Vec<Option<F::Output>> {
    let mut journeys: Vec<_> = futures.map(|future| (Some(Box::pin(future)), None)).collect();
    let mut context = Context::from_waker(Waker::noop());
    let (mut held, mut expected) = (None, true);
    for _ in 0..MAX_POLLS {
        let held_before = held;
        for (at, (future, output)) in
            journeys.iter_mut().enumerate().filter(|(at, _)| held_before != Some(*at))
        {
            let Some(journey) = future else { continue };
            if let Poll::Ready(done) = journey.as_mut().poll(&mut context) {
                (*future, *output) = (None, Some(done));
            }
            if world.take_held() {
                held = Some(at);
            }
        }
        if let Some((future, _)) = held_before.and_then(|at| journeys.get_mut(at)) {
            held = None;
            if abandons {
                *future = None;
            }
            expected = meanwhile();
        }
        if journeys.iter().all(|(future, _)| future.is_none()) {
            assert!(!expected, "never held");
            return journeys.into_iter().map(|(_, output)| output).collect();
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
