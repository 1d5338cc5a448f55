//! A `<token>` that was found, as long as nothing can have taken its place: for one policy epoch.

use std::sync::{Arc, Mutex, PoisonError};

use csf_api::Object;
use csf_store::Version;
use csf_tree::Resource;

/// A `<token>` that was found, in which epoch. Whoever makes, changes or deletes one begins a new epoch; what remains to
/// be asked is whether it has ended, or what it lies in.
#[derive(Default)]
pub(in super::super) struct Seen(Mutex<Option<(Version, Arc<Resource>)>>);

impl Seen {
    /// Remembers where it is and until when; what it says is not needed again.
    pub(in super::super) fn note(&self, epoch: Version, token: Resource) {
        let place = Arc::new(Resource { attributes: Object::new(), ..token });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((epoch, place));
    }

    /// The one that was found in this epoch.
    pub(in super::super) fn within(&self, epoch: Version) -> Option<Arc<Resource>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.as_ref().filter(|(found, _)| *found == epoch).map(|(_, token)| Arc::clone(token))
    }
}
