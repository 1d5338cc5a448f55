//! `csf`: the tool for people who run a Security CSF or use one from a shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    csf_node::cli::main()
}
