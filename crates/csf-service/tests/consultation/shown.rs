//! What the audit log and explanations say of consultations (requirements ACC-1 and ACC-8).

use csf_api::{Object, Response, Value};
use csf_service::{AuditKind, AuditRecord};
use support::lab::{Fault, Lab, Reading as _, audits, changes};

use crate::scenery::{
    CONSULTATION, FOR_READER, TARGET, change, grant, meter, must, reader, reads, with_scenery,
};

fn consultations(lab: &Lab) -> Vec<AuditRecord> {
    lab.take_audits().into_iter().filter(|record| record.kind == AuditKind::Consultation).collect()
}

// Shows ACC-8.
#[test]
fn the_audit_log_says_that_a_server_was_asked_and_what_it_gave() {
    with_scenery(|lab| {
        let id = meter(lab).retrieve(CONSULTATION).text("ri").to_owned();
        let target = meter(lab).retrieve(TARGET).text("ri").to_owned();
        let _ = lab.take_audits();
        assert_eq!(reads(lab), (4103, 1));
        let records = lab.take_audits();
        let kinds: Vec<_> = records.iter().map(|record| record.kind).collect();
        assert_eq!(kinds, [AuditKind::Consultation, AuditKind::Denied]);
        let first = records.first().unwrap();
        assert_eq!(&*first.ground, format!("{id}: no answer: nobody could be reached"));
        assert_eq!(first.originator.as_deref(), Some("//csf.example/id-mn/Creader"));
        assert_eq!(first.target.as_deref(), Some(&*target));
        grant(lab, FOR_READER);
        assert_eq!(reads(lab), (2000, 1));
        let until = lab.in_seconds(3600);
        let granted = consultations(lab);
        assert_eq!(granted.len(), 1);
        assert_eq!(
            &*granted.first().unwrap().ground,
            format!("{id}: the server granted 1 rules until {until}")
        );
        assert_eq!(reads(lab), (2000, 0));
        assert!(consultations(lab).is_empty(), "nobody was asked");
        must(&meter(lab).update(CONSULTATION, change("dap", ["http://192.0.2.1/"])), 2004);
        assert_eq!(reads(lab), (4103, 0));
        let refused = consultations(lab);
        let ground = format!("{id}: not asked: none of its points of access is a configured server");
        assert_eq!(&*refused.first().unwrap().ground, ground);
    });
}

// Shows ACC-9.
#[test]
fn what_the_audit_log_does_not_take_permits_nothing() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        lab.script(audits(), Fault::Failing);
        let code = reader(lab).retrieve(TARGET).code();
        assert!(code >= 4000, "{code}");
        lab.heal();
        // And nothing of it was kept.
        grant(lab, "{}");
        assert_eq!(reads(lab), (4103, 1));
    });
}

fn explained(lab: &Lab, more: &[(&str, Value)]) -> Response {
    let mut asked = changes("csf:explanation").with("fr", "Creader").with("op", 2).with("to", TARGET);
    for (name, value) in more {
        asked = asked.with(name, value.clone());
    }
    let response = lab.admin().update("cse-mn/security/administration", asked.with("atn", true));
    must(&response, 2004);
    response
}

/// What became of the consultations.
fn steps(response: &Response) -> Vec<String> {
    let list = response.member("das").as_list().unwrap().iter().map(|step| step.as_object().unwrap());
    let text = |step: &Object, name| step.get(name).and_then(Value::as_text).unwrap().to_owned();
    list.map(|step| format!("{} {}", text(step, "con"), text(step, "why"))).collect()
}

// Shows ACC-1 and ACC-8.
#[test]
fn an_explanation_shows_the_consultation_as_a_step() {
    with_scenery(|lab| {
        let id = meter(lab).retrieve(CONSULTATION).text("ri").to_owned();
        let refused = explained(lab, &[]);
        assert_eq!(refused.number("dec"), 2);
        assert_eq!(steps(&refused), [format!("{id} no answer: nobody could be reached")]);
        assert_eq!(refused.texts("abs"), [&*id]);

        grant(lab, FOR_READER);
        let at = [("tim", Value::text("20261124T130000"))];
        assert_eq!(steps(&explained(lab, &at)), [format!("{id} not asked: a server speaks of now alone")]);
        assert_eq!(explained(lab, &at).number("dec"), 2);

        let permitted = explained(lab, &[]);
        let until = lab.in_seconds(3600);
        assert_eq!(permitted.number("dec"), 1);
        assert_eq!(permitted.text("gnd"), format!("rule 0 granted through {id}"));
        assert_eq!(steps(&permitted), [format!("{id} the server granted 1 rules until {until}")]);
        let rules = permitted.member("rls").as_list().unwrap();
        let last = rules.last().unwrap().as_object().unwrap();
        assert_eq!(last.get("pol").and_then(Value::as_text), Some(&*id));
        assert_eq!(last.get("ok").and_then(Value::as_bool), Some(true));
        assert!(rules.len() > 1, "the policies come first");

        let again = explained(lab, &[]);
        assert_eq!(steps(&again), [format!("{id} granted until {until}, when it was asked earlier")]);
        must(&meter(lab).update(CONSULTATION, change("dae", false)), 2004);
        assert_eq!(steps(&explained(lab, &[])), [format!("{id} it is not enabled")]);
        must(&meter(lab).delete(CONSULTATION), 2002);
        assert_eq!(steps(&explained(lab, &[])), [format!("{id} there is no such consultation")]);
        // Where nobody is consulted there is no such step.
        must(&meter(lab).update(TARGET, changes("m2m:cnt").with("daci", Value::Null)), 2004);
        assert!(steps(&explained(lab, &[])).is_empty());
    });
}
