//! Registration of other CSEs (TS-0001 10.2.2.7, TS-0004 7.4.4).

#![expect(clippy::expect_used, reason = "an identity of another form is a failed test")]

use std::time::Duration;

use csf_api::{EntityId, Value};
use csf_service::AuditKind;
use support::lab::{
    Asker, Lab, Reading as _, Setup, ae, changes, container, on_every_storage, on_every_storage_with,
    remote_cse as remote,
};

use crate::scenery::must;

/// Whose local socket speaks for `/id-in` and `/id-asn`, and at whose nobody does.
const GATEWAY: u32 = 600;

fn gateway(setup: &mut Setup) {
    let cse = |id| EntityId::parse(id, &setup.settings.home).expect("well formed");
    let own = ["/id-in", "/id-asn", "/id-mn", "//other.example/id-x"].map(cse).into();
    setup.settings.local_users.insert(GATEWAY, own);
}

fn with_gateway(flow: impl Fn(Lab)) {
    on_every_storage_with(gateway, flow);
}

fn the_in(lab: &Lab) -> Asker<'_> {
    lab.as_ae(GATEWAY, "/id-in")
}

#[test]
fn a_cse_registers_with_what_it_must_say() {
    // CSE/REG/CRE/018.
    with_gateway(|lab| {
        let created = the_in(&lab).create("cse-mn", remote("/id-in/cse-in"));
        must(&created, 2001);
        assert_eq!((created.text("csi"), created.text("cb")), ("/id-in", "/id-in/cse-in"));
        let address = format!("cse-mn/{}", created.text("rn"));
        assert_eq!(the_in(&lab).retrieve(&address).text("csi"), "/id-in");
        let audits = lab.take_audits();
        assert!(
            audits.iter().any(|a| a.kind == AuditKind::Registration
                && a.originator.as_deref() == Some("//csf.example/id-in"))
        );
        // It may say its CSE-ID, and no other's.
        let asn = lab.as_ae(GATEWAY, "/id-asn");
        must(&asn.create("cse-mn", remote("/id-asn/-").with("csi", "/id-in")), 4000);
        must(&asn.create("cse-mn", remote("/id-asn/-").with("csi", "/id-asn").with("rn", "asn")), 2001);
        for missing in ["cb", "rr", "srv"] {
            must(&asn.create("cse-mn", remote("/id-asn/-").without(missing)), 4000);
        }
    });
}

#[test]
fn a_cse_registers_once() {
    with_gateway(|lab| {
        let one = the_in(&lab);
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("rn", "in")), 2001);
        let before = lab.world().versions();
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("rn", "again")), 4117);
        let absolute = one.claiming(Some("//csf.example/id-in"));
        must(&absolute.create("cse-mn", remote("/id-in/cse-in").with("rn", "again")), 4117);
        assert_eq!(lab.world().versions(), before);
        must(&one.delete("cse-mn/in"), 2002);
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("rn", "again")), 2001);
    });
}

#[test]
fn a_registration_that_ended_makes_room() {
    with_gateway(|lab| {
        let one = the_in(&lab);
        let short = remote("/id-in/cse-in").with("et", lab.in_seconds(10).as_str());
        must(&one.create("cse-mn", short.clone()), 2001);
        must(
            &one.update("cse-mn/csr-id-in", changes("m2m:csr").with("et", lab.in_seconds(20).as_str())),
            2004,
        );
        lab.wait(Duration::from_secs(15));
        must(&one.create("cse-mn", remote("/id-in/cse-in")), 4117);
        lab.wait(Duration::from_secs(10));
        must(&one.retrieve("cse-mn/csr-id-in"), 4004);
        must(&one.create("cse-mn", remote("/id-in/cse-in")), 2001);
    });
}

#[test]
fn who_is_no_cse_registers_as_none() {
    with_gateway(|lab| {
        let before = lab.world().versions();
        // Nothing proves a CSE-ID on the network, and at this socket it is another user's.
        must(&lab.network("/id-in").create("cse-mn", remote("/id-in/cse-in")), 4107);
        must(&lab.as_ae(1000, "/id-in").create("cse-mn", remote("/id-in/cse-in")), 4106);
        must(&lab.admin().create("cse-mn", remote("/id-in/cse-in")), 4005);
        must(&lab.bare().create("cse-mn", remote("/id-in/cse-in")), 4005);
        must(&lab.as_ae(500, "Cfixed").create("cse-mn", remote("/id-in/cse-in")), 4005);
        must(&lab.as_ae(500, "local:billing").create("cse-mn", remote("/id-in/cse-in")), 4005);
        must(&lab.as_ae(GATEWAY, "/id-mn").create("cse-mn", remote("/id-mn/cse-mn")), 4005);
        let foreign = lab.as_ae(GATEWAY, "//other.example/id-x");
        must(&foreign.create("cse-mn", remote("//other.example/id-x/-")), 5001);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn no_cse_registers_with_an_application_service_node() {
    let asn = |setup: &mut Setup| {
        gateway(setup);
        setup.settings.cse_type = 3;
    };
    on_every_storage_with(asn, |lab| {
        must(&the_in(&lab).create("cse-mn", remote("/id-in/cse-in")), 4005);
        assert_eq!(lab.user(1000).register("Cmeter").code(), 2001);
    });
}

#[test]
fn a_cse_registers_below_the_csebase_and_with_its_own_content() {
    with_gateway(|lab| {
        must(&lab.user(1000).register("Cmeter"), 2001);
        let one = the_in(&lab);
        must(&one.create("cse-mn/Cmeter", remote("/id-in/cse-in")), 4108);
        must(&one.create("cse-mn", remote("/id-in/cse-in").rooted("m2m:cnt")), 4000);
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("mei", "x")), 5001);
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("csi", Value::Integer(1))), 4000);
        // Nor does it register as an AE, under an identity that configuration gave to it.
        must(&one.create("cse-mn", ae("Nlab.example")), 4106);
    });
}

#[test]
fn a_registered_cse_keeps_things_below_its_registration_and_nobody_else_does() {
    with_gateway(|lab| {
        let one = the_in(&lab);
        must(&one.create("cse-mn", remote("/id-in/cse-in").with("rn", "in")), 2001);
        must(&one.create("cse-mn/in", container("kept")), 2001);
        must(&one.update("cse-mn/in", changes("m2m:csr").with("dcse", ["/id-far"])), 2004);
        for name in ["cb", "csi", "cst"] {
            must(&one.update("cse-mn/in", changes("m2m:csr").with(name, "/id-x")), 4000);
        }
        let asn = lab.as_ae(GATEWAY, "/id-asn");
        must(&asn.retrieve("cse-mn/in"), 4103);
        must(&asn.create("cse-mn/in", container("mine")), 4103);
        must(&asn.delete("cse-mn/in"), 4103);
        // Administrators read and remove registrations, and do nothing else with them.
        must(&lab.admin().retrieve("cse-mn/in"), 2000);
        must(&lab.admin().update("cse-mn/in", changes("m2m:csr").with("rr", false)), 4103);
        let _ = lab.take_audits();
        must(&lab.admin().delete("cse-mn/in"), 2002);
        assert_eq!(lab.take_audits()[0].kind, AuditKind::Registration);
        must(&one.retrieve("cse-mn/in/kept"), 4004);
    });
}

#[test]
fn a_cse_id_never_takes_the_place_of_another_resource() {
    let names = |setup: &mut Setup| {
        let cse = |id| EntityId::parse(id, &setup.settings.home).expect("well formed");
        let own = ["/acpAdmin", "/security", "/cnt-000000000000001"].map(cse).into();
        setup.settings.local_users.insert(GATEWAY, own);
    };
    on_every_storage_with(names, |lab| {
        let policy = lab.admin().retrieve("acpAdmin");
        for cse in ["/acpAdmin", "/security", "/cnt-000000000000001"] {
            let created = lab.as_ae(GATEWAY, cse).create("cse-mn", remote("x"));
            must(&created, 2001);
            assert_eq!(created.text("ri"), format!("csr-{}", &cse[1..]));
        }
        assert_eq!(lab.admin().retrieve("acpAdmin").content, policy.content);
    });
}

#[test]
fn the_csebase_says_which_types_it_hosts() {
    on_every_storage(|lab| {
        let base = lab.admin().retrieve("cse-mn");
        let types = base.member("srt").as_list().expect("a list");
        for number in [1, 2, 3, 4, 5, 9, 14, 16, 28, 31, 32, 34, 37] {
            assert!(types.contains(&Value::Integer(number)), "{number}");
        }
        assert!(!types.contains(&Value::Integer(10)));
    });
}
