//! Each thing that can be wrong is found, and named with what to do; what is well is left in peace.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;
use crate::profile::MN;

/// A machine on which a node has run.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(place.state()).unwrap();
        place.mode(&place.state(), 0o700);
        place
    }

    fn state(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn file(&self, name: &str, mode: u32) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, "# x\n").unwrap();
        self.mode(&path, mode);
        path
    }

    fn mode(&self, path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn examine(&self, set: &[&str]) -> Vec<Finding> {
        let home = self.0.path().display().to_string();
        let mut set: Vec<String> = set.iter().map(|&one| one.to_owned()).collect();
        set.push(format!("local.socket={home}/csf.sock"));
        set.extend(["http.listen=127.0.0.1:0", "management.listen=127.0.0.1:0"].map(str::to_owned));
        let environment = vec![("HOME".to_owned(), home)];
        let sources = Sources { set, state: Some(self.state()), environment, ..Sources::default() };
        super::examine(&MN, sources)
    }

    /// What is ill, and what to do.
    fn ill(&self, set: &[&str]) -> Vec<(String, String)> {
        let ill = self.examine(set).into_iter().filter(|finding| finding.state == State::Ill);
        ill.map(|finding| (finding.says, finding.remedy)).collect()
    }
}

#[test]
fn before_the_first_start_nothing_is_ill() {
    assert_eq!(Place::new().ill(&[]), []);
    let place = Place::new();
    std::fs::remove_dir(place.state()).unwrap();
    assert_eq!(place.ill(&[]), []);
    let said = place.examine(&[]);
    let state = said.iter().find(|finding| finding.about == "state directory").unwrap();
    assert!(state.state == State::Note && state.remedy.contains("first start"), "{state:?}");
}

#[test]
fn what_others_can_reach_is_named_with_the_command_that_closes_it() {
    let place = Place::new();
    let file = place.file("state/csf.sqlite", 0o640);
    place.file("state/store-id", 0o600);
    place.file("state/csf.toml", 0o644);
    place.mode(&place.state(), 0o750);
    let ill = place.ill(&["soft.root_key=/nowhere/root.key"]);
    let told: Vec<_> = ill.iter().map(|(_, remedy)| remedy.as_str()).collect();
    let [directory, database] = [place.state(), file].map(|path| path.display().to_string());
    assert!(told.contains(&format!("chmod 700 {directory}").as_str()), "{ill:?}");
    assert!(told.contains(&format!("chmod 600 {database}").as_str()), "{ill:?}");
    assert!(!ill.iter().any(|(says, _)| says.contains("csf.toml")), "{ill:?}");
}

#[test]
fn a_root_that_is_missing_open_or_no_file_is_ill() {
    for (mode, there, part, remedy) in [
        (0o600, false, "cannot be looked at", "put it back"),
        (0o644, true, "others than its owner can reach the key file", "chmod 600"),
    ] {
        let place = Place::new();
        place.file("state/soft.sqlite", 0o600);
        let key = if there { place.file("root.key", mode) } else { place.0.path().join("root.key") };
        let ill = place.ill(&[&format!("soft.root_key={}", key.display())]);
        assert!(ill.iter().any(|(says, r)| says.contains(part) && r.contains(remedy)), "{ill:?}");
    }
    let place = Place::new();
    let key = place.file("root.key", 0o600);
    assert_eq!(place.ill(&[&format!("soft.root_key={}", key.display())]), []);
}

#[test]
fn an_interrupted_restore_a_lost_name_and_a_socket_that_is_none_are_ill() {
    let place = Place::new();
    place.file("state/restoring", 0o600);
    place.file("state/csf.sqlite", 0o600);
    place.file("csf.sock", 0o600);
    let ill = place.ill(&["soft.root_key=/nowhere/root.key"]);
    for part in ["a restore was interrupted", "store-id is missing", "csf.sock is there and is no socket"] {
        assert!(ill.iter().any(|(says, _)| says.contains(part)), "{part}: {ill:?}");
    }
}

#[test]
fn a_configuration_that_does_not_hold_is_the_only_finding() {
    let found = Place::new().examine(&["http.lisen=off"]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].state == State::Ill && found[0].says.contains("did you mean 'http.listen'?"),
        "{found:?}"
    );
}

#[test]
fn laboratory_switches_are_noted() {
    let found = Place::new().examine(&["http.believe_originators=true"]);
    assert!(found[0].state == State::Note && found[0].says.contains("http.believe_originators"), "{found:?}");
}
