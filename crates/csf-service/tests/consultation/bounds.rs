//! How much may be asked: by one request, and at once.

use csf_api::{FilterCriteria, Value};
use support::lab::{Fault, Reading as _, container, questions, retrieval};

use crate::scenery::{
    CONSULTATION, FOR_READER, TARGET, grant, meter, must, reader, reads, with_scenery, with_setup,
};

// Shows ACC-9.
#[test]
fn one_request_has_servers_asked_so_often_and_no_more() {
    with_scenery(|lab| {
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":63}],"pl":"3600000"}"#);
        let meter = meter(lab);
        for n in 0..9 {
            let other = container(&format!("c{n}")).with("acpi", ["cse-mn/Cmeter/own"]);
            must(&meter.create(TARGET, other.with("daci", [CONSULTATION])), 2001);
        }
        // The target first, then what lies below it, as far as the questions last.
        let found = |lab| {
            let response = reader(lab).discover(TARGET, FilterCriteria::default());
            (response.addresses().len(), lab.take_questions().len())
        };
        let _ = lab.take_questions();
        let (first, asked) = found(lab);
        assert_eq!(asked, 4);
        // What was granted is not asked for again, so the next one comes further.
        let (second, asked) = found(lab);
        assert_eq!(asked, 4);
        assert!(second > first, "{second} {first}");
    });
}

// Shows ACC-9.
#[test]
fn so_many_questions_are_under_way_and_the_next_one_is_not_asked() {
    with_setup(
        |setup| setup.settings.consultation.at_once = 1,
        |lab| {
            grant(&lab, FOR_READER);
            let reader = reader(&lab);
            let (response, second) = lab.interrupted(&reader, retrieval(TARGET), questions(), || {
                let (code, asked) = reads(&lab);
                assert_eq!(asked, 0);
                code
            });
            assert_eq!((response.code(), second), (2000, 4103));
            assert_eq!(reads(&lab), (2000, 0));
        },
    );
}

// Shows ACC-9.
#[test]
fn a_question_whose_asker_went_away_gives_its_place_back() {
    with_setup(
        |setup| setup.settings.consultation.at_once = 1,
        |lab| {
            grant(&lab, FOR_READER);
            let reader = reader(&lab);
            let again = vec![(&reader, retrieval(TARGET))];
            let responses = lab.abandoned((&reader, retrieval(TARGET)), questions(), again);
            assert_eq!(responses.first().unwrap().code(), 2000);
        },
    );
}

// Shows ACC-9.
#[test]
fn a_server_that_fails_holds_no_place() {
    with_setup(
        |setup| setup.settings.consultation.at_once = 1,
        |lab| {
            grant(&lab, FOR_READER);
            lab.script(questions(), Fault::Failing);
            for _ in 0..3 {
                must(&reader(&lab).retrieve(TARGET), 4103);
            }
            lab.heal();
            assert_eq!(reads(&lab), (2000, 1));
        },
    );
}

#[test]
fn more_grants_than_are_kept_cost_questions_and_nothing_else() {
    // One storage is enough: it is about memory alone.
    let done = std::cell::Cell::new(false);
    with_scenery(|lab| {
        if done.replace(true) {
            return;
        }
        grant(lab, r#"{"gp":[{"acor":["all"],"acop":2}],"pl":"3600000"}"#);
        let meter = meter(lab);
        for n in 0..1024 {
            let other = container(&format!("c{n}")).with("daci", Value::texts([CONSULTATION]));
            must(&meter.create("cse-mn/Cmeter", other), 2001);
            must(&reader(lab).retrieve(&format!("cse-mn/Cmeter/c{n}")), 2000);
        }
        must(&reader(lab).retrieve("cse-mn/Cmeter/c1023"), 2000);
        assert_eq!(reads(lab), (2000, 1));
        assert_eq!(reads(lab), (2000, 0));
    });
}
