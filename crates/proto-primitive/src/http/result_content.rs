//! Which result contents an operation allows (TS-0001 table 8.1.2-1).

use csf_api::{Operation, Release, ResultContent};

/// Whether a request of this kind may ask for this result.
///
/// [`ResultContent::DiscoveryReferences`] and [`ResultContent::Permissions`] exist from release 4 on.
pub(super) fn is_allowed(
    wanted: ResultContent,
    operation: Operation,
    is_discovery: bool,
    release: Release,
) -> bool {
    use ResultContent as Rcn;
    match operation {
        Operation::Create => matches!(
            wanted,
            Rcn::Nothing
                | Rcn::Attributes
                | Rcn::HierarchicalAddress
                | Rcn::HierarchicalAddressAndAttributes
                | Rcn::ModifiedAttributes
        ),
        Operation::Retrieve if is_discovery => match wanted {
            Rcn::ChildReferences => true,
            Rcn::DiscoveryReferences => release >= Release::R4,
            _ => false,
        },
        Operation::Retrieve => match wanted {
            Rcn::Attributes
            | Rcn::AttributesAndChildResources
            | Rcn::AttributesAndChildReferences
            | Rcn::ChildReferences
            | Rcn::OriginalResource
            | Rcn::ChildResources
            | Rcn::SemanticContent => true,
            Rcn::Permissions => release >= Release::R4,
            _ => false,
        },
        Operation::Update => matches!(wanted, Rcn::Nothing | Rcn::Attributes | Rcn::ModifiedAttributes),
        Operation::Delete => matches!(
            wanted,
            Rcn::Nothing
                | Rcn::Attributes
                | Rcn::AttributesAndChildResources
                | Rcn::AttributesAndChildReferences
                | Rcn::ChildReferences
                | Rcn::ChildResources
        ),
        Operation::Notify => false,
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
                        .is_some_and(|rcn| is_allowed(rcn, operation, is_discovery, release))
                })
                .collect();
            assert_eq!(found, allowed, "{operation}, discovery {is_discovery}, {release:?}");
        }
    }
}
