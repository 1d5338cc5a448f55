//! What the audit log says of a change of the configuration: before and after, and names as pseudonyms (decision 0051).

use csf_api::{EntityId, Home};

use crate::audit_log::AuditLog;
use crate::config::{Difference, EntryDifference};

/// The longest text of a value, in bytes: two of them are in a record whole.
const MAX_TOLD_BYTES: usize = 400;
/// The key whose entries are named as local CSFs are.
const LOCAL_CSF: &str = "local.csf";

/// The grounds of a change of one key: one, or where it is a table, at least one for each entry that differs.
pub(super) fn grounds(difference: &Difference, home: &Home, log: &AuditLog) -> Vec<String> {
    grounds_with(difference, home, &|name| log.pseudonym(name))
}

fn grounds_with(difference: &Difference, home: &Home, pseudonym: &dyn Fn(&str) -> String) -> Vec<String> {
    let Difference { key, before, after, entries } = difference;
    match entries {
        None => vec![format!("configuration {key}: {} -> {}", bounded(before), bounded(after))],
        Some(entries) => entries.iter().flat_map(|entry| of_entry(key, entry, home, pseudonym)).collect(),
    }
}

/// Tables say which user speaks as whom, so all that they hold is names. What is too much for one record goes on in
/// others: no pseudonym is cut.
fn of_entry(
    key: &str,
    entry: &EntryDifference,
    home: &Home,
    pseudonym: &dyn Fn(&str) -> String,
) -> Vec<String> {
    let name = |text: &str| {
        let text = if key == LOCAL_CSF { format!("local:{text}") } else { text.to_owned() };
        pseudonym(&text)
    };
    // As in the records of what such an originator does, where it is one.
    let value = |text: &str| match EntityId::parse(text, home) {
        Ok(id) if key != LOCAL_CSF => pseudonym(id.absolute()),
        _ => pseudonym(text),
    };
    let parts = |values: &[Box<str>]| {
        let mut parts: Vec<String> = Vec::new();
        for value in values.iter().map(|text| value(text)) {
            match parts.last_mut() {
                Some(part) if part.len().saturating_add(value.len()) < MAX_TOLD_BYTES => {
                    part.push(' ');
                    part.push_str(&value);
                }
                _ => parts.push(value),
            }
        }
        parts
    };
    let (before, after) = (parts(&entry.before), parts(&entry.after));
    let of = name(&entry.name);
    let part = |parts: &[String], at: usize| parts.get(at).cloned().unwrap_or_else(|| "none".to_owned());
    (0..before.len().max(after.len()).max(1))
        .map(|at| format!("configuration {key} {of} : {} -> {}", part(&before, at), part(&after, at)))
        .collect()
}

fn bounded(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TOLD_BYTES)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(before: &[&str], after: &[&str]) -> Difference {
        let texts = |texts: &[&str]| texts.iter().map(|text| Box::from(*text)).collect();
        let entry = EntryDifference { name: "alice".into(), before: texts(before), after: texts(after) };
        Difference {
            key: "local.users",
            before: String::new(),
            after: String::new(),
            entries: Some(vec![entry]),
        }
    }

    #[test]
    fn names_are_pseudonyms_and_as_many_records_are_made_as_they_take() {
        let home = Home::new("//csf.example", "/id-mn").unwrap();
        let hidden = |name: &str| format!("~{}", name.len());
        let told = grounds_with(&difference(&["Cmeter"], &["Cmeter", "Cother"]), &home, &hidden);
        assert_eq!(told, ["configuration local.users ~5 : ~26 -> ~26 ~26"]);
        let told = grounds_with(&difference(&["Cmeter"], &[]), &home, &hidden);
        assert_eq!(told, ["configuration local.users ~5 : ~26 -> none"]);
        let told = grounds_with(&difference(&[], &[]), &home, &hidden);
        assert_eq!(told, ["configuration local.users ~5 : none -> none"], "not even a name without any");
        let long = |name: &str| format!("~{}", name.repeat(3));
        let many: Vec<String> = (0..40).map(|n| format!("Cmeter{n}")).collect();
        let told = grounds_with(
            &difference(&[], &many.iter().map(String::as_str).collect::<Vec<_>>()),
            &home,
            &long,
        );
        assert!(told.len() > 2 && told.iter().all(|ground| ground.len() < 1024), "{told:?}");
        assert_eq!(told.iter().map(|ground| ground.matches("~//").count()).sum::<usize>(), 40);
    }
}
