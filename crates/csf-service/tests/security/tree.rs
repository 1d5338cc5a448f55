//! The security tree: found, read, closed to writes, and never staler than what it speaks of.

use csf_api::{Object, Value};
use support::lab::{ALL, DISCOVERY, RETRIEVE, Reading, changes, on_every_storage, rule};

use crate::kit::{STORAGE, everything, let_only_use, let_use, rules_of};

const TREE: [&str; 19] = [
    "cse-mn/security",
    "cse-mn/security/administration",
    "cse-mn/security/administration/configuration",
    "cse-mn/security/administration/registry",
    "cse-mn/security/authentication",
    "cse-mn/security/authorization",
    "cse-mn/security/data",
    "cse-mn/security/data/function-cipher",
    "cse-mn/security/data/function-csr",
    "cse-mn/security/data/function-digest",
    "cse-mn/security/data/function-mac",
    "cse-mn/security/data/function-random",
    "cse-mn/security/data/function-signature",
    "cse-mn/security/data/function-token",
    "cse-mn/security/data/function-wrap",
    "cse-mn/security/data/storage-soft",
    "cse-mn/security/environment-soft",
    "cse-mn/security/policies",
    "cse-mn",
];

fn is_for_administrators(address: &str) -> bool {
    address.contains("/administration") || address.ends_with("/authorization")
}

// Shows RES-1 and RES-6.
#[test]
fn the_security_csf_is_addressed_by_name_and_by_identifier() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for address in [
            "cse-mn/security",
            "security",
            "/id-mn/security",
            "//csf.example/id-mn/cse-mn/security",
            "-/security",
        ] {
            let seen = meter.retrieve(address);
            assert_eq!((seen.code(), seen.text("ri")), (2000, "security"), "{address}");
            assert_eq!((seen.text("cnd"), seen.number("ty")), ("csf:securityCSF", 28));
        }
        assert_eq!(meter.retrieve("cse-mn/securitx").code(), 4004);
    });
}

// Shows RES-1, RES-2, RES-3 and RES-4.
#[test]
fn the_whole_tree_is_found_by_discovery_as_far_as_the_caller_may_find_it() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let below = |addresses: Vec<&str>| {
            let mut addresses: Vec<String> = addresses.into_iter().map(str::to_owned).collect();
            addresses.sort();
            addresses
        };
        let all: Vec<_> = TREE.iter().filter(|at| **at != "cse-mn" && **at != "cse-mn/security").collect();
        let found = lab.admin().discover("cse-mn/security", everything());
        assert_eq!(below(found.addresses()), all.iter().map(|at| (**at).to_owned()).collect::<Vec<_>>());
        // What runs here, and who may do what, is for administrators only.
        let found = meter.discover("cse-mn/security", everything());
        let open: Vec<_> = all.iter().filter(|at| !is_for_administrators(at)).collect();
        assert_eq!(below(found.addresses()), open.iter().map(|at| (***at).to_owned()).collect::<Vec<_>>());
        let found = lab.admin().discover("cse-mn", everything());
        assert!(found.addresses().contains(&"cse-mn/security"));
    });
}

// Shows RES-1 and ACC-1.
#[test]
fn the_security_csf_is_read_by_whom_its_policies_permit_and_by_nobody_else() {
    on_every_storage(|lab| {
        let (friend, other) = (lab.registered(1000, "Cfriend"), lab.registered(1001, "Cother"));
        assert_eq!((friend.retrieve("security").code(), other.retrieve("security").code()), (2000, 2000));
        let_only_use(&lab, [rule(["Cfriend"], RETRIEVE + DISCOVERY)]);
        for address in TREE.into_iter().filter(|at| *at != "cse-mn" && !is_for_administrators(at)) {
            assert_eq!(friend.retrieve(address).code(), 2000, "{address}");
            assert_eq!(other.retrieve(address).code(), 4103, "{address}");
        }
        assert_eq!(other.discover("cse-mn/security", everything()).code(), 4103);
        assert_eq!(friend.discover("cse-mn/security", everything()).code(), 2000);
        for address in TREE.into_iter().filter(|at| is_for_administrators(at)) {
            assert_eq!(friend.retrieve(address).code(), 4103, "{address}");
        }
        assert_eq!(friend.delete("cse-mn/security").code(), 4103);
        assert_eq!(lab.bare().retrieve("security").code(), 4103);
    });
}

// Shows RES-1.
#[test]
fn access_rights_are_those_of_the_policies_in_force() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let shown = || {
            let seen = meter.retrieve("cse-mn/security");
            seen.member("acR").as_object().unwrap().get("acr").unwrap().as_list().unwrap().to_vec()
        };
        let both = || [rules_of(&lab, "cse-mn/acpAdmin"), rules_of(&lab, "cse-mn/acpUse")].concat();
        let before = shown();
        assert_eq!((before.len(), before == both()), (2, true));
        let new = rule(["Cfriend"], ALL);
        let_use(&lab, [new.clone()]);
        assert_eq!(shown(), [before.clone(), vec![Value::Object(new)]].concat());
        assert_eq!(shown(), both());
        // A policy that no longer governs the resource no longer gives rights.
        let links = changes("csf:securityCSF").with("acpi", ["acpUse"]);
        assert_eq!(lab.admin().update("cse-mn/security", links).code(), 2004);
        assert_eq!(shown(), rules_of(&lab, "cse-mn/acpUse"));
        // An accident of the policy's deletion: nobody may, and nothing is invented.
        assert_eq!(lab.admin().delete("cse-mn/acpUse").code(), 2002);
        assert_eq!(meter.retrieve("cse-mn/security").code(), 4103);
    });
}

// Shows RES-1: a policy that has ended is not in force.
#[test]
fn the_rules_of_a_policy_that_has_ended_are_no_access_rights() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let end = changes("m2m:acp").with("et", lab.in_seconds(60).as_str());
        assert_eq!(lab.admin().update("cse-mn/acpUse", end).code(), 2004);
        let shown = || lab.admin().retrieve("security").member("acR").as_object().unwrap().clone();
        let rules = |rules: Vec<Value>| Object::new().with("acr", Value::List(rules));
        let administrators = rules_of(&lab, "cse-mn/acpAdmin");
        assert_eq!(shown(), rules([administrators.clone(), rules_of(&lab, "cse-mn/acpUse")].concat()));
        assert_eq!(meter.retrieve("security").code(), 2000);
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(shown(), rules(administrators));
        assert_eq!(meter.retrieve("security").code(), 4103);
    });
}

// Shows RES-1, RES-3 and RES-5.
#[test]
fn what_the_node_says_of_itself_is_written_by_nobody() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = lab.world().versions();
        for (address, root, names) in [
            ("security", "csf:securityCSF", &["acR", "seL", "prf", "cmp"][..]),
            ("security-data", "csf:sensitiveDataHandling", &["fns", "stg"]),
            ("function-random", "csf:sensitiveFunction", &["fid", "ver", "seL", "alg", "env"]),
            ("storage-soft", "csf:secureStorage", &["sID", "seL"]),
            ("environment-soft", "csf:secureEnvironment", &["seT", "seL", "sID", "stt", "sim", "lvR"]),
            ("security-policies", "csf:policies", &["pol"]),
            (
                "security-administration",
                "csf:securityAdministration",
                &["ver", "upS", "stI", "lab", "aud", "mem"],
            ),
        ] {
            for name in names.iter().chain(&["rn", "ty", "ri", "pi", "ct", "lt", "cnd"]) {
                let value = lab.admin().retrieve(address).object().get(name).cloned();
                // Not even the value that is there already.
                for value in [Value::text("x"), Value::Null, value.unwrap()] {
                    let change = changes(root).with(name, value);
                    assert_eq!(lab.admin().update(address, change.clone()).code(), 4000, "{address} {name}");
                    if address != "security-administration" {
                        assert_eq!(meter.update(address, change).code(), 4000, "{address} {name}");
                    }
                }
            }
            assert_eq!(lab.admin().update(address, changes(root)).code(), 4000, "{address} empty");
            let unknown = changes(root).with("zzz", 1);
            assert_eq!(lab.admin().update(address, unknown).code(), 4000, "{address}");
            // It is no container of labels for whoever may invoke a function.
            let labels = changes(root).with("lbl", ["x"]);
            assert_eq!(lab.admin().update(address, labels).code(), 5001, "{address}");
            assert_eq!(lab.admin().delete(address).code(), 4005, "{address}");
        }
        assert_eq!(lab.world().versions(), before);
    });
}

// Shows RES-2, RES-3, RES-4 and RES-5.
#[test]
fn functions_storages_and_environments_have_the_attributes_of_the_draft() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let described = lab.environment("soft").describe().clone();
        let data = meter.retrieve("cse-mn/security/data");
        assert_eq!(
            data.texts("fns"),
            ["random", "digest", "mac", "signature", "csr", "cipher", "wrap", "token"]
        );
        assert_eq!(data.texts("stg"), ["soft"]);
        for (name, algorithms) in [
            ("random", &[][..]),
            ("digest", &["SHA-256", "SHA-384", "SHA-512"]),
            ("mac", &["ALG_AES_CMAC_128", "ALG_HMAC_SHA_256", "ALG_HMAC_SHA_384", "ALG_HMAC_SHA_512"]),
            ("signature", &["ALG_ECDSA_SHA_256", "ALG_ECDSA_SHA_384", "ALG_EDDSA_ED25519"]),
            ("wrap", &["AES_128_KW", "AES_128_KWP", "AES_256_KW", "AES_256_KWP"]),
            ("csr", &["ALG_ECDSA_SHA_256", "ALG_ECDSA_SHA_384", "ALG_EDDSA_ED25519"]),
            ("token", &["ALG_ECDSA_SHA_256", "ALG_ECDSA_SHA_384", "ALG_EDDSA_ED25519"]),
        ] {
            let function = meter.retrieve(&format!("cse-mn/security/data/function-{name}"));
            assert_eq!((function.text("fid"), function.text("ver")), (name, "1.0"));
            assert_eq!((function.number("seL"), function.texts("alg")), (1, algorithms.to_vec()));
        }
        let storage = meter.retrieve(STORAGE);
        assert_eq!((storage.text("sID"), storage.number("seL")), (&*described.m2m_se_id, 1));
        let environment = meter.retrieve("cse-mn/security/environment-soft");
        assert_eq!((environment.number("seT"), environment.number("seL")), (4, 1));
        assert_eq!(environment.text("sID"), &*described.m2m_se_id);
        assert_eq!((environment.text("stt"), environment.text("lvR")), ("operational", "a test chose it"));
        assert!(environment.text("sim").starts_with("everything"));
        let security = meter.retrieve("cse-mn/security");
        assert_eq!(security.text("prf"), "mn");
        assert_eq!(security.texts("cmp"), ["secure-storage", "security-administration"]);
    });
}

#[test]
fn policies_lists_those_that_the_caller_may_read() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let own = support::lab::policy("friends", [rule(["Cx"], RETRIEVE)], [rule(["Cmeter"], ALL)]);
        let own = meter.create("cse-mn/Cmeter", own);
        assert_eq!(meter.retrieve("cse-mn/security/policies").texts("pol"), [own.text("ri")]);
        let seen = lab.admin().retrieve("cse-mn/security/policies");
        assert_eq!(seen.texts("pol"), ["acpAdmin", "acpUse"]);
        assert_eq!(meter.delete(own.text("ri")).code(), 2002);
        assert!(meter.retrieve("cse-mn/security/policies").texts("pol").is_empty());
    });
}

#[test]
fn administration_tells_administrators_what_runs_and_for_how_long() {
    on_every_storage(|lab| {
        let seen = lab.admin().retrieve("cse-mn/security/administration");
        assert_eq!((seen.text("ver"), seen.text("stI"), seen.number("upS")), ("0.0.0-lab", "lab", 0));
        assert!(seen.texts("lab").is_empty());
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(lab.admin().retrieve("security-administration").number("upS"), 61);
        let lab = lab.restart(|setup| setup.settings.laboratory.believe_originators = true);
        let seen = lab.admin().retrieve("security-administration");
        assert_eq!((seen.number("upS"), seen.texts("lab")), (0, vec!["http.believe_originators"]));
    });
}

#[test]
fn one_attribute_of_the_tree_can_be_read_alone() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let mut request = support::lab::retrieval("cse-mn/security");
        request.attributes = vec!["seL".into()];
        let levels = Object::new().with("seL", Value::List(vec![Value::Integer(1)]));
        assert_eq!(*meter.send(request.clone()).object(), levels);
        request.attributes = vec!["keys".into()];
        assert_eq!(meter.send(request).code(), 4000);
    });
}
