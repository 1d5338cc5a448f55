//! CSE/SEC/ACP: policies are made, linked, and decide; each decision with the four operations.

use conformance::{
    ALL, CREATE, DELETE, RETRIEVE, Reading, Speaker, UPDATE, changes, container, policy, rule,
};
use csf_api::{Object, Value};
use support::NodeProcess;

use crate::tester::{Testers, created, own, told, updated};

/// What the purposes vary: the bit in `acop`, and the status of success.
const OPERATIONS: [(i64, u16); 4] = [(CREATE, 2001), (UPDATE, 2004), (RETRIEVE, 2000), (DELETE, 2002)];

/// Does it to a target whose content has this root.
fn attempt(by: &mut Speaker, operation: i64, to: &str, root: &'static str) -> u16 {
    match operation {
        CREATE => by.create(to, container("attempt")),
        UPDATE => by.update(to, changes(root).with("lbl", ["tried"])),
        RETRIEVE => by.retrieve(to),
        _ => by.delete(to),
    }
    .code()
}

fn rules(rules: Vec<Object>) -> Object {
    Object::new().with("acr", Value::List(rules.into_iter().map(Value::Object).collect()))
}

/// Has the super AE make a policy under the CSEBase.
fn add_policy(node: &NodeProcess, name: &str, pv: Vec<Object>, pvs: Vec<Object>) {
    let draft = policy(name, [], []).with("pv", rules(pv)).with("pvs", rules(pvs));
    created(Speaker::administrator(node).create("-", draft));
}

/// AE1 with these policies under the CSEBase, which AE1 may change, linked from its AE.
fn governed(pvs_of_policies: &[Vec<Object>]) -> Testers {
    let mut testers = Testers::new();
    let mut links = Vec::new();
    for (n, pv) in pvs_of_policies.iter().enumerate() {
        add_policy(&testers.node, &format!("p{n}"), pv.clone(), vec![own("CAE1"), own("CAdmin")]);
        links.push(Value::text(&format!("-/p{n}")));
    }
    updated(testers.permitted.update("-/CAE1", changes("m2m:ae").with("acpi", Value::List(links))));
    testers
}

/// AE1 may do everything with its AE under these rules, and nothing under those.
#[track_caller]
fn is_decided(permitting: Vec<Object>, refusing: &[Object]) {
    let mut testers = governed(std::slice::from_ref(&permitting));
    for rule in refusing {
        let pv = changes("m2m:acp").with("pv", rules(vec![rule.clone()]));
        updated(testers.permitted.update("-/p0", pv));
        for (operation, _) in OPERATIONS {
            assert_eq!(attempt(&mut testers.permitted, operation, "-/CAE1", "m2m:ae"), 4103, "{operation}");
        }
    }
    updated(testers.permitted.update("-/p0", changes("m2m:acp").with("pv", rules(permitting))));
    for (operation, success) in OPERATIONS {
        assert_eq!(attempt(&mut testers.permitted, operation, "-/CAE1", "m2m:ae"), success, "{operation}");
    }
}

// TP/oneM2M/CSE/SEC/ACP/CRE/001 and TP/oneM2M/CSE/SEC/ACP/CRE/002
#[test]
fn privileges_and_self_privileges_hold_several_rules_as_sent() {
    let testers = Testers::new();
    let several = || vec![own("CAdmin"), rule(["CAE1"], 55)];
    for name in ["pv", "pvs"] {
        let draft = policy(name, [own("CAdmin")], [own("CAdmin")]).with(name, rules(several()));
        let answer = created(Speaker::administrator(&testers.node).create("-", draft));
        assert_eq!(answer.member(name), &Value::Object(rules(several())));
        let read = Speaker::administrator(&testers.node).retrieve(&format!("-/{name}"));
        assert_eq!(read.member(name), &Value::Object(rules(several())));
    }
}

// TP/oneM2M/CSE/SEC/ACP/CRE/003 and TP/oneM2M/CSE/SEC/ACP/CRE/004
#[test]
fn privileges_may_be_empty_and_self_privileges_may_not() {
    let node = NodeProcess::start();
    let mut admin = Speaker::administrator(&node);
    created(admin.create("-", policy("open", [], [own("CAdmin")])));
    told(admin.create("-", policy("lost", [own("CAdmin")], [])), 4000);
    told(admin.retrieve("-/lost"), 4004);
}

// TP/oneM2M/CSE/SEC/ACP/UPD/001 and TP/oneM2M/CSE/SEC/ACP/UPD/002
#[test]
fn links_are_changed_by_whom_the_self_privileges_of_a_linked_policy_permit() {
    for (pv, pvs, code) in [(ALL - UPDATE, ALL, 2004), (ALL, ALL - UPDATE, 4103)] {
        let mut testers = Testers::new();
        add_policy(&testers.node, "p0", vec![rule(["CAE1"], pv)], vec![rule(["CAE1"], pvs)]);
        add_policy(&testers.node, "p1", vec![own("CAE1")], vec![own("CAE1")]);
        updated(testers.permitted.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/p0"])));
        told(testers.permitted.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/p1"])), code);
    }
}

// TP/oneM2M/CSE/SEC/ACP/001, with all four operations
#[test]
fn who_is_named_in_no_rule_is_denied() {
    let mut testers = governed(&[vec![own("CAE1"), own("CAdmin")]]);
    for (operation, _) in OPERATIONS {
        assert_eq!(attempt(&mut testers.refused, operation, "-/CAE1", "m2m:ae"), 4103, "{operation}");
    }
    for (operation, success) in OPERATIONS {
        assert_eq!(attempt(&mut testers.permitted, operation, "-/CAE1", "m2m:ae"), success, "{operation}");
    }
}

// TP/oneM2M/CSE/SEC/ACP/002, with all four operations
#[test]
fn several_linked_policies_add_up() {
    let one = vec![rule(["CAE1"], CREATE + RETRIEVE)];
    let mut testers = governed(std::slice::from_ref(&one));
    for (operation, success) in OPERATIONS {
        let code = if matches!(operation, CREATE | RETRIEVE) { success } else { 4103 };
        assert_eq!(attempt(&mut testers.permitted, operation, "-/CAE1", "m2m:ae"), code, "{operation}");
    }
    let mut testers = governed(&[one, vec![rule(["CAE1"], ALL - CREATE - RETRIEVE)]]);
    for (operation, success) in OPERATIONS {
        assert_eq!(attempt(&mut testers.permitted, operation, "-/CAE1", "m2m:ae"), success, "{operation}");
    }
}

// TP/oneM2M/CSE/SEC/ACP/003, with all four operations
#[test]
fn an_originator_is_matched_by_its_domain() {
    is_decided(vec![own("//csf.example")], &[own("//other.example"), own("//csf.exampl")]);
}

// TP/oneM2M/CSE/SEC/ACP/004, with all four operations
#[test]
fn every_originator_is_matched_by_all() {
    is_decided(vec![own("all")], &[own("CAE2"), own("ALL")]);
}

// TP/oneM2M/CSE/SEC/ACP/011, with all four operations
#[test]
fn who_made_a_resource_without_policies_may_do_everything_with_it() {
    for release_1 in ["false", "true"] {
        let node = NodeProcess::with().set(&format!("http.release1={release_1}")).start();
        let [mut maker, mut other] = ["CAE1", "CAE2"].map(|stem| Speaker::registered(&node, stem));
        created(maker.create("-/CAE1", container("box")));
        for (operation, success) in OPERATIONS {
            assert_eq!(attempt(&mut other, operation, "-/CAE1/box", "m2m:cnt"), 4103, "{operation}");
            assert_eq!(attempt(&mut maker, operation, "-/CAE1/box", "m2m:cnt"), success, "{operation}");
        }
    }
}

// TP/oneM2M/CSE/SEC/ACP/011, for another whom the policy of the parent permits, with all four operations
#[test]
fn the_policy_of_the_parent_is_for_others_too_where_access_is_inherited() {
    for (release_1, inherited) in [("true", true), ("false", false)] {
        let node = NodeProcess::with().set(&format!("http.release1={release_1}")).start();
        let [mut maker, mut other] = ["CAE1", "CAE2"].map(|stem| Speaker::registered(&node, stem));
        add_policy(&node, "p0", vec![own("CAE1"), own("CAE2")], vec![own("CAE1")]);
        updated(maker.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/p0"])));
        created(maker.create("-/CAE1", container("box")));
        for (operation, success) in OPERATIONS {
            let code = if inherited { success } else { 4103 };
            assert_eq!(attempt(&mut other, operation, "-/CAE1/box", "m2m:cnt"), code, "{operation}");
        }
    }
}

// TP/oneM2M/CSE/SEC/ACP/012, with all four operations, where access is inherited as in release 1
#[test]
fn a_resource_without_policies_has_those_of_its_parent_where_access_is_inherited() {
    for (release_1, inherited) in [("true", true), ("false", false)] {
        let node = NodeProcess::with().set(&format!("http.release1={release_1}")).start();
        let mut tester = Speaker::registered(&node, "CAE1");
        let mut admin = Speaker::administrator(&node);
        add_policy(&node, "p0", vec![own("CAdmin"), own("CAE1")], vec![own("CAdmin"), own("CAE1")]);
        updated(tester.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/p0"])));
        created(tester.create("-/CAE1", container("box")));
        for (operation, success) in OPERATIONS {
            let pv = rules(vec![own("CAdmin"), rule(["CAE1"], ALL - operation)]);
            updated(admin.update("-/p0", changes("m2m:acp").with("pv", pv)));
            let code = if inherited { 4103 } else { success };
            assert_eq!(attempt(&mut tester, operation, "-/CAE1/box", "m2m:cnt"), code, "{operation}");
        }
        if inherited {
            updated(admin.update("-/p0", changes("m2m:acp").with("pv", rules(vec![own("CAE1")]))));
            for (operation, success) in OPERATIONS {
                assert_eq!(attempt(&mut tester, operation, "-/CAE1/box", "m2m:cnt"), success, "{operation}");
            }
        }
    }
}
