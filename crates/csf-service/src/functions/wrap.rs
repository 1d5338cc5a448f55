//! `csf:wrap`: with `Calg` and the key `kInf`, the key `kWr` in wrapped form as `kMt`, which CREATE of a key object
//! takes in again with the same key.

use csf_api::Object;
use csf_transport::{Command, Reply as SeReply, SeError, WrapAlgorithm};

use super::execution::{Ran, environment_of};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = WrapAlgorithm::from_name(input.text("Calg")?)
        .ok_or_else(|| Refusal::bad_request("'Calg' names no algorithm that this function lists"))?;
    let minimum = input.minimum_level()?;
    let with = usable(call, "kInf", input.text("kInf")?).await?;
    let wrapped = usable(call, "kWr", input.text("kWr")?).await?;
    let at = environment_of(&with, minimum)?;
    if environment_of(&wrapped, minimum)? != at {
        return Err(Refusal::bad_request("'kInf' and 'kWr' lie in different storages"));
    }
    let (owner, key) = (with.owner.clone(), wrapped.key);
    let command = Command::WrapKey { with: with.key, owner, algorithm, key };
    let output = match call.asking.execute(at, command).await {
        Ok(SeReply::Wrapped(wrapped)) => Object::new().with("kMt", base64(&wrapped)),
        Ok(_) => return Err(Refusal::internal()),
        Err(SeError::InvalidInput) if !algorithm.pads() => {
            let text = "a key of such a length is wrapped with padding only: by AES_128_KWP or AES_256_KWP";
            return Err(Refusal::bad_request(text));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Ran { output, level: with.level.min(wrapped.level) })
}
