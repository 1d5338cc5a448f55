//! What the machine gives: room on the disk, a clock, memory that stays out of the swap, ports.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::{Duration, SystemTime};

use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit};

use super::Finding;
use crate::audit_log::CURRENT;
use crate::config::Config;
use crate::health::{LEAST_FREE_BYTES, free};
use crate::node::state::STORE;

/// A clock before this is wrong: the beginning of 2026, in seconds since 1970. The software is younger.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);
/// How far ahead of the clock a file may be before the clock was set back.
const TOLERANCE: Duration = Duration::from_secs(300);

pub(super) fn look(config: &Config, runs: bool) -> Vec<Finding> {
    let mut findings = vec![disk(&config.state), clock(&config.state, SystemTime::now())];
    if !runs {
        findings.push(memory());
        let listeners = [("http.listen", config.http), ("management.listen", config.management)];
        let listeners = listeners.into_iter().filter_map(|(key, address)| Some((key, address?)));
        findings.extend(listeners.map(|(key, address)| port(key, address)));
    }
    findings
}

fn disk(state: &Path) -> Finding {
    let there = state.ancestors().find(|path| path.exists()).unwrap_or(state);
    match free(there) {
        Ok(bytes) if bytes < LEAST_FREE_BYTES => Finding::ill(
            "disk",
            format!("{bytes} bytes are free where {} is", state.display()),
            "make room; the store fails when there is none",
        ),
        Ok(bytes) => Finding::well("disk", format!("{} MiB are free", bytes.div_euclid(1024 * 1024))),
        Err(why) => Finding::ill("disk", format!("{}: {why}", there.display()), "look at the disk"),
    }
}

fn clock(state: &Path, now: SystemTime) -> Finding {
    let remedy = "set the clock, and have it kept: times of tokens, ends and the audit log depend on it";
    if now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() < EARLIEST {
        return Finding::ill("clock", "it stands before this software was made", remedy);
    }
    let ahead = [STORE, CURRENT].iter().find_map(|name| {
        let path = state.join(name);
        let written = path.metadata().and_then(|found| found.modified()).ok()?;
        (written.duration_since(now).unwrap_or_default() > TOLERANCE).then_some(path)
    });
    match ahead {
        Some(path) => {
            Finding::ill("clock", format!("it was set back: {} was written later", path.display()), remedy)
        }
        None => Finding::well("clock", "it is not behind what was written"),
    }
}

fn memory() -> Finding {
    match getrlimit(Resource::RLIMIT_MEMLOCK) {
        Ok((_, hard)) if hard == RLIM_INFINITY => Finding::well("memory", "a node may lock all of it"),
        Ok((_, hard)) => Finding::note(
            "memory",
            format!("a node may lock {hard} bytes, so the system may write secrets to the swap"),
            "LimitMEMLOCK=infinity in the unit, or an encrypted swap, or none",
        ),
        Err(why) => Finding::note("memory", format!("the limit cannot be read: {why}"), ""),
    }
}

/// A port that the node would take. One that the system chooses is always there.
fn port(key: &str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::well("ports", format!("{key}: {address} is free")),
        Err(why) => Finding::ill(
            "ports",
            format!("{key}: {address} cannot be had: {why}"),
            format!("end what listens there, or set {key} to another port"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::State;

    #[test]
    fn a_clock_that_was_set_back_is_noticed_by_what_was_written() {
        let place = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        assert_eq!(clock(place.path(), now).state, State::Well);
        std::fs::write(place.path().join(STORE), "x").unwrap();
        assert_eq!(clock(place.path(), now).state, State::Well);
        let back = clock(place.path(), now - Duration::from_secs(3600));
        assert!(back.state == State::Ill && back.says.contains("csf.sqlite was written later"), "{back:?}");
        let never = clock(place.path(), SystemTime::UNIX_EPOCH);
        assert!(never.state == State::Ill && never.says.contains("before this software"), "{never:?}");
    }

    #[test]
    fn a_port_that_somebody_has_is_named_with_its_key() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let found = port("management.listen", taken.local_addr().unwrap());
        assert!(found.state == State::Ill && found.remedy.contains("set management.listen"), "{found:?}");
        assert_eq!(port("http.listen", "127.0.0.1:0".parse().unwrap()).state, State::Well);
    }
}
