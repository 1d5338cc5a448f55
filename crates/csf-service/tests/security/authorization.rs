//! The authorization service: CSFs ask whether an originator may do something (draft 6.3.1.2).

use csf_api::{AccessOperation, Address, EntityId, ResourceType, Response, Value};
use csf_service::{Authorization, AuthorizationStep, Decision, Question};
use support::lab::{
    Asker, Draft, Lab, Reading, changes, container, deletion, discovery, draft, hmac_key, invocation,
    on_every_storage, policy, retrieval, rule, update,
};

use crate::kit::{KEY, STORAGE, everything, mac, random};

const SERVICE: &str = "cse-mn/security/authorization";
const TARGET: &str = "cse-mn/Cmeter/readings";

fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{response:?}");
}

/// A container of Cmeter that Creader may read and find, and proven callers may change; and `local:billing`, which may
/// ask.
fn scene(lab: &Lab) {
    let meter = lab.registered(1000, "Cmeter");
    let own = rule(["Cmeter"], 63);
    let reads = rule(["Creader"], 2 + 32);
    let proven = rule(["Creader"], 4).with("acaf", Value::Bool(true));
    must(&meter.create("cse-mn/Cmeter", policy("p", [own.clone(), reads, proven], [own])), 2001);
    must(&meter.create("cse-mn/Cmeter", container("readings").with("acpi", ["cse-mn/Cmeter/p"])), 2001);
    let _ = lab.registered(1001, "Creader");
    let admin = lab.admin();
    let asks = policy("asks", [rule(["local:billing"], 4)], [rule(["CAdmin"], 63)]);
    must(&admin.create("cse-mn", asks), 2001);
    let links = changes("csf:authorizationService").with("acpi", ["acpAdmin", "cse-mn/asks"]);
    must(&admin.update(SERVICE, links), 2004);
}

fn billing(lab: &Lab) -> Asker<'_> {
    lab.as_ae(500, "local:billing")
}

/// An `<authorizationDecision>` called `pdp`; its administrator.
fn decision_point(lab: &Lab) -> Asker<'_> {
    let admin = lab.admin();
    let point = draft(ResourceType::AUTHORIZATION_DECISION, "m2m:auds").with("rn", "pdp");
    must(&admin.create("cse-mn", point), 2001);
    admin
}

fn about(originator: &str, operation: i64, target: &str) -> Draft {
    changes("csf:authorization").with("fr", originator).with("op", operation).with("to", target)
}

fn question(lab: &Lab, originator: &str, operation: AccessOperation) -> Question {
    let originator = EntityId::parse(originator, &lab.service().settings().home).unwrap();
    Question { originator, authenticated: true, operation, target: Address::parse(TARGET).unwrap() }
}

fn decision(response: &Response) -> (u16, Option<i64>, i64) {
    let member = |name| response.content.as_ref()?.value.as_object()?.get(name)?.as_integer();
    (response.code(), member("dec"), member("sus").unwrap_or_default())
}

const PERMIT: (u16, Option<i64>, i64) = (2004, Some(1), 1);
const DENY: (u16, Option<i64>, i64) = (2004, Some(2), 1);

// Shows ACC-5: the answer is the one that the gate gives the originator itself.
#[test]
fn a_local_csf_is_told_what_the_gate_would_answer_the_originator() {
    on_every_storage(|lab| {
        scene(&lab);
        for (originator, uid) in [("Cmeter", 1000), ("Creader", 1001)] {
            let asker = lab.as_ae(uid, originator);
            for (operation, discovers, request) in [
                (2, false, retrieval(TARGET)),
                (2, true, discovery(TARGET, everything())),
                (3, false, update(TARGET, changes("m2m:cnt").with("lbl", ["x"]))),
                (4, false, deletion(TARGET)),
            ] {
                let asked = about(originator, operation, TARGET).with("atn", true);
                let asked = if discovers { asked.with("fu", 1) } else { asked };
                let told = decision(&billing(&lab).update(SERVICE, asked));
                let itself = asker.send(request).code();
                let expected = if itself == 4103 { DENY } else { PERMIT };
                assert_eq!(told, expected, "{originator} {operation} {discovers}: {itself}");
                if operation == 4 && itself == 2002 {
                    let again = container("readings").with("acpi", ["cse-mn/Cmeter/p"]);
                    must(&asker.create("cse-mn/Cmeter", again), 2001);
                }
            }
        }
    });
}

// Shows ACC-5: a rule that demands an authenticated originator is met by what the asker says of it, and by nothing else.
#[test]
fn whether_the_originator_was_authenticated_is_for_the_asker_to_say() {
    on_every_storage(|lab| {
        scene(&lab);
        let asked = about("Creader", 3, TARGET);
        assert_eq!(decision(&billing(&lab).update(SERVICE, asked.clone())), DENY);
        assert_eq!(decision(&billing(&lab).update(SERVICE, asked.clone().with("atn", false))), DENY);
        assert_eq!(decision(&billing(&lab).update(SERVICE, asked.with("atn", true))), PERMIT);
        let nothing = billing(&lab).update(SERVICE, about("Creader", 2, "cse-mn/nothing"));
        assert_eq!(decision(&nothing), (2004, None, 2), "nothing there is no permission");
    });
}

// Shows ACC-6: who may not ask learns nothing, and steps 003 to 005 are in the trace.
#[test]
fn who_may_not_ask_is_refused_the_same_whatever_the_answer_would_have_been() {
    on_every_storage(|lab| {
        scene(&lab);
        let mut refused = Vec::new();
        for asker in [lab.as_ae(1000, "Cmeter"), lab.as_ae(1001, "Creader"), lab.as_ae(500, "Cfixed")] {
            for (originator, operation, target) in [
                ("Creader", AccessOperation::Retrieve, TARGET),
                ("Creader", AccessOperation::Delete, TARGET),
                ("Cnobody", AccessOperation::Retrieve, "cse-mn/nothing"),
            ] {
                let target = Address::parse(target).unwrap();
                let question = Question { target, ..question(&lab, originator, operation) };
                let mut flow = Authorization::requested();
                let response = asker.ask(&mut flow, &question).unwrap_err();
                assert_eq!(response.code(), 4103);
                assert_eq!(flow.carry_out(|| "done"), None, "nothing is carried out after a refusal");
                let steps = flow.respond();
                let controlled =
                    [AuthorizationStep::Forwarded, AuthorizationStep::Verified, AuthorizationStep::Answered];
                assert!(steps.windows(3).any(|three| three == controlled), "{steps:?}");
                refused.push((response.status, response.content.clone()));
            }
        }
        assert!(refused.windows(2).all(|two| two[0] == two[1]), "{refused:?}");
        // A malformed question of somebody who may not ask is not looked at either.
        let nonsense = changes("csf:authorization").with("op", "x");
        must(&lab.as_ae(1000, "Cmeter").update(SERVICE, nonsense.clone()), 4103);
        must(&billing(&lab).update(SERVICE, nonsense), 4000);
        // And a name is not enough.
        must(&lab.as_ae(1000, "local:billing").update(SERVICE, about("Creader", 2, TARGET)), 4106);
    });
}

// Shows ACC-5: steps 001 to 009, in order.
#[test]
fn an_authorization_takes_nine_steps_and_carries_out_what_was_permitted_only() {
    on_every_storage(|lab| {
        scene(&lab);
        for (operation, decided, done) in [
            (AccessOperation::Retrieve, Decision::Permit, Some("done")),
            (AccessOperation::Delete, Decision::Deny, None),
        ] {
            let mut flow = Authorization::requested();
            let asked = billing(&lab).ask(&mut flow, &question(&lab, "Creader", operation));
            assert_eq!(asked.unwrap(), decided);
            assert_eq!(flow.carry_out(|| "done"), done);
            let steps = flow.respond();
            let numbers: Vec<u8> = steps.iter().map(|step| *step as u8).collect();
            assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        let mut unasked = Authorization::requested();
        assert_eq!(unasked.carry_out(|| "done"), None, "nobody was asked");
    });
}

// Shows ACC-5: neither question nor answer stays.
#[test]
fn nothing_of_a_question_remains() {
    on_every_storage(|lab| {
        scene(&lab);
        let admin = decision_point(&lab);
        let before = (lab.world().versions(), admin.retrieve(SERVICE), admin.retrieve("cse-mn/pdp"));
        let _ = lab.take_audits();
        assert_eq!(decision(&billing(&lab).update(SERVICE, about("Creader", 2, TARGET))), PERMIT);
        let asked = changes("m2m:auds").with("fr", "Creader").with("op", 2).with("to", TARGET);
        assert_eq!(decision(&admin.update("cse-mn/pdp", asked)), PERMIT);
        for record in lab.take_audits() {
            let words = format!("{:?} {:?} {}", record.originator, record.target, record.ground);
            assert!(!words.contains("Creader") && !words.contains("readings"), "{words}");
        }
        assert_eq!(lab.world().versions(), before.0);
        assert_eq!(admin.retrieve(SERVICE).content, before.1.content);
        assert_eq!(admin.retrieve("cse-mn/pdp").content, before.2.content);
    });
}

// Shows ACC-9: what is no question is refused, and other attributes are not mixed with one.
#[test]
fn a_decision_point_takes_a_whole_question_and_nothing_beside_it() {
    on_every_storage(|lab| {
        scene(&lab);
        let admin = decision_point(&lab);
        let whole = changes("m2m:auds").with("fr", "Creader").with("op", 2).with("to", TARGET);
        assert_eq!(decision(&admin.update("cse-mn/pdp", whole.clone())), PERMIT);
        // Its asker vouches; the rule that demands authentication is not met.
        assert_eq!(decision(&admin.update("cse-mn/pdp", whole.clone().with("op", 3))), DENY);
        for name in ["fr", "op", "to"] {
            must(&admin.update("cse-mn/pdp", whole.clone().without(name)), 4000);
        }
        must(&admin.update("cse-mn/pdp", whole.clone().with("lbl", ["x"])), 4000);
        must(&admin.update("cse-mn/pdp", whole.clone().with("dec", 1)), 4000);
        must(&admin.update("cse-mn/pdp", whole.clone().with("rids", ["r@csf.example"])), 5001);
        must(&admin.update("cse-mn/pdp", changes("m2m:auds").with("lbl", ["x"])), 2004);
        // Only who may update the resource may ask it.
        must(&lab.as_ae(1000, "Cmeter").update("cse-mn/pdp", whole), 4103);
    });
}

// Shows ARC-10: a CSF in this process goes through the same door and gate as everybody.
#[test]
fn a_local_csf_in_this_process_calls_functions_through_the_same_gate() {
    on_every_storage(|lab| {
        let csf = billing(&lab);
        must(&csf.invoke("random", random(4)), 2004);
        must(&csf.create(STORAGE, hmac_key("k")), 2001);
        must(&csf.invoke("mac", mac(KEY, b"m")), 2004);
        // What is the CSF's is nobody else's, and what is others' is not the CSF's.
        let meter = lab.registered(1000, "Cmeter");
        must(&meter.invoke("mac", mac(KEY, b"m")), 4103);
        must(&meter.create(STORAGE, hmac_key("m")), 2001);
        must(&csf.invoke("mac", mac(&format!("{STORAGE}/m"), b"m")), 4103);
        must(&csf.retrieve("cse-mn/security/administration"), 4103);
        // A process of another user does not become it.
        must(&lab.as_ae(1000, "local:billing").invoke("random", random(4)), 4106);
        let (_, trace) = csf.send_traced(invocation("random", random(4)));
        assert_eq!((trace.steps().len(), trace.permitted()), (6, Some(true)));
    });
}
