//! Which socket, and as whom: the administrator's by default, the local one with `--as`.

use std::path::{Path, PathBuf};

use csf_api::{Request, Response};
use csf_client::Client;

use super::arguments::Global;
use super::failure::Failure;
use super::session::Node;
use crate::config::Config;
use crate::profile::Profile;

/// Where a packaged node has its local socket.
const PACKAGED_SOCKET: &str = "/run/csf/csf.sock";

/// Opens the connection that the global flags describe; also who speaks on it, and the configuration read.
pub(crate) fn open(profile: &'static Profile, global: Global) -> Result<(Client, String, Config), Failure> {
    let config = Config::load(profile, global.flags.sources())?;
    let socket = match (global.socket, &global.originator) {
        (Some(socket), _) => socket,
        (None, Some(_)) => local_socket(&config)?,
        (None, None) => config.admin_socket(),
    };
    let from = match global.originator {
        Some(originator) => originator,
        None => config.administrator.relative_to(&config.home).to_owned(),
    };
    match Client::connect(&socket, &from) {
        Ok(client) => Ok((client, from, config)),
        Err(error) => Err(Failure::Unreachable { error, program: profile.binary }),
    }
}

fn local_socket(config: &Config) -> Result<PathBuf, Failure> {
    let packaged = Path::new(PACKAGED_SOCKET);
    match &config.local_socket {
        Some(socket) if !socket.exists() && packaged.exists() => Ok(packaged.to_owned()),
        Some(socket) => Ok(socket.clone()),
        None => Err(Failure::Usage(
            "the configuration says local.socket = off; name a socket with --socket PATH".to_owned(),
        )),
    }
}

impl Node for Client {
    fn send(&mut self, request: &Request) -> Result<Response, Failure> {
        Self::send(self, request).map_err(|error| Failure::Connection(error.to_string()))
    }
}
