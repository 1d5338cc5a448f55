//! Listeners: who may connect, how many at once, and what a connection proves.

mod socket;

use std::sync::Arc;

use csf_service::{AssociationKind, Channel, Evidence};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::http::{Face, serve};
use crate::workers::Workers;
pub(crate) use socket::{Socket, bind};

/// Accepts connections on loopback TCP, where nothing is proven.
pub(crate) async fn network(
    listener: TcpListener,
    face: Arc<Face>,
    room: Arc<Semaphore>,
    workers: Arc<Workers>,
) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                report(&error).await;
                continue;
            }
        };
        // Only now: a listener to which nobody comes takes no place from the others.
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        // Small answers must not wait for more to come.
        let _ = stream.set_nodelay(true);
        let evidence = Evidence { channel: Channel::Network, address: Some(peer.ip()) };
        let face = Arc::clone(&face);
        let counted = face.node.metrics().connections.hold();
        let Ok(stream) = stream.into_std() else { continue };
        workers.serve(async move {
            if let Ok(stream) = TcpStream::from_std(stream) {
                serve(face, stream, evidence, None).await;
            }
            drop((permit, counted));
        });
    }
}

/// Accepts connections on a Unix socket, where the kernel says who is at the other end.
pub(crate) async fn local(
    listener: UnixListener,
    administration: bool,
    face: Arc<Face>,
    room: Arc<Semaphore>,
    workers: Arc<Workers>,
) {
    let own = nix::unistd::geteuid().as_raw();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                report(&error).await;
                continue;
            }
        };
        let Ok(peer) = stream.peer_cred() else { continue };
        let uid = peer.uid();
        if administration && uid != own && uid != 0 {
            tracing::warn!("a user other than the node's own tried the administration socket");
            face.node.note_turned_away("the administration socket is not for other users").await;
            continue;
        }
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        let (channel, kind) = if administration {
            (Channel::Administration, AssociationKind::AdministrationSocket)
        } else {
            (Channel::Local { uid }, AssociationKind::LocalSocket)
        };
        let association = face.node.associate(kind, uid);
        let face = Arc::clone(&face);
        // Those of the administrator have places of their own.
        let counted = (!administration).then(|| face.node.metrics().connections.hold());
        let Ok(stream) = stream.into_std() else { continue };
        workers.serve(async move {
            if let Ok(stream) = UnixStream::from_std(stream) {
                serve(face, stream, Evidence { channel, address: None }, Some(association)).await;
            }
            drop((permit, counted));
        });
    }
}

/// Says what went wrong, and lets the system breathe: out of file descriptors, the next accept fails too.
pub(crate) async fn report(error: &std::io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
}
