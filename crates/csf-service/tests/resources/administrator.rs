//! What the administrator may do with what others own, and what it may not (decision 0019).

use csf_api::{FilterCriteria, Value};
use csf_service::AuditKind;
use support::lab::{ALL, Reading as _, changes, container, ecdsa_key, instance, on_every_storage, rule};

use crate::scenery::{Act, append, meter, must, policy_of_meter};

const STORAGE: &str = "cse-mn/security/data/storage-soft";
const KEY: &str = "cse-mn/security/data/storage-soft/signer";

#[test]
fn the_administrator_finds_and_reads_registrations() {
    on_every_storage(|lab| {
        meter(&lab);
        let read = lab.admin().retrieve("cse-mn/Cmeter");
        must(&read, 2000);
        assert_eq!(read.text("aei"), "Cmeter");
        let found = lab.admin().discover("cse-mn", FilterCriteria::default());
        must(&found, 2000);
        let addresses = found.addresses();
        assert!(addresses.contains(&"cse-mn/Cmeter"), "{addresses:?}");
        assert!(!addresses.contains(&"cse-mn/Cmeter/readings"), "{addresses:?}");
        must(&lab.admin().discover("cse-mn/Cmeter", FilterCriteria::default()), 2000);
    });
}

#[test]
fn the_administrator_changes_no_registration_and_adds_nothing_to_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let id = policy_of_meter(&meter, "p", [rule(["CAdmin"], ALL)]);
        let before = lab.world().versions();
        let admin = lab.admin();
        must(&admin.update("cse-mn/Cmeter", changes("m2m:ae").with("lbl", ["x"])), 4103);
        must(&admin.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [id.as_str()])), 4103);
        must(&admin.create("cse-mn/Cmeter", container("x")), 4103);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn what_lies_below_an_ae_is_closed_to_the_administrator() {
    // Shows SDH-2.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        policy_of_meter(&meter, "p", [rule(["Cmeter"], ALL)]);
        let before = lab.world().versions();
        let admin = lab.admin();
        for (to, root) in [
            ("cse-mn/Cmeter/readings", "m2m:cnt"),
            ("cse-mn/Cmeter/readings/la", "m2m:cin"),
            ("cse-mn/Cmeter/p", "m2m:acp"),
        ] {
            for act in Act::ALL {
                assert_eq!(act.on(&admin, to, root), 4103, "{act:?} {to}");
            }
            must(&admin.discover(to, FilterCriteria::default()), 4103);
            must(&admin.update(to, changes(root).with("acpi", ["acpAdmin"])), 4103);
        }
        must(&admin.create("cse-mn/Cmeter/readings", instance("18")), 4103);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn the_administrator_removes_a_registration_with_everything_below_it() {
    on_every_storage(|lab| {
        let before: Vec<String> = lab.world().versions().into_keys().collect();
        let meter = meter(&lab);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        let _ = lab.take_audits();
        must(&lab.admin().delete("cse-mn/Cmeter"), 2002);
        let after: Vec<String> = lab.world().versions().into_keys().collect();
        assert_eq!(after, before);
        let audits = lab.take_audits();
        assert_eq!(audits.len(), 1);
        assert_eq!(audits[0].kind, AuditKind::Registration);
        assert_eq!(audits[0].originator.as_deref(), Some("//csf.example/id-mn/CAdmin"));
        assert!(audits[0].ground.starts_with("administration"), "{}", audits[0].ground);
    });
}

#[test]
fn the_administrator_finds_reads_and_destroys_keys_and_changes_none() {
    // Shows SDH-2.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create(STORAGE, ecdsa_key("signer")), 2001);
        let admin = lab.admin();
        let read = admin.retrieve(KEY);
        must(&read, 2000);
        assert_eq!(read.text("own"), "Cmeter");
        let found = admin.discover(STORAGE, FilterCriteria::default());
        assert_eq!(found.addresses(), [KEY]);
        for change in [
            ("lbl", Value::texts(["x"])),
            ("acpi", Value::texts(["acpAdmin"])),
            ("cstn", Value::text("CAdmin")),
        ] {
            let changed = admin.update(KEY, changes("csf:keyObject").with(change.0, change.1));
            must(&changed, 4103);
        }
        must(&admin.delete(KEY), 2002);
        must(&meter.retrieve(KEY), 4004);
    });
}

#[test]
fn nobody_else_has_the_administrators_office() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create(STORAGE, ecdsa_key("signer")), 2001);
        let others =
            [lab.registered(1001, "Cguest"), lab.as_ae(500, "Cfixed"), lab.as_ae(500, "local:billing")];
        for other in &others {
            for (to, root) in [("cse-mn/Cmeter", "m2m:ae"), (KEY, "csf:keyObject")] {
                for act in Act::ALL {
                    assert_eq!(act.on(other, to, root), 4103, "{act:?} {to}");
                }
                must(&other.discover(to, FilterCriteria::default()), 4103);
            }
            assert!(other.discover(STORAGE, FilterCriteria::default()).addresses().is_empty());
        }
        must(&meter.retrieve(KEY), 2000);
    });
}
