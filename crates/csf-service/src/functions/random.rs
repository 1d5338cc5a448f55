//! `csf:random`: `Dsz` bytes from a secure environment's generator, as `rndD`.

use csf_api::Object;
use csf_transport::{Command, MAX_RANDOM_BYTES, Reply as SeReply};

use super::execution::execute_anywhere;
use super::input::{Input, base64};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Object, Refusal> {
    let length = u16::try_from(input.integer("Dsz")?).ok().filter(|n| (1..=MAX_RANDOM_BYTES).contains(n));
    let length =
        length.ok_or_else(|| Refusal::bad_request(format!("'Dsz' must be 1 to {MAX_RANDOM_BYTES}")))?;
    let command = Command::Random { length };
    match execute_anywhere(call, command, None, input.minimum_level()?).await? {
        SeReply::Random(bytes) => Ok(Object::new().with("rndD", base64(bytes.expose()))),
        _ => Err(Refusal::internal()),
    }
}
