//! Clause 6.3.5.2: what lies around stored data gives nothing of it: discovery, representations of what is above, logs,
//! audit; and nobody can have themselves told of what happens there.

use base64ct::{Base64, Encoding as _};
use conformance::{ALL, Reading, Speaker, changes, container, data_object, hmac_key, rule};
use csf_api::{FilterCriteria, Object, ResourceType, Response, Value};
use support::lab::{Draft, discovery, draft, retrieval, with_result_content};
use support::{NodeProcess, csf};

const STORAGE: &str = "-/security/data/storage-soft";
const PIN: &str = "-/security/data/storage-soft/pin";
const KEY: &str = "-/security/data/storage-soft/k";
const MAC: &str = "-/security/data/function-mac";

/// What nobody but the meter knows: a content, a key that it imports, an input of a function.
const SECRETS: [&[u8]; 3] =
    [b"the content that was stored", b"the octets of an imported secret", b"the input of a function"];

fn b64(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

/// Whether these bytes hold a secret, in any form that it had on its way.
fn tells(bytes: &[u8]) -> bool {
    let holds = |form: &[u8]| bytes.windows(form.len()).any(|window| window == form);
    SECRETS.iter().any(|secret| holds(secret) || holds(b64(secret).as_bytes()))
}

/// Whether a response does, however deep; what is printed of one would leave out its values.
fn gives(response: &Response) -> bool {
    fn holds(value: &Value) -> bool {
        match value {
            Value::Text(text) => tells(text.as_bytes()),
            Value::List(list) => list.iter().any(holds),
            Value::Object(object) => object.iter().any(|(_, value)| holds(value)),
            _ => false,
        }
    }
    response.content.as_ref().is_some_and(|content| holds(&content.value))
}

/// Gives every right on storages and functions to everybody who is proven here.
fn open_to_all(administrator: &mut Speaker) {
    let rules = vec![Value::Object(rule(["Cmeter", "Cother", "CAdmin"], ALL))];
    let rules = Object::new().with("acr", Value::List(rules));
    assert_eq!(administrator.update("-/acpUse", changes("m2m:acp").with("pv", rules)).code(), 2004);
}

/// The meter with a content, an imported key, and a use of it.
fn keeper(node: &NodeProcess) -> Speaker {
    let mut meter = Speaker::registered(node, "Cmeter");
    let [content, material, input] = SECRETS.map(b64);
    assert_eq!(meter.create(STORAGE, data_object("pin", content.as_str())).code(), 2001);
    assert_eq!(meter.create(STORAGE, hmac_key("k").with("kMt", material.as_str())).code(), 2001);
    assert_eq!(invoke(&mut meter, &input).code(), 2004);
    meter
}

fn invoke(speaker: &mut Speaker, message: &str) -> Response {
    let input = changes("csf:mac").with("Salg", "ALG_HMAC_SHA_256").with("kInf", KEY).with("msg", message);
    speaker.update(MAC, input)
}

// Shows SDH-1.
#[test]
fn neither_discovery_nor_a_representation_of_what_is_above_gives_stored_data() {
    let node = NodeProcess::start();
    let mut meter = keeper(&node);
    let mut other = Speaker::registered(&node, "Cother");
    let mut administrator = Speaker::administrator(&node);
    open_to_all(&mut administrator);
    // The owner has it, where it asks for the object itself; and the search finds it there.
    assert!(gives(&meter.retrieve(PIN)));
    let refused = other.retrieve(PIN);
    assert!(refused.code() == 4103 && !gives(&refused));

    let (mut shown, mut found) = (0, 0);
    for speaker in [&mut meter, &mut other, &mut administrator] {
        for to in ["-", "-/security", "-/security/data", STORAGE, MAC, "-/security/administration"] {
            for number in 0..=12 {
                let response = speaker.send(with_result_content(number, retrieval(to)));
                assert!(!gives(&response), "result content {number} of {to}");
                shown += usize::from(response.code() == 2000);
                let filter = FilterCriteria { level: Some(8), ..FilterCriteria::default() };
                let request = with_result_content(number, discovery(to, filter));
                let response = speaker.send(request);
                assert!(!gives(&response), "discovery with result content {number} below {to}");
                found += usize::from(response.code() == 2000);
            }
        }
    }
    assert!(shown >= 60 && found >= 12, "{shown} representations and {found} discoveries");
}

// Shows SDH-1.
#[test]
fn neither_the_log_nor_the_audit_log_gives_stored_data() {
    let node = NodeProcess::with().set("log.level=trace").set("audit.strict=true").start();
    let mut meter = keeper(&node);
    let mut other = Speaker::registered(&node, "Cother");
    assert!(gives(&meter.retrieve(PIN)));
    assert_eq!(other.retrieve(PIN).code(), 4103);
    assert_eq!(invoke(&mut other, &b64(SECRETS[2])).code(), 4103);
    // What is refused for its form may be told of more readily.
    let [content, material, _] = SECRETS.map(b64);
    assert_eq!(meter.create(STORAGE, data_object("bad name", content.as_str())).code(), 4000);
    assert_eq!(meter.create(STORAGE, hmac_key("s").with("kMt", &material[..8])).code(), 4000);
    drop((meter, other));
    let home = node.stop();
    let log = std::fs::read(home.path().join("stderr")).unwrap_or_default();
    assert!(log.len() > 1_000 && !tells(&log), "{}", String::from_utf8_lossy(&log));
    for words in [&["audit", "export", "--resolve"][..], &["audit", "export"], &["audit", "list"]] {
        let output = csf(home.path(), words);
        assert!(output.status.success(), "{output:?}");
        assert!(!tells(&output.stdout) && !tells(&output.stderr), "{words:?}");
    }
    let resolved = csf(home.path(), &["audit", "export", "--resolve"]).stdout;
    let resolved = String::from_utf8_lossy(&resolved);
    // It tells who did what, and to what; and what was refused.
    assert!(resolved.contains("storage-soft/pin") && resolved.contains("Cmeter"), "{resolved}");
    assert!(resolved.contains(r#""k":"denied""#) && resolved.contains("Cother"), "{resolved}");
}

fn subscription() -> Draft {
    draft(ResourceType::SUBSCRIPTION, "m2m:sub").with("rn", "s").with("nu", ["http://127.0.0.1:9/"])
}

// Shows SDH-1.
#[test]
fn nothing_in_the_security_tree_can_be_subscribed_to() {
    let node = NodeProcess::start();
    let mut meter = keeper(&node);
    let mut other = Speaker::registered(&node, "Cother");
    // What is the meter's own, it may subscribe to as far as rights go; the other has no right there.
    for to in [PIN, KEY] {
        assert_eq!(meter.create(to, subscription()).code(), 5203, "{to}");
        assert_eq!(other.create(to, subscription()).code(), 4103, "{to}");
    }
    // Whoever may store something may not have itself told of what others store.
    assert_eq!(meter.create(STORAGE, subscription()).code(), 5203);
    let mut administrator = Speaker::administrator(&node);
    open_to_all(&mut administrator);
    for to in [STORAGE, MAC, "-/security/data", "-/security"] {
        for speaker in [&mut meter, &mut other] {
            assert_eq!(speaker.create(to, subscription()).code(), 5203, "{to}");
        }
    }
    for to in ["", "/configuration", "/registry"] {
        let to = format!("-/security/administration{to}");
        assert_eq!(administrator.create(&to, subscription()).code(), 5203, "{to}");
        assert_eq!(other.create(&to, subscription()).code(), 4103, "{to}");
    }
    // Nothing came of any of it.
    assert!(
        meter.children(PIN).is_empty() && meter.children(KEY).is_empty() && meter.children(MAC).is_empty()
    );
    // Elsewhere it is a type that this node does not host.
    assert_eq!(meter.create("-/Cmeter", container("c")).code(), 2001);
    assert_eq!(meter.create("-/Cmeter/c", subscription()).code(), 5001);
    assert_eq!(other.create("-/Cmeter/c", subscription()).code(), 4103);
}
