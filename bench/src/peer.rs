//! A bare server as a process of its own: this program once more, ended when dropped.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;

/// A running bare server.
pub(crate) struct Peer {
    child: Child,
    ready: String,
}

impl Peer {
    /// A server that answers a GET of this path with this response.
    pub(crate) fn page(path: &str, response: &[u8]) -> Result<Self, Failure> {
        Self::start(&["bare-page".as_ref(), path.as_ref()], response)
    }

    /// A server that echoes on this socket.
    pub(crate) fn echo(socket: &Path) -> Result<Self, Failure> {
        Self::start(&["bare-echo".as_ref(), socket.as_ref()], &[])
    }

    /// Where it listens, if that is an address.
    pub(crate) fn address(&self) -> Result<SocketAddr, Failure> {
        let said = self.ready.trim().strip_prefix("ready ");
        said.and_then(|text| text.parse().ok())
            .ok_or_else(|| Failure::subject("the bare server says no address"))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn start(words: &[&std::ffi::OsStr], input: &[u8]) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|e| Failure::machine("this program", e))?;
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = command.spawn().map_err(|e| Failure::machine("a bare server", e))?;
        let mut peer = Self { child, ready: String::new() };
        let mut talk = || {
            if let Some(mut stdin) = peer.child.stdin.take() {
                stdin.write_all(input)?;
            }
            match peer.child.stdout.take() {
                Some(stdout) => BufReader::new(stdout).read_line(&mut peer.ready),
                None => Ok(0),
            }
        };
        talk().map_err(|e| Failure::machine("a bare server", e))?;
        if peer.ready.starts_with("ready") {
            Ok(peer)
        } else {
            Err(Failure::subject("the bare server did not start"))
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
