//! What a response shall hold, and which operation may ask for it (TS-0001 table 8.1.2-1).

use crate::{Operation, Release};

/// What the response shall hold (`rcn`, TS-0001 table 8.1.2-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ResultContent {
    /// 0: nothing.
    Nothing = 0,
    /// 1: the attributes.
    Attributes = 1,
    /// 2: the hierarchical address.
    HierarchicalAddress = 2,
    /// 3: the hierarchical address and the attributes.
    HierarchicalAddressAndAttributes = 3,
    /// 4: the attributes and the child resources.
    AttributesAndChildResources = 4,
    /// 5: the attributes and references to the child resources.
    AttributesAndChildReferences = 5,
    /// 6: references to the child resources.
    ChildReferences = 6,
    /// 7: the original of an announced resource.
    OriginalResource = 7,
    /// 8: the child resources.
    ChildResources = 8,
    /// 9: the attributes that the CSE changed.
    ModifiedAttributes = 9,
    /// 10: semantic content.
    SemanticContent = 10,
    /// 11: references found by discovery.
    DiscoveryReferences = 11,
    /// 12: what the originator may do.
    Permissions = 12,
}

impl ResultContent {
    /// The result content with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Nothing,
            1 => Self::Attributes,
            2 => Self::HierarchicalAddress,
            3 => Self::HierarchicalAddressAndAttributes,
            4 => Self::AttributesAndChildResources,
            5 => Self::AttributesAndChildReferences,
            6 => Self::ChildReferences,
            7 => Self::OriginalResource,
            8 => Self::ChildResources,
            9 => Self::ModifiedAttributes,
            10 => Self::SemanticContent,
            11 => Self::DiscoveryReferences,
            12 => Self::Permissions,
            _ => return None,
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether a request of this kind may ask for this result.
    ///
    /// [`Self::DiscoveryReferences`] and [`Self::Permissions`] exist from release 4 on.
    #[must_use]
    pub fn is_allowed(self, operation: Operation, is_discovery: bool, release: Release) -> bool {
        match operation {
            Operation::Create => matches!(
                self,
                Self::Nothing
                    | Self::Attributes
                    | Self::HierarchicalAddress
                    | Self::HierarchicalAddressAndAttributes
                    | Self::ModifiedAttributes
            ),
            Operation::Retrieve if is_discovery => match self {
                Self::ChildReferences => true,
                Self::DiscoveryReferences => release >= Release::R4,
                _ => false,
            },
            Operation::Retrieve => match self {
                Self::Attributes
                | Self::AttributesAndChildResources
                | Self::AttributesAndChildReferences
                | Self::ChildReferences
                | Self::OriginalResource
                | Self::ChildResources
                | Self::SemanticContent => true,
                Self::Permissions => release >= Release::R4,
                _ => false,
            },
            Operation::Update => matches!(self, Self::Nothing | Self::Attributes | Self::ModifiedAttributes),
            Operation::Delete => matches!(
                self,
                Self::Nothing
                    | Self::Attributes
                    | Self::AttributesAndChildResources
                    | Self::AttributesAndChildReferences
                    | Self::ChildReferences
                    | Self::ChildResources
            ),
            Operation::Notify => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_architecture() {
        for (operation, is_discovery, release, allowed) in [
            (Operation::Create, false, Release::R3, &[0, 1, 2, 3, 9][..]),
            (Operation::Retrieve, false, Release::R3, &[1, 4, 5, 6, 7, 8, 10]),
            (Operation::Retrieve, false, Release::R4, &[1, 4, 5, 6, 7, 8, 10, 12]),
            (Operation::Retrieve, true, Release::R3, &[6]),
            (Operation::Retrieve, true, Release::R5, &[6, 11]),
            (Operation::Update, false, Release::R5, &[0, 1, 9]),
            (Operation::Delete, false, Release::R2a, &[0, 1, 4, 5, 6, 8]),
            (Operation::Notify, false, Release::R5, &[]),
        ] {
            let found: Vec<u8> = (0..=u8::MAX)
                .filter(|n| {
                    ResultContent::from_number(*n)
                        .is_some_and(|rcn| rcn.is_allowed(operation, is_discovery, release))
                })
                .collect();
            assert_eq!(found, allowed, "{operation}, discovery {is_discovery}, {release:?}");
        }
    }
}
