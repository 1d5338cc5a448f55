//! The way to another node: where it is, and by what it is proven there.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::settings::AuthorizationServer;

/// The next hop of a request that this node sends. It is made from the settings alone, so that nothing which a
/// resource or a request says decides where the node connects.
///
/// There is one kind today: a socket on this machine, whose listener the kernel names. TLS will be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    socket: Arc<Path>,
    user: u32,
    within: Duration,
}

impl Hop {
    #[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "only policies ask servers"))]
    pub(crate) fn to_server(server: &AuthorizationServer, within: Duration) -> Self {
        Self { socket: Arc::clone(&server.socket), user: server.user, within }
    }

    /// The socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The user that must listen there. Whoever else does is told nothing.
    #[must_use]
    pub const fn user(&self) -> u32 {
        self.user
    }

    /// How long the exchange may take.
    #[must_use]
    pub const fn within(&self) -> Duration {
        self.within
    }
}
