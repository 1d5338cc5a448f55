//! The decisions of the last while, 32 bytes each, so that one can be listed and explained afterwards (decision 0068).
//!
//! ```text
//!   request ─▶ gate ─▶ note ─▶ permitted: a ring of KEPT      who and of what: a number, and where it takes a name,
//!                        └───▶ refused:   a ring of KEPT      its place in a bounded table of names
//! ```
//!
//! Refusals have a ring of their own: whatever many reads do, they stay. To note one takes no lock that is held
//! elsewhere at the time, and no memory unless a name comes up that was not there lately.

mod names;
mod record;
mod ring;

use std::sync::OnceLock;

use csf_api::{Operation, Request, ResourceId, UtcTime};
use csf_store::Version;
use csf_tree::{Ordinal, Resource};

use crate::authentication::Caller;
use crate::outside::RequestNumber;
use names::Names;
use record::Packed;
pub(super) use record::{Decided, Target};
use ring::Ring;

/// How many decisions are kept of each outcome.
pub(crate) const KEPT: usize = 2048;

/// The decisions of the last while.
pub(crate) struct Recent {
    permitted: Ring,
    refused: Ring,
    names: Names,
    /// What all numbers of requests of this start have in common.
    start: OnceLock<u32>,
}

impl Default for Recent {
    fn default() -> Self {
        let (permitted, refused) = (Ring::new(KEPT), Ring::new(KEPT));
        Self { permitted, refused, names: Names::new(), start: OnceLock::new() }
    }
}

impl Recent {
    /// Keeps what the gate said of a request to this target.
    pub(crate) fn note(
        &self,
        (number, time): (Option<RequestNumber>, UtcTime),
        caller: &Caller,
        request: &Request,
        (target, of_members): (&Resource, bool),
        (permitted, epoch): (bool, Option<Version>),
    ) {
        if let Some(number) = number {
            let _ = self.start.get_or_init(|| number.start());
        }
        let decided = Decided {
            time,
            number: number.map(RequestNumber::count),
            operation: request.access_operation(),
            permitted,
            standing: caller.standing(),
            of_members,
            relinks: relinks(request),
            credentials: !request.credentials.is_empty(),
            address: caller.has_address(),
            child: request.resource_type.filter(|_| request.operation == Operation::Create),
            epoch: epoch.map(|epoch| epoch.0),
            originator: caller.originator().map(|id| self.names.place(id.absolute())),
            target: self.place(target),
        };
        let ring = if permitted { &self.permitted } else { &self.refused };
        ring.push(Packed::pack(&decided));
    }

    fn place(&self, target: &Resource) -> Target {
        let made = Target::made(&target.id, target.schema);
        made.unwrap_or_else(|| Target::Named(self.names.place(target.id.as_str())))
    }

    /// The newest first: refusals alone, or everything.
    pub(super) fn newest(&self, refused_alone: bool) -> Vec<Decided> {
        let mut found = self.refused.all();
        if !refused_alone {
            found.extend(self.permitted.all());
        }
        // Of the same moment, the request with the higher number came later.
        let mut found: Vec<Decided> = found.iter().filter_map(Packed::unpack).collect();
        found.sort_by_key(|decided| std::cmp::Reverse((decided.time, decided.number)));
        found
    }

    /// What a request with this number was told, as far as it is kept; the newest first.
    pub(super) fn of(&self, number: RequestNumber) -> Vec<Decided> {
        let mut found = self.newest(false);
        found.retain(|decided| self.number(decided) == Some(number));
        found
    }

    /// The number of its request.
    pub(super) fn number(&self, decided: &Decided) -> Option<RequestNumber> {
        Some(RequestNumber::new(*self.start.get()?, decided.number?))
    }

    /// The absolute identifier of who asked; `None` where it named none, or is not known any more.
    pub(super) fn originator(&self, decided: &Decided) -> Option<String> {
        self.names.at(decided.originator?)
    }

    /// The resource that was asked about; `None` where its name is not known any more.
    pub(super) fn target(&self, decided: &Decided) -> Option<ResourceId> {
        match decided.target {
            Target::Made(schema, ordinal) => Ordinal::from_number(ordinal).resource_id(schema),
            Target::Named(place) => ResourceId::parse(&self.names.at(place)?).ok(),
        }
    }
}

/// Whether the request changes which policies govern its target.
fn relinks(request: &Request) -> bool {
    let given = request.content.as_ref().and_then(|content| content.value.as_object());
    request.operation == Operation::Update && given.is_some_and(|given| given.get("acpi").is_some())
}
