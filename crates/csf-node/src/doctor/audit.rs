//! The audit log: its chain holds, as far as can be seen without the node.

use super::Finding;
use crate::audit_log::{Broken, verify};
use crate::config::Config;
use crate::node::state::{self, AUDIT};

const LOG: &str = "audit log";

pub(super) fn look(config: &Config) -> Finding {
    let path = config.state.join(AUDIT);
    let store = match state::name(&config.state) {
        Ok(Some(store)) if path.exists() => store,
        Ok(_) => return Finding::note(LOG, "there is none yet", "the first start begins one"),
        Err(error) => return Finding::ill(LOG, error.to_string(), "put the file back from a backup"),
    };
    match verify(&path, &store.to_string()) {
        Ok(verified) => {
            let records = verified.chain.number();
            Finding::well(LOG, format!("the chain of {} holds, {records} records", path.display()))
        }
        Err(broken @ Broken::Unreadable(_)) => {
            Finding::ill(LOG, format!("{}: {broken}", path.display()), "run this as the user of the node")
        }
        Err(broken) => {
            let remedy =
                "find out who changed it; move it away to begin a new log, for the node does not start on it";
            Finding::ill(LOG, format!("{}: {broken}", path.display()), remedy)
        }
    }
}
