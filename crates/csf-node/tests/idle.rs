//! An idle node uses no processor time: nothing in it polls.

use std::time::Duration;

use support::NodeProcess;

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(2);

/// Clock ticks of processor time, in user mode and in the kernel.
fn ticks(node: &NodeProcess) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", node.pid())).unwrap_or_default();
    // The name of the program, in brackets, may hold blanks.
    let rest = text.rsplit(')').next().unwrap_or_default();
    rest.split_whitespace().skip(11).take(2).filter_map(|number| number.parse::<u64>().ok()).sum()
}

#[test]
fn a_node_that_nobody_asks_uses_no_processor_time() {
    let node = NodeProcess::start();
    // Everything that runs once has run, and connections stay open without being used.
    let mut ae = node.register("Cmeter");
    assert!(ae.retrieve("-").is_ok());
    let before = ticks(&node);
    // Time itself is what is measured here.
    std::thread::sleep(WATCHED);
    let used = ticks(&node).saturating_sub(before);
    assert!(used <= 1, "{used} ticks in {WATCHED:?}");
    // The twin: work is seen.
    while ticks(&node).saturating_sub(before) < 2 {
        assert!(ae.retrieve("-").is_ok());
    }
}
