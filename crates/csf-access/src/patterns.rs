//! The patterns of a set of rules, found by what stands before their first `*`.
//!
//! Most identifiers differ there, so a decision looks at few of many patterns: one binary search finds the longest
//! such text that may begin the identifier, and each text knows the longest other that begins it.

use csf_api::EntityId;

use crate::pattern::Pattern;

/// Patterns, each with the number of its rule.
#[derive(Default)]
pub(crate) struct Patterns {
    /// In the order of their texts, none twice.
    stems: Vec<Stem>,
}

struct Stem {
    literal: Box<str>,
    /// The longest other stem that this one begins with.
    within: Option<usize>,
    patterns: Vec<(Pattern, u16)>,
}

impl FromIterator<(Pattern, u16)> for Patterns {
    fn from_iter<I: IntoIterator<Item = (Pattern, u16)>>(patterns: I) -> Self {
        let mut patterns: Vec<(Pattern, u16)> = patterns.into_iter().collect();
        // The sort is stable: patterns with the same stem keep the order of their rules.
        patterns.sort_by(|(a, _), (b, _)| a.literal().cmp(b.literal()));
        let mut stems: Vec<Stem> = Vec::new();
        for (pattern, rule) in patterns {
            match stems.last_mut().filter(|stem| *stem.literal == *pattern.literal()) {
                Some(stem) => stem.patterns.push((pattern, rule)),
                None => {
                    let literal: Box<str> = pattern.literal().into();
                    let mut within = stems.len().checked_sub(1);
                    while let Some(stem) = within.and_then(|at| stems.get(at)) {
                        if literal.starts_with(&*stem.literal) {
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
}

impl Patterns {
    /// Those that may fit an identifier, the ones with the longest text before their star first.
    pub(crate) fn candidates(&self, id: &EntityId) -> impl Iterator<Item = &(Pattern, u16)> {
        let text = id.absolute();
        let after = self.stems.partition_point(|stem| *stem.literal <= *text);
        let nearest = after.checked_sub(1).and_then(|at| self.stems.get(at));
        std::iter::successors(nearest, |stem| stem.within.and_then(|at| self.stems.get(at)))
            .filter(move |stem| text.starts_with(&*stem.literal))
            .flat_map(|stem| &stem.patterns)
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
