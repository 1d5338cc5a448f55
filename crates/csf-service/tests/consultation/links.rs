//! `daci` as an attribute: what it names must be there, and comes back by resource identifiers (TS-0001 9.6.1.3.2).

use csf_api::{ResourceType, Value};
use support::lab::{Reading as _, ae, changes, container, draft, group, on_every_storage};

use crate::scenery::{CONSULTATION, TARGET, consultation, meter, must, reader, with_scenery};

const METER: &str = "cse-mn/Cmeter";

#[test]
fn a_consultation_is_linked_as_a_policy_is_and_comes_back_by_its_identifier() {
    with_scenery(|lab| {
        let meter = meter(lab);
        let id = meter.retrieve(CONSULTATION).text("ri").to_owned();
        assert!(id.starts_with("dac-"), "{id}");
        assert_eq!(meter.retrieve(TARGET).texts("daci"), [&*id]);
        // Twice the same is once; an update may say it beside other attributes, since no other right is asked for.
        let twice = changes("m2m:cnt").with("daci", [CONSULTATION, &*id]).with("lbl", ["x"]);
        let updated = meter.update(TARGET, twice);
        must(&updated, 2004);
        assert_eq!(updated.texts("daci"), [&*id]);
        must(&meter.update(TARGET, changes("m2m:cnt").with("daci", Value::Null)), 2004);
        assert!(!meter.retrieve(TARGET).has("daci"));
        must(&reader(lab).update(TARGET, changes("m2m:cnt").with("daci", [CONSULTATION])), 4103);
    });
}

#[test]
fn what_is_no_consultation_here_is_refused() {
    with_scenery(|lab| {
        let meter = meter(lab);
        let before = lab.world().versions();
        let five = Value::List(vec![Value::text(CONSULTATION); 5]);
        for wrong in [
            Value::texts(["cse-mn/Cmeter/own"]),
            Value::texts(["cse-mn/Cmeter/none"]),
            Value::texts([CONSULTATION, "cse-mn/Cmeter/none"]),
            Value::texts(["/id-in/cse-in/ask"]),
            Value::texts([""]),
            Value::List(Vec::new()),
            Value::List(vec![Value::Integer(1)]),
            Value::text(CONSULTATION),
            five,
        ] {
            must(&meter.update(TARGET, changes("m2m:cnt").with("daci", wrong.clone())), 4000);
            must(&meter.create(METER, container("other").with("daci", wrong)), 4000);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn every_type_of_the_standard_that_links_policies_links_consultations() {
    with_scenery(|lab| {
        let (admin, meter) = (lab.admin(), meter(lab));
        must(&admin.create("cse-mn", consultation("ask")), 2001);
        let link = ["cse-mn/ask"];
        let node = draft(ResourceType::NODE, "m2m:nod").with("ni", "n").with("daci", link);
        let decision = draft(ResourceType::AUTHORIZATION_DECISION, "m2m:auds").with("daci", link);
        for draft in [node, decision, consultation("other").with("daci", link)] {
            must(&admin.create("cse-mn", draft), 2001);
        }
        must(&meter.create(METER, group("g", 3, [TARGET]).with("daci", link)), 2001);
        must(&lab.user(1002).register_ae(Some("Cthird"), ae("Nlab.example").with("daci", link)), 2001);
        // The node's own types do not: everybody may update them, which is how functions are invoked.
        let root = changes("csf:securityCSF").with("daci", link);
        must(&admin.update("cse-mn/security", root), 5001);
    });
}

#[test]
fn without_access_management_nothing_is_linked() {
    on_every_storage(|lab| {
        let mut lab = lab;
        let meter = lab.registered(1000, "Cmeter");
        must(&meter.create(METER, container("readings")), 2001);
        drop(meter);
        lab = lab.restart(|setup| setup.settings.components.access_management = false);
        let meter = lab.as_ae(1000, "Cmeter");
        for value in [Value::texts(["cse-mn/ask"]), Value::Null] {
            must(&meter.update(TARGET, changes("m2m:cnt").with("daci", value)), 5001);
        }
    });
}
