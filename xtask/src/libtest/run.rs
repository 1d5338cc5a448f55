//! Runs test executables side by side, each in a process group of its own and with a time limit.

use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::build::Executable;
use super::parse::{Outcome, Report, read};
use crate::failure::Failure;

/// How many executables run at once, and how long each may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) at_once: usize,
    pub(crate) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { at_once: cores, time: Duration::from_secs(600) }
    }
}

/// What every run of a session has in common.
pub(crate) struct Session {
    pub(crate) limits: Limits,
    /// Where the output of each executable is kept.
    pub(crate) logs: PathBuf,
    /// Variables that the tests may read.
    pub(crate) environment: BTreeMap<String, String>,
}

/// One executable that was run.
pub(crate) struct Run {
    pub(crate) name: String,
    pub(crate) report: Report,
    /// Why the executable as a whole failed, where the tests alone do not tell.
    pub(crate) fault: Option<String>,
    pub(crate) took: Duration,
    /// Both output streams, standard error last.
    pub(crate) output: String,
}

impl Run {
    /// Failed tests, and the executable itself if it failed as a whole.
    pub(crate) fn failures(&self) -> usize {
        self.report.count(Outcome::Failed).saturating_add(usize::from(self.fault.is_some()))
    }
}

/// Runs the executables, each with its own extra arguments, and calls `done` after each; the answers come
/// in the order of the executables.
pub(crate) fn run_all(
    executables: &[(Executable, Vec<String>)],
    session: &Session,
    done: impl Fn(&Run) + Sync,
) -> Result<Vec<Run>, Failure> {
    std::fs::create_dir_all(&session.logs).map_err(|e| Failure::file(&session.logs, &e))?;
    let queue = Mutex::new(executables.iter().enumerate());
    let finished = Mutex::new(BTreeMap::new());
    let worker = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((place, (executable, arguments))) = next else { break };
            let run = run_one(executable, arguments, session);
            if let Ok(run) = &run {
                done(run);
            }
            finished.lock().unwrap_or_else(PoisonError::into_inner).insert(place, run);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..session.limits.at_once.max(1) {
            scope.spawn(worker);
        }
    });
    finished.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

fn run_one(executable: &Executable, arguments: &[String], session: &Session) -> Result<Run, Failure> {
    let log = |stream: &str| session.logs.join(format!("{}.{stream}", executable.name.replace('/', "-")));
    let (out, err) = (log("out"), log("err"));
    let started = Instant::now();
    let mut command = Command::new(&executable.path);
    command
        .args(arguments)
        .current_dir(&executable.folder)
        .env("CARGO_MANIFEST_DIR", &executable.folder)
        .envs(&session.environment)
        .stdin(Stdio::null())
        // Files, not pipes: a process that a test left behind cannot keep a reader waiting.
        .stdout(create(&out)?)
        .stderr(create(&err)?)
        .process_group(0);
    let child = command.spawn().map_err(|e| Failure::file(&executable.path, &e))?;
    let ended = wait(child, session.limits.time)?;
    let stdout = text(&out)?;
    let report = read(&stdout);
    Ok(Run {
        name: executable.name.clone(),
        fault: fault(ended, &report, session.limits.time),
        report,
        took: started.elapsed(),
        output: format!("{stdout}{}", text(&err)?),
    })
}

/// Waits for the child; past the limit, kills its whole group and says `None`.
fn wait(mut child: Child, limit: Duration) -> Result<Option<ExitStatus>, Failure> {
    let group = child.id();
    let (tell, told) = mpsc::channel();
    let waiter = std::thread::spawn(move || {
        // The receiver is gone only when the limit has passed and nobody asks any more.
        let _ = tell.send(child.wait());
    });
    let answer = match told.recv_timeout(limit) {
        Ok(status) => Some(status.map_err(|e| Failure::program("a test executable", e))?),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            kill_group(group)?;
            None
        }
    };
    // Joins at once: the child has ended or was killed.
    let _ = waiter.join();
    Ok(answer)
}

fn kill_group(group: u32) -> Result<(), Failure> {
    let mut kill = Command::new("kill");
    kill.args(["-KILL", "--", &format!("-{group}")]).stderr(Stdio::null());
    kill.status().map(|_| ()).map_err(|e| Failure::program("kill", e))
}

fn fault(ended: Option<ExitStatus>, report: &Report, limit: Duration) -> Option<String> {
    let Some(status) = ended else {
        return Some(format!("still running after {} s: killed", limit.as_secs()));
    };
    if !report.complete {
        return Some(format!("broke off ({status}): its totals are missing or do not add up"));
    }
    let told = report.count(Outcome::Failed) > 0;
    (!status.success() && !told).then(|| format!("ended badly ({status}) although no test failed"))
}

fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|e| Failure::file(path, &e))
}

fn text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|e| Failure::file(path, &e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::{Executable, Limits, Run, Session, run_all};

    /// Runs shell scripts that speak like test executables.
    fn run(name: &str, scripts: &[&str], limit: Duration) -> Vec<Run> {
        let logs = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let executables: Vec<_> = scripts
            .iter()
            .enumerate()
            .map(|(place, script)| {
                let shell = Executable {
                    name: format!("shell/{place}"),
                    path: "/bin/sh".into(),
                    folder: std::env::temp_dir(),
                };
                (shell, vec!["-c".to_owned(), (*script).to_owned()])
            })
            .collect();
        let environment = BTreeMap::from([("CSF_TEST_PROFILE".to_owned(), "mn".to_owned())]);
        let session = Session { limits: Limits { at_once: 2, time: limit }, logs: logs.clone(), environment };
        let runs = run_all(&executables, &session, |_| ()).unwrap();
        std::fs::remove_dir_all(logs).unwrap();
        runs
    }

    const ONE: &str = "echo 'running 1 test'; echo 'test a ... ok'; ";
    const TOTALS: &str = "echo 'test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured'; ";

    #[test]
    fn answers_come_in_order_and_see_the_environment() {
        let good = format!("{ONE}{TOTALS} test \"$CSF_TEST_PROFILE\" = mn");
        let bad = format!("{ONE}{TOTALS} exit 3");
        let runs = run("order", &[&good, &bad, &good], Duration::from_secs(60));
        let failures: Vec<usize> = runs.iter().map(Run::failures).collect();
        assert_eq!(failures, [0, 1, 0]);
    }

    #[test]
    fn a_silent_early_exit_is_a_failure_even_with_code_zero() {
        let runs = run("early", &[ONE], Duration::from_secs(60));
        assert!(runs[0].fault.as_ref().unwrap().contains("broke off"));
    }

    #[test]
    fn past_its_limit_an_executable_is_killed_with_all_it_started() {
        let script = format!("{ONE} sleep 600 & wait");
        let runs = run("limit", &[&script], Duration::from_millis(300));
        assert!(runs[0].fault.as_ref().unwrap().contains("killed"));
        assert!(runs[0].took < Duration::from_secs(60));
    }
}
