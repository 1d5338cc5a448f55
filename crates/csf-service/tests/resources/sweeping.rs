//! Sweeping: the node itself removes what has ended, and nothing else (TS-0001 9.6.1.3).

use std::time::Duration;

use csf_service::{AuditKind, Swept};
use support::lab::{
    ALL, Fault, Lab, Reading as _, Setup, Storage, changes, command, commits, container, hmac_key, instance,
    on_every_storage, policy, rule, scans_of,
};

use crate::scenery::{added, append, meter, must, short_lived};

const MINUTE: Duration = Duration::from_secs(60);

fn keys(lab: &Lab) -> Vec<String> {
    lab.world().versions().into_keys().collect()
}

/// Sweeps until there is nothing more to do; how many resources went.
fn sweep_all(lab: &Lab) -> usize {
    let mut removed = 0;
    for _ in 0..1000 {
        let swept = lab.sweep();
        removed = swept.removed.saturating_add(removed);
        if !swept.more {
            return removed;
        }
    }
    unreachable!("sweeping never ends")
}

#[test]
fn nothing_is_swept_before_it_has_ended() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let et = lab.in_seconds(60);
        must(&meter.create("cse-mn/Cmeter", container("brief").with("et", et.as_str())), 2001);
        assert_eq!(lab.service().next_end().unwrap().to_string(), et);
        let before = keys(&lab);
        lab.wait(Duration::from_secs(59));
        lab.world().forget_needs();
        assert_eq!(lab.sweep(), Swept { removed: 0, more: false });
        assert_eq!((lab.world().commits(), lab.world().scans(), lab.world().loads().len()), (0, 1, 0));
        assert_eq!(keys(&lab), before);
        assert_eq!(lab.service().next_end().unwrap().to_string(), et);
    });
}

#[test]
fn what_has_ended_goes_with_everything_below_it_and_leaves_no_trace() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        let et = lab.in_seconds(60);
        must(&meter.create("cse-mn/Cmeter", container("outer").with("et", et.as_str())), 2001);
        must(&meter.create("cse-mn/Cmeter/outer", container("inner")), 2001);
        append(&meter, "cse-mn/Cmeter/outer", "17");
        append(&meter, "cse-mn/Cmeter/outer/inner", "18");
        append(&meter, "cse-mn/Cmeter/readings", "19");
        lab.wait(MINUTE);
        assert_eq!(sweep_all(&lab), 4);
        must(&meter.retrieve("cse-mn/Cmeter/readings/la"), 2000);
        must(&meter.delete("cse-mn/Cmeter/readings/la"), 2002);
        assert_eq!(keys(&lab), before);
        assert!(lab.service().next_end().unwrap() > lab.world().utc());
    });
}

#[test]
fn instances_that_end_are_taken_off_the_counters_of_their_container() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/readings";
        for (content, seconds) in [("1", 60), ("22", 30), ("333", 1000), ("4444", 60)] {
            let draft = instance(content).with("et", lab.in_seconds(seconds).as_str());
            must(&meter.create(to, draft), 2001);
        }
        let counters = || {
            let container = meter.retrieve(to);
            (container.number("cni"), container.number("cbs"))
        };
        for (wait, removed, left) in [(30, 1, (3, 8)), (29, 0, (3, 8)), (1, 2, (1, 3)), (940, 1, (0, 0))] {
            lab.wait(Duration::from_secs(wait));
            assert_eq!(sweep_all(&lab), removed);
            assert_eq!(counters(), left);
        }
    });
}

#[test]
fn an_end_that_was_moved_is_the_one_that_counts() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/Cmeter/readings";
        let move_to = |seconds| changes("m2m:cnt").with("et", lab.in_seconds(seconds).as_str());
        let ends =
            || keys(&lab).iter().filter(|key| key.starts_with("expiry/") && key.contains("/cnt-")).count();
        must(&meter.update(to, move_to(60)), 2004);
        must(&meter.update(to, move_to(120)), 2004);
        assert_eq!(ends(), 1);
        lab.wait(MINUTE);
        assert_eq!(sweep_all(&lab), 0);
        must(&meter.retrieve(to), 2000);
        must(&meter.update(to, move_to(1)), 2004);
        assert_eq!(lab.service().next_end().unwrap().to_string(), lab.in_seconds(1));
        lab.wait(MINUTE);
        assert_eq!((sweep_all(&lab), ends()), (1, 0));
    });
}

#[test]
fn deletion_takes_the_entry_of_the_end_with_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        let draft = container("brief").with("mni", 1).with("et", lab.in_seconds(60).as_str());
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        append(&meter, "cse-mn/Cmeter/brief", "17");
        append(&meter, "cse-mn/Cmeter/brief", "drops the first");
        assert_eq!(
            keys(&lab).iter().filter(|key| key.contains("/cin-") && key.starts_with("expiry/")).count(),
            1
        );
        must(&meter.delete("cse-mn/Cmeter/brief"), 2002);
        assert_eq!(keys(&lab), before);
        lab.wait(MINUTE);
        assert_eq!(sweep_all(&lab), 0);
    });
}

#[test]
fn a_large_tree_goes_in_parts() {
    let lab = Lab::new(Setup::on(Storage::Memory));
    let meter = meter(&lab);
    let before = keys(&lab);
    let draft = container("outer").with("et", lab.in_seconds(60).as_str());
    must(&meter.create("cse-mn/Cmeter", draft), 2001);
    let inner = added(&meter, "cse-mn/Cmeter/outer", container("inner"));
    lab.world().plant_instances(&inner, 2500);
    lab.wait(MINUTE);
    let first = lab.sweep();
    assert!(first.more && first.removed >= 1000 && first.removed <= 2100, "{first:?}");
    assert_eq!(lab.service().next_end(), Some(lab.world().utc()));
    // What is left is as little there as before.
    must(&meter.retrieve("cse-mn/Cmeter/outer"), 4004);
    must(&meter.retrieve(&inner), 4004);
    assert_eq!(first.removed + sweep_all(&lab), 2502);
    assert_eq!(keys(&lab), before);
}

#[test]
fn registrations_and_policies_end_as_if_they_were_deleted() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        must(&lab.user(1000).register_ae(Some("Cshort"), short_lived(&lab, 60)), 2001);
        let short = lab.as_ae(1000, "Cshort");
        let meter = meter(&lab);
        let draft = policy("brief", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]);
        let id = added(&meter, "cse-mn/Cmeter", draft.with("et", lab.in_seconds(60).as_str()));
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        must(&short.create("cse-mn/Cshort", container("x")), 2001);
        let epoch = || lab.world().versions().remove("state/policy-epoch");
        let before = epoch();
        lab.wait(MINUTE);
        drop(lab.take_audits());
        assert_eq!(sweep_all(&lab), 3);
        assert!(epoch() > before);
        let kinds: Vec<AuditKind> = lab.take_audits().iter().map(|record| record.kind).collect();
        assert!(kinds.contains(&AuditKind::Registration) && kinds.contains(&AuditKind::Administration));
        must(&lab.bare().retrieve("cse-mn/Cmeter/room"), 4103);
        must(&lab.user(1000).register("Cshort"), 2001);
    });
}

#[test]
fn a_key_that_has_ended_is_destroyed_and_its_name_is_free() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = keys(&lab);
        let to = "cse-mn/security/data/storage-soft";
        must(&meter.create(to, hmac_key("brief").with("et", lab.in_seconds(60).as_str())), 2001);
        lab.wait(MINUTE);
        // An environment that does not answer is asked again later, and nothing else waits for it.
        lab.script(command("destroy-key"), Fault::Failing);
        assert_eq!(sweep_all(&lab), 0);
        must(&meter.create(to, hmac_key("brief")), 4105);
        assert_eq!(lab.service().next_end().unwrap().to_string(), lab.in_seconds(3600));
        lab.heal();
        lab.wait(Duration::from_secs(3600));
        assert_eq!(sweep_all(&lab), 1);
        assert_eq!(lab.world().commands().iter().filter(|name| **name == "destroy-key").count(), 1);
        assert_eq!(keys(&lab), before);
        must(&meter.create(to, hmac_key("brief")), 2001);
    });
}

#[test]
fn a_store_that_fails_is_asked_again_later() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let draft = container("brief").with("et", lab.in_seconds(60).as_str());
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        lab.wait(MINUTE);
        for fault in [scans_of("expiry/"), commits()] {
            lab.script(fault, Fault::Failing);
            assert_eq!(lab.sweep(), Swept { removed: 0, more: false });
            assert_eq!(lab.service().next_end().unwrap().to_string(), lab.in_seconds(60));
            lab.heal();
        }
        assert_eq!(sweep_all(&lab), 1);
    });
}

#[test]
fn a_node_that_starts_again_knows_what_ends_next() {
    on_every_storage(|lab| {
        let et = lab.in_seconds(60);
        must(&meter(&lab).create("cse-mn/Cmeter", container("brief").with("et", et.as_str())), 2001);
        let lab = lab.restart(|_| {});
        assert_eq!(lab.service().next_end().unwrap().to_string(), et);
        lab.wait(MINUTE);
        assert_eq!(sweep_all(&lab), 1);
    });
}
