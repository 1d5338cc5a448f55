//! The security level that a request demands of a secure environment, and the refusal where none has it (SDH-6).

use csf_api::{SecurityLevel, Status, Value};
use csf_transport::NoneFits;

use crate::refusal::Refusal;

/// A security level as a number from 0 to 3.
pub(crate) fn level(value: &Value) -> Result<SecurityLevel, Refusal> {
    let number = value.as_integer().and_then(|n| u8::try_from(n).ok());
    let level = number.and_then(SecurityLevel::from_number);
    level.ok_or_else(|| Refusal::bad_request("'msl' must be an integer from 0 to 3"))
}

/// The refusal where no environment fits.
pub(crate) fn no_environment(why: NoneFits) -> Refusal {
    match why {
        NoneFits::CannotDo => Refusal::new(Status::NotImplemented, "no secure environment here can do this"),
        NoneFits::LevelTooLow => {
            Refusal::new(Status::NotAcceptable, "no secure environment here has the demanded level")
        }
    }
}
