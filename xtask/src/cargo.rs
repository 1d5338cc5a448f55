//! What Cargo knows about the project: its root, its packages and their dependencies.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;

/// How much of the dependency graph to ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The project's own crates.
    Members,
    /// Every crate in the lock file, which must be up to date.
    Everything,
}

/// The answer of `cargo metadata`.
pub(crate) struct Metadata {
    /// Every package asked for.
    pub(crate) packages: Vec<Package>,
    /// Where Cargo builds.
    pub(crate) target_directory: PathBuf,
}

/// One package.
#[derive(Debug)]
pub(crate) struct Package {
    /// Cargo's name for exactly this package.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// Its licence expression, where it has one.
    pub(crate) license: Option<String>,
    /// Where it came from; a crate of the project has none.
    pub(crate) source: Option<String>,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a package's dependency tables.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// Whether only tests and examples use it.
    pub(crate) dev: bool,
}

/// The project that the current folder belongs to.
pub(crate) fn find_root() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().map_err(|e| Failure::Surroundings(format!("current folder: {e}")))?;
    let is_root = |folder: &&Path| folder.join("xtask/Cargo.toml").is_file();
    here.ancestors().find(is_root).map(Path::to_path_buf).ok_or_else(|| {
        Failure::Surroundings(format!("{} is not inside the project: no xtask/ above it", here.display()))
    })
}

/// Cargo, to be run in the project.
pub(crate) fn command(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Asks Cargo about the project.
pub(crate) fn metadata(root: &Path, reach: Reach) -> Result<Metadata, Failure> {
    let mut command = command(root);
    command.args(["metadata", "--format-version", "1"]).stderr(Stdio::inherit());
    command.arg(if reach == Reach::Members { "--no-deps" } else { "--locked" });
    let output = command.output().map_err(|e| Failure::program("cargo metadata", e))?;
    if !output.status.success() {
        return Err(Failure::program("cargo metadata", output.status));
    }
    let json: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| Failure::program("cargo metadata", e))?;
    read(&json).ok_or_else(|| Failure::program("cargo metadata", "an answer of unknown form"))
}

/// Reads the answer; `None` when it has another form than Cargo documents.
pub(crate) fn read(json: &Value) -> Option<Metadata> {
    let packages = json.get("packages")?.as_array()?;
    Some(Metadata {
        packages: packages.iter().map(package).collect::<Option<_>>()?,
        target_directory: json.get("target_directory")?.as_str()?.into(),
    })
}

fn package(json: &Value) -> Option<Package> {
    let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
    let id = text("id")?;
    let manifest = PathBuf::from(text("manifest_path")?);
    let dependencies = json.get("dependencies")?.as_array()?;
    Some(Package {
        id,
        name: text("name")?,
        version: text("version")?,
        license: text("license"),
        source: text("source"),
        folder: manifest.parent()?.to_path_buf(),
        dependencies: dependencies.iter().map(dependency).collect::<Option<_>>()?,
    })
}

fn dependency(json: &Value) -> Option<Dependency> {
    Some(Dependency {
        name: json.get("name")?.as_str()?.to_owned(),
        dev: json.get("kind")?.as_str() == Some("dev"),
    })
}

#[cfg(test)]
impl Package {
    /// A package of the project with these dependencies (name, whether for tests only), for unit tests.
    pub(crate) fn sample(name: &str, dependencies: &[(&str, bool)]) -> Self {
        let dependency = |(name, dev): &(&str, bool)| Dependency { name: (*name).to_owned(), dev: *dev };
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            version: "0.1.0".to_owned(),
            license: None,
            source: None,
            folder: name.into(),
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::json;

    #[test]
    fn reads_packages_and_kinds_of_dependency() {
        let answer = json!({
            "target_directory": "/p/target",
            "packages": [{
                "id": "path+file:///p#a@0.1.0", "name": "a", "version": "0.1.0", "license": null,
                "source": null, "manifest_path": "/p/a/Cargo.toml",
                "dependencies": [{ "name": "b", "kind": null }, { "name": "c", "kind": "dev" }],
            }],
        });
        let metadata = read(&answer).unwrap();
        let package = &metadata.packages[0];
        assert_eq!(package.folder, std::path::Path::new("/p/a"));
        let kinds: Vec<(&str, bool)> =
            package.dependencies.iter().map(|d| (d.name.as_str(), d.dev)).collect();
        assert_eq!(kinds, [("b", false), ("c", true)]);
    }

    #[test]
    fn an_answer_of_another_form_is_refused() {
        assert!(read(&json!({ "packages": [] })).is_none());
    }
}
