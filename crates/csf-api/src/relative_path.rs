//! A way from one resource to another in the tree: `../room/la` (`arp`, TS-0004 7.3.3.17.17).

use std::fmt;

use crate::MAX_ADDRESS_SEGMENTS;
use crate::text::check_name;

/// What leads to the parent.
const UP: &str = "..";

/// One step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelativeStep<'a> {
    /// To the parent.
    Up,
    /// To the child of this name.
    Down(&'a str),
}

/// A way from one resource to another: at least one step, and at most as many as an address has segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelativePath(Box<str>);

impl RelativePath {
    /// Reads a path; `None` for one that is empty, too long, or begins somewhere else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let steps = text.split('/').take(MAX_ADDRESS_SEGMENTS.saturating_add(1));
        let fits = steps.clone().count() <= MAX_ADDRESS_SEGMENTS;
        let is_way = steps.clone().all(|step| step == UP || check_name(step).is_ok());
        (fits && is_way).then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The steps in order.
    pub fn steps(&self) -> impl Iterator<Item = RelativeStep<'_>> {
        self.0.split('/').map(|step| if step == UP { RelativeStep::Up } else { RelativeStep::Down(step) })
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_steps_up_and_down_and_nothing_else() {
        let path = RelativePath::parse("../room/la").expect("a path");
        let steps: Vec<_> = path.steps().collect();
        assert_eq!(steps, [RelativeStep::Up, RelativeStep::Down("room"), RelativeStep::Down("la")]);
        assert_eq!(path.to_string(), "../room/la");
        let long = |n: usize| vec![".."; n].join("/");
        for text in ["la", "..", "../..", &long(MAX_ADDRESS_SEGMENTS)] {
            assert!(RelativePath::parse(text).is_some(), "{text}");
        }
        for text in
            ["", "/", "/a", "a/", "a//b", ".", "./a", "a b", "a/*", "a#lbl", &long(MAX_ADDRESS_SEGMENTS + 1)]
        {
            assert_eq!(RelativePath::parse(text), None, "{text}");
        }
    }
}
