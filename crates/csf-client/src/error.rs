//! Why a request got no response: what happened on which socket, and what to do about it.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

use csf_api::AddressError;
use proto_primitive::{EncodeError, MAX_BODY_BYTES, ResponseError};

use crate::MAX_HEAD_BYTES;

/// A request without a response.
#[derive(Debug)]
pub struct ClientError {
    socket: Box<Path>,
    fault: ClientFault,
}

/// What kept a request from getting a response.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientFault {
    /// There is no such socket.
    NoSocket,
    /// There is a socket, but nobody listens.
    NobodyListens,
    /// The operating system lets this user not connect.
    NotPermitted,
    /// The connection could not be opened or set up.
    Connect(io::Error),
    /// The text is no address.
    Address(AddressError),
    /// The request cannot be written.
    Request(EncodeError),
    /// The connection broke after the request was sent; it may have taken effect.
    Broken(io::Error),
    /// The node closed the connection instead of answering; the request may have taken effect.
    Closed,
    /// No answer came in time; the request may yet take effect.
    TimedOut(Duration),
    /// The head of the response is longer than [`MAX_HEAD_BYTES`], or its body than [`MAX_BODY_BYTES`].
    TooLong,
    /// The answer is not HTTP, or not framed by `Content-Length`.
    NotHttp(&'static str),
    /// The answer is no response primitive.
    NotAResponse(ResponseError),
    /// The response answers another request.
    WrongRequest,
}

impl ClientError {
    pub(crate) fn new(socket: &Path, fault: ClientFault) -> Self {
        Self { socket: socket.into(), fault }
    }

    /// The socket that was, or should have been, used.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What happened.
    #[must_use]
    pub const fn fault(&self) -> &ClientFault {
        &self.fault
    }

    /// What happened, without the socket.
    #[must_use]
    pub fn into_fault(self) -> ClientFault {
        self.fault
    }
}

impl ClientFault {
    /// The fault behind a failed attempt to connect.
    pub(crate) fn of_connecting(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NoSocket,
            io::ErrorKind::ConnectionRefused => Self::NobodyListens,
            io::ErrorKind::PermissionDenied => Self::NotPermitted,
            _ => Self::Connect(error),
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.socket.display(), self.fault)
    }
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSocket => f.write_str("there is no such socket; is the node running, and is this its socket?"),
            Self::NobodyListens => f.write_str("nobody listens on this socket; is the node still running?"),
            Self::NotPermitted => f.write_str(
                "this user may not use the socket; the administrator's is for its owner and root, the local \
                 one for local users",
            ),
            Self::Connect(error) => write!(f, "cannot connect: {error}"),
            Self::Address(error) => error.fmt(f),
            Self::Request(error) => error.fmt(f),
            Self::Broken(error) => {
                write!(f, "the connection broke ({error}); whether the request took effect is not known")
            }
            Self::Closed => f.write_str(
                "the node closed the connection without an answer; whether the request took effect is not known",
            ),
            Self::TimedOut(after) => {
                write!(f, "no answer within {after:?}; whether the request took effect is not known")
            }
            Self::TooLong => write!(
                f,
                "the response exceeds {MAX_HEAD_BYTES} bytes of head or {MAX_BODY_BYTES} bytes of body"
            ),
            Self::NotHttp(what) => write!(f, "the answer is not HTTP as the node speaks it: {what}"),
            Self::NotAResponse(error) => error.fmt(f),
            Self::WrongRequest => f.write_str("the response answers another request (X-M2M-RI differs)"),
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            ClientFault::Connect(error) | ClientFault::Broken(error) => Some(error),
            ClientFault::Address(error) => Some(error),
            ClientFault::Request(error) => Some(error),
            ClientFault::NotAResponse(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_to_connect_names_the_socket_and_the_remedy() {
        for (kind, remedy) in [
            (io::ErrorKind::NotFound, "is the node running"),
            (io::ErrorKind::ConnectionRefused, "is the node still running"),
            (io::ErrorKind::PermissionDenied, "this user may not use the socket"),
            (io::ErrorKind::OutOfMemory, "cannot connect"),
        ] {
            let fault = ClientFault::of_connecting(kind.into());
            let text = ClientError::new(Path::new("/run/csf/csf.sock"), fault).to_string();
            assert!(text.starts_with("/run/csf/csf.sock: ") && text.contains(remedy), "{text}");
        }
    }
}
