//! Filter criteria (TS-0004 6.3.5.8 and 7.3.3.17): which resources a request is about.

use crate::{RelativePath, ResourceType, UtcTime};

/// Attributes that a condition of their own stands for, or that no condition may name (TS-0004 7.3.3.17.9).
const NOT_BY_NAME: [&str; 8] = ["ct", "lt", "st", "et", "lbl", "ty", "cs", "cnf"];
/// The longest name of an attribute, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// From a value on, and before another: one condition, whichever bounds there are (TS-0004 7.3.3.17.1 to 7.3.3.17.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window<T> {
    /// The least value that matches.
    pub from: Option<T>,
    /// The least value that matches no more.
    pub before: Option<T>,
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Self { from: None, before: None }
    }
}

/// What an attribute must hold: a text, in which `*` stands for any characters or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeCondition {
    name: Box<str>,
    pattern: Box<str>,
}

impl AttributeCondition {
    /// A condition on the attribute of this short name; `None` for what is no name of an attribute, for an
    /// attribute that cannot be matched by its name, and for an empty pattern.
    #[must_use]
    pub fn new(name: &str, pattern: &str) -> Option<Self> {
        let is_name = (1..=MAX_NAME_BYTES).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        (is_name && !NOT_BY_NAME.contains(&name) && !pattern.is_empty())
            .then(|| Self { name: name.into(), pattern: pattern.into() })
    }

    /// The short name of the attribute.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, with its wildcards.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether a text is what the attribute must hold. The work is at most the product of the lengths.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut pieces = self.pattern.split('*');
        let Some(rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
        let Some(last) = pieces.next_back() else { return rest.is_empty() };
        let mut rest = rest;
        for piece in pieces {
            match rest.find(piece).and_then(|at| rest.get(at.saturating_add(piece.len())..)) {
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

/// Conditions on a resource beside the one in question: its parent, or any of its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelativeCriteria {
    /// Types, any of which matches (`pty`, `chty`).
    pub resource_types: Vec<ResourceType>,
    /// Labels, any of which matches (`palb`, `clbl`).
    pub labels: Vec<Box<str>>,
    /// Attributes (`p.NAME`, `c.NAME`).
    pub attributes: Vec<AttributeCondition>,
}

impl RelativeCriteria {
    /// Whether there is no condition.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.resource_types.is_empty() && self.labels.is_empty() && self.attributes.is_empty()
    }
}

/// How conditions of different kinds go together (`fo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilterOperation {
    /// 1: each must match.
    #[default]
    And,
    /// 2: one must match.
    Or,
}

/// Which resources a request is about.
///
/// Conditions of one kind given several times are alternatives; conditions of different kinds go together by
/// [`FilterOperation`]. A condition that this form of the node cannot evaluate never reaches it: decoding
/// refuses the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterCriteria {
    /// Creation (`cra`, `crb`).
    pub created: Window<UtcTime>,
    /// Last modification (`ms`, `us`).
    pub modified: Window<UtcTime>,
    /// State tag (`stb`, `sts`).
    pub state: Window<u32>,
    /// End of life (`exa`, `exb`).
    pub expires: Window<UtcTime>,
    /// Size of a content (`sza`, `szb`).
    pub size: Window<u32>,
    /// Resource types (`ty`), any of which matches; empty for all.
    pub resource_types: Vec<ResourceType>,
    /// Labels (`lbl`), any of which matches; empty for all.
    pub labels: Vec<Box<str>>,
    /// Content types (`cty`), any of which matches; empty for all.
    pub content_types: Vec<Box<str>>,
    /// Attributes (any other name); those of one name are alternatives.
    pub attributes: Vec<AttributeCondition>,
    /// Conditions that a child must meet.
    pub child: RelativeCriteria,
    /// Conditions that the parent must meet.
    pub parent: RelativeCriteria,
    /// How conditions of different kinds go together (`fo`).
    pub operation: FilterOperation,
    /// The most results (`lim`).
    pub limit: Option<u32>,
    /// How many levels below the target (`lvl`), 1 for direct children.
    pub level: Option<u32>,
    /// The first result to give, counted from 1 (`ofst`).
    pub offset: Option<u32>,
    /// From each resource that is found to the one that is meant (`arp`); for a discovery only.
    pub relative_path: Option<RelativePath>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters_or_none() {
        for (pattern, text, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a", "A", false),
            ("*", "", true),
            ("*", "anything", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("**", "x", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "ab", false),
            ("ä*", "äö", true),
        ] {
            let condition = AttributeCondition::new("apn", pattern).expect("a condition");
            assert_eq!(condition.matches(text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn what_has_a_condition_of_its_own_is_not_matched_by_name() {
        for name in NOT_BY_NAME.into_iter().chain(["", "a b", "c.rn", "ä"]) {
            assert_eq!(AttributeCondition::new(name, "x"), None, "{name}");
        }
        assert_eq!(AttributeCondition::new("rn", ""), None);
        assert!(AttributeCondition::new("rn", "x").is_some());
    }
}
