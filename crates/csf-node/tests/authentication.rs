//! The examples of docs/authentication.md (ACC-7).

use support::NodeProcess;

// Shows ACC-7.
#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let node = NodeProcess::with().profile("mn").start();
    let ran = support::examples::run("authentication.md", &node);
    assert!(ran.refused >= 6 && ran.printed.len() >= 25, "{ran:?}");
    assert!(ran.printed_by("check Cb").contains("//csf.example/id-mn/Cb"), "{ran:?}");
    assert_eq!(ran.printed_by("--only idn").trim(), "//csf.example/id-mn/Ca");
}
