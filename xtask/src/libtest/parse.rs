//! Reads the plain output of Rust's test harness, and notices when it is not all there.

/// How one test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    /// The harness left it out; it shows nothing.
    Ignored,
}

/// One test and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TestLine {
    /// Its path in the executable, such as `tests::a_name`.
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
}

/// What one run said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) tests: Vec<TestLine>,
    /// Whether the harness's own totals agree with the tests counted, so that nothing went missing: a
    /// process that ends in the middle, by a crash or by calling `exit(0)`, leaves no totals.
    pub(crate) complete: bool,
}

impl Report {
    /// How many tests ended so.
    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        self.tests.iter().filter(|test| test.outcome == outcome).count()
    }
}

/// Reads the standard output of a test executable, or of several one after the other.
pub(crate) fn read(output: &str) -> Report {
    let mut tests: Vec<TestLine> = Vec::new();
    let mut runs = Runs::default();
    for line in output.lines() {
        if is_start(line) {
            runs.begin();
        } else if line.starts_with("test result: ") {
            runs.end(line);
        } else if runs.open && line == "failures:" {
            // What failed tests printed follows; it is theirs and may look like anything.
            runs.listing = false;
        } else if runs.listing
            && let Some(test) = test_line(line)
        {
            tests.push(test);
        }
    }
    let report = Report { tests, complete: false };
    let counted = [Outcome::Passed, Outcome::Failed, Outcome::Ignored].map(|o| report.count(o));
    Report { complete: runs.began > 0 && !runs.open && runs.totals == Some(counted), ..report }
}

/// Where in the output the reader stands, and the totals so far.
struct Runs {
    began: usize,
    open: bool,
    listing: bool,
    totals: Option<[usize; 3]>,
}

impl Default for Runs {
    fn default() -> Self {
        Self { began: 0, open: false, listing: false, totals: Some([0; 3]) }
    }
}

impl Runs {
    fn begin(&mut self) {
        self.began = self.began.saturating_add(1);
        // A start before the last end: the process before this one broke off.
        if self.open {
            self.totals = None;
        }
        (self.open, self.listing) = (true, true);
    }

    fn end(&mut self, line: &str) {
        let counts = ["passed", "failed", "ignored"].map(|word| total(line, word));
        self.totals = match (self.totals, counts, self.open) {
            (Some([p, f, i]), [Some(passed), Some(failed), Some(ignored)], true) => {
                Some([p.saturating_add(passed), f.saturating_add(failed), i.saturating_add(ignored)])
            }
            _ => None,
        };
        (self.open, self.listing) = (false, false);
    }
}

/// `running 3 tests`
fn is_start(line: &str) -> bool {
    let count = line
        .strip_prefix("running ")
        .and_then(|rest| rest.strip_suffix(" tests").or_else(|| rest.strip_suffix(" test")));
    count.is_some_and(|count| count.parse::<usize>().is_ok())
}

/// `test some::path ... ok`, with or without ` - should panic` and a reason for ignoring it.
fn test_line(line: &str) -> Option<TestLine> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let outcome = match result {
        "ok" => Outcome::Passed,
        "FAILED" => Outcome::Failed,
        _ if result == "ignored" || result.starts_with("ignored, ") => Outcome::Ignored,
        _ => return None,
    };
    let name = name.strip_suffix(" - should panic").unwrap_or(name);
    Some(TestLine { name: name.to_owned(), outcome })
}

/// The number before `word` in `test result: ok. 3 passed; 0 failed; …`.
fn total(line: &str, word: &str) -> Option<usize> {
    let mut parts = line.split([';', '.']).map(str::trim);
    parts.find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{Outcome, read};

    const GOOD: &str = "
running 4 tests
test tests::a_pass ... ok
test tests::panics - should panic ... ok
test tests::left_out ... ignored, needs a card
test tests::a_fail ... FAILED

failures:

---- tests::a_fail stdout ----
test tests::forged ... ok
failures:
    tests::a_fail

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn outcomes_are_read_and_output_of_failed_tests_is_not_mistaken_for_them() {
        let report = read(GOOD);
        assert!(report.complete);
        let names: Vec<(&str, Outcome)> = report.tests.iter().map(|t| (t.name.as_str(), t.outcome)).collect();
        assert_eq!(
            names,
            [
                ("tests::a_pass", Outcome::Passed),
                ("tests::panics", Outcome::Passed),
                ("tests::left_out", Outcome::Ignored),
                ("tests::a_fail", Outcome::Failed),
            ]
        );
    }

    #[test]
    fn several_runs_in_one_output_add_up() {
        let report = read(&format!("{GOOD}{GOOD}"));
        assert!(report.complete);
        assert_eq!(report.count(Outcome::Passed), 4);
    }

    #[test]
    fn output_that_breaks_off_or_does_not_add_up_is_incomplete() {
        assert!(!read("").complete, "nothing at all");
        assert!(!read("running 2 tests\ntest a ... ok\n").complete, "no totals");
        assert!(!read(&GOOD.replace("2 passed", "3 passed")).complete, "a line missing");
        assert!(!read(&format!("running 1 test\n{GOOD}")).complete, "the first of two broke off");
        assert!(
            read("running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\n").complete
        );
    }
}
