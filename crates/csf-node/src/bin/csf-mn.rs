//! The Security CSF on a middle node.

fn main() -> std::process::ExitCode {
    csf_node::run::main(&csf_node::profile::MN)
}
