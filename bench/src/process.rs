//! What a process has cost so far, as the kernel counts it.

use std::fs;

use crate::failure::Failure;

/// The kernel's clock ticks in a second: a constant of the system interface on Linux.
pub(crate) const TICKS_PER_SECOND: f64 = 100.0;

/// What a process has cost so far.
pub(crate) struct Cost {
    /// Ticks of processor time, in user and kernel mode.
    pub(crate) ticks: u64,
    /// How often a thread of it went to sleep, and thus how often one was woken.
    pub(crate) wakes: u64,
}

impl Cost {
    pub(crate) fn of(pid: u32) -> Result<Self, Failure> {
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

    /// What was added since an earlier look.
    pub(crate) const fn since(&self, earlier: &Self) -> Self {
        Self {
            ticks: self.ticks.saturating_sub(earlier.ticks),
            wakes: self.wakes.saturating_sub(earlier.wakes),
        }
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
