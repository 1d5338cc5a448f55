//! The Security CSF on an infrastructure node.

fn main() -> std::process::ExitCode {
    csf_node::run::main(&csf_node::profile::IN)
}
