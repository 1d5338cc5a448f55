//! A conversation with a node: requests with what every request needs, responses with their success checked.

use csf_api::{Address, Credentials, Operation, Request, RequestId, Response};

use super::failure::Failure;

/// Who answers requests: a node behind a socket, or a script in a test.
pub(crate) trait Node {
    /// Carries one request there and its response back.
    fn send(&mut self, request: &Request) -> Result<Response, Failure>;
}

/// A conversation as one originator.
#[derive(Debug)]
pub(crate) struct Session<N> {
    node: N,
    from: String,
    sent: u32,
    credentials: Credentials,
}

impl<N: Node> Session<N> {
    /// Begins a conversation as this originator.
    pub(crate) const fn new(node: N, from: String) -> Self {
        Self::bringing(node, from, Credentials::NONE)
    }

    /// Begins a conversation in which every request brings these roles and tokens.
    pub(crate) const fn bringing(node: N, from: String, credentials: Credentials) -> Self {
        Self { node, from, sent: 0, credentials }
    }

    /// Ends the conversation.
    #[cfg(test)]
    pub(crate) fn into_node(self) -> N {
        self.node
    }

    /// Who speaks.
    pub(crate) fn from(&self) -> &str {
        &self.from
    }

    /// Sends a request, after `fill` has added what is special to it.
    ///
    /// # Errors
    ///
    /// Also a response that is a refusal.
    pub(crate) fn ask(
        &mut self,
        operation: Operation,
        to: &str,
        fill: impl FnOnce(&mut Request),
    ) -> Result<Response, Failure> {
        let address = Address::parse(to).map_err(|e| Failure::Usage(format!("'{to}' is no address: {e}")))?;
        self.sent = self.sent.saturating_add(1);
        let id = RequestId::parse(&format!("csf-{}-{}", std::process::id(), self.sent))
            .unwrap_or_else(|_| RequestId::unknown());
        let mut request = Request::new(operation, address, Some(&self.from), id);
        request.credentials = self.credentials.clone();
        fill(&mut request);
        let response = self.node.send(&request)?;
        if response.status.is_success() { Ok(response) } else { Err(Failure::refused(&response)) }
    }
}
