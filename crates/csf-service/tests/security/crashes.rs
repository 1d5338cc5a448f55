//! Power lost between intent, act and outcome of a key: the next start brings it to an end, both ways.

use csf_api::SecurityLevel;
use support::lab::{Lab, Reading, Wanted, command, commits, creation, deletion, hmac_key, on_every_storage};

use crate::kit::{KEY, STORAGE, is_in_environment, mac, owner_of, stored};

fn crashed_in_create(lab: Lab, at: Wanted, change: impl FnOnce(&mut support::lab::Setup)) -> Lab {
    drop(lab.registered(1000, "Cmeter"));
    lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), creation(STORAGE, hmac_key("k"))), at, change)
}

fn crashed_in_destroy(lab: Lab, at: Wanted, change: impl FnOnce(&mut support::lab::Setup)) -> Lab {
    drop(owner_of(&lab, hmac_key("k")));
    lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), deletion(KEY)), at, change)
}

fn settled(lab: &Lab) -> (usize, usize) {
    (lab.started().settled, lab.started().left)
}

fn intents(lab: &Lab) -> usize {
    lab.world().versions().keys().filter(|key| key.starts_with("intent/")).count()
}

fn keys(lab: &Lab) -> Vec<String> {
    stored(lab).into_iter().filter(|id| id.starts_with("key-")).collect()
}

fn elsewhere(setup: &mut support::lab::Setup) {
    setup.environments = vec![("other", SecurityLevel::Low)];
}

fn back(setup: &mut support::lab::Setup) {
    setup.environments = vec![("soft", SecurityLevel::Low)];
}

// Shows SDH-3.
#[test]
fn a_crash_before_the_intent_leaves_nothing() {
    on_every_storage(|lab| {
        let lab = crashed_in_create(lab, commits(), |_| {});
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((0, 0), 0, 0));
        let lab = crashed_in_destroy_of_new(lab, commits());
        assert_eq!((settled(&lab), intents(&lab)), ((0, 0), 0));
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

fn crashed_in_destroy_of_new(lab: Lab, at: Wanted) -> Lab {
    assert_eq!(lab.as_ae(1000, "Cmeter").create(STORAGE, hmac_key("k")).code(), 2001);
    lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), deletion(KEY)), at, |_| {})
}

// Shows SDH-3: the intent was noted and no key was made, so the object goes.
#[test]
fn a_crash_between_the_intent_and_the_making_of_a_key_forgets_the_object() {
    on_every_storage(|lab| {
        let lab = crashed_in_create(lab, command("generate-key"), |_| {});
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 0));
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.retrieve(KEY).code(), 4004);
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-3: the key was made, so the object stands for it.
#[test]
fn a_crash_between_the_making_of_a_key_and_its_outcome_activates_the_object() {
    on_every_storage(|lab| {
        let lab = crashed_in_create(lab, commits().but_the_first(), |_| {});
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 1));
        let meter = lab.as_ae(1000, "Cmeter");
        let seen = meter.retrieve(KEY);
        assert_eq!((seen.text("stt"), seen.number("gen")), ("active", 1));
        assert!(is_in_environment(&lab, seen.text("ri")));
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        // A further start finds nothing left to do.
        let lab = lab.restart(|_| {});
        assert_eq!(settled(&lab), (0, 0));
    });
}

// Shows SDH-3: what was permitted and noted is carried out.
#[test]
fn a_crash_between_the_intent_and_the_destruction_of_a_key_destroys_it_at_the_next_start() {
    on_every_storage(|lab| {
        let lab = crashed_in_destroy(lab, command("destroy-key"), |_| {});
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 0));
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(KEY).code(), 4004);
    });
}

// Shows SDH-3.
#[test]
fn a_crash_between_the_destruction_of_a_key_and_its_outcome_removes_the_object() {
    on_every_storage(|lab| {
        let lab = crashed_in_destroy(lab, commits().but_the_first(), |_| {});
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 0));
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.retrieve(KEY).code(), 4004);
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
    });
}

// Shows SDH-3: in both directions nothing is given up because an environment is absent.
#[test]
fn a_key_that_was_made_before_a_crash_waits_for_its_environment() {
    on_every_storage(|lab| {
        let lab = crashed_in_create(lab, commits().but_the_first(), elsewhere);
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((0, 1), 1, 1));
        {
            let meter = lab.as_ae(1000, "Cmeter");
            assert_eq!(meter.retrieve(KEY).text("stt"), "pending");
            // Until it is known that there is a key, there is none.
            assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 5207);
        }
        let lab = lab.restart(|_| {});
        assert_eq!(settled(&lab), (0, 1));
        let lab = lab.restart(back);
        assert_eq!((settled(&lab), intents(&lab)), ((1, 0), 0));
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-3.
#[test]
fn a_key_that_was_not_made_before_a_crash_is_forgotten_only_when_its_environment_says_so() {
    on_every_storage(|lab| {
        let lab = crashed_in_create(lab, command("generate-key"), elsewhere);
        assert_eq!((settled(&lab), keys(&lab).len()), ((0, 1), 1));
        let lab = lab.restart(back);
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 0));
    });
}

// Shows SDH-3.
#[test]
fn a_key_that_was_to_be_destroyed_is_destroyed_when_its_environment_is_back() {
    on_every_storage(|lab| {
        let lab = crashed_in_destroy(lab, command("destroy-key"), elsewhere);
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((0, 1), 1, 1));
        let id = keys(&lab).remove(0);
        let lab = lab.restart(back);
        assert_eq!((settled(&lab), intents(&lab), keys(&lab).len()), ((1, 0), 0, 0));
        assert!(!is_in_environment(&lab, &id));
    });
}

// Shows SDH-3: other keys are not touched by the reconciliation of one.
#[test]
fn only_what_was_under_way_is_reconciled() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.create(STORAGE, hmac_key("l")).code(), 2001);
        drop(meter);
        let other = format!("{STORAGE}/l");
        let ask = |lab: &'_ Lab| lab.as_ae(1000, "Cmeter").retrieve(KEY).text("ri").to_owned();
        let id = ask(&lab);
        let lab =
            lab.crashed(|lab| (lab.as_ae(1000, "Cmeter"), deletion(KEY)), command("destroy-key"), |_| {});
        assert_eq!(settled(&lab), (1, 0));
        assert!(!is_in_environment(&lab, &id));
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(&other, b"m")).code(), 2004);
    });
}
