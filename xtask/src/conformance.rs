//! `cargo xtask conformance`: which requirements are met, computed from tests that ran just now.

mod data;
mod json;
mod table;
mod verdict;

use std::collections::BTreeMap;
use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::failure::Failure;
use crate::libtest::{self, Executable, Outcome};
use crate::task::Task;
use crate::test;
use data::{Requirements, TestName};
use verdict::{Judged, Verdict};

pub(crate) const TASK: Task = Task {
    name: "conformance",
    summary: "which requirements are met, by tests that ran just now",
    help: "\
cargo xtask conformance [--profile asn|mn|in] [--se soft] [--require ID,...] [--json FILE]

Reads tests/conformance/requirements.toml, runs exactly the tests that it names, and prints each requirement
as met, begun (with what it lacks), open, exception (with the reason) or FAILED. A requirement is met only
when every one of its parts names tests and all of them passed. A name that is no test is an error.

--profile  the node that the tests start (CSF_TEST_PROFILE); mn unless given
--se       the secure environment they use (CSF_TEST_SE); soft unless given
--require  fails unless each of these requirements is met
--json     writes the table to FILE as well
",
    grammar: Grammar { flags: &[], options: &["--profile", "--se", "--require", "--json"], names: 0 },
    run,
};

const DATA: &str = "tests/conformance/requirements.toml";
const PROFILES: &[&str] = &["asn", "mn", "in"];
const ENVIRONMENTS: &[&str] = &["soft"];

fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let subject = Subject {
        profile: choice(arguments, "--profile", "mn", PROFILES)?,
        se: choice(arguments, "--se", "soft", ENVIRONMENTS)?,
    };
    let path = root.join(DATA);
    let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
    let requirements =
        Requirements::read(&text).map_err(|e| Failure::Surroundings(format!("{DATA}: {e}")))?;
    let required = required(arguments, &requirements)?;

    let outcomes = outcomes(root, &requirements, &subject)?;
    let judged: Vec<Judged<'_>> =
        requirements.requirements.iter().map(|r| verdict::judge(r, &outcomes)).collect();
    print!("{}", table::render(&requirements.sections, &judged, &subject));
    if let Some(file) = arguments.option("--json") {
        let file = Path::new(file);
        std::fs::write(file, json::render(&judged, &subject)).map_err(|e| Failure::file(file, &e))?;
    }
    let failed = judged.iter().filter(|j| j.verdict == Verdict::Failed).map(|j| j.requirement.id.as_str());
    let unmet = judged.iter().filter(|j| required.contains(&j.requirement.id) && j.verdict != Verdict::Met);
    complain("FAILED", failed.collect())?;
    complain("required but not met", unmet.map(|j| j.requirement.id.as_str()).collect())
}

/// What is under test.
struct Subject {
    profile: String,
    se: String,
}

fn choice(arguments: &Arguments, name: &str, usual: &str, known: &[&str]) -> Result<String, Failure> {
    let given = arguments.option(name).unwrap_or(usual);
    if known.contains(&given) {
        return Ok(given.to_owned());
    }
    Err(Failure::Usage(format!("{name} {given}: known are {}", known.join(", "))))
}

fn required(arguments: &Arguments, requirements: &Requirements) -> Result<Vec<String>, Failure> {
    let ids: Vec<String> = arguments
        .option("--require")
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(str::to_owned)
        .collect();
    match ids.iter().find(|id| !requirements.requirements.iter().any(|r| &r.id == *id)) {
        Some(unknown) => Err(Failure::Usage(format!("--require: there is no requirement `{unknown}`"))),
        None => Ok(ids),
    }
}

fn complain(what: &str, ids: Vec<&str>) -> Result<(), Failure> {
    if ids.is_empty() { Ok(()) } else { Err(Failure::Found(format!("{what}: {}", ids.join(", ")))) }
}

/// Runs every test that the requirements name, and nothing else.
fn outcomes(
    root: &Path,
    requirements: &Requirements,
    subject: &Subject,
) -> Result<BTreeMap<TestName, Outcome>, Failure> {
    let mut wanted: BTreeMap<&str, Vec<&TestName>> = BTreeMap::new();
    for test in requirements.tests() {
        wanted.entry(&test.executable).or_default().push(test);
    }
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let built = libtest::build(root)?;
    let mut executables: Vec<(Executable, Vec<String>)> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for (name, tests) in &wanted {
        match built.tests.iter().find(|executable| &executable.name == name) {
            Some(executable) => {
                let exact = std::iter::once("--exact".to_owned());
                executables
                    .push((executable.clone(), exact.chain(tests.iter().map(|t| t.test.clone())).collect()));
            }
            None => unknown.push(format!("{name} is no test executable")),
        }
    }
    let session = test::session(root, &built, |variable| match variable {
        "CSF_TEST_PROFILE" => Ok(subject.profile.clone()),
        "CSF_TEST_SE" => Ok(subject.se.clone()),
        other => std::env::var(other),
    })?;
    let mut outcomes = BTreeMap::new();
    let progress = |run: &libtest::Run| eprintln!("ran {}", run.name);
    for run in libtest::run_all(&executables, &session, progress)? {
        if run.failures() > 0 {
            eprintln!("════ {}\n{}", run.name, run.output);
        }
        for test in wanted.get(run.name.as_str()).into_iter().flatten() {
            let told = run.report.tests.iter().find(|line| line.name == test.test).map(|line| line.outcome);
            let outcome = match (&run.fault, told) {
                // An executable that breaks off shows nothing, whatever it said before.
                (Some(_), _) => Outcome::Failed,
                (None, Some(outcome)) => outcome,
                (None, None) => {
                    unknown.push(format!("{test} is no test"));
                    continue;
                }
            };
            outcomes.insert((*test).clone(), outcome);
        }
    }
    if unknown.is_empty() {
        Ok(outcomes)
    } else {
        Err(Failure::Surroundings(format!("{DATA}: {}", unknown.join("; "))))
    }
}
