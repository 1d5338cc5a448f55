//! `csf:digest`: the digest of `msg` with `Halg`, as `Hv`; also of a message in parts.

use csf_api::Object;
use csf_transport::{Command, DigestAlgorithm, Reply as SeReply, StreamWork, choose};

use super::execution::{Ran, execute_anywhere};
use super::stream::{self, Step};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let environments = &call.context.environments;
    match stream::step(input, &["Halg"])? {
        None => whole(call, input).await,
        Some(Step::Begin) => {
            let (algorithm, owner) = (algorithm(input)?, stream::owner(call)?);
            let minimum = input.minimum_level()?;
            let at = choose(environments, "begin-digest", Some(algorithm.name()), minimum)
                .map_err(no_environment)?;
            let level = environments.iter().find(|d| d.id == *at).ok_or_else(Refusal::internal)?.level;
            stream::begin(call, (at, level), owner, StreamWork::Digest(algorithm)).await
        }
        Some(Step::Go { handle, what }) => {
            let (owner, minimum) = (stream::owner(call)?, input.minimum_level()?);
            let described = environments.iter().find(|d| d.id == *handle.environment());
            let level = described.ok_or_else(stream::gone)?.level;
            stream::go(call, (owner, None), (handle, what), (level, minimum)).await
        }
    }
}

async fn whole<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = algorithm(input)?;
    let command = Command::Digest { algorithm, message: input.octets("msg")? };
    let (reply, level) =
        execute_anywhere(call, command, Some(algorithm.name()), input.minimum_level()?).await?;
    let output = match reply {
        SeReply::Digest(digest) => Object::new().with("Hv", base64(&digest)),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level })
}

fn algorithm(input: &Input<'_>) -> Result<DigestAlgorithm, Refusal> {
    DigestAlgorithm::from_name(input.text("Halg")?)
        .ok_or_else(|| Refusal::bad_request("'Halg' names no algorithm that this function lists"))
}
