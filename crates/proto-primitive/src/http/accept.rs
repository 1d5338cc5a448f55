//! What may be answered: the `Accept` lines of a request (RFC 9110 12.5.1, TS-0009 6.4.3).

use super::media::{named, trim};
use crate::serialization::Serialization;

/// The most ranges in one `Accept` line; those beyond are not looked at.
const MAX_RANGES: usize = 32;
/// The most parameters of one range.
const MAX_PARAMETERS: usize = 8;
/// The weight of a range that says none, in thousandths.
const FULL_WEIGHT: u16 = 1000;

/// How well a range fits, and then how much it is wanted; the better fit decides alone.
type Wish = (Fit, u16);

/// From a range of everything to the very name that is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// `*/*`
    Any,
    /// `application/*`
    Application,
    /// A name of oneM2M, such as `application/vnd.onem2m-res+json`.
    Vendor,
    /// The general name, which is the one that answers carry.
    General,
}

/// All `Accept` lines together.
#[derive(Clone, Copy, Default)]
pub(super) struct Accept {
    /// Whether any line limits what may be answered.
    limited: bool,
    /// Whether an empty line was among them, which asks for nothing.
    anything: bool,
    json: Option<Wish>,
    cbor: Option<Wish>,
}

impl Accept {
    /// Adds one line.
    pub(super) fn take(&mut self, line: &[u8]) {
        self.limited = true;
        self.anything |= line.is_empty();
        let Ok(line) = str::from_utf8(line) else { return };
        for range in line.split(',').take(MAX_RANGES) {
            let mut parts = range.split(';').map(trim);
            let kind = parts.next().unwrap_or_default();
            // A weight that is none makes its range count for nothing.
            let Some(weight) = weight(parts) else { continue };
            match named(kind) {
                Some((Serialization::Json, general)) => better(&mut self.json, fit(general), weight),
                Some((Serialization::Cbor, general)) => better(&mut self.cbor, fit(general), weight),
                None => {
                    let fit = match kind {
                        "*/*" => Fit::Any,
                        kind if kind.eq_ignore_ascii_case("application/*") => Fit::Application,
                        _ => continue,
                    };
                    better(&mut self.json, fit, weight);
                    better(&mut self.cbor, fit, weight);
                }
            }
        }
    }

    /// The serialisation that is wanted most, and of two that are wanted alike this one; `None` if neither is.
    pub(super) fn best(&self, preferred: Serialization) -> Option<Serialization> {
        if !self.limited || self.anything {
            return Some(preferred);
        }
        let of = |wish: Option<Wish>| wish.map_or(0, |(_, weight)| weight);
        let (json, cbor) = (of(self.json), of(self.cbor));
        match json.cmp(&cbor) {
            _ if json == 0 && cbor == 0 => None,
            std::cmp::Ordering::Less => Some(Serialization::Cbor),
            std::cmp::Ordering::Greater => Some(Serialization::Json),
            std::cmp::Ordering::Equal => Some(preferred),
        }
    }
}

const fn fit(general: bool) -> Fit {
    if general { Fit::General } else { Fit::Vendor }
}

fn better(wish: &mut Option<Wish>, fit: Fit, weight: u16) {
    *wish = (*wish).max(Some((fit, weight)));
}

/// The weight among these parameters, in thousandths; `None` for one that is malformed.
fn weight<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    for parameter in parameters.take(MAX_PARAMETERS) {
        if let Some((name, value)) = parameter.split_once('=')
            && trim(name).eq_ignore_ascii_case("q")
        {
            return thousandths(trim(value));
        }
    }
    Some(FULL_WEIGHT)
}

/// `0`, `1`, or one of them with a point and up to three digits, and no more than 1.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !matches!(whole, "0" | "1") || fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u16 = format_args!("{whole}{fraction:0<3}").to_string().parse().ok()?;
    (number <= FULL_WEIGHT).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::Serialization::{Cbor, Json};
    use super::*;

    fn best(lines: &[&str], preferred: Serialization) -> Option<Serialization> {
        let mut accept = Accept::default();
        lines.iter().for_each(|line| accept.take(line.as_bytes()));
        accept.best(preferred)
    }

    #[test]
    fn without_a_wish_the_answer_is_as_the_request() {
        for lines in [
            &[][..],
            &[""],
            &["*/*"],
            &["application/*;q=0.1"],
            &["text/html, application/xml;q=0.9, */*;q=0.8"],
            &["application/json,application/cbor"],
            &["application/cbor;q=0.5,application/json;q=0.500"],
            &["application/cbor", "application/json"],
            &["application/vnd.onem2m-res+json, application/vnd.onem2m-ntfy+cbor"],
        ] {
            assert_eq!((best(lines, Json), best(lines, Cbor)), (Some(Json), Some(Cbor)), "{lines:?}");
        }
    }

    #[test]
    fn a_wish_outweighs_the_serialisation_of_the_request() {
        for (line, wanted) in [
            ("application/json", Json),
            ("APPLICATION/JSON; q=1", Json),
            ("application/cbor", Cbor),
            ("application/vnd.onem2m-res+cbor", Cbor),
            ("application/vnd.onem2m-ntfy+json; charset=utf-8", Json),
            ("application/json;q=0.5,application/cbor;q=0.6", Cbor),
            ("application/json;q=0.601,application/cbor;q=0.6", Json),
            ("*/*, application/json;q=0", Cbor),
            ("application/*, application/cbor;q=0.0", Json),
            ("application/*;q=0, */*, application/cbor;q=0.1", Cbor),
            ("*/*;q=0.1, application/cbor", Cbor),
            ("application/vnd.onem2m-res+cbor;q=1,application/cbor;q=0.2,application/json;q=0.3", Json),
            ("application/cbor;q=2, application/json;q=0.001", Json),
        ] {
            assert_eq!((best(&[line], Json), best(&[line], Cbor)), (Some(wanted), Some(wanted)), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_had_is_not_answered_with_something_else() {
        for line in [
            "application/xml",
            "text/*",
            "application/json;q=0",
            "*/*; q=0.000",
            "application/cbor;q=0,text/html",
            "application/vnd.onem2m-res+cbor, application/cbor;q=0",
            "application/vnd.onem2m-prsp+cbor",
            "application/json;q=0.0001",
            "application/json;q=1.001",
            "application/json;q=-1",
            "application/json;q=",
            "json",
            "ä",
        ] {
            assert_eq!((best(&[line], Json), best(&[line], Cbor)), (None, None), "{line}");
        }
        let far = format!("{}application/json", "a/b,".repeat(MAX_RANGES));
        assert_eq!(best(&[&far], Json), None);
    }
}
