//! `csf:digest`: the digest of `msg` with `Halg`, as `Hv`.

use csf_api::Object;
use csf_transport::{Command, DigestAlgorithm, Reply as SeReply};

use super::execution::execute_anywhere;
use super::input::{Input, base64};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Object, Refusal> {
    let algorithm = DigestAlgorithm::from_name(input.text("Halg")?)
        .ok_or_else(|| Refusal::bad_request("'Halg' names no algorithm that this function lists"))?;
    let command = Command::Digest { algorithm, message: input.octets("msg")? };
    match execute_anywhere(call, command, Some(algorithm.name()), input.minimum_level()?).await? {
        SeReply::Digest(digest) => Ok(Object::new().with("Hv", base64(&digest))),
        _ => Err(Refusal::internal()),
    }
}
