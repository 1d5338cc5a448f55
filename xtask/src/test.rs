//! `cargo xtask test`: every check and every test, one verdict.

mod checks;
mod groups;
mod tally;

use std::collections::BTreeMap;
use std::path::Path;

use crate::arguments::{Arguments, Grammar};
use crate::cargo::{self, Reach};
use crate::failure::Failure;
use crate::libtest::{self, Executable, Limits, Run, Session};
use crate::packages::{self, Program};
use crate::task::Task;
use checks::{Check, checks};
use tally::Tally;

pub(crate) const TASK: Task = Task {
    name: "test",
    summary: "every check and every test, and one verdict",
    help: "\
cargo xtask test [--install] [SUITE...]

Runs, cheapest first: check/fmt, check/tidy, check/layers, check/licences, check/clippy,
check/features (clippy again, for each build that lacks an optional component), then every test
executable (PACKAGE/TARGET, side by side), then check/doc, the documentation tests. A failure does not stop
the others; what failed is printed at the end, and the last line is the verdict: `N passed, N failed`.

SUITE selects suites whose name contains it: `csf-access`, `csf-node/boots`, `check/`, `fmt`. Or it is the
name of a group:
  resources        the resource tree: attribute tables and their documentation, the flows of ordinary resources,
                   clause 5.2, and the public test purposes of TS-0018
  operators        for those who run it: the tour, health, metrics, logs, changes of the configuration, doctor,
                   audit, the unit of systemd, and the security tree with administration and registry
  access           access decisions: the pure function, roles and tokens, the model, clause 6.3.1, and the public
                   and proposed test purposes
  sensitive-data   cryptography and keys: the vectors of Wycheproof, the suite of secure environments, the
                   functions, openssl as a peer, and clause 6.3.5

--install gets missing programs with apt-get (as root); without it nothing on the machine changes.

A suite whose program is missing is skipped, and fails when CI=true. Output of each test executable stays
in the target folder under xtask/. Tests find the profile and the secure environment to use in
CSF_TEST_PROFILE (default mn) and CSF_TEST_SE (default soft), and each of the project's programs in
CARGO_BIN_EXE_NAME.
",
    grammar: Grammar { flags: &["--install"], options: &[], names: usize::MAX },
    run,
};

fn run(root: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let mut missing = packages::missing();
    if arguments.has("--install") {
        packages::install(&missing)?;
        missing = packages::missing();
    }
    missing.iter().for_each(|program| eprintln!("{}", program.advice()));
    let plan = Plan {
        words: arguments.names(),
        missing,
        strict: std::env::var_os("CI").is_some_and(|ci| ci == "true"),
    };

    let mut tally = Tally::default();
    let (early, late): (Vec<Check>, Vec<Check>) = checks().partition(|check| check.before_tests);
    run_checks(root, &early, &plan, &mut tally);
    if plan.may_run_executables(root)? {
        run_executables(root, &plan, &mut tally);
    }
    run_checks(root, &late, &plan, &mut tally);

    print!("{}", tally.details());
    println!("{}", tally.verdict());
    if tally.is_empty() {
        return Err(Failure::Usage(format!(
            "no suite has a test and `{}` in its name",
            plan.words.join("` or `")
        )));
    }
    if tally.is_good() { Ok(()) } else { Err(Failure::Told) }
}

/// Which suites were asked for, and what stands in their way.
struct Plan<'a> {
    words: &'a [String],
    missing: Vec<&'static Program>,
    /// Whether a suite that cannot run is a failure.
    strict: bool,
}

impl Plan<'_> {
    fn wants(&self, suite: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| groups::selects(word, suite))
    }

    /// Counts a suite that cannot run; says whether it can.
    fn can_run(&self, suite: &str, tally: &mut Tally) -> bool {
        let Some(program) = self.missing.iter().find(|program| program.is_needed_by(suite)) else {
            return true;
        };
        if self.strict {
            tally.fail(suite, &program.advice())
        } else {
            tally.skip(suite)
        }
        false
    }

    /// Whether building is worth it: a word that only names checks needs no test executable.
    fn may_run_executables(&self, root: &Path) -> Result<bool, Failure> {
        let names: Vec<String> = checks().map(|check| format!("check/{}", check.name)).collect();
        let only_checks = |word: &String| names.iter().any(|name| name.contains(word.as_str()));
        let packages = cargo::metadata(root, Reach::Members)?.packages;
        let named = |word: &String| packages.iter().any(|package| package.name.contains(word.as_str()));
        Ok(self.words.is_empty() || self.words.iter().any(|word| named(word) || !only_checks(word)))
    }
}

fn run_checks(root: &Path, checks: &[Check], plan: &Plan<'_>, tally: &mut Tally) {
    for check in checks {
        let suite = format!("check/{}", check.name);
        if plan.wants(&suite) && plan.can_run(&suite, tally) {
            eprintln!("{suite} …");
            (check.run)(root, &suite, tally);
        }
    }
}

fn run_executables(root: &Path, plan: &Plan<'_>, tally: &mut Tally) {
    match build_and_run(root, plan, tally) {
        Ok(runs) => runs.iter().for_each(|run| tally.add(run)),
        Err(failure) => tally.fail("build", &failure.to_string()),
    }
}

fn build_and_run(root: &Path, plan: &Plan<'_>, tally: &mut Tally) -> Result<Vec<Run>, Failure> {
    let built = libtest::build(root)?;
    let wanted: Vec<(Executable, Vec<String>)> = built
        .tests
        .iter()
        .filter(|executable| plan.wants(&executable.name) && plan.can_run(&executable.name, tally))
        .map(|executable| (executable.clone(), Vec::new()))
        .collect();
    let session = session(root, &built, std::env::var)?;
    libtest::run_all(&wanted, &session, |run| eprintln!("{}", tally::progress(run)))
}

/// Where logs go and what the tests may read; `variable` looks up our own environment.
pub(crate) fn session<E>(
    root: &Path,
    built: &libtest::Built,
    variable: impl Fn(&'static str) -> Result<String, E>,
) -> Result<Session, Failure> {
    let mut environment = BTreeMap::new();
    for (name, path) in &built.programs {
        environment.insert(format!("CARGO_BIN_EXE_{name}"), path.display().to_string());
    }
    for (name, usual) in [("CSF_TEST_PROFILE", "mn"), ("CSF_TEST_SE", "soft")] {
        environment.insert(name.to_owned(), variable(name).unwrap_or_else(|_| usual.to_owned()));
    }
    let logs = cargo::metadata(root, Reach::Members)?.target_directory.join("xtask");
    Ok(Session { limits: Limits::default(), logs, environment })
}
