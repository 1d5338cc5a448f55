//! placeholder
use crate::{Command, Description, Reply, SeError, SeId, SecureEnvironment};
use csf_api::UtcTime;
use std::sync::Arc;
use std::time::Instant;

/// The lane's queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneFull;

/// A thread that owns sessions of one SE.
pub struct Lane;

/// All SEs of a node.
pub struct Environments;
impl Environments {
    /// Opens.
    pub fn new(_all: Vec<Arc<dyn SecureEnvironment>>) -> Self {
        Self
    }
    /// Descriptions, best level first.
    pub fn descriptions(&self) -> Vec<&Description> {
        Vec::new()
    }
    /// Runs now when possible, otherwise on the lane.
    pub fn submit(
        &self,
        _at: &SeId,
        _command: Command,
        _deadline: Instant,
        _now: UtcTime,
        done: impl FnOnce(Result<Reply, SeError>) + Send + 'static,
    ) {
        done(Err(SeError::Unavailable))
    }
}
