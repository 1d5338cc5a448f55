//! `csf:signature`: with `Salg` and the key `kInf`, the signature of `msg`, or of the digest `Hv`, as `Sgn`;
//! given `Sgn`, whether it is right as `vR`.

use csf_api::Object;
use csf_transport::{Command, Reply as SeReply, SignInput, SignatureAlgorithm};

use super::execution::{Ran, environment_of, must_have, verified};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = SignatureAlgorithm::from_name(input.text("Salg")?)
        .ok_or_else(|| Refusal::bad_request("'Salg' names no algorithm that this function lists"))?;
    let signed = match (input.optional_octets("msg")?, input.optional_octets("Hv")?) {
        (Some(message), None) => SignInput::Message(message),
        (None, Some(digest)) => SignInput::Digest(digest),
        _ => return Err(Refusal::bad_request("give either the message 'msg' or its digest 'Hv'")),
    };
    if matches!(signed, SignInput::Digest(_)) && algorithm.digest().is_none() {
        return Err(Refusal::bad_request(format!("{} signs messages only: give 'msg'", algorithm.name())));
    }
    if let (SignInput::Digest(given), Some(of)) = (&signed, algorithm.digest()) {
        must_have("Hv", given, algorithm.name(), of.digest_bytes())?;
    }
    let given = input.optional_octets("Sgn")?;
    if let Some(given) = &given {
        must_have("Sgn", given, algorithm.name(), algorithm.signature_bytes())?;
    }
    let usable = usable(call, "kInf", input.text("kInf")?).await?;
    let at = environment_of(&usable, input.minimum_level()?)?;
    let (key, owner) = (usable.key, usable.owner.clone());
    let command = match given {
        None => Command::Sign { key, owner, algorithm, input: signed },
        Some(signature) => Command::Verify { key, owner, algorithm, input: signed, signature },
    };
    let output = match call.asking.execute(at, command).await? {
        SeReply::Signature(signature) => Object::new().with("Sgn", base64(&signature)),
        SeReply::Verified(right) => verified(right),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level: usable.level })
}
