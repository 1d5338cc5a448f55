//! What is asked of a decision: an operation, on what, and touching which attributes (TS-0003 7.1.2).

use csf_api::{AccessOperation, ResourceType};

/// The most attributes of one question that attribute lists are held against; beyond it only a rule without a
/// list permits.
pub const MAX_TOUCHED: usize = 128;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The operation.
    pub operation: AccessOperation,
    /// The type of the target.
    pub target: ResourceType,
    /// What a CREATE would make below the target; `None` for any other operation.
    pub child: Option<Kind<'a>>,
    /// The attributes that the operation reads or writes.
    pub attributes: Touched<'a>,
}

/// The type of a resource, and its specialisation where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind<'a> {
    /// The type.
    pub resource_type: ResourceType,
    /// What kind of flexContainer or mgmtObj.
    pub specialisation: Option<Specialisation<'a>>,
}

/// What kind of flexContainer or mgmtObj a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specialisation<'a> {
    /// The `cnd` of a flexContainer.
    Container(&'a str),
    /// The `mgd` of a mgmtObj.
    Management(i64),
}

/// The attributes that an operation touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched<'a> {
    /// Whatever the resource has, which nobody has listed: only a rule without an attribute list permits.
    All,
    /// Those with these short names; none at all where the list is empty.
    These(&'a [&'a str]),
}

impl<'a> Question<'a> {
    /// A question about the whole of a target. A CREATE still needs its [`Question::child`].
    #[must_use]
    pub const fn whole(operation: AccessOperation, target: ResourceType) -> Self {
        Self { operation, target, child: None, attributes: Touched::All }
    }

    /// The same question about a CREATE of this kind of child.
    #[must_use]
    pub const fn creating(self, child: Kind<'a>) -> Self {
        Self { child: Some(child), ..self }
    }

    /// The same question about these attributes only.
    #[must_use]
    pub const fn touching(self, attributes: &'a [&'a str]) -> Self {
        Self { attributes: Touched::These(attributes), ..self }
    }
}
