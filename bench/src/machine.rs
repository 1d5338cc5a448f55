//! The machine on which it was measured, and whether it had nothing else to do.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use csf_api::UtcTime;

/// What figures depend on beside the program.
pub(crate) struct Machine {
    pub(crate) date: String,
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) kernel: String,
    /// Processes that wanted to run, on average over the minute before.
    pub(crate) load: f64,
}

impl Machine {
    pub(crate) fn look() -> Self {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        let date = UtcTime::from_unix_micros(i64::try_from(micros).unwrap_or_default());
        let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cpuinfo = text("/proc/cpuinfo");
        let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
        let load = text("/proc/loadavg");
        Self {
            date: date.to_string(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: model.map_or("unknown", |(_, name)| name.trim()).into(),
            kernel: text("/proc/sys/kernel/osrelease").trim().into(),
            load: load.split(' ').next().and_then(|one| one.parse().ok()).unwrap_or(f64::NAN),
        }
    }

    /// Whether something else ran just before.
    pub(crate) fn is_busy(&self) -> bool {
        self.load > 0.5
    }

    pub(crate) fn print(&self) {
        println!(
            "{}: {} cores ({}), Linux {}, load {:.2}",
            self.date, self.cores, self.processor, self.kernel, self.load
        );
        if self.is_busy() {
            println!("the machine was not idle before: ratios still mean something, absolute figures less");
        }
    }
}
