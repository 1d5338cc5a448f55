//! CSE/DMR: whoever lacks the privilege for an operation on an ordinary resource is refused, with every type.

use conformance::{ALL, CREATE, DELETE, RETRIEVE, Reading, UPDATE, changes, policy, rule};
use csf_api::Value;

use crate::tester::{Testers, created, own, told, updated, variants};

/// AE1 and AE2, with the variants below AE1: AE2 may do anything with them but this.
fn all_but(operation: i64) -> Testers {
    let mut testers = Testers::new();
    let almost = rule(["CAE2"], ALL & !operation);
    let draft = policy("almost", [own("CAE1"), almost.clone()], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", draft));
    for (root, draft) in variants("target") {
        let draft = draft.with("rn", root.replace(':', "-").as_str());
        let draft = if root == "m2m:acp" {
            let rules = [own("CAE1"), almost.clone()].map(Value::Object).to_vec();
            draft.with("pvs", csf_api::Object::new().with("acr", Value::List(rules)))
        } else {
            draft.with("acpi", ["-/CAE1/almost"])
        };
        created(testers.permitted.create("-/CAE1", draft));
    }
    testers
}

/// The addresses of the variants, and their roots.
fn targets() -> [(String, &'static str); 3] {
    variants("target").map(|(root, _)| (format!("-/CAE1/{}", root.replace(':', "-")), root))
}

// TP/oneM2M/CSE/DMR/CRE/004
#[test]
fn who_may_not_create_under_an_ae_creates_nothing_there() {
    let mut testers = Testers::new();
    let almost = policy("almost", [own("CAE1"), rule(["CAE2"], ALL & !CREATE)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", almost));
    updated(testers.permitted.update("-/CAE1", changes("m2m:ae").with("acpi", ["-/CAE1/almost"])));
    for (root, draft) in variants("made") {
        told(testers.refused.create("-/CAE1", draft.clone()), 4103);
        told(testers.permitted.retrieve("-/CAE1/made"), 4004);
        created(testers.permitted.create("-/CAE1", draft));
        told(testers.permitted.delete("-/CAE1/made"), 2002);
        assert_eq!(testers.refused.retrieve("-/CAE1").code(), 2000, "{root}: the rest is granted");
    }
}

// TP/oneM2M/CSE/DMR/CRE/004, with the CSEBase as parent
#[test]
fn who_may_not_create_under_the_csebase_creates_nothing_there() {
    let mut testers = Testers::new();
    testers.may_use_the_base(ALL & !CREATE);
    for (_, draft) in variants("made") {
        told(testers.refused.create("-", draft.clone()), 4103);
        created(testers.permitted.create("-", draft));
        told(testers.permitted.delete("-/made"), 2002);
    }
}

// TP/oneM2M/CSE/DMR/RET/003
#[test]
fn who_may_not_retrieve_under_an_ae_is_shown_nothing() {
    let mut testers = all_but(RETRIEVE);
    for (target, root) in targets() {
        let answer = told(testers.refused.retrieve(&target), 4103);
        let content = answer.content.expect("an error text");
        assert_eq!(&*content.root, "m2m:dbg", "{root}");
        told(testers.permitted.retrieve(&target), 2000);
        updated(testers.refused.update(&target, changes(root).with("lbl", ["x"])));
    }
}

// TP/oneM2M/CSE/DMR/RET/014
#[test]
fn who_may_not_retrieve_under_the_csebase_is_shown_nothing() {
    let mut testers = Testers::new();
    testers.may_use_the_base(ALL & !RETRIEVE);
    for (root, draft) in variants("made") {
        created(testers.permitted.create("-", draft));
        told(testers.refused.retrieve("-/made"), 4103);
        assert_eq!(testers.permitted.retrieve("-/made").code(), 2000, "{root}");
        told(testers.permitted.delete("-/made"), 2002);
    }
}

// TP/oneM2M/CSE/DMR/UPD/006
#[test]
fn who_may_not_update_changes_nothing() {
    let mut testers = all_but(UPDATE);
    for (target, root) in targets() {
        let before = testers.permitted.content(&target);
        told(testers.refused.update(&target, changes(root).with("lbl", ["x"])), 4103);
        assert_eq!(testers.permitted.content(&target), before);
        told(testers.refused.retrieve(&target), 2000);
        updated(testers.permitted.update(&target, changes(root).with("lbl", ["x"])));
    }
}

// TP/oneM2M/CSE/DMR/DEL/002
#[test]
fn who_may_not_delete_removes_nothing() {
    let mut testers = all_but(DELETE);
    for (target, _) in targets() {
        told(testers.refused.delete(&target), 4103);
        told(testers.refused.retrieve(&target), 2000);
        told(testers.permitted.delete(&target), 2002);
        told(testers.permitted.retrieve(&target), 4004);
    }
}
