//! Whole numbers with units: `64 KiB`, `10 s`, `2 min`.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things, without a unit.
    Things,
    /// Bytes; `B`, `kB`, `MB`, `KiB`, `MiB`.
    Bytes,
    /// Seconds; `s`, `min`, `h`.
    Seconds,
}

impl Unit {
    /// The words after "a whole number".
    pub(crate) const fn of(self) -> &'static str {
        match self {
            Self::Things => "",
            Self::Bytes => " of bytes",
            Self::Seconds => " of seconds",
        }
    }

    /// The suffixes that may follow a number, each with its factor.
    pub(crate) const fn suffixes(self) -> &'static [(&'static str, u64)] {
        match self {
            Self::Things => &[],
            Self::Bytes => &[("B", 1), ("kB", 1000), ("MB", 1_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20)],
            Self::Seconds => &[("s", 1), ("min", 60), ("h", 3600)],
        }
    }

    /// Reads a number with or without a unit; `Err` says what is wrong with the text.
    pub(crate) fn read(self, text: &str) -> Result<u64, String> {
        let digits = text.len().saturating_sub(text.trim_start_matches(|c: char| c.is_ascii_digit()).len());
        let (number, suffix) = text.split_at_checked(digits).unwrap_or((text, ""));
        let suffix = suffix.trim();
        if number.is_empty() {
            return Err(format!("'{text}' is no number"));
        }
        let factor = if suffix.is_empty() {
            1
        } else {
            match self.suffixes().iter().find(|(name, _)| *name == suffix) {
                Some((_, factor)) => *factor,
                None if self.suffixes().is_empty() => {
                    return Err(format!("'{suffix}' after the number: it has no unit"));
                }
                None => {
                    let known: Vec<_> = self.suffixes().iter().map(|(name, _)| *name).collect();
                    return Err(format!("'{suffix}' is no unit here; the units are {}", known.join(", ")));
                }
            }
        };
        let too_large = || format!("'{text}' is too large");
        number.parse::<u64>().ok().and_then(|n| n.checked_mul(factor)).ok_or_else(too_large)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_units() {
        assert_eq!(Unit::Bytes.read("64 KiB"), Ok(65_536));
        assert_eq!(Unit::Bytes.read("2MB"), Ok(2_000_000));
        assert_eq!(Unit::Seconds.read("2min"), Ok(120));
        assert_eq!(Unit::Things.read("7"), Ok(7));
    }

    #[test]
    fn what_is_no_number_or_unit_is_refused_by_name() {
        assert_eq!(
            Unit::Seconds.read("10 KiB"),
            Err("'KiB' is no unit here; the units are s, min, h".to_owned())
        );
        assert_eq!(Unit::Things.read("7s"), Err("'s' after the number: it has no unit".to_owned()));
        assert_eq!(Unit::Bytes.read("many"), Err("'many' is no number".to_owned()));
        assert_eq!(Unit::Bytes.read("-1"), Err("'-1' is no number".to_owned()));
        assert_eq!(
            Unit::Bytes.read("18446744073709551615 KiB"),
            Err("'18446744073709551615 KiB' is too large".to_owned())
        );
    }
}
