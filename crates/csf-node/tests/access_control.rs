//! The examples of docs/access-control.md, each run as it stands there.

use support::NodeProcess;

// Shows ACC-3.
#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let ran = support::examples::run("access-control.md", &NodeProcess::with().profile("mn").start());
    assert!(ran.printed.len() >= 30 && ran.refused >= 10, "{ran:?}");
}
