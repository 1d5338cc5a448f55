//! One entry of accessControlOriginators, read once and compiled (TS-0003 7.1.3, TS-0004 7.3.3.15).

use csf_api::{Address, EntityId, Home};

use crate::pattern::Pattern;
use crate::remark::Remark;
use crate::role::RoleId;

/// The word that means everybody; no other spelling does.
const EVERYBODY: &str = "all";

/// Whom an entry means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Any originator, and callers that have none.
    Everybody,
    /// One AE, CSE or local CSF.
    Exactly(EntityId),
    /// Every AE and CSE of a service provider; its domain name without the slashes.
    Domain(Box<str>),
    /// The identifiers that fit.
    Pattern(Pattern),
    /// Whoever has this role.
    Role(RoleId),
    /// The members of the group at this address.
    Group(Address),
    /// Nobody, and why.
    Nobody(Remark),
}

impl Entry {
    /// Reads an entry. Whatever it may be, it is an entry: what cannot be told matches nobody.
    pub(crate) fn parse(text: &str, home: &Home) -> Self {
        if text == EVERYBODY {
            return Self::Everybody;
        }
        if let Ok(id) = EntityId::parse(text, home) {
            return Self::Exactly(id);
        }
        if text.contains('@') {
            return RoleId::parse(text).map_or(Self::Nobody(Remark::Nobody), Self::Role);
        }
        // A star in a lone domain is an ordinary character, which no domain name has: who wants several
        // providers says of which entities (`//*/id-mn/C*`), so that nobody grants a whole domain by a slip.
        if let Some(domain) = text.strip_prefix("//").filter(|rest| !rest.contains('/')) {
            return if domain.contains('*') {
                Self::Nobody(Remark::Nobody)
            } else {
                Self::Domain(domain.into())
            };
        }
        if text.contains('*') {
            return Pattern::parse(text, home).map_or(Self::Nobody(Remark::Nobody), Self::Pattern);
        }
        match Address::parse(text) {
            Ok(group) if group.attribute().is_none() => Self::Group(group),
            _ => Self::Nobody(Remark::Nobody),
        }
    }
}

/// The domain name of the service provider of an AE or CSE; a local CSF belongs to none.
pub(crate) fn domain_of(id: &EntityId) -> Option<&str> {
    id.absolute().strip_prefix("//")?.split_once('/').map(|(domain, _)| domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_name_nobody_say_why() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        for text in [
            "*@csf.example",
            "operator@CSF.example",
            "",
            "all ",
            "//csf.exampl*",
            "//*",
            "*",
            "local:*",
            "Cmeter ",
            "cse-mn/grp#mid",
        ] {
            assert_eq!(Entry::parse(text, &home), Entry::Nobody(Remark::Nobody), "{text}");
        }
    }

    #[test]
    fn every_other_entry_is_read_by_its_form() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let id = |text| EntityId::parse(text, &home).expect("well formed");
        assert_eq!(Entry::parse("all", &home), Entry::Everybody);
        assert_eq!(Entry::parse("//other.example", &home), Entry::Domain("other.example".into()));
        assert!(matches!(Entry::parse("//*/id-mn", &home), Entry::Pattern(_)));
        let role = RoleId::parse("operator@csf.example").expect("well formed");
        assert_eq!(Entry::parse("operator@csf.example", &home), Entry::Role(role));
        for text in ["grp-1", "cse-mn/meters", "/id-in/grp-1", "ALL", "C"] {
            let group = Address::parse(text).expect("well formed");
            assert_eq!(Entry::parse(text, &home), Entry::Group(group));
        }
        for text in ["Cmeter", "Slamp", "/id-in", "//other.example/id-mn/Cx", "local:billing"] {
            assert_eq!(Entry::parse(text, &home), Entry::Exactly(id(text)));
        }
        assert_eq!(domain_of(&id("/id-in")), Some("csf.example"));
        assert_eq!(domain_of(&id("local:billing")), None);
    }
}
