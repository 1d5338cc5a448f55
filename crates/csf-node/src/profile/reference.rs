//! Reference points and the peers at their other end (TS-0003 5.4).

/// Where a node meets others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferencePoint {
    /// Between applications and the CSE.
    Mca,
    /// Between two CSEs of one service provider.
    Mcc,
    /// Between the infrastructure nodes of two service providers.
    MccPrime,
    /// Between the CSE and the underlying network.
    Mcn,
}

impl ReferencePoint {
    /// The name that the draft gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mca => "Mca",
            Self::Mcc => "Mcc",
            Self::MccPrime => "Mcc'",
            Self::Mcn => "Mcn",
        }
    }
}

/// Who stands at the other end of a reference point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// An application dedicated node.
    Adn,
    /// An application service node.
    Asn,
    /// A middle node.
    Mn,
    /// An infrastructure node of the same service provider.
    In,
    /// An infrastructure node of another service provider.
    ForeignIn,
    /// A service entity of the underlying network.
    UnderlyingNetwork,
}

impl Peer {
    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Adn => "ADN",
            Self::Asn => "ASN",
            Self::Mn => "MN",
            Self::In => "IN",
            Self::ForeignIn => "IN of another provider",
            Self::UnderlyingNetwork => "underlying network",
        }
    }
}

/// A reference point that a profile stands on, with its peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The reference point.
    pub point: ReferencePoint,
    /// Who may stand at its other end.
    pub peers: &'static [Peer],
}
