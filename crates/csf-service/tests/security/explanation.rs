//! Why an originator may or may not, for administrators: the answer is the gate's own (draft 6.3.1.1).

use csf_api::{Object, ResourceType, Response, Value};
use csf_service::AuditKind;
use support::lab::{
    Asker, Draft, Fault, Lab, Reading, changes, container, creation, deletion, discovery, draft, group,
    load_of, on_every_storage, policy, retrieval, rule, update,
};

use crate::kit::everything;

const ADMINISTRATION: &str = "cse-mn/security/administration";
const METER: &str = "cse-mn/Cmeter";
const TARGET: &str = "cse-mn/Cmeter/readings";
const OWN: &str = "cse-mn/Cmeter/own";

fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}

/// A container of Cmeter that two policies govern, one without, and two other applications.
fn scene(lab: &Lab) {
    let meter = lab.registered(1000, "Cmeter");
    for (uid, name) in [(1001, "Creader"), (1002, "Cwriter")] {
        let _ = lab.registered(uid, name);
    }
    let own = || rule(["Cmeter"], 63);
    must(&meter.create(METER, policy("p", [own(), rule(["Creader"], 2 + 32)], [own()])), 2001);
    let only_instances = Object::new().with("chty", Value::List(vec![Value::Integer(4)]));
    let writes = rule(["Cwriter"], 1).with("acod", Value::List(vec![Value::Object(only_instances)]));
    let labels = rule(["Cwriter"], 2 + 4).with("aca", Value::texts(["lbl"]));
    let from =
        Object::new().with("acip", Value::Object(Object::new().with("ipv4", Value::texts(["192.0.2.0/24"]))));
    let near = rule(["Creader"], 4).with("acco", Value::List(vec![Value::Object(from)]));
    must(&meter.create(METER, policy("q", [writes, labels, near], [own()])), 2001);
    let links = ["cse-mn/Cmeter/p", "cse-mn/Cmeter/q"];
    must(&meter.create(METER, container("readings").with("acpi", links)), 2001);
    must(&meter.create(METER, container("own")), 2001);
}

fn about(originator: &str, operation: i64, target: &str) -> Draft {
    let asked = changes("csf:explanation").with("fr", originator).with("op", operation).with("to", target);
    asked.with("atn", true)
}

fn explained(lab: &Lab, asked: Draft) -> Response {
    let response = lab.admin().update(ADMINISTRATION, asked);
    must(&response, 2004);
    response
}

fn decision(response: &Response) -> i64 {
    response.member("dec").as_integer().unwrap()
}

/// The policies that could not be had.
fn absent(response: &Response) -> Vec<&str> {
    response.member("abs").as_list().unwrap().iter().filter_map(Value::as_text).collect()
}

/// The outcomes of the rules, each with its policy's section and number.
fn outcomes(response: &Response) -> Vec<(String, i64, bool, String)> {
    let rules = response.member("rls").as_list().unwrap().iter().map(|rule| rule.as_object().unwrap());
    let text = |rule: &Object, name| rule.get(name).and_then(Value::as_text).unwrap().to_owned();
    rules
        .map(|rule| {
            let index = rule.get("idx").and_then(Value::as_integer).unwrap();
            let permits = rule.get("ok").and_then(Value::as_bool).unwrap();
            (text(rule, "sct"), index, permits, text(rule, "why"))
        })
        .collect()
}

fn asker<'a>(lab: &'a Lab, name: &'static str) -> Asker<'a> {
    let uid = match name {
        "Cmeter" => 1000,
        "Creader" => 1001,
        _ => 1002,
    };
    lab.as_ae(uid, name)
}

// Shows ACC-1: permitted and refused alike, the explanation says what the originator gets.
#[test]
fn the_explained_answer_is_the_one_that_the_originator_gets() {
    on_every_storage(|lab| {
        scene(&lab);
        let label = || changes("m2m:cnt").with("lbl", ["x"]);
        let room = || changes("m2m:cnt").with("mni", 3);
        let one = |name: &str| {
            let mut request = retrieval(TARGET);
            request.attributes = vec![name.into()];
            request
        };
        let cin = || draft(ResourceType::CONTENT_INSTANCE, "m2m:cin").with("con", "1");
        let to = |operation, target| move |name| about(name, operation, target);
        let (mut permitted, mut refused) = (0, 0);
        for name in ["Creader", "Cwriter", "Cmeter"] {
            for (number, (asked, request)) in [
                (to(2, TARGET)(name), retrieval(TARGET)),
                (to(2, TARGET)(name).with("att", ["lbl"]), one("lbl")),
                (to(2, TARGET)(name).with("att", ["mni"]), one("mni")),
                (to(2, TARGET)(name).with("fu", 1), discovery(TARGET, everything())),
                (to(2, OWN)(name), retrieval(OWN)),
                (to(2, "cse-mn/Cmeter/p")(name), retrieval("cse-mn/Cmeter/p")),
                (to(2, "cse-mn")(name), retrieval("cse-mn")),
                (to(2, ADMINISTRATION)(name), retrieval(ADMINISTRATION)),
                (to(3, TARGET)(name).with("att", ["lbl"]), update(TARGET, label())),
                (to(3, TARGET)(name).with("att", ["mni"]), update(TARGET, room())),
                (
                    to(3, OWN)(name).with("att", ["acpi"]),
                    update(OWN, changes("m2m:cnt").with("acpi", ["cse-mn/Cmeter/p"])),
                ),
                (to(1, TARGET)(name).with("rrt", 4).with("att", ["con"]), creation(TARGET, cin())),
                (to(1, TARGET)(name).with("rrt", 3).with("att", ["rn"]), creation(TARGET, container(name))),
                (to(4, "cse-mn/Cmeter/own")(name), deletion(OWN)),
            ]
            .into_iter()
            .enumerate()
            {
                let told = decision(&explained(&lab, asked));
                let got = asker(&lab, name).send(request).code();
                assert_eq!(told == 2, got == 4103, "{name} {number}: {got}");
                if told == 1 { permitted += 1 } else { refused += 1 }
            }
        }
        assert!(permitted >= 15 && refused >= 15, "{permitted} {refused}");
    });
}

#[test]
fn each_rule_of_each_policy_is_listed_with_the_first_condition_that_failed() {
    on_every_storage(|lab| {
        scene(&lab);
        let told = explained(&lab, about("Creader", 3, TARGET).with("adr", "198.51.100.1"));
        assert_eq!(decision(&told), 2);
        assert_eq!(told.text("gnd"), "the rule is for other addresses");
        let rule = |index, permits, why: &str| ("privileges".to_owned(), index, permits, why.to_owned());
        let originator = "no rule about this operation is for this originator";
        let operation = "no rule is about this operation";
        let others = [rule(0, false, originator), rule(1, false, operation)];
        let q = |last| [rule(0, false, operation), rule(1, false, originator), last];
        let away = q(rule(2, false, "the rule is for other addresses"));
        assert_eq!(outcomes(&told), [&others[..], &away[..]].concat());
        // The same from the right network.
        let told = explained(&lab, about("Creader", 3, TARGET).with("adr", "192.0.2.7"));
        assert_eq!(decision(&told), 1);
        assert!(told.text("gnd").starts_with("privileges[2] of acp-"), "{}", told.text("gnd"));
        let near = q(rule(2, true, "permits"));
        assert_eq!(outcomes(&told), [&others[..], &near[..]].concat());
    });
}

#[test]
fn grounds_that_are_no_rule_are_named_too() {
    on_every_storage(|lab| {
        scene(&lab);
        for (asked, decision, ground) in [
            (about("Cmeter", 2, OWN), 1, "default access of the creator"),
            (about("Creader", 2, OWN), 2, "the originator is not the creator"),
            (about("Cnew", 1, "cse-mn").with("rrt", 2), 1, "registration"),
            (about("CAdmin", 2, METER), 1, "administration"),
            (about("Creader", 2, "cse-mn"), 1, "registered entities read the CSEBase"),
        ] {
            let told = explained(&lab, asked);
            assert_eq!((self::decision(&told), told.text("gnd")), (decision, ground));
            assert!(outcomes(&told).is_empty());
        }
        let nothing = explained(&lab, about("Creader", 2, "cse-mn/nothing"));
        assert_eq!((nothing.member("sus").as_integer(), nothing.has("dec")), (Some(2), false));
    });
}

#[test]
fn a_time_counts_for_the_windows_of_rules() {
    on_every_storage(|lab| {
        scene(&lab);
        let noon = Object::new().with("actw", Value::texts(["* * 12 * * * *"]));
        let reads = rule(["Cwriter"], 2).with("acco", Value::List(vec![Value::Object(noon)]));
        let pv = Object::new().with("acr", Value::List(vec![Value::Object(reads)]));
        must(&lab.as_ae(1000, "Cmeter").update("cse-mn/Cmeter/p", changes("m2m:acp").with("pv", pv)), 2004);
        let at = |time: &str| explained(&lab, about("Cwriter", 2, TARGET).with("tim", time));
        assert_eq!(decision(&at("20261124T123000")), 1);
        let late = at("20261124T133000");
        assert_eq!((decision(&late), outcomes(&late)[0].3.as_str()), (2, "the rule is for another time"));
    });
}

// Shows ACC-9: what must be fetched is, in the rounds of a decision, and what cannot be had permits nothing.
#[test]
fn a_policy_or_a_group_that_cannot_be_had_is_said_and_permits_nothing() {
    on_every_storage(|lab| {
        scene(&lab);
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.create(METER, group("crowd", 3, [METER])), 2001);
        let crowd = meter.retrieve("cse-mn/Cmeter/crowd").text("ri").to_owned();
        let of_group = rule(["cse-mn/Cmeter/crowd"], 2);
        let pv = Object::new().with("acr", Value::List(vec![Value::Object(of_group)]));
        must(&meter.update("cse-mn/Cmeter/q", changes("m2m:acp").with("pv", pv.clone())), 2004);
        must(&meter.update("cse-mn/Cmeter/p", changes("m2m:acp").with("pv", pv)), 2004);
        // By membership, which is looked up.
        let asked = || about("Cmeter", 2, TARGET);
        assert_eq!((decision(&explained(&lab, asked())), meter.retrieve(TARGET).code()), (1, 2000));
        let not_a_member = explained(&lab, about("Creader", 2, TARGET));
        assert_eq!((decision(&not_a_member), asker(&lab, "Creader").retrieve(TARGET).code()), (2, 4103));
        lab.script(load_of(&format!("res/{crowd}")), Fault::Failing);
        let told = explained(&lab, asked());
        assert_eq!((decision(&told), meter.retrieve(TARGET).code()), (2, 4103));
        let why = "a group that a rule is for could not be had";
        assert!(outcomes(&told).iter().all(|(.., permits, said)| !permits && said == why), "{told:?}");
        lab.heal();
        let lost = lab.admin().retrieve("cse-mn/Cmeter/p");
        must(&lost, 4103);
        let policy = meter.retrieve("cse-mn/Cmeter/p").text("ri").to_owned();
        lab.script(load_of(&format!("res/{policy}")), Fault::Failing);
        let told = explained(&lab, about("Creader", 2, TARGET));
        assert_eq!((decision(&told), absent(&told)), (2, vec![&*policy]));
        assert_eq!(outcomes(&told).len(), 1, "the rules of the other policy");
    });
}

// Shows ACC-1: an explanation says what a denied caller must not learn.
#[test]
fn only_an_administrator_who_is_proven_is_told_and_nothing_remains() {
    on_every_storage(|lab| {
        scene(&lab);
        let asked = || about("Creader", 2, TARGET);
        let before = (lab.world().versions(), lab.admin().retrieve(TARGET).content);
        drop(lab.take_audits());
        must(&lab.admin().update(ADMINISTRATION, asked()), 2004);
        let audits = lab.take_audits();
        assert_eq!(audits.iter().map(|a| a.kind).collect::<Vec<_>>(), [AuditKind::Authorization]);
        for caller in [lab.as_ae(1000, "Cmeter"), lab.as_ae(1001, "Creader")] {
            must(&caller.update(ADMINISTRATION, asked()), 4103);
            // What is wrong with the question is not looked at either.
            must(&caller.update(ADMINISTRATION, changes("csf:explanation").with("op", "x")), 4103);
        }
        for record in audits.iter().chain(&lab.take_audits()) {
            let words = format!("{:?} {}", record.target, record.ground);
            assert!(!words.contains("Creader") && !words.contains("readings"), "{words}");
        }
        assert_eq!((lab.world().versions(), lab.admin().retrieve(TARGET).content), before);
        // Whom the administrator lets in may change administration, and is told nothing all the same.
        let all = Value::List(vec![Value::Object(rule(["CAdmin", "Cmeter"], 63))]);
        let opened = changes("m2m:acp").with("pv", Object::new().with("acr", all));
        must(&lab.admin().update("cse-mn/acpAdmin", opened), 2004);
        must(&lab.as_ae(1000, "Cmeter").update(ADMINISTRATION, asked()), 4103);
    });
}

// Shows ACC-9.
#[test]
fn what_is_no_question_for_an_explanation_is_refused() {
    on_every_storage(|lab| {
        scene(&lab);
        let many: Vec<String> = (0..129).map(|n| format!("a{n}")).collect();
        let many = Value::texts(many.iter().map(String::as_str));
        for (name, value) in [
            ("adr", Value::text("192.0.2")),
            ("tim", Value::text("noon")),
            ("rids", Value::text("r@csf.example")),
            ("rids", Value::List(vec![Value::Integer(1)])),
            ("att", many),
            ("rrt", Value::Integer(3)),
            ("op", Value::Integer(1)),
            ("op", Value::Integer(9)),
            ("tkns", Value::text("a.b.c")),
            ("cnd", Value::text("org.example.lamp")),
            ("lbl", Value::texts(["x"])),
        ] {
            let asked = about("Creader", 2, TARGET).with(name, value);
            must(&lab.admin().update(ADMINISTRATION, asked), 4000);
        }
        must(&lab.admin().update(ADMINISTRATION, about("Creader", 4, TARGET).with("att", ["lbl"])), 4000);
    });
}
