//! `actw`: seven fields in UTC (TS-0004 table 7.4.9.1-4). The 24th of November 2026 is a Tuesday.

use crate::table::{DENIED, PERMITTED, asks, at, rule};

/// A rule for one window says this at each time.
#[track_caller]
fn window(window: &str, inside: &[&'static str], outside: &[&'static str]) {
    let text = format!(r#"{{"acor":["Ca"],"acop":2,"acco":[{{"actw":["{window}"]}}]}}"#);
    for (times, answer) in [(inside, PERMITTED), (outside, DENIED)] {
        for time in times {
            rule(&text, &[(at(time), answer), (asks("Cb").at(time), DENIED)]);
        }
    }
}

// Shows ACC-3. The example of TS-0004: five minutes in each of three hours.
#[test]
fn the_example_of_the_text_is_read_as_it_says() {
    window(
        "* 0-5 2,6,10 * * * *",
        &["20261124T020000", "20261124T020559", "20261124T060300", "20261124T100559"],
        &["20261124T015959", "20261124T020600", "20261124T030000", "20261124T100600"],
    );
    window(
        "* * 8-20 * * * *",
        &["20261124T080000", "20261124T205959"],
        &["20261124T075959", "20261124T210000"],
    );
    window(
        "* * 0-23/2 * * * *",
        &["20261124T000000", "20261124T225959"],
        &["20261124T010000", "20261124T235959"],
    );
}

// Shows ACC-3.
#[test]
fn seconds_and_minutes_are_told_apart_to_the_last() {
    window(
        "0-29 * * * * * *",
        &["20261124T120000", "20261124T120029"],
        &["20261124T120030", "20261124T120059"],
    );
    window("59 59 23 31 12 * 2026", &["20261231T235959"], &["20261231T235958", "20270101T000000"]);
    window("0 0 0 1 1 * *", &["20270101T000000"], &["20270101T000001", "20270102T000000"]);
    // A fraction of a second belongs to its second.
    window("5 * * * * * *", &["20261124T120005,999999"], &["20261124T120004,999999", "20261124T120006"]);
}

// Shows ACC-3.
#[test]
fn steps_count_from_the_beginning_of_what_they_step_through() {
    window(
        "*/15 * * * * * *",
        &["20261124T120000", "20261124T120045"],
        &["20261124T120014", "20261124T120059"],
    );
    window(
        "* 5-59/10 * * * * *",
        &["20261124T120500", "20261124T125500"],
        &["20261124T120000", "20261124T121000"],
    );
    window(
        "* * * */2 * * *",
        &["20261101T000000", "20261125T000000"],
        &["20261124T000000", "20261102T000000"],
    );
    window(
        "* * * * */3 * *",
        &["20260101T000000", "20261001T000000"],
        &["20261101T000000", "20261201T000000"],
    );
    window(
        "* * * * * * */4",
        &["20280101T000000", "20240101T000000"],
        &["20260101T000000", "20270101T000000"],
    );
    window(
        "* * * * * 1-5/2 *",
        &["20261123T000000", "20261125T000000"],
        &["20261124T000000", "20261129T000000"],
    );
}

// Shows ACC-3.
#[test]
fn days_of_the_week_begin_with_sunday_as_zero() {
    let week = [
        "20261129T120000",
        "20261123T120000",
        "20261124T120000",
        "20261125T120000",
        "20261126T120000",
        "20261127T120000",
        "20261128T120000",
    ];
    for (number, day) in week.iter().enumerate() {
        let others: Vec<&'static str> = week.iter().copied().filter(|other| other != day).collect();
        window(&format!("* * * * * {number} *"), &[day], &others);
    }
    window("* * * * * 1-5 *", &week[1..6], &[week[0], week[6]]);
    window("* * * * * 0,6 *", &[week[0], week[6]], &week[1..6]);
}

// Shows ACC-3.
#[test]
fn all_fields_hold_together_also_both_kinds_of_day() {
    window("* * * 24 * 2 *", &["20261124T000000"], &["20261125T000000", "20261117T000000"]);
    // Not as in a crontab, where one of the two is enough.
    window("* * * 24 * 0 *", &["20270124T000000"], &["20261124T000000", "20261129T000000"]);
    window("* * * 29 2 * *", &["20280229T000000"], &["20280228T235959", "20270301T000000"]);
    window("* * * 31 * * *", &["20261231T000000"], &["20261130T235959"]);
    window(
        "* * * * 11 * 2026-2027",
        &["20261124T000000", "20271130T235959"],
        &["20281124T000000", "20261201T000000"],
    );
}

// Shows ACC-3.
#[test]
fn windows_of_one_context_are_alternatives() {
    rule(
        r#"{"acor":["Ca"],"acop":2,"acco":[{"actw":["* * 8 * * * *","* * 20 * * * *"]}]}"#,
        &[
            (at("20261124T083000"), PERMITTED),
            (at("20261124T203000"), PERMITTED),
            (at("20261124T120000"), DENIED),
        ],
    );
}
