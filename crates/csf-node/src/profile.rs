//! Profiles as data: what an ASN, an MN or an IN carries, whom it meets, how much it takes (TS-0003 5.4, 5.5).
//!
//! A profile is the innermost layer of a node's configuration. Nothing in the node asks *which* profile it
//! runs: it asks for the components, the peers and the limits, so that a fourth profile is a fourth value.

mod component;
mod limits;
mod reference;

pub use component::Component;
pub use limits::Limits;
pub use reference::{Peer, Reference, ReferencePoint};

/// What one kind of node is made of, before anybody configures it.
#[derive(Debug, PartialEq, Eq)]
pub struct Profile {
    /// The short name: `asn`, `mn` or `in`.
    pub name: &'static str,
    /// The program that runs it.
    pub binary: &'static str,
    /// The `cst` of its CSEBase (TS-0004 6.3.4.2.2): 1 for IN, 2 for MN, 3 for ASN.
    pub cse_type: u8,
    /// The CSE-ID where none is configured.
    pub cse_id: &'static str,
    /// The resource name of the CSEBase where none is configured.
    pub cse_name: &'static str,
    /// The components that it carries unless the configuration says otherwise.
    pub components: &'static [Component],
    /// The reference points that it stands on, each with the peers at the other end.
    pub reference_points: &'static [Reference],
    /// How much it takes at once, unless the configuration says otherwise.
    pub limits: Limits,
}

impl Profile {
    /// The profile with this short name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PROFILES.into_iter().find(|profile| profile.name == name)
    }

    /// The peers that the profile meets on this reference point; empty where it does not stand on it.
    #[must_use]
    pub fn peers(&self, point: ReferencePoint) -> &'static [Peer] {
        self.reference_points.iter().find(|r| r.point == point).map_or(&[], |r| r.peers)
    }
}

/// An application service node.
pub static ASN: Profile = Profile {
    name: "asn",
    binary: "csf-asn",
    cse_type: 3,
    cse_id: "/id-asn",
    cse_name: "cse-asn",
    components: Component::BUILT,
    reference_points: &[
        Reference { point: ReferencePoint::Mca, peers: &[Peer::Adn] },
        Reference { point: ReferencePoint::Mcc, peers: &[Peer::Mn, Peer::In] },
        Reference { point: ReferencePoint::Mcn, peers: &[Peer::UnderlyingNetwork] },
    ],
    limits: Limits {
        body_bytes: 64 * 1024,
        connections: 64,
        requests: 128,
        request_seconds: 10,
        cache_records: 20_000,
        depth: 16,
        discovery_results: 500,
        content_bytes: 64 * 1024,
        instances_per_container: 10_000,
        data_object_bytes: 16 * 1024,
        data_objects_per_owner: 64,
        data_bytes_per_owner: 256 * 1024,
        resources_per_originator: 1_000,
    },
};

/// A middle node: a gateway.
pub static MN: Profile = Profile {
    name: "mn",
    binary: "csf-mn",
    cse_type: 2,
    cse_id: "/id-mn",
    cse_name: "cse-mn",
    components: Component::BUILT,
    reference_points: &[
        Reference { point: ReferencePoint::Mca, peers: &[Peer::Adn] },
        Reference { point: ReferencePoint::Mcc, peers: &[Peer::Asn, Peer::Mn, Peer::In] },
        Reference { point: ReferencePoint::Mcn, peers: &[Peer::UnderlyingNetwork] },
    ],
    limits: Limits {
        body_bytes: 256 * 1024,
        connections: 256,
        requests: 512,
        request_seconds: 10,
        cache_records: 250_000,
        depth: 32,
        discovery_results: 1_000,
        content_bytes: 256 * 1024,
        instances_per_container: 100_000,
        data_object_bytes: 32 * 1024,
        data_objects_per_owner: 256,
        data_bytes_per_owner: 4 * 1024 * 1024,
        resources_per_originator: 10_000,
    },
};

/// An infrastructure node.
pub static IN: Profile = Profile {
    name: "in",
    binary: "csf-in",
    cse_type: 1,
    cse_id: "/id-in",
    cse_name: "cse-in",
    components: Component::BUILT,
    reference_points: &[
        Reference { point: ReferencePoint::Mca, peers: &[Peer::Adn] },
        Reference { point: ReferencePoint::Mcc, peers: &[Peer::Asn, Peer::Mn, Peer::In] },
        Reference { point: ReferencePoint::MccPrime, peers: &[Peer::ForeignIn] },
        Reference { point: ReferencePoint::Mcn, peers: &[Peer::UnderlyingNetwork] },
    ],
    limits: Limits {
        body_bytes: 1024 * 1024,
        connections: 1024,
        requests: 2048,
        request_seconds: 10,
        cache_records: 1_000_000,
        depth: 63,
        discovery_results: 1_000,
        content_bytes: 1024 * 1024,
        instances_per_container: 1_000_000,
        data_object_bytes: 60 * 1024,
        data_objects_per_owner: 1_000,
        data_bytes_per_owner: 16 * 1024 * 1024,
        resources_per_originator: 100_000,
    },
};

/// Every profile, from the device to the infrastructure.
pub static PROFILES: [&Profile; 3] = [&ASN, &MN, &IN];

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of what a profile says about its surroundings, as text.
    fn surroundings(profile: &Profile) -> Vec<String> {
        profile
            .reference_points
            .iter()
            .map(|r| {
                let peers: Vec<_> = r.peers.iter().map(|p| p.name()).collect();
                format!("{}: {}", r.point.name(), peers.join(", "))
            })
            .collect()
    }

    // Shows ARC-7.
    #[test]
    fn an_asn_meets_adn_mn_in_and_the_network() {
        assert_eq!(surroundings(&ASN), ["Mca: ADN", "Mcc: MN, IN", "Mcn: underlying network"]);
        assert!(!ASN.peers(ReferencePoint::Mcc).contains(&Peer::Asn));
    }

    // Shows ARC-8.
    #[test]
    fn an_mn_meets_adn_asn_mn_in_and_the_network() {
        assert_eq!(surroundings(&MN), ["Mca: ADN", "Mcc: ASN, MN, IN", "Mcn: underlying network"]);
    }

    // Shows ARC-9.
    #[test]
    fn only_an_in_meets_another_providers_in() {
        assert_eq!(
            surroundings(&IN),
            ["Mca: ADN", "Mcc: ASN, MN, IN", "Mcc': IN of another provider", "Mcn: underlying network"]
        );
        for profile in [&ASN, &MN] {
            assert!(profile.peers(ReferencePoint::MccPrime).is_empty(), "{}", profile.name);
        }
    }

    // Shows ARC-11.
    #[test]
    fn every_profile_carries_the_mandatory_components() {
        for profile in PROFILES {
            for component in Component::ALL.iter().filter(|c| c.is_mandatory()) {
                assert!(profile.components.contains(component), "{} lacks {component}", profile.name);
            }
        }
    }

    #[test]
    fn profiles_are_found_by_name_and_differ_in_every_name() {
        for profile in PROFILES {
            assert_eq!(Profile::named(profile.name), Some(profile));
            assert_eq!(profile.binary, format!("csf-{}", profile.name));
            assert_eq!(profile.cse_id, format!("/id-{}", profile.name));
            assert_eq!(profile.cse_name, format!("cse-{}", profile.name));
        }
        assert_eq!(Profile::named("adn"), None);
        assert_eq!([ASN.cse_type, MN.cse_type, IN.cse_type], [3, 2, 1]);
    }
}
