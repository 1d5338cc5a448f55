//! The content of sensitive data: replaced as a whole or not at all, sealed for its object, gone with it
//! (SDH-1, SDH-3).

use std::time::Duration;

use csf_api::{FilterCriteria, SecurityLevel, Window};
use csf_service::AuditKind;
use csf_store::{RecordKey, Space};
use support::lab::{
    Fault, Lab, Reading, Setup, changes, command, commits, commits_of, data_object, deletion, demanding,
    filtered, loads_of, on_every_storage, on_every_storage_with, retrieval, state_of, update,
};

use crate::kit::{DATA, MESSAGE, STORAGE, b64, content, keeper_of, octets, of_kind};

const ROOT: &str = "csf:dataObject";
const OTHER: &str = "cse-mn/security/data/storage-soft/e";
const CARD: &str = "cse-mn/security/data/storage-card";

fn content_of(id: &str) -> RecordKey {
    Space::sealed("content").key(id)
}

/// Records of contents and of usage.
fn records(lab: &Lab) -> Vec<String> {
    let kept = |key: &String| key.starts_with("content/") || key.starts_with("usage/");
    lab.world().versions().into_keys().filter(kept).collect()
}

// Shows SDH-1: whoever reads meanwhile reads the old content or the new, and nothing between.
#[test]
fn an_update_replaces_the_content_at_once_and_as_a_whole() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        let reader = lab.as_ae(1000, "Cmeter");
        let (changed, meanwhile) =
            lab.interrupted(&meter, update(DATA, content(b"longer and new")), commits(), || {
                reader.retrieve(DATA)
            });
        assert_eq!((octets(&meanwhile, "msg"), meanwhile.number("cbs")), (b"old".to_vec(), 3));
        assert_eq!((changed.code(), changed.number("cbs"), changed.number("st")), (2004, 14, 1));
        let read = reader.retrieve(DATA);
        assert_eq!((octets(&read, "msg"), read.number("cbs")), (b"longer and new".to_vec(), 14));
        // A read that began before the change ends with one of the two.
        let (read, _) = lab.interrupted(&reader, retrieval(DATA), loads_of("content/"), || {
            assert_eq!(meter.update(DATA, content(b"newest")).code(), 2004);
        });
        assert_eq!((read.code(), octets(&read, "msg"), read.number("cbs")), (2000, b"newest".to_vec(), 6));
        // What changes nothing of the content leaves it, and its state, alone.
        assert_eq!(meter.update(DATA, changes(ROOT).with("lbl", ["x"])).number("st"), 2);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"newest");
    });
}

// Shows SDH-1: of those who saw one content, one replaces it, and an administrator's state says nothing of it.
#[test]
fn a_content_is_replaced_in_the_state_that_was_seen() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        let seen = state_of(&meter.retrieve(DATA));
        let replace = |octets: &[u8]| demanding(seen.clone(), update(DATA, content(octets)));
        let (late, ()) = lab.interrupted(&meter, replace(b"late"), commits(), || {
            assert_eq!(meter.send(replace(b"new")).code(), 2004);
        });
        assert_eq!((late.code(), late.is_unmet), (4000, true));
        assert!(meter.send(demanding(seen.clone(), deletion(DATA))).is_unmet);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"new");
        // An administrator deletes what an administrator sees; the owner's tag is none of that.
        let (of_owner, of_admin) = (state_of(&meter.retrieve(DATA)), state_of(&lab.admin().retrieve(DATA)));
        assert_ne!(of_owner, of_admin);
        assert!(lab.admin().send(demanding(of_owner.clone(), deletion(DATA))).is_unmet);
        assert!(meter.send(demanding(of_admin.clone(), deletion(DATA))).is_unmet);
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.send(demanding(of_owner.clone(), deletion(DATA))).code(), 4103);
        assert_eq!(meter.send(demanding(of_owner, deletion(DATA))).code(), 2002);
        assert_eq!(records(&lab), [""; 0]);
    });
}

// Shows SDH-1: what fails or loses its power leaves the old content.
#[test]
fn an_update_that_does_not_come_to_its_end_leaves_the_old_content() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        for (at, code) in [(command("seal"), 5103), (commits_of("content/"), 5000)] {
            lab.script(at, Fault::Failing);
            assert_eq!(meter.update(DATA, content(b"new")).code(), code);
            lab.heal();
            let read = meter.retrieve(DATA);
            assert_eq!((octets(&read, "msg"), read.number("st")), (b"old".to_vec(), 0));
        }
        let lab =
            lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), update(DATA, content(b"new"))), commits(), |_| {});
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"old");
        assert_eq!(meter.update(DATA, content(b"new")).code(), 2004);
        let lab = lab.restart(|_| {});
        assert_eq!(octets(&lab.as_ae(1000, "Cmeter").retrieve(DATA), "msg"), b"new");
    });
}

// Shows SDH-1.
#[test]
fn updates_at_the_same_time_follow_one_another() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        lab.script(commits(), Fault::Pending);
        let contents: [&[u8]; 4] = [b"a", b"bb", b"ccc", b"dddd"];
        let answers = lab.together(contents.iter().map(|one| (&meter, update(DATA, content(one)))).collect());
        assert!(answers.iter().all(|answer| answer.code() == 2004), "{answers:?}");
        let read = meter.retrieve(DATA);
        let last = octets(&read, "msg");
        assert!(contents.contains(&&*last));
        assert_eq!((read.number("st"), read.number("cbs")), (4, i64::try_from(last.len()).unwrap()));
    });
}

// Shows SDH-1: of two who saw the same state, one changes it.
#[test]
fn an_update_on_condition_of_a_state_is_refused_in_another() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, b"old");
        let in_state = |state: u32| FilterCriteria {
            state: Window { from: Some(state), before: Some(state + 1) },
            ..FilterCriteria::default()
        };
        let ask = |state, octets| filtered(in_state(state), update(DATA, content(octets)));
        lab.script(commits(), Fault::Pending);
        let answers = lab.together(vec![(&meter, ask(0, b"one")), (&meter, ask(0, b"two"))]);
        let mut codes: Vec<u16> = answers.iter().map(Reading::code).collect();
        codes.sort_unstable();
        assert_eq!(codes, [2004, 4004]);
        let kept = octets(&meter.retrieve(DATA), "msg");
        assert!(kept == b"one" || kept == b"two");
        assert_eq!(meter.send(ask(0, b"late")).code(), 4004);
        assert_eq!(meter.send(ask(1, b"next")).code(), 2004);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"next");
    });
}

// Shows SDH-1 and SDH-3: a content in another's place, an older one, or half of one is not given out.
#[test]
fn a_content_that_is_not_the_objects_own_is_refused() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let twin: Vec<u8> = MESSAGE.iter().rev().copied().collect();
        assert_eq!(meter.create(STORAGE, data_object("e", b64(&twin))).code(), 2001);
        let [id, other] = [DATA, OTHER].map(|to| content_of(meter.retrieve(to).text("ri")));
        let own = lab.world().record(id.clone());
        let mut flipped = own.clone();
        *flipped.last_mut().unwrap() ^= 1;
        let (half, nothing) = (own[..own.len() / 2].to_vec(), Vec::new());
        for wrong in [lab.world().record(other.clone()), flipped, half, nothing] {
            lab.world().place(id.clone(), wrong);
            let read = meter.retrieve(DATA);
            assert_eq!(read.code(), 5000);
            assert!(read.error_text().contains("damaged"), "{}", read.error_text());
        }
        lab.world().place(id.clone(), own.clone());
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        // An older content of the same object.
        assert_eq!(meter.update(DATA, content(b"newer")).code(), 2004);
        lab.world().place(id.clone(), own);
        assert_eq!(meter.retrieve(DATA).code(), 5000);
        lab.world().lose(id);
        assert_eq!(meter.retrieve(DATA).code(), 5000);
        // The object can be put right, and the other was never touched.
        assert_eq!(meter.update(DATA, content(b"again")).code(), 2004);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), b"again");
        assert_eq!(meter.retrieve(OTHER).code(), 2000);
    });
}

// Shows SDH-1.
#[test]
fn what_has_ended_is_no_longer_given_out_and_its_content_is_swept_away() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let et = lab.in_seconds(60);
        let brief = data_object("d", b64(MESSAGE)).with("et", et.as_str());
        assert_eq!(meter.create(STORAGE, brief).code(), 2001);
        assert_eq!(records(&lab).len(), 2);
        drop(lab.take_audits());
        lab.wait(Duration::from_secs(60));
        assert_eq!(meter.retrieve(DATA).code(), 4004);
        assert_eq!(lab.sweep().removed, 1);
        assert_eq!(records(&lab), [""; 0]);
        assert_eq!(of_kind(&lab.take_audits(), AuditKind::DataUse).len(), 1);
    });
}

// Shows SDH-1: what has ended keeps neither its name nor a record, even before it was swept.
#[test]
fn the_name_of_what_has_ended_is_free_and_its_content_goes_with_it() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let et = lab.in_seconds(60);
        let brief = data_object("d", b64(MESSAGE)).with("et", et.as_str());
        assert_eq!(meter.create(STORAGE, brief).code(), 2001);
        lab.wait(Duration::from_secs(60));
        let other = lab.registered(1001, "Cother");
        assert_eq!(other.create(STORAGE, data_object("d", b64(b"mine"))).code(), 2001);
        assert_eq!(octets(&other.retrieve(DATA), "msg"), b"mine");
        assert_eq!(records(&lab).len(), 2);
        assert_eq!(meter.retrieve(DATA).code(), 4103);
    });
}

// Shows SDH-1: deleting needs no secure environment, and leaves nothing.
#[test]
fn a_deleted_object_leaves_no_content() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        lab.script(command("unseal"), Fault::Failing);
        assert_eq!(meter.retrieve(DATA).code(), 5103);
        assert_eq!(meter.send(deletion(DATA)).code(), 2002);
        assert_eq!(records(&lab), [""; 0]);
        assert_eq!(meter.delete(DATA).code(), 4004);
    });
}

fn two(setup: &mut Setup) {
    setup.add_environment("card", SecurityLevel::High);
}

// Shows SDH-3: sensitive data lies no lower than demanded, and shows how high.
#[test]
fn data_is_stored_at_no_lower_level_than_demanded_and_shows_its_level() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = lab.world().versions();
        let object = |level: i64| data_object("d", b64(MESSAGE)).with("msl", level);
        for level in [2, 3] {
            assert_eq!(meter.create(STORAGE, object(level)).code(), 5207);
        }
        for wrong in [-1, 4] {
            assert_eq!(meter.create(STORAGE, object(wrong)).code(), 4000);
        }
        assert_eq!(lab.world().versions(), before);
        assert!(lab.world().environments_of("seal").is_empty());
        let low = meter.create(STORAGE, object(1));
        assert_eq!((low.code(), low.number("seL"), low.number("msl")), (2001, 1, 1));
        let high = meter.create(CARD, object(3));
        assert_eq!((high.code(), high.number("seL")), (2001, 3));
        assert_eq!(lab.world().environments_of("seal"), ["soft", "card"]);
        assert_eq!(octets(&meter.retrieve(&format!("{CARD}/d")), "msg"), MESSAGE);
        assert_eq!(meter.update(DATA, changes(ROOT).with("msl", 0)).code(), 4000);
        // Where the environment comes back at a lower level, nothing new goes into the object.
        let lab = lab.restart(|setup| {
            setup.environments = vec![("soft", SecurityLevel::Low), ("card", SecurityLevel::Low)]
        });
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.update(&format!("{CARD}/d"), content(b"new")).code(), 5207);
        assert_eq!(meter.update(DATA, content(b"new")).code(), 2004);
    });
}
