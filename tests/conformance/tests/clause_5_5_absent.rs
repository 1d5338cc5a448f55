//! Clause 5.5: programs that are built without an optional component do not have it, whatever they are told.
//!
//! The programs are built here, beside the one that has everything and from the same intermediate files: what
//! differs between them is a few crates of the project.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program that is not built has nothing to show"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

use conformance::{ALL, Reading, Speaker, changes, container, ecdsa_key, hmac_key, instance, policy, rule};
use support::{NodeBuilder, NodeProcess, RawRequest, Wire};

const MANDATORY: [&str; 3] = ["security-transport", "secure-storage", "security-administration"];
const MANAGEMENT: &str = "access-management";
const FUNCTIONS: &str = "sensitive-functions";
const RANDOM: &str = "-/security/data/function-random";
const STORAGE: &str = "-/security/data/storage-soft";

/// Each build that lacks something: the features that it has.
const BUILDS: [&[&str]; 3] = [&[], &[MANAGEMENT], &[FUNCTIONS]];

/// One build at a time: they share their intermediate files.
static TURN: Mutex<()> = Mutex::new(());
/// The program of each of [`BUILDS`].
static PROGRAMS: LazyLock<Vec<PathBuf>> = LazyLock::new(|| BUILDS.into_iter().map(build).collect());

/// What is compiled for a component only: names of modules as they stand in the symbols of a program, and texts.
struct Marks {
    feature: &'static str,
    modules: Vec<String>,
    texts: &'static [&'static str],
}

/// The node with every component, which the other tests run.
fn whole() -> PathBuf {
    support::program(&format!("csf-{}", support::profile()))
}

/// The folder of a crate of the project.
fn crate_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates").join(name)
}

/// Builds the node with these optional components and no others.
fn build(features: &[&str]) -> PathBuf {
    let whole = whole();
    let (name, folder) = (whole.file_name().unwrap(), whole.parent().unwrap());
    // What this test was built in: `target/ci/csf-mn` is of the profile `ci`, `target/debug/csf-mn` of `dev`.
    let built_in = folder.file_name().unwrap().to_str().unwrap();
    let target = folder.parent().unwrap();
    let own =
        target.join("absent").join(if features.is_empty() { "none".into() } else { features.join("+") });
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate_folder("csf-node")).env("CARGO_BUILD_BUILD_DIR", target);
    cargo.args([
        "build",
        "--locked",
        "--offline",
        "--no-default-features",
        "--features",
        &features.join(","),
    ]);
    cargo.args(["--profile", if built_in == "debug" { "dev" } else { built_in }]);
    cargo.arg("--bin").arg(name).arg("--target-dir").arg(&own);
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let output = cargo.output().expect("cargo");
    assert!(output.status.success(), "{features:?}: {}", String::from_utf8_lossy(&output.stderr));
    own.join(built_in).join(name)
}

/// How the modules in this folder of a crate are named in symbols, `11csf_service9functions3mac`.
fn modules(package: &str, module: &str) -> Vec<String> {
    let part = |name: &str| format!("{}{name}", name.len());
    let folder = crate_folder(package).join("src").join(module);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned());
    // Where the documentation is compared with the catalogue is a test, and in no program.
    // What a token says is told by a function, so it takes both components.
    let names = names.filter(|name| !["documentation", "introspect"].contains(&name.as_str()));
    let of = |name: String| format!("{}{}{}", part(&package.replace('-', "_")), part(module), part(&name));
    names.map(of).collect()
}

fn marks() -> [Marks; 2] {
    let of_access = ["decide", "entry", "pattern", "policy", "remark", "rules"];
    let of_access = of_access.map(|name| format!("10csf_access{}{name}", name.len()));
    [
        Marks {
            feature: MANAGEMENT,
            modules: [
                modules("csf-service", "policies"),
                modules("csf-service", "authentication_service"),
                of_access.to_vec(),
            ]
            .concat(),
            texts: &[" names a resource that is no ", "tkob is neither a compact JWS", "csf:verification"],
        },
        Marks {
            feature: FUNCTIONS,
            modules: modules("csf-service", "functions"),
            texts: &["that this function lists", "csf:digest", "csf:random"],
        },
    ]
}

/// The texts of a program, among much else.
fn texts_of(program: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(program).unwrap()).into_owned()
}

/// A node of such a build, with what it carries unless it is told otherwise.
fn node_of(program: &Path) -> NodeBuilder {
    NodeProcess::with().program(program)
}

// Shows ARC-2.
#[test]
fn what_belongs_to_a_component_whose_feature_is_off_is_not_in_the_program() {
    let whole = texts_of(&whole());
    for marks in marks() {
        assert!(marks.modules.len() >= 8, "{}", marks.feature);
        // The marks are right: the program that has everything has each of them.
        let texts = || marks.modules.iter().map(String::as_str).chain(marks.texts.iter().copied());
        let unknown: Vec<&str> = texts().filter(|mark| !whole.contains(mark)).collect();
        assert_eq!(unknown, [""; 0], "{}", marks.feature);
        for (features, program) in BUILDS.iter().zip(PROGRAMS.iter()) {
            let program = texts_of(program);
            let on = features.contains(&marks.feature);
            let wrong: Vec<&str> = texts().filter(|mark| program.contains(mark) != on).collect();
            assert_eq!(wrong, [""; 0], "{} in the build with {features:?}", marks.feature);
        }
    }
}

// Shows ARC-2.
#[test]
fn a_program_without_a_component_serves_the_rest_and_answers_as_where_it_is_left_out() {
    for (features, program) in BUILDS.iter().zip(PROGRAMS.iter()) {
        let node = node_of(program).start();
        let (managed, functions) = (features.contains(&MANAGEMENT), features.contains(&FUNCTIONS));
        let mut administrator = Speaker::administrator(&node);
        assert_eq!(administrator.retrieve("-/security").texts("cmp"), [&MANDATORY, *features].concat());
        assert_eq!(administrator.retrieve("-/security/administration").code(), 2000);
        let code = |present: bool| if present { 2000 } else { 4004 };
        for address in ["-/security/policies", "-/security/authentication", "-/acpAdmin", "-/acpUse"] {
            assert_eq!(administrator.retrieve(address).code(), code(managed), "{features:?} {address}");
        }
        for function in ["random", "digest", "mac", "signature", "cipher", "csr", "wrap", "token"] {
            let address = format!("-/security/data/function-{function}");
            assert_eq!(administrator.retrieve(&address).code(), code(functions), "{features:?} {address}");
        }
        assert_eq!(administrator.retrieve("-/security/data").texts("fns").is_empty(), !functions);

        // What is everybody's is served, and only to whose it is.
        let (mut meter, mut other) =
            (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Cother"));
        assert_eq!(meter.create("-/Cmeter", container("log")).code(), 2001);
        assert_eq!(meter.create("-/Cmeter/log", instance("1")).code(), 2001);
        assert_eq!(meter.retrieve("-/Cmeter/log/la").text("con"), "1");
        assert_eq!(other.retrieve("-/Cmeter/log/la").code(), 4103);
        assert_eq!(other.delete("-/Cmeter/log").code(), 4103);

        // A function: used, where it is there and policies let others use it.
        let invoked = meter.update(RANDOM, changes("csf:random").with("Dsz", 8)).code();
        let expected = if functions { 4103 } else { 4004 };
        assert_eq!(invoked, expected, "{features:?}");
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), if managed { 2001 } else { 4103 });

        // Policies: made and linked, with what they permit and no more; or not at all.
        let mine = || rule(["Cmeter"], ALL);
        let reads = rule(["Cother"], conformance::RETRIEVE);
        let made = meter.create("-/Cmeter", policy("mine", [mine(), reads], [mine()])).code();
        let linked = meter.create("-/Cmeter", container("shared").with("acpi", ["-/Cmeter/mine"])).code();
        assert_eq!([made, linked], if managed { [2001; 2] } else { [5001; 2] }, "{features:?}");
        assert_eq!(other.retrieve("-/Cmeter/shared").code(), code(managed));
        assert_eq!(other.delete("-/Cmeter/shared").code(), if managed { 4103 } else { 4004 });
    }
}

// Shows ARC-1: with neither of the optional components, storage for keys and administration work.
#[test]
fn a_program_with_the_mandatory_components_alone_keeps_keys_and_is_administered() {
    let node = node_of(PROGRAMS.first().unwrap()).start();
    let (mut keeper, mut meter) = (Speaker::administrator(&node), Speaker::registered(&node, "Cmeter"));
    assert_eq!(keeper.create(STORAGE, hmac_key("k")).code(), 2001);
    let key = format!("{STORAGE}/k");
    assert_eq!(keeper.retrieve(&key).text("stt"), "active");
    assert_eq!([meter.retrieve(&key).code(), meter.delete(&key).code()], [4103; 2]);
    assert_eq!(keeper.delete(&key).code(), 2002);
    assert_eq!(keeper.retrieve(&key).code(), 4004);
    assert!(!keeper.retrieve("-/security/administration").text("ver").is_empty());
    assert_eq!(meter.retrieve("-/security/administration").code(), 4103);
}

// Shows ARC-1: without access management the owner of a node uses its functions, and nobody else does.
#[test]
fn a_program_with_sensitive_functions_alone_performs_each_of_them() {
    let node = node_of(PROGRAMS.get(2).unwrap()).start();
    let (mut keeper, mut meter) = (Speaker::administrator(&node), Speaker::registered(&node, "Cmeter"));
    let at = |function: &str| format!("-/security/data/function-{function}");
    // FIPS 180-4: the digest of "abc".
    let abc = || changes("csf:digest").with("Halg", "SHA-256").with("msg", "YWJj");
    let digest = keeper.update(&at("digest"), abc());
    assert_eq!(digest.text("Hv"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assert_eq!(meter.update(&at("digest"), abc()).code(), 4103);
    assert_eq!(keeper.update(RANDOM, changes("csf:random").with("Dsz", 8)).text("rndD").len(), 12);
    for (function, root, key, algorithm) in [
        ("mac", "csf:mac", hmac_key("k-mac"), "ALG_HMAC_SHA_256"),
        ("signature", "csf:signature", ecdsa_key("k-signature"), "ALG_ECDSA_SHA_256"),
    ] {
        let address = format!("{STORAGE}/k-{function}");
        assert_eq!(keeper.create(STORAGE, key).code(), 2001);
        let of = |message: &str| {
            let input = changes(root).with("Salg", algorithm);
            input.with("kInf", address.as_str()).with("msg", message)
        };
        let made = keeper.update(&at(function), of("bWVzc2FnZQ=="));
        assert_eq!(made.code(), 2004, "{function}");
        let code = made.text("Sgn").to_owned();
        for (message, right) in [("bWVzc2FnZQ==", true), ("bWVzc2FnZA==", false)] {
            let checked = keeper.update(&at(function), of(message).with("Sgn", code.as_str()));
            assert_eq!(checked.member("vR").as_bool(), Some(right), "{function}");
        }
        assert_eq!(meter.update(&at(function), of("bWVzc2FnZQ==")).code(), 4103);
    }
}

// Shows ARC-2.
#[test]
fn a_program_without_access_management_does_not_take_its_parameters() {
    for (features, program) in BUILDS.iter().zip(PROGRAMS.iter()).filter(|(f, _)| !f.contains(&MANAGEMENT)) {
        let node = node_of(program).start();
        drop(node.register("Cmeter"));
        let wire = &mut Wire::local(&node);
        let mut ask = |query: &str| {
            let request = RawRequest::new("GET", &format!("/-/Cmeter{query}"));
            wire.exchange(&request.bytes()).and_then(|response| response.rsc())
        };
        assert_eq!(ask(""), Some(2000));
        for query in
            ["rids=r@csf.example", "tids=t@csf.example", "ltids=t1", "tqi=true", "auri=x", "sqi=true"]
        {
            assert_eq!(ask(&format!("?{query}")), Some(5001), "{features:?} {query}");
        }
    }
}

// Shows ARC-2.
#[test]
fn a_configuration_that_asks_for_what_is_not_built_in_is_refused_and_told_the_feature() {
    for (features, program) in BUILDS.iter().zip(PROGRAMS.iter()) {
        for component in [MANAGEMENT, FUNCTIONS] {
            let names = [&MANDATORY[..], &[component]].concat();
            let node = node_of(program).set(&format!("components={}", names.join(",")));
            if features.contains(&component) {
                drop(node.start());
                continue;
            }
            let (status, said) = node.start_refused();
            assert_eq!(status.code(), Some(2), "{said}");
            assert!(said.contains(&format!("this build does not have {component}")), "{said}");
            assert!(said.contains(&format!("--features {component}")), "{said}");
        }
    }
}

// Shows ARC-2: what was made while the component was there gives nothing away without it, and is there afterwards.
#[test]
fn a_store_that_had_the_components_gives_nothing_of_them_to_a_program_without() {
    let node = NodeProcess::start();
    let (mut meter, mut other) = (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Cother"));
    let mine = rule(["Cmeter"], ALL);
    let reads = rule(["Cother"], conformance::RETRIEVE);
    assert_eq!(meter.create("-/Cmeter", policy("mine", [mine.clone(), reads], [mine])).code(), 2001);
    assert_eq!(meter.create("-/Cmeter", container("shared").with("acpi", ["-/Cmeter/mine"])).code(), 2001);
    assert_eq!(other.retrieve("-/Cmeter/shared").code(), 2000);
    let home = node.stop();

    let none = PROGRAMS.first().unwrap();
    let node = node_of(none).home(home).start();
    let (mut meter, mut other) = (Speaker::claiming(&node, "Cmeter"), Speaker::claiming(&node, "Cother"));
    assert_eq!(meter.retrieve("-/Cmeter/shared").code(), 2000, "it is its creator's");
    assert_eq!(other.retrieve("-/Cmeter/shared").code(), 4103, "no policy permits it here");
    for address in ["-/Cmeter/mine", "-/acpAdmin", "-/security/policies", RANDOM] {
        for speaker in [&mut meter, &mut other, &mut Speaker::administrator(&node)] {
            assert_eq!(speaker.retrieve(address).code(), 4004, "{address}");
            assert_eq!(speaker.delete(address).code(), 4004, "{address}");
        }
    }

    let node = NodeProcess::with().home(node.stop()).start();
    assert_eq!(Speaker::claiming(&node, "Cother").retrieve("-/Cmeter/shared").code(), 2000);
    assert_eq!(Speaker::claiming(&node, "Cother").delete("-/Cmeter/shared").code(), 4103);
}
