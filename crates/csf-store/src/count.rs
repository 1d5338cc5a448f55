//! Counts: records that hold a number, which a batch changes by a step and not to a value.
//!
//! Who writes a value must have read the one before, so one such write follows another. Steps do not depend on each
//! other, so many of them can be in one durable write, and the bound holds for each of them all the same.

/// What a batch does to a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One more, and then no more than this.
    Up {
        /// The greatest number that the step may lead to.
        most: u64,
    },
    /// So many less.
    Down {
        /// How many.
        by: u64,
    },
}

impl Step {
    /// The bytes of the count after the step; `None` where it does not lead to a number that is allowed, or there is no
    /// number to begin with.
    pub(crate) fn from(self, before: &[u8]) -> Option<[u8; 8]> {
        let before = u64::from_be_bytes(before.try_into().ok()?);
        let after = match self {
            Self::Up { most } => before.checked_add(1).filter(|after| *after <= most)?,
            Self::Down { by } => before.checked_sub(by)?,
        };
        Some(after.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_leads_from_a_number_to_an_allowed_one_or_nowhere() {
        let number = |n: u64| n.to_be_bytes().to_vec();
        for (before, step, after) in [
            (number(0), Step::Up { most: 1 }, Some(1)),
            (number(1), Step::Up { most: 1 }, None),
            (number(9), Step::Up { most: 1 }, None),
            (number(u64::MAX), Step::Up { most: u64::MAX }, None),
            (number(3), Step::Down { by: 3 }, Some(0)),
            (number(3), Step::Down { by: 4 }, None),
            (number(3), Step::Down { by: 0 }, Some(3)),
            (b"seven".to_vec(), Step::Up { most: 9 }, None),
            (Vec::new(), Step::Down { by: 0 }, None),
        ] {
            assert_eq!(step.from(&before), after.map(u64::to_be_bytes), "{before:?} {step:?}");
        }
    }
}
