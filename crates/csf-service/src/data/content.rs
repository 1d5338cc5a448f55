//! The octets: as text in a request, and sealed in the store.

use base64ct::{Base64, Encoding};
use csf_api::{Object, ResourceId, Status, Value};
use csf_store::{RecordKey, Space};
use csf_transport::{Command, Owner, Reply as SeReply, SeError, SeId, Secret};
use csf_tree::Resource;
use csf_tree::schema::MAX_SENSITIVE_BYTES;
use sha2::{Digest, Sha256};

use crate::call::Call;
use crate::keys::{environment_of, owner_of};
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The attribute that carries the octets in a request and in the owner's response.
pub(super) const CONTENT: &str = "msg";
/// Sealed twice: by the secure environment, and by the vault like every record.
const RECORDS: Space = Space::sealed("content");
const LABEL: &[u8] = b"security-csf sensitive data 1";

/// The key of the content of the object with this identifier.
pub(super) fn content_key(id: &ResourceId) -> RecordKey {
    RECORDS.key(id.as_str())
}

/// The octets that a request gives.
pub(super) fn octets<O: Outside>(call: &Call<'_, O>, body: &Object) -> Result<Secret, Refusal> {
    let text = body.get(CONTENT).and_then(Value::as_text).unwrap_or_default();
    let octets = Base64::decode_vec(text).map(Secret::new);
    let octets = octets.map_err(|_| Refusal::bad_request("'msg' must be base64 with padding"))?;
    let most = call.context.settings.limits.data_object_bytes.min(MAX_SENSITIVE_BYTES as u64);
    if size(&octets) > most {
        let text = format!("an object holds at most {most} bytes (limits.data_object_bytes)");
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    Ok(octets)
}

/// How many octets there are, as `cbs` says it.
pub(super) fn size(octets: &Secret) -> u64 {
    u64::try_from(octets.expose().len()).unwrap_or(u64::MAX)
}

/// What one content belongs to: a seal opens for this and for nothing else.
pub(super) struct Place {
    environment: SeId,
    context: Vec<u8>,
}

impl Place {
    /// The place of the content of this object in its present state.
    pub(super) fn of(resource: &Resource) -> Result<Self, Refusal> {
        let (environment, owner) = (environment_of(resource)?, owner_of(resource)?);
        Ok(Self { environment, context: context(&owner, &resource.id, resource.integer("st")) })
    }

    /// Seals octets for this place.
    pub(super) async fn seal<O: Outside>(
        &self,
        call: &Call<'_, O>,
        octets: Secret,
    ) -> Result<Vec<u8>, Refusal> {
        let command = Command::Seal { context: self.context.clone(), plaintext: octets };
        match call.asking.execute(&self.environment, command).await? {
            SeReply::Sealed(sealed) => Ok(sealed),
            _ => Err(Refusal::internal()),
        }
    }

    /// Opens what was sealed for this place.
    pub(super) async fn unseal<O: Outside>(
        &self,
        call: &Call<'_, O>,
        sealed: Vec<u8>,
    ) -> Result<Secret, Refusal> {
        let command = Command::Unseal { context: self.context.clone(), sealed };
        match call.asking.execute(&self.environment, command).await {
            Ok(SeReply::Unsealed(octets)) => Ok(octets),
            Ok(_) => Err(Refusal::internal()),
            Err(SeError::NotAuthentic | SeError::InvalidInput) => Err(damaged()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The refusal where what is stored is not what was stored: nothing that the caller did wrong.
pub(super) fn damaged() -> Refusal {
    Refusal::new(
        Status::InternalServerError,
        "the stored content of this object is damaged and not given out",
    )
}

/// What binds a seal to its object, owner and state. A digest, because an identifier may be longer than a context.
fn context(owner: &Owner, id: &ResourceId, state: i64) -> Vec<u8> {
    let mut digest = Sha256::new();
    for part in [LABEL, owner.as_str().as_bytes(), id.as_str().as_bytes(), &state.to_be_bytes()] {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}
