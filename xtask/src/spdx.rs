//! Licence expressions (SPDX, and the older `/` for OR) judged against a list of allowed licences.

/// An expression that cannot be read: what stands where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SpdxError {
    /// The first word that does not fit, or `None` at the end of the text.
    pub(crate) at: Option<String>,
}

/// How deeply parentheses may nest; real expressions have one level.
const MAX_DEPTH: usize = 8;

/// Whether somebody who accepts exactly the `allowed` licences may use what carries this expression.
///
/// A licence `WITH` an exception counts only when the pair itself is allowed.
pub(crate) fn satisfied(expression: &str, allowed: &[String]) -> Result<bool, SpdxError> {
    let tokens = tokens(expression);
    let mut reader = Reader { tokens: &tokens, allowed };
    let answer = reader.any_of(MAX_DEPTH)?;
    match reader.tokens.first() {
        None => Ok(answer),
        Some(word) => Err(SpdxError { at: Some((*word).to_owned()) }),
    }
}

fn tokens(expression: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for word in expression.split_whitespace() {
        let mut rest = word;
        while let Some(at) = rest.find(['(', ')', '/']) {
            let (before, from) = rest.split_at(at);
            let (mark, after) = from.split_at(1);
            if !before.is_empty() {
                tokens.push(before);
            }
            tokens.push(mark);
            rest = after;
        }
        if !rest.is_empty() {
            tokens.push(rest);
        }
    }
    tokens
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    allowed: &'a [String],
}

impl<'a> Reader<'a> {
    fn any_of(&mut self, depth: usize) -> Result<bool, SpdxError> {
        let mut answer = self.all_of(depth)?;
        while self.take("OR") || self.take("/") {
            // Both sides are read even when the first suffices: a malformed rest is still an error.
            answer |= self.all_of(depth)?;
        }
        Ok(answer)
    }

    fn all_of(&mut self, depth: usize) -> Result<bool, SpdxError> {
        let mut answer = self.one(depth)?;
        while self.take("AND") {
            answer &= self.one(depth)?;
        }
        Ok(answer)
    }

    fn one(&mut self, depth: usize) -> Result<bool, SpdxError> {
        if self.take("(") {
            let deeper = depth.checked_sub(1).ok_or(SpdxError { at: Some("(".to_owned()) })?;
            let answer = self.any_of(deeper)?;
            return if self.take(")") { Ok(answer) } else { Err(self.unexpected()) };
        }
        let licence = self.identifier()?;
        if self.take("WITH") {
            let exception = self.identifier()?;
            return Ok(self.is_allowed(&format!("{licence} WITH {exception}")));
        }
        Ok(self.is_allowed(licence))
    }

    fn identifier(&mut self) -> Result<&'a str, SpdxError> {
        let fits = |word: &str| {
            !matches!(word, "OR" | "AND" | "WITH")
                && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+' | b':'))
        };
        match self.tokens.split_first() {
            Some((word, rest)) if fits(word) => {
                self.tokens = rest;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if *first == word => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn is_allowed(&self, licence: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == licence)
    }

    fn unexpected(&self) -> SpdxError {
        SpdxError { at: self.tokens.first().map(|word| (*word).to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{SpdxError, satisfied};

    fn may(expression: &str) -> Result<bool, SpdxError> {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
        satisfied(expression, &allowed.map(str::to_owned))
    }

    #[test]
    fn one_allowed_alternative_suffices() {
        for expression in ["MIT", "GPL-3.0-only OR MIT", "MIT/GPL-3.0-only", "(GPL-2.0-only OR MIT)"] {
            assert_eq!(may(expression), Ok(true), "{expression}");
        }
        for expression in ["GPL-3.0-only", "GPL-3.0-only OR LGPL-3.0-only", "GPL-3.0-only/BSL-1.0"] {
            assert_eq!(may(expression), Ok(false), "{expression}");
        }
    }

    #[test]
    fn every_conjunct_must_be_allowed_and_and_binds_tighter_than_or() {
        assert_eq!(may("(MIT OR Apache-2.0) AND Unicode-3.0"), Ok(true));
        assert_eq!(may("(MIT OR Apache-2.0) AND GPL-3.0-only"), Ok(false));
        assert_eq!(may("MIT OR Apache-2.0 AND GPL-3.0-only"), Ok(true));
        assert_eq!(may("GPL-3.0-only OR Apache-2.0 AND GPL-3.0-only"), Ok(false));
    }

    #[test]
    fn an_exception_is_allowed_only_as_a_pair() {
        assert_eq!(may("Apache-2.0 WITH LLVM-exception"), Ok(true));
        assert_eq!(may("Apache-2.0 WITH Other-exception"), Ok(false));
        assert_eq!(may("MIT WITH LLVM-exception"), Ok(false));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_and_never_a_permission() {
        let deep = format!("{}MIT{}", "(".repeat(9), ")".repeat(9));
        for expression in
            ["", "MIT OR", "OR MIT", "(MIT", "MIT)", "MIT Apache-2.0", "MIT WITH", deep.as_str()]
        {
            assert!(may(expression).is_err(), "{expression}");
        }
        assert_eq!(may("MIT or GPL-3.0-only"), Err(SpdxError { at: Some("or".to_owned()) }));
    }
}
