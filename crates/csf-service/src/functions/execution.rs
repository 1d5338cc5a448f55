//! Where a function runs: in the environment that fits best, or in the one that holds the key (SDH-6).

use csf_api::{Object, SecurityLevel, Value};
use csf_transport::{Command, NoneFits, Reply as SeReply, SeId, choose};

use crate::call::Call;
use crate::keys::UsableKey;
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// Executes a command that needs no key, in the environment that fits best.
pub(super) async fn execute_anywhere<O: Outside>(
    call: &Call<'_, O>,
    command: Command,
    algorithm: Option<&str>,
    minimum: SecurityLevel,
) -> Result<SeReply, Refusal> {
    let at =
        choose(&call.context.environments, command.name(), algorithm, minimum).map_err(no_environment)?;
    Ok(call.asking.execute(at, command).await?)
}

/// The environment that holds a key, if its level is high enough.
pub(super) fn environment_of(key: &UsableKey, minimum: SecurityLevel) -> Result<&SeId, Refusal> {
    if key.level < minimum { Err(no_environment(NoneFits::LevelTooLow)) } else { Ok(&key.environment) }
}

pub(super) fn verified(right: bool) -> Object {
    Object::new().with("vR", Value::Bool(right))
}
