//! Recent decisions, for administrators: listed, and explained afterwards (draft 6.3.1.1).

use csf_api::{Object, Response, Value};
use csf_service::RequestNumber;
use support::lab::{
    Draft, Lab, Reading as _, changes, container, group, on_every_storage, policy, rule, update,
};

const ADMINISTRATION: &str = "cse-mn/security/administration";
const METER: &str = "cse-mn/Cmeter";
const TARGET: &str = "cse-mn/Cmeter/readings";

fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}

/// A container that Creader may read, and an application that may not.
fn scene(lab: &Lab) {
    let meter = lab.registered(1000, "Cmeter");
    for (uid, name) in [(1001, "Creader"), (1002, "Cother")] {
        let _ = lab.registered(uid, name);
    }
    let rules = [rule(["Cmeter"], 63), rule(["Creader"], 2)];
    must(&meter.create(METER, policy("p", rules, [rule(["Cmeter"], 63)])), 2001);
    must(&meter.create(METER, container("readings").with("acpi", ["cse-mn/Cmeter/p"])), 2001);
}

fn told(lab: &Lab, asked: Draft) -> Vec<Object> {
    let response = lab.admin().update(ADMINISTRATION, asked);
    must(&response, 2004);
    response.member("lst").as_list().unwrap().iter().filter_map(Value::as_object).cloned().collect()
}

fn listed(lab: &Lab, most: i64, refused: bool) -> Vec<Object> {
    let asked = changes("csf:explanation").with("lst", most);
    told(lab, if refused { asked.with("rfs", true) } else { asked })
}

/// The one decision of a request, and what is said of it now.
fn explained(lab: &Lab, number: RequestNumber) -> (Object, Object) {
    let found = told(lab, changes("csf:explanation").with("req", &*number.to_string()));
    let [one] = found.as_slice() else { panic!("one decision: {found:?}") };
    (one.clone(), one.get("exp").and_then(Value::as_object).unwrap().clone())
}

fn text<'a>(of: &'a Object, name: &str) -> &'a str {
    of.get(name).and_then(Value::as_text).unwrap_or("")
}

fn number(of: &Object, name: &str) -> i64 {
    of.get(name).and_then(Value::as_integer).unwrap_or(0)
}

fn flag(of: &Object, name: &str) -> Option<bool> {
    of.get(name).and_then(Value::as_bool)
}

// Shows ACC-1: a decision can be explained afterwards, permitted and refused alike.
#[test]
fn recent_decisions_are_listed_and_explained_against_the_policies_of_then() {
    on_every_storage(|lab| {
        scene(&lab);
        must(&lab.as_ae(1001, "Creader").retrieve(TARGET), 2000);
        let permitted = lab.world().last_request();
        must(&lab.as_ae(1002, "Cother").retrieve(TARGET), 4103);
        let refused = lab.world().last_request();
        must(&lab.network("Creader").retrieve(TARGET), 4103);
        let bare = lab.world().last_request();
        let list = listed(&lab, 4, false);
        // The question itself was decided too, and comes first.
        let seen: Vec<_> =
            list.iter().map(|one| (text(one, "fr"), text(one, "std"), number(one, "dec"))).collect();
        let name = |stem: &str| format!("//csf.example/id-mn/{stem}");
        let (admin, other, reader) = (name("CAdmin"), name("Cother"), name("Creader"));
        assert_eq!(
            seen,
            [(&*admin, "proven", 1), ("", "bare", 2), (&*other, "proven", 2), (&*reader, "proven", 1)]
        );
        assert!(list[1..].iter().all(|one| text(one, "to") == TARGET && number(one, "op") == 2));
        assert_eq!(listed(&lab, 1, true)[0].get("req"), Some(&Value::text(&bare.to_string())));
        for (request, decided, ground) in [
            (permitted, 1, "privileges[1] of acp-"),
            (refused, 2, "no rule about this operation is for this originator"),
            (bare, 2, ""),
        ] {
            let (one, again) = explained(&lab, request);
            assert_eq!((number(&one, "dec"), number(&again, "dec")), (decided, decided), "{again:?}");
            assert!(text(&again, "gnd").starts_with(ground), "{again:?}");
            assert_eq!((flag(&again, "thn"), flag(&again, "sam")), (Some(true), Some(true)));
            assert_eq!(again.get("rls").and_then(Value::as_list).map(<[_]>::len), Some(2));
        }
    });
}

// Shows ACC-1: what the policies of now say is not passed off as what those of then said.
#[test]
fn after_a_change_of_policies_the_explanation_says_that_it_is_of_now() {
    on_every_storage(|lab| {
        scene(&lab);
        must(&lab.as_ae(1002, "Cother").retrieve(TARGET), 4103);
        let refused = lab.world().last_request();
        let acr = Value::List(vec![Value::Object(rule(["Cother"], 2)), Value::Object(rule(["Cmeter"], 63))]);
        let opened = changes("m2m:acp").with("pv", Object::new().with("acr", acr));
        must(&lab.as_ae(1000, "Cmeter").update("cse-mn/Cmeter/p", opened), 2004);
        let (one, again) = explained(&lab, refused);
        assert_eq!((number(&one, "dec"), number(&again, "dec")), (2, 1));
        assert_eq!((flag(&again, "thn"), flag(&again, "sam")), (Some(false), Some(false)));
        // What was asked about can be gone, and whoever asked too.
        must(&lab.as_ae(1000, "Cmeter").delete(TARGET), 2002);
        let (one, again) = explained(&lab, refused);
        assert_eq!((text(&one, "fr").is_empty(), number(&again, "sus")), (false, 2), "{again:?}");
    });
}

#[test]
fn a_time_of_then_counts_and_what_is_not_kept_is_said() {
    on_every_storage(|lab| {
        scene(&lab);
        let write = changes("m2m:cnt").with("lbl", ["x"]);
        must(&lab.as_ae(1001, "Creader").update(TARGET, write), 4103);
        let (one, again) = explained(&lab, lab.world().last_request());
        assert_eq!((number(&one, "op"), number(&again, "dec")), (3, 2));
        let unknown = again.get("unk").and_then(Value::as_list).unwrap();
        assert!(unknown.iter().any(|what| what.as_text() == Some("which attributes it gave")), "{unknown:?}");
        // A change of links is decided by the privileges of the policies themselves, then and now.
        let links = changes("m2m:cnt").with("acpi", ["cse-mn/Cmeter/p"]);
        must(&lab.as_ae(1001, "Creader").send(update(TARGET, links)), 4103);
        let (_, again) = explained(&lab, lab.world().last_request());
        let rows = again.get("rls").and_then(Value::as_list).unwrap();
        let sections: Vec<_> = rows.iter().filter_map(Value::as_object).map(|row| text(row, "sct")).collect();
        assert_eq!(sections, ["selfPrivileges"]);
    });
}

#[test]
fn a_request_to_the_members_of_a_group_has_a_decision_for_each() {
    on_every_storage(|lab| {
        scene(&lab);
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.create(METER, group("all", 3, [TARGET, METER])), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/all/fopt"), 2000);
        let request = lab.world().last_request().to_string();
        let found = told(&lab, changes("csf:explanation").with("req", &*request));
        let mut to: Vec<_> = found.iter().map(|one| text(one, "to")).collect();
        to.sort_unstable();
        assert_eq!(to, [METER, "cse-mn/Cmeter/all/fopt", TARGET]);
        // The explanation of the first names no members: each has its own.
        let explained = found.iter().filter_map(|one| one.get("exp").and_then(Value::as_object));
        assert!(explained.clone().all(|again| again.get("mbs").is_none()));
        assert!(explained.clone().all(|again| number(again, "dec") == 1));
    });
}

// Shows ACC-1: nobody but the administrator who is proven learns what was decided about others.
#[test]
fn nobody_else_is_told_and_what_is_no_question_is_refused() {
    on_every_storage(|lab| {
        scene(&lab);
        let asked = || changes("csf:explanation").with("lst", 5);
        let number = lab.world().last_request().to_string();
        let of_one = || changes("csf:explanation").with("req", &*number);
        for caller in [lab.as_ae(1000, "Cmeter"), lab.as_ae(1001, "Creader"), lab.network("CAdmin")] {
            must(&caller.update(ADMINISTRATION, asked()), 4103);
            must(&caller.update(ADMINISTRATION, of_one()), 4103);
        }
        must(&lab.admin().update(ADMINISTRATION, asked()), 2004);
        must(&lab.admin().update(ADMINISTRATION, of_one()), 2004);
        for asked in [
            changes("csf:explanation").with("lst", 0),
            changes("csf:explanation").with("lst", 251),
            changes("csf:explanation").with("lst", "all"),
            changes("csf:explanation").with("lst", 1).with("rfs", 1),
            changes("csf:explanation").with("lst", 1).with("req", "00001-1"),
            changes("csf:explanation").with("lst", 1).with("fr", "Cmeter"),
            changes("csf:explanation").with("req", "1"),
            changes("csf:explanation").with("req", "1-1"),
            changes("csf:explanation").with("req", "00001-1").with("rfs", true),
        ] {
            must(&lab.admin().update(ADMINISTRATION, asked), 4000);
        }
        assert!(told(&lab, changes("csf:explanation").with("req", "00001-ffff")).is_empty());
    });
}
