//! Who waits to add an instance to which container, and whose turn it is.
//!
//! Every instance changes its container's counters, so one write of a container follows another. Whoever has the
//! turn writes for all who wait for the same container, in one batch: the more wait, the more one flush to the
//! disk serves. There is no thread and no clock in it; whoever is dropped gives the turn on. Those whom it was
//! writing for then find out what came of that, and nobody else has the turn before they know.

use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use csf_api::ResourceId;
use csf_store::Version;
use csf_tree::{Ordinal, Resource};

use crate::refusal::Refusal;

/// The most instances that are written together.
const MAX_TOGETHER: usize = 64;
/// The most requests that wait for one container.
const MAX_WAITING: usize = 4096;

/// An instance that is to be added, and under what it was permitted.
pub(crate) struct Wish {
    pub(crate) instance: Resource,
    /// The policy epoch of the grant.
    pub(crate) epoch: Version,
    /// The version of the container that the request is about, where it states conditions.
    pub(crate) only_at: Option<Version>,
    /// By when the request must be answered.
    pub(crate) by: Instant,
}

/// What came of a wish: the instance as it was written, or why it was not.
pub(crate) type Appended = Result<Box<Resource>, Refusal>;

/// An instance as it is about to be written, and what a write of its group leaves behind.
pub(crate) struct Intended {
    pub(crate) instance: Resource,
    /// The mark of the group.
    pub(crate) mark: Ordinal,
}

enum State {
    Waiting(Box<Wish>),
    /// In a group; with the instance as it is about to be written.
    Taken(Option<Box<Intended>>),
    Answered(Appended),
    /// Whoever wrote for it is gone, before or after it was written.
    Lost(Option<Box<Intended>>),
    /// It is finding out which.
    Recovering,
    Over,
}

struct Seat {
    state: State,
    waker: Option<Waker>,
}

type Shared = Arc<Mutex<Seat>>;

/// The containers for which somebody waits or writes. A queue is there as long as somebody has the turn.
#[derive(Default)]
pub(crate) struct Appends {
    queues: Mutex<HashMap<ResourceId, Queue>>,
}

#[derive(Default)]
struct Queue {
    busy: bool,
    /// How many are finding out, or have to, what somebody wrote who is gone. Until then nobody writes, as a later
    /// write would hide it.
    unsettled: usize,
    waiting: VecDeque<Shared>,
}

/// A place in the queue of a container.
pub(crate) struct Place<'a> {
    appends: &'a Appends,
    container: &'a ResourceId,
    seat: Shared,
}

/// What waiting came to.
pub(crate) enum Turn<'a> {
    /// It is this request's turn to write, for itself and others.
    Write(Group<'a>),
    /// Somebody wrote for it.
    Answered(Appended),
    /// Somebody was to write this for it and is gone.
    Lost(Option<Box<Intended>>),
}

/// Those who are written for together. Whoever has no answer when it is dropped learns that.
pub(crate) struct Group<'a> {
    appends: &'a Appends,
    container: ResourceId,
    members: Vec<Shared>,
    /// What they wish, in order; taken out by whoever writes.
    pub(crate) wishes: Vec<Wish>,
}

impl Appends {
    /// A place at the end of a container's queue.
    pub(crate) fn enrol<'a>(&'a self, container: &'a ResourceId, wish: Wish) -> Result<Place<'a>, Refusal> {
        let seat = Arc::new(Mutex::new(Seat { state: State::Waiting(Box::new(wish)), waker: None }));
        let mut queues = lock(&self.queues);
        let queue = queues.entry(container.clone()).or_default();
        if queue.waiting.len() >= MAX_WAITING {
            return Err(Refusal::internal());
        }
        queue.waiting.push_back(Arc::clone(&seat));
        Ok(Place { appends: self, container, seat })
    }

    /// Whoever had the turn is done, or gone: the next one's turn.
    fn give_on(&self, container: &ResourceId) {
        let next = {
            let mut queues = lock(&self.queues);
            let Some(queue) = queues.get_mut(container) else { return };
            queue.busy = false;
            if queue.unsettled > 0 {
                return;
            }
            let next = queue.waiting.front().and_then(|seat| lock(seat).waker.take());
            if queue.waiting.is_empty() {
                queues.remove(container);
            }
            next
        };
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

impl<'a> Place<'a> {
    /// Waits for the turn, or for somebody who had it.
    pub(crate) async fn turn(&self) -> Turn<'a> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Turn<'a>> {
        let mut queues = lock(&self.appends.queues);
        let mut seat = lock(&self.seat);
        match std::mem::replace(&mut seat.state, State::Over) {
            State::Answered(answer) => return Poll::Ready(Turn::Answered(answer)),
            State::Lost(Some(intended)) => {
                seat.state = State::Recovering;
                return Poll::Ready(Turn::Lost(Some(intended)));
            }
            State::Lost(None) | State::Recovering | State::Over => return Poll::Ready(Turn::Lost(None)),
            waiting => seat.state = waiting,
        }
        seat.waker = Some(context.waker().clone());
        let Some(queue) = queues.get_mut(self.container) else { return Poll::Pending };
        if queue.busy || queue.unsettled > 0 || matches!(seat.state, State::Taken(_)) {
            return Poll::Pending;
        }
        drop(seat);
        queue.busy = true;
        Poll::Ready(Turn::Write(self.gather(queue)))
    }

    /// Takes out of the queue those who are written for now, this one in any case.
    fn gather(&self, queue: &mut Queue) -> Group<'a> {
        let (mut members, mut wishes, mut rest) = (Vec::new(), Vec::new(), VecDeque::new());
        let mut room_for_others = MAX_TOGETHER.saturating_sub(1);
        for seat in queue.waiting.drain(..) {
            let own = Arc::ptr_eq(&seat, &self.seat);
            if !own && room_for_others == 0 {
                rest.push_back(seat);
                continue;
            }
            room_for_others = room_for_others.saturating_sub(usize::from(!own));
            let state = std::mem::replace(&mut lock(&seat).state, State::Taken(None));
            if let State::Waiting(wish) = state {
                wishes.push(*wish);
                members.push(seat);
            }
        }
        queue.waiting = rest;
        Group { appends: self.appends, container: self.container.clone(), members, wishes }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let idle = {
            let mut queues = lock(&self.appends.queues);
            let Some(queue) = queues.get_mut(self.container) else { return };
            let before = queue.waiting.len();
            queue.waiting.retain(|seat| !Arc::ptr_eq(seat, &self.seat));
            let state = std::mem::replace(&mut lock(&self.seat).state, State::Over);
            let knows = matches!(state, State::Lost(Some(_)) | State::Recovering);
            queue.unsettled = queue.unsettled.saturating_sub(usize::from(knows));
            (knows || queue.waiting.len() < before) && !queue.busy
        };
        // It may have been woken for its turn, and will not take it.
        if idle {
            self.appends.give_on(self.container);
        }
    }
}

impl Group<'_> {
    /// Notes what is about to be written for a member.
    pub(crate) fn about_to_write(&self, member: usize, instance: &Resource, mark: Ordinal) {
        let Some(seat) = self.members.get(member) else { return };
        let mut seat = lock(seat);
        // Who is gone is written for all the same, and needs no answer.
        if matches!(seat.state, State::Taken(_)) {
            seat.state = State::Taken(Some(Box::new(Intended { instance: instance.clone(), mark })));
        }
    }

    /// Answers a member. What was answered stays so.
    pub(crate) fn answer(&self, member: usize, answer: Appended) {
        let Some(seat) = self.members.get(member) else { return };
        let waker = {
            let mut seat = lock(seat);
            if matches!(seat.state, State::Taken(_)) {
                seat.state = State::Answered(answer);
            }
            seat.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Answers all who have no answer yet: with what was written for them, or with this refusal.
    pub(crate) fn conclude(&self, outcome: Result<(), Refusal>) {
        for (member, seat) in self.members.iter().enumerate() {
            let written = match &mut lock(seat).state {
                State::Taken(instance) => instance.take(),
                _ => continue,
            };
            let written = written.map(|intended| Box::new(intended.instance));
            let answer = outcome.clone().and_then(|()| written.ok_or_else(Refusal::internal));
            self.answer(member, answer);
        }
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        let wakers: Vec<Waker> = {
            let mut queues = lock(&self.appends.queues);
            let mut unsettled = 0_usize;
            let mut lose = |seat: &Shared| {
                let mut seat = lock(seat);
                if let State::Taken(intended) = &mut seat.state {
                    let intended = intended.take();
                    unsettled = unsettled.saturating_add(usize::from(intended.is_some()));
                    seat.state = State::Lost(intended);
                }
                seat.waker.take()
            };
            let wakers = self.members.iter().filter_map(&mut lose).collect();
            if let Some(queue) = queues.get_mut(&self.container) {
                queue.unsettled = unsettled;
            }
            wakers
        };
        wakers.into_iter().for_each(Waker::wake);
        self.appends.give_on(&self.container);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that is done under these locks can leave them half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
