//! The Security CSF on an application service node.

fn main() -> std::process::ExitCode {
    csf_node::run::main(&csf_node::profile::ASN)
}
