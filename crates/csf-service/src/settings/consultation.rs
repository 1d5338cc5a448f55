//! Which authorization servers are asked, and how much of that there may be (TS-0003 7.3.2.2).

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use csf_api::Address;

/// The authorization servers that this node asks, and the bounds of asking.
#[derive(Clone, Debug)]
pub struct Consultation {
    /// The servers. A consultation that names another point of access asks nobody.
    pub servers: Vec<AuthorizationServer>,
    /// How long one server may take to answer.
    pub time: Duration,
    /// How many questions are under way at once, whoever asks; the next one is not asked.
    pub at_once: u32,
}

impl Default for Consultation {
    fn default() -> Self {
        Self { servers: Vec::new(), time: Duration::from_secs(2), at_once: 16 }
    }
}

/// A server whose answers count, because it is known who listens where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationServer {
    /// The point of access, as `dap` of a consultation spells it.
    pub point: Box<str>,
    /// Its socket on this machine.
    pub socket: Arc<Path>,
    /// The user that it runs as.
    pub user: u32,
    /// Whom the question is addressed to there.
    pub to: Address,
}
