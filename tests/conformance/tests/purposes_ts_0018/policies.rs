//! CSE/DMR with `<accessControlPolicy>`: a policy is made, changed and read like any resource.

use conformance::{ALL, RETRIEVE, Reading, Speaker, changes, policy, rule};
use csf_api::{Object, Request, Value};
use support::NodeProcess;
use support::lab::retrieval;

use crate::tester::{Testers, created, own, told, updated};

const PATH: &str = "-/CAE1/policy";

/// The rules as an attribute holds them.
fn rules<const N: usize>(rules: [Object; N]) -> Object {
    Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()))
}

/// An end that is early enough for everything below AE1: its own.
fn end(tester: &mut Speaker) -> String {
    tester.retrieve("-/CAE1").text("et").to_owned()
}

/// AE1 with a policy of its own.
fn owner(node: &NodeProcess) -> Speaker {
    let mut owner = Speaker::registered(node, "CAE1");
    created(owner.create("-/CAE1", policy("policy", [own("CAE1")], [own("CAE1")])));
    owner
}

// TP/oneM2M/CSE/DMR/CRE/001_ACP_CB
#[test]
fn a_policy_is_created_under_the_csebase() {
    let mut testers = Testers::new();
    let draft = || policy("policy", [own("CAE1")], [own("CAE1")]);
    told(testers.permitted.create("-", draft()), 4103);
    testers.may_use_the_base(0);
    created(testers.permitted.create("-", draft()));
    assert_eq!(testers.permitted.retrieve("-/policy").member("pv"), &Value::Object(rules([own("CAE1")])));
    told(testers.refused.create("-", policy("other", [own("CAE2")], [own("CAE2")])), 4103);
}

// TP/oneM2M/CSE/DMR/CRE/001_ACP_AE
#[test]
fn a_policy_is_created_under_an_ae() {
    let mut testers = Testers::new();
    told(testers.refused.create("-/CAE1", policy("policy", [own("CAE2")], [own("CAE2")])), 4103);
    let answer = created(testers.permitted.create("-/CAE1", policy("policy", [own("CAE1")], [own("CAE1")])));
    assert_eq!(answer.member("pvs"), &Value::Object(rules([own("CAE1")])));
}

// TP/oneM2M/CSE/DMR/CRE/012_ACP_LBL and TP/oneM2M/CSE/DMR/CRE/012_ACP_ET
#[test]
fn a_policy_is_created_with_labels_or_an_end() {
    let node = NodeProcess::start();
    let mut tester = Speaker::registered(&node, "CAE1");
    let draft = |name: &str| policy(name, [own("CAE1")], [own("CAE1")]);
    created(tester.create("-/CAE1", draft("labelled").with("lbl", ["a", "b"])));
    assert_eq!(tester.retrieve("-/CAE1/labelled").texts("lbl"), ["a", "b"]);
    let end = end(&mut tester);
    created(tester.create("-/CAE1", draft("ending").with("et", end.as_str())));
    assert_eq!(tester.retrieve("-/CAE1/ending").text("et"), end);
}

// TP/oneM2M/CSE/DMR/UPD/004 and TP/oneM2M/CSE/DMR/UPD/016, with the attributes of a policy
#[test]
fn each_attribute_of_a_policy_that_can_be_changed_is_replaced() {
    let node = NodeProcess::start();
    let mut tester = owner(&node);
    let mut guest = Speaker::registered(&node, "CAE2");
    let new = rules([own("CAE1"), rule(["CAE2"], RETRIEVE)]);
    let (labels, end) = (Value::texts(["new"]), Value::text(&end(&mut tester)));
    for (name, value) in [("pv", Value::Object(new.clone())), ("lbl", labels), ("et", end)] {
        told(guest.update(PATH, changes("m2m:acp").with(name, value.clone())), 4103);
        updated(tester.update(PATH, changes("m2m:acp").with(name, value.clone())));
        assert_eq!(tester.retrieve(PATH).member(name), &value, "{name}");
    }
    // What a policy says of itself is in pvs alone.
    told(guest.retrieve(PATH), 4103);
    updated(tester.update(PATH, changes("m2m:acp").with("pvs", new.clone())));
    assert_eq!(guest.retrieve(PATH).member("pvs"), &Value::Object(new));
    told(guest.update(PATH, changes("m2m:acp").with("lbl", ["x"])), 4103);
}

// TP/oneM2M/CSE/DMR/UPD/007_ACP_CT
#[test]
fn the_creation_time_of_a_policy_cannot_be_written() {
    let node = NodeProcess::start();
    let mut tester = owner(&node);
    let before = tester.content(PATH);
    told(tester.update(PATH, changes("m2m:acp").with("ct", "20990101T000000")), 4000);
    assert_eq!(tester.content(PATH), before);
}

// TP/oneM2M/CSE/DMR/UPD/008_ACP_PVS
#[test]
fn the_self_privileges_of_a_policy_cannot_be_deleted() {
    let node = NodeProcess::start();
    let mut tester = owner(&node);
    let before = tester.content(PATH);
    told(tester.update(PATH, changes("m2m:acp").with("pvs", Value::Null)), 4000);
    told(tester.update(PATH, changes("m2m:acp").with("pvs", rules([]))), 4000);
    assert_eq!(tester.content(PATH), before);
}

// TP/oneM2M/CSE/DMR/RET/013 and TP/oneM2M/CSE/DMR/RET/014, with a policy: partial retrieval
#[test]
fn one_attribute_of_a_policy_is_retrieved_by_those_who_may_retrieve_it_whole() {
    let node = NodeProcess::start();
    let mut tester = owner(&node);
    let mut guest = Speaker::registered(&node, "CAE2");
    for name in ["pv", "pvs"] {
        let answer = told(tester.retrieve(&format!("{PATH}#{name}")), 2000);
        assert_eq!(answer.object().len(), 1);
        assert_eq!(answer.member(name), &Value::Object(rules([rule(["CAE1"], ALL)])));
        told(guest.retrieve(&format!("{PATH}#{name}")), 4103);
    }
    let two = || Request { attributes: vec!["pvs".into(), "ri".into()], ..retrieval(PATH) };
    let answer = told(tester.send(two()), 2000);
    assert_eq!(answer.object().len(), 2);
    assert_eq!(answer.member("pvs"), &Value::Object(rules([rule(["CAE1"], ALL)])));
    told(guest.send(two()), 4103);
}
