//! How far work is that takes longer than a moment: one line on a terminal, and nothing anywhere else.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long work may take before anything is said about it.
const QUIET: Duration = Duration::from_secs(1);
/// How often the line is written anew.
const EVERY: Duration = Duration::from_millis(250);
/// Takes a line away again: to its beginning, and clear to its end.
const AWAY: &str = "\r\u{1b}[K";

/// What is being done.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Mutex<State>,
    ended: Condvar,
    /// The line is gone again.
    cleared: Condvar,
}

#[derive(Debug, Default)]
struct State {
    step: Option<Step>,
    ended: bool,
    /// Whether there is a line on the terminal.
    shown: bool,
}

#[derive(Clone, Debug)]
struct Step {
    what: String,
    /// The file that grows, and about how many bytes it will have.
    growth: Option<(PathBuf, u64)>,
}

impl Progress {
    /// Does the work, and says on a terminal how far it is.
    pub(crate) fn show<T>(work: impl FnOnce(&Self) -> T) -> T {
        let mut terminal = std::io::stderr();
        if terminal.is_terminal() { watch(&mut terminal, QUIET, work) } else { work(&Self::new()) }
    }

    const fn new() -> Self {
        let state = State { step: None, ended: false, shown: false };
        Self { state: Mutex::new(state), ended: Condvar::new(), cleared: Condvar::new() }
    }

    /// Takes the line away until the next step, because somebody else writes on the terminal.
    pub(crate) fn pause(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.step = None;
        // Whoever watches looks again soon, and takes it away.
        let waited = self.cleared.wait_timeout_while(state, EVERY.saturating_mul(2), |state| state.shown);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// The next step begins, of which nobody can tell how long it takes.
    pub(crate) fn step(&self, what: &str) {
        self.begin(Step { what: what.to_owned(), growth: None });
    }

    /// The next step begins: this file grows until it has about so many bytes.
    pub(crate) fn growing(&self, what: &str, file: &Path, to_bytes: u64) {
        self.begin(Step { what: what.to_owned(), growth: Some((file.to_owned(), to_bytes)) });
    }

    fn begin(&self, step: Step) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).step = Some(step);
    }

    fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.ended.notify_all();
    }

    /// Writes the line again and again until the work has ended.
    fn tell(&self, out: &mut impl Write, quiet: Duration) {
        let began = Instant::now();
        let mut wait = quiet;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (next, _) = self
                .ended
                .wait_timeout_while(state, wait, |state| !state.ended)
                .unwrap_or_else(PoisonError::into_inner);
            state = next;
            if state.ended {
                break;
            }
            wait = EVERY;
            let line = state.step.as_ref().map(|step| step.line(began.elapsed()));
            if let Some(line) = line {
                // A terminal that is gone misses nothing.
                let _ = write!(out, "{AWAY}{line}").and_then(|()| out.flush());
                state.shown = true;
            } else {
                self.take_away(out, &mut state);
            }
        }
        self.take_away(out, &mut state);
    }

    fn take_away(&self, out: &mut impl Write, state: &mut State) {
        if std::mem::take(&mut state.shown) {
            let _ = write!(out, "{AWAY}").and_then(|()| out.flush());
            self.cleared.notify_all();
        }
    }
}

impl Step {
    fn line(&self, elapsed: Duration) -> String {
        const MIB: u64 = 1 << 20;
        let (what, seconds) = (&self.what, elapsed.as_secs());
        let Some((file, to_bytes)) = &self.growth else { return format!("{what}: {seconds} s") };
        let bytes = std::fs::metadata(file).map_or(0, |file| file.len());
        let percent = bytes.saturating_mul(100).checked_div(*to_bytes).unwrap_or(100).min(100);
        format!("{what}: {percent} %, {} MiB, {seconds} s", bytes / MIB)
    }
}

/// Ends what watches also when the work panics, so that nobody waits for it.
struct Ended<'a>(&'a Progress);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

fn watch<T>(out: &mut (impl Write + Send), quiet: Duration, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::new();
    std::thread::scope(|scope| {
        scope.spawn(|| progress.tell(out, quiet));
        let _ended = Ended(&progress);
        work(&progress)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A terminal that tells when something was written on it.
    struct Screen {
        text: Vec<u8>,
        written: mpsc::Sender<()>,
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.text.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            let _ = self.written.send(());
            Ok(())
        }
    }

    #[test]
    fn long_work_says_how_far_it_is_and_takes_the_line_away() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("copy");
        std::fs::write(&file, vec![0; 3 << 20]).unwrap();
        let (written, seen) = mpsc::channel();
        let mut screen = Screen { text: Vec::new(), written };
        let result = watch(&mut screen, Duration::ZERO, |progress| {
            progress.growing("copying the store", &file, 4 << 20);
            seen.recv().unwrap();
            7
        });
        assert_eq!(result, 7);
        let text = String::from_utf8(screen.text).unwrap();
        assert!(text.starts_with("\r\u{1b}[Kcopying the store: 75 %, 3 MiB, "), "{text:?}");
        assert!(text.ends_with(AWAY), "{text:?}");
    }

    #[test]
    fn a_pause_has_the_line_taken_away_until_the_next_step() {
        let (written, seen) = mpsc::channel();
        let mut screen = Screen { text: Vec::new(), written };
        watch(&mut screen, Duration::ZERO, |progress| {
            progress.step("checking");
            seen.recv().unwrap();
            progress.pause();
            assert!(!progress.state.lock().unwrap().shown, "the line is gone when this returns");
        });
        let text = String::from_utf8(screen.text).unwrap();
        assert!(text.contains("checking: ") && text.ends_with(AWAY), "{text:?}");
    }

    #[test]
    fn short_work_says_nothing() {
        let (written, _seen) = mpsc::channel();
        let mut screen = Screen { text: Vec::new(), written };
        watch(&mut screen, Duration::from_secs(3600), |progress| progress.step("a"));
        assert!(screen.text.is_empty());
    }

    #[test]
    fn an_unknown_size_is_not_divided_by() {
        let line = |growth| Step { what: "a".to_owned(), growth }.line(Duration::ZERO);
        assert_eq!(line(Some(("/nowhere".into(), 0))), "a: 100 %, 0 MiB, 0 s");
        assert_eq!(line(None), "a: 0 s");
    }
}
