//! Whom a CSE of the same host vouches for, and for whom it does not.

#![expect(clippy::expect_used, reason = "an identity of another form is a failed test")]

use std::time::Duration;

use csf_api::{EntityId, Object, Value};
use csf_service::AuditKind;
use support::lab::{
    ALL, Lab, Reading as _, Setup, ae, changes, container, data_object, hmac_key, on_every_storage_with,
    remote_cse, rule,
};

use crate::scenery::{meter, must, policy_of_meter};

/// Whose local socket speaks for `/id-in`, `/id-asn` and this CSE itself.
const GATEWAY: u32 = 600;
/// Whose local socket speaks for `/id-far`.
const OTHER: u32 = 601;

fn gateways(setup: &mut Setup) {
    let cse = |id| EntityId::parse(id, &setup.settings.home).expect("well formed");
    let own = ["/id-in", "/id-asn", "/id-mn", "//other.example/id-x"].map(cse).into();
    setup.settings.local_users.insert(GATEWAY, own);
    setup.settings.local_users.insert(OTHER, vec![cse("/id-far")]);
    setup.settings.local_users.insert(500, ["Cfixed", "/id-in/Cgiven"].map(cse).into());
}

/// Containers for everybody by name, and for whoever is authenticated.
fn shared(lab: &Lab) {
    let meter = meter(lab);
    let everybody = ["//csf.example", "//other.example", "C*", "/id-in/C*", "CAdmin", "Sx"];
    policy_of_meter(&meter, "named", [rule(everybody, ALL)]);
    policy_of_meter(&meter, "authenticated", [rule(["all"], ALL).with("acaf", Value::Bool(true))]);
    for name in ["named", "authenticated"] {
        let link = format!("cse-mn/Cmeter/{name}");
        must(
            &meter.create("cse-mn/Cmeter", container(&format!("for-{name}")).with("acpi", [link.as_str()])),
            2001,
        );
    }
}

fn scene(lab: &Lab) {
    shared(lab);
    for (uid, cse) in [(GATEWAY, "/id-in"), (OTHER, "/id-far")] {
        must(&lab.as_ae(uid, cse).create("cse-mn", remote_cse("x").with("rn", &cse[1..])), 2001);
    }
}

fn with_gateways(flow: impl Fn(Lab)) {
    on_every_storage_with(gateways, flow);
}

const NAMED: &str = "cse-mn/Cmeter/for-named";
const AUTHENTICATED: &str = "cse-mn/Cmeter/for-authenticated";

#[test]
fn a_registered_cse_vouches_for_the_aes_whose_stems_it_assigned() {
    // Shows ACC-2.
    with_gateways(|lab| {
        scene(&lab);
        for (uid, from) in
            [(GATEWAY, "/id-in/Cx"), (GATEWAY, "//csf.example/id-in/Cx"), (OTHER, "/id-far/Cx")]
        {
            let vouched = lab.as_ae(uid, from);
            must(&vouched.retrieve(NAMED), 2000);
            must(&vouched.retrieve(AUTHENTICATED), 4103);
        }
        // The CSE itself is authenticated.
        must(&lab.as_ae(GATEWAY, "/id-in").retrieve(AUTHENTICATED), 2000);
        // What it makes is its own, whichever AE of the same CSE asks.
        let one = lab.as_ae(GATEWAY, "/id-in/Cx");
        must(&one.create(NAMED, container("kept")), 2001);
        must(&one.retrieve(&format!("{NAMED}/kept")), 2000);
        must(&lab.as_ae(GATEWAY, "/id-in/Cy").retrieve(&format!("{NAMED}/kept")), 4103);
        must(&lab.as_ae(OTHER, "/id-far/Cx").retrieve(&format!("{NAMED}/kept")), 4103);
    });
}

#[test]
fn a_cse_vouches_for_nobody_else() {
    // Shows ACC-2 and ACC-7.
    with_gateways(|lab| {
        scene(&lab);
        must(&lab.user(1002).register("Cguest"), 2001);
        for (uid, from) in [
            // Another CSE, and what is below it.
            (GATEWAY, "/id-far"),
            (GATEWAY, "/id-far/Cx"),
            (OTHER, "/id-in"),
            (OTHER, "/id-in/Cx"),
            (1000, "/id-in/Cx"),
            (0, "/id-in/Cx"),
            // A CSE that the user speaks for, and that did not register.
            (GATEWAY, "/id-asn/Cx"),
            // AEs of this node, whatever the user speaks for.
            (GATEWAY, "Cmeter"),
            (GATEWAY, "/id-mn/Cmeter"),
            (GATEWAY, "//csf.example/id-mn/Cguest"),
            (GATEWAY, "Cunregistered"),
            // The administrator, a local CSF, and who is given to another user.
            (GATEWAY, "CAdmin"),
            (GATEWAY, "local:billing"),
            (GATEWAY, "/id-in/Cgiven"),
            // Another provider, and stems that say no CSE.
            (GATEWAY, "//other.example/id-in/Cx"),
            (GATEWAY, "//other.example/id-x/Cx"),
            (GATEWAY, "Sx"),
            (GATEWAY, "/Sx"),
            (GATEWAY, "/id-in/Sx"),
        ] {
            must(&lab.as_ae(uid, from).retrieve(NAMED), 4106);
        }
        must(&lab.as_ae(500, "/id-in/Cgiven").retrieve(AUTHENTICATED), 2000);
        // On a network nothing proves the CSE, and at the other socket speaks the administrator.
        must(&lab.network("/id-in/Cx").retrieve(NAMED), 4103);
        must(&lab.admin().claiming(Some("/id-in/Cx")).retrieve(NAMED), 4106);
    });
}

#[test]
fn a_cse_vouches_as_long_as_it_is_registered_and_its_user_speaks_for_it() {
    // Shows ACC-2.
    on_every_storage_with(gateways, |mut lab| {
        scene(&lab);
        let code = |lab: &Lab| lab.as_ae(GATEWAY, "/id-in/Cx").retrieve(NAMED).code();
        assert_eq!(code(&lab), 2000);
        must(&lab.as_ae(GATEWAY, "/id-in").delete("cse-mn/id-in"), 2002);
        assert_eq!(code(&lab), 4106);
        let short = remote_cse("x").with("et", lab.in_seconds(10).as_str());
        must(&lab.as_ae(GATEWAY, "/id-in").create("cse-mn", short), 2001);
        assert_eq!(code(&lab), 2000);
        lab.wait(Duration::from_secs(11));
        assert_eq!(code(&lab), 4106);
        must(&lab.as_ae(GATEWAY, "/id-in").create("cse-mn", remote_cse("x")), 2001);
        assert_eq!(code(&lab), 2000);
        lab.reconfigure(|settings| drop(settings.local_users.remove(&GATEWAY)));
        assert_eq!(code(&lab), 4106);
    });
}

#[test]
fn who_is_vouched_for_has_nothing_that_takes_proof() {
    // Shows ACC-2.
    let believing = |setup: &mut Setup| {
        gateways(setup);
        // What the switch gives to those on the network is not for those whom a CSE vouches for.
        setup.settings.laboratory.believe_originators = true;
        setup.settings.laboratory.administrator = true;
    };
    for change in [gateways, believing as fn(&mut Setup)] {
        on_every_storage_with(change, |lab| {
            scene(&lab);
            let vouched = lab.as_ae(GATEWAY, "/id-in/Cx");
            // It is registered elsewhere.
            must(&vouched.retrieve("cse-mn"), 4103);
            must(&vouched.create("cse-mn", ae("Nlab.example")), 4000);
            must(&vouched.create("cse-mn", remote_cse("x")), 4005);
            must(&vouched.retrieve("cse-mn/security"), 4103);
            let four = Object::new().with("rndD", Value::Integer(4));
            must(&vouched.invoke("random", four), 4103);
            for draft in [hmac_key("k"), data_object("d", "AAAA")] {
                must(&vouched.create("cse-mn/security/data/storage-soft", draft), 4103);
            }
            must(&vouched.update("cse-mn/security/administration", changes("csf:explanation")), 4103);
            must(&lab.as_ae(GATEWAY, "/id-in").retrieve("cse-mn"), 2000);
        });
    }
}

#[test]
fn a_refusal_of_who_is_vouched_for_is_recorded_as_such() {
    // Shows ACC-1.
    with_gateways(|lab| {
        scene(&lab);
        drop(lab.take_audits());
        must(&lab.as_ae(GATEWAY, "/id-in/Cx").retrieve(AUTHENTICATED), 4103);
        must(&lab.as_ae(GATEWAY, "/id-far/Cx").retrieve(NAMED), 4106);
        let audits = lab.take_audits();
        let who: Vec<_> = audits.iter().map(|a| (a.kind, a.originator.as_deref())).collect();
        let denied = AuditKind::Denied;
        assert_eq!(who, [(denied, Some("//csf.example/id-in/Cx")), (denied, None)]);
        assert!(audits[0].ground.ends_with("(vouched for by its CSE)"), "{}", audits[0].ground);
    });
}
