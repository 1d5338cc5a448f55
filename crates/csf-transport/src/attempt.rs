//! One attempt at one command on one session, with the plug-in's panics caught and its answers checked.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::command::Command;
use crate::environment::{Cx, SecureEnvironment, Session};
use crate::error::SeError;
use crate::reply::Reply;

/// A session, or none while there is none worth keeping.
pub(crate) type Slot = Option<Box<dyn Session>>;

/// Opens a session. Whatever hinders the plug-in, nothing was sent, so the SE counts as unavailable.
pub(crate) fn open(environment: &dyn SecureEnvironment, cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError> {
    match catch_unwind(AssertUnwindSafe(|| environment.open(cx))) {
        Ok(Ok(session)) => Ok(session),
        Ok(Err(SeError::Expired)) => Err(SeError::Expired),
        Ok(Err(_)) | Err(_) => Err(SeError::Unavailable),
    }
}

/// Executes a command, and empties the slot when the session can no longer be trusted.
pub(crate) fn execute(slot: &mut Slot, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError> {
    attempt(slot, command, |session| Some(session.execute(command, cx))).unwrap_or(Err(SeError::Fault))
}

/// Executes a command that writes nothing now; `None` where the session says that it has to take the lane.
pub(crate) fn execute_inline(
    slot: &mut Slot,
    command: &Command,
    cx: &Cx<'_>,
) -> Option<Result<Reply, SeError>> {
    attempt(slot, command, |session| session.execute_inline(command, cx))
}

fn attempt(
    slot: &mut Slot,
    command: &Command,
    execute: impl FnOnce(&mut dyn Session) -> Option<Result<Reply, SeError>>,
) -> Option<Result<Reply, SeError>> {
    let Some(session) = slot.as_mut() else {
        return Some(Err(SeError::Unavailable));
    };
    // The session may be left in any state by a panic; it is discarded below, so nobody sees that state.
    let result = match catch_unwind(AssertUnwindSafe(|| execute(&mut **session))).transpose()? {
        Ok(Ok(reply)) if command.is_answered_by(&reply) => Ok(reply),
        Ok(Err(error)) => Err(error),
        // A panic or an impossible reply. If it could have written, nobody knows whether it did.
        Ok(Ok(_)) | Err(_) if command.writes() => Err(SeError::OutcomeUnknown),
        Ok(Ok(_)) | Err(_) => Err(SeError::Fault),
    };
    if matches!(result, Err(SeError::OutcomeUnknown | SeError::Unavailable | SeError::Fault)) {
        discard(slot);
    }
    Some(result)
}

/// Ends a session, even one that panics while it ends.
pub(crate) fn discard(slot: &mut Slot) {
    let session = slot.take();
    // There is nobody to tell, and nothing to be done about it.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(session)));
}
