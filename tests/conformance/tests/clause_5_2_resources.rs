//! Clause 5.2: the Security CSF as a resource, and what stands below it.

use conformance::{
    ALL, CREATE, DISCOVERY, Draft, Reading, Speaker, UPDATE, changes, container, hmac_key, instance, policy,
    rule,
};
use csf_api::{Object, Response, Value};
use support::{NodeProcess, RawRequest, Wire};

const SECURITY: &str = "-/security";
const DATA: &str = "-/security/data";

/// Privileges as an UPDATE of a policy holds them.
fn privileges<const N: usize>(rules: [Object; N]) -> Draft {
    let rules = rules.into_iter().map(Value::Object).collect();
    changes("m2m:acp").with("pv", Object::new().with("acr", Value::List(rules)))
}

fn access_rights(response: &Response) -> Vec<Value> {
    let rights = response.member("acR").as_object().and_then(|rights| rights.get("acr"));
    rights.and_then(Value::as_list).unwrap_or_default().to_vec()
}

// Shows RES-1.
#[test]
fn the_security_resource_is_shown_to_those_who_may_and_refused_to_others() {
    let node = NodeProcess::start();
    let (mut meter, mut other) = (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Cother"));
    let shown = meter.retrieve(SECURITY);
    assert_eq!((shown.code(), shown.number("ty"), shown.text("rn")), (2000, 28, "security"));
    let unstructured = format!("/{}", shown.text("ri"));
    assert_eq!(other.retrieve(SECURITY).code(), 2000);

    let mut administrator = Speaker::administrator(&node);
    assert_eq!(administrator.update("-/acpUse", privileges([rule(["Cmeter"], ALL)])).code(), 2004);
    assert_eq!(meter.retrieve(SECURITY).code(), 2000);
    assert_eq!(other.retrieve(SECURITY).code(), 4103);
    for name in ["acR", "seL"] {
        assert_eq!(meter.retrieve(&format!("{SECURITY}#{name}")).code(), 2000);
        assert_eq!(other.retrieve(&format!("{SECURITY}#{name}")).code(), 4103);
    }
    // By its identifier it is the same resource.
    let by_id = format!("{}{unstructured}", node_id(&mut meter));
    assert_eq!(meter.retrieve(&by_id).text("rn"), "security");
    assert_eq!(other.retrieve(&by_id).code(), 4103);
    // And who proves nothing is nobody, whatever is claimed.
    let claimed = RawRequest::new("GET", &format!("/~{by_id}"));
    assert_eq!(Wire::tcp(&node).exchange(&claimed.bytes()).and_then(|answer| answer.rsc()), Some(4103));
}

fn node_id(speaker: &mut Speaker) -> String {
    speaker.retrieve("-").text("csi").to_owned()
}

// Shows RES-1.
#[test]
fn the_security_resource_is_found_by_those_who_may_discover_it() {
    let node = NodeProcess::start();
    let mut administrator = Speaker::administrator(&node);
    let (mut finder, mut blind) =
        (Speaker::registered(&node, "Cfinder"), Speaker::registered(&node, "Cblind"));
    let rules = privileges([rule(["CAdmin"], ALL), rule(["Cfinder", "Cblind"], DISCOVERY)]);
    assert_eq!(administrator.update("-/acpAdmin", rules).code(), 2004);
    let security = format!("{}/security", node.base());
    assert!(finder.discover("-").addresses().contains(&security.as_str()));
    assert_eq!(finder.discover(SECURITY).code(), 2000);

    // The rule above holds for the security tree too, so the one who is to find nothing loses it.
    let rules = privileges([rule(["CAdmin"], ALL), rule(["Cfinder"], DISCOVERY)]);
    assert_eq!(administrator.update("-/acpAdmin", rules).code(), 2004);
    assert_eq!(
        administrator.update("-/acpUse", privileges([rule(["Cblind"], ALL - DISCOVERY)])).code(),
        2004
    );
    assert_eq!(finder.discover(SECURITY).code(), 2000);
    assert!(finder.discover("-").addresses().contains(&security.as_str()));
    assert_eq!(blind.discover("-").code(), 4103);
    assert_eq!(blind.discover(SECURITY).code(), 4103);
    assert_eq!(blind.retrieve(SECURITY).code(), 2000, "it may read what it may not discover");
}

// Shows RES-1.
#[test]
fn access_rights_change_with_the_policies_in_force() {
    let node = NodeProcess::start();
    let mut administrator = Speaker::administrator(&node);
    let mut meter = Speaker::registered(&node, "Cmeter");
    let before = access_rights(&meter.retrieve(SECURITY));
    assert!(!before.is_empty());

    // A policy changes.
    let use_rule = rule(["Cmeter", "Cnew"], ALL);
    assert_eq!(administrator.update("-/acpUse", privileges([use_rule.clone()])).code(), 2004);
    let changed = access_rights(&meter.retrieve(SECURITY));
    assert_ne!(changed, before);
    assert!(changed.contains(&Value::Object(use_rule.clone())) && !before.contains(&Value::Object(use_rule)));

    // Another policy is linked, and unlinked again.
    let more = rule(["Cmore"], 2);
    let draft = policy("acpMore", [more.clone()], [rule(["CAdmin"], ALL)]);
    assert_eq!(administrator.create("-", draft).code(), 2001);
    let base = node.base();
    let all = ["acpAdmin", "acpUse", "acpMore"].map(|name| format!("{base}/{name}"));
    let links = |names: &[String]| {
        let names = Value::texts(names.iter().map(String::as_str));
        changes("csf:securityCSF").with("acpi", names)
    };
    assert_eq!(administrator.update(SECURITY, links(&all)).code(), 2004);
    let linked = access_rights(&meter.retrieve(SECURITY));
    assert!(linked.contains(&Value::Object(more.clone())));
    assert_eq!(administrator.update(SECURITY, links(&all[..2])).code(), 2004);
    assert_eq!(access_rights(&meter.retrieve(SECURITY)), changed);

    // And a rule that is no longer linked no longer counts for anybody.
    assert_eq!(administrator.update(SECURITY, links(&all[..1])).code(), 2004);
    assert_eq!(meter.retrieve(SECURITY).code(), 4103);
}

// Shows RES-1.
#[test]
fn writing_access_rights_or_security_level_is_refused_to_whoever_may_update() {
    let node = NodeProcess::start();
    let mut administrator = Speaker::administrator(&node);
    let (mut meter, mut reader) =
        (Speaker::registered(&node, "Cmeter"), Speaker::registered(&node, "Creader"));
    let rules = privileges([rule(["Cmeter"], ALL), rule(["Creader"], ALL - UPDATE - CREATE)]);
    assert_eq!(administrator.update("-/acpUse", rules).code(), 2004);
    let before = meter.content(SECURITY);
    let everybody = Object::new().with("acr", Value::List(vec![Value::Object(rule(["all"], ALL))]));
    let levels = [Value::Integer(3), Value::List(vec![Value::Integer(3)]), Value::Null];
    let mut writes = vec![changes("csf:securityCSF").with("acR", everybody.clone())];
    writes.push(changes("csf:securityCSF").with("acR", Value::Null));
    writes.extend(levels.map(|level| changes("csf:securityCSF").with("seL", level)));
    for write in writes {
        // One passes the gate and is told that it cannot be; the other does not pass.
        assert_eq!(meter.update(SECURITY, write.clone()).code(), 4000);
        assert_eq!(administrator.update(SECURITY, write.clone()).code(), 4000);
        assert_eq!(reader.update(SECURITY, write).code(), 4103);
    }
    assert!(meter.content(SECURITY) == before, "nothing changed");
}

// Shows RES-2.
#[test]
fn there_is_exactly_one_sensitive_data_handling() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let mut administrator = Speaker::administrator(&node);
    let count = |speaker: &mut Speaker| {
        let children = speaker.children(SECURITY);
        children
            .iter()
            .filter(|child| speaker.retrieve(child).content.is_some_and(|c| is_data(&c.root)))
            .count()
    };
    assert_eq!(count(&mut meter), 1);
    let another = |name| {
        let draft =
            conformance::hmac_key(name).rooted("csf:sensitiveDataHandling").without("kAl").without("kUs");
        draft.with("cnd", "csf:sensitiveDataHandling")
    };
    for speaker in [&mut meter, &mut administrator] {
        // Both may create below the security resource; neither this.
        assert_eq!(speaker.create(SECURITY, another("data2")).code(), 4005);
        assert_eq!(speaker.create(DATA, another("data2")).code(), 4005);
        assert_eq!(count(speaker), 1);
    }
    assert_eq!(administrator.delete(DATA).code(), 4005);
    assert_eq!(meter.delete(DATA).code(), 4103);
    assert_eq!(count(&mut meter), 1);
}

fn is_data(root: &str) -> bool {
    root == "csf:sensitiveDataHandling"
}

// Shows RES-2.
#[test]
fn sensitive_data_handling_changes_with_the_functions_there_are() {
    let functions = |node: &NodeProcess| {
        let mut asker = Speaker::administrator(node);
        let data = asker.retrieve(DATA);
        let listed: Vec<String> = data.texts("fns").iter().map(|id| (*id).to_owned()).collect();
        let children = asker.children(DATA);
        let there = children.iter().filter(|child| child.contains("/function-")).count();
        assert_eq!(there, listed.len(), "what is listed is there");
        listed
    };
    let node = NodeProcess::start();
    let all = functions(&node);
    assert!(all.iter().any(|id| id == "random") && all.len() > 1);
    let without = "components=security-transport,secure-storage,security-administration,access-management";
    let node = NodeProcess::with().home(node.crash()).set(without).start();
    assert_eq!(functions(&node), [""; 0]);
    let node = NodeProcess::with().home(node.crash()).start();
    assert_eq!(functions(&node), all);
}

// Shows RES-3.
#[test]
fn each_secure_environment_has_a_child_with_type_identifier_and_one_level() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let children = meter.children(SECURITY);
    let environments: Vec<&String> =
        children.iter().filter(|child| child.contains("/environment-")).collect();
    assert!(!environments.is_empty());
    let mut levels = Vec::new();
    for environment in &environments {
        let shown = meter.retrieve(environment);
        assert_eq!(shown.code(), 2000);
        assert!(shown.number("seT") >= 1, "a type");
        assert!(!shown.text("sID").is_empty(), "an identifier");
        assert!((0..=3).contains(&shown.number("seL")), "one level");
        levels.push(shown.number("seL"));
    }
    levels.sort_unstable();
    levels.dedup();
    let security = meter.retrieve(SECURITY);
    let stated: Vec<_> =
        security.member("seL").as_list().unwrap().iter().filter_map(Value::as_integer).collect();
    assert_eq!(stated, levels, "the security resource states the levels of its environments");
    // Each stores, and says so below sensitive data handling.
    assert_eq!(meter.retrieve(DATA).texts("stg").len(), environments.len());
}

// Shows RES-6.
#[test]
fn resources_are_created_retrieved_updated_and_deleted() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    let mine = rule(["Cmeter"], ALL);
    for (parent, draft, root) in [
        ("-/Cmeter", container("one"), "m2m:cnt"),
        ("-/Cmeter", policy("one", [mine.clone()], [mine]), "m2m:acp"),
    ] {
        let address = format!("{parent}/one");
        assert_eq!(meter.create(parent, draft).code(), 2001, "{root}");
        assert_eq!(meter.retrieve(&address).text("rn"), "one", "{root}");
        assert_eq!(meter.update(&address, changes(root).with("lbl", ["two"])).code(), 2004, "{root}");
        assert_eq!(meter.retrieve(&address).texts("lbl"), ["two"], "{root}");
        assert_eq!(meter.delete(&address).code(), 2002, "{root}");
        assert_eq!(meter.retrieve(&address).code(), 4004, "{root}");
    }
    // An instance is never updated; that its type says.
    assert_eq!(meter.create("-/Cmeter", container("log")).code(), 2001);
    assert_eq!(meter.create("-/Cmeter/log", instance("21.5").with("rn", "first")).code(), 2001);
    assert_eq!(meter.update("-/Cmeter/log/first", changes("m2m:cin").with("lbl", ["x"])).code(), 4005);
    assert_eq!(meter.retrieve("-/Cmeter/log/la").text("con"), "21.5");
    assert_eq!(meter.delete("-/Cmeter/log/first").code(), 2002);
    assert_eq!(meter.retrieve("-/Cmeter/log/la").code(), 4004);
    // A key is made and destroyed; the registration ends last.
    assert_eq!(meter.create("-/security/data/storage-soft", hmac_key("k")).code(), 2001);
    assert_eq!(meter.retrieve("-/security/data/storage-soft/k").text("kAl"), "HMAC_SHA_256");
    assert_eq!(meter.delete("-/security/data/storage-soft/k").code(), 2002);
    assert_eq!(meter.retrieve("-/security/data/storage-soft/k").code(), 4004);
    assert_eq!(meter.delete("-/Cmeter").code(), 2002);
    assert_eq!(meter.retrieve("-/Cmeter").code(), 4106, "nobody has this name any more");
}

// Shows RES-6.
#[test]
fn an_invocation_leaves_neither_input_nor_result_on_the_function() {
    let node = NodeProcess::start();
    let mut meter = Speaker::registered(&node, "Cmeter");
    assert_eq!(meter.create("-/security/data/storage-soft", hmac_key("k")).code(), 2001);
    let mac = changes("csf:mac").with("Salg", "ALG_HMAC_SHA_256").with("msg", "c2VjcmV0IGlucHV0");
    for (function, input, output) in [
        ("random", changes("csf:random").with("Dsz", 16), "rndD"),
        ("digest", changes("csf:digest").with("Halg", "SHA-256").with("msg", "c2VjcmV0IGlucHV0"), "Hv"),
        ("mac", mac.with("kInf", "-/security/data/storage-soft/k"), "Sgn"),
    ] {
        let address = format!("-/security/data/function-{function}");
        let before = meter.content(&address);
        let answer = meter.update(&address, input);
        assert_eq!(answer.code(), 2004, "{function}: {:?}", answer.content);
        assert!(!answer.text(output).is_empty(), "{function}");
        assert!(meter.content(&address) == before, "{function} shows a trace of its use");
        assert_eq!(meter.children(&address), [""; 0], "{function}");
    }
}
