//! A token that is kept: its text and claims, what shows that it is authentic, and where its permissions lead.

use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use csf_access::Token;
use csf_api::ResourceId;
use csf_store::Version;
use zeroize::Zeroizing;

use super::keys::Lent;
use super::seen::Seen;
use crate::context::Context;
use crate::outside::{Asking, Outside};

/// The text of a token, which is worth what the token permits.
#[derive(Clone)]
pub(super) struct Text(Arc<Zeroizing<String>>);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self(Arc::new(Zeroizing::new(text.to_owned())))
    }

    /// Whether this is the text, in a time that depends on how long they are and not on where they differ.
    fn is(&self, text: &str) -> bool {
        let (own, other) = (self.0.as_bytes(), text.as_bytes());
        let differing = own.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
        own.len() == other.len() && black_box(differing) == 0
    }
}

/// By what a token was found authentic.
#[derive(Clone)]
pub(super) struct Proof {
    /// Under which settings, which say whose tokens count and by which keys.
    pub(super) edition: u64,
    /// By which key objects, in which state.
    pub(super) lent: Vec<Lent>,
}

/// Resources to which the permissions of a token led in a policy epoch, by the number of the permission.
struct Led {
    epoch: Version,
    to: Vec<Vec<ResourceId>>,
}

/// A token that is authentic.
pub(crate) struct Kept {
    token: Arc<Token>,
    text: Text,
    local: Box<str>,
    resource: Option<ResourceId>,
    proof: Proof,
    keeper: Seen,
    source: Seen,
    led: Mutex<Option<Led>>,
}

impl Kept {
    pub(super) fn new(
        token: Token,
        text: Text,
        local: Box<str>,
        resource: Option<ResourceId>,
        proof: Proof,
    ) -> Self {
        Self::of(Arc::new(token), text, local, resource, proof)
    }

    /// The same token, as read from this `<token>`.
    pub(super) fn read_from(&self, local: Box<str>, resource: Option<ResourceId>) -> Self {
        Self::of(Arc::clone(&self.token), self.text.clone(), local, resource, self.proof.clone())
    }

    fn of(
        token: Arc<Token>,
        text: Text,
        local: Box<str>,
        resource: Option<ResourceId>,
        proof: Proof,
    ) -> Self {
        let (keeper, source, led) = Default::default();
        Self { token, text, local, resource, proof, keeper, source, led }
    }

    pub(in super::super) const fn token(&self) -> &Arc<Token> {
        &self.token
    }

    /// The name by which it may be brought again.
    pub(in super::super) const fn local(&self) -> &str {
        &self.local
    }

    pub(super) fn text(&self) -> &str {
        &self.text.0
    }

    /// Whether it is the token of this very text.
    pub(in super::super) fn is_of(&self, text: &str) -> bool {
        self.text.is(text)
    }

    /// The `<token>` that it ends with.
    pub(in super::super) const fn resource(&self) -> Option<&ResourceId> {
        self.resource.as_ref()
    }

    /// The `<token>` by which its issuer keeps it here, as far as it was looked for.
    pub(in super::super) const fn keeper(&self) -> &Seen {
        &self.keeper
    }

    /// The `<token>` that it ends with, as far as it was looked at.
    pub(in super::super) const fn source(&self) -> &Seen {
        &self.source
    }

    /// Whether that which it was found authentic by is as it was: the settings, and the key objects. If not, it has to
    /// be verified again.
    pub(super) async fn stands<O: Outside>(&self, context: &Context, asking: &Asking<'_, O>) -> bool {
        if self.proof.edition != context.edition() {
            return false;
        }
        for lent in &self.proof.lent {
            if !lent.is_as_it_was(asking).await {
                return false;
            }
        }
        true
    }

    /// Remembers to which resources the permissions lead in this epoch, by names that belong to them for life.
    pub(in super::super) fn remember(&self, epoch: Version, to: Vec<Vec<ResourceId>>) {
        *self.led.lock().unwrap_or_else(PoisonError::into_inner) = Some(Led { epoch, to });
    }

    /// Whether a permission was found to lead to this resource in this epoch.
    pub(in super::super) fn leads_to(&self, epoch: Version, permission: usize, id: &ResourceId) -> bool {
        let led = self.led.lock().unwrap_or_else(PoisonError::into_inner);
        let led = led.as_ref().filter(|led| led.epoch == epoch).and_then(|led| led.to.get(permission));
        led.is_some_and(|to| to.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_itself_alone() {
        let text = Text::new("abc.def.ghi");
        assert!(text.is("abc.def.ghi"));
        for other in ["", "abc.def.gh", "abc.def.ghij", "Abc.def.ghi", "abc.def.ghI", "abc.deg.ghi"] {
            assert!(!text.is(other), "{other}");
        }
        assert!(Text::new("").is(""));
    }
}
