//! What a key object says of the key that its own is made from.

use csf_api::Object;
use csf_transport::{
    Command, DerivationAlgorithm, KeyId, KeySpec, MAX_INFO_BYTES, MAX_SALT_BYTES, SeId, codec,
};

use super::usable::usable;
use crate::call::Call;
use crate::functions::Input;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What belongs to a key that is made from another, beside the other.
const MEMBERS: [&str; 4] = ["kDA", "kPb", "slt", "inf"];

/// How a key is made from another one of the same owner, in the same environment.
pub(super) struct Derivation {
    from: KeyId,
    algorithm: DerivationAlgorithm,
    peer: Vec<u8>,
    salt: Vec<u8>,
    info: Vec<u8>,
}

impl Derivation {
    /// What the body says; `None` for a key that is made from nothing.
    pub(super) async fn of<O: Outside>(
        call: &Call<'_, O>,
        body: &Object,
        environment: &SeId,
    ) -> Result<Option<Self>, Refusal> {
        let input = Input::new(body);
        if !input.has("kFr") {
            return match MEMBERS.into_iter().find(|name| input.has(name)) {
                Some(name) => Err(Refusal::bad_request(format!(
                    "'{name}' belongs to a key that is made from another: give 'kFr'"
                ))),
                None => Ok(None),
            };
        }
        let algorithm = DerivationAlgorithm::from_name(input.text("kDA")?).ok_or_else(|| {
            let names: Vec<_> = DerivationAlgorithm::ALL.iter().map(|a| a.name()).collect();
            Refusal::bad_request(format!("'kDA' must be one of {}", names.join(", ")))
        })?;
        let peer = input.optional_octets_up_to("kPb", codec::MAX_PUBLIC_KEY_BYTES)?.unwrap_or_default();
        match (algorithm.takes_peer(), input.has("kPb")) {
            (true, false) => {
                let name = algorithm.name();
                return Err(Refusal::bad_request(format!("{name} needs the other's public key as 'kPb'")));
            }
            (false, true) => {
                return Err(Refusal::bad_request(format!("{} takes no 'kPb'", algorithm.name())));
            }
            _ => {}
        }
        let salt = input.optional_octets_up_to("slt", MAX_SALT_BYTES)?.unwrap_or_default();
        let info = input.optional_octets_up_to("inf", MAX_INFO_BYTES)?.unwrap_or_default();
        // Ownership is asked here, before anything is noted, and once more by the environment.
        let source = usable(call, "kFr", input.text("kFr")?).await?;
        if source.environment != *environment {
            return Err(Refusal::bad_request("'kFr' lies in another storage, which no key leaves"));
        }
        Ok(Some(Self { from: source.key, algorithm, peer, salt, info }))
    }

    /// The command that makes the key.
    pub(super) fn command(self, spec: KeySpec) -> Command {
        let Self { from, algorithm, peer, salt, info } = self;
        Command::DeriveKey { from, algorithm, peer, salt, info, spec }
    }
}
