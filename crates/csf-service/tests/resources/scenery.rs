//! What the flows have in common: the four operations as values, and a tree to try them on.

use csf_api::Response;
use support::lab::{ALL, Asker, Draft, Lab, Reading as _, ae, changes, container, instance, policy, rule};

/// One of the four operations, as the public test purposes vary them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// CREATE of a container below the target.
    Create,
    /// RETRIEVE of the target.
    Retrieve,
    /// UPDATE of its labels.
    Update,
    /// DELETE of it.
    Delete,
}

impl Act {
    /// All four.
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Retrieve, Self::Update, Self::Delete];

    /// Does it to a target whose content has this root.
    pub(crate) fn on(self, asker: &Asker<'_>, to: &str, root: &'static str) -> u16 {
        let response = match self {
            Self::Create => asker.create(to, container("attempt")),
            Self::Retrieve => asker.retrieve(to),
            Self::Update => asker.update(to, changes(root).with("lbl", ["tried"])),
            Self::Delete => asker.delete(to),
        };
        response.code()
    }

    /// The status of success.
    pub(crate) const fn done(self) -> u16 {
        match self {
            Self::Create => 2001,
            Self::Retrieve => 2000,
            Self::Update => 2004,
            Self::Delete => 2002,
        }
    }

    /// Its number in `acop`.
    pub(crate) const fn bit(self) -> i64 {
        match self {
            Self::Create => 1,
            Self::Retrieve => 2,
            Self::Update => 4,
            Self::Delete => 8,
        }
    }
}

/// `Cmeter` of user 1000, with a container `readings` and no policies.
pub(crate) fn meter(lab: &Lab) -> Asker<'_> {
    let meter = lab.registered(1000, "Cmeter");
    must(&meter.create("cse-mn/Cmeter", container("readings")), 2001);
    meter
}

/// Adds a policy `name` below `Cmeter`, which alone may change it, with these privileges; its identifier.
pub(crate) fn policy_of_meter<const N: usize>(
    meter: &Asker<'_>,
    name: &str,
    pv: [csf_api::Object; N],
) -> String {
    added(meter, "cse-mn/Cmeter", policy(name, pv, [rule(["Cmeter"], ALL)]))
}

/// Creates something and gives its identifier.
pub(crate) fn added(asker: &Asker<'_>, to: &str, draft: Draft) -> String {
    let response = asker.create(to, draft);
    must(&response, 2001);
    response.text("ri").to_owned()
}

/// Adds an instance to a container.
pub(crate) fn append(asker: &Asker<'_>, to: &str, content: &str) {
    must(&asker.create(to, instance(content)), 2001);
}

/// An AE that ends so many seconds from now.
pub(crate) fn short_lived(lab: &Lab, seconds: i64) -> Draft {
    ae("Nlab.example").with("et", lab.in_seconds(seconds).as_str())
}

/// The request was answered so.
#[track_caller]
pub(crate) fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}
