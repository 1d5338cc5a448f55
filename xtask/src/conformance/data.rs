//! The requirements as data: what each asks for, in parts, and which tests show each part.

use std::collections::BTreeSet;
use std::fmt;

use toml::{Table, Value};

/// The whole file.
pub(super) struct Requirements {
    pub(super) sections: Vec<Section>,
    pub(super) requirements: Vec<Requirement>,
}

/// A group of requirements, by the letters that their ids begin with.
pub(super) struct Section {
    pub(super) prefix: String,
    pub(super) title: String,
    pub(super) clauses: String,
}

/// One requirement.
pub(super) struct Requirement {
    pub(super) id: String,
    /// M (shall), S (should) or O (may).
    pub(super) level: String,
    /// Where it stands in the draft.
    pub(super) clause: String,
    pub(super) title: String,
    /// When the level applies, where not always.
    pub(super) condition: Option<String>,
    /// Why it cannot be met for now.
    pub(super) exception: Option<String>,
    pub(super) parts: Vec<Part>,
}

/// One part of a requirement, to be shown by itself.
pub(super) struct Part {
    pub(super) text: String,
    pub(super) tests: Vec<TestName>,
}

/// `PACKAGE/TARGET::path::to::test`
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TestName {
    /// `PACKAGE/TARGET`
    pub(super) executable: String,
    /// `path::to::test`
    pub(super) test: String,
}

impl TestName {
    fn parse(text: &str) -> Option<Self> {
        let (executable, test) = text.split_once("::")?;
        let (package, target) = executable.split_once('/')?;
        let fits = !package.is_empty() && !target.is_empty() && !target.contains('/') && !test.is_empty();
        fits.then(|| Self { executable: executable.to_owned(), test: test.to_owned() })
    }
}

impl fmt::Display for TestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.executable, self.test)
    }
}

impl Requirements {
    /// Reads the data; an error says which entry is wrong, and how.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
        only(&table, "the file", &["section", "requirement"])?;
        let sections = tables(&table, "section", "the file")?.into_iter().map(section);
        let sections: Vec<Section> = sections.collect::<Result<_, _>>()?;
        let entries = tables(&table, "requirement", "the file")?;
        let requirements: Vec<Requirement> =
            entries.into_iter().map(requirement).collect::<Result<_, _>>()?;
        let mut seen = BTreeSet::new();
        for requirement in &requirements {
            let id = requirement.id.as_str();
            let known = id.split_once('-').is_some_and(|(p, _)| sections.iter().any(|s| s.prefix == p));
            if !known {
                return Err(format!("{id}: its letters belong to no section"));
            }
            if !seen.insert(id) {
                return Err(format!("{id} stands there twice"));
            }
        }
        Ok(Self { sections, requirements })
    }

    /// Every test that is named, each once.
    pub(super) fn tests(&self) -> BTreeSet<&TestName> {
        self.requirements.iter().flat_map(|r| &r.parts).flat_map(|part| &part.tests).collect()
    }
}

fn section(table: &Table) -> Result<Section, String> {
    only(table, "a section", &["prefix", "title", "clauses"])?;
    let field = |key: &str| string(table, key, "a section");
    Ok(Section { prefix: field("prefix")?, title: field("title")?, clauses: field("clauses")? })
}

fn requirement(table: &Table) -> Result<Requirement, String> {
    let id = string(table, "id", "a requirement")?;
    only(table, &id, &["id", "level", "clause", "title", "condition", "exception", "part"])?;
    let optional = |key: &str| table.contains_key(key).then(|| string(table, key, &id)).transpose();
    let level = string(table, "level", &id)?;
    if !matches!(level.as_str(), "M" | "S" | "O") {
        return Err(format!("{id}: level {level} is not M, S or O"));
    }
    let parts = tables(table, "part", &id)?.into_iter().map(|entry| part(entry, &id));
    let parts: Vec<Part> = parts.collect::<Result<_, _>>()?;
    if parts.is_empty() {
        return Err(format!("{id} has no part: nothing could ever show it"));
    }
    Ok(Requirement {
        level,
        clause: string(table, "clause", &id)?,
        title: string(table, "title", &id)?,
        condition: optional("condition")?,
        exception: optional("exception")?,
        parts,
        id,
    })
}

fn part(table: &Table, id: &str) -> Result<Part, String> {
    only(table, id, &["text", "tests"])?;
    let list = table.get("tests").and_then(Value::as_array);
    let list = list.ok_or_else(|| format!("{id}: a part without a list of tests"))?;
    let mut tests = Vec::new();
    for item in list {
        let test = item.as_str().and_then(TestName::parse);
        let test = test.ok_or_else(|| format!("{id}: {item} is not PACKAGE/TARGET::path::to::test"))?;
        if tests.contains(&test) {
            return Err(format!("{id}: {test} stands twice in one part"));
        }
        tests.push(test);
    }
    Ok(Part { text: string(table, "text", id)?, tests })
}

fn only(table: &Table, whose: &str, known: &[&str]) -> Result<(), String> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("{whose}: `{key}` means nothing here; known: {}", known.join(", "))),
        None => Ok(()),
    }
}

fn string(table: &Table, key: &str, whose: &str) -> Result<String, String> {
    let text = table.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("{whose}: `{key}` is missing or empty"))
}

fn tables<'a>(table: &'a Table, key: &str, whose: &str) -> Result<Vec<&'a Table>, String> {
    let items = table.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tables: Option<Vec<&Table>> = items.iter().map(Value::as_table).collect();
    tables.ok_or_else(|| format!("{whose}: `{key}` is not a list of tables"))
}

#[cfg(test)]
mod tests {
    use super::Requirements;

    const GOOD: &str = r#"
[[section]]
prefix = "ACC"
title = "Access management"
clauses = "6.3.1"

[[requirement]]
id = "ACC-1"
level = "M"
clause = "6.3.1.1"
title = "Every call passes access control"
[[requirement.part]]
text = "each step in the trace"
tests = ["csf-service/csf_service::gate::tests::a", "conformance/clause_6_3_1::b"]
"#;

    fn error(changed: &str, into: &str) -> String {
        assert!(GOOD.contains(changed), "{changed}");
        Requirements::read(&GOOD.replace(changed, into)).err().unwrap()
    }

    #[test]
    fn a_requirement_is_read_with_its_parts_and_tests() {
        let read = Requirements::read(GOOD).unwrap();
        let tests: Vec<String> = read.tests().iter().map(ToString::to_string).collect();
        assert_eq!(tests, ["conformance/clause_6_3_1::b", "csf-service/csf_service::gate::tests::a"]);
        assert_eq!(read.requirements[0].parts.len(), 1);
        assert_eq!(read.requirements[0].exception, None);
    }

    #[test]
    fn a_wrong_entry_is_refused_by_name() {
        assert!(error("level = \"M\"", "level = \"X\"").contains("level X"));
        assert!(error("\"ACC-1\"", "\"ABC-1\"").contains("no section"));
        assert!(error("clause = ", "claus = ").contains("`claus`"));
        assert!(error("title = \"Every", "exception = \"\"\ntitle = \"Every").contains("`exception`"));
        assert!(error("conformance/clause_6_3_1::b", "clause_6_3_1::b").contains("PACKAGE/TARGET"));
        assert!(
            error("conformance/clause_6_3_1::b", "csf-service/csf_service::gate::tests::a").contains("twice")
        );
        let again = GOOD.split_once("[[requirement]]").unwrap().1;
        let twice = format!("{GOOD}[[requirement]]{again}");
        assert_eq!(Requirements::read(&twice).err().unwrap(), "ACC-1 stands there twice");
        let without = GOOD.split_once("[[requirement.part]]").unwrap().0;
        assert!(Requirements::read(without).err().unwrap().contains("no part"));
    }

    #[test]
    fn the_project_s_own_data_is_in_order() {
        let own = include_str!("../../../tests/conformance/requirements.toml");
        assert!(Requirements::read(own).unwrap().requirements.len() >= 60);
    }
}
