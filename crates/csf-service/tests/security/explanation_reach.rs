//! How far explanations reach: callers whom nothing proves, kinds of flexContainers, and members behind a group.

use csf_api::{Object, ResourceType, Response, Value};
use support::lab::{
    Draft, Lab, Reading as _, changes, container, draft, group, on_every_storage, policy, rule,
};

const ADMINISTRATION: &str = "cse-mn/security/administration";
const METER: &str = "cse-mn/Cmeter";

fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}

fn about(operation: i64, target: &str) -> Draft {
    changes("csf:explanation").with("op", operation).with("to", target)
}

fn explained(lab: &Lab, asked: Draft) -> Response {
    let response = lab.admin().update(ADMINISTRATION, asked);
    must(&response, 2004);
    response
}

fn decision(of: &Object) -> Option<i64> {
    of.get("dec").and_then(Value::as_integer)
}

fn told(response: &Response) -> Object {
    response.content.as_ref().and_then(|content| content.value.as_object()).cloned().unwrap()
}

/// A container that this policy governs.
fn governed(lab: &Lab, name: &'static str, rules: Object) {
    let meter = lab.as_ae(1000, "Cmeter");
    let of = format!("{METER}/{name}Policy");
    let policy = policy(&format!("{name}Policy"), [rules, rule(["Cmeter"], 63)], [rule(["Cmeter"], 63)]);
    must(&meter.create(METER, policy), 2001);
    must(&meter.create(METER, container(name).with("acpi", [of.as_str()])), 2001);
}

// Shows ACC-1: a caller of whom nothing is proven is met by rules for all, and by no other.
#[test]
fn what_a_bare_caller_gets_is_explained() {
    on_every_storage(|lab| {
        let _ = lab.registered(1000, "Cmeter");
        governed(&lab, "open", rule(["all"], 2));
        governed(&lab, "closed", rule(["Creader"], 2));
        governed(&lab, "proven", rule(["all"], 2).with("acaf", Value::Bool(true)));
        for (name, decided, code) in [("open", 1, 2000), ("closed", 2, 4103), ("proven", 2, 4103)] {
            let to = format!("{METER}/{name}");
            assert_eq!(decision(&told(&explained(&lab, about(2, &to)))), Some(decided), "{name}");
            assert_eq!(lab.network("Creader").retrieve(&to).code(), code, "{name}");
        }
        // Nobody cannot be authenticated.
        let response = lab.admin().update(ADMINISTRATION, about(2, METER).with("atn", true));
        must(&response, 4000);
    });
}

// Shows ACC-1: object details are held against the kind that would be made.
#[test]
fn the_kind_of_a_flex_container_counts() {
    on_every_storage(|lab| {
        let _ = lab.registered(1000, "Cmeter");
        let _ = lab.registered(1001, "Creader");
        let details = Object::new()
            .with("chty", Value::List(vec![Value::Integer(28)]))
            .with("spty", Value::Object(Object::new().with("cnd", Value::text("csf:keyObject"))));
        let creates = rule(["Creader"], 1).with("acod", Value::List(vec![Value::Object(details)]));
        governed(&lab, "keys", creates);
        let to = format!("{METER}/keys");
        let asked = || about(1, &to).with("fr", "Creader").with("atn", true).with("rrt", 28);
        for (asked, decided) in [
            (asked().with("cnd", "csf:keyObject"), 1),
            (asked().with("cnd", "csf:dataObject"), 2),
            (asked(), 2),
        ] {
            assert_eq!(decision(&told(&explained(&lab, asked))), Some(decided));
        }
        // In fact the one is let through to what refuses it for another reason, the other is not.
        let make = |root: &'static str| draft(ResourceType::FLEX_CONTAINER, root).with("cnd", root);
        let reader = lab.as_ae(1001, "Creader");
        assert_ne!(reader.create(&to, make("csf:keyObject")).code(), 4103);
        assert_eq!(reader.create(&to, make("csf:dataObject")).code(), 4103);
    });
}

// Shows ACC-1: behind fopt each member is explained, as each is asked.
#[test]
fn each_member_behind_a_group_is_explained_for_itself() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let reader = lab.registered(1001, "Creader");
        governed(&lab, "one", rule(["Creader"], 2));
        governed(&lab, "two", rule(["Cmeter"], 2));
        let members = ["cse-mn/Cmeter/one", "cse-mn/Cmeter/two"];
        let mut all = group("all", 3, members);
        all = all.with("macp", ["cse-mn/Cmeter/onePolicy"]);
        must(&meter.create(METER, all), 2001);
        let to = "cse-mn/Cmeter/all/fopt";
        let asked = |who: &str| told(&explained(&lab, about(2, to).with("fr", who).with("atn", true)));
        let answer = asked("Creader");
        assert_eq!(decision(&answer), Some(1), "it may ask the members");
        let members = answer.get("mbs").and_then(Value::as_list).unwrap();
        let decided: Vec<_> = members.iter().filter_map(Value::as_object).map(decision).collect();
        assert_eq!(decided, [Some(1), Some(2)]);
        let got = reader.retrieve(to);
        must(&got, 2000);
        let parts = got.member("m2m:rsp").as_list().unwrap();
        let codes: Vec<_> =
            parts.iter().filter_map(Value::as_object).map(|p| p.get("rsc").cloned()).collect();
        assert_eq!(codes, [Some(Value::Integer(2000)), Some(Value::Integer(4103))]);
        // Who may not ask the members is told of none.
        let _ = lab.registered(1002, "Cother");
        let other = asked("Cother");
        assert_eq!((decision(&other), other.get("mbs")), (Some(2), None));
        must(&lab.as_ae(1002, "Cother").retrieve(to), 4103);
    });
}

#[test]
fn groups_that_stand_in_each_other_end() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        must(&meter.create(METER, group("a", 2, [METER])), 2001);
        must(&meter.create(METER, group("b", 2, ["cse-mn/Cmeter/a/fopt"])), 2001);
        must(
            &meter.update("cse-mn/Cmeter/a", changes("m2m:grp").with("mid", ["cse-mn/Cmeter/b/fopt"])),
            2004,
        );
        let asked = about(2, "cse-mn/Cmeter/a/fopt").with("fr", "Cmeter").with("atn", true);
        let answer = told(&explained(&lab, asked));
        assert_eq!(decision(&answer), Some(1));
    });
}
