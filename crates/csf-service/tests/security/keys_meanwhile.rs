//! Two requests about one key at the same time: nothing is lost, and nothing is left in the environment.

use csf_api::IfMatch;
use support::lab::{
    Lab, Reading, changes, command, commits, creation, deletion, demanding, hmac_key, on_every_storage,
    state_of, update,
};

use crate::kit::{KEY, STORAGE, everything, is_in_environment, mac, owner_of, stored};

fn intents(lab: &Lab) -> usize {
    lab.world().versions().keys().filter(|key| key.starts_with("intent/")).count()
}

// Shows SDH-3 and SDH-4.
#[test]
fn a_key_that_is_deleted_while_it_is_made_is_gone_from_the_environment_too() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = stored(&lab);
        let make = creation(STORAGE, hmac_key("k"));
        let (answer, id) = lab.interrupted(&meter, make, command("generate-key"), || {
            let id = meter.retrieve(KEY).text("ri").to_owned();
            assert_eq!(meter.delete(KEY).code(), 2002);
            id
        });
        assert_eq!((answer.code(), intents(&lab)), (4004, 0));
        assert!(!is_in_environment(&lab, &id));
        assert_eq!(stored(&lab), before);
    });
}

// Shows SDH-4.
#[test]
fn a_key_is_not_used_before_it_is_made() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let make = creation(STORAGE, hmac_key("k"));
        let (answer, ()) = lab.interrupted(&meter, make, command("generate-key"), || {
            assert_eq!(meter.retrieve(KEY).text("stt"), "pending");
            assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 5207);
        });
        assert_eq!((answer.code(), meter.invoke("mac", mac(KEY, b"m")).code()), (2001, 2004));
    });
}

// Shows SDH-3.
#[test]
fn a_label_that_is_given_while_a_key_is_made_is_kept() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let make = creation(STORAGE, hmac_key("k"));
        let (answer, ()) = lab.interrupted(&meter, make, commits().but_the_first(), || {
            let label = changes("csf:keyObject").with("lbl", ["meanwhile"]);
            assert_eq!(meter.update(KEY, label).code(), 2004);
        });
        let seen = meter.retrieve(KEY);
        assert_eq!((answer.code(), seen.text("stt"), seen.texts("lbl")), (2001, "active", vec!["meanwhile"]));
        assert_eq!(intents(&lab), 0);
    });
}

// Shows SDH-3.
#[test]
fn a_label_that_is_given_while_a_key_is_destroyed_does_not_bring_it_back() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        // From the moment at which it is certain that the key goes, nothing is accepted that would go with it.
        for (at, code) in [(commits(), 2004), (command("destroy-key"), 4105)] {
            let (answer, ()) = lab.interrupted(&meter, deletion(KEY), at, || {
                let label = changes("csf:keyObject").with("lbl", ["meanwhile"]);
                assert_eq!(meter.update(KEY, label).code(), code);
            });
            assert_eq!((answer.code(), meter.retrieve(KEY).code(), intents(&lab)), (2002, 4004, 0));
            assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        }
    });
}

// Shows SDH-3.
#[test]
fn a_state_that_several_demand_of_a_key_is_there_for_one_of_them() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let state = state_of(&meter.retrieve(KEY));
        let label = || changes("csf:keyObject").with("lbl", ["meanwhile"]);
        // Before it is certain that the key goes, a change comes in between, and the key stays.
        let destroy = || demanding(state.clone(), deletion(KEY));
        let (answer, ()) = lab.interrupted(&meter, destroy(), commits(), || {
            assert_eq!(meter.send(demanding(state.clone(), update(KEY, label()))).code(), 2004);
        });
        assert_eq!((answer.code(), answer.is_unmet), (4000, true));
        assert_eq!((meter.invoke("mac", mac(KEY, b"m")).code(), intents(&lab)), (2004, 0));
        // Afterwards nobody else gets anything.
        let state = state_of(&meter.retrieve(KEY));
        let destroy = || demanding(state.clone(), deletion(KEY));
        let (answer, ()) = lab.interrupted(&meter, destroy(), command("destroy-key"), || {
            assert_eq!(meter.send(destroy()).code(), 4105);
            assert_eq!(meter.send(demanding(IfMatch::Any, deletion(KEY))).code(), 4105);
            assert_eq!(meter.send(demanding(state.clone(), update(KEY, label()))).code(), 4105);
            assert_eq!(meter.update(KEY, label()).code(), 4105);
        });
        assert_eq!((answer.code(), meter.retrieve(KEY).code(), intents(&lab)), (2002, 4004, 0));
    });
}

// Shows SDH-1: the name of a key that is gone is another's, and stays so.
#[test]
fn a_late_deletion_does_not_touch_the_new_key_of_the_same_name() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        for at in [command("destroy-key"), commits().but_the_first()] {
            let (answer, id) = lab.interrupted(&meter, deletion(KEY), at, || {
                assert_eq!(meter.delete(KEY).code(), 2002);
                assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
                meter.retrieve(KEY).text("ri").to_owned()
            });
            assert_eq!(answer.code(), 2002);
            assert_eq!(meter.retrieve(KEY).code(), 2000);
            assert_eq!(meter.retrieve(KEY).text("ri"), id);
            assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
            assert_eq!(meter.discover(STORAGE, everything()).addresses(), [KEY]);
            assert!(is_in_environment(&lab, &id));
        }
    });
}
