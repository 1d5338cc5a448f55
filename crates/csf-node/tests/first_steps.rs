//! The commands that a node prints at first start do what they say, exactly as they are printed.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::process::{Command, Output};

use support::NodeProcess;

/// What comes before the commands.
const ANNOUNCED: &str = "Try, in another terminal:";

/// The commands in what a node said, in their order.
fn commands(said: &str) -> Vec<&str> {
    let after = said.split_once(ANNOUNCED).map_or("", |(_, after)| after);
    after.lines().skip(1).map_while(|line| line.strip_prefix("  ")).collect()
}

/// Runs a command as a person at a shell would, with nothing of this process's surroundings but the path.
fn run(node: &NodeProcess, command: &str) -> Output {
    let home = node.directory();
    Command::new("sh")
        .args(["-c", command])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .output()
        .expect("a shell")
}

#[test]
fn every_command_that_is_printed_ends_as_its_line_says() {
    for profile in ["asn", "mn", "in"] {
        let node = NodeProcess::with().profile(profile).start();
        let said = node.stderr();
        let commands = commands(&said);
        assert!(commands.len() >= 5, "{said}");
        let mut refused = 0;
        for command in commands {
            let output = run(&node, command);
            let (out, err) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            if command.contains("# refused") {
                refused += 1;
                assert_eq!(output.status.code(), Some(1), "{command}\n{out}{err}");
                assert!(!err.is_empty() && out.is_empty(), "{command}\n{out}{err}");
            } else {
                assert_eq!(output.status.code(), Some(0), "{command}\n{out}{err}");
                assert!(err.is_empty(), "{command}\n{err}");
            }
        }
        // The refusal is part of what there is to see.
        assert!(refused >= 1, "{said}");
    }
}

#[test]
fn the_commands_are_printed_at_the_first_start_only() {
    let home = NodeProcess::start().stop();
    let again = NodeProcess::with().home(home).start();
    assert!(!again.stderr().contains(ANNOUNCED), "{}", again.stderr());
    assert!(again.stderr().contains("Security CSF, profile"), "{}", again.stderr());
}

#[test]
fn a_place_with_blanks_and_quotes_still_gives_commands_that_work() {
    let home = tempfile::Builder::new().prefix("it's a \"csf\" ").tempdir().unwrap();
    let node = NodeProcess::with().home(home).start();
    let said = node.stderr();
    let first = *commands(&said).first().unwrap_or_else(|| panic!("{said}"));
    let output = run(&node, first);
    assert!(output.status.success(), "{first}\n{}", String::from_utf8_lossy(&output.stderr));
}
