//! The audit log: its chain holds, as far as can be seen without the node.

use super::Finding;
use crate::audit_log::{CURRENT, Wrong, check_chain};
use crate::config::Config;
use crate::node::state;

const LOG: &str = "audit log";

pub(super) fn look(config: &Config) -> Finding {
    let store = match state::name(&config.state) {
        Ok(Some(store)) if config.state.join(CURRENT).exists() => store,
        Ok(_) => return Finding::note(LOG, "there is none yet", "the first start begins one"),
        Err(error) => return Finding::ill(LOG, error.to_string(), "put the file back from a backup"),
    };
    let checked = check_chain(&config.state, &store.to_string());
    let place = config.state.join(CURRENT);
    match checked.findings.first() {
        None => {
            let records = checked.chain.number();
            Finding::well(LOG, format!("the chain of {} holds, {records} records", place.display()))
        }
        Some(found) => {
            let remedy = match found.wrong {
                Wrong::Unreadable => "run this as the user of the node",
                _ => "find out who changed it; csf audit verify says more, and the node does not start on it",
            };
            Finding::ill(LOG, format!("{}/{found}", config.state.display()), remedy)
        }
    }
}
