//! Builds every test executable of the project and learns from Cargo where each one is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::cargo::{self, Metadata, Reach};
use crate::failure::Failure;

/// One test executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Executable {
    /// `PACKAGE/TARGET`, as on the command line and in the requirements.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// The folder of the package, where Cargo too would run it.
    pub(crate) folder: PathBuf,
}

/// What a build made.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Built {
    /// The test executables, by name.
    pub(crate) tests: Vec<Executable>,
    /// The project's own programs, by name.
    pub(crate) programs: BTreeMap<String, PathBuf>,
}

/// Builds all tests and programs of the project in the profile `ci`; diagnostics go to standard error.
pub(crate) fn build(root: &Path) -> Result<Built, Failure> {
    let metadata = cargo::metadata(root, Reach::Members)?;
    let mut built = Built::default();
    // Programs first: tests that start a node find it whether or not Cargo knows that they will.
    for arguments in [["build", "--bins"], ["test", "--no-run"]] {
        let mut command = cargo::command(root);
        command.args(arguments).args(["--workspace", "--profile", "ci"]);
        command.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
        let output = command.output().map_err(|e| Failure::program("cargo", e))?;
        if !output.status.success() {
            return Err(Failure::Surroundings("the tests do not build".to_owned()));
        }
        read(&String::from_utf8_lossy(&output.stdout), &metadata, &mut built);
    }
    built.tests.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(built)
}

/// Reads Cargo's messages, one JSON object a line; lines of other kinds are passed over.
fn read(messages: &str, metadata: &Metadata, built: &mut Built) {
    for line in messages.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        if message.get("reason").and_then(Value::as_str) == Some("compiler-artifact") {
            artifact(&message, metadata, built);
        }
    }
}

fn artifact(message: &Value, metadata: &Metadata, built: &mut Built) -> Option<()> {
    let path = PathBuf::from(message.get("executable")?.as_str()?);
    let id = message.get("package_id")?.as_str()?;
    let package = metadata.packages.iter().find(|package| package.id == id)?;
    let target = message.get("target")?;
    let name = target.get("name")?.as_str()?;
    if message.get("profile")?.get("test")?.as_bool()? {
        built.tests.push(Executable {
            name: format!("{}/{name}", package.name),
            path,
            folder: package.folder.clone(),
        });
    } else if target.get("kind")?.as_array()?.iter().any(|kind| kind == "bin") {
        built.programs.insert(name.to_owned(), path);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Built, read};
    use crate::cargo::{Metadata, Package};

    #[test]
    fn test_executables_and_programs_are_told_apart() {
        let messages = r#"
{"reason":"compiler-artifact","package_id":"csf-node","target":{"name":"csf-mn","kind":["bin"]},"profile":{"test":false},"executable":"/t/csf-mn"}
{"reason":"compiler-artifact","package_id":"csf-node","target":{"name":"boots","kind":["test"]},"profile":{"test":true},"executable":"/t/deps/boots-1"}
{"reason":"compiler-artifact","package_id":"csf-node","target":{"name":"csf_node","kind":["lib"]},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","package_id":"foreign","target":{"name":"x","kind":["bin"]},"profile":{"test":true},"executable":"/t/x"}
{"reason":"build-finished","success":true}
not json"#;
        let metadata =
            Metadata { packages: vec![Package::sample("csf-node", &[])], target_directory: "/t".into() };
        let mut built = Built::default();
        read(messages, &metadata, &mut built);
        assert_eq!(built.tests.len(), 1);
        assert_eq!(built.tests[0].name, "csf-node/boots");
        assert_eq!(built.programs.get("csf-mn").map(AsRef::as_ref), Some(Path::new("/t/csf-mn")));
        assert_eq!(built.programs.len(), 1);
    }
}
