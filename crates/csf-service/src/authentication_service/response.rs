//! `csf:response`: the answer to the challenge `chl`, which `vrf` gave the caller for the purpose `pur`, by the caller's
//! credential `crd`; in a mutual run also over the other challenge, `pch`.
//!
//! The claimant is the caller and cannot be chosen. Whoever has its key elsewhere makes its answers itself.

use csf_api::{EntityId, Object, Status, Value};
use csf_transport::{Challenge, Command, NoneFits, Part, Reply as SeReply, Statement};

use super::challenge::{no_such_challenge, purpose};
use super::credential::{self, Key};
use super::{asker, challenge, entity, optional_challenge};
use crate::audit::AuditKind;
use crate::call::Call;
use crate::input::{Input, base64};
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn make<O: Outside>(
    call: &Call<'_, O>,
    input: &Input<'_>,
) -> Result<(Object, AuditKind), Refusal> {
    let (claimant, verifier) = (asker(call)?, entity(call, input, "vrf")?);
    let (asked, counter) = (challenge(input, "chl")?, optional_challenge(input, "pch")?);
    let (purpose, named) = (purpose(input)?, credential::address("crd", input.text("crd")?)?);
    let part = part(call, (claimant, &verifier, purpose), &asked, counter.as_ref());
    let part = part.ok_or_else(no_such_challenge)?;
    let statement = Statement {
        part,
        claimant: claimant.absolute(),
        verifier: verifier.absolute(),
        asked: &asked,
        counter: counter.as_ref(),
        purpose,
    };
    let statement = statement.bytes().ok_or_else(Refusal::internal)?;
    // Nobody is told whether somebody else has a credential.
    let own = credential::load(call, &named).await?.filter(|found| found.owner == *claimant);
    let own = own.ok_or_else(Refusal::denied)?;
    let Key::Held(held) = own.key else {
        return Err(Refusal::bad_request("the key of 'crd' is not here: make the response where it is"));
    };
    let Some(held) = held else {
        return Err(Refusal::new(Status::NotAcceptable, "the key of 'crd' is gone, or not active"));
    };
    if own.level < input.minimum_level()? {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    let command = Command::Respond { key: held.key, owner: held.owner, statement };
    let response = match call.asking.execute(&held.environment, command).await? {
        SeReply::Mac(response) | SeReply::Signature(response) => response,
        _ => return Err(Refusal::internal()),
    };
    let output = Object::new()
        .with("rsp", base64(&response))
        .with("seL", Value::Integer(i64::from(own.level.number())));
    Ok((output, AuditKind::Authentication))
}

/// Which response it is; `None` where the challenge is not what the caller takes it for.
fn part<O: Outside>(
    call: &Call<'_, O>,
    (claimant, verifier, purpose): (&EntityId, &EntityId, &str),
    challenge: &Challenge,
    counter: Option<&Challenge>,
) -> Option<Part> {
    let (challenges, now) = (&call.context.challenges, call.asking.now());
    let found = challenges.look(challenge, now)?;
    let as_said = *found.0.claimant == *claimant.absolute()
        && *found.0.verifier == *verifier.absolute()
        && *found.0.purpose == *purpose;
    (as_said && challenges.are_of_one_run(&found, challenge, counter, now)).then_some(found.0.part)
}
