//! Decisions whose facts come late or not at all (ACC-9).

use csf_api::{Request, Response};

use super::reading::Reading as _;
use super::script::{Fault, load_of};
use super::setup::{Setup, Storage};
use super::{Asker, Lab};

/// A request in a prepared laboratory, and what it must be answered.
pub struct Scenario<'a> {
    /// For messages.
    pub name: &'a str,
    /// Changes the setup.
    pub setup: &'a dyn Fn(&mut Setup),
    /// Prepares the laboratory. It must load and write the same records each time.
    pub prepare: &'a dyn Fn(&Lab),
    /// Who asks for what.
    pub ask: &'a dyn for<'lab> Fn(&'lab Lab) -> (Asker<'lab>, Request),
    /// The status when every fact is there.
    pub expected: u16,
    /// The facts without which the answer is the same: exact record keys.
    pub dispensable: &'a [&'a str],
}

/// Runs the scenario once undisturbed, then once for each record that it loads and each fault. A pending fact
/// changes nothing; a fact that is absent, late or failing never opens what was closed, and closes what only
/// it opened.
///
/// # Panics
///
/// When the scenario is answered otherwise.
pub fn each_fact_pending_absent_late_and_failing(scenario: &Scenario<'_>) {
    for storage in Storage::ALL {
        let name = scenario.name;
        let undisturbed = prepared(scenario, storage);
        let there = undisturbed.world().versions();
        assert_eq!(ask(scenario, &undisturbed).code(), scenario.expected, "{name} on {storage:?}");
        let facts = undisturbed.world().loads();
        for key in scenario.dispensable {
            assert!(facts.iter().any(|fact| fact == key), "{name}: {key} is none of {facts:?}");
        }
        for fact in &facts {
            for fault in [Fault::Pending, Fault::Absent, Fault::Late, Fault::Failing] {
                // A record that is not there anyway can well be missed.
                if fault == Fault::Absent && !there.contains_key(fact) {
                    continue;
                }
                let lab = prepared(scenario, storage);
                lab.script(load_of(fact), fault);
                let code = ask(scenario, &lab).code();
                let context = format!("{name} on {storage:?}: {fact} {fault:?} gives {code}");
                let same = code == scenario.expected;
                let refused = code >= 4000;
                let dispensable = scenario.dispensable.contains(&fact.as_str());
                match fault {
                    Fault::Pending => assert!(same, "{context}"),
                    // After the deadline nothing more is answered, so another ground helps only if it is there.
                    Fault::Late if dispensable => assert!(same || refused, "{context}"),
                    Fault::Late => assert!(refused, "{context}"),
                    Fault::Absent | Fault::Failing if dispensable => assert!(same, "{context}"),
                    Fault::Absent | Fault::Failing => assert!(refused, "{context}"),
                }
            }
        }
    }
}

fn prepared(scenario: &Scenario<'_>, storage: Storage) -> Lab {
    let mut setup = Setup::on(storage);
    (scenario.setup)(&mut setup);
    let lab = Lab::new(setup);
    (scenario.prepare)(&lab);
    lab.world().forget_needs();
    lab
}

fn ask(scenario: &Scenario<'_>, lab: &Lab) -> Response {
    let (asker, request) = (scenario.ask)(lab);
    asker.send(request)
}
