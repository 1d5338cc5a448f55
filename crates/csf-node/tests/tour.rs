//! docs/tour.md, as a newcomer would follow it.

use support::NodeProcess;

#[test]
fn every_command_of_the_tour_ends_as_it_says() {
    let node = NodeProcess::with().profile("mn").start();
    let ran = support::examples::run("tour.md", &node);
    assert!(ran.printed.len() >= 20 && ran.refused >= 5, "{ran:?}");
    assert_eq!(ran.printed_by("--only con").trim(), "21.5");
    assert_eq!(ran.printed_by("base64 -d"), "PIN 4711");
    assert_eq!(ran.printed_by("--only vR").trim(), "true");
    // What was refused is explained, and stands in the audit log under its name.
    assert!(ran.printed_by("explain Cguest delete").to_lowercase().contains("operation"), "{ran:?}");
    assert!(ran.printed_by("audit list").contains("Cguest"), "{ran:?}");
}
