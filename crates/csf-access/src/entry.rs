//! One entry of accessControlOriginators, read once and compiled (TS-0003 7.1.3, TS-0004 7.3.3.15).

use csf_api::{EntityId, Home};

use crate::pattern::Pattern;
use crate::remark::Remark;

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
            return Self::Nobody(Remark::Role);
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
        match csf_api::Address::parse(text) {
            Ok(_) => Self::Nobody(Remark::Group),
            Err(_) => Self::Nobody(Remark::Nobody),
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
        for (text, remark) in [
            ("operator@csf.example", Remark::Role),
            ("*@csf.example", Remark::Role),
            ("grp-1", Remark::Group),
            ("cse-mn/meters", Remark::Group),
            ("/id-in/grp-1", Remark::Group),
            ("ALL", Remark::Group),
            ("C", Remark::Group),
            ("", Remark::Nobody),
            ("all ", Remark::Nobody),
            ("//csf.exampl*", Remark::Nobody),
            ("//*", Remark::Nobody),
            ("*", Remark::Nobody),
            ("local:*", Remark::Nobody),
            ("Cmeter ", Remark::Nobody),
        ] {
            assert_eq!(Entry::parse(text, &home), Entry::Nobody(remark), "{text}");
        }
    }

    #[test]
    fn every_other_entry_is_read_by_its_form() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let id = |text| EntityId::parse(text, &home).expect("well formed");
        assert_eq!(Entry::parse("all", &home), Entry::Everybody);
        assert_eq!(Entry::parse("//other.example", &home), Entry::Domain("other.example".into()));
        assert!(matches!(Entry::parse("//*/id-mn", &home), Entry::Pattern(_)));
        for text in ["Cmeter", "Slamp", "/id-in", "//other.example/id-mn/Cx", "local:billing"] {
            assert_eq!(Entry::parse(text, &home), Entry::Exactly(id(text)));
        }
        assert_eq!(domain_of(&id("/id-in")), Some("csf.example"));
        assert_eq!(domain_of(&id("local:billing")), None);
    }
}
