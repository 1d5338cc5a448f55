//! Decisions by policies and by default, as the public test purposes vary them (TS-0001 9.6.1.3.2, TS-0003 7.1).

use csf_api::{FilterCriteria, Object};
use support::lab::{
    ALL, Lab, Reading as _, ae, changes, container, instance, on_every_storage, policy, rule,
};

use crate::scenery::{Act, append, meter, must, policy_of_meter};

/// `Cone` of user 1000, whose AE links policies of the administrator below the CSEBase with these rules.
fn governed(lab: &Lab, rules: &[Object]) {
    let mut links = Vec::new();
    for (n, rule_of_pv) in rules.iter().enumerate() {
        let draft = policy(&format!("p{n}"), [rule_of_pv.clone()], [rule(["CAdmin"], ALL)]);
        let created = lab.admin().create("cse-mn", draft);
        must(&created, 2001);
        links.push(created.text("ri").to_owned());
    }
    let acpi = csf_api::Value::texts(links.iter().map(String::as_str));
    must(&lab.user(1000).register_ae(Some("Cone"), ae("Nlab.example").with("acpi", acpi)), 2001);
}

#[test]
fn an_originator_whom_no_rule_names_is_denied() {
    // SEC/ACP/001.
    for act in Act::ALL {
        on_every_storage(|lab| {
            governed(&lab, &[rule(["Cone", "CAdmin"], ALL)]);
            let stranger = lab.registered(1001, "Cstranger");
            assert_eq!(act.on(&stranger, "cse-mn/Cone", "m2m:ae"), 4103, "{act:?}");
            assert_eq!(act.on(&lab.as_ae(1000, "Cone"), "cse-mn/Cone", "m2m:ae"), act.done(), "{act:?}");
        });
    }
}

#[test]
fn one_of_several_policies_is_enough() {
    // SEC/ACP/002: CREATE and RETRIEVE in one, the rest in the other.
    for act in Act::ALL {
        for (first, second) in [(3, 60), (60, 3)] {
            on_every_storage(|lab| {
                governed(&lab, &[rule(["Cone"], first), rule(["Cone"], second)]);
                let one = lab.as_ae(1000, "Cone");
                assert_eq!(act.on(&one, "cse-mn/Cone", "m2m:ae"), act.done(), "{act:?}");
            });
        }
    }
}

#[test]
fn an_originator_is_permitted_by_its_domain() {
    // SEC/ACP/003: from Release 3 on, a domain is that of the service provider.
    for act in Act::ALL {
        for (domain, permitted) in [("//csf.example", true), ("//other.example", false)] {
            on_every_storage(|lab| {
                governed(&lab, &[rule([domain], ALL)]);
                let one = lab.as_ae(1000, "Cone");
                let expected = if permitted { act.done() } else { 4103 };
                assert_eq!(act.on(&one, "cse-mn/Cone", "m2m:ae"), expected, "{act:?} {domain}");
            });
        }
    }
}

#[test]
fn everybody_is_permitted_by_all() {
    // SEC/ACP/004.
    for act in Act::ALL {
        on_every_storage(|lab| {
            governed(&lab, &[rule(["all"], ALL)]);
            let stranger = lab.registered(1001, "Cstranger");
            assert_eq!(act.on(&stranger, "cse-mn/Cone", "m2m:ae"), act.done(), "{act:?}");
        });
    }
}

#[test]
fn a_container_without_links_is_its_creators() {
    // SEC/ACP/011.
    for act in Act::ALL {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            assert_eq!(act.on(&meter, "cse-mn/Cmeter/readings", "m2m:cnt"), act.done(), "{act:?}");
        });
    }
}

#[test]
fn a_container_without_links_inherits_nothing_from_the_ae_above() {
    // SEC/ACP/012 in its Release 3 form: the creator keeps what the AE's policy withholds from it, and whom
    // that policy permits everything gains nothing.
    for act in Act::ALL {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            let guest = lab.registered(1001, "Cguest");
            let pv = [rule(["Cguest"], ALL), rule(["Cmeter"], ALL - act.bit())];
            let id = policy_of_meter(&meter, "p", pv);
            must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [id.as_str()])), 2004);
            assert_eq!(act.on(&meter, "cse-mn/Cmeter", "m2m:ae"), 4103, "{act:?}");
            assert_eq!(act.on(&guest, "cse-mn/Cmeter/readings", "m2m:cnt"), 4103, "{act:?}");
            assert_eq!(act.on(&meter, "cse-mn/Cmeter/readings", "m2m:cnt"), act.done(), "{act:?}");
        });
    }
}

#[test]
fn who_lacks_the_privilege_is_refused_whatever_the_type() {
    // DMR/CRE/004, RET/003, RET/014, UPD/006, DEL/002 and DIS/005. Shows ACC-1.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        policy_of_meter(&meter, "p", [rule(["Cmeter"], ALL)]);
        let guest = lab.registered(1001, "Cguest");
        let before = lab.world().versions();
        for (to, root) in [
            ("cse-mn/Cmeter", "m2m:ae"),
            ("cse-mn/Cmeter/readings", "m2m:cnt"),
            ("cse-mn/Cmeter/readings/la", "m2m:cin"),
            ("cse-mn/Cmeter/p", "m2m:acp"),
            ("cse-mn/acpAdmin", "m2m:acp"),
            ("cse-mn/security/administration", "csf:securityAdministration"),
        ] {
            for act in Act::ALL {
                assert_eq!(act.on(&guest, to, root), 4103, "{act:?} {to}");
            }
            must(&guest.discover(to, FilterCriteria::default()), 4103);
        }
        must(&guest.create("cse-mn/Cmeter/readings", instance("18")), 4103);
        must(&guest.create("cse-mn", container("x")), 4103);
        must(&guest.create("cse-mn", policy("x", [], [rule(["Cguest"], ALL)])), 4103);
        must(&guest.discover("cse-mn", FilterCriteria::default()), 4103);
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn what_is_not_there_is_so_for_everybody() {
    // Existence comes before authorization.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for asker in [&meter, &lab.bare(), &lab.admin()] {
            for to in
                ["cse-mn/nothing", "cse-mn/Cmeter/readings/la", "nothing", "/id-in/cse-in", "/id-mn/-/x"]
            {
                for act in Act::ALL {
                    assert_eq!(act.on(asker, to, "m2m:cnt"), 4004, "{act:?} {to}");
                }
            }
        }
    });
}

#[test]
fn a_custodian_comes_before_the_creator() {
    // ACP/NEW/06.
    for act in Act::ALL {
        on_every_storage(|lab| {
            let meter = meter(&lab);
            let keeper = lab.registered(1001, "Ckeeper");
            must(&meter.create("cse-mn/Cmeter", container("kept").with("cstn", "/id-mn/Ckeeper")), 2001);
            let to = "cse-mn/Cmeter/kept";
            assert_eq!(act.on(&meter, to, "m2m:cnt"), 4103, "{act:?}");
            assert_eq!(act.on(&keeper, to, "m2m:cnt"), act.done(), "{act:?}");
        });
    }
}

#[test]
fn a_custodian_can_hand_over_and_step_back() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let keeper = lab.registered(1001, "Ckeeper");
        let to = "cse-mn/Cmeter/readings";
        must(&keeper.update(to, changes("m2m:cnt").with("cstn", "Ckeeper")), 4103);
        must(&meter.update(to, changes("m2m:cnt").with("cstn", "Ckeeper")), 2004);
        must(&meter.update(to, changes("m2m:cnt").with("cstn", "Cmeter")), 4103);
        must(&keeper.update(to, changes("m2m:cnt").with("cstn", csf_api::Value::Null)), 2004);
        must(&keeper.retrieve(to), 4103);
        must(&meter.retrieve(to), 2000);
    });
}

#[test]
fn a_custodian_that_is_nobody_is_refused() {
    // Nobody could ever touch the resource again.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = lab.world().versions();
        for nobody in ["", "nobody", "C", "C*", "all", "//csf.example"] {
            must(&meter.create("cse-mn/Cmeter", container("x").with("cstn", nobody)), 4000);
            must(&meter.update("cse-mn/Cmeter/readings", changes("m2m:cnt").with("cstn", nobody)), 4000);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn an_instance_is_governed_through_its_container() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let writer = lab.registered(1001, "Cwriter");
        let keeper = lab.registered(1002, "Ckeeper");
        let id = policy_of_meter(&meter, "p", [rule(["Cwriter"], 1), rule(["Ckeeper"], 2)]);
        must(&meter.create("cse-mn/Cmeter", container("shared").with("acpi", [id.as_str()])), 2001);
        must(&writer.create("cse-mn/Cmeter/shared", instance("17").with("rn", "first")), 2001);
        // Having made the instance gives the writer no access to it.
        must(&writer.retrieve("cse-mn/Cmeter/shared/first"), 4103);
        must(&writer.delete("cse-mn/Cmeter/shared/la"), 4103);
        must(&keeper.retrieve("cse-mn/Cmeter/shared/la"), 2000);
        must(&keeper.delete("cse-mn/Cmeter/shared/first"), 4103);
        must(&meter.create("cse-mn/Cmeter", container("kept").with("cstn", "Ckeeper")), 2001);
        must(&keeper.create("cse-mn/Cmeter/kept", instance("18")), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/kept/la"), 4103);
        must(&keeper.delete("cse-mn/Cmeter/kept/la"), 2002);
    });
}

#[test]
fn a_creator_is_whoever_created_and_not_the_ae_above() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let id = policy_of_meter(&meter, "p", [rule(["Cguest"], 1)]);
        must(&meter.create("cse-mn/Cmeter", container("shared").with("acpi", [id.as_str()])), 2001);
        must(&guest.create("cse-mn/Cmeter/shared", container("mine")), 2001);
        must(&guest.retrieve("cse-mn/Cmeter/shared/mine"), 2000);
        must(&meter.retrieve("cse-mn/Cmeter/shared/mine"), 4103);
        must(&guest.retrieve("cse-mn/Cmeter/shared"), 4103);
    });
}
