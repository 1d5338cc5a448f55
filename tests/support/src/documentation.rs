//! Documents that hold tables made from the code.
//!
//! A table stands between two marks, `<!-- NAME: begin -->` and `<!-- NAME: end -->`. A test makes it afresh and
//! compares; with `UPDATE_DOCS=1` in the environment, it writes.

#![expect(clippy::expect_used, reason = "a missing document is a failed test")]

use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Whose turn it is: the tests of an executable run side by side, and each reads and writes a document whole.
static TURN: Mutex<()> = Mutex::new(());

/// Says that the table of this name in a document under `docs/` is this one, or makes it so.
///
/// # Panics
///
/// When it is another, or when the document or a mark is missing.
#[track_caller]
pub fn keep_table(document: &str, name: &str, fresh: &str) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(document);
    let text = std::fs::read_to_string(&path).expect("the document");
    let [begin, end] = ["begin", "end"].map(|which| format!("<!-- {name}: {which} -->\n"));
    let (before, rest) = text.split_once(&begin).expect("the beginning mark");
    let (table, after) = rest.split_once(&end).expect("the end mark");
    let fresh = format!("\n{fresh}\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, [before, &begin, &fresh, &end, after].concat()).expect("a writable document");
    } else {
        assert_eq!(table, fresh, "{document}: run this test again with UPDATE_DOCS=1");
    }
}

/// Says that this file of the repository is this text, or makes it so.
///
/// # Panics
///
/// When it is another.
#[track_caller]
pub fn keep_file(path: &str, fresh: &str) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, fresh).expect("a writable file");
    } else {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(text, fresh, "{path}: run this test again with UPDATE_DOCS=1");
    }
}

/// Rows as a table, under these headings.
#[must_use]
pub fn table(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = row(headings.iter().map(|heading| (*heading).to_owned()).collect());
    text.push_str(&row(headings.iter().map(|_| "---".to_owned()).collect()));
    text.extend(rows.into_iter().map(row));
    text
}

/// A whole number as people read it: `20,000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && digits.len().abs_diff(n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
