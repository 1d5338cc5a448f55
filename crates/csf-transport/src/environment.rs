//! The plug-in seam: what a secure environment must be able to do (draft 6.4.2).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use csf_api::UtcTime;

use crate::command::Command;
use crate::description::Description;
use crate::error::SeError;
use crate::reply::Reply;

/// A flag by which a caller gives up on a command.
#[derive(Default)]
pub struct CancelFlag(AtomicBool);

impl CancelFlag {
    /// A flag that is not raised.
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Gives up.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the caller gave up.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What a plug-in may know about the world while it works. It reads no clock of its own.
pub struct Cx<'a> {
    /// When the answer is of no more use.
    pub deadline: Instant,
    /// What time it is.
    pub now: UtcTime,
    /// Whether the caller gave up.
    pub cancel: &'a CancelFlag,
}

/// The number of a logical channel, 0 for the basic one (ISO 7816-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelNumber(pub u8);

/// A secure environment, reached through a plug-in.
pub trait SecureEnvironment: Send + Sync {
    /// What it is and can do.
    fn describe(&self) -> &Description;

    /// Opens a session. Parallel work needs as many sessions as there are workers.
    ///
    /// # Errors
    ///
    /// [`SeError::Unavailable`] when the SE is not there, [`SeError::Full`] when it has no session left.
    fn open(&self, cx: &Cx<'_>) -> Result<Box<dyn Session>, SeError>;
}

/// A session with a secure environment: one command at a time, ended by dropping it.
pub trait Session: Send {
    /// Executes a command.
    ///
    /// # Errors
    ///
    /// See [`SeError`]; after [`SeError::OutcomeUnknown`] the session is of no more use.
    fn execute(&mut self, command: &Command, cx: &Cx<'_>) -> Result<Reply, SeError>;

    /// Executes a command if that needs nothing written now; `None` says that it has to take the lane. Most commands
    /// that write say so themselves ([`Command::writes`]); this is for one that writes now and then.
    fn execute_inline(&mut self, command: &Command, cx: &Cx<'_>) -> Option<Result<Reply, SeError>> {
        Some(self.execute(command, cx))
    }

    /// Opens a channel to an applet; `None` when the SE has no channel left (Open Mobile API 2.0.2).
    ///
    /// # Errors
    ///
    /// [`SeError::NotSupported`] where the SE knows no channels, which is the default.
    fn open_channel(
        &mut self,
        _aid: Option<&[u8]>,
        _p2: u8,
        _cx: &Cx<'_>,
    ) -> Result<Option<ChannelNumber>, SeError> {
        Err(SeError::NotSupported)
    }

    /// Sends one command APDU on a channel and gives the response APDU with its status word.
    ///
    /// # Errors
    ///
    /// [`SeError::NotSupported`] where the SE knows no channels, which is the default.
    fn transmit(&mut self, _channel: ChannelNumber, _apdu: &[u8], _cx: &Cx<'_>) -> Result<Vec<u8>, SeError> {
        Err(SeError::NotSupported)
    }

    /// Selects the next applet that matches the AID with which the channel was opened; whether there is one.
    ///
    /// # Errors
    ///
    /// [`SeError::NotSupported`] where the SE knows no channels, which is the default.
    fn select_next(&mut self, _channel: ChannelNumber, _cx: &Cx<'_>) -> Result<bool, SeError> {
        Err(SeError::NotSupported)
    }

    /// Closes a channel. Closing one that is not open does nothing.
    fn close_channel(&mut self, _channel: ChannelNumber, _cx: &Cx<'_>) {}
}
