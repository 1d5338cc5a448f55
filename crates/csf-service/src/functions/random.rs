//! `csf:random`: `Dsz` bytes from a secure environment's generator, as `rndD`.

use csf_api::Object;
use csf_transport::{Command, MAX_RANDOM_BYTES, Reply as SeReply};

use super::execution::{Ran, execute_anywhere};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let length = u16::try_from(input.integer("Dsz")?).ok().filter(|n| (1..=MAX_RANDOM_BYTES).contains(n));
    let length =
        length.ok_or_else(|| Refusal::bad_request(format!("'Dsz' must be 1 to {MAX_RANDOM_BYTES}")))?;
    let command = Command::Random { length };
    let (reply, level) = execute_anywhere(call, command, None, input.minimum_level()?).await?;
    let output = match reply {
        SeReply::Random(bytes) => Object::new().with("rndD", base64(bytes.expose())),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level })
}
