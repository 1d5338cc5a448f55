//! `csf:mac`: with `Salg` and the key `kInf`, the code of `msg` as `Sgn`; given `Sgn`, whether it is right as `vR`.

use csf_api::Object;
use csf_transport::{Command, MacAlgorithm, Reply as SeReply};

use super::execution::{Ran, environment_of, verified};
use super::input::{Input, base64};
use crate::call::Call;
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = MacAlgorithm::from_name(input.text("Salg")?)
        .ok_or_else(|| Refusal::bad_request("'Salg' names no algorithm that this function lists"))?;
    let message = input.octets("msg")?;
    let given = input.optional_octets("Sgn")?;
    let usable = usable(call, "kInf", input.text("kInf")?).await?;
    let at = environment_of(&usable, input.minimum_level()?)?;
    let (key, owner) = (usable.key, usable.owner.clone());
    let command = match given {
        None => Command::Mac { key, owner, algorithm, message },
        Some(mac) => Command::VerifyMac { key, owner, algorithm, message, mac },
    };
    let output = match call.asking.execute(at, command).await? {
        SeReply::Mac(mac) => Object::new().with("Sgn", base64(&mac)),
        SeReply::Verified(right) => verified(right),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level: usable.level })
}
