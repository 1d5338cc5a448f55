//! Parts that fail: the right status, no detail, and no half of anything.

use support::lab::{
    ALL, Fault, Lab, Reading, World, changes, command, commits, container, hmac_key, instance, load_of,
    loads_of, on_every_storage, rule, scans_of,
};

use crate::kit::{KEY, STORAGE, digest, everything, mac, owner_of, random, stored};

fn says_nothing(answer: &csf_api::Response) {
    let text = answer.error_text();
    for detail in [World::SECRET, "records.db", "disk", "I/O", "/var", "sqlite", "res/", "soft"] {
        assert!(!text.contains(detail), "{text}");
    }
}

fn with_container(lab: &Lab) -> support::lab::Asker<'_> {
    let meter = lab.registered(1000, "Cmeter");
    assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
    meter
}

// Shows ACC-9.
#[test]
fn a_store_that_cannot_be_read_is_an_internal_error_without_detail() {
    on_every_storage(|lab| {
        let meter = with_container(&lab);
        for wanted in [load_of("res/Cmeter"), loads_of("ord/cnt-"), load_of("state/policy-epoch")] {
            lab.script(wanted, Fault::Failing);
            let answer = meter.retrieve("cse-mn/Cmeter/c");
            assert_eq!(answer.code(), 5000);
            says_nothing(&answer);
            lab.heal();
            assert_eq!(meter.retrieve("cse-mn/Cmeter/c").code(), 2000);
        }
        // Where a name leads is remembered; one that leads nowhere is looked up each time.
        lab.script(load_of("name/Cmeter/nothing"), Fault::Failing);
        let answer = meter.retrieve("cse-mn/Cmeter/nothing");
        assert_eq!(answer.code(), 5000);
        says_nothing(&answer);
        lab.heal();
        assert_eq!(meter.retrieve("cse-mn/Cmeter/nothing").code(), 4004);
        lab.script(scans_of("child/"), Fault::Failing);
        let answer = meter.discover("cse-mn/Cmeter", everything());
        assert_eq!(answer.code(), 5000);
        says_nothing(&answer);
    });
}

// Shows ACC-9.
#[test]
fn a_store_that_cannot_be_written_is_an_internal_error_and_changes_nothing() {
    on_every_storage(|lab| {
        let meter = with_container(&lab);
        let before = lab.world().versions();
        lab.script(commits(), Fault::Failing);
        let policy = support::lab::policy("p", [], [rule(["Cmeter"], ALL)]);
        for answer in [
            meter.create("cse-mn/Cmeter/c", instance("x")),
            meter.create("cse-mn/Cmeter", policy),
            meter.update("cse-mn/Cmeter/c", changes("m2m:cnt").with("lbl", ["x"])),
            meter.delete("cse-mn/Cmeter/c"),
            lab.user(1001).register("Cother"),
            meter.create(STORAGE, hmac_key("k")),
        ] {
            assert_eq!(answer.code(), 5000);
            says_nothing(&answer);
        }
        assert_eq!(lab.world().versions(), before);
        assert!(!lab.world().commands().contains(&"generate-key"), "no act without an intent");
    });
}

// Shows ACC-9 and TRN-7 in part.
#[test]
fn an_environment_that_does_not_answer_is_said_to_be_out_of_reach() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        for (name, function, input) in [
            ("random", "random", random(4)),
            ("digest", "digest", digest(b"m")),
            ("mac", "mac", mac(KEY, b"m")),
        ] {
            lab.script(command(name), Fault::Failing);
            let answer = meter.invoke(function, input.clone());
            assert_eq!(answer.code(), 5103, "{function}");
            says_nothing(&answer);
            lab.heal();
            lab.script(command(name), Fault::Pending);
            assert_eq!(meter.invoke(function, input).code(), 2004, "{function} is only slow");
            lab.heal();
        }
        lab.script(command("digest"), Fault::Late);
        let answer = meter.invoke("digest", digest(b"m"));
        assert_eq!(answer.code(), 4008);
        says_nothing(&answer);
    });
}

// Shows SDH-3: a key whose making has no known end waits for the next start, and is not used before.
#[test]
fn a_key_whose_making_has_an_unknown_outcome_is_settled_at_the_next_start() {
    on_every_storage(|lab| {
        drop(lab.registered(1000, "Cmeter"));
        lab.script(command("generate-key"), Fault::Failing);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 5103);
        lab.heal();
        assert_eq!(meter.retrieve(KEY).text("stt"), "pending");
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 5207);
        let lab = lab.restart(|_| {});
        // The environment says that it never made one.
        assert_eq!((lab.started().settled, lab.as_ae(1000, "Cmeter").retrieve(KEY).code()), (1, 4004));
    });
}

// Shows SDH-3.
#[test]
fn a_key_whose_making_took_too_long_to_begin_leaves_no_object() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = stored(&lab);
        lab.script(command("generate-key"), Fault::Late);
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 4008);
        lab.heal();
        assert_eq!(stored(&lab), before);
        assert!(!lab.world().versions().keys().any(|key| key.starts_with("intent/")));
    });
}

// Shows SDH-3.
#[test]
fn a_key_whose_outcome_cannot_be_written_becomes_active_at_the_next_start() {
    on_every_storage(|lab| {
        drop(lab.registered(1000, "Cmeter"));
        lab.script(commits().but_the_first(), Fault::Failing);
        let answer = lab.as_ae(1000, "Cmeter").create(STORAGE, hmac_key("k"));
        assert_eq!(answer.code(), 5000);
        says_nothing(&answer);
        lab.heal();
        let lab = lab.restart(|_| {});
        assert_eq!((lab.started().settled, lab.started().left), (1, 0));
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-2 and SDH-3: an answer that nothing was done is true, at every later start too.
#[test]
fn a_key_whose_destruction_was_refused_for_lack_of_time_stays() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        lab.script(command("destroy-key"), Fault::Late);
        assert_eq!(meter.delete(KEY).code(), 4008);
        lab.heal();
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        let lab = lab.restart(|_| {});
        assert_eq!((lab.started().settled, lab.started().left), (0, 0));
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows SDH-3: and where nobody knows what was done, the destruction is completed.
#[test]
fn a_key_whose_destruction_has_an_unknown_outcome_is_gone_after_the_next_start() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        lab.script(command("destroy-key"), Fault::Failing);
        assert_eq!(meter.delete(KEY).code(), 5103);
        lab.heal();
        let lab = lab.restart(|_| {});
        assert_eq!(lab.started().settled, 1);
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(KEY).code(), 4004);
    });
}

// An identity needs randomness, and there is no other source of it.
#[test]
fn no_identity_is_assigned_without_the_randomness_of_an_environment() {
    on_every_storage(|lab| {
        lab.script(command("random"), Fault::Failing);
        assert_eq!(lab.user(1000).register("C").code(), 5103);
        lab.heal();
        assert_eq!(lab.user(1000).register("C").code(), 2001);
    });
}
