//! The policy epoch: a decision that a newer policy could have changed is made again before anything is written.

use csf_api::{Object, Value};
use support::lab::{
    ALL, Asker, CREATE, DELETE, Lab, Reading, UPDATE, changes, commits, container, creation, deletion,
    hmac_key, instance, on_every_storage, policy, rule, update,
};

use crate::kit::{STORAGE, let_only_use, stored};

const SHARED: &str = "cse-mn/Cmeter/c";
const POLICY: &str = "cse-mn/Cmeter/friends";

/// A container of `Cmeter` that `Cfriend` may do this with.
fn shared(lab: &Lab, operations: i64) -> (Asker<'_>, Asker<'_>) {
    let (meter, friend) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cfriend"));
    let friends =
        policy("friends", [rule(["Cfriend"], operations), rule(["Cmeter"], ALL)], [rule(["Cmeter"], ALL)]);
    assert_eq!(meter.create("cse-mn/Cmeter", friends).code(), 2001);
    let only = policy("only", [rule(["Cmeter"], ALL)], [rule(["Cmeter"], ALL)]);
    assert_eq!(meter.create("cse-mn/Cmeter", only).code(), 2001);
    assert_eq!(meter.create("cse-mn/Cmeter", container("c").with("acpi", [POLICY])).code(), 2001);
    (meter, friend)
}

fn set_rules<const N: usize>(meter: &Asker<'_>, rules: [Object; N]) {
    let list = rules.into_iter().map(Value::Object).collect();
    let rules = Object::new().with("acr", Value::List(list));
    assert_eq!(meter.update(POLICY, changes("m2m:acp").with("pv", rules)).code(), 2004);
}

// Shows ACC-1, ACC-3 and ACC-9.
#[test]
fn a_create_that_was_permitted_is_refused_when_the_policy_changes_before_it_is_written() {
    on_every_storage(|lab| {
        let (meter, friend) = shared(&lab, CREATE);
        for draft in [container("d"), instance("x")] {
            set_rules(&meter, [rule(["Cfriend"], CREATE), rule(["Cmeter"], ALL)]);
            let before = stored(&lab);
            let (answer, ()) = lab.interrupted(&friend, creation(SHARED, draft), commits(), || {
                set_rules(&meter, [rule(["Cmeter"], ALL)]);
            });
            assert_eq!(answer.code(), 4103);
            assert_eq!(stored(&lab), before);
        }
        assert_eq!(meter.retrieve(SHARED).number("cni"), 0);
    });
}

// Shows ACC-1 and ACC-3.
#[test]
fn an_update_that_was_permitted_is_refused_when_the_policy_changes_before_it_is_written() {
    on_every_storage(|lab| {
        let (meter, friend) = shared(&lab, UPDATE);
        let change = update(SHARED, changes("m2m:cnt").with("lbl", ["friend"]));
        let (answer, ()) = lab.interrupted(&friend, change.clone(), commits(), || {
            set_rules(&meter, [rule(["Cmeter"], ALL)]);
        });
        assert_eq!((answer.code(), meter.retrieve(SHARED).has("lbl")), (4103, false));
        // The failing twin: without the change in between it is written.
        set_rules(&meter, [rule(["Cfriend"], UPDATE), rule(["Cmeter"], ALL)]);
        let (answer, ()) = lab.interrupted(&friend, change, commits(), || {});
        assert_eq!((answer.code(), meter.retrieve(SHARED).texts("lbl")), (2004, vec!["friend"]));
    });
}

// Shows ACC-1 and ACC-3.
#[test]
fn a_delete_that_was_permitted_is_refused_when_the_policy_changes_before_it_is_written() {
    on_every_storage(|lab| {
        let (meter, friend) = shared(&lab, DELETE);
        let (answer, ()) = lab.interrupted(&friend, deletion(SHARED), commits(), || {
            set_rules(&meter, [rule(["Cmeter"], ALL)]);
        });
        assert_eq!((answer.code(), meter.retrieve(SHARED).code()), (4103, 2000));
    });
}

// Shows ACC-3: a policy that goes counts as one that changes.
#[test]
fn a_policy_that_is_deleted_before_a_write_no_longer_permits_it() {
    on_every_storage(|lab| {
        let (meter, friend) = shared(&lab, ALL);
        let (answer, ()) = lab.interrupted(&friend, creation(SHARED, instance("x")), commits(), || {
            assert_eq!(meter.delete(POLICY).code(), 2002);
        });
        assert_eq!(answer.code(), 4103);
    });
}

// Shows ACC-1 and ACC-3.
#[test]
fn a_change_of_the_links_counts_as_a_change_of_policy() {
    on_every_storage(|lab| {
        let relink = changes("m2m:cnt").with("acpi", ["cse-mn/Cmeter/only"]);
        for request in [
            creation(SHARED, container("d")),
            creation(SHARED, instance("x")),
            update(SHARED, changes("m2m:cnt").with("lbl", ["friend"])),
            deletion(SHARED),
        ] {
            let lab = Lab::new(support::lab::Setup::on(support::lab::Storage::Memory));
            let (meter, friend) = shared(&lab, ALL);
            let (answer, ()) = lab.interrupted(&friend, request, commits(), || {
                assert_eq!(meter.update(SHARED, relink.clone()).code(), 2004);
            });
            let seen = meter.retrieve(SHARED);
            assert_eq!((answer.code(), seen.has("lbl"), seen.number("cni")), (4103, false, 0));
        }
        // And so does a new custodian.
        let meter = lab.registered(1000, "Cmeter");
        let keeper = lab.registered(1001, "Ckeeper");
        assert_eq!(meter.create("cse-mn/Cmeter", container("e").with("cstn", "Ckeeper")).code(), 2001);
        let at = "cse-mn/Cmeter/e";
        let (answer, ()) = lab.interrupted(&keeper, creation(at, container("f")), commits(), || {
            let change = changes("m2m:cnt").with("cstn", "Cmeter");
            assert_eq!(keeper.update(at, change).code(), 2004);
        });
        assert_eq!(answer.code(), 4103);
    });
}

// Shows ACC-3: made again is not refused.
#[test]
fn a_write_that_the_changed_policy_still_permits_is_written_once() {
    on_every_storage(|lab| {
        let (meter, friend) = shared(&lab, CREATE);
        lab.world().forget_needs();
        let (answer, ()) = lab.interrupted(&friend, creation(SHARED, instance("x")), commits(), || {
            set_rules(&meter, [rule(["Cmeter"], ALL), rule(["all"], CREATE)]);
        });
        assert_eq!((answer.code(), meter.retrieve(SHARED).number("cni")), (2001, 1));
        // The write that came too late, the change between, and the write again.
        assert_eq!(lab.world().commits(), 3);
    });
}

// Shows ACC-3.
#[test]
fn unrelated_writes_do_not_have_a_decision_made_again() {
    on_every_storage(|lab| {
        let (_, friend) = shared(&lab, CREATE);
        let third = lab.registered(1002, "Cthird");
        lab.world().forget_needs();
        let (answer, ()) = lab.interrupted(&friend, creation(SHARED, instance("x")), commits(), || {
            assert_eq!(third.create("cse-mn/Cthird", container("c")).code(), 2001);
            assert_eq!(third.create("cse-mn/Cthird/c", instance("y")).code(), 2001);
            assert_eq!(third.delete("cse-mn/Cthird/c").code(), 2002);
        });
        assert_eq!(answer.code(), 2001);
        assert_eq!(lab.world().commits(), 4, "three of others, and one");
    });
}

// Shows ACC-1 and ACC-4: keys are made under the same rule, and not made when it no longer permits.
#[test]
fn a_key_is_not_made_when_the_policy_changes_before_the_intent() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        lab.world().forget_needs();
        let before = stored(&lab);
        let (answer, ()) = lab.interrupted(&meter, creation(STORAGE, hmac_key("k")), commits(), || {
            let_only_use(&lab, [rule(["Cfriend"], ALL)]);
        });
        assert_eq!(answer.code(), 4103);
        assert!(!lab.world().commands().contains(&"generate-key"));
        assert_eq!(stored(&lab), before);
    });
}

// Shows ACC-3: two changes of policy at the same time are made one after the other.
#[test]
fn a_policy_change_that_another_one_forbids_is_refused() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let deputy = lab.registered(1001, "Cdeputy");
        let both = policy("friends", [rule(["Cx"], ALL)], [rule(["Cmeter", "Cdeputy"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", both).code(), 2001);
        let rules = |rule: Object| Object::new().with("acr", Value::List(vec![Value::Object(rule)]));
        let grab = update(POLICY, changes("m2m:acp").with("pvs", rules(rule(["Cdeputy"], ALL))));
        let (answer, ()) = lab.interrupted(&deputy, grab, commits(), || {
            let change = changes("m2m:acp").with("pvs", rules(rule(["Cmeter"], ALL)));
            assert_eq!(meter.update(POLICY, change).code(), 2004);
        });
        assert_eq!(answer.code(), 4103);
        assert_eq!(meter.retrieve(POLICY).code(), 2000);
    });
}
