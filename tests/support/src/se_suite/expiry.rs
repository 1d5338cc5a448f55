//! Checks that nothing begins too late.

use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_transport::{CancelFlag, Command, Cx, KeySpec, Reply, SeError};

use super::bench::{Bench, Handle, claims, cx, spec};
use super::claimed::made_by;
use super::description::every_command;
use super::{Factory, Subject};

/// Every command is refused when its time is over, and none is carried out.
pub fn nothing_begins_after_the_deadline(fresh: Factory) {
    let cancel = CancelFlag::new();
    let now = Instant::now();
    for deadline in [now, now.checked_sub(Duration::from_secs(1)).unwrap_or(now)] {
        nothing_begins(&fresh(), &Cx { deadline, now: UtcTime::from_unix_micros(0), cancel: &cancel });
    }
}

/// Every command is refused when nobody waits for it, and none is carried out.
pub fn nothing_begins_once_the_caller_gave_up(fresh: Factory) {
    let cancel = CancelFlag::new();
    cancel.raise();
    nothing_begins(&fresh(), &cx(&cancel));
}

fn nothing_begins(subject: &Subject, late: &Cx<'_>) {
    let mut bench = Bench::new(subject);
    for (command, name, algorithm) in every_command(&mut bench, subject) {
        if claims(subject, name, algorithm) {
            assert_eq!(bench.run_in(&command, late).err(), Some(SeError::Expired), "{name}");
        }
    }
    for algorithm in made_by(subject) {
        let made: KeySpec = spec(algorithm);
        let handle = Handle { id: made.id, owner: made.owner.clone() };
        assert!(bench.run_in(&Command::GenerateKey(made.clone()), late).is_err());
        assert_eq!(bench.info(&handle), Err(SeError::NoSuchKey), "a key was made too late");

        bench.generate(&made).unwrap();
        let destroy = Command::DestroyKey { key: handle.id, owner: handle.owner.clone() };
        assert_eq!(bench.run_in(&destroy, late).err(), Some(SeError::Expired));
        assert!(bench.info(&handle).is_ok(), "a key was destroyed too late");
        assert!(matches!(bench.run(&destroy), Ok(Reply::Done)), "in time it goes");
    }
}
