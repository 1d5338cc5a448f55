//! What the tester has before its stimulus: a node, AEs, policies, and something to try them on.

use conformance::{ALL, Draft, Reading, Speaker, changes, container, policy, rule};
use csf_api::{Object, Release, Request, Response, Value};
use support::NodeProcess;
use support::lab::group;

/// The one who has the privilege, and the one who has not.
pub(crate) struct Testers {
    pub(crate) permitted: Speaker,
    pub(crate) refused: Speaker,
    pub(crate) node: NodeProcess,
}

impl Testers {
    /// AE1 and AE2 of the suite, registered.
    pub(crate) fn new() -> Self {
        let node = NodeProcess::start();
        let [permitted, refused] = ["CAE1", "CAE2"].map(|stem| Speaker::registered(&node, stem));
        Self { permitted, refused, node }
    }

    /// Has the administrator let AE1 do everything on the CSEBase, and AE2 what this says.
    pub(crate) fn may_use_the_base(&mut self, refused: i64) {
        let mut rules = vec![own("CAdmin"), own("CAE1")];
        if refused != 0 {
            rules.push(rule(["CAE2"], refused));
        }
        let rules = Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()));
        let change = changes("m2m:acp").with("pv", rules);
        updated(Speaker::administrator(&self.node).update("-/acpAdmin", change));
    }
}

/// A rule that grants everything to one.
pub(crate) fn own(originator: &str) -> Object {
    rule([originator], ALL)
}

/// The ordinary resources that the variants of a purpose are run with, and their roots.
pub(crate) fn variants(name: &str) -> [(&'static str, Draft); 3] {
    [
        ("m2m:acp", policy(name, [own("CAE1")], [own("CAE1")])),
        ("m2m:cnt", container(name)),
        ("m2m:grp", group(name, 3, [])),
    ]
}

/// The same request as an old tester would send it.
pub(crate) fn of_release_1(mut request: Request) -> Request {
    request.release = Release::R1;
    request
}

/// The answer to a CREATE that succeeded.
#[track_caller]
pub(crate) fn created(response: Response) -> Response {
    told(response, 2001)
}

/// The answer to an UPDATE that succeeded.
#[track_caller]
pub(crate) fn updated(response: Response) -> Response {
    told(response, 2004)
}

/// The answer, which has this status.
#[track_caller]
pub(crate) fn told(response: Response, code: u16) -> Response {
    assert_eq!(response.code(), code, "{:?}", response.content);
    response
}
