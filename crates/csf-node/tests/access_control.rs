//! The examples of docs/access-control.md, each run as it stands there.

use support::{DasServer, Manner, NodeProcess};

// Shows ACC-1, ACC-2, ACC-3 and ACC-8.
#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let home = tempfile::tempdir().expect("a directory");
    let granted = r#"{"gp":{"acr":[{"acor":["Cguest"],"acop":2}]},"pl":"3600000"}"#;
    let server = DasServer::start(home.path(), Manner::Grants(granted.into()));
    let setting = server.setting(nix::unistd::geteuid().as_raw());
    let node = NodeProcess::with().profile("mn").set(&setting).home(home).start();
    let ran = support::examples::run("access-control.md", &node);
    assert!(ran.printed.len() >= 30 && ran.refused >= 10, "{ran:?}");
    for (command, verdict) in [
        ("explain Cguest retrieve -/meter/tariff --authenticated", "permitted: privileges[0] of acp-"),
        (
            "explain Cguest delete",
            "refused: no rule is about this operation\nkind of caller: proven\n\nPOLICY ",
        ),
        (
            "explain Cguest retrieve -/meter/tariff    #",
            "refused: the rule demands an authenticated originator\nkind of caller: vouched\n",
        ),
        ("explain Cguest retrieve -/meter/lent", "permitted: default access of the custodian\n"),
        ("explain Cguest retrieve -/meter/bill", "permitted: rule 0 granted through dac-"),
        ("explain Cguest create", "refused: no rule is about this operation\n"),
    ] {
        let said = ran.printed_by(command);
        assert!(said.starts_with(verdict), "{command}: {said}");
    }
}
