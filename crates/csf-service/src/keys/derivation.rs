//! What a key object says of the key that its own is made from.

use base64ct::{Base64, Encoding};
use csf_api::{Object, SecurityLevel, Value};
use csf_transport::{
    Command, DerivationAlgorithm, KeyAlgorithm, KeyId, KeySpec, MAX_INFO_BYTES, MAX_SALT_BYTES, SeId, codec,
};

use super::usable::usable;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What belongs to a key that is made from another, beside the other.
const MEMBERS: [&str; 5] = ["kDA", GENERATION, "kPb", "slt", "inf"];
/// Which generation of the other key it is made from; the present one where it is not named.
const GENERATION: &str = "kFG";

/// How a key is made from another one of the same owner, in the same environment.
pub(super) struct Derivation {
    from: KeyId,
    generation: Option<u32>,
    imported: bool,
    level: SecurityLevel,
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
        let Some(named) = body.get("kFr").and_then(Value::as_text) else {
            return match MEMBERS.into_iter().find(|name| body.get(name).is_some()) {
                Some(name) => Err(Refusal::bad_request(format!(
                    "'{name}' belongs to a key that is made from another: give 'kFr'"
                ))),
                None => Ok(None),
            };
        };
        let way = body.get("kDA").and_then(Value::as_text).and_then(DerivationAlgorithm::from_name);
        let algorithm = way.ok_or_else(|| {
            let names: Vec<_> = DerivationAlgorithm::ALL.iter().map(|a| a.name()).collect();
            Refusal::bad_request(format!("'kDA' must be one of {}", names.join(", ")))
        })?;
        let peer = octets(body, "kPb", codec::MAX_PUBLIC_KEY_BYTES)?;
        match (algorithm.takes_peer(), body.get("kPb").is_some()) {
            (true, false) => {
                let name = algorithm.name();
                return Err(Refusal::bad_request(format!("{name} needs the other's public key as 'kPb'")));
            }
            (false, true) => {
                return Err(Refusal::bad_request(format!("{} takes no 'kPb'", algorithm.name())));
            }
            _ => {}
        }
        let salt = octets(body, "slt", MAX_SALT_BYTES)?;
        if body.get("slt").is_some() && !algorithm.takes_salt() {
            return Err(Refusal::bad_request(format!("{} takes no 'slt'", algorithm.name())));
        }
        let info = octets(body, "inf", MAX_INFO_BYTES)?;
        if !algorithm.takes_info(&info) {
            let usage = match algorithm {
                DerivationAlgorithm::OneM2mKuse => "the two digits of a usage and ",
                _ => "",
            };
            let name = algorithm.name();
            return Err(Refusal::bad_request(format!(
                "{name} needs {usage}an identifier in printable ASCII as 'inf'"
            )));
        }
        let generation = body.get(GENERATION).and_then(Value::as_integer).map(u32::try_from).transpose();
        let generation =
            generation.map_err(|_| Refusal::bad_request("'kFG' is the number of a generation"))?;
        // Ownership is asked here, before anything is noted, and once more by the environment.
        let source = usable(call, "kFr", named).await?;
        if source.environment != *environment {
            return Err(Refusal::bad_request("'kFr' lies in another storage, which no key leaves"));
        }
        let (from, imported, level) = (source.key, source.imported, source.level);
        Ok(Some(Self { from, generation, imported, level, algorithm, peer, salt, info }))
    }

    /// Refuses a key of an algorithm that none is made of in this way.
    pub(super) fn must_make(&self, key: KeyAlgorithm) -> Result<(), Refusal> {
        if self.algorithm.makes(key) {
            return Ok(());
        }
        Err(Refusal::bad_request(format!("no key {} is made by {}", key.name(), self.algorithm.name())))
    }

    /// Whether somebody outside knows, or knew, the key that it is made from.
    pub(super) const fn is_from_imported(&self) -> bool {
        self.imported
    }

    /// The way, where another party's public key goes into it.
    pub(super) fn of_peer(&self) -> Option<DerivationAlgorithm> {
        self.algorithm.takes_peer().then_some(self.algorithm)
    }

    /// The level of the key that it is made from, which its own is never above: who has the other, has this one.
    pub(super) const fn level(&self) -> SecurityLevel {
        self.level
    }

    /// The command that makes the key.
    pub(super) fn command(self, spec: KeySpec) -> Command {
        let Self { from, generation, algorithm, peer, salt, info, .. } = self;
        Command::DeriveKey { from, generation, algorithm, peer, salt, info, spec }
    }
}

/// The octets of a member, none where it is not given.
fn octets(body: &Object, name: &str, most: usize) -> Result<Vec<u8>, Refusal> {
    let Some(text) = body.get(name).and_then(Value::as_text) else { return Ok(Vec::new()) };
    let too_many = || Refusal::bad_request(format!("'{name}' holds at most {most} bytes"));
    if text.len() > most.div_ceil(3).saturating_mul(4) {
        return Err(too_many());
    }
    let octets = Base64::decode_vec(text)
        .map_err(|_| Refusal::bad_request(format!("'{name}' must be base64 with padding")))?;
    if octets.len() > most { Err(too_many()) } else { Ok(octets) }
}
