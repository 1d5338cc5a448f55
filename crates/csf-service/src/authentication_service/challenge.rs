//! `csf:challenge`: a fresh challenge to the claimant `cla`, for the purpose `pur`; with `mut` the first of a mutual run,
//! and with `pch`, the challenge of the other, the second.

use csf_api::{Object, SecurityLevel, Status, Value};
use csf_transport::{CHALLENGE_BYTES, Challenge, Command, MAX_PURPOSE_BYTES, Part, Reply as SeReply, choose};

use super::outstanding::{Asked, MAX_OF_A_VERIFIER};
use super::{asker, entity, optional_challenge};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn give<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Object, Refusal> {
    let (verifier, claimant) = (asker(call)?, entity(call, input, "cla")?);
    if claimant == *verifier {
        return Err(Refusal::bad_request("'cla' is yourself, whom you need not ask"));
    }
    let peer = optional_challenge(input, "pch")?;
    let part = match (mutual(input)?, peer) {
        (false, None) => Part::OneWay,
        (true, None) => Part::First,
        (false, Some(_)) => Part::Second,
        (true, Some(_)) => return Err(Refusal::bad_request("give either 'mut' or 'pch'")),
    };
    let asked = Asked {
        verifier: verifier.absolute().into(),
        claimant: claimant.absolute().into(),
        purpose: purpose(input)?.into(),
        part,
        peer,
    };
    if let Some(peer) = &asked.peer {
        let first = call.context.challenges.look(peer, call.asking.now());
        if !first.is_some_and(|(first, _)| first.part == Part::First && first.mirrors(&asked)) {
            return Err(no_such_challenge());
        }
    }
    let challenge = fresh(call, input.minimum_level()?).await?;
    let end = call.context.challenges.give(challenge, asked, call.asking.now()).map_err(|_| {
        let text =
            format!("too many challenges wait for their response: {MAX_OF_A_VERIFIER} of one verifier");
        Refusal::new(Status::NotAcceptable, text)
    })?;
    Ok(Object::new()
        .with("chl", base64(&challenge))
        .with("vrf", Value::text(verifier.absolute()))
        .with("cla", Value::text(claimant.absolute()))
        .with("end", Value::Text(end.to_string().into())))
}

/// What for, in words; none where it is not said.
pub(super) fn purpose<'a>(input: &Input<'a>) -> Result<&'a str, Refusal> {
    let purpose = input.optional_text("pur")?.unwrap_or_default();
    if purpose.len() > MAX_PURPOSE_BYTES {
        return Err(Refusal::bad_request(format!("'pur' holds at most {MAX_PURPOSE_BYTES} bytes")));
    }
    Ok(purpose)
}

/// The one refusal of a challenge that is not what somebody takes it for.
pub(super) fn no_such_challenge() -> Refusal {
    Refusal::bad_request("that one has no such challenge for you, or has it no more")
}

fn mutual(input: &Input<'_>) -> Result<bool, Refusal> {
    match input.value("mut") {
        None => Ok(false),
        Some(value) => value.as_bool().ok_or_else(|| Refusal::bad_request("'mut' must be true or false")),
    }
}

async fn fresh<O: Outside>(call: &Call<'_, O>, minimum: SecurityLevel) -> Result<Challenge, Refusal> {
    let at = choose(&call.context.environments, "random", None, minimum).map_err(no_environment)?;
    let length = u16::try_from(CHALLENGE_BYTES).map_err(|_| Refusal::internal())?;
    let reply = call.asking.execute(at, Command::Random { length }).await?;
    let SeReply::Random(bytes) = reply else { return Err(Refusal::internal()) };
    bytes.expose().try_into().map_err(|_| Refusal::internal())
}
