//! The client: one originator, one connection, one request at a time.

use std::fmt;
use std::io;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csf_api::{
    Address, Content, FilterCriteria, Operation, Request, RequestId, ResourceType, Response, ResultContent,
};
use proto_primitive::encode_request;

use crate::wire::{self, Failure};
use crate::{ClientError, ClientFault};

/// How long one write or read may take, unless [`Client::set_timeout`] says otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// The name of the node on its own sockets; HTTP wants one.
const HOST: &str = "localhost";

/// Numbers the clients of this process, so that no two of them use the same request identifier.
static CLIENTS: AtomicU64 = AtomicU64::new(0);

/// A connection to a node, on behalf of one originator.
pub struct Client {
    socket: Box<Path>,
    from: Box<str>,
    timeout: Duration,
    /// `None` after a failure: what comes next on that stream could belong to the request that failed.
    stream: Option<UnixStream>,
    client: u64,
    requests: u64,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
}

impl Client {
    /// Connects to the socket; requests are from this originator.
    ///
    /// # Errors
    ///
    /// Names the socket and what to do about it.
    pub fn connect(socket: &Path, from: &str) -> Result<Self, ClientError> {
        let mut client = Self {
            socket: socket.into(),
            from: from.into(),
            timeout: DEFAULT_TIMEOUT,
            stream: None,
            client: CLIENTS.fetch_add(1, Ordering::Relaxed),
            requests: 0,
            outgoing: Vec::new(),
            incoming: Vec::new(),
        };
        client.stream = Some(client.open()?);
        Ok(client)
    }

    /// Sets how long one write or read may take.
    ///
    /// # Errors
    ///
    /// Refuses a timeout of zero.
    pub fn set_timeout(&mut self, timeout: Duration) -> Result<(), ClientError> {
        if let Some(stream) = &self.stream {
            apply(stream, timeout).map_err(|e| self.error(ClientFault::Connect(e)))?;
        }
        self.timeout = timeout;
        Ok(())
    }

    /// Sends a request as it is and waits for its response.
    ///
    /// # Errors
    ///
    /// Says why there is no response; a refusal by the node is one.
    pub fn send(&mut self, request: &Request) -> Result<Response, ClientError> {
        match encode_request(request, HOST) {
            Ok(http) => wire::frame(&http, &mut self.outgoing),
            Err(e) => return Err(self.error(ClientFault::Request(e))),
        }
        let idle = self.stream.take();
        let was_idle = idle.is_some();
        let mut stream = idle.map_or_else(|| self.open(), Ok)?;
        let mut outcome = wire::exchange(&mut stream, &self.outgoing, &mut self.incoming);
        if was_idle && matches!(outcome, Err(Failure::Unread)) {
            stream = self.open()?;
            outcome = wire::exchange(&mut stream, &self.outgoing, &mut self.incoming);
        }
        match outcome {
            Ok((response, _)) if response.request_id != request.request_id => {
                Err(self.error(ClientFault::WrongRequest))
            }
            Ok((response, reusable)) => {
                self.stream = reusable.then_some(stream);
                Ok(response)
            }
            Err(Failure::Unread) => Err(self.error(ClientFault::Closed)),
            Err(Failure::Fault(ClientFault::Broken(e))) if is_timeout(&e) => {
                Err(self.error(ClientFault::TimedOut(self.timeout)))
            }
            Err(Failure::Fault(fault)) => Err(self.error(fault)),
        }
    }

    /// Retrieves the attributes of a resource, or one attribute (`a/b#lbl`).
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn retrieve(&mut self, to: &str) -> Result<Response, ClientError> {
        let request = self.request(Operation::Retrieve, to)?;
        self.send(&request)
    }

    /// Creates a resource of this type below `to`.
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn create(&mut self, to: &str, ty: ResourceType, content: Content) -> Result<Response, ClientError> {
        let mut request = self.request(Operation::Create, to)?;
        request.resource_type = Some(ty);
        request.content = Some(content);
        self.send(&request)
    }

    /// Updates the attributes that the content names.
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn update(&mut self, to: &str, content: Content) -> Result<Response, ClientError> {
        let mut request = self.request(Operation::Update, to)?;
        request.content = Some(content);
        self.send(&request)
    }

    /// Deletes a resource and everything below it.
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn delete(&mut self, to: &str) -> Result<Response, ClientError> {
        let request = self.request(Operation::Delete, to)?;
        self.send(&request)
    }

    /// Retrieves references to the direct children of a resource (`rcn` 6).
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn children(&mut self, to: &str) -> Result<Response, ClientError> {
        let mut request = self.request(Operation::Retrieve, to)?;
        request.result_content = Some(ResultContent::ChildReferences);
        request.filter = Some(FilterCriteria { level: Some(1), ..FilterCriteria::default() });
        self.send(&request)
    }

    /// Discovers resources below `to`.
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when `to` is no address.
    pub fn discover(&mut self, to: &str, filter: FilterCriteria) -> Result<Response, ClientError> {
        let mut request = self.request(Operation::Retrieve, to)?;
        request.discovery = Some(filter);
        self.send(&request)
    }

    /// Invokes a sensitive function: an UPDATE whose content is the input, and whose response the result.
    ///
    /// # Errors
    ///
    /// As [`Self::send`], and when the function's address is none.
    pub fn invoke(&mut self, function: &str, input: Content) -> Result<Response, ClientError> {
        self.update(function, input)
    }

    /// A request from this client's originator with an identifier of its own, to fill in and [`Self::send`].
    ///
    /// # Errors
    ///
    /// Says what keeps `to` from being an address.
    pub fn request(&mut self, operation: Operation, to: &str) -> Result<Request, ClientError> {
        let to = Address::parse(to).map_err(|e| self.error(ClientFault::Address(e)))?;
        self.requests = self.requests.wrapping_add(1);
        let id = format!("{:x}-{:x}-{:x}", std::process::id(), self.client, self.requests);
        let id = RequestId::parse(&id).unwrap_or_else(|_| RequestId::unknown());
        Ok(Request::new(operation, to, Some(&self.from), id))
    }

    fn open(&self) -> Result<UnixStream, ClientError> {
        let stream =
            UnixStream::connect(&self.socket).map_err(|e| self.error(ClientFault::of_connecting(e)))?;
        apply(&stream, self.timeout).map_err(|e| self.error(ClientFault::Connect(e)))?;
        Ok(stream)
    }

    fn error(&self, fault: ClientFault) -> ClientError {
        ClientError::new(&self.socket, fault)
    }
}

impl fmt::Debug for Client {
    /// Leaves the buffers out: they hold what was sent and received last.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("socket", &self.socket)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

fn apply(stream: &UnixStream, timeout: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
