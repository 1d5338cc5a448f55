//! Nodes without an optional component: nothing of it can be reached, and nothing opens instead.

use support::lab::{
    ALL, RETRIEVE, Reading, Setup, ae, changes, container, hmac_key, instance, on_every_storage,
    on_every_storage_with, policy, rule,
};

use crate::kit::{KEY, STORAGE, digest, everything, mac, owner_of, random};

fn no_access_management(setup: &mut Setup) {
    setup.settings.components.access_management = false;
}

fn no_functions(setup: &mut Setup) {
    setup.settings.components.sensitive_functions = false;
}

// Shows ARC-2.
#[test]
fn without_access_management_no_policy_can_be_reached_made_or_linked() {
    on_every_storage_with(no_access_management, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        for address in ["cse-mn/acpAdmin", "acpUse", "cse-mn/security/policies", "security-policies"] {
            assert_eq!(meter.retrieve(address).code(), 4004, "{address}");
            assert_eq!(lab.admin().retrieve(address).code(), 4004, "{address}");
            assert_eq!(lab.admin().delete(address).code(), 4004, "{address}");
        }
        let before = lab.world().versions();
        let own = || policy("p", [rule(["Cx"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        assert_eq!(meter.create("cse-mn/Cmeter", own()).code(), 5001);
        assert_eq!(lab.admin().create("cse-mn", own()).code(), 5001);
        assert_eq!(meter.create("cse-mn/Cmeter", container("c").with("acpi", ["acpUse"])).code(), 5001);
        let linking = ae("Nx").with("acpi", ["acpUse"]);
        assert_eq!(lab.user(1001).register_ae(Some("Cother"), linking).code(), 5001);
        for links in
            [changes("m2m:ae").with("acpi", ["acpUse"]), changes("m2m:ae").with("acpi", csf_api::Value::Null)]
        {
            assert_eq!(meter.update("cse-mn/Cmeter", links).code(), 5001);
        }
        assert_eq!(lab.world().versions(), before);
        // The failing twin: it is the link that was refused.
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
        assert_eq!(meter.update("cse-mn/Cmeter", changes("m2m:ae").with("apn", "x")).code(), 2004);
    });
}

// Shows ARC-11.
#[test]
fn without_access_management_owners_keep_what_is_theirs_and_nobody_else_gets_at_it() {
    on_every_storage_with(no_access_management, |lab| {
        let (meter, other) = (lab.registered(1000, "Cmeter"), lab.registered(1001, "Cother"));
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
        let at = "cse-mn/Cmeter/c";
        assert_eq!(other.retrieve(at).code(), 4103);
        assert_eq!(other.create(at, instance("x")).code(), 4103);
        assert_eq!(other.update(at, changes("m2m:cnt").with("lbl", ["x"])).code(), 4103);
        assert_eq!(other.delete(at).code(), 4103);
        assert_eq!(other.discover(at, everything()).code(), 4103);
        assert_eq!(other.retrieve("cse-mn/Cmeter").code(), 4103);
        assert_eq!(lab.bare().retrieve(at).code(), 4103);
        assert_eq!(meter.create(at, instance("x")).code(), 2001);
        assert_eq!(meter.update(at, changes("m2m:cnt").with("lbl", ["x"])).code(), 2004);
        assert_eq!(meter.retrieve(at).number("cni"), 1);
        assert_eq!(meter.delete(at).code(), 2002);
    });
}

// Shows ARC-11: administration, and nothing else.
#[test]
fn without_access_management_the_tree_and_the_functions_are_the_administrators() {
    on_every_storage_with(no_access_management, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(meter.retrieve("cse-mn").code(), 2000);
        for address in ["cse-mn/security", "cse-mn/security/data", STORAGE, "cse-mn/security/administration"]
        {
            assert_eq!(meter.retrieve(address).code(), 4103, "{address}");
            assert_eq!(lab.admin().retrieve(address).code(), 2000, "{address}");
        }
        assert_eq!(meter.discover("cse-mn", everything()).code(), 4103);
        assert_eq!(meter.create("cse-mn", container("c")).code(), 4103);
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 4103);
        assert_eq!(meter.invoke("random", random(1)).code(), 4103);
        assert_eq!(lab.admin().invoke("random", random(1)).code(), 2004);
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        // The administrator over the network is nobody.
        assert_eq!(lab.network("CAdmin").retrieve("cse-mn/security").code(), 4103);
    });
}

// Shows ARC-2 and ARC-11: policies of before give nothing while the component is away.
#[test]
fn a_policy_of_before_does_not_count_until_access_management_is_back() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        let friends = policy("friends", [rule(["Cfriend"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        let friends = meter.create("cse-mn/Cmeter", friends).text("ri").to_owned();
        let shared = container("c").with("acpi", [friends.as_str()]);
        assert_eq!(meter.create("cse-mn/Cmeter", shared).code(), 2001);
        assert_eq!(lab.registered(1001, "Cfriend").retrieve("cse-mn/Cmeter/c").code(), 2000);
        let lab = lab.restart(no_access_management);
        {
            let (meter, friend) = (lab.as_ae(1000, "Cmeter"), lab.as_ae(1001, "Cfriend"));
            assert_eq!(friend.retrieve("cse-mn/Cmeter/c").code(), 4103);
            assert_eq!(meter.retrieve("cse-mn/Cmeter/c").code(), 2000);
            assert_eq!(meter.retrieve(&friends).code(), 4004);
            let unlink = changes("m2m:cnt").with("acpi", csf_api::Value::Null);
            assert_eq!(meter.update("cse-mn/Cmeter/c", unlink).code(), 5001);
            // A key stays its owner's own object.
            assert_eq!(meter.retrieve(KEY).text("stt"), "active");
            assert_eq!(friend.retrieve(KEY).code(), 4103);
        }
        let lab = lab.restart(|setup| setup.settings.components.access_management = true);
        assert_eq!(lab.as_ae(1001, "Cfriend").retrieve("cse-mn/Cmeter/c").code(), 2000);
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 2004);
    });
}

// Shows ARC-2.
#[test]
fn access_management_can_be_added_to_a_node_that_began_without_it() {
    on_every_storage_with(no_access_management, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        // The names of the policies that will come are kept for them.
        for name in ["acpAdmin", "acpUse"] {
            let draft = ae("Nsquatter").with("rn", name);
            assert_eq!(lab.user(1001).register_ae(Some("Csquat"), draft).code(), 4105, "{name}");
            assert_eq!(lab.admin().create("cse-mn", container(name)).code(), 4105, "{name}");
            assert_eq!(meter.create("cse-mn/Cmeter", container(name)).code(), 2001, "{name}");
        }
        let lab = lab.restart(|setup| setup.settings.components.access_management = true);
        assert!(!lab.started().first);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.retrieve("cse-mn/security").code(), 2000);
        assert_eq!(meter.retrieve("cse-mn/security/administration").code(), 4103);
        assert_eq!(meter.invoke("random", random(1)).code(), 2004);
        assert_eq!(lab.admin().retrieve("cse-mn").texts("acpi"), ["acpAdmin"]);
        let seen = lab.admin().retrieve("cse-mn/security/policies");
        assert_eq!(seen.texts("pol"), ["acpAdmin", "acpUse"]);
    });
}

// Shows ARC-2.
#[test]
fn without_sensitive_functions_no_function_can_be_reached() {
    on_every_storage_with(no_functions, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        for asker in [meter, lab.admin()] {
            assert_eq!(asker.invoke("random", random(1)).code(), 4004);
            assert_eq!(asker.invoke("digest", digest(b"")).code(), 4004);
            assert_eq!(asker.retrieve("function-mac").code(), 4004);
            assert!(asker.retrieve("cse-mn/security/data").texts("fns").is_empty());
            let found = asker.discover("cse-mn/security", everything());
            assert!(!found.addresses().iter().any(|address| address.contains("function-")));
        }
        assert!(lab.world().commands().is_empty());
        // Secure storage is another component, and always there.
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.create(STORAGE, hmac_key("k")).code(), 2001);
        assert_eq!(meter.delete(KEY).code(), 2002);
    });
}

// Shows ARC-2 and RES-2.
#[test]
fn functions_come_and_go_with_their_component() {
    on_every_storage(|lab| {
        let meter = owner_of(&lab, hmac_key("k"));
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        let lab = lab.restart(no_functions);
        assert_eq!(lab.as_ae(1000, "Cmeter").invoke("mac", mac(KEY, b"m")).code(), 4004);
        let lab = lab.restart(|setup| setup.settings.components.sensitive_functions = true);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 2004);
        assert_eq!(meter.retrieve("cse-mn/security/data").texts("fns").len(), 8);
    });
}

// Shows ARC-2 and ACC-9: a component that comes back is as closed as it was.
#[test]
fn what_the_administrator_closed_is_still_closed_when_its_component_is_back() {
    on_every_storage(|lab| {
        for (address, root) in
            [("function-random", "csf:sensitiveFunction"), ("security-policies", "csf:policies")]
        {
            let links = changes(root).with("acpi", ["acpAdmin"]);
            assert_eq!(lab.admin().update(address, links).code(), 2004, "{address}");
        }
        drop(lab.registered(1000, "Cmeter"));
        let lab = lab.restart(|setup| {
            no_functions(setup);
            no_access_management(setup);
        });
        let found = lab.admin().discover("cse-mn/security", everything());
        let hidden = |address: &&&str| address.contains("function-") || address.ends_with("/policies");
        assert_eq!(found.addresses().iter().filter(hidden).count(), 0);
        let lab = lab.restart(|setup| {
            setup.settings.components.access_management = true;
            setup.settings.components.sensitive_functions = true;
        });
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.invoke("random", random(1)).code(), 4103);
        assert_eq!(meter.invoke("digest", digest(b"m")).code(), 2004);
        assert_eq!(meter.retrieve("cse-mn/security/policies").code(), 4103);
        assert_eq!(lab.admin().invoke("random", random(1)).code(), 2004);
    });
}
