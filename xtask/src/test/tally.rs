//! Counts what passed, failed and was skipped, and says so at the end.

use crate::libtest::{Outcome, Run};

/// The most lines of one failure's output that are printed; the rest is in the log.
const MAX_LINES: usize = 200;

/// The state of the count.
#[derive(Default)]
pub(super) struct Tally {
    passed: usize,
    failed: Vec<String>,
    skipped: usize,
    details: String,
}

impl Tally {
    /// So many passed.
    pub(super) fn pass(&mut self, count: usize) {
        self.passed = self.passed.saturating_add(count);
    }

    /// One failed; its output is shown at the end.
    pub(super) fn fail(&mut self, name: &str, output: &str) {
        self.failed.push(name.to_owned());
        if !output.is_empty() {
            self.show(name, output);
        }
    }

    /// A suite cannot run here.
    pub(super) fn skip(&mut self, suite: &str) {
        eprintln!("{suite} skipped: a program is missing");
        self.ignore(1);
    }

    /// So many were left out.
    pub(super) fn ignore(&mut self, count: usize) {
        self.skipped = self.skipped.saturating_add(count);
    }

    /// Keeps output for the end.
    pub(super) fn show(&mut self, name: &str, output: &str) {
        let lines: Vec<&str> = output.trim_end().lines().collect();
        let left_out = lines.len().saturating_sub(MAX_LINES);
        self.details.push_str(&format!("\n════ {name}\n"));
        if left_out > 0 {
            self.details.push_str(&format!("… {left_out} lines before these\n"));
        }
        for line in lines.iter().skip(left_out) {
            self.details.push_str(line);
            self.details.push('\n');
        }
    }

    /// Counts the tests of an executable.
    pub(super) fn add(&mut self, run: &Run) {
        self.pass(run.report.count(Outcome::Passed));
        self.ignore(run.report.count(Outcome::Ignored));
        let failed = run.report.tests.iter().filter(|test| test.outcome == Outcome::Failed);
        self.failed.extend(failed.map(|test| format!("{}::{}", run.name, test.name)));
        self.failed.extend(run.fault.iter().map(|fault| format!("{} {fault}", run.name)));
        if run.failures() > 0 {
            self.show(&run.name, &run.output);
        }
    }

    /// Whether nothing was there to count.
    pub(super) fn is_empty(&self) -> bool {
        self.passed == 0 && self.failed.is_empty() && self.skipped == 0
    }

    /// Whether nothing failed.
    pub(super) fn is_good(&self) -> bool {
        self.failed.is_empty()
    }

    /// The output of what failed, then the names of all failures.
    pub(super) fn details(&self) -> String {
        let mut text = self.details.clone();
        if !self.failed.is_empty() {
            text.push_str("\nFailed:\n");
            self.failed.iter().for_each(|name| text.push_str(&format!("  {name}\n")));
        }
        text
    }

    /// The last line.
    pub(super) fn verdict(&self) -> String {
        let line = format!("{} passed, {} failed", self.passed, self.failed.len());
        if self.skipped == 0 { line } else { format!("{line}, {} skipped", self.skipped) }
    }
}

/// One line about an executable that has just ended.
pub(super) fn progress(run: &Run) -> String {
    let word = if run.failures() == 0 { "ok  " } else { "FAIL" };
    let (passed, failed) = (run.report.count(Outcome::Passed), run.failures());
    format!("{word} {:<44} {passed:>4} passed {failed:>3} failed {:>7.1} s", run.name, run.took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINES, Tally};

    #[test]
    fn the_verdict_counts_and_mentions_skips_only_when_there_are_any() {
        let mut tally = Tally::default();
        tally.pass(3);
        assert_eq!(tally.verdict(), "3 passed, 0 failed");
        assert!(tally.is_good());
        tally.fail("check/fmt", "diff");
        tally.ignore(2);
        assert_eq!(tally.verdict(), "3 passed, 1 failed, 2 skipped");
        assert!(!tally.is_good());
        assert!(tally.details().contains("════ check/fmt\ndiff\n"));
        assert!(tally.details().ends_with("Failed:\n  check/fmt\n"));
    }

    #[test]
    fn long_output_keeps_its_end() {
        let mut tally = Tally::default();
        let output: String = (0..MAX_LINES + 5).map(|n| format!("line {n}\n")).collect();
        tally.show("x", &output);
        assert!(tally.details().contains("… 5 lines before these\nline 5\n"));
    }
}
