//! What a request brings along for access control: roles and tokens, as claimed (TS-0004 7.2.1).

use std::fmt;

/// The most tokens of one request.
pub const MAX_TOKENS: usize = 8;
/// The longest token, in bytes.
pub const MAX_TOKEN_BYTES: usize = 32 * 1024;
/// The most roles, and the most identifiers of tokens of either kind, of one request.
pub const MAX_CREDENTIAL_IDS: usize = 64;

/// Roles and tokens, none of them checked.
///
/// Its `Debug` shows how many there are: a token is worth what it permits.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Role-IDs (`rids`).
    pub roles: Vec<Box<str>>,
    /// Tokens (`tkns`), in compact form.
    pub tokens: Vec<Box<str>>,
    /// Token-IDs (`tids`).
    pub token_ids: Vec<Box<str>>,
    /// Local Token-IDs (`ltids`), which this CSE assigned earlier.
    pub local_token_ids: Vec<Box<str>>,
    /// The originator can obtain tokens (`tqi`).
    pub can_obtain: bool,
}

impl Credentials {
    /// Neither roles nor tokens.
    pub const NONE: Self = Self {
        roles: Vec::new(),
        tokens: Vec::new(),
        token_ids: Vec::new(),
        local_token_ids: Vec::new(),
        can_obtain: false,
    };

    /// Whether there is neither a role nor a token.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.roles.is_empty() && !self.has_tokens()
    }

    /// Whether there is a token, whole or by an identifier.
    #[must_use]
    pub const fn has_tokens(&self) -> bool {
        !self.tokens.is_empty() || !self.token_ids.is_empty() || !self.local_token_ids.is_empty()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("roles", &self.roles.len())
            .field("tokens", &self.tokens.len())
            .field("token_ids", &self.token_ids.len())
            .field("local_token_ids", &self.local_token_ids.len())
            .field("can_obtain", &self.can_obtain)
            .finish()
    }
}

/// A local name for a token that the CSE keeps (m2m:localTokenIdAssignment, `ltia`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedTokenId {
    /// The name (`lti`), unique at this CSE.
    pub local: Box<str>,
    /// The token's own identifier (`tkid`).
    pub token: Box<str>,
}
