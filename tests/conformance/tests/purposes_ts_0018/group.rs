//! CSE/GMG: members whose type may not be read, and who may ask the members of a group.

use conformance::{ALL, DELETE, RETRIEVE, Reading, changes, container, policy, rule};
use csf_api::{Object, Response, Value};
use support::lab::group;

use crate::tester::{Testers, created, own, told, updated};

const FOPT: &str = "-/CAE1/group/fopt";

/// A container of AE1 that AE2 may not read, and one that it may do everything with.
fn two_members() -> Testers {
    let mut testers = Testers::new();
    let open = policy("open", [rule(["CAE1", "CAE2"], ALL)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", open));
    created(testers.permitted.create("-/CAE1", container("readable").with("acpi", ["-/CAE1/open"])));
    created(testers.permitted.create("-/CAE1", container("closed")));
    testers
}

// TP/oneM2M/CSE/GMG/CRE/002
#[test]
fn a_group_with_a_member_whose_type_may_not_be_read_is_not_created() {
    let mut testers = two_members();
    let both = group("group", 5, ["-/CAE1/readable", "-/CAE1/closed"]).with("mt", 3);
    told(testers.refused.create("-/CAE2", both.clone()), 5105);
    told(testers.refused.retrieve("-/CAE2/group"), 4004);
    created(testers.refused.create("-/CAE2", group("group", 5, ["-/CAE1/readable"]).with("mt", 3)));
    created(testers.permitted.create("-/CAE1", both));
}

// TP/oneM2M/CSE/GMG/UPD/001
#[test]
fn a_group_gets_no_member_whose_type_may_not_be_read() {
    let mut testers = two_members();
    created(testers.refused.create("-/CAE2", group("group", 5, []).with("mt", 3)));
    let with = |members: &[&str]| changes("m2m:grp").with("mid", Value::texts(members.iter().copied()));
    let before = testers.refused.content("-/CAE2/group");
    told(testers.refused.update("-/CAE2/group", with(&["-/CAE1/readable", "-/CAE1/closed"])), 5105);
    assert_eq!(testers.refused.content("-/CAE2/group"), before);
    updated(testers.refused.update("-/CAE2/group", with(&["-/CAE1/readable"])));
}

/// A group of AE1 whose member AE2 may do everything with, and for whose `attribute` AE2 has these rights.
fn grouped(attribute: &str, rights: i64) -> Testers {
    let mut testers = two_members();
    let asking = policy("asking", [own("CAE1"), rule(["CAE2"], rights)], [own("CAE1")]);
    created(testers.permitted.create("-/CAE1", asking));
    let draft = group("group", 5, ["-/CAE1/readable"]).with(attribute, ["-/CAE1/asking"]);
    created(testers.permitted.create("-/CAE1", draft));
    testers
}

/// The status of the one member.
#[track_caller]
fn of_the_member(response: &Response) -> i64 {
    assert_eq!(response.code(), 2000, "{response:?}");
    let parts = response.member("m2m:rsp").as_list().expect("a list");
    assert_eq!(parts.len(), 1, "{response:?}");
    parts
        .first()
        .and_then(Value::as_object)
        .and_then(|part: &Object| part.get("rsc")?.as_integer())
        .expect("a status")
}

/// What AE2 is told when it asks the members for each operation that the purposes vary: only RETRIEVE, or none.
fn asks_the_members(testers: &mut Testers, may_retrieve: bool) {
    let read = testers.refused.retrieve(FOPT);
    if may_retrieve {
        assert_eq!(of_the_member(&read), 2000);
    } else {
        told(read, 4103);
    }
    told(testers.refused.create(FOPT, container("new")), 4103);
    told(testers.refused.update(FOPT, changes("m2m:cnt").with("lbl", ["x"])), 4103);
    told(testers.refused.delete(FOPT), 4103);
    // Its owner may, whatever AE2 may.
    assert_eq!(of_the_member(&testers.permitted.retrieve(FOPT)), 2000);
}

// TP/oneM2M/CSE/GMG/001
#[test]
fn members_policies_that_permit_let_the_members_be_asked() {
    let mut testers = grouped("macp", RETRIEVE);
    asks_the_members(&mut testers, true);
    told(testers.refused.retrieve("-/CAE1/group"), 4103);
    let mut testers = grouped("macp", ALL);
    assert_eq!(of_the_member(&testers.refused.create(FOPT, container("new"))), 2001);
    assert_eq!(of_the_member(&testers.refused.update(FOPT, changes("m2m:cnt").with("lbl", ["x"]))), 2004);
    assert_eq!(of_the_member(&testers.refused.delete(FOPT)), 2002);
}

// TP/oneM2M/CSE/GMG/002
#[test]
fn members_policies_that_refuse_keep_the_members_from_being_asked() {
    let mut testers = grouped("macp", DELETE);
    // Those of the group itself do not count beside them.
    updated(testers.permitted.update("-/CAE1/group", changes("m2m:grp").with("acpi", ["-/CAE1/open"])));
    told(testers.refused.retrieve("-/CAE1/group"), 2000);
    told(testers.refused.retrieve(FOPT), 4103);
    told(testers.refused.create(FOPT, container("new")), 4103);
    told(testers.refused.update(FOPT, changes("m2m:cnt").with("lbl", ["x"])), 4103);
    assert_eq!(of_the_member(&testers.refused.delete(FOPT)), 2002);
}

// TP/oneM2M/CSE/GMG/003
#[test]
fn without_members_policies_those_of_the_group_let_the_members_be_asked() {
    asks_the_members(&mut grouped("acpi", RETRIEVE), true);
}

// TP/oneM2M/CSE/GMG/004
#[test]
fn without_members_policies_those_of_the_group_keep_the_members_from_being_asked() {
    let mut testers = grouped("acpi", DELETE);
    told(testers.refused.retrieve(FOPT), 4103);
    told(testers.refused.create(FOPT, container("new")), 4103);
    assert_eq!(of_the_member(&testers.permitted.retrieve(FOPT)), 2000);
    assert_eq!(of_the_member(&testers.refused.delete(FOPT)), 2002);
}
