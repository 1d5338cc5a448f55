//! One decision in 32 bytes.
//!
//! ```text
//!   word 0   milliseconds 44 │ operation 3 │ permitted 1 │ standing 2 │ marks 4 │ check 10
//!   word 1   count of the request 40                  │ type of the child 16 │ kind of target 8
//!   word 2   the number in the target's identifier, or the place of its name
//!   word 3   policy epoch 32                          │ place of the originator's name 32
//! ```

use csf_access::Standing;
use csf_api::{AccessOperation, ResourceId, ResourceType, UtcTime};
use csf_tree::Ordinal;
use csf_tree::schema::{ALL, Schema};

use super::names::Place;

/// Words of 8 bytes in a record.
pub(super) const WORDS: usize = 4;
/// Digits of the number in an identifier that the node made.
const DIGITS: usize = 15;
const CHECK_BITS: u32 = 10;
const MILLISECOND_BITS: u32 = 44;
const COUNT_BITS: u32 = 40;
const STANDINGS: [Standing; 4] = [Standing::Proven, Standing::Vouched, Standing::Bare, Standing::Internal];

/// A record of 32 bytes; all zero is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed(pub(super) [u64; WORDS]);

/// What was asked about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Target {
    /// A resource whose identifier the node made, of the kind of this schema, with this number.
    Made(&'static Schema, u64),
    /// Another one, by the place of its name.
    Named(Place),
}

impl Target {
    /// The target where the node made its identifier.
    pub(super) fn made(id: &ResourceId, schema: &Schema) -> Option<Self> {
        let kind =
            ALL.iter().find(|kind| !kind.id_prefix.is_empty() && kind.id_prefix == schema.id_prefix)?;
        let digits = id.as_str().strip_prefix(kind.id_prefix)?;
        let is_whole =
            digits.len() == DIGITS && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let ordinal = Ordinal::of_resource_id(id, kind).filter(|_| is_whole)?;
        Some(Self::Made(kind, ordinal.number()))
    }
}

/// What is known of a decision.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Decided {
    pub(in super::super) time: UtcTime,
    /// Which request of this start.
    pub(in super::super) number: Option<u64>,
    pub(in super::super) operation: AccessOperation,
    pub(in super::super) permitted: bool,
    pub(in super::super) standing: Standing,
    /// Whether it was about the members of the group that is the target.
    pub(in super::super) of_members: bool,
    /// Whether it was about the links to policies.
    pub(in super::super) relinks: bool,
    /// Whether roles or tokens were presented; which ones is not kept.
    pub(in super::super) credentials: bool,
    /// Whether the packets had an address; which one is not kept.
    pub(in super::super) address: bool,
    /// What would have been created.
    pub(in super::super) child: Option<ResourceType>,
    /// The policy epoch under which it was made.
    pub(in super::super) epoch: Option<u64>,
    pub(in super::super) originator: Option<Place>,
    pub(in super::super) target: Target,
}

impl Packed {
    pub(super) fn pack(decided: &Decided) -> Self {
        let millis = u64::try_from(decided.time.unix_micros().div_euclid(1000)).unwrap_or(0);
        let operation = AccessOperation::ALL.iter().position(|one| *one == decided.operation);
        let standing = STANDINGS.iter().position(|one| *one == decided.standing);
        let small = |at: Option<usize>| at.and_then(|at| u64::try_from(at).ok()).unwrap_or(0);
        let marks = [decided.of_members, decided.relinks, decided.credentials, decided.address];
        let mut word = low(millis, MILLISECOND_BITS);
        word = (word << 3) | small(operation);
        word = (word << 1) | u64::from(decided.permitted);
        word = (word << 2) | small(standing);
        for mark in marks {
            word = (word << 1) | u64::from(mark);
        }
        let (kind, of) = match decided.target {
            Target::Made(schema, ordinal) => {
                let at = ALL.iter().position(|kind| kind.id_prefix == schema.id_prefix);
                (small(at).saturating_add(1), ordinal)
            }
            Target::Named(Place(place)) => (0, u64::from(place)),
        };
        let count = low(decided.number.unwrap_or(0), COUNT_BITS);
        let child = decided.child.map_or(0, ResourceType::number);
        let second = (count << 24) | (u64::from(child) << 8) | low(kind, 8);
        // An epoch is one more than nothing here, as are counts and types.
        let epoch = low(decided.epoch.unwrap_or(0), 32);
        let who = decided.originator.map_or(0, |place| place.0);
        let rest = [second, of, (epoch << 32) | u64::from(who)];
        let [second, third, fourth] = rest;
        Self([(word << CHECK_BITS) | check(word, &rest), second, third, fourth])
    }

    /// What it says; `None` where it is none, or was half overwritten.
    pub(super) fn unpack(&self) -> Option<Decided> {
        let [first, second, of, fourth] = self.0;
        let mut word = first >> CHECK_BITS;
        if first == 0 || low(first, CHECK_BITS) != check(word, &[second, of, fourth]) {
            return None;
        }
        let mut take = |bits: u32| {
            let taken = low(word, bits);
            word >>= bits;
            taken
        };
        let [address, credentials, relinks, of_members] =
            [take(1), take(1), take(1), take(1)].map(|b| b == 1);
        let standing = *STANDINGS.get(usize::try_from(take(2)).ok()?)?;
        let permitted = take(1) == 1;
        let operation = *AccessOperation::ALL.get(usize::try_from(take(3)).ok()?)?;
        let micros = i64::try_from(take(MILLISECOND_BITS)).ok()?.checked_mul(1000)?;
        let target = match usize::try_from(low(second, 8)).ok()?.checked_sub(1) {
            None => Target::Named(Place(u32::try_from(of).ok()?)),
            Some(kind) => Target::Made(ALL.get(kind)?, of),
        };
        let there = |number: u64| (number != 0).then_some(number);
        let child = u16::try_from(low(second >> 8, 16)).ok()?;
        let who = u32::try_from(low(fourth, 32)).ok()?;
        Some(Decided {
            time: UtcTime::from_unix_micros(micros),
            number: there(second >> 24),
            operation,
            permitted,
            standing,
            of_members,
            relinks,
            credentials,
            address,
            child: (child != 0).then(|| ResourceType::from_number(child)),
            epoch: there(fourth >> 32),
            originator: (who != 0).then_some(Place(who)),
            target,
        })
    }
}

/// The lowest bits of a word.
const fn low(word: u64, bits: u32) -> u64 {
    word & !(u64::MAX << bits)
}

/// Bits that fit the rest of the record and hardly ever another one.
fn check(word: u64, rest: &[u64; 3]) -> u64 {
    let mix = |sum: u64, word: &u64| (sum ^ *word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    low(rest.iter().fold(mix(1, &word), mix), CHECK_BITS)
}

#[cfg(test)]
mod tests {
    use csf_tree::schema::CONTAINER;

    use super::*;

    fn decided() -> Decided {
        Decided {
            time: UtcTime::parse("20261124T120000").unwrap(),
            number: Some(7),
            operation: AccessOperation::Discovery,
            permitted: false,
            standing: Standing::Vouched,
            of_members: false,
            relinks: true,
            credentials: false,
            address: true,
            child: None,
            epoch: Some(3),
            originator: Some(Place(9)),
            target: Target::Made(&CONTAINER, 0x0006_0000_0000_0001),
        }
    }

    #[test]
    fn a_record_has_32_bytes_and_says_what_was_put_in() {
        assert_eq!(size_of::<Packed>(), 32);
        let other = Decided {
            number: None,
            operation: AccessOperation::Create,
            permitted: true,
            standing: Standing::Bare,
            of_members: true,
            credentials: true,
            child: Some(ResourceType::CONTAINER),
            epoch: None,
            originator: None,
            target: Target::Named(Place(u32::MAX)),
            ..decided()
        };
        for decided in [decided(), other] {
            assert_eq!(Packed::pack(&decided).unpack(), Some(decided));
        }
        for operation in AccessOperation::ALL {
            let decided = Decided { operation, ..decided() };
            assert_eq!(Packed::pack(&decided).unpack(), Some(decided));
        }
    }

    #[test]
    fn what_was_half_overwritten_is_none() {
        assert_eq!(Packed::default().unpack(), None);
        let one = Packed::pack(&decided());
        let passed = (1..2000_u64)
            .filter(|n| {
                let other = Packed::pack(&Decided { number: Some(7 + n), ..decided() });
                Packed([one.0[0], other.0[1], one.0[2], one.0[3]]).unpack().is_some()
            })
            .count();
        assert!(passed < 20, "{passed} of 2000");
    }

    #[test]
    fn an_identifier_that_the_node_did_not_make_takes_a_name() {
        let id = |text| ResourceId::parse(text).unwrap();
        let made = Ordinal::from_number(77).resource_id(&CONTAINER).unwrap();
        assert_eq!(Target::made(&made, &CONTAINER), Some(Target::Made(&CONTAINER, 77)));
        assert_eq!(Target::made(&id("cnt-77"), &CONTAINER), None);
        assert_eq!(Target::made(&id("Cmeter"), &csf_tree::schema::AE), None);
    }
}
