//! What a key object says of the key with which its own, given in wrapped form, is to be unwrapped.

use csf_api::{Object, Value};
use csf_transport::{Command, KeyId, KeySpec, SeId, Secret, WrapAlgorithm};

use super::usable::usable;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What belongs to a key that is derived, and not to one that is unwrapped.
const OF_DERIVATIONS: [&str; 4] = ["kFG", "kPb", "slt", "inf"];

/// How a key is unwrapped: with a key of the same owner, in the same environment.
pub(super) struct Unwrapping {
    with: KeyId,
    algorithm: WrapAlgorithm,
}

impl Unwrapping {
    /// What the body says; `None` for a key that does not come wrapped.
    pub(super) async fn of<O: Outside>(
        call: &Call<'_, O>,
        body: &Object,
        environment: &SeId,
    ) -> Result<Option<Self>, Refusal> {
        let text = |name| body.get(name).and_then(Value::as_text);
        let Some(algorithm) = text("kDA").and_then(WrapAlgorithm::from_name) else { return Ok(None) };
        let name = algorithm.name();
        if body.get("kMt").is_none() {
            return Err(Refusal::bad_request(format!("{name} needs the wrapped key as 'kMt'")));
        }
        if let Some(other) = OF_DERIVATIONS.into_iter().find(|other| body.get(other).is_some()) {
            return Err(Refusal::bad_request(format!("{name} takes no '{other}'")));
        }
        let named = text("kFr").ok_or_else(|| {
            Refusal::bad_request(format!("{name} needs the key to unwrap with, by its address, as 'kFr'"))
        })?;
        // Ownership is asked here, before anything is noted, and once more by the environment.
        let with = usable(call, "kFr", named).await?;
        if with.environment != *environment {
            return Err(Refusal::bad_request("'kFr' lies in another storage, which no key leaves"));
        }
        Ok(Some(Self { with: with.key, algorithm }))
    }

    /// The command that takes the key.
    pub(super) fn command(self, wrapped: &Secret, spec: KeySpec) -> Command {
        let Self { with, algorithm } = self;
        Command::UnwrapKey { with, algorithm, wrapped: wrapped.expose().to_vec(), spec }
    }
}
