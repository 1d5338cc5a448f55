//! What is asked, what an answer permits, and to whom.

use csf_api::{Credentials, FilterCriteria, Operation, Request, Value};
use support::lab::{Reading as _, ae, changes, container, instance, questions, retrieval};

use crate::scenery::{
    CONSULTATION, FOR_READER, TARGET, asked, consultation, grant, meter, must, reader, reads, server,
    with_scenery, with_setup,
};

// Shows ACC-8.
#[test]
fn what_the_policies_refuse_a_server_may_permit_and_what_it_does_not_stays_refused() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        assert_eq!(reads(lab), (2000, 1));
        must(&reader(lab).update(TARGET, changes("m2m:cnt").with("lbl", ["x"])), 4103);
        must(&reader(lab).delete(TARGET), 4103);
        // Who is permitted anyway asks nobody.
        let _ = lab.take_questions();
        must(&meter(lab).retrieve(TARGET), 2000);
        assert!(lab.take_questions().is_empty());
    });
}

// Shows ACC-8.
#[test]
fn the_server_is_told_who_wants_what_of_which_resource() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        let later = changes("m2m:dac").with("dal", "20301231T000000");
        must(&meter(lab).update(CONSULTATION, later), 2004);
        let id = meter(lab).retrieve(TARGET).text("ri").to_owned();
        must(&reader(lab).at("192.0.2.7").retrieve(TARGET), 2000);
        let questions = lab.take_questions();
        assert_eq!(questions.len(), 1);
        let question = questions.first().unwrap();
        assert_eq!(question.operation, Operation::Notify);
        assert_eq!(question.to.to_string(), "/id-das/das");
        assert_eq!(question.from.as_deref(), Some("//csf.example/id-mn"));
        assert_eq!(&*question.content.as_ref().unwrap().root, "m2m:seci");
        for (name, value) in [
            ("or", Value::text("//csf.example/id-mn/Creader")),
            ("op", Value::Integer(2)),
            ("trt", Value::Integer(3)),
            ("trid", Value::text(&format!("/id-mn/{id}"))),
            ("rts", Value::text(&lab.in_seconds(0))),
            ("ppl", Value::text("20301231T000000")),
            ("oip", Value::Object(csf_api::Object::new().with("ip4", Value::text("192.0.2.7")))),
        ] {
            assert_eq!(asked(question, name), Some(value), "{name}");
        }
        assert_eq!(asked(question, "orid"), None);
    });
}

// Shows ACC-8 and ACC-9.
#[test]
fn a_grant_is_for_the_originator_and_the_target_that_the_server_was_asked_about() {
    with_scenery(|lab| {
        let third = lab.registered(1002, "Cthird");
        let meter = meter(lab);
        let other = container("other").with("acpi", ["cse-mn/Cmeter/own"]).with("daci", [CONSULTATION]);
        must(&meter.create("cse-mn/Cmeter", other), 2001);
        // It says "all", and yet it was asked about one.
        grant(lab, r#"{"gp":{"acr":[{"acor":["all"],"acop":63}]},"pl":"3600000"}"#);
        assert_eq!(reads(lab), (2000, 1));
        grant(lab, "{}");
        assert_eq!(reads(lab), (2000, 0));
        must(&third.retrieve(TARGET), 4103);
        must(&reader(lab).retrieve("cse-mn/Cmeter/other"), 4103);
        must(&lab.bare().retrieve(TARGET), 4103);
        // And whatever it grants that it was not asked for counts as well.
        must(&reader(lab).update(TARGET, changes("m2m:cnt").with("mni", 5)), 2004);
    });
}

// Shows ACC-9.
#[test]
fn nobody_is_asked_about_somebody_who_is_nobody_or_about_links() {
    with_scenery(|lab| {
        grant(lab, r#"{"gp":{"acr":[{"acor":["all","Creader"],"acop":63}]},"pl":"3600000"}"#);
        must(&lab.bare().retrieve(TARGET), 4103);
        let links = changes("m2m:cnt").with("acpi", Value::Null);
        must(&reader(lab).update(TARGET, links), 4103);
        // A policy is governed by itself, and sensitive data by its owner.
        must(&reader(lab).retrieve("cse-mn/Cmeter/own"), 4103);
        assert!(lab.take_questions().is_empty());
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn conditions_of_granted_rules_hold_or_permit_nothing() {
    with_scenery(|lab| {
        for (rule, code) in [
            (r#"{"acor":["Creader"],"acop":2,"acaf":true}"#, 2000),
            (r#"{"acor":["Creader"],"acop":2,"acco":[{"actw":["* * * * * * 2026"]}]}"#, 2000),
            (r#"{"acor":["Creader"],"acop":2,"acco":[{"actw":["* * * * * * 2025"]}]}"#, 4103),
            (r#"{"acor":["Creader"],"acop":2,"acco":[{"acip":{"ipv4":["192.0.2.0/24"]}}]}"#, 4103),
            (r#"{"acor":["Creader"],"acop":2,"acco":[{"accessControlUserIDs":["u"]}]}"#, 4103),
            (r#"{"acor":["Creader"],"acop":2,"unless":"sunday"}"#, 4103),
            (r#"{"acor":["Creader"],"acop":2,"aca":["lbl"]}"#, 4103),
            (r#"{"acor":["Cother"],"acop":63}"#, 4103),
            (r#"{"acor":["cse-mn/nothing/group"],"acop":63}"#, 4103),
            (r#"{"acor":["Creader"],"acop":32}"#, 4103),
        ] {
            grant(lab, &format!(r#"{{"gp":[{rule}]}}"#));
            assert_eq!(reads(lab), (code, 1), "{rule}");
        }
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":2,"aca":["lbl"]}]}"#);
        must(&reader(lab).retrieve(&format!("{TARGET}#lbl")), 2000);
        must(&reader(lab).retrieve(&format!("{TARGET}#mni")), 4103);
    });
}

// Shows ACC-8.
#[test]
fn what_has_no_policies_of_its_own_is_consulted_about_as_what_governs_it() {
    with_scenery(|lab| {
        must(&meter(lab).create(TARGET, instance("7")), 2001);
        grant(lab, FOR_READER);
        let _ = lab.take_questions();
        must(&reader(lab).retrieve(&format!("{TARGET}/la")), 2000);
        let questions = lab.take_questions();
        assert_eq!(questions.first().and_then(|question| asked(question, "trt")), Some(Value::Integer(4)));
        // A container below says for itself who is consulted, and here nobody is.
        must(&meter(lab).create(TARGET, container("inner")), 2001);
        must(&reader(lab).retrieve(&format!("{TARGET}/inner")), 4103);
        assert!(lab.take_questions().is_empty());
    });
}

// Shows ACC-8.
#[test]
fn default_access_is_no_obstacle_and_the_next_server_is_asked_where_the_first_grants_nothing() {
    with_setup(
        |setup| setup.settings.consultation.servers.push(server("unix:/run/das/second.sock")),
        |lab| {
            let meter = meter(&lab);
            let second = consultation("second").with("dap", ["unix:/run/das/second.sock"]);
            must(&meter.create("cse-mn/Cmeter", second), 2001);
            let links = [CONSULTATION, "cse-mn/Cmeter/second"];
            must(&meter.create("cse-mn/Cmeter", container("bare").with("daci", links)), 2001);
            drop(meter);
            lab.answer(|hop, request| {
                let granted = if hop.socket().ends_with("second.sock") { FOR_READER } else { "{}" };
                let json = format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{granted}}}}}}}"#);
                let content = proto_primitive::content_from_json(json.as_bytes()).unwrap();
                Ok(support::lab::answered(request, content))
            });
            let _ = lab.take_questions();
            must(&reader(&lab).retrieve("cse-mn/Cmeter/bare"), 2000);
            assert_eq!(lab.take_questions().len(), 2);
            must(&reader(&lab).retrieve("cse-mn/Cmeter/bare"), 2000);
            assert!(lab.take_questions().is_empty());
        },
    );
}

// Shows ACC-8.
#[test]
fn a_role_that_the_server_grants_to_counts_for_whoever_has_it_alone() {
    with_scenery(|lab| {
        grant(lab, r#"{"gp":[{"acor":["reader@csf.example"],"acop":2}]}"#);
        let naming = Credentials { roles: vec!["reader@csf.example".into()], ..Credentials::default() };
        let request = Request { credentials: naming, ..retrieval(TARGET) };
        // Nobody gave it that role: naming it is not having it.
        must(&reader(lab).send(request), 4103);
    });
}

// Shows ACC-8.
#[test]
fn what_changes_while_the_server_is_asked_is_decided_on_as_it_became() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        let (response, ()) =
            lab.interrupted(&reader(lab), retrieval(TARGET), questions().once_done(), || {
                must(&meter(lab).update(CONSULTATION, changes("m2m:dac").with("dae", false)), 2004);
            });
        must(&response, 4103);
        must(&meter(lab).update(CONSULTATION, changes("m2m:dac").with("dae", true)), 2004);
        let (response, ()) =
            lab.interrupted(&reader(lab), retrieval(TARGET), questions().once_done(), || {
                must(&meter(lab).update(TARGET, changes("m2m:cnt").with("daci", Value::Null)), 2004);
            });
        must(&response, 4103);
        must(&meter(lab).update(TARGET, changes("m2m:cnt").with("daci", [CONSULTATION])), 2004);
        let (response, ()) =
            lab.interrupted(&reader(lab), retrieval(TARGET), questions().once_done(), || {
                must(&lab.user(1003).register_ae(Some("Cfourth"), ae("Nlab.example")), 2001);
            });
        must(&response, 2000);
    });
}

// Shows ACC-8.
#[test]
fn a_discovery_needs_a_grant_for_discovery() {
    with_scenery(|lab| {
        let finds = || reader(lab).discover(TARGET, FilterCriteria::default()).code();
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":2}]}"#);
        assert_eq!(finds(), 4103);
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":34}]}"#);
        assert_eq!(finds(), 2000);
        let questions = lab.take_questions();
        assert_eq!(asked(questions.first().unwrap(), "op"), Some(Value::Integer(2)));
    });
}
