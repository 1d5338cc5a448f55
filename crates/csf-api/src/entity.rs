//! Who asks: AEs, CSEs and local CSFs, compared in one canonical form (TS-0001 7.1 and 7.2).

use std::fmt;

use crate::text::check_name;

/// The longest identifier of an entity, in bytes, in any form.
pub const MAX_ENTITY_ID_BYTES: usize = 512;

/// The prefix of local CSF names; the colon keeps them apart from every oneM2M identifier.
const LOCAL: &str = "local:";

/// The service provider and CSE against which relative identifiers are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    service_provider: Box<str>,
    cse: Box<str>,
}

impl Home {
    /// A home from an M2M-SP-ID (`//csf.example`) and an SP-relative CSE-ID (`/id-mn`).
    ///
    /// # Errors
    ///
    /// Says which of the two breaks its grammar.
    pub fn new(service_provider: &str, cse: &str) -> Result<Self, EntityIdError> {
        let fqdn = service_provider.strip_prefix("//").ok_or(EntityIdError::ServiceProvider)?;
        check_fqdn(fqdn)?;
        let name = cse.strip_prefix('/').ok_or(EntityIdError::Segment)?;
        check_name(name).map_err(|_| EntityIdError::Segment)?;
        if name.starts_with('S') {
            return Err(EntityIdError::CseId);
        }
        Ok(Self { service_provider: service_provider.into(), cse: cse.into() })
    }

    /// The M2M-SP-ID, such as `//csf.example`.
    #[must_use]
    pub fn service_provider(&self) -> &str {
        &self.service_provider
    }

    /// The SP-relative CSE-ID, such as `/id-mn`.
    #[must_use]
    pub fn cse(&self) -> &str {
        &self.cse
    }
}

/// What kind of entity an identifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// An application entity whose stem its registrar CSE assigned (`C…`).
    RegistrarAssignedAe,
    /// An application entity whose stem the service provider assigned (`S…`).
    ProviderAssignedAe,
    /// A common services entity.
    Cse,
    /// Another CSF of the same CSE, known on the local socket only.
    LocalCsf,
}

/// The identity of an AE, a CSE or a local CSF, in absolute form.
///
/// Two identifiers that name the same entity compare equal, whichever form they were written in. A single
/// SP-relative segment that begins with `S` is read as an AE, as TS-0001 reserves that letter for stems.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(Box<str>);

/// Why a text identifies no entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityIdError {
    /// It is empty.
    Empty,
    /// It is longer than [`MAX_ENTITY_ID_BYTES`].
    TooLong,
    /// The service provider is not `//` and a lower-case domain name.
    ServiceProvider,
    /// A segment breaks the grammar of names.
    Segment,
    /// An AE-ID-Stem begins with a letter other than `C` or `S`, or has no more than that letter.
    Stem,
    /// It has too many segments.
    Shape,
    /// The CSE-ID of a home begins with `S`, and would be read as the AE-ID of an AE.
    CseId,
}

impl fmt::Display for EntityIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the identifier is empty"),
            Self::TooLong => write!(f, "an identifier has at most {MAX_ENTITY_ID_BYTES} bytes"),
            Self::ServiceProvider => f.write_str("a service provider is '//' and a lower-case domain name"),
            Self::Segment => f.write_str("only letters, digits and -._~ may stand in an identifier"),
            Self::Stem => f.write_str("an AE-ID-Stem is 'C' or 'S' and at least one more character"),
            Self::Shape => f.write_str("the identifier has too many segments"),
            Self::CseId => f.write_str("a CSE-ID cannot begin with 'S', which belongs to AE-IDs"),
        }
    }
}

impl std::error::Error for EntityIdError {}

fn check_fqdn(text: &str) -> Result<(), EntityIdError> {
    check_name(text).map_err(|_| EntityIdError::ServiceProvider)?;
    if text.bytes().any(|b| b.is_ascii_uppercase() || b == b'_' || b == b'~') {
        return Err(EntityIdError::ServiceProvider);
    }
    Ok(())
}

fn check_stem(text: &str) -> Result<(), EntityIdError> {
    check_name(text).map_err(|_| EntityIdError::Segment)?;
    if text.len() > 1 && (text.starts_with('C') || text.starts_with('S')) {
        Ok(())
    } else {
        Err(EntityIdError::Stem)
    }
}

impl EntityId {
    /// Reads an identifier in stem, SP-relative or absolute form, or a `local:` name.
    ///
    /// # Errors
    ///
    /// Says what the text lacks. The bare letters `C` and `S`, which ask a registrar for a stem, identify
    /// nobody and are an error here.
    pub fn parse(text: &str, home: &Home) -> Result<Self, EntityIdError> {
        if text.is_empty() {
            return Err(EntityIdError::Empty);
        }
        if text.len() > MAX_ENTITY_ID_BYTES {
            return Err(EntityIdError::TooLong);
        }
        if let Some(name) = text.strip_prefix(LOCAL) {
            check_name(name).map_err(|_| EntityIdError::Segment)?;
            return Ok(Self(text.into()));
        }
        if let Some(absolute) = text.strip_prefix("//") {
            let (fqdn, rest) = absolute.split_once('/').ok_or(EntityIdError::Shape)?;
            check_fqdn(fqdn)?;
            return Ok(Self(format!("//{fqdn}/{}", Self::relative(rest)?).into()));
        }
        if let Some(relative) = text.strip_prefix('/') {
            return Ok(Self(format!("{}/{}", home.service_provider, Self::relative(relative)?).into()));
        }
        check_stem(text)?;
        Ok(Self(if text.starts_with('S') {
            format!("{}/{text}", home.service_provider).into()
        } else {
            format!("{}{}/{text}", home.service_provider, home.cse).into()
        }))
    }

    /// `cse`, `Sstem` or `cse/Cstem`, without the leading slash. A CSE-ID before an S-type stem says where the
    /// AE is registered and not who it is, so it is dropped.
    fn relative(text: &str) -> Result<&str, EntityIdError> {
        match text.split_once('/') {
            None if text.starts_with('S') => check_stem(text).map(|()| text),
            None => check_name(text).map(|()| text).map_err(|_| EntityIdError::Segment),
            Some((_, stem)) if stem.contains('/') => Err(EntityIdError::Shape),
            Some((cse, stem)) => {
                check_name(cse).map_err(|_| EntityIdError::Segment)?;
                check_stem(stem)?;
                Ok(if stem.starts_with('S') { stem } else { text })
            }
        }
    }

    /// The absolute form, such as `//csf.example/id-mn/Cmeter`; `local:NAME` for a local CSF.
    #[must_use]
    pub fn absolute(&self) -> &str {
        &self.0
    }

    /// The shortest form that the CSE at `home` reads back as this identity.
    #[must_use]
    pub fn relative_to(&self, home: &Home) -> &str {
        let Some(rest) = self.0.strip_prefix(&*home.service_provider).filter(|rest| rest.starts_with('/'))
        else {
            return &self.0;
        };
        match rest.strip_prefix(&*home.cse).and_then(|tail| tail.strip_prefix('/')) {
            Some(stem) if stem.starts_with('C') => stem,
            _ if self.kind() == EntityKind::ProviderAssignedAe => rest.trim_start_matches('/'),
            _ => rest,
        }
    }

    /// What the identifier names.
    #[must_use]
    pub fn kind(&self) -> EntityKind {
        if self.0.starts_with(LOCAL) {
            return EntityKind::LocalCsf;
        }
        let mut segments = self.0.trim_start_matches('/').split('/').skip(1);
        match (segments.next(), segments.next()) {
            (_, Some(_)) => EntityKind::RegistrarAssignedAe,
            (Some(one), None) if one.starts_with('S') => EntityKind::ProviderAssignedAe,
            _ => EntityKind::Cse,
        }
    }

    /// The CSE that assigned the stem of an AE, as its identifier says; `None` where the identifier says no CSE.
    #[must_use]
    pub fn assigned_by(&self) -> Option<Self> {
        match self.kind() {
            EntityKind::RegistrarAssignedAe => self.0.rsplit_once('/').map(|(cse, _)| Self(cse.into())),
            EntityKind::ProviderAssignedAe | EntityKind::Cse | EntityKind::LocalCsf => None,
        }
    }

    /// The AE-ID-Stem, for an AE.
    #[must_use]
    pub fn stem(&self) -> Option<&str> {
        match self.kind() {
            EntityKind::RegistrarAssignedAe | EntityKind::ProviderAssignedAe => self.0.rsplit('/').next(),
            EntityKind::Cse | EntityKind::LocalCsf => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home::new("//csf.example", "/id-mn").expect("well formed")
    }

    #[test]
    fn forms_of_one_entity_are_equal() {
        let home = home();
        for (absolute, forms, shortest, kind) in [
            (
                "//csf.example/id-mn/Cmeter",
                ["Cmeter", "/id-mn/Cmeter"],
                "Cmeter",
                EntityKind::RegistrarAssignedAe,
            ),
            ("//csf.example/Slamp", ["/id-mn/Slamp", "/Slamp"], "Slamp", EntityKind::ProviderAssignedAe),
            ("//csf.example/id-in", ["/id-in", "//csf.example/id-in"], "/id-in", EntityKind::Cse),
            (
                "//csf.example/id-in/Cx",
                ["/id-in/Cx", "//csf.example/id-in/Cx"],
                "/id-in/Cx",
                EntityKind::RegistrarAssignedAe,
            ),
            (
                "//other.example/id-mn/Cx",
                ["//other.example/id-mn/Cx", "//other.example/id-mn/Cx"],
                "//other.example/id-mn/Cx",
                EntityKind::RegistrarAssignedAe,
            ),
            ("local:billing", ["local:billing", "local:billing"], "local:billing", EntityKind::LocalCsf),
        ] {
            for form in forms {
                let id = EntityId::parse(form, &home).unwrap_or_else(|e| panic!("{form}: {e}"));
                assert_eq!(id.absolute(), absolute);
                assert_eq!(id.kind(), kind, "{form}");
                assert_eq!(id.relative_to(&home), shortest);
                assert_eq!(EntityId::parse(id.relative_to(&home), &home), Ok(id));
            }
        }
    }

    #[test]
    fn only_a_stem_that_a_cse_assigned_says_by_which() {
        let home = home();
        let id = |text| EntityId::parse(text, &home).expect("well formed");
        for (ae, cse) in [
            ("Cmeter", "/id-mn"),
            ("/id-in/Cx", "/id-in"),
            ("//other.example/id-in/Cx", "//other.example/id-in"),
        ] {
            assert_eq!(id(ae).assigned_by(), Some(id(cse)), "{ae}");
        }
        for text in ["Slamp", "/id-in/Slamp", "/id-in", "local:billing"] {
            assert_eq!(id(text).assigned_by(), None, "{text}");
        }
    }

    #[test]
    fn a_home_that_would_read_as_an_ae_is_refused() {
        assert_eq!(Home::new("//csf.example", "/Smn"), Err(EntityIdError::CseId));
        assert_eq!(Home::new("//csf.example", "id-mn"), Err(EntityIdError::Segment));
        assert_eq!(Home::new("csf.example", "/id-mn"), Err(EntityIdError::ServiceProvider));
    }

    #[test]
    fn what_identifies_nobody_is_refused() {
        let home = home();
        for (text, error) in [
            ("", EntityIdError::Empty),
            ("C", EntityIdError::Stem),
            ("S", EntityIdError::Stem),
            ("meter", EntityIdError::Stem),
            ("C meter", EntityIdError::Segment),
            ("C*", EntityIdError::Segment),
            ("/", EntityIdError::Segment),
            ("/S", EntityIdError::Stem),
            ("//csf.example/S", EntityIdError::Stem),
            ("/id-mn/S", EntityIdError::Stem),
            ("/id-mn/Cx/y", EntityIdError::Shape),
            ("/id-mn/meter", EntityIdError::Stem),
            ("//Csf.Example/id-mn", EntityIdError::ServiceProvider),
            ("//csf.example", EntityIdError::Shape),
            ("local:", EntityIdError::Segment),
            ("Cм", EntityIdError::Segment),
        ] {
            assert_eq!(EntityId::parse(text, &home), Err(error), "{text}");
        }
        assert_eq!(EntityId::parse(&"C".repeat(10_000), &home), Err(EntityIdError::TooLong));
    }
}
