//! The patterns of a set of rules, found by a text that the identifiers that fit must have.
//!
//! It is what stands before the first `*`; or, where a `*` stands in an earlier segment (`/id-*/Cmeter*`), what the last
//! segment begins with; or, where that is longer (`C*-meter`), what the last segment ends with. Most identifiers differ
//! there, so a decision looks at few of many patterns: one binary search finds the longest such text, and each text knows
//! the longest other that it begins, or ends, with.

use std::cmp::Ordering;

use csf_api::EntityId;

use crate::pattern::Pattern;

/// Patterns, each with the number of its rule.
#[derive(Default)]
pub(crate) struct Patterns {
    by_beginning: Stems<false>,
    by_last_beginning: Stems<false>,
    by_last_ending: Stems<true>,
}

/// Patterns by the text that something begins with, or ends with.
#[derive(Default)]
struct Stems<const ENDING: bool> {
    /// In the order of their texts, read from the end where they are endings; none twice.
    stems: Vec<Stem>,
}

struct Stem {
    literal: Box<str>,
    /// The longest other stem that this one begins, or ends, with.
    within: Option<usize>,
    patterns: Vec<(Pattern, u16)>,
}

impl FromIterator<(Pattern, u16)> for Patterns {
    fn from_iter<I: IntoIterator<Item = (Pattern, u16)>>(patterns: I) -> Self {
        let (mut beginning, mut last_beginning, mut last_ending) = (Vec::new(), Vec::new(), Vec::new());
        for (pattern, rule) in patterns {
            let list = if pattern.last_ending().len() > pattern.last_beginning().len() {
                &mut last_ending
            } else if pattern.has_an_early_star() {
                &mut last_beginning
            } else {
                &mut beginning
            };
            list.push((pattern, rule));
        }
        Self {
            by_beginning: Stems::by(beginning, Pattern::beginning),
            by_last_beginning: Stems::by(last_beginning, Pattern::last_beginning),
            by_last_ending: Stems::by(last_ending, Pattern::last_ending),
        }
    }
}

impl Patterns {
    /// Those that may fit an identifier.
    pub(crate) fn candidates<'a>(&'a self, id: &'a EntityId) -> impl Iterator<Item = &'a (Pattern, u16)> {
        let text = id.absolute();
        let last = text.rsplit_once('/').map_or(text, |(_, last)| last);
        self.by_beginning
            .candidates(text)
            .chain(self.by_last_beginning.candidates(last))
            .chain(self.by_last_ending.candidates(last))
    }
}

impl<const ENDING: bool> Stems<ENDING> {
    fn by(mut patterns: Vec<(Pattern, u16)>, of: fn(&Pattern) -> &str) -> Self {
        // The sort is stable: patterns with the same stem keep the order of their rules.
        patterns.sort_by(|(a, _), (b, _)| Self::order(of(a), of(b)));
        let mut stems: Vec<Stem> = Vec::new();
        for (pattern, rule) in patterns {
            match stems.last_mut().filter(|stem| *stem.literal == *of(&pattern)) {
                Some(stem) => stem.patterns.push((pattern, rule)),
                None => {
                    let literal: Box<str> = of(&pattern).into();
                    let mut within = stems.len().checked_sub(1);
                    while let Some(stem) = within.and_then(|at| stems.get(at)) {
                        if Self::has(&literal, &stem.literal) {
                            break;
                        }
                        within = stem.within;
                    }
                    stems.push(Stem { literal, within, patterns: vec![(pattern, rule)] });
                }
            }
        }
        Self { stems }
    }

    /// Those whose stem the text begins, or ends, with; the longest stem first.
    fn candidates<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a (Pattern, u16)> {
        let after = self.stems.partition_point(|stem| Self::order(&stem.literal, text) != Ordering::Greater);
        let nearest = after.checked_sub(1).and_then(|at| self.stems.get(at));
        std::iter::successors(nearest, |stem| stem.within.and_then(|at| self.stems.get(at)))
            .filter(move |stem| Self::has(text, &stem.literal))
            .flat_map(|stem| &stem.patterns)
    }

    fn order(one: &str, other: &str) -> Ordering {
        if ENDING { one.bytes().rev().cmp(other.bytes().rev()) } else { one.cmp(other) }
    }

    fn has(text: &str, stem: &str) -> bool {
        if ENDING { text.ends_with(stem) } else { text.starts_with(stem) }
    }
}

#[cfg(test)]
mod tests {
    use csf_api::Home;

    use super::*;

    #[test]
    fn every_pattern_that_fits_is_among_the_candidates() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let texts = [
            "C*",
            "Ca*",
            "Cab*",
            "Cabc*",
            "Cac*",
            "Cb*",
            "S*",
            "//*/id-mn/*",
            "/id-*/Cab",
            "Ca*z",
            "/id-mn/C*",
            "/id-*/Ca*",
            "//*/id-mn/Ca*d",
            "//*/*/*",
            "C*bz",
            "C*z",
            "/id-*/*bd",
        ];
        let pattern = |text: &str| Pattern::parse(text, &home).expect(text);
        let patterns: Patterns = texts.iter().zip(0..).map(|(text, n)| (pattern(text), n)).collect();
        for name in ["Ca", "Cab", "Cabd", "Cabz", "Cac", "Cb", "Cz", "Sa", "/id-in", "/id-mn", "//a/b/Cc"] {
            let id = EntityId::parse(name, &home).expect(name);
            let mut found: Vec<u16> =
                patterns.candidates(&id).filter(|(p, _)| p.matches(&id)).map(|(_, n)| *n).collect();
            found.sort_unstable();
            let expected: Vec<u16> = texts
                .iter()
                .zip(0..)
                .filter(|(text, _)| pattern(text).matches(&id))
                .map(|(_, n)| n)
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
