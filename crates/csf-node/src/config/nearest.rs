//! The known name that is nearest to a mistyped one.

/// Longer texts are no slip of the hand, and comparing them would take its time.
const MAX_TYPED_BYTES: usize = 128;

/// The candidate with the fewest edits from `typed`, if it is near enough to be meant.
///
/// A candidate whose last segment is `typed` counts as near, for keys written outside their section.
pub(crate) fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > MAX_TYPED_BYTES {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = if candidate.rsplit('.').next() == Some(typed) {
            1
        } else {
            edits(&folded(typed), &folded(candidate))
        };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    let allowed = (typed.chars().count() / 3).max(1);
    best.filter(|(distance, _)| *distance <= allowed).map(|(_, candidate)| candidate)
}

/// Case and the two dashes are mistaken for each other more often than letters are.
fn folded(text: &str) -> Vec<char> {
    text.to_lowercase().replace('-', "_").chars().collect()
}

/// Insertions, deletions, replacements and swaps of neighbours between two texts (optimal string alignment).
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX);
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i.saturating_add(1)];
        for (j, y) in b.iter().enumerate() {
            let replaced = at(&row, j).saturating_add(usize::from(x != y));
            let deleted = at(&row, j.saturating_add(1)).saturating_add(1);
            let inserted = at(&next, j).saturating_add(1);
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(h), Some(k)) if a.get(h) == Some(y) && b.get(k) == Some(x) => {
                    at(&before, k).saturating_add(1)
                }
                _ => usize::MAX,
            };
            next.push(replaced.min(deleted).min(inserted).min(swapped));
        }
        before = std::mem::replace(&mut row, next);
    }
    at(&row, b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_what_was_meant() {
        let names = ["http.listen", "local.socket", "limits.requests", "state"];
        assert_eq!(nearest("http.lisen", names), Some("http.listen"));
        assert_eq!(nearest("HTTP-Listen", names), Some("http.listen"));
        assert_eq!(nearest("http.Listen", names), Some("http.listen"));
        assert_eq!(nearest("socket", names), Some("local.socket"));
        assert_eq!(nearest("stat", names), Some("state"));
        assert_eq!(nearest("inof", ["warn", "info"]), Some("info"));
        assert_eq!(nearest(&"state".repeat(100), names), None);
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn distances_count_single_slips() {
        let of = |a: &str, b: &str| edits(&folded(a), &folded(b));
        assert_eq!((of("kitten", "sitting"), of("", "abc"), of("abc", "abc"), of("ab", "ba")), (3, 3, 0, 1));
    }
}
