//! The node itself, where one runs: what it says ails it.

use std::os::unix::net::UnixStream;

use csf_api::Value;
use csf_client::Client;

use super::Finding;
use crate::config::Config;

const NODE: &str = "node";
/// Where the node says how it is.
const ADMINISTRATION: &str = "-/security/administration";

/// Whether a node answers on the administrator's socket.
pub(super) fn answers(config: &Config) -> bool {
    UnixStream::connect(config.admin_socket()).is_ok()
}

pub(super) fn look(config: &Config, runs: bool) -> Vec<Finding> {
    if !runs {
        return vec![Finding::note(NODE, "none runs here, or it does not let this user in", "")];
    }
    let from = config.administrator.relative_to(&config.home);
    let asked =
        Client::connect(&config.admin_socket(), from).and_then(|mut node| node.retrieve(ADMINISTRATION));
    let response = match asked {
        Ok(response) => response,
        Err(error) => return vec![Finding::ill(NODE, error.to_string(), "restart the node")],
    };
    let told = response.content.as_ref().and_then(|content| content.value.as_object());
    let Some(told) = told.filter(|_| response.status.is_success()) else {
        let says = format!("it runs and refuses to say how it is: {}", response.status.name());
        return vec![Finding::ill(NODE, says, "run this as the user of the node, with its configuration")];
    };
    let list = |name: &str| told.get(name).and_then(Value::as_list).unwrap_or_default();
    let mut findings: Vec<_> = list("hlt")
        .iter()
        .filter_map(Value::as_text)
        .map(|complaint| {
            let (says, remedy) = complaint.rsplit_once("; ").unwrap_or((complaint, ""));
            Finding::ill(NODE, says, remedy)
        })
        .collect();
    let memory = told.get("mem").and_then(Value::as_text).unwrap_or_default();
    if memory.starts_with("not locked") {
        findings.push(Finding::note("memory", memory, ""));
    }
    if findings.iter().all(|finding| finding.about != NODE) {
        findings.push(Finding::well(NODE, "it runs, and nothing ails it"));
    }
    findings
}
