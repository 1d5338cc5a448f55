//! How sensitive data gets another owner: with the consent of the one it has, or when there is none (SDH-2).

use std::time::Duration;

use csf_api::{Request, Value};
use csf_service::AuditKind;
use csf_store::Space;
use support::lab::{
    Asker, Draft, Lab, Reading, changes, commits, data_object, on_every_storage, on_every_storage_with,
    update,
};

use crate::kit::{DATA, MESSAGE, STORAGE, b64, content, everything, keeper_of, octets, of_kind};

const ROOT: &str = "csf:dataObject";

fn naming(next: &str) -> Draft {
    changes(ROOT).with("nOw", next)
}

fn taking(own: &str) -> Request {
    update(DATA, changes(ROOT).with("own", own))
}

/// Takes the object for the asker; the code.
fn take(asker: &Asker<'_>, own: &str) -> u16 {
    asker.send(taking(own)).code()
}

/// The object belongs to `Cmeter`, whose registration is gone.
fn left_behind(lab: &Lab) {
    drop(keeper_of(lab, MESSAGE));
    assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
}

// Shows SDH-2.
#[test]
fn the_one_whom_the_owner_names_takes_the_object_and_nobody_else() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let [next, other] = [(1001, "Cnext"), (1002, "Cother")].map(|(uid, stem)| lab.registered(uid, stem));
        assert_eq!(take(&next, "Cnext"), 4103);
        let named = meter.update(DATA, naming("Cnext"));
        assert_eq!((named.code(), named.text("nOw"), named.text("nBy")), (2004, "Cnext", "owner"));
        // Until it is taken it is the owner's, and being named is no right to read.
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        assert_eq!(next.retrieve(DATA).code(), 4103);
        assert_eq!(next.update(DATA, content(b"x")).code(), 4103);
        assert_eq!(next.delete(DATA).code(), 4103);
        assert_eq!(
            (take(&other, "Cother"), take(&other, "Cnext"), take(&lab.admin(), "CAdmin")),
            (4103, 4103, 4103)
        );
        assert_eq!(take(&lab.network("Cnext"), "Cnext"), 4103);
        drop(lab.take_audits());
        let taken = next.send(taking("Cnext"));
        assert_eq!(
            (taken.code(), taken.text("own"), taken.has("nOw"), taken.has("msg")),
            (2004, "Cnext", false, false)
        );
        assert_eq!(of_kind(&lab.take_audits(), AuditKind::DataUse).len(), 1);
        assert_eq!(octets(&next.retrieve(DATA), "msg"), MESSAGE);
        assert_eq!(next.discover(STORAGE, everything()).addresses(), [DATA]);
        // And the one who had it has nothing of it any more.
        assert_eq!((meter.retrieve(DATA).code(), take(&meter, "Cmeter")), (4103, 4103));
        assert!(meter.discover(STORAGE, everything()).addresses().is_empty());
        assert_eq!(next.update(DATA, content(b"new")).code(), 2004);
        assert_eq!(octets(&next.retrieve(DATA), "msg"), b"new");
    });
}

// Shows SDH-2: while the owner is registered, nobody but the owner names another.
#[test]
fn an_administrator_names_no_owner_while_there_is_one() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let next = lab.registered(1001, "Cnext");
        assert_eq!(lab.admin().update(DATA, naming("Cnext")).code(), 4103);
        assert_eq!(next.update(DATA, naming("Cnext")).code(), 4103);
        assert_eq!(take(&next, "Cnext"), 4103);
        assert!(!meter.retrieve(DATA).has("nOw"));
        // A local CSF is there by configuration, and never gone.
        let billing = lab.as_ae(500, "local:billing");
        let own = format!("{STORAGE}/bills");
        assert_eq!(billing.create(STORAGE, data_object("bills", b64(b"bills"))).code(), 2001);
        assert_eq!(lab.admin().update(&own, naming("Cnext")).code(), 4103);
    });
}

// Shows SDH-2: what an owner left behind is handed over by an administrator, who does not get it, and audited.
#[test]
fn what_an_owner_left_behind_is_handed_over_and_audited() {
    on_every_storage(|lab| {
        left_behind(&lab);
        let [next, other] = [(1001, "Cnext"), (1002, "Cother")].map(|(uid, stem)| lab.registered(uid, stem));
        drop(lab.take_audits());
        for asker in [&next, &other, &lab.network("CAdmin")] {
            assert_eq!(asker.update(DATA, naming("Cnext")).code(), 4103);
        }
        assert_eq!(lab.admin().update(DATA, naming("CAdmin")).code(), 4000);
        assert_eq!(lab.admin().update(DATA, naming("Cnext").with("lbl", ["x"])).code(), 4103);
        assert_eq!(lab.admin().update(DATA, content(b"x")).code(), 4103);
        let named = lab.admin().update(DATA, naming("Cnext"));
        assert_eq!((named.code(), named.text("nBy"), named.has("msg")), (2004, "administrator", false));
        assert!(!lab.admin().retrieve(DATA).has("msg"));
        assert_eq!(take(&other, "Cother"), 4103);
        assert_eq!(take(&next, "Cnext"), 2004);
        let audits = lab.take_audits();
        let noted = |kind| {
            let of = |record: &csf_service::AuditRecord| record.originator.as_deref().map(str::to_owned);
            of_kind(&audits, kind).into_iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(noted(AuditKind::Administration), [Some("//csf.example/id-mn/CAdmin".to_owned())]);
        assert_eq!(noted(AuditKind::DataUse), [Some("//csf.example/id-mn/Cnext".to_owned())]);
        assert_eq!(octets(&next.retrieve(DATA), "msg"), MESSAGE);
        // The first owner is back, and it is no longer its own.
        assert_eq!(lab.registered(1000, "Cmeter").retrieve(DATA).code(), 4103);
    });
}

// Shows SDH-2: an offer that was not taken in a week is none, whoever made it.
#[test]
fn an_offer_ends() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let next = lab.registered(1001, "Cnext");
        assert_eq!(meter.update(DATA, naming("Cnext")).text("nUn"), lab.in_seconds(7 * 24 * 3600));
        lab.wait(Duration::from_secs(7 * 24 * 3600));
        assert_eq!(take(&next, "Cnext"), 4103);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        assert_eq!(meter.update(DATA, naming("Cnext")).code(), 2004);
        lab.wait(Duration::from_secs(7 * 24 * 3600 - 1));
        let taken = next.send(taking("Cnext"));
        assert_eq!((taken.code(), taken.has("nUn")), (2004, false));
    });
}

// Shows SDH-2: an owner who is back has to consent, whatever an administrator said meanwhile.
#[test]
fn an_owner_who_comes_back_keeps_what_was_not_taken_yet() {
    on_every_storage(|lab| {
        left_behind(&lab);
        let next = lab.registered(1001, "Cnext");
        assert_eq!(lab.admin().update(DATA, naming("Cnext")).code(), 2004);
        let (answer, meter) =
            lab.interrupted(&next, taking("Cnext"), commits(), || lab.registered(1000, "Cmeter"));
        assert_eq!(answer.code(), 4103);
        assert_eq!(take(&next, "Cnext"), 4103);
        let read = meter.retrieve(DATA);
        assert_eq!((octets(&read, "msg"), read.text("nOw")), (MESSAGE.to_vec(), "Cnext"));
        let withdrawn = meter.update(DATA, changes(ROOT).with("nOw", Value::Null));
        assert_eq!((withdrawn.code(), withdrawn.has("nOw"), withdrawn.has("nBy")), (2004, false, false));
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        assert_eq!(take(&next, "Cnext"), 4103);
        // The same while an administrator is naming.
        let (answer, _) = lab.interrupted(&lab.admin(), update(DATA, naming("Cnext")), commits(), || {
            lab.registered(1000, "Cmeter")
        });
        assert_eq!(answer.code(), 4103);
    });
}

// Shows SDH-2: a registration that has ended is none, even before it is swept.
#[test]
fn an_owner_whose_registration_has_ended_is_gone() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let next = lab.registered(1001, "Cnext");
        let et = lab.in_seconds(60);
        assert_eq!(meter.update("cse-mn/Cmeter", changes("m2m:ae").with("et", et.as_str())).code(), 2004);
        assert_eq!(lab.admin().update(DATA, naming("Cnext")).code(), 4103);
        lab.wait(Duration::from_secs(60));
        assert_eq!(lab.admin().update(DATA, naming("Cnext")).code(), 2004);
        assert_eq!(take(&next, "Cnext"), 2004);
        assert_eq!(octets(&next.retrieve(DATA), "msg"), MESSAGE);
    });
}

#[test]
fn a_hand_over_that_makes_no_sense_is_refused() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let next = lab.registered(1001, "Cnext");
        for nobody in ["Cnobody", "Cmeter", "CAdmin", "", "a/b/c/d/e"] {
            assert_eq!(meter.update(DATA, naming(nobody)).code(), 4000, "{nobody}");
        }
        for wrong in [Value::Integer(1), Value::texts(["Cnext"])] {
            assert_eq!(meter.update(DATA, changes(ROOT).with("nOw", wrong)).code(), 4000);
        }
        for nobody in ["Cnobody", "Cmeter", "CAdmin"] {
            assert_eq!(meter.create(STORAGE, data_object("e", b64(b"m")).with("nOw", nobody)).code(), 4000);
        }
        assert_eq!(meter.update(DATA, naming("Cnext")).code(), 2004);
        // The owner does not give it, the next owner takes it, with nothing else and for nobody else.
        assert_eq!(
            (take(&meter, "Cnext"), take(&meter, "Cmeter"), take(&next, "Cmeter")),
            (4000, 4000, 4000)
        );
        assert_eq!(next.update(DATA, content(b"x").with("own", "Cnext")).code(), 4103);
        assert_eq!(next.update(DATA, changes(ROOT).with("own", Value::Null)).code(), 4000);
        assert_eq!(meter.update(DATA, changes(ROOT).with("own", Value::Null)).code(), 4000);
        let read = meter.retrieve(DATA);
        assert_eq!(
            (read.text("own"), read.text("nOw"), octets(&read, "msg")),
            ("Cmeter", "Cnext", MESSAGE.to_vec())
        );
    });
}

// Shows SDH-2: who stores for another says so at once.
#[test]
fn the_next_owner_can_be_named_when_the_object_is_stored() {
    on_every_storage(|lab| {
        let [meter, next] = [(1000, "Cmeter"), (1001, "Cnext")].map(|(uid, stem)| lab.registered(uid, stem));
        let made = meter.create(STORAGE, data_object("d", b64(MESSAGE)).with("nOw", "Cnext"));
        assert_eq!((made.code(), made.text("own"), made.text("nBy")), (2001, "Cmeter", "owner"));
        assert_eq!((next.retrieve(DATA).code(), take(&next, "Cnext")), (4103, 2004));
        assert_eq!(octets(&next.retrieve(DATA), "msg"), MESSAGE);
    });
}

// Shows SDH-2: a hand-over is one step, counted on both sides.
#[test]
fn a_hand_over_needs_room_with_the_next_owner_and_makes_some_with_the_last() {
    on_every_storage_with(
        |setup| setup.settings.limits.data_bytes_per_owner = 40,
        |lab| {
            let meter = keeper_of(&lab, MESSAGE);
            let next = lab.registered(1001, "Cnext");
            let other = format!("{STORAGE}/o");
            assert_eq!(next.create(STORAGE, data_object("o", b64(&[0; 4]))).code(), 2001);
            assert_eq!(meter.update(DATA, naming("Cnext")).code(), 2004);
            assert_eq!(take(&next, "Cnext"), 5207);
            assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
            assert_eq!(meter.create(STORAGE, data_object("m", b64(&[0; 4]))).code(), 5207);
            assert_eq!(next.delete(&other).code(), 2002);
            assert_eq!(take(&next, "Cnext"), 2004);
            assert_eq!(next.create(STORAGE, data_object("o", b64(&[0; 4]))).code(), 5207);
            assert_eq!(meter.create(STORAGE, data_object("m", b64(&[0; 40]))).code(), 2001);
            assert_eq!(
                (next.delete(DATA).code(), meter.delete(&format!("{STORAGE}/m")).code()),
                (2002, 2002)
            );
            assert!(!lab.world().versions().keys().any(|key| key.starts_with("usage/")));
        },
    );
}

// Shows SDH-2: power that is lost leaves the object with one owner, and damage with the last.
#[test]
fn a_hand_over_that_breaks_off_changes_nothing() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        drop(lab.registered(1001, "Cnext"));
        assert_eq!(meter.update(DATA, naming("Cnext")).code(), 2004);
        let id = meter.retrieve(DATA).text("ri").to_owned();
        let lab = lab.crashed(|lab| (lab.as_ae(1001, "Cnext"), taking("Cnext")), commits(), |_| {});
        let [meter, next] = [(1000, "Cmeter"), (1001, "Cnext")].map(|(uid, stem)| lab.as_ae(uid, stem));
        assert_eq!(
            (octets(&meter.retrieve(DATA), "msg"), next.retrieve(DATA).code()),
            (MESSAGE.to_vec(), 4103)
        );
        let key = Space::sealed("content").key(&id);
        let own = lab.world().record(key.clone());
        lab.world().place(key.clone(), own[1..].to_vec());
        assert_eq!(take(&next, "Cnext"), 5000);
        lab.world().place(key, own);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        assert_eq!((take(&next, "Cnext"), octets(&next.retrieve(DATA), "msg")), (2004, MESSAGE.to_vec()));
    });
}
