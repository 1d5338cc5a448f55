//! The node against a naive reference: random sequences of events, and the same answer after every request.
//!
//! ```text
//!   events ────── what may happen, made from a seed
//!     │
//!     ├─▶ run ─────── does it to the service layer in a laboratory, and compares
//!     └─▶ reference ─ decides by going through everything that there is, step by step
//!           └─ conditions ─ windows, addresses, patterns, as slowly as one reads them
//! ```
//!
//! The reference shares no line with the decision: it knows rules as texts, and looks at all of them each time.
//! `cargo xtask model` runs many more sequences, or one seed again.

#![expect(clippy::unwrap_used, reason = "what a test arranges has to be well formed")]
#![expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a reference has to be plain")]
#![expect(clippy::print_stderr, reason = "a failing seed is told as it is found")]

mod conditions;
mod contents;
mod events;
mod node;
mod reference;
mod run;

use reference::Ignored;
use run::{many, one, play};

/// How many sequences a test run has, unless `CSF_TEST_SEQUENCES` says otherwise.
const SEQUENCES: u64 = 2_000;
/// Where seeds begin, unless `CSF_TEST_SEED` says otherwise: a run is the same each time.
const FIRST_SEED: u64 = 1;
/// Within how many seeds a wrong reference has to be noticed.
const NOTICED_WITHIN: u64 = 400;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

/// Whoever asks for whatever, after whatever happened: permitted if the text says so, and refused with 4103 if not.
/// Shows ACC-3, ACC-8 and ACC-9.
#[test]
fn the_node_decides_as_the_text_does() {
    let first = number("CSF_TEST_SEED").unwrap_or(FIRST_SEED);
    let count = number("CSF_TEST_SEQUENCES").unwrap_or(SEQUENCES);
    let tally = many(first, count, None).unwrap_or_else(|difference| panic!("{difference}"));
    eprintln!("{count} sequences from seed {first}: {tally}");
    // A run in which nearly everything is refused, or permitted, would show little.
    if count >= 100 {
        assert!(tally.permitted * 5 > tally.refused && tally.refused * 5 > tally.permitted, "{tally}");
    }
}

/// A reference that overlooks one thing is noticed: so would be a node that does.
#[test]
fn a_reference_that_overlooks_one_thing_is_noticed() {
    for ignored in Ignored::ALL {
        let found = many(FIRST_SEED, NOTICED_WITHIN, Some(ignored));
        let difference = found.err().unwrap_or_else(|| panic!("nobody noticed that {ignored:?} is ignored"));
        let seed = difference.seed;
        assert!(one(seed, None).is_ok(), "the right reference agrees about seed {seed}");
        assert!(one(seed, Some(ignored)).is_err(), "seed {seed} shows the same again");
    }
}

/// A difference is told by its seed, and by few events.
#[test]
fn a_difference_is_told_by_its_seed_and_by_what_is_needed_for_it() {
    let ignored = Some(Ignored::Authentication);
    let difference = many(FIRST_SEED, NOTICED_WITHIN, ignored).err().unwrap();
    let needed = difference.needed();
    assert!(!needed.is_empty() && needed.len() < difference.events.len(), "{needed:?}");
    assert!(play(difference.seed, &needed, ignored).is_err());
    assert!(play(difference.seed, &needed, None).is_ok());
    let (_, shorter) = difference.events.split_last().unwrap();
    assert!(play(difference.seed, shorter, ignored).is_ok(), "no shorter prefix shows it");
    assert!(difference.to_string().contains(&format!("--seed {}", difference.seed)));
}
