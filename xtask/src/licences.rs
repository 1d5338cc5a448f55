//! `cargo xtask licences`: every dependency may be used, is not banned, and comes once.
//!
//! The rules stand in `deny.toml`, in the form that cargo-deny reads, so that its users can run that too.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use crate::arguments::{Arguments, Grammar};
use crate::cargo::{self, Package, Reach};
use crate::failure::Failure;
use crate::spdx;
use crate::task::Task;

pub(crate) const TASK: Task = Task {
    name: "licences",
    summary: "check licences, bans, duplicates and origins of all dependencies",
    help: "\
cargo xtask licences

Reads the locked dependency graph and deny.toml, and fails on a dependency whose licence expression is not
satisfied by [licenses] allow, that stands in [bans] deny, that comes in two versions without a reasoned
entry in [bans] skip, or that comes from anywhere but the crates.io registry.
",
    grammar: Grammar { flags: &[], options: &[], names: 0 },
    run: |root, _: &Arguments| {
        let (findings, count) = check(root)?;
        findings.iter().for_each(|finding| println!("{finding}"));
        println!("{count} packages looked at");
        match findings.len() {
            0 => Ok(()),
            n => Err(Failure::Found(format!("{n} against deny.toml"))),
        }
    },
};

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Everything against the rules, and how many packages were looked at.
pub(crate) fn check(root: &Path) -> Result<(Vec<String>, usize), Failure> {
    let path = root.join("deny.toml");
    let text = std::fs::read_to_string(&path).map_err(|e| Failure::file(&path, &e))?;
    let rules = Rules::read(&text)?;
    let packages = cargo::metadata(root, Reach::Everything)?.packages;
    Ok((rules.judge(&packages), packages.len()))
}

/// What `deny.toml` says, as far as this task judges it.
struct Rules {
    allow: Vec<String>,
    deny: Vec<Entry>,
    skip: Vec<Entry>,
}

/// `{ crate = "name" }` or `{ crate = "name@version" }`, with a reason.
struct Entry {
    name: String,
    version: Option<String>,
    reason: Option<String>,
}

impl Entry {
    fn names(&self, package: &Package) -> bool {
        let exact_or_longer = |version: &String| {
            let rest = package.version.strip_prefix(version.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.name == package.name && self.version.as_ref().is_none_or(exact_or_longer)
    }
}

impl Rules {
    fn read(text: &str) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::Surroundings(format!("deny.toml: {what}"));
        let table: Table = text.parse().map_err(|e: toml::de::Error| wrong(&e.to_string()))?;
        let list = |section: &str, key: &str| {
            let found = table.get(section).and_then(|s| s.get(key)).and_then(Value::as_array);
            found.map(Vec::as_slice).unwrap_or_default()
        };
        let allow = list("licenses", "allow").iter().map(|item| item.as_str().map(str::to_owned));
        let entries = |key: &str| list("bans", key).iter().map(entry).collect::<Option<Vec<_>>>();
        Ok(Self {
            allow: allow
                .collect::<Option<_>>()
                .ok_or_else(|| wrong("[licenses] allow is a list of names"))?,
            deny: entries("deny").ok_or_else(|| wrong("[bans] deny is a list of { crate, reason }"))?,
            skip: entries("skip").ok_or_else(|| wrong("[bans] skip is a list of { crate, reason }"))?,
        })
    }

    fn judge(&self, packages: &[Package]) -> Vec<String> {
        let mut findings = Vec::new();
        let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in packages {
            let shown = format!("{} {}", package.name, package.version);
            findings.extend(self.licence_fault(package).map(|fault| format!("{shown}: {fault}")));
            if package.source.as_ref().is_some_and(|source| source != REGISTRY) {
                findings.push(format!("{shown}: comes from elsewhere than the crates.io registry"));
            }
            if let Some(ban) = self.deny.iter().find(|entry| entry.names(package)) {
                let reason = ban.reason.as_deref().unwrap_or("no reason given");
                findings.push(format!("{shown}: banned ({reason})"));
            }
            if !self.skip.iter().any(|entry| entry.names(package)) {
                versions.entry(&package.name).or_default().push(&package.version);
            }
        }
        for (name, several) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
            findings.push(format!("{name}: comes in several versions ({})", several.join(", ")));
        }
        for entry in &self.skip {
            if !packages.iter().any(|package| entry.names(package)) {
                findings.push(format!("{}: skipped in deny.toml but not there", entry.name));
            }
            if entry.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
                findings.push(format!("{}: skipped in deny.toml without a reason", entry.name));
            }
        }
        findings
    }

    fn licence_fault(&self, package: &Package) -> Option<String> {
        let Some(expression) = &package.license else { return Some("states no licence".to_owned()) };
        match spdx::satisfied(expression, &self.allow) {
            Ok(true) => None,
            Ok(false) => Some(format!("licence {expression} is not allowed")),
            Err(error) => Some(format!("licence {expression} cannot be read (at {:?})", error.at)),
        }
    }
}

fn entry(value: &Value) -> Option<Entry> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (name, version) = match text("crate")?.split_once('@') {
        Some((name, version)) => (name, Some(version.to_owned())),
        None => (text("crate")?, None),
    };
    Some(Entry { name: name.to_owned(), version, reason: text("reason").map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::{Package, REGISTRY, Rules};

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT"]
        [bans]
        deny = [{ crate = "evil", reason = "known bad" }]
        skip = [{ crate = "syn@2", reason = "the old one is only a build tool" }]
    "#;

    fn package(name: &str, version: &str, license: Option<&str>) -> Package {
        Package {
            version: version.to_owned(),
            license: license.map(str::to_owned),
            source: Some(REGISTRY.to_owned()),
            ..Package::sample(name, &[])
        }
    }

    fn findings(extra: Package) -> Vec<String> {
        let packages = [package("syn", "2.0.1", Some("MIT")), package("syn", "3.0.0", Some("MIT")), extra];
        Rules::read(DENY).unwrap().judge(&packages)
    }

    #[test]
    fn an_allowed_unique_dependency_passes_beside_a_skipped_duplicate() {
        assert_eq!(findings(package("good", "1.0.0", Some("MIT OR GPL-3.0-only"))), [""; 0]);
    }

    #[test]
    fn a_foreign_missing_or_unreadable_licence_fails() {
        assert_eq!(findings(package("x", "1.0.0", Some("GPL-3.0-only"))).len(), 1);
        assert_eq!(findings(package("x", "1.0.0", None)), ["x 1.0.0: states no licence"]);
        assert_eq!(findings(package("x", "1.0.0", Some("MIT or so"))).len(), 1);
    }

    #[test]
    fn a_ban_a_second_version_and_another_origin_fail() {
        assert_eq!(findings(package("evil", "1.0.0", Some("MIT"))), ["evil 1.0.0: banned (known bad)"]);
        assert_eq!(findings(package("syn", "4.0.0", Some("MIT"))).len(), 1);
        let mut forked = package("x", "1.0.0", Some("MIT"));
        forked.source = Some("git+https://example.org/x".to_owned());
        assert_eq!(findings(forked).len(), 1);
    }

    #[test]
    fn a_skip_that_skips_nothing_or_gives_no_reason_fails() {
        let rules = Rules::read(&DENY.replace("syn@2", "syn@20")).unwrap();
        assert_eq!(rules.judge(&[package("syn", "2.0.1", Some("MIT"))]).len(), 1);
        let rules = Rules::read(&DENY.replace("the old one is only a build tool", " ")).unwrap();
        assert_eq!(rules.judge(&[package("syn", "2.0.1", Some("MIT"))]).len(), 1);
    }
}
