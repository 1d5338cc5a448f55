//! What the response to an authentication challenge covers: who answers whom, to which challenges, and what for.
//!
//! ```text
//!   "csf:authentication:1" 00 | part | claimant | verifier | verifier's challenge | claimant's challenge | purpose
//!   the domain, which a           1     each after its length in two bytes, most significant first
//!   secure environment puts
//!   before every statement
//! ```
//!
//! The two parts of a mutual run are the second and third message of the three-pass forms of ISO/IEC 9798-3 and
//! 9798-4, with what these leave open written down: the direction and both identities stand in each.

use crate::key::Owner;

/// What stands before every statement under a response, and before nothing else that a key makes.
pub const RESPONSE_DOMAIN: &[u8] = b"csf:authentication:1\0";
/// How many bytes a challenge has.
pub const CHALLENGE_BYTES: usize = 32;
/// The longest purpose, in bytes.
pub const MAX_PURPOSE_BYTES: usize = 255;
/// The longest statement: two identities, two challenges, a purpose, the lengths of all, and the part.
pub const MAX_STATEMENT_BYTES: usize = 2 * Owner::MAX_BYTES + 2 * CHALLENGE_BYTES + MAX_PURPOSE_BYTES + 11;

/// A random challenge.
pub type Challenge = [u8; CHALLENGE_BYTES];

/// Which response a statement is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Part {
    /// The only one: one entity authenticates another.
    OneWay = 1,
    /// The first of a mutual run.
    First = 2,
    /// The second of a mutual run, by whoever checked the first.
    Second = 3,
}

/// A statement, before it is bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// Which response it is under.
    pub part: Part,
    /// Who answers: an absolute identifier.
    pub claimant: &'a str,
    /// Who asked: an absolute identifier.
    pub verifier: &'a str,
    /// The challenge of the verifier.
    pub asked: &'a Challenge,
    /// The claimant's own challenge, in a mutual run.
    pub counter: Option<&'a Challenge>,
    /// What for, in words of theirs.
    pub purpose: &'a str,
}

impl Statement<'_> {
    /// The bytes that a secure environment takes, which puts [`RESPONSE_DOMAIN`] before them; `None` where an identity or
    /// the purpose is too long, or the claimant's own challenge is missing from a part that has one, or stands in the one that has none.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let fits = |text: &str, most| text.len() <= most;
        let whole = fits(self.claimant, Owner::MAX_BYTES)
            && fits(self.verifier, Owner::MAX_BYTES)
            && fits(self.purpose, MAX_PURPOSE_BYTES)
            && self.counter.is_some() == (self.part != Part::OneWay);
        if !whole {
            return None;
        }
        let counter = self.counter.map_or(&[][..], |challenge| challenge);
        let mut bytes = vec![self.part as u8];
        for field in
            [self.claimant.as_bytes(), self.verifier.as_bytes(), self.asked, counter, self.purpose.as_bytes()]
        {
            bytes.extend(u16::try_from(field.len()).ok()?.to_be_bytes());
            bytes.extend(field);
        }
        Some(bytes)
    }
}

/// What is signed, or what the code is of, under a response to this statement.
#[must_use]
pub fn covered(statement: &[u8]) -> Vec<u8> {
    [RESPONSE_DOMAIN, statement].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Statement<'_> = Statement {
        part: Part::First,
        claimant: "//p/c/Ca",
        verifier: "//p/c/Cb",
        asked: &[0xAA; CHALLENGE_BYTES],
        counter: Some(&[0xBB; CHALLENGE_BYTES]),
        purpose: "door",
    };

    // Shows ACC-7.
    #[test]
    fn a_statement_is_spelt_as_documented() {
        let expected = [
            &b"csf:authentication:1\0\x02\0\x08//p/c/Ca\0\x08//p/c/Cb\0\x20"[..],
            &[0xAA; 32],
            b"\0\x20",
            &[0xBB; 32],
            b"\0\x04door",
        ];
        assert_eq!(SAMPLE.bytes().map(|bytes| covered(&bytes)), Some(expected.concat()));
    }

    // Shows ACC-7: nothing of a run can be taken for anything else of it.
    #[test]
    fn every_member_goes_into_a_statement() {
        let one_way = Statement { part: Part::OneWay, counter: None, ..SAMPLE };
        let all = [
            SAMPLE,
            Statement { part: Part::Second, ..SAMPLE },
            one_way,
            Statement { claimant: SAMPLE.verifier, verifier: SAMPLE.claimant, ..SAMPLE },
            Statement { claimant: "//p/c/Ca/", ..SAMPLE },
            Statement { asked: &[0xBB; 32], counter: Some(&[0xAA; 32]), ..SAMPLE },
            Statement { asked: &[0xAB; 32], ..SAMPLE },
            Statement { purpose: "", ..SAMPLE },
            // What moves from one member to the next is another statement.
            Statement { claimant: "//p/c/C", verifier: "a//p/c/Cb", ..SAMPLE },
        ];
        let spelt: std::collections::BTreeSet<_> = all.iter().map(Statement::bytes).collect();
        assert!(spelt.len() == all.len() && !spelt.contains(&None));
    }

    #[test]
    fn what_is_too_long_or_half_makes_no_statement() {
        let (longest, purpose) = ("x".repeat(Owner::MAX_BYTES), "x".repeat(MAX_PURPOSE_BYTES));
        let full = Statement { claimant: &longest, verifier: &longest, purpose: &purpose, ..SAMPLE };
        assert_eq!(full.bytes().map(|bytes| bytes.len()), Some(MAX_STATEMENT_BYTES));
        let (longer, more) = (format!("{longest}x"), format!("{purpose}x"));
        for bad in [
            Statement { claimant: &longer, ..SAMPLE },
            Statement { verifier: &longer, ..SAMPLE },
            Statement { purpose: &more, ..SAMPLE },
            Statement { counter: None, ..SAMPLE },
            Statement { part: Part::OneWay, ..SAMPLE },
        ] {
            assert_eq!(bad.bytes(), None, "{bad:?}");
        }
    }
}
