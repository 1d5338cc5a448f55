//! A node that is watched with `strace`: what it acknowledges is on the disk before it says so.
//!
//! It needs the right to watch processes, so only `cargo xtask torture` runs it.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use support::{NodeProcess, RawRequest, Wire};

/// How long the watcher may take to write its last line.
const PATIENCE: Duration = Duration::from_secs(10);

/// A call of the system as strace wrote it, in the order in which calls returned.
struct Call {
    text: String,
}

impl Call {
    /// Whether the log of the records was flushed to the disk.
    fn flushes(&self) -> bool {
        let flushed = self.text.contains("fdatasync(") || self.text.contains("fsync(");
        flushed && self.text.contains("csf.sqlite-wal") && self.text.trim_end().ends_with("= 0")
    }

    fn reads(&self, name: &str) -> bool {
        ["read(", "recvfrom(", "readv(", "recvmsg("].iter().any(|call| self.text.contains(call))
            && self.text.contains(name)
    }

    fn answers(&self, request: &str) -> bool {
        ["write(", "writev(", "sendto(", "sendmsg("].iter().any(|call| self.text.contains(call))
            && self.text.contains(&format!("x-m2m-ri: {request}\\r\\n"))
    }
}

/// The trace, to the end of the node. The watcher is a process of its own and may need a moment more.
fn whole(trace: &Path) -> String {
    let by = Instant::now().checked_add(PATIENCE).expect("a moment");
    loop {
        let text = std::fs::read_to_string(trace).expect("the trace");
        if text.lines().last().is_some_and(|line| line.contains("+++ exited")) {
            return text;
        }
        assert!(Instant::now() < by, "the trace has no end");
        std::thread::yield_now();
    }
}

/// The calls in the order in which they returned. A call that another thread interrupted comes in two lines.
fn calls(trace: &Path) -> Vec<Call> {
    let text = whole(trace);
    let mut begun: Vec<(String, String)> = Vec::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(first) = rest.strip_suffix("<unfinished ...>") {
            begun.push((thread.to_owned(), first.to_owned()));
        } else if rest.starts_with("<...") {
            let place = begun.iter().position(|(of, _)| of == thread);
            let first = place.map(|place| begun.swap_remove(place).1).unwrap_or_default();
            calls.push(Call { text: first + rest });
        } else {
            calls.push(Call { text: rest.to_owned() });
        }
    }
    calls
}

// Shows SDH-1: a write is answered only when the log of the store has been flushed.
#[test]
fn a_write_is_flushed_before_it_is_answered_and_a_read_flushes_nothing() {
    let place = tempfile::tempdir().expect("a directory");
    let trace = place.path().join("trace");
    let output = trace.to_str().expect("a path");
    let calls_of = "trace=fdatasync,fsync,read,recvfrom,readv,recvmsg,write,writev,sendto,sendmsg";
    let node = NodeProcess::with()
        .under(&["strace", "-D", "-f", "-y", "-s", "2000", "-e", calls_of, "-o", output])
        .start();
    drop(node.register("Cmeter"));
    let wire = &mut Wire::local(&node);
    let made = RawRequest::create("/-/Cmeter", 3, r#"{"m2m:cnt":{"rn":"readings"}}"#);
    assert_eq!(wire.exchange(&made.bytes()).and_then(|r| r.rsc()), Some(2001));
    let writes: Vec<String> = (0..8).map(|n| format!("write-{n}")).collect();
    for name in &writes {
        let body = format!(r#"{{"m2m:cin":{{"con":"{name}"}}}}"#);
        let request = RawRequest::create("/-/Cmeter/readings", 4, body).set("X-M2M-RI", name.as_str());
        assert_eq!(wire.exchange(&request.bytes()).and_then(|r| r.rsc()), Some(2001));
    }
    let read = RawRequest::new("GET", "/-/Cmeter/readings/la").set("X-M2M-RI", "read-0");
    assert_eq!(wire.exchange(&read.bytes()).and_then(|r| r.rsc()), Some(2000));
    drop(node.stop());

    let calls = calls(&trace);
    let flushed_between = |name: &str| {
        let asked = calls.iter().position(|call| call.reads(&format!("{name}\\r\\n")));
        let answered = calls.iter().position(|call| call.answers(name));
        let (asked, answered) =
            (asked.expect("the request was read"), answered.expect("an answer was written"));
        assert!(asked < answered, "{name}");
        calls.iter().take(answered).skip(asked).any(Call::flushes)
    };
    for name in &writes {
        assert!(flushed_between(name), "{name} was answered before the log was flushed");
    }
    assert!(!flushed_between("read-0"), "a read has nothing to flush");
}
