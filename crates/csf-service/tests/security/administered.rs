//! What the administrator alone governs: the resources of the Security CSF, their policies, and, without reading or
//! using it, whatever others keep in secure environments.

use csf_api::{Object, SecurityLevel, Value};
use support::lab::{
    ALL, Draft, Lab, Reading, Setup, changes, data_object, hmac_key, on_every_storage, on_every_storage_with,
    policy, rule,
};

use crate::kit::{MESSAGE, b64, everything, gives, let_use, mac};

const SECURITY: &str = "cse-mn/security";

/// The resources of the Security CSF, by address and root.
fn resources(lab: &Lab) -> Vec<(String, &'static str)> {
    let found = lab.admin().discover(SECURITY, everything());
    let mut addresses: Vec<String> = found.addresses().into_iter().map(str::to_owned).collect();
    addresses.push(SECURITY.to_owned());
    let root = |address: &str| {
        let content = lab.admin().retrieve(address).content.unwrap();
        csf_tree::schema::ALL.iter().find(|schema| *schema.root == *content.root).unwrap().root
    };
    addresses.into_iter().map(|address| (address.clone(), root(&address))).collect()
}

fn links(root: &'static str, policies: &[&str]) -> Draft {
    changes(root).with("acpi", Value::texts(policies.iter().copied()))
}

// Shows ADM-1.
#[test]
fn which_policies_govern_the_security_csf_is_changed_by_the_administrator_and_by_nobody_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        // Whoever may do everything else with them may not do that.
        let_use(&lab, [rule(["Cmeter"], ALL)]);
        let all = resources(&lab);
        assert!(all.len() >= 17, "{all:?}");
        for (address, root) in &all {
            let refused = links(root, &["cse-mn/acpUse"]);
            for asker in [&meter, &lab.as_ae(500, "local:billing"), &lab.network("CAdmin")] {
                assert_eq!(asker.update(address, refused.clone()).code(), 4103, "{address}");
            }
            let closed = address.contains("/administration") || address.ends_with("/authorization");
            let before = meter.retrieve(address).code();
            assert_eq!(before, if closed { 4103 } else { 2000 }, "{address}");
            // What the administrator links counts at once, and so does what it takes away.
            let opened = lab.admin().update(address, links(root, &["cse-mn/acpAdmin", "cse-mn/acpUse"]));
            assert_eq!((opened.code(), meter.retrieve(address).code()), (2004, 2000), "{address}");
            assert_eq!(lab.admin().update(address, links(root, &["cse-mn/acpAdmin"])).code(), 2004);
            assert_eq!(meter.retrieve(address).code(), 4103, "{address}");
        }
    });
}

// Shows ADM-1.
#[test]
fn the_policies_of_the_security_csf_are_read_and_changed_by_the_administrator_and_by_nobody_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let_use(&lab, [rule(["Cmeter"], ALL)]);
        let own = policy("own", [rule(["Cmeter"], ALL)], [rule(["Cmeter"], ALL)]);
        for name in ["cse-mn/acpAdmin", "cse-mn/acpUse"] {
            let everything = Value::List(vec![Value::Object(rule(["Cmeter", "CAdmin"], ALL))]);
            for member in ["pv", "pvs"] {
                let rules = Object::new().with("acr", everything.clone());
                let change = changes("m2m:acp").with(member, rules);
                for asker in [&meter, &lab.as_ae(500, "local:billing"), &lab.network("CAdmin")] {
                    assert_eq!(asker.retrieve(name).code(), 4103, "{name}");
                    assert_eq!(asker.update(name, change.clone()).code(), 4103, "{name}");
                    assert_eq!(asker.delete(name).code(), 4103, "{name}");
                }
            }
            assert_eq!(lab.admin().update(name, changes("m2m:acp").with("lbl", ["x"])).code(), 2004);
            assert_eq!(lab.admin().retrieve(name).texts("lbl"), ["x"]);
        }
        assert_eq!(meter.create("cse-mn", own).code(), 4103, "beside them");
    });
}

fn two(setup: &mut Setup) {
    setup.add_environment("card", SecurityLevel::Medium);
}

// Shows ADM-1.
#[test]
fn objects_in_every_environment_are_listed_and_removed_by_the_administrator_and_not_read_or_used() {
    on_every_storage_with(two, |lab| {
        let owners = [(1000, "Cmeter"), (1001, "Clamp")].map(|(uid, stem)| lab.registered(uid, stem));
        let storages = ["soft", "card"].map(|name| format!("{SECURITY}/data/storage-{name}"));
        let mut all = Vec::new();
        for (owner, storage) in owners.iter().zip(&storages) {
            assert_eq!(owner.create(storage, hmac_key("k")).code(), 2001);
            assert_eq!(owner.create(storage, data_object("d", b64(MESSAGE))).code(), 2001);
            all.extend([format!("{storage}/d"), format!("{storage}/k")]);
        }
        let admin = lab.admin();
        let listed = |asker: &support::lab::Asker<'_>| {
            let found = asker.discover(&format!("{SECURITY}/data"), everything());
            let objects = found.addresses().into_iter().filter(|at| at.contains("/storage-"));
            let mut objects: Vec<_> =
                objects.filter(|at| at.ends_with("/k") || at.ends_with("/d")).map(str::to_owned).collect();
            objects.sort();
            objects
        };
        let mut wanted = all.clone();
        wanted.sort();
        assert_eq!(listed(&admin), wanted);
        // Each owner sees its own, and of the other's nothing.
        assert_eq!(listed(&owners[0]), [format!("{}/d", storages[0]), format!("{}/k", storages[0])]);
        for (at, owner) in all.iter().zip(["Cmeter", "Cmeter", "Clamp", "Clamp"]) {
            let seen = admin.retrieve(at);
            assert_eq!((seen.code(), seen.text("own")), (2000, owner), "{at}");
            assert_eq!(seen.number("seL"), if at.contains("card") { 2 } else { 1 }, "{at}");
            assert!(!seen.has("msg") && !gives(&seen, MESSAGE), "{at}");
            let other = &owners[usize::from(owner == "Cmeter")];
            assert_eq!((other.retrieve(at).code(), other.delete(at).code()), (4103, 4103), "{at}");
        }
        for key in all.iter().filter(|at| at.ends_with("/k")) {
            assert_eq!(admin.invoke("mac", mac(key, b"m")).code(), 4103, "{key}");
        }
        for (at, owner) in all.iter().zip([&owners[0], &owners[0], &owners[1], &owners[1]]) {
            assert_eq!(owner.retrieve(at).code(), 2000, "{at}");
            assert_eq!(admin.delete(at).code(), 2002, "{at}");
            assert_eq!(owner.retrieve(at).code(), 4004, "{at}");
        }
        assert_eq!(listed(&admin), Vec::<String>::new());
    });
}
