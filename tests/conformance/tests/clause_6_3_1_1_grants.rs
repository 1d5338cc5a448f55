//! Clause 6.3.1.1: what carries out a request takes what only the gate makes. The compiler holds the walls between
//! modules; this reads the sources for the places where a wall could be given a door.

#![expect(clippy::unwrap_used, reason = "tests report by panicking")]

use std::path::{Path, PathBuf};

/// The sources of the service layer, each with its path below `src`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/csf-service/src");
    let mut waiting: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// The files in which a value of this type is put together.
fn makers(sources: &[(String, String)], type_name: &str) -> Vec<String> {
    let literal = format!("{type_name} {{");
    let makes = |text: &str| {
        text.lines().any(|line| {
            let line = line.trim_start();
            let declares = line.contains("struct ") || line.starts_with("impl") || line.starts_with("//");
            line.contains(&literal)
                && !declares
                && !line.contains(&format!("-> {literal}"))
                && line.split(&literal).next().is_none_or(|before| {
                    before.chars().last().is_none_or(|c| !c.is_alphanumeric() && c != '_')
                })
        })
    };
    let mut names: Vec<String> =
        sources.iter().filter(|(_, text)| makes(text)).map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

/// The declaration of a type, from its name to the closing brace.
fn declaration<'a>(sources: &'a [(String, String)], file: &str, type_name: &str) -> &'a str {
    let (_, text) = sources.iter().find(|(name, _)| name == file).unwrap();
    let (_, after) = text.split_once(&format!("struct {type_name}")).unwrap();
    after.split_once("\n}").unwrap().0
}

// Shows ACC-1.
#[test]
fn the_gate_alone_makes_grants_and_authentication_alone_makes_callers() {
    let sources = sources();
    for (type_name, file) in [("Grant", "gate.rs"), ("Caller", "authentication.rs")] {
        assert_eq!(makers(&sources, type_name), [file], "{type_name}");
        let fields = declaration(&sources, file, type_name);
        assert!(!fields.contains("pub"), "{type_name} can be filled in from elsewhere: {fields}");
        assert!(!fields.contains("Default"), "{type_name}");
    }
    // The search finds what it is for.
    let planted = [("x.rs".to_owned(), "    let grant = Grant { basis, epoch };\n".to_owned())];
    assert_eq!(makers(&planted, "Grant"), ["x.rs"]);
}

// Shows ACC-1.
#[test]
fn no_component_is_called_without_a_grant() {
    let sources = sources();
    // A call holds a grant, by reference and not by choice; whoever makes one has asked the gate.
    let call = declaration(&sources, "call.rs", "Call");
    assert!(call.contains("grant: &'a Grant,"), "{call}");
    let mut makers = makers(&sources, "Call");
    // It narrows the time of a call that it was given.
    makers.retain(|name| name != "resources/append.rs");
    assert_eq!(makers, ["door.rs", "sweep.rs"]);
    for name in makers {
        let (_, text) = sources.iter().find(|(other, _)| *other == name).unwrap();
        assert!(text.contains(".admit"), "{name} asks the gate");
    }
    // Every way from the door to a component takes the call.
    let (_, door) = sources.iter().find(|(name, _)| name == "door.rs").unwrap();
    let (_, dispatch) = door.split_once("async fn dispatch").unwrap();
    let (dispatch, _) = dispatch.split_once("\n}").unwrap();
    let calls: Vec<&str> = dispatch.lines().filter(|line| line.contains(".await")).collect();
    assert!(calls.len() >= 14, "{dispatch}");
    for line in calls {
        let (_, arguments) = line.rsplit_once("=> ").unwrap_or(("", line));
        assert!(arguments.contains("(call)") || arguments.contains("(call, "), "{line}");
    }
}
