//! A node that serves release 1: registration without releases, and what links no policies has its parent's.

use csf_api::{Release, Request};
use csf_service::DefaultAccess;
use support::lab::{
    ALL, Lab, Reading as _, Setup, ae, changes, container, creation, instance, on_every_storage,
    on_every_storage_with, policy, rule,
};

use crate::scenery::{Act, added, append, meter, must, policy_of_meter};

const READINGS: &str = "cse-mn/Cmeter/readings";

fn inherit(setup: &mut Setup) {
    setup.settings.default_access = DefaultAccess::InheritFromParent;
}

fn of_release_1(mut request: Request) -> Request {
    request.release = Release::R1;
    request
}

/// Has the AE `Cmeter` link a policy with these privileges.
fn govern<const N: usize>(lab: &Lab, pv: [csf_api::Object; N]) {
    let meter = lab.as_ae(1000, "Cmeter");
    let id = policy_of_meter(&meter, "p", pv);
    must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [id.as_str()])), 2004);
}

#[test]
fn releases_are_optional_for_an_ae_of_release_1_only() {
    on_every_storage(|lab| {
        let silent = || creation("cse-mn", ae("Nlab.example").without("srv"));
        must(&lab.as_ae(1000, "Cnew").send(silent()), 4000);
        must(&lab.as_ae(1000, "Cold").send(of_release_1(silent())), 2001);
        assert_eq!(lab.as_ae(1000, "Cold").retrieve("Cold").texts("srv"), ["1"]);
        let says = of_release_1(creation("cse-mn", ae("Nlab.example")));
        must(&lab.as_ae(1000, "Cboth").send(says), 2001);
        assert_eq!(lab.as_ae(1000, "Cboth").retrieve("Cboth").texts("srv"), ["3"]);
    });
}

#[test]
fn the_csebase_names_release_1_where_it_is_served() {
    on_every_storage(|lab| {
        let releases = |lab: &Lab| lab.admin().retrieve("cse-mn").texts("srv").join(" ");
        assert_eq!(releases(&lab), "2a 3 4 5");
        let lab = lab.restart(inherit);
        assert_eq!(releases(&lab), "1 2a 3 4 5");
        let lab = lab.restart(|setup| setup.settings.default_access = DefaultAccess::Creator);
        assert_eq!(releases(&lab), "2a 3 4 5");
    });
}

#[test]
fn a_child_without_links_is_reached_through_its_parent() {
    // SEC/ACP/011 in its Release 1 form, with no policy at the AE and with one.
    for act in Act::ALL {
        for governed in [false, true] {
            on_every_storage_with(inherit, |lab| {
                let meter = meter(&lab);
                if governed {
                    govern(&lab, [rule(["Cmeter"], ALL)]);
                }
                assert_eq!(act.on(&meter, READINGS, "m2m:cnt"), act.done(), "{act:?} {governed}");
            });
        }
    }
}

#[test]
fn what_the_policy_of_the_parent_withholds_is_withheld_from_the_creator_too() {
    // SEC/ACP/012.
    for act in Act::ALL {
        on_every_storage_with(inherit, |lab| {
            let meter = meter(&lab);
            govern(&lab, [rule(["CAdmin"], ALL), rule(["Cmeter"], ALL - act.bit())]);
            assert_eq!(act.on(&meter, READINGS, "m2m:cnt"), 4103, "{act:?}");
            for other in Act::ALL.into_iter().filter(|other| *other != act) {
                assert_eq!(other.on(&meter, READINGS, "m2m:cnt"), other.done(), "{other:?} beside {act:?}");
            }
        });
    }
}

#[test]
fn policies_are_inherited_over_any_number_of_levels_and_no_further_than_links_say() {
    on_every_storage_with(inherit, |lab| {
        let meter = meter(&lab);
        must(&meter.create(READINGS, container("inner")), 2001);
        append(&meter, &format!("{READINGS}/inner"), "17");
        let guest = lab.registered(1001, "Cguest");
        let inner = format!("{READINGS}/inner");
        let instance = format!("{inner}/la");
        must(&guest.retrieve(&inner), 4103);
        govern(&lab, [rule(["Cmeter"], ALL), rule(["Cguest"], Act::Retrieve.bit())]);
        must(&guest.retrieve(&inner), 2000);
        must(&guest.retrieve(&instance), 2000);
        // Its own links end the inheritance, for what lies below it too.
        let own =
            added(&meter, "cse-mn/Cmeter", policy("own", [rule(["Cmeter"], ALL)], [rule(["Cmeter"], ALL)]));
        must(&meter.update(READINGS, changes("m2m:cnt").with("acpi", [own.as_str()])), 2004);
        must(&guest.retrieve(&inner), 4103);
        must(&guest.retrieve(&instance), 4103);
        must(&guest.retrieve("cse-mn/Cmeter"), 2000);
    });
}

#[test]
fn below_the_csebase_its_policies_govern_and_an_ae_is_its_own() {
    on_every_storage_with(inherit, |lab| {
        let meter = meter(&lab);
        must(&lab.admin().create("cse-mn", container("common")), 2001);
        must(&lab.admin().retrieve("cse-mn/common"), 2000);
        must(&meter.retrieve("cse-mn/common"), 4103);
        // The CSEBase is the administrator's; an AE without links is not, and neither is what it makes.
        must(&lab.admin().retrieve(READINGS), 4103);
        must(&lab.admin().update("cse-mn/Cmeter", changes("m2m:ae").with("lbl", ["x"])), 4103);
        must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("lbl", ["x"])), 2004);
    });
}

#[test]
fn a_custodian_says_who_governs_as_links_do() {
    on_every_storage_with(inherit, |lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        govern(&lab, [rule(["Cmeter"], ALL)]);
        must(&meter.create("cse-mn/Cmeter", container("given").with("cstn", "Cguest")), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/given"), 4103);
        must(&guest.create("cse-mn/Cmeter/given", instance("1")), 2001);
        must(&guest.retrieve("cse-mn/Cmeter/given/la"), 2000);
    });
}

#[test]
fn to_link_policies_takes_the_self_privileges_of_the_inherited_ones() {
    on_every_storage_with(inherit, |lab| {
        let meter = meter(&lab);
        let closed = policy("closed", [rule(["Cmeter"], ALL)], [rule(["CAdmin"], ALL)]);
        let closed = added(&meter, "cse-mn/Cmeter", closed);
        let open = policy_of_meter(&meter, "open", [rule(["Cmeter"], ALL)]);
        let link = |id: &str| changes("m2m:cnt").with("acpi", [id]);
        must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [closed.as_str()])), 2004);
        must(&meter.update(READINGS, link(&open)), 4103);
        must(&meter.update(READINGS, changes("m2m:cnt").with("lbl", ["x"])), 2004);
    });
}

#[test]
fn keys_stay_with_their_creator_whatever_their_storage_says() {
    on_every_storage_with(inherit, |lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let storage = "cse-mn/security/data/storage-soft";
        must(&meter.create(storage, support::lab::hmac_key("k")), 2001);
        // Registered entities read the storage; a key in it they do not.
        must(&guest.retrieve(storage), 2000);
        must(&guest.retrieve(&format!("{storage}/k")), 4103);
        must(&meter.retrieve(&format!("{storage}/k")), 2000);
    });
}

#[test]
fn the_default_is_what_the_node_is_told_at_start() {
    on_every_storage(|lab| {
        must(&meter(&lab).retrieve(READINGS), 2000);
        govern(&lab, [rule(["Cmeter"], ALL - Act::Retrieve.bit())]);
        let reads = |lab: &Lab| lab.as_ae(1000, "Cmeter").retrieve(READINGS).code();
        let told = |lab: &Lab| lab.admin().retrieve("cse-mn/security/administration").texts("cmt").join(", ");
        assert_eq!((reads(&lab), told(&lab)), (2000, String::new()));
        let lab = lab.restart(inherit);
        assert_eq!((reads(&lab), told(&lab).as_str()), (4103, "http.release1"));
        let lab = lab.restart(|setup| setup.settings.default_access = DefaultAccess::Creator);
        assert_eq!(reads(&lab), 2000);
    });
}
