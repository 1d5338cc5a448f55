//! `csf:digest`: the digest of `msg` with `Halg`, as `Hv`.

use csf_api::Object;
use csf_transport::{Command, DigestAlgorithm, Reply as SeReply};

use super::execution::{Ran, execute_anywhere};
use super::input::{Input, base64};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = DigestAlgorithm::from_name(input.text("Halg")?)
        .ok_or_else(|| Refusal::bad_request("'Halg' names no algorithm that this function lists"))?;
    let command = Command::Digest { algorithm, message: input.octets("msg")? };
    let (reply, level) =
        execute_anywhere(call, command, Some(algorithm.name()), input.minimum_level()?).await?;
    let output = match reply {
        SeReply::Digest(digest) => Object::new().with("Hv", base64(&digest)),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level })
}
