//! What the gate is asked about a target: the operation, what it would create, and which attributes it touches
//! (TS-0003 7.1.2).

use csf_api::{AccessOperation, Object, Operation, Request, ResultContent};
use csf_tree::{Resource, represent};

/// What is asked about a target.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The operation.
    pub(crate) operation: AccessOperation,
    extent: Extent<'a>,
    /// Whether nobody said what it would give, because it is only a plan.
    is_open: bool,
}

/// How much of the target is asked about.
#[derive(Clone, Copy)]
enum Extent<'a> {
    /// All that it has.
    Whole,
    /// That it is there.
    Existence,
    /// What the request says.
    Request(&'a Request),
    /// What the request says, of members that are not known here.
    Members(&'a Request),
}

impl<'a> Asked<'a> {
    /// An operation on the whole of a target.
    pub(crate) const fn whole(operation: AccessOperation) -> Self {
        Self { operation, extent: Extent::Whole, is_open: false }
    }

    /// An operation that shows none of the target's attributes.
    pub(crate) const fn existence(operation: AccessOperation) -> Self {
        Self { operation, extent: Extent::Existence, is_open: false }
    }

    /// What a request asks of its target.
    pub(crate) const fn of(request: &'a Request) -> Self {
        Self::new(request, Extent::Request(request))
    }

    /// What a request asks of the members of a group, whichever they are.
    pub(crate) const fn of_members(request: &'a Request) -> Self {
        Self::new(request, Extent::Members(request))
    }

    const fn new(request: &'a Request, extent: Extent<'a>) -> Self {
        Self { operation: request.access_operation(), extent, is_open: false }
    }

    /// The same; where this is true, of a request that is only thought of, and nobody knows what it would give.
    pub(crate) const fn open(self, is_open: bool) -> Self {
        Self { is_open, ..self }
    }

    /// The request, where it is one that is asked about.
    const fn request(&self) -> Option<&'a Request> {
        match self.extent {
            Extent::Request(request) | Extent::Members(request) => Some(request),
            Extent::Whole | Extent::Existence => None,
        }
    }

    /// Whether it is about members of a group, and not about the target itself.
    #[cfg(feature = "access-management")]
    pub(crate) const fn is_of_members(&self) -> bool {
        matches!(self.extent, Extent::Members(_))
    }

    /// The request that would create something.
    pub(crate) fn creation(&self) -> Option<&'a Request> {
        self.request().filter(|request| request.operation == Operation::Create)
    }

    /// The short names of the attributes that the operation reads or writes; `None` where they cannot be told.
    ///
    /// CREATE and UPDATE touch those that the request gives, RETRIEVE those that it shows, DELETE all that the
    /// resource has, and DISCOVERY and NOTIFY none.
    pub(crate) fn attributes(&self, target: &Resource) -> Option<Vec<String>> {
        if matches!(self.operation, AccessOperation::Discovery | AccessOperation::Notify) {
            return Some(Vec::new());
        }
        let gives = matches!(self.operation, AccessOperation::Create | AccessOperation::Update);
        let request = match self.extent {
            Extent::Existence => return Some(Vec::new()),
            // Nobody said what would be given.
            Extent::Whole if gives => return None,
            Extent::Whole => return Some(all_of(target)),
            Extent::Request(_) | Extent::Members(_) if gives && self.is_open => return None,
            Extent::Request(request) | Extent::Members(request) => request,
        };
        match self.operation {
            AccessOperation::Create | AccessOperation::Update => {
                let body = request.content.as_ref().and_then(|content| content.value.as_object());
                Some(body.into_iter().flat_map(Object::iter).map(|(name, _)| name.to_owned()).collect())
            }
            AccessOperation::Retrieve => self.shown(request, target),
            _ => self.all(target),
        }
    }

    fn shown(&self, request: &Request, target: &Resource) -> Option<Vec<String>> {
        if let Some(one) = request.to.attribute() {
            return Some(vec![one.to_owned()]);
        }
        if !request.attributes.is_empty() {
            return Some(request.attributes.iter().map(|name| String::from(&**name)).collect());
        }
        match request.result_content {
            Some(ResultContent::ChildResources | ResultContent::ChildReferences) => Some(Vec::new()),
            _ => self.all(target),
        }
    }

    fn all(&self, target: &Resource) -> Option<Vec<String>> {
        (!matches!(self.extent, Extent::Members(_))).then(|| all_of(target))
    }
}

/// The attributes of a resource; where the node computes some when it is read, all that its type has.
fn all_of(target: &Resource) -> Vec<String> {
    let whole = represent(target, Object::new());
    let object = whole.value.as_object();
    let mut names: Vec<String> =
        object.into_iter().flat_map(Object::iter).map(|(name, _)| name.to_owned()).collect();
    if !target.schema.creatable {
        names.extend(target.schema.all_attributes().map(|attribute| attribute.name.to_owned()));
        names.sort_unstable();
        names.dedup();
    }
    names
}
