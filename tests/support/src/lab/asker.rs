//! Who asks in a flow: a channel, an originator, and requests as plain calls.

use std::net::IpAddr;

use csf_api::{FilterCriteria, Object, Request, RequestId, Response};
use csf_service::{Authorization, Channel, Decision, Evidence, Question, Trace};

use super::requests::{Draft, ae, creation, deletion, discovery, invocation, retrieval, update};
use super::{Lab, executor};

/// A local user, who may register AEs.
#[derive(Clone, Copy)]
pub struct LocalUser<'a> {
    lab: &'a Lab,
    uid: u32,
}

impl<'a> LocalUser<'a> {
    pub(super) const fn new(lab: &'a Lab, uid: u32) -> Self {
        Self { lab, uid }
    }

    /// Registers an AE under this stem, or with this wish (`C` or `S`).
    #[must_use]
    pub fn register(self, from: &str) -> Response {
        self.register_ae(Some(from), ae("Nlab.example"))
    }

    /// Registers this AE, with this From or none.
    #[must_use]
    pub fn register_ae(self, from: Option<&str>, draft: Draft) -> Response {
        let base = self.lab.service().settings().base_name.as_str().to_owned();
        Asker::local(self.lab, self.uid, from).create(&base, draft)
    }
}

/// Somebody who asks.
pub struct Asker<'a> {
    lab: &'a Lab,
    channel: Channel,
    from: Option<Box<str>>,
    address: Option<IpAddr>,
}

impl<'a> Asker<'a> {
    pub(super) fn local(lab: &'a Lab, uid: u32, from: Option<&str>) -> Self {
        Self { lab, channel: Channel::Local { uid }, from: from.map(Into::into), address: None }
    }

    pub(super) fn administration(lab: &'a Lab, from: Option<&str>) -> Self {
        Self { lab, channel: Channel::Administration, from: from.map(Into::into), address: None }
    }

    pub(super) fn network(lab: &'a Lab, from: Option<&str>) -> Self {
        Self { lab, channel: Channel::Network, from: from.map(Into::into), address: None }
    }

    /// The same channel, with another From.
    #[must_use]
    pub fn claiming(&self, from: Option<&str>) -> Self {
        Self { lab: self.lab, channel: self.channel, from: from.map(Into::into), address: self.address }
    }

    /// The same, over a channel whose packets come from this address.
    ///
    /// # Panics
    ///
    /// When the text is no address.
    #[must_use]
    pub fn at(self, address: &str) -> Self {
        Self { address: Some(address.parse().expect("an address")), ..self }
    }

    /// What a listener would know about the channel.
    #[must_use]
    pub const fn evidence(&self) -> Evidence {
        Evidence { channel: self.channel, address: self.address }
    }

    /// CREATE.
    #[must_use]
    pub fn create(&self, to: &str, draft: Draft) -> Response {
        self.send(creation(to, draft))
    }

    /// RETRIEVE.
    #[must_use]
    pub fn retrieve(&self, to: &str) -> Response {
        self.send(retrieval(to))
    }

    /// UPDATE.
    #[must_use]
    pub fn update(&self, to: &str, draft: Draft) -> Response {
        self.send(update(to, draft))
    }

    /// DELETE.
    #[must_use]
    pub fn delete(&self, to: &str) -> Response {
        self.send(deletion(to))
    }

    /// RETRIEVE with filter usage discovery.
    #[must_use]
    pub fn discover(&self, to: &str, criteria: FilterCriteria) -> Response {
        self.send(discovery(to, criteria))
    }

    /// Invokes a function.
    #[must_use]
    pub fn invoke(&self, function: &'static str, input: Object) -> Response {
        self.send(invocation(function, input))
    }

    /// Asks the authorization service, as a CSF in the process of the node does.
    ///
    /// # Errors
    ///
    /// The response that refuses.
    pub fn ask(&self, flow: &mut Authorization, question: &Question) -> Result<Decision, Box<Response>> {
        let (world, from) = (self.lab.world(), self.from.as_deref().unwrap_or_default());
        let (evidence, by) = (self.evidence(), world.deadline());
        executor::run(flow.ask(self.lab.service(), world, &evidence, from, question, by))
    }

    /// Sends any request, with the From of this asker.
    #[must_use]
    pub fn send(&self, request: Request) -> Response {
        self.send_traced(request).0
    }

    /// The same, with the steps that it took.
    #[must_use]
    pub fn send_traced(&self, request: Request) -> (Response, Trace) {
        let (request, world) = (self.complete(request), self.lab.world());
        let evidence = self.evidence();
        let by = world.deadline();
        world.count_request();
        let (response, trace) =
            executor::run(self.lab.service().handle_traced(world, &evidence, &request, by));
        assert_eq!(response.request_id, request.request_id, "a response names its request");
        assert_eq!(response.release, Some(request.release), "a response repeats the release");
        (response, trace)
    }

    pub(super) fn complete(&self, mut request: Request) -> Request {
        request.from.clone_from(&self.from);
        request.request_id = RequestId::parse(&format!("lab-{}", self.lab.next_request())).unwrap();
        request
    }
}
