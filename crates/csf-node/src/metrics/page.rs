//! The text form of Prometheus (exposition format 0.0.4), written by hand: it is a few lines.

use std::fmt::Write as _;

use super::count::Histogram;
use super::{Metrics, family::Family};

/// The type of the text.
pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The samples of one family, as they are written.
pub(super) struct Samples<'a> {
    name: &'static str,
    text: &'a mut String,
}

/// Everything, in the order of the table.
pub(super) fn page(metrics: &Metrics, families: &[Family]) -> String {
    let mut text = String::with_capacity(8 * 1024);
    for family in families {
        let Family { name, kind, help, write, .. } = family;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {}", kind.name());
        write(metrics, &mut Samples { name, text: &mut text });
    }
    text
}

impl Samples<'_> {
    /// One number without labels.
    pub(super) fn one(&mut self, value: u64) {
        self.labelled(&[], value);
    }

    /// One number with these labels, whose values are words of this program.
    pub(super) fn labelled(&mut self, labels: &[(&str, &str)], value: u64) {
        self.line("", labels, &value.to_string());
    }

    /// One time, given in microseconds and written in seconds.
    pub(super) fn seconds(&mut self, micros: u64) {
        self.line("", &[], &seconds(micros));
    }

    /// A whole histogram.
    pub(super) fn histogram(&mut self, histogram: &Histogram) {
        for (bound, number) in histogram.cumulated() {
            self.line("_bucket", &[("le", &seconds(bound))], &number.to_string());
        }
        let number = histogram.number().to_string();
        self.line("_bucket", &[("le", "+Inf")], &number);
        self.line("_sum", &[], &seconds(histogram.micros()));
        self.line("_count", &[], &number);
    }

    fn line(&mut self, suffix: &str, labels: &[(&str, &str)], value: &str) {
        let Self { name, text } = self;
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(text, "{name}{suffix}{labels} {value}");
    }
}

/// Microseconds as seconds, without what a floating point number would add.
fn seconds(micros: u64) -> String {
    let whole = format!("{}.{:06}", micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    whole.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times_are_written_in_seconds() {
        for (micros, text) in
            [(0, "0"), (50, "0.00005"), (1_000_000, "1"), (10_000_000, "10"), (2_500_000, "2.5")]
        {
            assert_eq!(seconds(micros), text);
        }
    }
}
