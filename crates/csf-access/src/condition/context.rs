//! One member of `acco`: when, from which addresses, and where; what is not said always holds (TS-0003 7.1.5).

use crate::condition::Check;
use crate::condition::network::Network;
use crate::condition::region::Region;
use crate::condition::window::Window;
use crate::fact::Fact;
use crate::inquiry::Inquiry;
use crate::verdict::Reason;

/// A context: all that it says must hold.
#[derive(Debug, Default)]
pub(crate) struct Context {
    /// One of these, where there are any.
    pub(crate) windows: Box<[Window]>,
    /// One of these, where addresses are said.
    pub(crate) networks: Option<Box<[Network]>>,
    /// In here.
    pub(crate) region: Option<Region>,
    /// It has a condition that is not evaluated, and so never holds.
    pub(crate) inert: bool,
}

impl Context {
    pub(crate) fn check(&self, inquiry: &Inquiry<'_>) -> Check {
        let now = || inquiry.calendar();
        if !self.windows.is_empty() && !self.windows.iter().any(|window| window.contains(now())) {
            return Check::Fails(Reason::Window);
        }
        if let Some(networks) = &self.networks {
            let inside = |address| networks.iter().any(|network| network.contains(address));
            if !inquiry.address().is_some_and(inside) {
                return Check::Fails(Reason::Address);
            }
        }
        // What no fact can change is looked at before one is asked for.
        if self.inert {
            return Check::Fails(Reason::Condition);
        }
        match (&self.region, &inquiry.circumstances.location) {
            (None, _) => Check::Holds,
            (Some(region), Fact::Known(location)) if region.contains(location) == Some(true) => Check::Holds,
            (Some(_), Fact::Known(_) | Fact::Unavailable) => Check::Fails(Reason::Location),
            (Some(_), Fact::Missing) => Check::NeedsLocation,
        }
    }
}

/// Whether one of several contexts holds; the failure that is told is the furthest.
pub(crate) fn check_any(contexts: &[Context], inquiry: &Inquiry<'_>) -> Check {
    let mut nearest = None;
    let mut needs_location = false;
    for context in contexts {
        match context.check(inquiry) {
            Check::Holds => return Check::Holds,
            Check::Fails(reason) => nearest = nearest.max(Some(reason)),
            Check::NeedsLocation => needs_location = true,
        }
    }
    match nearest {
        _ if needs_location => Check::NeedsLocation,
        Some(reason) => Check::Fails(reason),
        None => Check::Holds,
    }
}
