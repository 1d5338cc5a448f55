//! Clause 5.1: the layers of the project itself, as its manifests state them.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the project's own manifests can be read")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::Table;

/// The layers, lowest first; a crate may know those below its own and none beside or above.
const LAYERS: &[&[&str]] = &[
    // The vocabulary, records, APDUs.
    &["csf-api", "csf-store", "proto-apdu"],
    // Decisions, resources, primitives, and the transport layer.
    &["csf-access", "csf-tree", "proto-primitive", "csf-transport"],
    // What executes commands, what sends requests, and objects that carry signatures.
    &["se-engine", "csf-client", "proto-object"],
    // Secure environments.
    &["se-plugin-soft"],
    // The service layer, which knows neither an environment nor who sends requests.
    &["csf-service"],
    // What puts all together.
    &["csf-node"],
];

/// What each crate depends on outside its tests, within the project and beyond it.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(path.join("Cargo.toml")).unwrap();
        let manifest: Table = text.parse().unwrap();
        let mut names = BTreeSet::new();
        for (table, value) in &manifest {
            let normal = matches!(table.as_str(), "dependencies" | "build-dependencies");
            assert!(normal || table != "target", "dependencies of a platform are not looked at");
            if normal {
                names.extend(value.as_table().unwrap().keys().cloned());
            }
        }
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        found.insert(name, names);
    }
    found
}

/// The crates of the project that this one knows, directly or through others.
fn known(crates: &BTreeMap<String, BTreeSet<String>>, name: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut waiting = vec![name.to_owned()];
    while let Some(next) = waiting.pop() {
        for dependency in crates.get(&next).into_iter().flatten() {
            if crates.contains_key(dependency) && known.insert(dependency.clone()) {
                waiting.push(dependency.clone());
            }
        }
    }
    known
}

fn names(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

// Shows ARC-1.
#[test]
fn no_crate_knows_one_of_its_own_layer_or_above() {
    let crates = dependencies();
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    for (name, dependencies) in &crates {
        let own = layer(name).unwrap_or_else(|| unreachable!("{name} stands in no layer"));
        for dependency in dependencies.iter().filter(|dependency| crates.contains_key(*dependency)) {
            assert!(layer(dependency) < Some(own), "{name} knows {dependency}");
        }
    }
    assert_eq!(LAYERS.concat().len(), crates.len(), "a layer names a crate that is not there");
}

// Shows ARC-1.
#[test]
fn access_decisions_need_the_vocabulary_and_nothing_else() {
    let crates = dependencies();
    assert_eq!(known(&crates, "csf-access"), names(&["csf-api"]));
    let foreign: Vec<_> = crates["csf-access"].iter().filter(|name| !crates.contains_key(*name)).collect();
    assert_eq!(foreign, [""; 0]);
}

// Shows ARC-1.
#[test]
fn the_transport_layer_and_its_plug_ins_need_no_service_layer() {
    let crates = dependencies();
    assert_eq!(known(&crates, "csf-transport"), names(&["csf-api", "proto-apdu"]));
    for (name, _) in crates.iter().filter(|(name, _)| name.starts_with("se-")) {
        let above = ["csf-service", "csf-access", "csf-tree", "csf-node"];
        assert!(known(&crates, name).is_disjoint(&names(&above)), "{name}");
    }
}

// Shows ARC-1 and ARC-3.
#[test]
fn the_service_layer_knows_no_plug_in_no_runtime_and_no_socket() {
    let crates = dependencies();
    let known = known(&crates, "csf-service");
    assert!(!known.iter().any(|name| name.starts_with("se-")), "{known:?}");
    assert!(known.contains("csf-transport"), "it reaches secure environments through the transport layer");
    for name in known.iter().map(String::as_str).chain(["csf-service"]) {
        for runtime in
            ["tokio", "hyper", "hyper-util", "async-std", "smol", "mio", "socket2", "nix", "rusqlite"]
        {
            // The store keeps its file; the service layer reaches it by a trait only.
            let stores = name == "csf-store" && runtime == "rusqlite";
            assert!(stores || !crates[name].contains(runtime), "{name} knows {runtime}");
        }
    }
}
