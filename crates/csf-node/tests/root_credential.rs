//! A node whose root is a system credential: nothing of it lies on the disk, and its level says so.

use csf_api::Value;
use support::NodeProcess;

// Shows ARC-4.
#[test]
fn a_node_with_a_credential_keeps_no_root_and_is_of_level_1() {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("csf-root"), [0x5a; 48]).unwrap();
    let variable = format!("CREDENTIALS_DIRECTORY={}", credentials.path().display());
    let with = |encrypted: bool| {
        NodeProcess::with()
            .under(&["env", &variable])
            .set("soft.root_credential=csf-root")
            .set(&format!("soft.root_credential_encrypted={encrypted}"))
    };
    let level = |node: &NodeProcess| {
        let environment = format!("{}/security/environment-soft", node.base());
        let content = node.admin().retrieve(&environment).unwrap().content.unwrap();
        content.value.as_object().and_then(|o| o.get("seL")).and_then(Value::as_integer)
    };
    let node = with(true).start();
    assert_eq!(level(&node), Some(1));
    assert!(!node.stderr().contains(".key"), "no key file was made: {}", node.stderr());
    let home = node.stop();
    let mut waiting = vec![home.path().to_owned()];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            assert_ne!(path.extension().and_then(|e| e.to_str()), Some("key"), "{}", path.display());
            if path.is_dir() {
                waiting.push(path);
            }
        }
    }

    // The same root, of which nobody says how it is kept.
    let node = with(false).home(home).start();
    assert_eq!(level(&node), Some(0));
    let home = node.stop();

    // Another credential opens nothing, and neither does a key file.
    std::fs::write(credentials.path().join("csf-root"), [0x5b; 48]).unwrap();
    let (status, said) = with(true).home(home).start_refused();
    assert!(!status.success() && said.contains("the credential csf-root does not open"), "{said}");
}
