//! `csf:verification`: whether `rsp` is the answer of the claimant `cla`, by its credential `crd`, to the caller's
//! challenge `chl` (and, in a mutual run, over the other challenge `pch`).
//!
//! A challenge is checked once, whatever comes of it. Whatever is wrong, the answer is the same: `vR` false.

use csf_api::{Object, SecurityLevel, Value};
use csf_transport::codec::MAX_SIGNATURE_BYTES;
use csf_transport::{Command, Part, Reply as SeReply, SeError, SignInput, Statement, choose};

use super::credential::{self, Credential, Key};
use super::{asker, challenge, entity, optional_challenge};
use crate::audit::AuditKind;
use crate::authentication::is_somebody;
use crate::call::Call;
use crate::input::Input;
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) async fn verify<O: Outside>(
    call: &Call<'_, O>,
    input: &Input<'_>,
) -> Result<(Object, AuditKind), Refusal> {
    let (verifier, claimant) = (asker(call)?, entity(call, input, "cla")?);
    let (asked, counter) = (challenge(input, "chl")?, optional_challenge(input, "pch")?);
    let response = input.optional_octets_up_to("rsp", MAX_SIGNATURE_BYTES)?;
    let response = response.ok_or_else(|| Refusal::bad_request("'rsp' is missing"))?;
    let minimum = input.minimum_level()?;
    let named = credential::address("crd", input.text("crd")?)?;

    let challenges = &call.context.challenges;
    let now = call.asking.now();
    let taken = challenges.take(&asked, verifier.absolute(), now).filter(|taken| {
        *taken.0.claimant == *claimant.absolute()
            && challenges.are_of_one_run(taken, &asked, counter.as_ref(), now)
    });
    let Some((given, _)) = taken else { return Ok(wrong()) };
    let Some(credential) = credential::load(call, &named).await? else { return Ok(wrong()) };
    if credential.owner != claimant || !credential.is_for(verifier) {
        return Ok(wrong());
    }
    // The purpose is the one that the caller said when it asked, and no other can be said here.
    let statement = Statement {
        part: given.part,
        claimant: claimant.absolute(),
        verifier: verifier.absolute(),
        asked: &asked,
        counter: counter.as_ref(),
        purpose: &given.purpose,
    };
    let statement = statement.bytes().ok_or_else(Refusal::internal)?;
    // Whoever demands a level is not satisfied with less, and need not be told by how much.
    let high_enough = credential.level >= minimum;
    if !is_right(call, &credential, statement, response).await? || !high_enough {
        return Ok(wrong());
    }
    // What was withdrawn while the environment was at work is withdrawn: the answer comes after it.
    let still = credential::load(call, &named).await?;
    if !still.is_some_and(|still| still.is_unchanged_since(&credential))
        || !is_somebody(call.asking, &call.context.settings, &claimant).await?
    {
        return Ok(wrong());
    }
    if let (Part::First, Some(second)) = (given.part, &counter) {
        challenges.accept(second);
    }
    let output = Object::new()
        .with("vR", Value::Bool(true))
        .with("idn", Value::text(claimant.absolute()))
        .with("seL", Value::Integer(i64::from(credential.level.number())));
    Ok((output, AuditKind::Authentication))
}

fn wrong() -> (Object, AuditKind) {
    (Object::new().with("vR", Value::Bool(false)), AuditKind::NotAuthentic)
}

/// Whether the response is right, as the environment of the key says, or one that knows the algorithm.
async fn is_right<O: Outside>(
    call: &Call<'_, O>,
    credential: &Credential,
    statement: Vec<u8>,
    response: Vec<u8>,
) -> Result<bool, Refusal> {
    let checked = match &credential.key {
        // A key object that is gone, or whose key is: nobody answers by it.
        Key::Held(None) => return Ok(false),
        Key::Held(Some(held)) => {
            let (key, owner) = (held.key, held.owner.clone());
            let command = Command::CheckResponse { key, owner, statement, response };
            call.asking.execute(&held.environment, command).await
        }
        Key::Public { key, algorithm } => {
            let at = choose(
                &call.context.environments,
                "verify-with",
                Some(algorithm.name()),
                SecurityLevel::None,
            );
            let command = Command::VerifyWith {
                public_key: key.clone(),
                algorithm: *algorithm,
                input: SignInput::Message(csf_transport::covered(&statement)),
                signature: response,
            };
            call.asking.execute(at.map_err(no_environment)?, command).await
        }
    };
    match checked {
        Ok(SeReply::Verified(right)) => Ok(right),
        Ok(_) => Err(Refusal::internal()),
        // A response that is none of the algorithm's, and a key that is not what the credential says any more.
        Err(SeError::InvalidInput | SeError::Refused(_) | SeError::NoSuchKey) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
