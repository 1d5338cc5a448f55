//! How long a grant counts, and what ends it earlier (requirement ACC-8).

use std::time::Duration;

use csf_api::Value;
use support::lab::{changes, container, instance, policy, rule};

use crate::scenery::{
    CONSULTATION, FOR_READER, POINT, TARGET, change, grant, meter, must, reader, reads, server, with_scenery,
    with_setup,
};

/// The same grant for so long.
fn lasting(lab: &support::lab::Lab, pl: &str) {
    grant(lab, &format!(r#"{{"gp":[{{"acor":["Creader"],"acop":[2]}}],"pl":{pl}}}"#));
}

// Shows ACC-8.
#[test]
fn a_grant_counts_for_as_long_as_the_server_says_without_another_question() {
    with_scenery(|lab| {
        lasting(lab, &format!("\"{}\"", lab.in_seconds(60)));
        assert_eq!(reads(lab), (2000, 1));
        grant(lab, "{}");
        assert_eq!(reads(lab), (2000, 0));
        lab.wait(Duration::from_secs(59));
        assert_eq!(reads(lab), (2000, 0));
        lab.wait(Duration::from_secs(1));
        assert_eq!(reads(lab), (4103, 1));
        // In milliseconds from now on.
        lasting(lab, "30000");
        assert_eq!(reads(lab), (2000, 1));
        grant(lab, "{}");
        lab.wait(Duration::from_millis(29_999));
        assert_eq!(reads(lab), (2000, 0));
        lab.wait(Duration::from_millis(1));
        assert_eq!(reads(lab), (4103, 1));
    });
}

// Shows ACC-8 and ACC-9.
#[test]
fn a_grant_that_is_over_permits_nothing_and_one_without_an_end_is_for_one_request() {
    with_scenery(|lab| {
        for over in
            [format!("\"{}\"", lab.in_seconds(-1)), format!("\"{}\"", lab.in_seconds(0)), "0".to_owned()]
        {
            lasting(lab, &over);
            assert_eq!(reads(lab), (4103, 1), "{over}");
        }
        grant(lab, r#"{"gp":[{"acor":["Creader"],"acop":[2]}]}"#);
        assert_eq!(reads(lab), (2000, 1));
        assert_eq!(reads(lab), (2000, 1));
        grant(lab, "{}");
        assert_eq!(reads(lab), (4103, 1));
    });
}

// Shows ACC-8.
#[test]
fn no_grant_counts_longer_than_a_day() {
    with_scenery(|lab| {
        for long in ["\"99991231T235959\"", "9223372036854775807", "\"18446744073709551615\""] {
            lasting(lab, long);
            assert_eq!(reads(lab), (2000, 1), "{long}");
            grant(lab, "{}");
            lab.wait(Duration::from_secs(86_399));
            assert_eq!(reads(lab), (2000, 0), "{long}");
            lab.wait(Duration::from_secs(1));
            assert_eq!(reads(lab), (4103, 1), "{long}");
        }
    });
}

// Shows ACC-8.
#[test]
fn a_grant_that_is_too_long_to_be_kept_counts_for_its_request() {
    with_scenery(|lab| {
        let with_others = |others: usize| {
            let others: String = (0..others).map(|n| format!(",\"Cother{n:05}\"")).collect();
            grant(lab, &format!(r#"{{"gp":[{{"acor":["Creader"{others}],"acop":2}}],"pl":"3600000"}}"#));
        };
        with_others(300);
        assert_eq!(reads(lab), (2000, 1));
        assert_eq!(reads(lab), (2000, 1));
        with_others(200);
        assert_eq!(reads(lab), (2000, 1));
        assert_eq!(reads(lab), (2000, 0));
    });
}

// Shows ACC-8.
#[test]
fn a_change_of_the_consultation_or_of_the_target_forgets_what_was_granted() {
    with_scenery(|lab| {
        let meter = meter(lab);
        let granted = || {
            grant(lab, FOR_READER);
            assert_eq!(reads(lab), (2000, 1));
            grant(lab, "{}");
            assert_eq!(reads(lab), (2000, 0));
        };
        granted();
        must(&meter.update(CONSULTATION, change("lbl", ["x"])), 2004);
        assert_eq!(reads(lab), (4103, 1));
        granted();
        must(&meter.update(CONSULTATION, change("dae", false)), 2004);
        assert_eq!(reads(lab), (4103, 0));
        must(&meter.update(CONSULTATION, change("dae", true)), 2004);
        granted();
        must(&meter.update(TARGET, changes("m2m:cnt").with("lbl", ["x"])), 2004);
        assert_eq!(reads(lab), (4103, 1));
        granted();
        must(&meter.update(TARGET, changes("m2m:cnt").with("daci", Value::Null)), 2004);
        assert_eq!(reads(lab), (4103, 0));
        must(&meter.update(TARGET, changes("m2m:cnt").with("daci", [CONSULTATION])), 2004);
        granted();
        // A change and its undoing end it as well, whether anybody looked in between or not.
        must(&meter.update(TARGET, changes("m2m:cnt").with("daci", Value::Null)), 2004);
        must(&meter.update(TARGET, changes("m2m:cnt").with("daci", [CONSULTATION])), 2004);
        assert_eq!(reads(lab), (4103, 1));
        granted();
        must(&meter.delete(CONSULTATION), 2002);
        assert_eq!(reads(lab), (4103, 0));
    });
}

// Shows ACC-8.
#[test]
fn what_is_added_below_the_target_and_what_happens_elsewhere_forgets_nothing() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        assert_eq!(reads(lab), (2000, 1));
        must(&meter(lab).create(TARGET, instance("7")), 2001);
        must(&meter(lab).create(TARGET, container("inner")), 2001);
        let own = || rule(["Cmeter"], 63);
        must(&meter(lab).create("cse-mn/Cmeter", policy("other", [own()], [own()])), 2001);
        assert_eq!(reads(lab), (2000, 0));
    });
}

// Shows ACC-8.
#[test]
fn another_resource_of_the_same_name_gets_nothing_of_it() {
    with_scenery(|lab| {
        grant(lab, FOR_READER);
        assert_eq!(reads(lab), (2000, 1));
        grant(lab, "{}");
        let meter = meter(lab);
        must(&meter.delete(TARGET), 2002);
        let again = container("readings").with("acpi", ["cse-mn/Cmeter/own"]).with("daci", [CONSULTATION]);
        must(&meter.create("cse-mn/Cmeter", again), 2001);
        assert_eq!(reads(lab), (4103, 1));
    });
}

// Shows ACC-8.
#[test]
fn what_a_server_granted_ends_with_the_server_and_with_the_node() {
    with_setup(
        |_| {},
        |mut lab| {
            grant(&lab, FOR_READER);
            assert_eq!(reads(&lab), (2000, 1));
            lab.reconfigure(|settings| settings.consultation.servers.clear());
            assert_eq!(reads(&lab), (4103, 0));
            let another = csf_service::AuthorizationServer { user: 78, ..server(POINT) };
            lab.reconfigure(|settings| settings.consultation.servers = vec![another]);
            grant(&lab, "{}");
            assert_eq!(reads(&lab), (4103, 1));
            grant(&lab, FOR_READER);
            assert_eq!(reads(&lab), (2000, 1));
            let lab = lab.restart(|_| {});
            assert_eq!(reads(&lab), (4103, 1), "it is kept in memory alone, and nobody answers here");
            must(&reader(&lab).retrieve("cse-mn/Creader"), 2000);
        },
    );
}
