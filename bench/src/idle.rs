//! What a node costs when nobody asks: processor time, and how often it wakes.

use std::fs;
use std::path::Path;
use std::thread::sleep;

use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::node::{Home, Node};
use crate::workload::{IDLE, MOST_IDLE_TICKS, SETTLE};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "idle",
    what: "a node with an open connection on which nothing comes, 3 seconds",
    run,
};

/// Requests before it is left alone, so that everything that begins with the first of them has begun.
const WARM_UP_REQUESTS: usize = 1000;

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    let mut client = node.register("Cbench")?;
    for _ in 0..WARM_UP_REQUESTS {
        client.retrieve("cse-mn/Cbench")?;
    }
    sleep(SETTLE);
    let before = Cost::of(node.pid())?;
    sleep(IDLE);
    let after = Cost::of(node.pid())?;
    let ticks = after.ticks.saturating_sub(before.ticks) as f64;
    let wakes = after.wakes.saturating_sub(before.wakes) as f64;
    Ok(vec![
        Figure::single("processor time", Unit::Ticks, ticks).target(Target::AtMost(MOST_IDLE_TICKS)),
        Figure::single("threads woken", Unit::Times, wakes),
    ])
}

/// What a process has cost so far.
struct Cost {
    /// Of the clock by which the kernel counts, usually 100 a second, in user and kernel mode.
    ticks: u64,
    /// How often a thread of it went to sleep, and thus how often one was woken.
    wakes: u64,
}

impl Cost {
    fn of(pid: u32) -> Result<Self, Failure> {
        let stat = read(&format!("/proc/{pid}/stat"))?;
        let ticks = ticks(&stat).ok_or_else(|| Failure::machine("/proc", "stat has another form"))?;
        let tasks = format!("/proc/{pid}/task");
        let mut wakes = 0;
        for task in fs::read_dir(&tasks).map_err(|e| Failure::file(tasks.as_ref(), &e))?.flatten() {
            let status = read(&format!("{}/status", task.path().display()))?;
            let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            wakes += line.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(Self { ticks, wakes })
    }
}

/// `utime` and `stime`, the 14th and 15th field; the second is in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, kernel) = (fields.next()?, fields.next()?);
    Some(user.parse::<u64>().ok()? + kernel.parse::<u64>().ok()?)
}

fn read(path: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure::file(path.as_ref(), &e))
}

#[cfg(test)]
mod tests {
    use super::ticks;

    #[test]
    fn ticks_are_the_14th_and_15th_field_whatever_the_name() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 40 2 13 14";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("7 (a) S 1 2"), None);
    }
}
