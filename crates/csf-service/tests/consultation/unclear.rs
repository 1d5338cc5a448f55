//! No answer, a late one, and one that is not clear: they permit nothing, and stand in nobody's way (requirement ACC-9).

use csf_api::{RequestId, Response, Status};
use csf_service::SendError;
use support::lab::{Fault, Reading as _, answered, changes, questions};

use crate::scenery::{
    CONSULTATION, FOR_READER, POINT, TARGET, change, grant, meter, must, reader, reads, with_scenery,
};

// Shows ACC-9.
#[test]
fn a_server_that_does_not_answer_in_time_permits_nothing() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        for fault in [Fault::Late, Fault::Failing] {
            lab.script(questions(), fault);
            must(&reader(lab).retrieve(TARGET), 4103);
            must(&meter(lab).retrieve(TARGET), 2000);
            lab.heal();
        }
        assert!(lab.take_questions().is_empty(), "the question never got there");
        // The twin: late, but in time.
        lab.script(questions(), Fault::Pending);
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn whatever_keeps_a_server_from_answering_permits_nothing() {
    with_scenery(|lab| {
        assert_eq!(reads(lab), (4103, 1), "nobody is there");
        for error in [SendError::Unreachable, SendError::NotProven, SendError::Late, SendError::NoResponse] {
            lab.answer(move |_, _| Err(error));
            assert_eq!(reads(lab), (4103, 1), "{error}");
        }
        grant(lab, FOR_READER);
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn an_answer_that_is_not_clear_permits_nothing() {
    with_scenery(|lab| {
        for content in [
            r#"{"m2m:dbg":"yes"}"#,
            r#"{"m2m:seci":{}}"#,
            r#"{"m2m:seci":{"sit":1,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":[2]}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":[2]}],"pl":"soon"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":[2]}],"pl":"3600000","if":"x"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":[1,2]}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":64}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":0}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":"Creader","acop":2}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acop":2}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":2,"acco":[]}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":2,"acco":null}],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[],"pl":"3600000"}}}}"#,
            r#"{"m2m:seci":{"sit":2,"dres":{"tkns":["a.b.c"]}}}"#,
        ] {
            lab.answer_json(content);
            assert_eq!(reads(lab), (4103, 1), "{content}");
        }
        // The twin of them all.
        lab.answer_json(
            r#"{"m2m:seci":{"sit":2,"dres":{"dai":{"gp":[{"acor":["Creader"],"acop":[2]}],"pl":"3600000"}}}}"#,
        );
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn an_answer_counts_only_as_a_success_to_the_question_that_was_asked() {
    with_scenery(|lab| {
        let json = format!(r#"{{"m2m:seci":{{"sit":2,"dres":{{"dai":{FOR_READER}}}}}}}"#);
        let content = proto_primitive::content_from_json(json.as_bytes()).unwrap();
        for status in [Status::OriginatorHasNoPrivilege, Status::InternalServerError, Status::Created] {
            let right = content.clone();
            lab.answer(move |_, request| Ok(Response { status, ..answered(request, right.clone()) }));
            assert_eq!(reads(lab), (4103, 1), "{status}");
        }
        let right = content.clone();
        lab.answer(move |_, request| {
            let another = RequestId::parse("another").unwrap();
            Ok(Response { request_id: another, ..answered(request, right.clone()) })
        });
        assert_eq!(reads(lab), (4103, 1));
        let right = content.clone();
        lab.answer(move |_, request| Ok(Response { content: None, ..answered(request, right.clone()) }));
        assert_eq!(reads(lab), (4103, 1));
        lab.answer(move |_, request| Ok(answered(request, content.clone())));
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn a_point_of_access_that_is_no_configured_server_is_never_contacted() {
    with_scenery(|lab| {
        grant(lab, r#"{"gp":[{"acor":["all"],"acop":63}],"pl":"3600000"}"#);
        for point in [
            "http://127.0.0.1:1/",
            "https://das.example/",
            "unix:/run/das/das.sock2",
            "unix:/run/das/",
            "unix:/run/das/../das/das.sock",
            "UNIX:/run/das/das.sock",
            "/run/das/das.sock",
        ] {
            must(&meter(lab).update(CONSULTATION, change("dap", [point])), 2004);
            assert_eq!(reads(lab), (4103, 0), "{point}");
        }
        must(&meter(lab).update(CONSULTATION, change("dap", [""])), 4000);
        must(&meter(lab).update(CONSULTATION, change("dap", ["x", POINT])), 2004);
        assert_eq!(reads(lab), (2000, 1));
    });
}

// Shows ACC-9.
#[test]
fn a_consultation_that_is_gone_ended_or_disabled_asks_nobody() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        must(&meter(lab).update(CONSULTATION, change("dae", false)), 2004);
        assert_eq!(reads(lab), (4103, 0));
        let end = change("dae", true).with("et", &*lab.in_seconds(60));
        must(&meter(lab).update(CONSULTATION, end), 2004);
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":2}]}"#);
        assert_eq!(reads(lab), (2000, 1));
        lab.wait(std::time::Duration::from_secs(60));
        assert_eq!(reads(lab), (4103, 0));
    });
}

// Shows ACC-9.
#[test]
fn a_denied_caller_learns_nothing_of_a_consultation() {
    with_scenery(|lab| {
        let denied = reader(lab).retrieve(TARGET);
        must(&meter(lab).update(TARGET, changes("m2m:cnt").with("daci", csf_api::Value::Null)), 2004);
        let without = reader(lab).retrieve(TARGET);
        assert_eq!(denied.code(), 4103);
        assert_eq!((denied.status, &denied.content), (without.status, &without.content));
    });
}
