//! Somebody who speaks to a node over one of its Unix sockets, and insists on an answer.

#![expect(clippy::expect_used, reason = "a test without an answer has nothing to show")]

use std::path::Path;

use csf_api::{
    Address, Content, FilterCriteria, Operation, Request, RequestId, Response, ResultContent, Value,
};
use csf_client::Client;
use support::NodeProcess;
use support::lab::{Draft, Reading as _, changes, creation, deletion, discovery, retrieval, update};

/// One originator on one connection.
pub struct Speaker {
    client: Client,
}

impl Speaker {
    /// An AE, registered here and now over the local socket.
    #[must_use]
    pub fn registered(node: &NodeProcess, stem: &str) -> Self {
        Self { client: node.register(stem) }
    }

    /// Somebody on the local socket who claims to be this originator.
    #[must_use]
    pub fn claiming(node: &NodeProcess, from: &str) -> Self {
        Self { client: node.as_originator(from) }
    }

    /// Somebody on another local socket of a node.
    ///
    /// # Panics
    ///
    /// When nobody listens there.
    #[must_use]
    pub fn on(socket: &Path, from: &str) -> Self {
        Self { client: Client::connect(socket, from).expect("a connection") }
    }

    /// The administrator, on the administration socket.
    #[must_use]
    pub fn administrator(node: &NodeProcess) -> Self {
        Self { client: node.admin() }
    }

    /// RETRIEVE.
    pub fn retrieve(&mut self, to: &str) -> Response {
        self.send(retrieval(to))
    }

    /// CREATE.
    pub fn create(&mut self, to: &str, draft: Draft) -> Response {
        self.send(creation(to, draft))
    }

    /// UPDATE, which is also how a function is invoked.
    pub fn update(&mut self, to: &str, draft: Draft) -> Response {
        self.send(update(to, draft))
    }

    /// DELETE.
    pub fn delete(&mut self, to: &str) -> Response {
        self.send(deletion(to))
    }

    /// NOTIFY, with nothing in particular.
    ///
    /// # Panics
    ///
    /// When `to` is no address.
    pub fn notify(&mut self, to: &str) -> Response {
        let to = Address::parse(to).expect("an address");
        let mut request = Request::new(Operation::Notify, to, None, RequestId::unknown());
        request.content = Some(changes("m2m:sgn").content());
        self.send(request)
    }

    /// Discovery of everything below `to`.
    pub fn discover(&mut self, to: &str) -> Response {
        self.send(discovery(to, FilterCriteria::default()))
    }

    /// The addresses of the children of `to`.
    ///
    /// # Panics
    ///
    /// When they are not given.
    pub fn children(&mut self, to: &str) -> Vec<String> {
        let mut request = retrieval(to);
        request.result_content = Some(ResultContent::ChildReferences);
        request.filter = Some(FilterCriteria { level: Some(1), ..FilterCriteria::default() });
        let response = self.send(request);
        assert_eq!(response.code(), 2000, "{to}: {:?}", response.content);
        let references = response.member("rrf").as_list().expect("a list");
        let address = |reference: &Value| {
            let value = reference.as_object().and_then(|object| object.get("val"));
            value.and_then(Value::as_text).expect("an address").to_owned()
        };
        references.iter().map(address).collect()
    }

    /// The whole content of a resource.
    ///
    /// # Panics
    ///
    /// When it is not given.
    pub fn content(&mut self, to: &str) -> Content {
        let response = self.retrieve(to);
        assert_eq!(response.code(), 2000, "{to}: {:?}", response.content);
        response.content.expect("a content")
    }

    /// Sends any request, as this originator.
    ///
    /// # Panics
    ///
    /// When there is no answer.
    pub fn send(&mut self, mut request: Request) -> Response {
        let own = self.client.request(request.operation, &request.to.to_string()).expect("an address");
        (request.from, request.request_id) = (own.from, own.request_id);
        self.client.send(&request).expect("an answer")
    }
}
