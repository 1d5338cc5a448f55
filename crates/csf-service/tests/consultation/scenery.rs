//! What the tests have in common.

use std::path::Path;
use std::time::Duration;

use csf_api::{Address, Request, ResourceType, Response, Value};
use csf_service::AuthorizationServer;
use support::lab::{
    ALL, Asker, Draft, Lab, Reading as _, Setup, changes, container, draft, on_every_storage_with, policy,
    rule,
};

/// What is asked for.
pub(crate) const TARGET: &str = "cse-mn/Cmeter/readings";
/// The consultation of it.
pub(crate) const CONSULTATION: &str = "cse-mn/Cmeter/ask";
/// The point of access of the server.
pub(crate) const POINT: &str = "unix:/run/das/das.sock";
/// Somebody whom the server grants to read for an hour, as the server names it.
pub(crate) const FOR_READER: &str = r#"{"gp":{"acr":[{"acor":["Creader"],"acop":2}]},"pl":"3600000"}"#;

pub(crate) fn server(point: &str) -> AuthorizationServer {
    let socket = Path::new(point.strip_prefix("unix:").unwrap());
    AuthorizationServer { point: point.into(), socket: socket.into(), user: 77, to: address("/id-das/das") }
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

/// An enabled consultation of the server.
pub(crate) fn consultation(name: &str) -> Draft {
    let draft = draft(ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION, "m2m:dac").with("rn", name);
    draft.with("dae", true).with("dap", ["http://192.0.2.1/das", POINT])
}

/// `Cmeter` has a container that its policy opens to itself alone, and a consultation that the container links;
/// `Creader` is registered.
pub(crate) fn with_scenery(flow: impl Fn(&Lab)) {
    with_setup(|_| {}, |lab| flow(&lab));
}

pub(crate) fn with_setup(change: impl Fn(&mut Setup), flow: impl Fn(Lab)) {
    on_every_storage_with(
        |setup| {
            setup.settings.consultation.servers = vec![server(POINT)];
            setup.settings.consultation.time = Duration::from_secs(1);
            change(setup);
        },
        |lab| {
            let meter = lab.registered(1000, "Cmeter");
            let own = || rule(["Cmeter"], ALL);
            must(&meter.create("cse-mn/Cmeter", policy("own", [own()], [own()])), 2001);
            must(&meter.create("cse-mn/Cmeter", consultation("ask")), 2001);
            let readings = container("readings").with("acpi", ["cse-mn/Cmeter/own"]);
            must(&meter.create("cse-mn/Cmeter", readings.with("daci", [CONSULTATION])), 2001);
            let _ = lab.registered(1001, "Creader");
            flow(lab);
        },
    );
}

pub(crate) fn meter(lab: &Lab) -> Asker<'_> {
    lab.as_ae(1000, "Cmeter")
}

pub(crate) fn reader(lab: &Lab) -> Asker<'_> {
    lab.as_ae(1001, "Creader")
}

/// Has the server answer with this policy from now on.
pub(crate) fn grant(lab: &Lab, policy: &str) {
    lab.answer_json(&format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{policy}}}}}}}"#));
}

/// What the reader gets who asks for the target, and how often the server was asked for that.
pub(crate) fn reads(lab: &Lab) -> (u16, usize) {
    let _ = lab.take_questions();
    let code = reader(lab).retrieve(TARGET).code();
    (code, lab.take_questions().len())
}

/// The member of a question of this name; nothing where it has none.
pub(crate) fn asked(question: &Request, name: &str) -> Option<Value> {
    question.content.as_ref()?.value.as_object()?.get("dreq")?.as_object()?.get(name).cloned()
}

pub(crate) fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{:?}", response.content);
}

/// A change of the consultation.
pub(crate) fn change(name: &str, value: impl support::lab::IntoValue) -> Draft {
    changes("m2m:dac").with(name, value)
}
