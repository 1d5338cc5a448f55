//! All secure environments of a node: their descriptions, and the two ways to have a command executed
//! (draft 6.4.1 and 6.4.2; TRN-2).

use std::sync::Arc;
use std::time::Instant;
use std::{fmt, io};

use csf_api::UtcTime;

use crate::command::Command;
use crate::description::{Description, SeId, Speed};
use crate::environment::{CancelFlag, Cx, SecureEnvironment};
use crate::error::SeError;
use crate::lane::{Clock, Job, Lane, LaneFull, is_over};
use crate::pool::Pool;
use crate::reply::Reply;

/// The most SEs of one node.
pub const MAX_ENVIRONMENTS: usize = 64;

/// Why a list of SEs makes no node.
#[derive(Debug)]
pub enum EnvironmentsError {
    /// There is none, but every node has at least one (TRN-2).
    Empty,
    /// There are more than [`MAX_ENVIRONMENTS`].
    TooMany,
    /// Two of them have this name.
    Duplicate(SeId),
    /// The system gives no thread for a lane.
    Thread(io::Error),
}

impl fmt::Display for EnvironmentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a node needs at least one secure environment"),
            Self::TooMany => write!(f, "a node has at most {MAX_ENVIRONMENTS} secure environments"),
            Self::Duplicate(id) => write!(f, "two secure environments are called {id}"),
            Self::Thread(error) => write!(f, "no thread for a secure environment: {error}"),
        }
    }
}

impl std::error::Error for EnvironmentsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Thread(error) = self { Some(error) } else { None }
    }
}

/// All SEs of a node, each with its lane and, if it is fast, a few sessions for commands that write nothing.
pub struct Environments {
    all: Vec<Member>,
    clock: Clock,
}

struct Member {
    /// Kept, so that it stays what it was whatever the plug-in says later.
    description: Description,
    environment: Arc<dyn SecureEnvironment>,
    lane: Lane,
    pool: Pool,
}

impl Environments {
    /// Starts a lane for each SE.
    ///
    /// # Errors
    ///
    /// Refuses an empty or too long list and two SEs of the same name; fails when the system gives no
    /// thread.
    pub fn new(all: Vec<Arc<dyn SecureEnvironment>>) -> Result<Self, EnvironmentsError> {
        Self::with_clock(all, Arc::new(Instant::now))
    }

    /// The same with a clock of the caller's, against which deadlines are held.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub fn with_clock(all: Vec<Arc<dyn SecureEnvironment>>, clock: Clock) -> Result<Self, EnvironmentsError> {
        if all.is_empty() {
            return Err(EnvironmentsError::Empty);
        }
        if all.len() > MAX_ENVIRONMENTS {
            return Err(EnvironmentsError::TooMany);
        }
        let mut members: Vec<Member> = Vec::with_capacity(all.len());
        for environment in all {
            let description = environment.describe().clone();
            if members.iter().any(|member| member.description.id == description.id) {
                return Err(EnvironmentsError::Duplicate(description.id));
            }
            let lane = Lane::start(Arc::clone(&environment), Arc::clone(&clock))
                .map_err(EnvironmentsError::Thread)?;
            members.push(Member { description, environment, lane, pool: Pool::default() });
        }
        Ok(Self { all: members, clock })
    }

    /// The descriptions, in the order in which the SEs were given.
    #[must_use]
    pub fn descriptions(&self) -> Vec<&Description> {
        self.all.iter().map(|member| &member.description).collect()
    }

    /// The description of the SE of this name.
    #[must_use]
    pub fn get(&self, id: &SeId) -> Option<&Description> {
        self.member(id).map(|member| &member.description)
    }

    /// Executes a command right here, on the caller's thread, if that is the better way; `None` says that
    /// the command has to take the lane.
    ///
    /// It is the better way for a command that writes nothing on a fast SE with a session to spare. An SE
    /// that the node does not have is [`SeError::Unavailable`].
    #[must_use = "without an outcome the command still has to take the lane"]
    pub fn try_inline(&self, at: &SeId, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        let Some(member) = self.member(at) else {
            return Some(Err(SeError::Unavailable));
        };
        if member.description.speed != Speed::Fast || command.writes() {
            return None;
        }
        if is_over(cx, &self.clock) {
            return Some(Err(SeError::Expired));
        }
        member.pool.lend(&*member.environment, cx)?.execute(command, cx)
    }

    /// Puts a command on the lane of an SE. `done` is called once with the outcome, see [`Lane`]; for an SE
    /// that the node does not have it is called at once with [`SeError::Unavailable`].
    ///
    /// # Errors
    ///
    /// [`LaneFull`] when too many commands wait already; then `done` is not called.
    pub fn submit(
        &self,
        at: &SeId,
        command: Command,
        deadline: Instant,
        now: UtcTime,
        cancel: Arc<CancelFlag>,
        done: impl FnOnce(Result<Reply, SeError>) + Send + 'static,
    ) -> Result<(), LaneFull> {
        let Some(member) = self.member(at) else {
            done(Err(SeError::Unavailable));
            return Ok(());
        };
        member.lane.submit(Job { command, deadline, now, cancel, done: Box::new(done) })
    }

    fn member(&self, id: &SeId) -> Option<&Member> {
        self.all.iter().find(|member| member.description.id == *id)
    }
}

#[cfg(test)]
mod tests;
