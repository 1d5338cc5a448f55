//! A change for a target in a certain state only (`If-Match`): in one step with the change, and for those only who
//! may read the state.

use csf_api::{IfMatch, Object, Operation, Request, Response, Value};
use support::lab::{
    Asker, CREATE, DELETE, Fault, Lab, RETRIEVE, Reading as _, UPDATE, changes, commits, container, creation,
    deletion, demanding, group, instance, invocation, on_every_storage, rule, state_of, update,
};

use crate::scenery::{append, meter, must, policy_of_meter};

const READINGS: &str = "cse-mn/Cmeter/readings";

fn label(text: &str) -> Request {
    labelled(READINGS, text)
}

fn labelled(to: &str, text: &str) -> Request {
    update(to, changes("m2m:cnt").with("lbl", [text]))
}

/// The state that a RETRIEVE shows now.
fn state(asker: &Asker<'_>, to: &str) -> IfMatch {
    state_of(&asker.retrieve(to))
}

#[track_caller]
fn must_be_unmet(response: &Response) {
    assert_eq!((response.code(), response.is_unmet), (4000, true), "{response:?}");
}

/// The request is refused because of the state, and changes nothing.
#[track_caller]
fn changes_nothing(lab: &Lab, asker: &Asker<'_>, request: Request) {
    let before = lab.world().versions();
    must_be_unmet(&asker.send(request));
    assert_eq!(lab.world().versions(), before);
}

#[test]
fn a_change_is_made_in_the_demanded_state_and_in_no_other() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let first = state(&meter, READINGS);
        must(&meter.send(demanding(first.clone(), label("one"))), 2004);
        let second = state(&meter, READINGS);
        assert_ne!(first, second);
        changes_nothing(&lab, &meter, demanding(first.clone(), label("two")));
        changes_nothing(&lab, &meter, demanding(first.clone(), deletion(READINGS)));
        changes_nothing(&lab, &meter, demanding(IfMatch::OneOf(vec![]), deletion(READINGS)));
        assert_eq!(meter.retrieve(READINGS).texts("lbl"), ["one"]);
        // One of several is enough, and any state is a state.
        let (IfMatch::OneOf(mut both), IfMatch::OneOf(more)) = (first, second) else { panic!("no tags") };
        both.extend(more);
        must(&meter.send(demanding(IfMatch::OneOf(both), label("three"))), 2004);
        must(&meter.send(demanding(IfMatch::Any, label("four"))), 2004);
        // An instance is a change of its container.
        let old = state(&meter, READINGS);
        append(&meter, READINGS, "1");
        changes_nothing(&lab, &meter, demanding(old, deletion(READINGS)));
        must(&meter.send(demanding(state(&meter, READINGS), deletion(READINGS))), 2002);
        must(&meter.send(demanding(IfMatch::Any, deletion(READINGS))), 4004);
    });
}

#[test]
fn of_two_who_saw_the_same_state_one_changes_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for (first, second) in [
            (label("first"), label("second")),
            (label("first"), deletion(READINGS)),
            (deletion(READINGS), label("second")),
            (deletion(READINGS), deletion(READINGS)),
        ] {
            let seen = state(&meter, READINGS);
            let deletes = first.operation == Operation::Delete;
            lab.script(commits(), Fault::Pending);
            let both = [first, second].map(|request| (&meter, demanding(seen.clone(), request)));
            let answers = lab.together(both.into());
            lab.heal();
            if deletes {
                must(&answers[0], 2002);
                must(&answers[1], 4004);
                must(&meter.create("cse-mn/Cmeter", container("readings")), 2001);
            } else {
                must(&answers[0], 2004);
                must_be_unmet(&answers[1]);
                assert_eq!(meter.retrieve(READINGS).texts("lbl"), ["first"]);
                must(&meter.send(label("between")), 2004);
            }
        }
    });
}

#[test]
fn what_changes_between_the_look_and_the_write_is_noticed() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for request in [label("late"), deletion(READINGS)] {
            for meanwhile in [label("early"), creation(READINGS, instance("1"))] {
                let request = demanding(state(&meter, READINGS), request.clone());
                let (answer, between) =
                    lab.interrupted(&meter, request, commits(), || meter.send(meanwhile.clone()));
                assert!(between.status.is_success());
                must_be_unmet(&answer);
                assert_ne!(meter.retrieve(READINGS).object().get("lbl"), Some(&Value::texts(["late"])));
            }
        }
        // What comes back as it was is in the demanded state.
        let seen = state(&meter, READINGS);
        let (answer, ()) = lab.interrupted(&meter, demanding(seen, label("late")), commits(), || {
            must(&meter.create("cse-mn/Cmeter", container("beside")), 2001);
        });
        must(&answer, 2004);
    });
}

// Shows ACC-9.
#[test]
fn nobody_learns_a_state_who_may_not_read_it() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let room = "cse-mn/Cmeter/room";
        let writer = rule(["Cguest"], UPDATE + DELETE);
        let id = policy_of_meter(&meter, "door", [writer, rule(["Cmeter"], 63)]);
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        let right = state(&meter, room);
        let wrong = state(&meter, READINGS);
        // Who may do nothing is told so, whatever the state.
        for demanded in [&right, &wrong, &IfMatch::Any] {
            for request in [labelled(room, "x"), deletion(room)] {
                let answer = lab.bare().send(demanding(demanded.clone(), request));
                assert_eq!((answer.code(), answer.is_unmet), (4103, false));
            }
        }
        // Who may change and not read gets one answer for every state.
        let refused = |demanded: &IfMatch, request: Request| {
            let answer = guest.send(demanding(demanded.clone(), request));
            must_be_unmet(&answer);
            answer.error_text().to_owned()
        };
        for request in [labelled(room, "x"), deletion(room)] {
            assert_eq!(refused(&right, request.clone()), refused(&wrong, request));
        }
        assert_eq!(state(&meter, room), right);
        must(&guest.send(demanding(IfMatch::Any, labelled(room, "x"))), 2004);
        // With the right to read, the state is one's own to demand.
        let reader = rule(["Cguest"], RETRIEVE + UPDATE);
        let pv = Object::new().with("acr", Value::List(vec![Value::Object(reader)]));
        must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", pv)), 2004);
        must(&guest.send(demanding(state(&guest, room), labelled(room, "y"))), 2004);
    });
}

// Shows ACC-9.
#[test]
fn a_right_that_is_withdrawn_before_the_write_is_decided_before_the_state() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let room = "cse-mn/Cmeter/room";
        let id = policy_of_meter(&meter, "door", [rule(["Cguest"], RETRIEVE + UPDATE)]);
        must(&meter.create("cse-mn/Cmeter", container("room").with("acpi", [id.as_str()])), 2001);
        let request = demanding(state(&guest, room), labelled(room, "late"));
        let (answer, ()) = lab.interrupted(&guest, request, commits(), || {
            let nobody =
                Object::new().with("acr", Value::List(vec![Value::Object(rule(["Cguest"], CREATE))]));
            must(&meter.update("cse-mn/Cmeter/door", changes("m2m:acp").with("pv", nobody)), 2004);
        });
        assert_eq!((answer.code(), answer.is_unmet), (4103, false));
    });
}

#[test]
fn the_latest_instance_goes_only_if_it_is_the_one_that_was_seen() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let latest = format!("{READINGS}/la");
        append(&meter, READINGS, "1");
        let seen = state(&meter, &latest);
        append(&meter, READINGS, "2");
        changes_nothing(&lab, &meter, demanding(seen.clone(), deletion(&latest)));
        // It is the oldest now.
        must(&meter.send(demanding(seen.clone(), deletion(&format!("{READINGS}/ol")))), 2002);
        must(&meter.send(demanding(state(&meter, &latest), deletion(&latest))), 2002);
        must(&meter.send(demanding(IfMatch::Any, deletion(&latest))), 4004);
        assert_eq!(meter.retrieve(READINGS).number("cni"), 0);
        // Two who saw the same one: it is removed, and counted off, once.
        append(&meter, READINGS, "3");
        append(&meter, READINGS, "4");
        let request = demanding(state(&meter, &latest), deletion(&latest));
        lab.script(commits(), Fault::Pending);
        let answers = lab.together(vec![(&meter, request.clone()), (&meter, request)]);
        lab.heal();
        must(&answers[0], 2002);
        must_be_unmet(&answers[1]);
        assert_eq!(meter.retrieve(READINGS).number("cni"), 1);
    });
}

#[test]
fn what_no_state_would_permit_is_refused_for_that() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        append(&meter, READINGS, "1");
        let latest = format!("{READINGS}/la");
        let never = IfMatch::OneOf(vec![]);
        let change = update(&latest, changes("m2m:cin").with("lbl", ["x"]));
        must(&meter.send(demanding(never.clone(), change)), 4005);
        let answer = lab.admin().send(demanding(never, deletion("cse-mn/security")));
        assert_eq!((answer.code(), answer.is_unmet), (4005, false));
    });
}

#[test]
fn no_state_is_demanded_of_the_members_of_a_group() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", group("g", 2, [READINGS])), 2001);
        let to = "cse-mn/Cmeter/g/fopt";
        let before = lab.world().versions();
        for demanded in [IfMatch::Any, state(&meter, READINGS)] {
            must(&meter.send(demanding(demanded.clone(), labelled(to, "x"))), 5001);
            must(&meter.send(demanding(demanded.clone(), deletion(to))), 5001);
            must(&lab.bare().send(demanding(demanded, deletion(to))), 4103);
        }
        assert_eq!(lab.world().versions(), before);
        // The group itself is a resource like any other.
        let group = "cse-mn/Cmeter/g";
        changes_nothing(&lab, &meter, demanding(state(&meter, READINGS), deletion(group)));
        must(&meter.send(demanding(state(&meter, group), deletion(group))), 2002);
    });
}

#[test]
fn a_function_runs_in_the_demanded_state_only() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let to = "cse-mn/security/data/function-random";
        let call = || invocation("random", Object::new().with("Dsz", Value::Integer(8)));
        must(&meter.send(call()), 2004);
        must(&meter.send(demanding(IfMatch::Any, call())), 2004);
        lab.world().forget_needs();
        must_be_unmet(&meter.send(demanding(state(&meter, READINGS), call())));
        assert!(lab.world().commands().is_empty());
        must(&meter.send(demanding(state(&meter, to), call())), 2004);
    });
}
