//! `csf:mac`: with `Salg` and the key `kInf`, the code of `msg` as `Sgn`; given `Sgn`, whether it is right as `vR`.
//! Also of a message in parts: then `kInf` is said each time.

use csf_api::Object;
use csf_transport::{Command, MacAlgorithm, Reply as SeReply, StreamWork};

use super::execution::{Ran, environment_of, must_have, verified};
use super::stream::{self, Step};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    match stream::step(input, &["Salg", "Sgn"])? {
        None => whole(call, input).await,
        Some(Step::Begin) => {
            let algorithm = algorithm(input)?;
            let given = given(input, algorithm)?;
            let usable = usable(call, "kInf", input.text("kInf")?).await?;
            let at = environment_of(&usable, input.minimum_level()?)?;
            let work = match given {
                None => StreamWork::Mac { key: usable.key, algorithm },
                Some(mac) => StreamWork::VerifyMac { key: usable.key, algorithm, mac },
            };
            stream::begin(call, (at, usable.level), usable.owner.clone(), work).await
        }
        Some(Step::Go { handle, what }) => {
            // Whoever may use the key no more goes on with nothing that was begun with it.
            let (minimum, usable) =
                (input.minimum_level()?, usable(call, "kInf", input.text("kInf")?).await?);
            if usable.environment != *handle.environment() {
                return Err(stream::gone());
            }
            let named = (usable.owner, Some(usable.key));
            stream::go(call, named, (handle, what), (usable.level, minimum)).await
        }
    }
}

async fn whole<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = algorithm(input)?;
    let message = input.octets("msg")?;
    let given = given(input, algorithm)?;
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

/// The code to check, if one is given.
fn given(input: &Input<'_>, algorithm: MacAlgorithm) -> Result<Option<Vec<u8>>, Refusal> {
    let given = input.optional_octets("Sgn")?;
    given
        .as_ref()
        .map_or(Ok(()), |given| must_have("Sgn", given, algorithm.name(), algorithm.code_bytes()))?;
    Ok(given)
}

fn algorithm(input: &Input<'_>) -> Result<MacAlgorithm, Refusal> {
    MacAlgorithm::from_name(input.text("Salg")?)
        .ok_or_else(|| Refusal::bad_request("'Salg' names no algorithm that this function lists"))
}
