//! The set of environments against scripted ones.

use std::sync::mpsc::channel;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::Duration;

use super::*;
use crate::scripted::{Scripted, destroy_key, random, random_reply};
use crate::{MAX_INLINE_SESSIONS, Session};

fn far() -> Instant {
    Instant::now().checked_add(Duration::from_secs(3600)).expect("an hour from now exists")
}

fn id(text: &str) -> SeId {
    SeId::parse(text).expect("a name")
}

fn one(se: &Arc<Scripted>) -> Environments {
    Environments::new(vec![Arc::clone(se) as Arc<dyn SecureEnvironment>]).expect("one SE")
}

fn inline(all: &Environments, command: &Command) -> Option<Result<Reply, SeError>> {
    let cancel = CancelFlag::new();
    all.try_inline(&id("scripted"), command, &Cx { deadline: far(), now: UtcTime::MIN, cancel: &cancel })
}

fn list(names: &[&str]) -> Result<Environments, EnvironmentsError> {
    let named = |name: &&str| Scripted::named(name, Speed::Slow, |c, _| random_reply(c)) as Arc<_>;
    Environments::new(names.iter().map(named).collect())
}

// Shows a part of TRN-2: at least one SE, any number.
#[test]
fn a_node_has_at_least_one_se_and_no_name_twice() {
    assert!(matches!(list(&[]), Err(EnvironmentsError::Empty)));
    assert!(matches!(list(&["a", "b", "a"]), Err(EnvironmentsError::Duplicate(twice)) if twice == id("a")));
    let many: Vec<String> = (0..=MAX_ENVIRONMENTS).map(|n| format!("se-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(list(&many), Err(EnvironmentsError::TooMany)));
    assert!(list(&many[1..]).is_ok());
}

#[test]
fn descriptions_keep_the_order_of_the_list() {
    let all = list(&["soft", "card", "tee"]).expect("three SEs");
    let names: Vec<_> = all.descriptions().iter().map(|d| d.id.as_str().to_owned()).collect();
    assert_eq!(names, ["soft", "card", "tee"]);
    assert_eq!(all.get(&id("card")).map(|d| &d.id), Some(&id("card")));
    assert!(all.get(&id("cards")).is_none());
}

#[test]
fn an_se_that_the_node_does_not_have_is_unavailable_both_ways() {
    let all = list(&["soft"]).expect("one SE");
    let (sender, outcome) = channel();
    let done = move |result: Result<Reply, SeError>| sender.send(result.err()).expect("the test listens");
    assert_eq!(all.submit(&id("card"), random(1), far(), UtcTime::MIN, Arc::default(), done), Ok(()));
    assert_eq!(outcome.recv(), Ok(Some(SeError::Unavailable)));
    assert!(matches!(inline(&all, &random(1)), Some(Err(SeError::Unavailable))));
}

#[test]
fn a_command_takes_the_lane_of_its_own_se() {
    let (log, seen) = channel();
    let members = ["a", "b"].map(|name| {
        let log = Mutex::new(log.clone());
        Scripted::named(name, Speed::Slow, move |command, _| {
            log.lock().expect("no panic").send(name).expect("the test listens");
            random_reply(command)
        }) as Arc<dyn SecureEnvironment>
    });
    let all = Environments::new(members.into()).expect("two SEs");
    let (sender, outcome) = channel();
    let done = move |result: Result<Reply, SeError>| sender.send(result.err()).expect("the test listens");
    all.submit(&id("b"), random(1), far(), UtcTime::MIN, Arc::default(), done).expect("there is room");
    assert_eq!(outcome.recv(), Ok(None));
    assert!(seen.try_iter().eq(["b"]));
}

#[test]
fn a_fast_se_reads_inline_on_one_reused_session() {
    let here = thread::current().id();
    let se = Scripted::new(move |command, _| {
        assert_eq!(thread::current().id(), here, "inline means on the caller's thread");
        random_reply(command)
    });
    let all = one(&se);
    for length in 1..=3 {
        assert!(matches!(inline(&all, &random(length)), Some(Ok(Reply::Random(_)))));
    }
    assert_eq!((se.opened(), se.executed()), (1, 3));
}

#[test]
fn writing_commands_and_slow_ses_take_the_lane() {
    let fast = Scripted::new(|command, _| random_reply(command));
    assert!(inline(&one(&fast), &destroy_key()).is_none());
    let slow = Scripted::named("scripted", Speed::Slow, |command, _| random_reply(command));
    assert!(inline(&one(&slow), &random(1)).is_none());
    assert_eq!((fast.opened(), slow.opened()), (0, 0));
}

#[test]
fn a_command_nobody_waits_for_does_not_run_inline() {
    let se = Scripted::new(|command, _| random_reply(command));
    let all = one(&se);
    let raised = CancelFlag::new();
    raised.raise();
    let given_up = Cx { deadline: far(), now: UtcTime::MIN, cancel: &raised };
    let calm = CancelFlag::new();
    let late = Cx { deadline: Instant::now(), now: UtcTime::MIN, cancel: &calm };
    for cx in [given_up, late] {
        assert!(matches!(all.try_inline(&id("scripted"), &random(1), &cx), Some(Err(SeError::Expired))));
    }
    assert_eq!(se.executed(), 0);
}

#[test]
fn no_more_sessions_run_inline_than_the_bound() {
    let busy = Arc::new(Barrier::new(MAX_INLINE_SESSIONS + 1));
    let gate = Arc::clone(&busy);
    let se = Scripted::new(move |command, _| {
        if crate::scripted::length(command) == 1 {
            gate.wait(); // all are busy
            gate.wait(); // the test has looked
        }
        random_reply(command)
    });
    let all = one(&se);
    thread::scope(|scope| {
        for _ in 0..MAX_INLINE_SESSIONS {
            scope.spawn(|| assert!(matches!(inline(&all, &random(1)), Some(Ok(_)))));
        }
        busy.wait();
        let one_more = inline(&all, &random(2)).is_none();
        busy.wait();
        assert!(one_more, "one more has to take the lane");
    });
    assert!(matches!(inline(&all, &random(2)), Some(Ok(_))), "sessions came back");
    assert_eq!((se.opened(), se.closed()), (MAX_INLINE_SESSIONS, 0));
}

#[test]
fn panics_inline_are_faults_and_use_up_no_places() {
    let se = Scripted::new(|command, _| match command {
        Command::Random { length: 1 } => panic!("a bug in the plug-in"),
        _ => random_reply(command),
    });
    let all = one(&se);
    for _ in 0..=MAX_INLINE_SESSIONS {
        assert!(matches!(inline(&all, &random(1)), Some(Err(SeError::Fault))));
    }
    assert!(matches!(inline(&all, &random(2)), Some(Ok(_))));
    assert_eq!(se.closed(), MAX_INLINE_SESSIONS + 1);
}

#[test]
fn an_se_that_gives_no_session_sends_commands_to_the_lane() {
    let se = Scripted::new(|command, _| random_reply(command));
    let all = one(&se);
    se.plug_out();
    for _ in 0..=MAX_INLINE_SESSIONS {
        assert!(inline(&all, &random(1)).is_none());
    }
    se.plug_in();
    assert!(matches!(inline(&all, &random(1)), Some(Ok(_))), "failed attempts use up no places");
}

/// A fast SE that draws random bytes where they are asked for, but not those of length 2.
struct Deferring(Arc<Scripted>);

struct DeferringSession(Box<dyn Session>);

impl SecureEnvironment for Deferring {
    fn describe(&self) -> &Description {
        self.0.describe()
    }

    fn open(&self, cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
        Ok(Box::new(DeferringSession(self.0.open(cx)?)))
    }
}

impl Session for DeferringSession {
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
        self.0.execute(command, cx)
    }

    fn execute_inline(&mut self, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        if matches!(command, Command::Random { length: 2 }) { None } else { Some(self.execute(command, cx)) }
    }
}

#[test]
fn a_session_may_send_a_command_to_the_lane() {
    let se = Scripted::new(|command, _| random_reply(command));
    let all = Environments::new(vec![Arc::new(Deferring(Arc::clone(&se)))]).expect("one SE");
    assert!(matches!(inline(&all, &random(1)), Some(Ok(_))));
    for _ in 0..=MAX_INLINE_SESSIONS {
        assert!(inline(&all, &random(2)).is_none());
    }
    assert_eq!(se.executed(), 1, "nothing was done");
    assert!(matches!(inline(&all, &random(1)), Some(Ok(_))), "its session serves the next");
    let (sender, outcome) = channel();
    let done = move |result: Result<Reply, SeError>| sender.send(result.is_ok()).expect("the test listens");
    let (at, cancel) = (id("scripted"), Arc::default());
    assert_eq!(all.submit(&at, random(2), far(), UtcTime::MIN, cancel, done), Ok(()));
    assert_eq!(outcome.recv(), Ok(true));
}
