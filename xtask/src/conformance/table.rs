//! The conformance table for people: by group, each requirement with its state and what it lacks.

use super::Subject;
use super::data::Section;
use super::verdict::{Judged, Shown, Verdict};

/// The whole table and a line of totals.
pub(super) fn render(sections: &[Section], judged: &[Judged<'_>], subject: &Subject) -> String {
    let mut text = String::new();
    for section in sections {
        let prefix = format!("{}-", section.prefix);
        text.push_str(&format!("\n{} (clauses {})\n", section.title, section.clauses));
        for row in judged.iter().filter(|row| row.requirement.id.starts_with(&prefix)) {
            text.push_str(&render_row(row));
        }
    }
    let count = |verdict: Verdict| judged.iter().filter(|row| row.verdict == verdict).count();
    let states = [Verdict::Met, Verdict::Begun, Verdict::Open, Verdict::Exception, Verdict::Failed];
    let totals: Vec<String> = states.iter().map(|v| format!("{} {v}", count(*v))).collect();
    text.push_str(&format!(
        "\nprofile {}, secure environment {}: {} requirements: {}\n",
        subject.profile,
        subject.se,
        judged.len(),
        totals.join(", ")
    ));
    text
}

fn render_row(row: &Judged<'_>) -> String {
    let requirement = row.requirement;
    let parts = format!("{}/{}", row.shown(), row.parts.len());
    let condition = requirement.condition.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
    let mut text = format!(
        "  {:<7} {}  {:<9} {parts:>5}  {}{condition}\n",
        requirement.id, requirement.level, row.verdict, requirement.title
    );
    let mut note = |word: &str, what: &str| text.push_str(&format!("{:28}{word} {what}\n", ""));
    if row.verdict == Verdict::Exception {
        note("because", requirement.exception.as_deref().unwrap_or_default());
    }
    for (part, shown) in &row.parts {
        match shown {
            Shown::Failed => note("FAILED", &part.text),
            // Where nothing is shown, everything is lacking; the parts would only repeat that.
            _ if row.shown() == 0 => {}
            Shown::NoTest => note("lacks", &part.text),
            Shown::LeftOut => note("lacks (left out)", &part.text),
            Shown::Yes => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::data::Requirements;
    use super::super::verdict::judge;
    use super::{Subject, render};
    use crate::libtest::Outcome;

    const DATA: &str = r#"
[[section]]
prefix = "ACC"
title = "Access management"
clauses = "6.3.1"

[[requirement]]
id = "ACC-1"
level = "M"
clause = "6.3.1.1"
title = "Every call passes"
part = [{ text = "the first half", tests = ["p/t::a"] }, { text = "the second half", tests = [] }]

[[requirement]]
id = "ACC-2"
level = "S"
clause = "6.3.1.1"
title = "Another"
part = [{ text = "everything", tests = [] }]
"#;

    #[test]
    fn a_begun_row_says_what_it_lacks_and_an_open_one_only_that() {
        let requirements = Requirements::read(DATA).unwrap();
        let test = requirements.requirements[0].parts[0].tests[0].clone();
        let outcomes = BTreeMap::from([(test, Outcome::Passed)]);
        let judged: Vec<_> = requirements.requirements.iter().map(|r| judge(r, &outcomes)).collect();
        let subject = Subject { profile: "mn".to_owned(), se: "soft".to_owned() };
        let text = render(&requirements.sections, &judged, &subject);
        assert!(text.contains("ACC-1   M  begun       1/2  Every call passes"), "{text}");
        assert!(text.contains("lacks the second half") && !text.contains("lacks the first half"), "{text}");
        assert!(
            text.contains("ACC-2   S  open        0/1  Another") && !text.contains("everything"),
            "{text}"
        );
        assert!(text.contains("2 requirements: 0 met, 1 begun, 1 open, 0 exception, 0 FAILED"), "{text}");
    }
}
