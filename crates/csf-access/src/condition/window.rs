//! Time windows: `actw`, compiled to one bit for each value that a field may have (TS-0004 table 7.4.9.1-4).

use csf_api::Calendar;

/// The longest text of a window, in bytes.
pub(crate) const MAX_WINDOW_BYTES: usize = 512;
/// The most elements in the list of one field.
const MAX_ELEMENTS: usize = 64;
/// How many fields a window has.
const FIELDS: usize = 7;
/// The first and last value of each field: second, minute, hour, day of the month, month, day of the week, year.
const BOUNDS: [(u16, u16); FIELDS] = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6), (2000, 9999)];
/// Which field is the year, whose values are too many for one word.
const YEAR: usize = 6;

/// How many fields the windows of a policy may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowForm {
    /// Seven.
    #[default]
    Seven,
    /// Seven, or the six of release 1, which had no year: any year fits.
    SixOrSeven,
}

/// A time window in UTC.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Of each field but the year, bit *n* for the value *n*.
    fields: [u64; YEAR],
    /// The years, as ranges; empty for any.
    years: Box<[Element]>,
}

/// An element of a field's list: every `step`-th value from `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Element {
    first: u16,
    last: u16,
    step: u16,
}

impl Element {
    const fn contains(self, value: u16) -> bool {
        let Some(beyond) = value.checked_sub(self.first) else { return false };
        value <= self.last && beyond.is_multiple_of(self.step)
    }
}

impl Window {
    /// Reads a window; `None` for a text of another form.
    pub(crate) fn parse(text: &str, form: WindowForm) -> Option<Self> {
        if text.len() > MAX_WINDOW_BYTES {
            return None;
        }
        let mut fields = [0; YEAR];
        let mut years = Box::default();
        let mut count = 0_usize;
        for (n, field) in text.split(' ').enumerate() {
            let elements = elements(field, *BOUNDS.get(n)?)?;
            match fields.get_mut(n) {
                Some(bits) => *bits = bits_of(&elements, *BOUNDS.get(n)?),
                None if field == "*" => {}
                None => years = elements.into(),
            }
            count = n.saturating_add(1);
        }
        let complete = count == FIELDS || (count == YEAR && form == WindowForm::SixOrSeven);
        complete.then_some(Self { fields, years })
    }

    /// Whether the moment lies in the window: all of its fields must.
    pub(crate) fn contains(&self, at: &Calendar) -> bool {
        let values = [at.second, at.minute, at.hour, at.day, at.month, at.weekday];
        let within = self
            .fields
            .iter()
            .zip(values)
            .all(|(bits, value)| 1_u64.checked_shl(u32::from(value)).is_some_and(|bit| bits & bit != 0));
        within && (self.years.is_empty() || self.years.iter().any(|years| years.contains(at.year)))
    }
}

fn bits_of(elements: &[Element], (first, last): (u16, u16)) -> u64 {
    let mut bits = 0;
    for value in first..=last {
        if elements.iter().any(|element| element.contains(value)) {
            bits |= 1_u64.checked_shl(u32::from(value)).unwrap_or(0);
        }
    }
    bits
}

fn elements(field: &str, bounds: (u16, u16)) -> Option<Vec<Element>> {
    let mut elements = Vec::new();
    for text in field.split(',') {
        if elements.len() >= MAX_ELEMENTS {
            return None;
        }
        elements.push(element(text, bounds)?);
    }
    Some(elements)
}

/// A number, `a-b`, `a-b/step`, `*`, or `*/step`, which counts from the field's first value.
fn element(text: &str, (first, last): (u16, u16)) -> Option<Element> {
    let value = |text: &str| number(text).filter(|value| (first..=last).contains(value));
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, Some(number(step).filter(|step| *step > 0)?)),
        None => (text, None),
    };
    if range == "*" {
        return Some(Element { first, last, step: step.unwrap_or(1) });
    }
    let Some((from, to)) = range.split_once('-') else {
        let only = value(range).filter(|_| step.is_none())?;
        return Some(Element { first: only, last: only, step: 1 });
    };
    let (from, to) = (value(from)?, value(to)?);
    (from <= to).then_some(Element { first: from, last: to, step: step.unwrap_or(1) })
}

/// Up to four digits.
fn number(text: &str) -> Option<u16> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use csf_api::UtcTime;

    use super::*;

    fn contains(window: &str, time: &str) -> bool {
        let window = Window::parse(window, WindowForm::Seven).expect(window);
        window.contains(&Calendar::from(UtcTime::parse(time).expect("well formed")))
    }

    #[test]
    fn edges_are_inside_and_the_next_second_is_not() {
        for (window, inside, outside) in [
            ("* * * * * * *", "20261124T174753", None),
            ("0-29 * * * * * *", "20261124T174729", Some("20261124T174730")),
            ("* 0-5 2,6,10 * * * *", "20261124T100559", Some("20261124T100600")),
            ("* * 8-17 * * 1-5 *", "20261124T175959", Some("20261124T180000")),
            ("* * * * * 0 *", "20261129T000000", Some("20261124T000000")),
            ("* * * 29 2 * *", "20240229T000000", Some("20240228T235959")),
            ("*/15 * * * * * *", "20261124T000045", Some("20261124T000046")),
            ("* * * */10 * * *", "20261111T000000", Some("20261110T000000")),
            ("* * * * 2-12/5 * *", "20260701T000000", Some("20260601T000000")),
            ("* * * * * * 2024-2026", "20261231T235959", Some("20270101T000000")),
            ("* * * * * * 2020-2040/4", "20280101T000000", Some("20270101T000000")),
            ("* * * * * * */2", "20260101T000000", Some("20270101T000000")),
            ("* * * * * * 9999", "99991231T235959", Some("99981231T235959")),
        ] {
            assert!(contains(window, inside), "{window} {inside}");
            assert!(outside.is_none_or(|outside| !contains(window, outside)), "{window} {outside:?}");
        }
    }

    #[test]
    fn what_is_no_window_is_refused() {
        for text in [
            "",
            "*",
            "* * * * * *",
            "* * * * * * * *",
            "60 * * * * * *",
            "* 60 * * * * *",
            "* * 24 * * * *",
            "* * * 0 * * *",
            "* * * 32 * * *",
            "* * * * 0 * *",
            "* * * * 13 * *",
            "* * * * * 7 *",
            "* * * * * * 1999",
            "* * * * * * 10000",
            "5-1 * * * * * *",
            "*/0 * * * * * *",
            "5/2 * * * * * *",
            "1, * * * * * *",
            "1,,2 * * * * * *",
            "-1 * * * * * *",
            "1- * * * * * *",
            "a * * * * * *",
            " * * * * * * *",
            "*  * * * * * *",
            "* * * * * * * ",
            "1-2-3 * * * * * *",
            "*/2/2 * * * * * *",
            "** * * * * * *",
            "+1 * * * * * *",
            "*\t* * * * * *",
            "٣ * * * * * *",
            "00001 * * * * * *",
        ] {
            assert_eq!(Window::parse(text, WindowForm::Seven), None, "{text:?}");
        }
        let list = |n: usize| format!("{} * * * * * *", vec!["1"; n].join(","));
        assert!(Window::parse(&list(MAX_ELEMENTS), WindowForm::Seven).is_some());
        assert_eq!(Window::parse(&list(MAX_ELEMENTS + 1), WindowForm::Seven), None);
    }

    #[test]
    fn six_fields_are_for_release_1_and_any_year() {
        let window = Window::parse("* * * * 11 *", WindowForm::SixOrSeven).expect("six fields");
        let at = |text| Calendar::from(UtcTime::parse(text).expect("well formed"));
        assert!(window.contains(&at("20261124T000000")));
        assert!(window.contains(&at("19991124T000000")));
        assert!(!window.contains(&at("20261201T000000")));
        assert_eq!(Window::parse("* * * * *", WindowForm::SixOrSeven), None);
    }
}
