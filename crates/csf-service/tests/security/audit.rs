//! The audit: what is recorded, on what ground, and that nothing is given out that cannot be recorded.

use csf_api::{Operation, Status};
use csf_service::{AuditKind, AuditRecord};
use support::lab::{
    ALL, Asker, Fault, Lab, RETRIEVE, Reading, World, audits, changes, container, hmac_key, instance,
    on_every_storage, policy, rule,
};

use crate::kit::{KEY, STORAGE, digest, everything, mac, owner_of, random};

/// The one record of what was just done.
fn only(lab: &Lab) -> AuditRecord {
    let mut records = lab.take_audits();
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0)
}

fn container_of(meter: &Asker<'_>) {
    assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
}

// Shows ACC-1 and ACC-2.
#[test]
fn a_denial_is_recorded_with_who_what_and_why() {
    on_every_storage(|lab| {
        let (meter, other) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cother"));
        container_of(&meter);
        drop(lab.take_audits());
        assert_eq!(other.retrieve("cse-mn/Cmeter/c").code(), 4103);
        let record = AuditRecord {
            time: lab.world().utc(),
            kind: AuditKind::Denied,
            originator: Some("//csf.example/id-mn/Cother".into()),
            operation: Some(Operation::Retrieve),
            target: Some("cse-mn/Cmeter/c".into()),
            status: Some(Status::OriginatorHasNoPrivilege),
            ground: "the originator is not the creator (proven)".into(),
        };
        assert_eq!(only(&lab), record);
        // The caller learns less than the log.
        let answer = other.retrieve("cse-mn/Cmeter/c");
        assert_eq!(answer.error_text(), "no access control rule permits this");
    });
}

// Shows ACC-2 and ACC-9: the log says how much of a caller was known.
#[test]
fn denials_of_callers_who_prove_nothing_are_recorded_as_such() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        container_of(&meter);
        drop(lab.take_audits());
        assert_eq!(lab.network("Cmeter").retrieve("cse-mn/Cmeter/c").code(), 4103);
        let record = only(&lab);
        assert_eq!((record.kind, record.originator), (AuditKind::Denied, None));
        assert!(record.ground.ends_with("(bare)"), "{}", record.ground);
        assert_eq!(lab.as_ae(1001, "Cmeter").retrieve("cse-mn/Cmeter/c").code(), 4106);
        let record = only(&lab);
        assert_eq!((record.kind, record.originator), (AuditKind::Denied, None));
        assert_eq!(record.status, Some(Status::OriginatorNotAuthenticated));
        assert_eq!(&*record.ground, "this user may not speak for that originator");
        assert_eq!(lab.network("/id-other").retrieve("cse-mn").code(), 4107);
        assert_eq!(only(&lab).status, Some(Status::SecurityAssociationRequired));
    });
}

// Shows ACC-7: registrations come and go on record.
#[test]
fn registrations_are_recorded() {
    on_every_storage(|lab| {
        assert_eq!(lab.user(1000).register("Cmeter").code(), 2001);
        let record = only(&lab);
        assert_eq!((record.kind, &*record.ground), (AuditKind::Registration, "registration (proven)"));
        assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/Cmeter"));
        assert_eq!((record.operation, record.status), (Some(Operation::Create), Some(Status::Created)));
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        let record = only(&lab);
        assert_eq!((record.kind, &*record.ground), (AuditKind::Registration, "administration (proven)"));
        assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/CAdmin"));
        // An identity that cannot be had leaves a record too.
        assert_eq!(lab.user(1000).register("CAdmin").code(), 4106);
        assert_eq!(only(&lab).kind, AuditKind::Denied);
    });
}

// Shows ADM-1 in part: what governs access changes on record.
#[test]
fn changes_of_what_governs_access_are_recorded_as_administration() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        container_of(&meter);
        drop(lab.take_audits());
        let own = policy("p", [rule(["Cx"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        let administration = |code: u16, operation: Operation, ground: &str| {
            let record = only(&lab);
            assert_eq!((record.kind, record.operation), (AuditKind::Administration, Some(operation)));
            assert_eq!((record.status.map(Status::code), &*record.ground), (Some(code), ground));
        };
        assert_eq!(meter.create("cse-mn/Cmeter", own).code(), 2001);
        administration(2001, Operation::Create, "default access of the creator (proven)");
        let at = "cse-mn/Cmeter/p";
        let id = meter.retrieve(at).text("ri").to_owned();
        let rules = csf_api::Object::new().with("acr", csf_api::Value::List(vec![]));
        assert_eq!(meter.update(at, changes("m2m:acp").with("pv", rules)).code(), 2004);
        administration(2004, Operation::Update, &format!("selfPrivileges[0] of {id} (proven)"));
        let links = changes("m2m:cnt").with("acpi", [at]);
        assert_eq!(meter.update("cse-mn/Cmeter/c", links).code(), 2004);
        administration(2004, Operation::Update, "default access of the creator (proven)");
        assert_eq!(meter.delete(at).code(), 2002);
        administration(2002, Operation::Delete, &format!("selfPrivileges[0] of {id} (proven)"));
    });
}

// Shows SDH-4: a key's life is on record.
#[test]
fn the_making_use_and_destruction_of_a_key_are_recorded() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        drop(lab.take_audits());
        let use_of_key = |operation: Operation, ground: &str| {
            let record = only(&lab);
            assert_eq!((record.kind, record.operation), (AuditKind::KeyUse, Some(operation)));
            assert_eq!(&*record.ground, ground);
        };
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        use_of_key(Operation::Create, "privileges[0] of acpUse (proven)");
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        use_of_key(Operation::Update, "privileges[0] of acpUse (proven)");
        assert_eq!(lab.admin().delete(KEY).code(), 2002);
        use_of_key(Operation::Delete, "administration (proven)");
    });
}

// Shows SDH-2: the attempt to use a key of somebody else is on record.
#[test]
fn the_attempt_to_use_the_key_of_another_is_recorded() {
    on_every_storage(|lab| {
        drop(owner_of(&lab, hmac_key("k")));
        let other = lab.registered(1001, "Cother");
        drop(lab.take_audits());
        assert_eq!(other.invoke("mac", mac(KEY, b"m")).code(), 4103);
        let record = only(&lab);
        assert_eq!(record.kind, AuditKind::Denied);
        assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/Cother"));
    });
}

#[test]
fn ordinary_work_is_not_recorded_and_permitted_reads_are_counted() {
    on_every_storage(|lab| {
        let (meter, other) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cother"));
        container_of(&meter);
        drop(lab.take_audits());
        assert_eq!(lab.service().take_permitted_reads(), 0);
        for _ in 0..3 {
            assert_eq!(meter.retrieve("cse-mn/Cmeter/c").code(), 2000);
        }
        assert_eq!(meter.discover("cse-mn/Cmeter", everything()).code(), 2000);
        assert_eq!(meter.create("cse-mn/Cmeter/c", instance("x")).code(), 2001);
        assert_eq!(meter.update("cse-mn/Cmeter/c", changes("m2m:cnt").with("lbl", ["x"])).code(), 2004);
        assert_eq!(meter.retrieve("cse-mn/Cmeter/nothing").code(), 4004);
        assert_eq!(meter.invoke("random", random(4)).code(), 2004);
        assert_eq!(meter.delete("cse-mn/Cmeter/c").code(), 2002);
        assert!(lab.take_audits().is_empty());
        assert_eq!(other.retrieve("cse-mn/Cmeter").code(), 4103);
        assert_eq!(lab.service().take_permitted_reads(), 4, "a denied read is no permitted one");
        assert_eq!(lab.service().take_permitted_reads(), 0);
    });
}

// Shows ACC-9: what cannot be recorded is not given out.
#[test]
fn when_the_audit_fails_the_answer_is_an_error_without_content() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let other = lab.registered(1001, "Cother");
        container_of(&meter);
        lab.script(audits(), Fault::Failing);
        for answer in [
            meter.invoke("mac", mac(KEY, b"m")),
            meter.create(STORAGE, hmac_key("l")),
            meter.delete(KEY),
            other.retrieve("cse-mn/Cmeter/c"),
            lab.user(1002).register("Cnew"),
            lab.admin().update("cse-mn/acpUse", changes("m2m:acp").with("lbl", ["x"])),
        ] {
            assert_eq!(
                (answer.code(), answer.error_text()),
                (5000, "the audit log cannot be written, and this node does nothing that it cannot record")
            );
            assert_eq!(answer.location, None);
        }
        // Nor is anything done: neither is the key gone, nor is there another, nor anybody new.
        assert_eq!(meter.retrieve(KEY).code(), 2000);
        for absent in [&*format!("{STORAGE}/l"), "cse-mn/Cnew"] {
            assert_eq!(lab.admin().retrieve(absent).code(), 4004, "{absent}");
        }
        // What is not recorded one by one still works.
        assert_eq!(meter.retrieve("cse-mn/Cmeter/c").code(), 2000);
        assert_eq!(meter.invoke("digest", digest(b"m")).code(), 2004);
        assert!(lab.take_audits().iter().all(|record| record.kind != AuditKind::Denied));
        lab.heal();
        assert_eq!(other.retrieve("cse-mn/Cmeter/c").code(), 4103);
    });
}

// Shows ACC-9: whatever leaves a record is known to before it is done, so nothing is done that cannot be recorded.
#[test]
fn what_leaves_a_record_is_refused_before_it_is_done() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        container_of(&meter);
        let own = policy("p", [rule(["Cx"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", own.clone()).code(), 2001);
        lab.script(audits(), Fault::Failing);
        let before = lab.world().commits();
        for (what, code) in [
            ("a key is made", meter.create(STORAGE, hmac_key("l")).code()),
            ("a key is destroyed", meter.delete(KEY).code()),
            ("a policy is made", meter.create("cse-mn/Cmeter", own.with("rn", "q")).code()),
            (
                "a policy is changed",
                meter.update("cse-mn/Cmeter/p", changes("m2m:acp").with("lbl", ["x"])).code(),
            ),
            ("a policy is linked", {
                let links = changes("m2m:cnt").with("acpi", ["cse-mn/Cmeter/p"]);
                meter.update("cse-mn/Cmeter/c", links).code()
            }),
            ("a tree goes", meter.delete("cse-mn/Cmeter").code()),
            ("an AE registers", lab.user(1002).register("Cnew").code()),
        ] {
            assert_eq!(code, 5000, "{what}");
        }
        assert_eq!(lab.world().commits(), before, "nothing was written");
        lab.heal();
        assert_eq!(meter.delete(KEY).code(), 2002);
        assert!(lab.world().commits() > before);
    });
}

// Shows IDP-2: pseudonyms are opened for a proven administrator, and for nobody else.
#[test]
fn only_a_proven_administrator_asks_about_the_audit_log() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let at = "cse-mn/security/administration";
        let question = || changes("csf:audit").with("rsv", ["~x"]);
        drop(lab.take_audits());
        for refused in [meter.update(at, question()), lab.network("CAdmin").update(at, question())] {
            assert!([4103, 4106].contains(&refused.code()), "{}", refused.code());
        }
        assert!(lab.take_audits().iter().all(|record| record.kind == AuditKind::Denied));
        assert_eq!(lab.admin().update(at, question()).code(), 2004);
        assert_eq!(only(&lab).kind, AuditKind::Administration);
        let two = question().with("psn", "x");
        assert_eq!(lab.admin().update(at, two).code(), 4000);
        assert_eq!(lab.admin().update("cse-mn/security", question()).code(), 4000);
    });
}

// Shows RES-6 and ACC-1: no record repeats what a request or a response held.
#[test]
fn no_record_holds_content() {
    on_every_storage(|lab| {
        let secret = "4711-do-not-write-down";
        let meter = owner_of(&lab, hmac_key("k").with("lbl", [secret]));
        let other = lab.registered(1001, "Cother");
        container_of(&meter);
        assert_eq!(meter.create("cse-mn/Cmeter/c", instance(secret)).code(), 2001);
        let own = policy("p", [rule(["Cx"], RETRIEVE)], [rule(["Cmeter"], ALL)]).with("lbl", [secret]);
        assert_eq!(meter.create("cse-mn/Cmeter", own).code(), 2001);
        assert_eq!(meter.invoke("mac", mac(KEY, secret.as_bytes())).code(), 2004);
        assert_eq!(other.invoke("mac", mac(KEY, secret.as_bytes())).code(), 4103);
        assert_eq!(other.create("cse-mn/Cmeter/c", instance(secret)).code(), 4103);
        assert_eq!(other.update("cse-mn/Cmeter/c", changes("m2m:cnt").with(secret, secret)).code(), 4103);
        let records = lab.take_audits();
        assert!(records.len() >= 6, "{records:?}");
        let text = format!("{records:?}");
        let encoded = crate::kit::b64(secret.as_bytes());
        for hidden in [secret, encoded.as_text().unwrap(), World::SECRET] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    });
}
