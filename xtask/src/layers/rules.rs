//! The table of allowed arrows, and the arrows that no table can allow.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::cargo::{Dependency, Package};
use crate::failure::Failure;

/// What `xtask/layers.toml` says.
pub(super) struct Rules {
    may: BTreeMap<String, Vec<String>>,
    test_crates: Vec<String>,
    outside: BTreeMap<String, Outside>,
}

/// Who may use a crate from outside.
struct Outside {
    normal: Vec<String>,
    dev: Vec<String>,
}

/// Arrows that are wrong whatever the table says, and why.
const NEVER: &[(&str, &str, &str)] = &[
    ("se-plugin-*", "se-plugin-*", "a plug-in knows no other plug-in"),
    ("se-plugin-*", "csf-service", "a plug-in knows only the transport layer above it"),
    ("csf-transport", "se-plugin-*", "the transport layer names no plug-in"),
    ("proto-*", "csf-service", "protocol crates are pure"),
    ("proto-*", "csf-transport", "protocol crates are pure"),
];

impl Rules {
    /// Reads the table.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::Surroundings(format!("xtask/layers.toml: {what}"));
        let table: Table = text.parse().map_err(|e: toml::de::Error| wrong(&e.to_string()))?;
        let section = |name: &str| table.get(name).and_then(Value::as_table);
        let may = section("may").ok_or_else(|| wrong("no table [may]"))?;
        let may = may
            .iter()
            .map(|(name, list)| Some((name.clone(), strings(list)?)))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("[may] holds lists of names"))?;
        let test_crates = section("tests").and_then(|t| t.get("crates")).and_then(strings);
        let test_crates = test_crates.ok_or_else(|| wrong("no list `crates` in [tests]"))?;
        let outside = section("outside").into_iter().flatten();
        let outside = outside
            .map(|(name, who)| {
                let list = |key: &str| who.get(key).and_then(strings);
                Some((name.clone(), Outside { normal: list("normal")?, dev: list("dev")? }))
            })
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("[outside.NAME] holds the lists `normal` and `dev`"))?;
        Ok(Self { may, test_crates, outside })
    }

    /// Everything that is wrong, one sentence each.
    pub(super) fn judge(&self, crates: &[Package]) -> Vec<String> {
        let ours: BTreeSet<&str> = crates.iter().map(|package| package.name.as_str()).collect();
        let mut findings = Vec::new();
        for row in self.may.keys().filter(|row| !ours.contains(row.as_str())) {
            findings.push(format!("{row} has a row in xtask/layers.toml but does not exist"));
        }
        for package in crates {
            let Some(may) = self.may.get(&package.name) else {
                findings.push(format!("{} has no row in xtask/layers.toml", package.name));
                continue;
            };
            for dependency in &package.dependencies {
                let dev = dependency.dev || self.test_crates.contains(&package.name);
                let reason = if ours.contains(dependency.name.as_str()) {
                    self.forbidden_inside(package, may, dependency, dev)
                } else {
                    self.forbidden_outside(package, dependency, dev)
                };
                if let Some(reason) = reason {
                    findings.push(format!("{} -> {}: {reason}", package.name, dependency.name));
                }
            }
        }
        findings
    }

    fn forbidden_inside(
        &self,
        package: &Package,
        may: &[String],
        dependency: &Dependency,
        dev: bool,
    ) -> Option<&'static str> {
        let (from, to) = (package.name.as_str(), dependency.name.as_str());
        if let Some((_, _, reason)) =
            NEVER.iter().find(|(source, target, _)| matches(source, from) && matches(target, to))
        {
            return Some(reason);
        }
        if self.test_crates.iter().any(|name| name == to) {
            return (!dev).then_some("this crate is for tests: only as a dev-dependency");
        }
        (!may.iter().any(|pattern| matches(pattern, to))).then_some("not in the table of xtask/layers.toml")
    }

    fn forbidden_outside(
        &self,
        package: &Package,
        dependency: &Dependency,
        dev: bool,
    ) -> Option<&'static str> {
        let outside = self.outside.get(&dependency.name)?;
        let allowed = if dev { &outside.dev } else { &outside.normal };
        (!allowed.contains(&package.name))
            .then_some("this crate from outside may be used only where the table says")
    }
}

/// Whether a pattern (`name`, `prefix-*` or `*`) stands for the name.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => pattern == name,
    }
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::Rules;
    use crate::cargo::Package;

    const TABLE: &str = r#"
        [may]
        csf-api = []
        csf-transport = ["csf-api"]
        csf-service = ["csf-*"]
        se-plugin-a = ["csf-transport", "se-plugin-b"]
        se-plugin-b = ["csf-transport"]
        support = ["*"]
        [tests]
        crates = ["support"]
        [outside.tokio]
        normal = []
        dev = ["support"]
    "#;

    /// The findings when one crate of an otherwise correct project has these dependencies instead.
    fn findings(changed: &str, dependencies: &[(&str, bool)]) -> Vec<String> {
        let mut crates = vec![
            Package::sample("csf-api", &[]),
            Package::sample("csf-transport", &[("csf-api", false)]),
            Package::sample("csf-service", &[("csf-api", false), ("csf-transport", false), ("serde", false)]),
            Package::sample("se-plugin-a", &[("csf-transport", false), ("support", true)]),
            Package::sample("se-plugin-b", &[("csf-transport", false)]),
            Package::sample("support", &[("csf-api", false), ("tokio", false)]),
        ];
        crates.retain(|p| p.name != changed);
        crates.push(Package::sample(changed, dependencies));
        Rules::read(TABLE).unwrap().judge(&crates)
    }

    #[test]
    fn arrows_in_the_table_pass() {
        assert_eq!(findings("csf-api", &[]), [""; 0]);
    }

    #[test]
    fn an_arrow_outside_the_table_fails() {
        let found = findings("csf-transport", &[("csf-service", false)]);
        assert_eq!(found, ["csf-transport -> csf-service: not in the table of xtask/layers.toml"]);
        assert_eq!(findings("csf-api", &[("csf-transport", true)]).len(), 1, "as a dev-dependency too");
    }

    #[test]
    fn a_plug_in_on_a_plug_in_fails_even_when_the_table_allows_it() {
        let found = findings("se-plugin-a", &[("se-plugin-b", false)]);
        assert_eq!(found, ["se-plugin-a -> se-plugin-b: a plug-in knows no other plug-in"]);
    }

    #[test]
    fn a_test_crate_is_a_dev_dependency_or_nothing() {
        assert_eq!(findings("csf-service", &[("support", true)]), [""; 0]);
        assert_eq!(findings("csf-service", &[("support", false)]).len(), 1);
    }

    #[test]
    fn a_runtime_below_the_node_fails() {
        assert_eq!(findings("csf-service", &[("tokio", false)]).len(), 1);
        assert_eq!(findings("csf-service", &[("tokio", true)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_fail() {
        assert_eq!(findings("newcomer", &[]), ["newcomer has no row in xtask/layers.toml"]);
        let crates = [Package::sample("csf-api", &[])];
        assert_eq!(Rules::read(TABLE).unwrap().judge(&crates).len(), 5);
    }
}
