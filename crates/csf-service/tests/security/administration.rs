//! Security administration: the configuration and the registry, for administrators and nobody else.

use csf_api::{EntityId, Object, Value};
use csf_service::{AuditKind, ConfigurationChange};
use support::lab::{
    Draft, Lab, RETRIEVE, Reading, UPDATE, changes, container, ecdsa_key, instance, on_every_storage,
    on_every_storage_with, rule,
};

use crate::kit::STORAGE;

const CONFIGURATION: &str = "cse-mn/security/administration/configuration";
const REGISTRY: &str = "cse-mn/security/administration/registry";

fn change() -> Draft {
    changes("csf:configurationChange")
}

fn set(key: &str, value: Value) -> Draft {
    change().with("set", Object::new().with(key, value))
}

/// Registers an AE that owns a container, and one that owns a key.
fn inhabited(lab: &Lab) {
    let meter = lab.registered(1000, "Cmeter");
    assert_eq!(meter.create("cse-mn/Cmeter", container("readings")).code(), 2001);
    let lamp = lab.registered(1001, "Clamp");
    assert_eq!(lamp.create(STORAGE, ecdsa_key("k")).code(), 2001);
}

/// The entries of a list, each by the member that names it.
fn names<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    let entries = list.as_list().unwrap().iter();
    entries.map(|entry| entry.as_object().unwrap().get(member).and_then(Value::as_text).unwrap()).collect()
}

// Shows ADM-1 and ARC-12.
#[test]
fn the_configuration_is_read_and_changed_by_the_administrator_and_by_nobody_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let seen = lab.admin().retrieve(CONFIGURATION);
        assert_eq!((seen.code(), seen.text("cnd")), (2000, "csf:configuration"));
        assert!(seen.member("eff").as_object().unwrap().get("limits.depth").is_some());
        let depth = || set("limits.depth", Value::Integer(9));
        for asker in [&meter, &lab.network("CAdmin"), &lab.network("Cmeter"), &lab.bare()] {
            assert!(matches!(asker.retrieve(CONFIGURATION).code(), 4103 | 4106));
            assert!(matches!(asker.update(CONFIGURATION, depth()).code(), 4103 | 4106));
        }
        assert!(lab.world().configuration_changes().is_empty());
        drop(lab.take_audits());
        let changed = lab.admin().update(CONFIGURATION, depth());
        assert_eq!(changed.code(), 2004, "{changed:?}");
        assert!(changed.has("eff"));
        let asked = ConfigurationChange {
            by: "//csf.example/id-mn/CAdmin".into(),
            settings: vec![("limits.depth".into(), Some("9".into()))],
            read_again: false,
        };
        assert_eq!(lab.world().configuration_changes(), [asked]);
        let audits = lab.take_audits();
        assert_eq!(audits.iter().map(|record| record.kind).collect::<Vec<_>>(), [AuditKind::Administration]);
    });
}

#[test]
fn whom_the_administrator_lets_in_may_read_and_not_change() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let all =
            Value::List(vec![Value::Object(rule(["CAdmin"], 63)), Value::Object(rule(["Cmeter"], RETRIEVE))]);
        let readers = changes("m2m:acp").with("pv", Object::new().with("acr", all));
        assert_eq!(lab.admin().update("cse-mn/acpAdmin", readers).code(), 2004);
        assert_eq!(meter.retrieve(CONFIGURATION).code(), 2000);
        assert_eq!(meter.update(CONFIGURATION, change().with("rld", true)).code(), 4103);
        assert!(lab.world().configuration_changes().is_empty());
        let writers = Value::List(vec![Value::Object(rule(["Cmeter"], RETRIEVE + UPDATE))]);
        let writers = changes("m2m:acp").with("pv", Object::new().with("acr", writers));
        assert_eq!(lab.admin().update("cse-mn/acpAdmin", writers).code(), 2004);
        assert_eq!(meter.update(CONFIGURATION, change().with("rld", true)).code(), 2004);
        assert_eq!(lab.world().configuration_changes().len(), 1);
    });
}

#[test]
fn every_kind_of_value_becomes_the_text_that_a_command_line_would_have() {
    on_every_storage(|lab| {
        let given = Object::new()
            .with("a", Value::Bool(false))
            .with("b", Value::Integer(7))
            .with("c", Value::text("10 s"))
            .with("d", Value::texts(["Cx", "Cy"]))
            .with("e", Value::Null);
        let both = change().with("set", given).with("rld", true);
        assert_eq!(lab.admin().update(CONFIGURATION, both).code(), 2004);
        let asked = lab.world().configuration_changes().pop().unwrap();
        let texts: Vec<_> = asked.settings.iter().map(|(key, text)| (&**key, text.as_deref())).collect();
        let wanted =
            [("a", Some("false")), ("b", Some("7")), ("c", Some("10 s")), ("d", Some("Cx,Cy")), ("e", None)];
        assert_eq!((texts.as_slice(), asked.read_again), (&wanted[..], true));
    });
}

#[test]
fn what_is_no_change_is_refused_and_so_is_what_the_node_refuses() {
    on_every_storage(|lab| {
        let many = (0..65).fold(Object::new(), |all, n| all.with(&format!("k{n}"), Value::Integer(n)));
        for (draft, part) in [
            (change(), "changes nothing"),
            (change().with("rld", false), "changes nothing"),
            (change().with("set", Object::new()), "changes nothing"),
            (change().with("set", "limits.depth=9"), "an object"),
            (change().with("rld", "true"), "true or false"),
            (change().with("acpi", ["acpAdmin"]), "'set' and 'rld'"),
            (set("a", Value::Float(1.5)), "a: expected a whole number"),
            (set("a", Value::Object(Object::new())), "a: set the entries of a table one by one"),
            (set("a", Value::List(vec![Value::Integer(1)])), "a: expected a list of texts"),
            (set("a", Value::texts(["x,y"])), "comma"),
            (set("a", Value::text(&"x".repeat(4097))), "too long"),
            (change().with("set", many), "at most 64"),
            (set("wrong", Value::Integer(1)), "there is no key 'wrong'"),
        ] {
            let refused = lab.admin().update(CONFIGURATION, draft);
            assert_eq!(refused.code(), 4000, "{part}");
            assert!(refused.error_text().contains(part), "{}", refused.error_text());
        }
        // The resource itself is as closed as the rest of the tree.
        for draft in
            [changes("csf:configuration").with("eff", Object::new()), changes("csf:registry").with("enC", 1)]
        {
            assert_eq!(lab.admin().update(CONFIGURATION, draft).code(), 4000);
        }
        assert!(lab.world().configuration_changes().is_empty());
    });
}

// Shows ARC-12: what has changed counts for the next request, and what requests share stays shared.
#[test]
fn other_settings_count_for_the_next_request_and_nothing_is_forgotten() {
    on_every_storage(|mut lab| {
        inhabited(&lab);
        let readings = "cse-mn/Cmeter/readings";
        assert_eq!(lab.as_ae(1000, "Cmeter").create(readings, instance("1")).code(), 2001);
        assert_eq!(lab.as_ae(500, "Cfixed").retrieve("security").code(), 2000);
        lab.reconfigure(|settings| {
            settings.limits.content_bytes = 1;
            settings.limits.resources_per_originator = 2;
            settings.local_users.clear();
            settings.laboratory.believe_originators = true;
            // These are fixed at the start, whatever is said later.
            settings.components.access_management = false;
            settings.administrator = EntityId::parse("Cmeter", &settings.home).unwrap();
        });
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.create(readings, instance("22")).code(), 5207);
        assert_eq!(meter.create(readings, instance("2")).code(), 2001);
        assert_eq!(meter.retrieve(&format!("{readings}/la")).text("con"), "2");
        // The count from before is the one that counts.
        assert_eq!(meter.create("cse-mn/Cmeter", container("third")).code(), 5207);
        assert_eq!(lab.as_ae(500, "Cfixed").retrieve("security").code(), 4106);
        assert_eq!(lab.network("Cmeter").retrieve("cse-mn/Cmeter").code(), 2000);
        assert_eq!(
            (meter.retrieve(CONFIGURATION).code(), lab.admin().retrieve(CONFIGURATION).code()),
            (4103, 2000)
        );
        lab.reconfigure(|settings| settings.laboratory.believe_originators = false);
        assert_eq!(lab.network("Cmeter").retrieve("cse-mn/Cmeter").code(), 4103);
    });
}

// Shows ARC-14.
#[test]
fn the_registry_lists_entities_owners_environments_and_functions_to_the_administrator_alone() {
    on_every_storage(|lab| {
        inhabited(&lab);
        let seen = lab.admin().retrieve(REGISTRY);
        assert_eq!(seen.code(), 2000);
        assert_eq!(names(seen.member("ent"), "eid"), ["Clamp", "Cmeter"]);
        assert_eq!(names(seen.member("ent"), "ety"), ["AE", "AE"]);
        assert_eq!((seen.number("enC"), seen.number("owC")), (2, 2));
        let own = ["//csf.example/id-mn/Clamp", "//csf.example/id-mn/Cmeter"];
        assert_eq!(names(seen.member("own"), "eid"), own);
        let counts: Vec<_> = seen.member("own").as_list().unwrap().iter().collect();
        let counts = counts.iter().map(|entry| entry.as_object().unwrap().get("rsC").unwrap().as_integer());
        // The registration, and the container or the key.
        assert_eq!(counts.collect::<Vec<_>>(), [Some(2), Some(2)]);
        assert_eq!(names(seen.member("ses"), "env"), ["soft"]);
        assert!(seen.texts("fns").contains(&"signature"));
        assert_eq!(seen.member("cut"), &Value::Bool(false));
        for asker in [&lab.as_ae(1000, "Cmeter"), &lab.network("CAdmin"), &lab.bare()] {
            assert!(matches!(asker.retrieve(REGISTRY).code(), 4103 | 4106));
        }
        // Who is gone is not there.
        assert_eq!(lab.as_ae(1001, "Clamp").delete("cse-mn/Clamp").code(), 2002);
        let seen = lab.admin().retrieve(REGISTRY);
        assert_eq!(names(seen.member("ent"), "eid"), ["Cmeter"]);
        assert_eq!(lab.admin().update(REGISTRY, changes("csf:registry").with("enC", 0)).code(), 4000);
    });
}

// Shows ARC-14.
#[test]
fn the_registry_knows_no_function_where_the_component_is_left_out() {
    let without = |setup: &mut support::lab::Setup| setup.settings.components.sensitive_functions = false;
    on_every_storage_with(without, |lab| {
        let seen = lab.admin().retrieve(REGISTRY);
        assert_eq!((seen.code(), seen.texts("fns").len()), (2000, 0));
        assert_eq!(names(seen.member("ses"), "env"), ["soft"]);
    });
}

#[test]
fn a_registration_that_has_ended_is_not_listed() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let end = lab.in_seconds(60);
        assert_eq!(meter.update("cse-mn/Cmeter", changes("m2m:ae").with("et", end.as_str())).code(), 2004);
        assert_eq!(lab.admin().retrieve(REGISTRY).number("enC"), 1);
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(lab.admin().retrieve(REGISTRY).number("enC"), 0);
    });
}
