//! The example for authors of other CSEs answers as it should, each question once with a permit and once without.

#[expect(dead_code, reason = "only what it answers is wanted")]
#[path = "../examples/other_cse.rs"]
mod example;

// Shows ACC-3.
#[test]
fn another_cse_gets_the_answer_of_the_texts_whatever_governs() {
    assert_eq!(
        example::answers().expect("answers"),
        [
            "Cmeter RETRIEVE readings: permitted by privileges[0] of acp-1",
            "Cguest RETRIEVE readings: permitted by privileges[1] of acp-1",
            "Cmeter CREATE readings: permitted by privileges[0] of acp-1",
            "Cguest CREATE readings: denied, no rule about this operation is for this originator",
            "Cmeter UPDATE of acpi readings: permitted by selfPrivileges[0] of acp-1",
            "Cguest UPDATE of acpi readings: denied, no rule about this operation is for this originator",
            "Cmeter RETRIEVE acp-1: permitted by selfPrivileges[0] of acp-1",
            "Cguest RETRIEVE acp-1: denied, no rule about this operation is for this originator",
            "Cmeter RETRIEVE notes: denied, the originator is not the custodian",
            "Cguest RETRIEVE notes: permitted by default access of the custodian",
            "Cmeter RETRIEVE latest-note: denied, the originator is not the custodian",
            "Cguest RETRIEVE latest-note: permitted by default access of the custodian",
        ]
    );
}
