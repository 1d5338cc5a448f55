//! The challenges that were given and not yet checked: in memory, few, each for a short while and for one check.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use csf_api::UtcTime;
use csf_transport::{Challenge, Part};

/// How long a challenge waits for its response, in seconds.
pub(super) const LIFETIME_SECONDS: i64 = 120;
/// The most challenges of one verifier that wait.
pub(super) const MAX_OF_A_VERIFIER: usize = 64;
/// The most challenges that wait.
pub(super) const MAX_CHALLENGES: usize = 4096;

/// What a challenge was given for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Who wants to know: an absolute identifier.
    pub(super) verifier: Box<str>,
    /// Who is to answer: an absolute identifier.
    pub(super) claimant: Box<str>,
    /// What for.
    pub(super) purpose: Box<str>,
    /// Which response of a run it asks for.
    pub(super) part: Part,
    /// The challenge of the other, which came first; in a second challenge only.
    pub(super) peer: Option<Challenge>,
}

impl Asked {
    /// Whether this is the challenge of the other side in the same run: the same two, the other way round, for the same
    /// purpose.
    pub(super) fn mirrors(&self, other: &Self) -> bool {
        self.verifier == other.claimant && self.claimant == other.verifier && self.purpose == other.purpose
    }
}

/// A challenge that waits.
struct Waiting {
    asked: Asked,
    given: UtcTime,
    /// Of a second challenge: whether the other was found authentic.
    accepted: bool,
}

impl Waiting {
    fn end(&self) -> UtcTime {
        self.given.plus_seconds(LIFETIME_SECONDS)
    }

    /// A clock that went back makes no challenge live longer.
    fn is_alive(&self, now: UtcTime) -> bool {
        self.given <= now && now < self.end()
    }
}

/// Why no challenge is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

/// The challenges that wait. After a start there are none.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<Challenge, Waiting>>);

impl Challenges {
    /// Gives a challenge out, which nobody had before; until when it waits.
    pub(super) fn give(&self, challenge: Challenge, asked: Asked, now: UtcTime) -> Result<UtcTime, TooMany> {
        let mut waiting = self.lock();
        waiting.retain(|_, one| one.is_alive(now));
        let own = waiting.values().filter(|one| one.asked.verifier == asked.verifier).count();
        if own >= MAX_OF_A_VERIFIER || waiting.len() >= MAX_CHALLENGES || waiting.contains_key(&challenge) {
            return Err(TooMany);
        }
        let new = Waiting { asked, given: now, accepted: false };
        let end = new.end();
        waiting.insert(challenge, new);
        Ok(end)
    }

    /// What a challenge that waits was given for, and whether the other was found authentic since.
    pub(super) fn look(&self, challenge: &Challenge, now: UtcTime) -> Option<(Asked, bool)> {
        let waiting = self.lock();
        let found = waiting.get(challenge).filter(|one| one.is_alive(now))?;
        Some((found.asked.clone(), found.accepted))
    }

    /// Takes a challenge of this verifier away, so that nobody can have it checked again.
    pub(super) fn take(&self, challenge: &Challenge, verifier: &str, now: UtcTime) -> Option<(Asked, bool)> {
        let mut waiting = self.lock();
        // Somebody else's stays, or everybody could spoil the runs of others.
        waiting.get(challenge).filter(|one| *one.asked.verifier == *verifier)?;
        let taken = waiting.remove(challenge)?;
        taken.is_alive(now).then_some((taken.asked, taken.accepted))
    }

    /// Notes that whoever gave this second challenge was found authentic.
    pub(super) fn accept(&self, challenge: &Challenge) {
        if let Some(waiting) = self.lock().get_mut(challenge) {
            waiting.accepted = true;
        }
    }

    /// Whether this challenge, with what it was given for, and the claimant's own are those of one run. Whoever was
    /// challenged second answers nobody, and is found authentic by nobody, whom it has not found authentic first.
    pub(super) fn are_of_one_run(
        &self,
        (asked, accepted): &(Asked, bool),
        challenge: &Challenge,
        counter: Option<&Challenge>,
        now: UtcTime,
    ) -> bool {
        match (asked.part, counter) {
            (Part::OneWay, None) => true,
            (Part::First, Some(counter)) => self.look(counter, now).is_some_and(|(second, _)| {
                second.part == Part::Second
                    && second.peer.as_ref() == Some(challenge)
                    && second.mirrors(asked)
            }),
            (Part::Second, Some(counter)) => *accepted && asked.peer.as_ref() == Some(counter),
            _ => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Challenge, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcTime {
        UtcTime::from_unix_micros(0).plus_seconds(seconds)
    }

    fn number(number: usize) -> Challenge {
        let mut challenge = [0; 32];
        challenge[..8].copy_from_slice(&number.to_be_bytes());
        challenge
    }

    fn asked(verifier: &str) -> Asked {
        Asked {
            verifier: verifier.into(),
            claimant: "//p/c/Ca".into(),
            purpose: "".into(),
            part: Part::OneWay,
            peer: None,
        }
    }

    // Shows ACC-7.
    #[test]
    fn a_challenge_is_taken_once_in_time_and_by_its_verifier() {
        let all = Challenges::default();
        let end = all.give(number(1), asked("b"), at(10)).unwrap();
        assert_eq!(end, at(10 + LIFETIME_SECONDS));
        assert_eq!(all.take(&number(1), "c", at(10)), None, "another's");
        assert_eq!(all.take(&number(2), "b", at(10)), None, "never given");
        assert_eq!(all.take(&number(1), "b", at(10)), Some((asked("b"), false)));
        assert_eq!(all.take(&number(1), "b", at(10)), None, "taken before");
        for now in [at(9), end, at(10_000)] {
            all.give(number(3), asked("b"), at(10)).unwrap();
            assert_eq!(all.look(&number(3), now), None, "{now:?}");
            assert_eq!(all.take(&number(3), "b", now), None, "{now:?}");
        }
    }

    #[test]
    fn challenges_are_counted_for_each_verifier_and_in_all() {
        let all = Challenges::default();
        for n in 0..MAX_CHALLENGES {
            let verifier = format!("v{}", n / MAX_OF_A_VERIFIER);
            assert!(all.give(number(n), asked(&verifier), at(0)).is_ok(), "{n}");
        }
        assert_eq!(all.give(number(MAX_CHALLENGES), asked("other"), at(0)), Err(TooMany));
        all.take(&number(0), "v0", at(0)).unwrap();
        assert_eq!(all.give(number(MAX_CHALLENGES), asked("v1"), at(0)), Err(TooMany), "it has as many");
        assert!(all.give(number(MAX_CHALLENGES), asked("v0"), at(0)).is_ok());
        // Those that waited too long make room.
        assert!(all.give(number(MAX_CHALLENGES + 1), asked("v1"), at(LIFETIME_SECONDS)).is_ok());
        assert_eq!(all.lock().len(), 1);
    }
}
