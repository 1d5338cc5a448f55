//! The examples of docs/access-control.md, each run as it stands there.

use std::path::Path;
use std::process::Command;

use support::{NodeProcess, program};

// Shows ACC-3.
#[test]
fn the_examples_of_the_documentation_end_as_they_say() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/access-control.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let node = NodeProcess::with().profile("mn").start();
    let tool = program("csf");
    let folder = tool.parent().and_then(Path::to_str).expect("a folder");
    let (mut done, mut refused) = (0, 0);
    for command in page.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let output = Command::new("sh")
            .args(["-c", command])
            .env_clear()
            .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
            .env("HOME", node.directory())
            .env("CSF_STATE", node.state())
            .env("CSF_LOCAL_SOCKET", node.socket())
            .output()
            .expect("a shell");
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let ends = if command.contains("# refused") { Some(1) } else { Some(0) };
        assert_eq!(output.status.code(), ends, "{command}\n{out}{err}");
        *if ends == Some(1) { &mut refused } else { &mut done } += 1;
    }
    assert!(done >= 20 && refused >= 10, "{done} examples, {refused} of them refused");
}
