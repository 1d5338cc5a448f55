//! Checks of several sessions at once.

use std::sync::Barrier;

use csf_transport::{KeyAlgorithm, SeError};

use super::bench::{Bench, Handle};
use super::claimed::{check, made_by, prove};
use super::{Factory, Subject};

const THREADS: usize = 4;
const ROUNDS: usize = 8;

/// Each thread works with a key of its own and with one that all share, at the same time.
pub fn sessions_of_several_threads_do_not_disturb_each_other(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let shared = Bench::new(&subject).key(algorithm);
        // An environment may have fewer sessions than this; then fewer threads work.
        let benches: Vec<Bench> = (0..THREADS).map_while(|_| open(&subject)).collect();
        assert!(!benches.is_empty(), "not even one session");
        let start = Barrier::new(benches.len());
        std::thread::scope(|threads| {
            for bench in benches {
                threads.spawn(|| work(bench, algorithm, &shared, &start));
            }
        });
        let mut bench = Bench::new(&subject);
        let proof = prove(&mut bench, algorithm, &shared).unwrap();
        assert_eq!(check(&mut bench, algorithm, &shared, &proof), Ok(true));
    }
}

fn open(subject: &Subject) -> Option<Bench> {
    match Bench::try_new(subject) {
        Ok(bench) => Some(bench),
        Err(SeError::Full) => None,
        Err(other) => panic!("opening a session failed: {other}"),
    }
}

fn work(mut bench: Bench, algorithm: KeyAlgorithm, shared: &Handle, start: &Barrier) {
    start.wait();
    for _ in 0..ROUNDS {
        let own = bench.key(algorithm);
        let by_own = prove(&mut bench, algorithm, &own).unwrap();
        let by_shared = prove(&mut bench, algorithm, shared).unwrap();
        assert_eq!(check(&mut bench, algorithm, &own, &by_own), Ok(true));
        assert_eq!(check(&mut bench, algorithm, shared, &by_shared), Ok(true));
        assert_eq!(check(&mut bench, algorithm, &own, &by_shared), Ok(false));
        assert_eq!(bench.destroy(&own), Ok(()));
        assert_eq!(check(&mut bench, algorithm, &own, &by_own), Err(SeError::NoSuchKey));
    }
}
