//! Who counts as whom: each cell of the table in `authentication.rs`, at the door.

use csf_service::AuditKind;
use support::lab::{
    ALL, Lab, Reading as _, Setup, ae, container, on_every_storage, on_every_storage_with, rule,
};

use crate::scenery::{meter, must, policy_of_meter};

/// Three containers of `Cmeter`: for everybody, for whoever is authenticated, and for AEs of the provider.
fn shared(lab: &Lab) {
    let meter = meter(lab);
    policy_of_meter(&meter, "everybody", [rule(["all"], ALL)]);
    let authenticated = rule(["all"], ALL).with("acaf", csf_api::Value::Bool(true));
    policy_of_meter(&meter, "authenticated", [authenticated]);
    let named = rule(["//csf.example", "C*", "/id-*", "Cmeter", "Cguest", "CAdmin"], ALL);
    policy_of_meter(&meter, "named", [named]);
    for name in ["everybody", "authenticated", "named"] {
        let link = format!("cse-mn/Cmeter/{name}");
        let container = container(&format!("for-{name}")).with("acpi", [link.as_str()]);
        must(&meter.create("cse-mn/Cmeter", container), 2001);
    }
}

const FOR_EVERYBODY: &str = "cse-mn/Cmeter/for-everybody";
const FOR_AUTHENTICATED: &str = "cse-mn/Cmeter/for-authenticated";
const FOR_NAMED: &str = "cse-mn/Cmeter/for-named";

const fn believing(setup: &mut Setup) {
    setup.settings.laboratory.believe_originators = true;
}

const fn believing_all(setup: &mut Setup) {
    believing(setup);
    setup.settings.laboratory.administrator = true;
}

#[test]
fn at_the_administration_socket_the_administrator_is_proven_and_nobody_else() {
    // Shows ACC-2.
    on_every_storage(|lab| {
        shared(&lab);
        for from in ["CAdmin", "/id-mn/CAdmin", "//csf.example/id-mn/CAdmin"] {
            let admin = lab.admin().claiming(Some(from));
            must(&admin.retrieve("cse-mn/security/administration"), 2000);
            must(&admin.retrieve(FOR_AUTHENTICATED), 2000);
        }
        for from in ["Cmeter", "Cfixed", "/id-mn", "/id-in", "local:billing", "/id-in/CAdmin"] {
            must(&lab.admin().claiming(Some(from)).retrieve(FOR_EVERYBODY), 4106);
        }
        must(&lab.admin().claiming(None).retrieve(FOR_EVERYBODY), 4000);
    });
}

#[test]
fn at_the_local_socket_a_user_speaks_for_what_it_registered_or_was_given() {
    // Shows ACC-2.
    on_every_storage(|lab| {
        shared(&lab);
        for (uid, from) in
            [(1000, "Cmeter"), (1000, "/id-mn/Cmeter"), (500, "Cfixed"), (500, "local:billing")]
        {
            must(&lab.as_ae(uid, from).retrieve("cse-mn"), 2000);
            must(&lab.as_ae(uid, from).retrieve(FOR_AUTHENTICATED), 2000);
        }
    });
}

#[test]
fn at_the_local_socket_a_user_speaks_for_nobody_else() {
    // Shows ACC-7.
    on_every_storage(|lab| {
        shared(&lab);
        for (uid, from) in [
            (1001, "Cmeter"),
            (0, "Cmeter"),
            (501, "Cfixed"),
            (501, "local:billing"),
            (500, "local:other"),
            (500, "Cmeter"),
            (1000, "Cunregistered"),
            (1000, "CAdmin"),
            (0, "CAdmin"),
            (1000, "/id-mn"),
            (1000, "/id-in"),
            // The same stem at another CSE, and at another provider, is somebody else.
            (1000, "/id-in/Cmeter"),
            (1000, "//other.example/id-mn/Cmeter"),
            (1000, "Smeter"),
        ] {
            must(&lab.as_ae(uid, from).retrieve(FOR_EVERYBODY), 4106);
        }
    });
}

#[test]
fn a_request_says_who_it_is_from() {
    on_every_storage(|lab| {
        shared(&lab);
        for asker in [lab.as_ae(1000, "Cmeter"), lab.bare(), lab.admin()] {
            must(&asker.claiming(None).retrieve(FOR_EVERYBODY), 4000);
        }
        // What is no identifier is nobody: neither whom a user speaks for, nor somebody to whom all is open.
        for (asker, code) in [(lab.as_ae(1000, "Cmeter"), 4106), (lab.admin(), 4106), (lab.bare(), 4103)] {
            for from in ["", "C", "S", "meter", "C meter", "Cm/x/y"] {
                must(&asker.claiming(Some(from)).retrieve(FOR_EVERYBODY), code);
            }
        }
    });
}

#[test]
fn on_the_network_a_claim_that_nothing_proves_is_dropped() {
    // Shows ACC-2.
    on_every_storage(|lab| {
        shared(&lab);
        for from in ["Cmeter", "Cguest", "CAdmin", "//csf.example/id-mn/Cmeter", "Sx", "Cnobody"] {
            let bare = lab.network(from);
            must(&bare.retrieve(FOR_EVERYBODY), 2000);
            // Neither a name, a pattern or a domain, nor being the creator helps.
            for to in [FOR_NAMED, FOR_AUTHENTICATED, "cse-mn/Cmeter/readings", "cse-mn/Cmeter", "cse-mn"] {
                must(&bare.retrieve(to), 4103);
            }
        }
    });
}

#[test]
fn on_the_network_no_cse_and_no_local_csf_speaks_without_proof() {
    on_every_storage(|lab| {
        shared(&lab);
        for from in ["/id-mn", "/id-in", "//other.example/id-in"] {
            must(&lab.network(from).retrieve(FOR_EVERYBODY), 4107);
        }
        for from in ["local:billing", "local:other"] {
            must(&lab.network(from).retrieve(FOR_EVERYBODY), 4106);
        }
    });
}

#[test]
fn under_the_laboratory_switch_an_originator_is_believed_and_not_authenticated() {
    // Shows ACC-2.
    on_every_storage_with(believing, |lab| {
        shared(&lab);
        must(&lab.network("Cmeter").retrieve("cse-mn/Cmeter/readings"), 2000);
        for from in ["Cmeter", "Cguest", "/id-in", "Sx"] {
            let vouched = lab.network(from);
            must(&vouched.retrieve(FOR_NAMED), 2000);
            must(&vouched.retrieve(FOR_EVERYBODY), 2000);
            must(&vouched.retrieve(FOR_AUTHENTICATED), 4103);
            // The switch stands in for the channel that would prove a registration.
            must(&vouched.retrieve("cse-mn"), 2000);
            must(&vouched.retrieve("cse-mn/security"), 4103);
        }
        must(&lab.network("Cguest").retrieve("cse-mn/Cmeter/readings"), 4103);
        must(&lab.network("//other.example/id-mn/Cguest").retrieve(FOR_NAMED), 4103);
        for from in ["CAdmin", "local:billing", "local:other"] {
            must(&lab.network(from).retrieve(FOR_EVERYBODY), 4106);
        }
    });
}

#[test]
fn an_ae_that_was_registered_without_proof_is_no_local_users() {
    on_every_storage_with(believing, |lab| {
        must(&lab.network("Cfar").create("cse-mn", ae("Nlab.example")), 2001);
        must(&lab.network("Cfar").retrieve("cse-mn/Cfar"), 2000);
        for uid in [0, 500, 1000] {
            must(&lab.as_ae(uid, "Cfar").retrieve("cse-mn/Cfar"), 4106);
        }
        for from in ["CAdmin", "Cfixed", "local:billing"] {
            must(&lab.network(from).create("cse-mn", ae("Nlab.example")), 4106);
        }
    });
}

#[test]
fn the_second_switch_lets_the_administrator_administrate_from_the_network() {
    on_every_storage_with(believing_all, |lab| {
        shared(&lab);
        let vouched = lab.network("CAdmin");
        // acpAdmin names the administrator and demands no authentication.
        must(&vouched.retrieve("cse-mn"), 2000);
        must(&vouched.retrieve("cse-mn/security/administration"), 2000);
        must(&vouched.retrieve("cse-mn/Cmeter"), 2000);
        must(&vouched.retrieve("cse-mn/Cmeter/readings"), 4103);
        must(&lab.network("/id-mn/Cguest").retrieve("cse-mn/Cmeter"), 4103);
        must(&vouched.create("cse-mn", ae("Nlab.example")), 4106);
        must(&vouched.delete("cse-mn/Cmeter"), 2002);
    });
}

#[test]
fn every_refusal_of_a_caller_is_audited_with_its_standing() {
    // Shows ACC-1.
    on_every_storage_with(believing, |lab| {
        shared(&lab);
        let _ = lab.take_audits();
        must(&lab.network("Cguest").retrieve("cse-mn/Cmeter/readings"), 4103);
        must(&lab.as_ae(500, "Cfixed").retrieve("cse-mn/Cmeter/readings"), 4103);
        must(&lab.as_ae(501, "Cfixed").retrieve("cse-mn/Cmeter/readings"), 4106);
        must(&lab.network("CAdmin").retrieve("cse-mn"), 4106);
        let audits = lab.take_audits();
        let told: Vec<_> =
            audits.iter().map(|a| (a.originator.as_deref(), a.status.unwrap().code())).collect();
        assert_eq!(
            told,
            [
                (Some("//csf.example/id-mn/Cguest"), 4103),
                (Some("//csf.example/id-mn/Cfixed"), 4103),
                // Nobody established who these were.
                (None, 4106),
                (None, 4106),
            ]
        );
        assert!(audits.iter().all(|a| a.kind == AuditKind::Denied));
        assert!(audits[0].ground.ends_with("(vouched)"), "{}", audits[0].ground);
        assert!(audits[1].ground.ends_with("(proven)"), "{}", audits[1].ground);
    });
}

#[test]
fn a_proven_caller_reads_the_csebase_and_gains_nothing_else_by_it() {
    on_every_storage(|lab| {
        shared(&lab);
        let guest = lab.registered(1001, "Cguest");
        let base = guest.retrieve("cse-mn");
        must(&base, 2000);
        assert_eq!(base.text("csi"), "/id-mn");
        must(&guest.discover("cse-mn", csf_api::FilterCriteria::default()), 4103);
        must(&guest.create("cse-mn", container("x")), 4103);
        must(&guest.retrieve("cse-mn/acpAdmin"), 4103);
        must(&guest.update("cse-mn", support::lab::changes("m2m:cb").with("lbl", ["x"])), 4103);
        must(&guest.delete("cse-mn"), 4103);
    });
}
