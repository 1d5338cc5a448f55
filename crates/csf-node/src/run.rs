//! The main job of a node: configure, assemble, listen, say so, and end in an orderly way.

use std::io::Write;
use std::net::{SocketAddr, TcpListener as BoundListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgAction, Args as _, FromArgMatches as _};
use proto_primitive::{ByteStrings, Dialect, Silence};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;

use crate::config::{Config, Flags, Origin};
use crate::error::NodeError;
use crate::http::Face;
use crate::listen::{self, Socket};
use crate::management::Management;
use crate::node::Node;
use crate::profile::Profile;
use crate::workers::Workers;
use crate::{hardening, hints, logging};

/// How long a window of permitted reads is.
const READ_WINDOW: Duration = Duration::from_secs(60);

/// The option that has the store sealed anew.
const NEW_STORE_KEY: &str = "new-store-key";

/// The option that changes the passphrase.
const NEW_PASSPHRASE: &str = "new-passphrase";

/// The exit code for a wrong command line or configuration, and for a state directory of another version.
const USAGE: u8 = 2;

/// Runs a node of this profile with the process's own arguments.
#[must_use]
pub fn main(profile: &'static Profile) -> ExitCode {
    let (flags, new_store_key, new_passphrase) = flags(profile);
    let config = match Config::load(profile, flags.sources()) {
        Ok(config) => config.with_new_store_key(new_store_key).with_new_passphrase(new_passphrase),
        Err(error) => {
            say(&format!("{}: {error}", profile.binary));
            return ExitCode::from(USAGE);
        }
    };
    logging::begin(&config.log);
    match hardening::apply().map_err(|e| NodeError::part("hardening", &e)).and_then(|()| run(&config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{}: {error}", profile.binary));
            if error.is_usage() { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// The command line of a node: the configuration, whether the store is to get a new key, and whether the
/// passphrase is to be changed.
fn flags(profile: &Profile) -> (Flags, bool, bool) {
    let about = format!("The Security CSF of a oneM2M node, profile {}", profile.name);
    let after = "Without any option it starts with a built-in configuration, says where it keeps its state, and prints \
                 commands to try. `csf config show --effective` lists every key.";
    let option = |name, help| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let command = clap::Command::new(profile.binary)
        .version(env!("CARGO_PKG_VERSION"))
        .arg(option(
            NEW_STORE_KEY,
            "Give the store and the software environment new keys at this start, and seal everything anew while serving",
        ))
        .arg(option(
            NEW_PASSPHRASE,
            "Change the passphrase at this start; a descriptor or file gives the present one and the next in two lines",
        ));
    // The flags bring a description of their own, so the node's comes after them.
    let matches = Flags::augment_args(command).about(about).after_help(after).get_matches();
    let flags = Flags::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    (flags, matches.get_flag(NEW_STORE_KEY), matches.get_flag(NEW_PASSPHRASE))
}

/// Runs a node until it is told to end.
///
/// # Errors
///
/// When it cannot start.
pub fn run(config: &Config) -> Result<(), NodeError> {
    // It accepts connections and waits for signals; the workers do the rest.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| NodeError::part("runtime", &e))?;
    let mut config = config.clone();
    // Before the tree is made ready: it says where the node can be reached, and port 0 says nothing.
    let http = config.http.map(|address| bind(&config, "http.listen", address)).transpose()?;
    let management =
        config.management.map(|address| bind(&config, "management.listen", address)).transpose()?;
    config.http = http.as_ref().map(|(_, address)| *address);
    config.management = management.as_ref().map(|(_, address)| *address);
    let node = Arc::new(Node::assemble(&config)?);
    // From here on it can say that it is starting.
    let management = management.map(|(listener, _)| Management::start(listener, Arc::clone(&node)));
    let _management = management.transpose()?;
    runtime.block_on(serve(&config, http.map(|(listener, _)| listener), &node))
}

/// Binds the listener of this key. That it cannot be had is a fault of the configuration.
fn bind(config: &Config, key: &str, address: SocketAddr) -> Result<(BoundListener, SocketAddr), NodeError> {
    let listener = BoundListener::bind(address).map_err(|e| {
        let origin = config.origin(key).unwrap_or(&Origin::BuiltIn);
        NodeError::usage(format!(
            "{origin}: {key}: cannot listen on {address}: {e}; end what listens there, or choose another port, for \
             example with --set {key}=127.0.0.1:0"
        ))
    })?;
    let address = listener.set_nonblocking(true).and_then(|()| listener.local_addr());
    let address = address.map_err(|e| NodeError::part(key, &e))?;
    Ok((listener, address))
}

async fn serve(config: &Config, http: Option<BoundListener>, node: &Arc<Node>) -> Result<(), NodeError> {
    // From here on an end is an orderly one: whoever has read the ready line may ask for it at once.
    let end = End::listen()?;
    let started = node.start().await?;
    let limit =
        |number: u64| usize::try_from(number).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
    let face = Arc::new(Face {
        node: Arc::clone(node),
        requests: Semaphore::new(limit(config.limits.requests)),
        loopback_hosts_only: config.lab.believe_originators,
        dialect: Dialect {
            silence: if config.release1 { Silence::IsRelease1 } else { Silence::IsRefused },
            byte_strings: if config.cbor_byte_strings { ByteStrings::AreTexts } else { ByteStrings::Refused },
        },
    });
    let room = Arc::new(Semaphore::new(limit(config.limits.connections)));
    let workers = Arc::new(Workers::start()?);
    let (ready, _sockets) = open(config, http, &face, &room, &workers)?;
    hints::print(config, node, &started);
    announce(&ready)?;
    let sweeper = tokio::spawn({
        let node = Arc::clone(node);
        async move { node.sweep().await }
    });
    end.wait(node).await;
    sweeper.abort();
    node.stop().await;
    Ok(())
}

/// Opens the listeners; what the ready line says of them, and the sockets to remove at the end.
fn open(
    config: &Config,
    http: Option<BoundListener>,
    face: &Arc<Face>,
    room: &Arc<Semaphore>,
    workers: &Arc<Workers>,
) -> Result<(String, Vec<Socket>), NodeError> {
    let mut ready = String::from("ready");
    let mut sockets = Vec::new();
    if let (Some(listener), Some(address)) = (http, config.http) {
        let listener = TcpListener::from_std(listener).map_err(|e| NodeError::part("http.listen", &e))?;
        ready.push_str(&format!(" http={address}"));
        tokio::spawn(listen::network(listener, Arc::clone(face), Arc::clone(room), Arc::clone(workers)));
    }
    // The administrator must get in however many others are there.
    let (listener, socket) = listen::bind(&config.admin_socket(), 0o700, 0o600)?;
    ready.push_str(&format!(" admin={}", config.admin_socket().display()));
    sockets.push(socket);
    tokio::spawn(listen::local(
        listener,
        true,
        Arc::clone(face),
        Arc::new(Semaphore::new(ADMIN_CONNECTIONS)),
        Arc::clone(workers),
    ));
    if let Some(path) = &config.local_socket {
        let (listener, socket) =
            listen::bind(path, 0o755, 0o666).map_err(|error| error.of_key(config, "local.socket"))?;
        ready.push_str(&format!(" socket={}", path.display()));
        sockets.push(socket);
        tokio::spawn(listen::local(listener, false, Arc::clone(face), Arc::clone(room), Arc::clone(workers)));
    }
    if let Some(address) = config.management {
        ready.push_str(&format!(" management={address}"));
    }
    Ok((ready, sockets))
}

/// Connections on the administration socket at once.
const ADMIN_CONNECTIONS: usize = 16;

/// The one line on standard output.
fn announce(ready: &str) -> Result<(), NodeError> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ready}").and_then(|()| out.flush()).map_err(|e| NodeError::part("standard output", &e))
}

/// Reads the configuration again, and says what came of it.
async fn reload(node: &Node) {
    match node.reload().await {
        Ok(keys) if keys.is_empty() => {
            tracing::info!("the configuration was read again; nothing is different")
        }
        Ok(_) => {}
        Err(why) => {
            tracing::error!(why, "the configuration is as it was, because the new one cannot be used")
        }
    }
}

/// The signals that end a node in an orderly way, and the one that has it read its configuration again.
struct End {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl End {
    fn listen() -> Result<Self, NodeError> {
        let listen = |kind| signal(kind).map_err(|e| NodeError::part("signals", &e));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for one of them; meanwhile reads the configuration again when asked to, and closes the windows of
    /// permitted reads.
    async fn wait(mut self, node: &Node) {
        let mut windows = tokio::time::interval(READ_WINDOW);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hang_up.recv() => reload(node).await,
                _ = windows.tick() => node.close_read_window().await,
            }
        }
    }
}

fn say(text: &str) {
    // Where nobody listens to errors, nothing more can be done about it.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
