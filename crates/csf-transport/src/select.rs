//! Which of a node's secure environments a command goes to (draft 6.4.1; TS-0003 table 6.3.1-1).

use std::fmt;

use csf_api::SecurityLevel;

use crate::description::{Description, SeId};

/// Why no SE of the node fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoneFits {
    /// None can do the command with this algorithm, whatever its level.
    CannotDo,
    /// Some can, but none of them reaches the level.
    LevelTooLow,
}

impl fmt::Display for NoneFits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CannotDo => "no secure environment can do this",
            Self::LevelTooLow => "no secure environment that can do this has the level",
        })
    }
}

impl std::error::Error for NoneFits {}

/// The SE of the highest level, and the first of those, among the SEs that can do the command at the minimum
/// level at least.
///
/// # Errors
///
/// Says whether it is the command or the level that no SE fits.
pub fn choose<'a>(
    descriptions: impl IntoIterator<Item = &'a Description>,
    command: &str,
    algorithm: Option<&str>,
    minimum: SecurityLevel,
) -> Result<&'a SeId, NoneFits> {
    let able = descriptions.into_iter().filter(|description| description.can(command, algorithm));
    let best = able
        .reduce(|best, next| if next.level > best.level { next } else { best })
        .ok_or(NoneFits::CannotDo)?;
    if best.level < minimum { Err(NoneFits::LevelTooLow) } else { Ok(&best.id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::description;
    use crate::{Capability, Origin, Speed};

    fn se(id: &str, level: SecurityLevel, can: &[(&'static str, Option<&'static str>)]) -> Description {
        let capability = |&(command, algorithm): &(_, _)| Capability {
            command,
            algorithm,
            max_bytes: None,
            origin: Origin::Native,
        };
        let capabilities = can.iter().map(capability).collect();
        Description { level, capabilities, ..description(id, Speed::Fast) }
    }

    fn node() -> Vec<Description> {
        vec![
            se("soft", SecurityLevel::Low, &[("sign", Some("A")), ("sign", Some("B")), ("random", None)]),
            se("tee", SecurityLevel::Medium, &[("sign", Some("A"))]),
            se("card", SecurityLevel::High, &[("random", None)]),
            se("token", SecurityLevel::Medium, &[("sign", Some("A"))]),
        ]
    }

    fn chosen(command: &str, algorithm: Option<&str>, minimum: SecurityLevel) -> Result<String, NoneFits> {
        choose(&node(), command, algorithm, minimum).map(ToString::to_string)
    }

    #[test]
    fn the_highest_level_wins_and_then_the_order() {
        assert_eq!(chosen("sign", Some("A"), SecurityLevel::None).as_deref(), Ok("tee"));
        assert_eq!(chosen("sign", Some("B"), SecurityLevel::None).as_deref(), Ok("soft"));
        assert_eq!(chosen("random", None, SecurityLevel::Low).as_deref(), Ok("card"));
        assert_eq!(chosen("sign", None, SecurityLevel::Medium).as_deref(), Ok("tee"));
    }

    #[test]
    fn it_is_told_apart_what_does_not_fit() {
        assert_eq!(chosen("sign", Some("A"), SecurityLevel::High), Err(NoneFits::LevelTooLow));
        assert_eq!(chosen("sign", Some("B"), SecurityLevel::Medium), Err(NoneFits::LevelTooLow));
        assert_eq!(chosen("sign", Some("C"), SecurityLevel::None), Err(NoneFits::CannotDo));
        assert_eq!(chosen("seal", None, SecurityLevel::None), Err(NoneFits::CannotDo));
        assert_eq!(choose([], "sign", None, SecurityLevel::None), Err(NoneFits::CannotDo));
    }
}
