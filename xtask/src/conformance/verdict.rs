//! From the outcomes of tests to the state of a requirement. Nothing here can be set by hand.

use std::collections::BTreeMap;
use std::fmt;

use super::data::{Part, Requirement, TestName};
use crate::libtest::Outcome;

/// The state of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Every part names tests, and all of them passed.
    Met,
    /// At least one part is shown, at least one is not.
    Begun,
    /// No part is shown.
    Open,
    /// Not met, for a reason that the data gives.
    Exception,
    /// A test that the requirement names failed.
    Failed,
}

/// The state of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All its tests passed.
    Yes,
    /// It names no test.
    NoTest,
    /// A test that it names was left out by the harness.
    LeftOut,
    /// A test that it names failed.
    Failed,
}

/// A requirement and its state.
pub(super) struct Judged<'a> {
    pub(super) requirement: &'a Requirement,
    pub(super) verdict: Verdict,
    /// The state of each part, in the order of the data.
    pub(super) parts: Vec<(&'a Part, Shown)>,
}

impl Judged<'_> {
    /// How many parts are shown.
    pub(super) fn shown(&self) -> usize {
        self.parts.iter().filter(|(_, shown)| *shown == Shown::Yes).count()
    }
}

/// Judges one requirement by what its tests did.
pub(super) fn judge<'a>(requirement: &'a Requirement, outcomes: &BTreeMap<TestName, Outcome>) -> Judged<'a> {
    let parts: Vec<(&Part, Shown)> =
        requirement.parts.iter().map(|part| (part, shown(part, outcomes))).collect();
    let is = |state: Shown| parts.iter().any(|(_, shown)| *shown == state);
    let all = parts.iter().all(|(_, shown)| *shown == Shown::Yes);
    let verdict = if is(Shown::Failed) {
        Verdict::Failed
    } else if all && !parts.is_empty() {
        Verdict::Met
    } else if requirement.exception.is_some() {
        Verdict::Exception
    } else if is(Shown::Yes) {
        Verdict::Begun
    } else {
        Verdict::Open
    };
    Judged { requirement, verdict, parts }
}

fn shown(part: &Part, outcomes: &BTreeMap<TestName, Outcome>) -> Shown {
    // A test without an outcome did not run; that is as good as left out.
    let outcome = |test: &TestName| outcomes.get(test).copied().unwrap_or(Outcome::Ignored);
    if part.tests.is_empty() {
        Shown::NoTest
    } else if part.tests.iter().any(|test| outcome(test) == Outcome::Failed) {
        Shown::Failed
    } else if part.tests.iter().all(|test| outcome(test) == Outcome::Passed) {
        Shown::Yes
    } else {
        Shown::LeftOut
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Met => "met",
            Self::Begun => "begun",
            Self::Open => "open",
            Self::Exception => "exception",
            Self::Failed => "FAILED",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Outcome, Part, Requirement, TestName, Verdict, judge};

    fn name(test: &str) -> TestName {
        TestName { executable: "p/t".to_owned(), test: test.to_owned() }
    }

    /// The verdict on a requirement whose parts name these tests: `p…` passes, `f…` fails, `i…` is ignored,
    /// `n…` did not run.
    fn verdict(parts: &[&[&str]], exception: Option<&str>) -> Verdict {
        let mut outcomes = BTreeMap::new();
        for test in parts.iter().copied().flatten() {
            let outcome = match test.chars().next() {
                Some('p') => Outcome::Passed,
                Some('f') => Outcome::Failed,
                Some('i') => Outcome::Ignored,
                _ => continue,
            };
            outcomes.insert(name(test), outcome);
        }
        let part = |tests: &&[&str]| Part {
            text: "part".to_owned(),
            tests: tests.iter().map(|test| name(test)).collect(),
        };
        let requirement = Requirement {
            id: "X-1".to_owned(),
            level: "M".to_owned(),
            clause: "1".to_owned(),
            title: "title".to_owned(),
            condition: None,
            exception: exception.map(str::to_owned),
            parts: parts.iter().map(part).collect(),
        };
        judge(&requirement, &outcomes).verdict
    }

    #[test]
    fn met_needs_every_part_shown_by_passed_tests() {
        assert_eq!(verdict(&[&["p1"], &["p2", "p3"]], None), Verdict::Met);
        assert_eq!(verdict(&[&["p1"], &[]], None), Verdict::Begun, "a part without a test");
        assert_eq!(verdict(&[&["p1"], &["p2", "i1"]], None), Verdict::Begun, "a test left out");
        assert_eq!(verdict(&[&["p1"], &["n1"]], None), Verdict::Begun, "a test that did not run");
        assert_eq!(verdict(&[], None), Verdict::Open, "no part at all");
    }

    #[test]
    fn nothing_shown_is_open() {
        assert_eq!(verdict(&[&[], &[]], None), Verdict::Open);
        assert_eq!(verdict(&[&["i1"], &["p1", "n1"]], None), Verdict::Open);
    }

    #[test]
    fn one_failed_test_fails_the_requirement_whatever_else_passed() {
        assert_eq!(verdict(&[&["p1"], &["p2", "f1"]], None), Verdict::Failed);
        assert_eq!(verdict(&[&["f1"], &[]], Some("why")), Verdict::Failed);
    }

    #[test]
    fn an_exception_stands_only_while_the_requirement_is_not_met() {
        assert_eq!(verdict(&[&["p1"], &[]], Some("why")), Verdict::Exception);
        assert_eq!(verdict(&[&["p1"]], Some("why")), Verdict::Met);
    }
}
