//! Where a function runs: in the environment that fits best, or in the one that holds the key (SDH-6).

use csf_api::{Object, SecurityLevel, Value};
use csf_transport::{Command, NoneFits, Reply as SeReply, SeId, choose};

use crate::call::Call;
use crate::keys::UsableKey;
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What a function gave.
pub(super) struct Ran {
    /// The members of its output.
    pub(super) output: Object,
    /// The level of the environment in which it ran.
    pub(super) level: SecurityLevel,
}

/// Executes a command that needs no key, in the environment that fits best. What came of it, and the level of that environment.
pub(super) async fn execute_anywhere<O: Outside>(
    call: &Call<'_, O>,
    command: Command,
    algorithm: Option<&str>,
    minimum: SecurityLevel,
) -> Result<(SeReply, SecurityLevel), Refusal> {
    let at =
        choose(&call.context.environments, command.name(), algorithm, minimum).map_err(no_environment)?;
    let described = call.context.environments.iter().find(|d| d.id == *at).ok_or_else(Refusal::internal)?;
    Ok((call.asking.execute(at, command).await?, described.level))
}

/// The environment that holds a key, if its level is high enough.
pub(super) fn environment_of(key: &UsableKey, minimum: SecurityLevel) -> Result<&SeId, Refusal> {
    if key.level < minimum { Err(no_environment(NoneFits::LevelTooLow)) } else { Ok(&key.environment) }
}

/// Refuses octets of another length than the algorithm has.
pub(super) fn must_have(member: &str, given: &[u8], algorithm: &str, length: usize) -> Result<(), Refusal> {
    if given.len() == length {
        return Ok(());
    }
    Err(Refusal::bad_request(format!("'{member}' of {algorithm} has {length} bytes")))
}

pub(super) fn verified(right: bool) -> Object {
    Object::new().with("vR", Value::Bool(right))
}
