//! Tokens as a decision sees them: the claims of an authentic token, and whether they hold for a request
//! (TS-0003 7.3.2.4 to 7.3.2.6; requirement ACC-8).
//!
//! Who verified the signature hands the claims over; nothing here reads a key.

mod claims;
mod error;
mod permission;

use std::sync::Arc;

use csf_api::{EntityId, EntityKind, Home, UtcTime};

use crate::pattern::Pattern;
use crate::role::{RoleId, RoleIdError};

pub use claims::{MAX_AUDIENCE, MAX_CLAIM_BYTES, MEMBERS};
pub use error::TokenError;
pub use permission::{MAX_TOKEN_PERMISSIONS, MAX_TOKEN_RESOURCES, MAX_TOKEN_ROLES, Permission};

/// A Token-ID: of the form of a Role-ID, and no role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId(RoleId);

impl TokenId {
    /// Checks the text and keeps it.
    ///
    /// # Errors
    ///
    /// Refuses a text that is no name, `@` and lower-case domain.
    pub fn parse(text: &str) -> Result<Self, RoleIdError> {
        RoleId::parse(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// One entry of an audience.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// This CSE.
    Exactly(EntityId),
    /// The CSEs that fit.
    Pattern(Pattern),
}

/// The claims of a token.
///
/// It has no `Debug`: a token's claims are for those that it is shown to.
pub struct Token {
    pub(crate) id: Arc<TokenId>,
    pub(crate) issuer: EntityId,
    pub(crate) holder: EntityId,
    pub(crate) not_before: UtcTime,
    pub(crate) not_after: UtcTime,
    /// `None` where it is for every CSE.
    pub(crate) audience: Option<Vec<Audience>>,
    pub(crate) permissions: Vec<Permission>,
}

impl Token {
    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> &Arc<TokenId> {
        &self.id
    }

    /// Who says that it issued the token: what was verified must have been that one's keys.
    #[must_use]
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// For whom it was issued.
    #[must_use]
    pub const fn holder(&self) -> &EntityId {
        &self.holder
    }

    /// The last moment at which it holds.
    #[must_use]
    pub const fn not_after(&self) -> UtcTime {
        self.not_after
    }

    /// What it permits, in order.
    #[must_use]
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// Whether the token holds for this originator, here and now.
    ///
    /// # Errors
    ///
    /// What does not: the first of holder, times and audience.
    pub fn hold_for(&self, originator: &EntityId, now: UtcTime, home: &Home) -> Result<(), TokenError> {
        if self.holder != *originator {
            return Err(TokenError::Holder);
        }
        if now < self.not_before {
            return Err(TokenError::NotYet);
        }
        // The last second of a token is part of it.
        if now >= self.not_after.plus_seconds(1) {
            return Err(TokenError::Ended);
        }
        if self.audience.as_ref().is_some_and(|audience| !audience.iter().any(|entry| entry.means(home))) {
            return Err(TokenError::Audience);
        }
        Ok(())
    }
}

impl Audience {
    /// Reads an entry: an absolute CSE-ID, perhaps with wildcards within its segments.
    pub(crate) fn parse(text: &str, home: &Home) -> Option<Self> {
        // Two segments after the slashes: longer ones name an AE.
        let path = text.strip_prefix("//")?;
        if path.split('/').count() != 2 {
            return None;
        }
        if text.contains('*') {
            return Pattern::parse(text, home).map(Self::Pattern);
        }
        EntityId::parse(text, home).ok().filter(|id| id.kind() == EntityKind::Cse).map(Self::Exactly)
    }

    fn means(&self, home: &Home) -> bool {
        match self {
            Self::Exactly(id) => id.absolute().strip_prefix(home.service_provider()) == Some(home.cse()),
            Self::Pattern(pattern) => {
                EntityId::parse(home.cse(), home).is_ok_and(|this| pattern.matches(&this))
            }
        }
    }
}
