//! The lane against a scripted SE, whose every step the test decides.

use std::sync::Mutex;
use std::sync::mpsc::{self, channel};
use std::time::Duration;

use super::*;
use crate::scripted::{Scripted, destroy_key, random, random_reply};

type Outcome = Result<Reply, SeError>;

fn lane(se: &Arc<Scripted>) -> Lane {
    Lane::start(Arc::clone(se) as Arc<dyn SecureEnvironment>, Arc::new(Instant::now)).expect("a thread")
}

fn job_with(command: Command, deadline: Instant, cancel: Arc<CancelFlag>) -> (Job, Receiver<Outcome>) {
    let (sender, outcome) = channel();
    let done = Box::new(move |result| sender.send(result).expect("the test listens"));
    (Job { command, deadline, now: UtcTime::MIN, cancel, done }, outcome)
}

fn job(command: Command) -> (Job, Receiver<Outcome>) {
    job_with(command, far(), Arc::default())
}

fn far() -> Instant {
    Instant::now().checked_add(Duration::from_secs(3600)).expect("an hour from now exists")
}

/// Submits a command and gives the receiver of its outcome.
fn submit(lane: &Lane, command: Command) -> Receiver<Outcome> {
    let (job, outcome) = job(command);
    lane.submit(job).expect("there is room");
    outcome
}

/// The error of the one and only outcome; `None` for success.
fn error_of(outcome: &Receiver<Outcome>) -> Option<SeError> {
    let first = outcome.recv().expect("completed");
    assert!(outcome.recv().is_err(), "a completion is called once and then dropped");
    first.err()
}

/// An SE that says when a command of length 1 has begun, and then holds it until told to go on.
fn holding() -> (Arc<Scripted>, Receiver<()>, mpsc::Sender<()>) {
    let ((begin, begun), (go, gone)) = (channel(), channel());
    let steps = Mutex::new((begin, gone));
    let se = Scripted::new(move |command, _| {
        if matches!(command, Command::Random { length: 1 }) {
            let (begin, gone) = &*steps.lock().expect("no panic");
            begin.send(()).expect("the test listens");
            gone.recv().expect("the test goes on");
        }
        random_reply(command)
    });
    (se, begun, go)
}

#[test]
fn jobs_run_in_order_on_one_session_and_one_thread() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let se = Scripted::new(move |command, _| {
        log.lock().expect("no panic").push((thread::current().id(), crate::scripted::length(command)));
        random_reply(command)
    });
    let lane = lane(&se);
    let outcomes: Vec<_> = (1..=20).map(|length| submit(&lane, random(length))).collect();
    for (length, outcome) in (1..=20).zip(outcomes) {
        let reply = outcome.recv().expect("completed");
        assert!(matches!(reply, Ok(Reply::Random(bytes)) if bytes.expose().len() == length));
    }
    let seen = seen.lock().expect("no panic");
    assert!(seen.iter().map(|(_, length)| *length).eq(1..=20));
    assert!(seen.iter().all(|(id, _)| *id == seen[0].0 && *id != thread::current().id()));
    assert_eq!(se.opened(), 1);
}

#[test]
fn a_job_that_comes_too_late_does_not_even_open_the_se() {
    let se = Scripted::new(|command, _| random_reply(command));
    let lane = lane(&se);
    let (late, outcome) = job_with(random(1), Instant::now(), Arc::default());
    lane.submit(late).expect("there is room");
    assert_eq!(error_of(&outcome), Some(SeError::Expired));
    assert_eq!((se.opened(), se.executed()), (0, 0));
}

#[test]
fn a_deadline_that_passes_in_the_queue_expires_the_job() {
    let (se, begun, go) = holding();
    let start = Instant::now();
    let time = Arc::new(Mutex::new(start));
    let hand = Arc::clone(&time);
    let lane = Lane::start(
        Arc::clone(&se) as Arc<dyn SecureEnvironment>,
        Arc::new(move || *time.lock().expect("no panic")),
    )
    .expect("a thread");
    let second = Duration::from_secs(1);
    let (first, first_outcome) = job_with(random(1), start + second, Arc::default());
    let (late, late_outcome) = job_with(random(2), start + second, Arc::default());
    let (early, early_outcome) = job_with(random(3), start + second * 2, Arc::default());
    lane.submit(first).expect("there is room");
    begun.recv().expect("the first job began");
    lane.submit(late).expect("there is room");
    lane.submit(early).expect("there is room");
    *hand.lock().expect("no panic") += second;
    go.send(()).expect("the SE waits");
    assert_eq!(error_of(&first_outcome), None, "what has begun is not taken back");
    assert_eq!(error_of(&late_outcome), Some(SeError::Expired));
    assert_eq!(error_of(&early_outcome), None);
    assert_eq!(se.executed(), 2);
}

#[test]
fn a_flag_raised_in_the_queue_expires_the_job() {
    let (se, begun, go) = holding();
    let lane = lane(&se);
    let first = submit(&lane, random(1));
    begun.recv().expect("the first job began");
    let cancel = Arc::new(CancelFlag::new());
    let (given_up, outcome) = job_with(random(2), far(), Arc::clone(&cancel));
    lane.submit(given_up).expect("there is room");
    let other = submit(&lane, random(3));
    cancel.raise();
    go.send(()).expect("the SE waits");
    assert_eq!(error_of(&first), None);
    assert_eq!(error_of(&outcome), Some(SeError::Expired));
    assert_eq!(error_of(&other), None, "nobody gave up on this one");
}

// Shows a part of TRN-7: the service resumes by itself.
#[test]
fn an_se_that_is_not_there_is_unavailable_until_it_is() {
    let se = Scripted::new(|command, _| random_reply(command));
    let lane = lane(&se);
    se.plug_out();
    assert_eq!(error_of(&submit(&lane, random(1))), Some(SeError::Unavailable));
    assert_eq!(error_of(&submit(&lane, destroy_key())), Some(SeError::Unavailable));
    se.plug_in();
    assert_eq!(error_of(&submit(&lane, random(1))), None);
}

#[test]
fn a_full_lane_refuses_at_once_and_completes_what_it_accepted() {
    let (se, begun, go) = holding();
    let lane = lane(&se);
    let mut outcomes = vec![submit(&lane, random(1))];
    begun.recv().expect("the first job began");
    outcomes.extend((0..LANE_DEPTH).map(|_| submit(&lane, random(2))));
    let (refused, outcome) = job(random(2));
    assert_eq!(lane.submit(refused), Err(LaneFull));
    assert!(outcome.recv().is_err(), "a refused job is not completed");
    go.send(()).expect("the SE waits");
    assert!(outcomes.iter().all(|outcome| error_of(outcome).is_none()));
    assert_eq!(error_of(&submit(&lane, random(2))), None, "there is room again");
}

#[test]
fn dropping_the_lane_from_a_completion_expires_what_waits() {
    let (se, begun, go) = holding();
    let shared = Arc::new(Mutex::new(Some(lane(&se))));
    let handle = Arc::clone(&shared);
    let (mut first, _) = job(random(1));
    let (end, ended) = channel();
    first.done = Box::new(move |_| {
        let lane = handle.lock().expect("no panic").take();
        drop(lane);
        end.send(()).expect("the test listens");
    });
    let waiting: Vec<_> = {
        let lane = shared.lock().expect("no panic");
        let lane = lane.as_ref().expect("still there");
        lane.submit(first).expect("there is room");
        (0..3).map(|_| submit(lane, random(2))).collect()
    };
    begun.recv().expect("the first job began");
    go.send(()).expect("the SE waits");
    assert_eq!(ended.recv(), Ok(()), "a lane's thread does not wait for itself");
    assert!(waiting.iter().all(|outcome| error_of(outcome) == Some(SeError::Expired)));
    assert_eq!(se.executed(), 1);
}

#[test]
fn dropping_the_lane_joins_its_thread_and_ends_its_session() {
    let se = Scripted::new(|command, _| random_reply(command));
    let lane = lane(&se);
    let outcome = submit(&lane, random(1));
    assert_eq!(error_of(&outcome), None);
    assert_eq!(se.closed(), 0);
    drop(lane);
    assert_eq!(se.closed(), 1);
}

#[test]
fn a_panic_in_the_plug_in_costs_one_job_and_the_session() {
    let se = Scripted::new(|command, _| match command {
        Command::Random { length: 1 } | Command::DestroyKey { .. } => panic!("a bug in the plug-in"),
        _ => random_reply(command),
    });
    let lane = lane(&se);
    assert_eq!(error_of(&submit(&lane, destroy_key())), Some(SeError::OutcomeUnknown));
    assert_eq!(error_of(&submit(&lane, random(1))), Some(SeError::Fault));
    assert_eq!(error_of(&submit(&lane, random(2))), None);
    assert_eq!((se.opened(), se.closed()), (3, 2));
}

#[test]
fn a_panic_while_opening_is_an_unavailable_se() {
    let se = Scripted::new(|command, _| random_reply(command));
    let lane = lane(&se);
    se.panic_on_open();
    assert_eq!(error_of(&submit(&lane, random(1))), Some(SeError::Unavailable));
    se.plug_in();
    assert_eq!(error_of(&submit(&lane, random(1))), None);
}

#[test]
fn only_errors_that_spoil_the_session_reopen_it() {
    for (error, opened) in [
        (SeError::OutcomeUnknown, 2),
        (SeError::Unavailable, 2),
        (SeError::Fault, 2),
        (SeError::NoSuchKey, 1),
        (SeError::InvalidInput, 1),
        (SeError::Full, 1),
    ] {
        let se = Scripted::new(move |command, _| match command {
            Command::Random { length: 1 } => Err(error),
            _ => random_reply(command),
        });
        let lane = lane(&se);
        assert_eq!(error_of(&submit(&lane, random(1))), Some(error));
        assert_eq!(error_of(&submit(&lane, random(2))), None);
        assert_eq!(se.opened(), opened, "{error:?}");
    }
}

#[test]
fn a_reply_to_another_question_is_a_fault_or_leaves_the_outcome_unknown() {
    let se = Scripted::new(|_, _| Ok(Reply::Verified(true)));
    let lane = lane(&se);
    assert_eq!(error_of(&submit(&lane, random(1))), Some(SeError::Fault));
    assert_eq!(error_of(&submit(&lane, destroy_key())), Some(SeError::OutcomeUnknown));
}

#[test]
fn a_panic_in_a_completion_harms_nobody_else() {
    let se = Scripted::new(|command, _| random_reply(command));
    let lane = lane(&se);
    let (mut first, _) = job(random(1));
    first.done = Box::new(|_| panic!("a bug in the caller"));
    lane.submit(first).expect("there is room");
    assert_eq!(error_of(&submit(&lane, random(2))), None);
    assert_eq!(se.opened(), 1);
}

#[test]
fn the_plug_in_sees_the_deadline_the_time_and_the_flag_of_its_job() {
    let (deadline, cancel) = (far(), Arc::new(CancelFlag::new()));
    let flag = Arc::clone(&cancel);
    let se = Scripted::new(move |command, cx| {
        flag.raise();
        let right = cx.deadline == deadline && cx.now == UtcTime::MIN && cx.cancel.is_raised();
        if right { random_reply(command) } else { Err(SeError::InvalidInput) }
    });
    let lane = lane(&se);
    let (job, outcome) = job_with(random(1), deadline, cancel);
    lane.submit(job).expect("there is room");
    assert_eq!(error_of(&outcome), None);
}
