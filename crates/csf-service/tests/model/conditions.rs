//! Windows, addresses and originator entries, matched as slowly as one reads them.

use std::net::IpAddr;

/// The seven fields of a moment: second, minute, hour, day, month, day of the week, year.
fn fields(seconds: i64) -> [i64; 7] {
    let (mut days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let weekday = (days + 4).rem_euclid(7);
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let mut year = 1970;
    while days >= 365 + i64::from(leap(year)) {
        days -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let month = i64::try_from(month).unwrap() + 1;
    [rest % 60, rest / 60 % 60, rest / 3600, days + 1, month, weekday, year]
}

/// Whether all seven fields fit the moment.
pub(crate) fn window_is_open(window: &str, seconds: i64) -> bool {
    let firsts = [0, 0, 0, 1, 1, 0, 2000];
    let texts: Vec<&str> = window.split(' ').collect();
    assert_eq!(texts.len(), 7, "{window}");
    let fits = |at: usize| texts[at].split(',').any(|e| element_fits(e, firsts[at], fields(seconds)[at]));
    (0..7).all(fits)
}

fn element_fits(element: &str, first: i64, value: i64) -> bool {
    let number = |text: &str| text.parse::<i64>().unwrap();
    let (range, step) = element.split_once('/').map_or((element, 1), |(range, step)| (range, number(step)));
    let (from, to) = match range.split_once('-') {
        _ if range == "*" => (first, 9999),
        Some((from, to)) => (number(from), number(to)),
        None => (number(range), number(range)),
    };
    (from..=to).contains(&value) && (value - from) % step == 0
}

/// Whether an address is in a range, or is it.
pub(crate) fn address_is_in(range: &str, address: &str) -> bool {
    let (base, prefix) = match range.split_once('/') {
        Some((base, prefix)) => (base, Some(prefix.parse::<usize>().unwrap())),
        None => (range, None),
    };
    let (base, address) = (bits(base), bits(address));
    let prefix = prefix.unwrap_or(base.len());
    base.len() == address.len() && base[..prefix] == address[..prefix]
}

/// An address as digits 0 and 1: 32 of them, or 128.
fn bits(address: &str) -> String {
    let octets = match address.parse::<IpAddr>().unwrap().to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    octets.iter().map(|octet| format!("{octet:08b}")).collect()
}

/// An identifier or a pattern in absolute form.
pub(crate) fn absolute(text: &str) -> String {
    if text.starts_with("//") {
        text.to_owned()
    } else if text.starts_with('/') {
        format!("//csf.example{text}")
    } else {
        format!("//csf.example/id-mn/{text}")
    }
}

/// Whether an entry that is neither a group, a role nor `all` is for this absolute identifier.
pub(crate) fn entry_is_for(entry: &str, originator: &str) -> bool {
    let is_domain = entry.strip_prefix("//").is_some_and(|domain| !domain.contains('/'));
    if is_domain {
        return originator.starts_with(&format!("{entry}/"));
    }
    let (entry, originator) = (absolute(entry), originator.to_owned());
    let (patterns, texts): (Vec<_>, Vec<_>) = (entry.split('/').collect(), originator.split('/').collect());
    patterns.len() == texts.len()
        && patterns.iter().zip(&texts).all(|(pattern, text)| segment_is(pattern, text))
}

/// Whether a segment is what a pattern says, tried star by star.
fn segment_is(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|at| segment_is_tail(after, rest, at))),
    }
}

fn segment_is_tail(pattern: &str, text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| segment_is(pattern, rest))
}

#[test]
fn moments_have_the_fields_that_a_calendar_shows() {
    assert_eq!(fields(0), [0, 0, 0, 1, 1, 4, 1970]);
    assert_eq!(fields(1_795_521_600), [0, 0, 12, 24, 11, 2, 2026]);
    assert_eq!(fields(951_782_399), [59, 59, 23, 28, 2, 1, 2000]);
    assert_eq!(fields(951_782_400), [0, 0, 0, 29, 2, 2, 2000]);
    assert!(window_is_open("0 0 12 */23 11 1-5 2026", 1_795_521_600));
    assert!(!window_is_open("0 0 12 24 11 3-6,0 2026", 1_795_521_600));
}
