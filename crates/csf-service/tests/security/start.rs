//! What a start makes of a store: everything once, nothing twice, and nothing of another CSE's.

use csf_api::{Home, ResourceName, UtcTime};
use csf_service::{Service, SetupError, StartError, Started};
use csf_tree::resource_key;
use support::lab::{ALL, Fault, Reading, container, load_of, on_every_storage, rule, scans_of};

use crate::kit::{let_use, rules_of, stored};

// Shows RES-1 and RES-4.
#[test]
fn a_first_start_makes_the_two_policies_and_the_tree_and_nothing_else() {
    on_every_storage(|lab| {
        assert_eq!(lab.started(), Started { first: true, ..Started::default() });
        let made = [
            "acpAdmin",
            "acpUse",
            "environment-soft",
            "function-cipher",
            "function-csr",
            "function-digest",
            "function-mac",
            "function-random",
            "function-signature",
            "function-token",
            "function-wrap",
            "id-mn",
            "security",
            "security-administration",
            "security-authentication",
            "security-authorization",
            "security-configuration",
            "security-data",
            "security-policies",
            "security-registry",
            "storage-soft",
        ];
        assert_eq!(stored(&lab), made);
        let versions = lab.world().versions();
        let below: Vec<_> = versions.keys().filter(|key| key.starts_with("child/")).collect();
        assert_eq!(below.len(), made.len() - 1, "everything but the base has a parent");
        let names = versions.keys().filter(|key| key.starts_with("name/")).count();
        assert_eq!((names, versions.contains_key("state/policy-epoch")), (below.len(), true));
    });
}

// Shows ACC-3 and ACC-9.
#[test]
fn the_first_policies_say_what_is_documented() {
    on_every_storage(|lab| {
        for policy in ["cse-mn/acpAdmin", "cse-mn/acpUse"] {
            let own = lab.admin().retrieve(policy);
            let own = own.member("pvs").as_object().unwrap().get("acr").unwrap().as_list().unwrap().to_vec();
            assert_eq!(own, [csf_api::Value::Object(rule(["CAdmin"], ALL))], "{policy}");
        }
        let everything = csf_api::Value::Object(rule(["CAdmin"], ALL));
        assert_eq!(rules_of(&lab, "cse-mn/acpAdmin"), [everything]);
        // CREATE, RETRIEVE, UPDATE and DISCOVERY, for the authenticated.
        let used = rule(["all"], 39).with("acaf", csf_api::Value::Bool(true));
        assert_eq!(rules_of(&lab, "cse-mn/acpUse"), [csf_api::Value::Object(used)]);
        assert_eq!(lab.admin().retrieve("cse-mn").texts("acpi"), ["acpAdmin"]);
        assert_eq!(lab.admin().retrieve("cse-mn/security").texts("acpi"), ["acpAdmin", "acpUse"]);
        assert_eq!(lab.admin().retrieve("security-administration").texts("acpi"), ["acpAdmin"]);
        // The administrator's policy is the node's anchor.
        assert_eq!(lab.admin().delete("cse-mn/acpAdmin").code(), 4005);
    });
}

#[test]
fn a_second_start_changes_nothing() {
    on_every_storage(|lab| {
        assert_eq!(lab.registered(1000, "Cmeter").create("cse-mn/Cmeter", container("c")).code(), 2001);
        let_use(&lab, [rule(["Cfriend"], ALL)]);
        let before = lab.world().versions();
        let rules = rules_of(&lab, "cse-mn/acpUse");
        let lab = lab.restart(|_| {});
        assert_eq!(lab.started(), Started::default());
        assert_eq!(lab.world().versions(), before);
        assert_eq!(rules_of(&lab, "cse-mn/acpUse"), rules);
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve("cse-mn/Cmeter/c").code(), 2000);
    });
}

// Shows ACC-3: a policy that the administrator took away does not come back by itself.
#[test]
fn a_start_does_not_undo_what_the_administrator_decided() {
    on_every_storage(|lab| {
        assert_eq!(lab.admin().delete("cse-mn/acpUse").code(), 2002);
        let links = support::lab::changes("csf:securityCSF").with("acpi", ["acpAdmin"]);
        assert_eq!(lab.admin().update("security", links).code(), 2004);
        let lab = lab.restart(|_| {});
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(meter.retrieve("cse-mn/security").code(), 4103);
        assert_eq!(meter.invoke("random", crate::kit::random(1)).code(), 4103);
        assert_eq!(lab.admin().retrieve("acpUse").code(), 4004);
        assert_eq!(lab.admin().retrieve("security").texts("acpi"), ["acpAdmin"]);
    });
}

// Shows ARC-12 in part: what the configuration says of the node is shown by it from the next start on.
#[test]
fn points_of_access_follow_the_configuration() {
    on_every_storage(|lab| {
        assert!(!lab.admin().retrieve("cse-mn").has("poa"));
        let lab = lab.restart(|setup| setup.settings.points_of_access = vec!["http://10.0.0.1:8080".into()]);
        assert_eq!(lab.admin().retrieve("cse-mn").texts("poa"), ["http://10.0.0.1:8080"]);
        let lab = lab.restart(|setup| setup.settings.points_of_access.clear());
        assert!(!lab.admin().retrieve("cse-mn").has("poa"));
    });
}

// Shows ACC-9.
#[test]
fn a_store_of_another_cse_is_refused() {
    on_every_storage(|lab| {
        let before = lab.world().versions();
        let another = lab.start_another(|s| s.home = Home::new("//csf.example", "/id-other").unwrap());
        assert_eq!(another, Err(StartError::Foreign));
        let renamed = lab.start_another(|s| s.base_name = ResourceName::parse("cse-other").unwrap());
        assert_eq!(renamed, Err(StartError::Foreign));
        assert_eq!(lab.world().versions(), before);
        // The failing twin: the store is in order for its own.
        let same = lab.start_another(|_| {});
        assert_eq!(same, Ok(Started::default()));
    });
}

// Shows ACC-9: an epoch that begins anew would let old decisions through.
#[test]
fn a_tree_without_its_policy_epoch_is_refused_and_permits_nothing() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let epoch = csf_store::Space::sealed("state").key("policy-epoch");
        assert!(lab.world().versions().contains_key(epoch.as_str()));
        lab.world().lose(epoch);
        assert_eq!(lab.start_another(|_| {}), Err(StartError::Foreign));
        for address in ["cse-mn", "cse-mn/Cmeter", "cse-mn/security"] {
            assert_eq!(meter.retrieve(address).code(), 5000, "{address}");
            assert_eq!(lab.admin().retrieve(address).code(), 5000, "{address}");
        }
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 5000);
        assert_eq!(lab.user(1001).register("Cother").code(), 5000);
    });
}

// Shows ACC-9.
#[test]
fn an_epoch_without_its_tree_is_refused() {
    on_every_storage(|lab| {
        let base = csf_api::ResourceId::parse("id-mn").unwrap();
        lab.world().lose(resource_key(&base));
        let before = lab.world().versions();
        assert_eq!(lab.start_another(|_| {}), Err(StartError::Foreign));
        assert_eq!(lab.world().versions(), before);
    });
}

// Shows ACC-9.
#[test]
fn a_store_that_fails_is_no_empty_store() {
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for wanted in [load_of("res/id-mn"), scans_of("child/"), scans_of("intent/")] {
            lab.script(wanted, Fault::Failing);
            let refused = lab.start_another(|_| {}).unwrap_err();
            assert!(matches!(refused, StartError::Store(_) | StartError::Tree(_)), "{refused}");
            lab.heal();
        }
        // Nor is one whose records are said to be missing.
        lab.script(load_of("res/id-mn"), Fault::Absent);
        assert!(lab.start_another(|_| {}).is_err());
        lab.heal();
        assert_eq!(lab.world().versions(), before);
    });
}

// Shows TRN-2 and ARC-11.
#[test]
fn there_is_no_service_without_a_secure_environment() {
    on_every_storage(|lab| {
        let settings = lab.service().settings().clone();
        let none = Service::new(settings, Vec::new(), UtcTime::from_unix_micros(0));
        assert_eq!(none.err(), Some(SetupError::NoSecureEnvironment));
    });
}

// A layout that is not known is one sentence that says which and what to do; nothing is read or changed.
#[test]
fn a_tree_of_another_layout_is_refused_with_its_number() {
    on_every_storage(|lab| {
        let layout = csf_store::Space::sealed("state").key("layout");
        assert!(lab.world().versions().contains_key(layout.as_str()));
        lab.world().replace(layout.clone(), 1_000_u64.to_be_bytes().to_vec());
        let before = lab.world().versions();
        let newer = lab.start_another(|_| {}).unwrap_err();
        assert_eq!(newer, StartError::Layout { found: Some(1_000) });
        assert!(newer.to_string().contains("layout 1000") && newer.to_string().contains("newer"), "{newer}");
        assert_eq!(lab.world().versions(), before);
        // Records without a layout are from before it was recorded, whosever they are.
        lab.world().lose(layout.clone());
        let older = lab.start_another(|_| {}).unwrap_err();
        assert_eq!(older, StartError::Layout { found: Some(1) });
        assert!(older.to_string().contains("an older version"), "{older}");
        let another = lab.start_another(|s| s.home = Home::new("//csf.example", "/id-other").unwrap());
        assert_eq!(another, Err(StartError::Layout { found: Some(1) }));
        // The twin: with its number it starts.
        lab.world().replace(layout, 3_u64.to_be_bytes().to_vec());
        assert!(lab.start_another(|_| {}).is_ok());
    });
}
