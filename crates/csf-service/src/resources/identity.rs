//! An identity stays with whoever first registered it.
//!
//! Policies, custodians and key objects know an AE by its name alone. If a name that was given up could be
//! registered by another user, that user would have whatever they still say of it. So the first registration
//! binds the name to its registrant, and deregistration does not loosen it.

use csf_api::{ResourceId, Status};
use csf_store::{Batch, Expect, Space};
use csf_tree::Registrant;

use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// Who registered an identity first.
const IDENTITIES: Space = Space::sealed("identity");

/// Adds to the batch of a registration that the identity is the caller's, or refuses what is another's.
pub(super) async fn bind<O: Outside>(
    call: &Call<'_, O>,
    id: &ResourceId,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let registrant = encode(call.caller.registrant().ok_or_else(Refusal::internal)?);
    let key = IDENTITIES.key(id.as_str());
    match call.asking.load_one(key.clone()).await? {
        None => batch.put(key, Expect::Absent, registrant),
        Some(record) if *record.bytes() == *registrant => batch.check(key, Expect::Version(record.version())),
        Some(_) => {
            let text = "this identity was registered by another user";
            return Err(Refusal::new(Status::OriginatorNotAuthenticated, text));
        }
    }
    Ok(())
}

fn encode(registrant: Registrant) -> Vec<u8> {
    match registrant {
        Registrant::LocalUser(uid) => format!("user {uid}").into_bytes(),
        Registrant::Unproven => b"unproven".to_vec(),
    }
}
