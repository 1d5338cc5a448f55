//! Every act of administration leaves one record, whatever there is to do: the types come from the tables of the tree,
//! the components from the door, so what is new here fails until it is shown.

use std::collections::BTreeSet;

use csf_api::{Object, Operation, Request, ResourceType, Value};
use csf_service::{AuditKind, AuditRecord};
use csf_tree::schema::{self, Schema, define};
use support::lab::{
    ALL, Draft, Fault, Lab, Reading, Setup, answering_key, audits, changes, container, creation, credential,
    data_object, deletion, draft, ecdsa_key, group, hmac_key, instance, invocation, on_every_storage_with,
    policy, remote_cse, rule, unnamed_container, update,
};

use crate::kit::{DATA, KEY, MESSAGE, STORAGE, b64, keeper_of, mac, random};

const ADMINISTRATION: &str = "cse-mn/security/administration";
const CONFIGURATION: &str = "cse-mn/security/administration/configuration";
const AUTHORIZATION: &str = "cse-mn/security/authorization";
const AUTHENTICATION: &str = "cse-mn/security/authentication";
/// The key by which the administrator authenticates itself, see [`answering`].
const ANSWERING: &str = "cse-mn/security/data/storage-soft/answering";
const CSE_OF_THE_LAB: u32 = 600;

/// A node that hosts every type, with a flexContainer of the laboratory and a CSE that may register.
fn everything_hosted(setup: &mut Setup) {
    setup.be_infrastructure_node();
    setup.settings.flex_containers = vec![define("org.example.switch", "lab:switch", []).unwrap()];
    let cse = csf_api::EntityId::parse("/id-gw", &setup.settings.home).unwrap();
    setup.settings.local_users.insert(CSE_OF_THE_LAB, vec![cse]);
}

fn on_such_a_node(flow: impl Fn(Lab)) {
    on_every_storage_with(everything_hosted, flow);
}

/// The one record of what was just done by the administrator.
#[track_caller]
fn only(lab: &Lab, what: &str) -> AuditRecord {
    let mut records = lab.take_audits();
    assert_eq!(records.len(), 1, "{what}: {records:?}");
    let record = records.remove(0);
    assert_eq!(record.originator.as_deref(), Some("//csf.example/id-mn/CAdmin"), "{what}");
    record
}

fn node() -> Draft {
    draft(ResourceType::NODE, "m2m:nod").with("ni", "urn:dev:1")
}

/// A resource of each type that the administrator can create: below what, how, and as what it is recorded. Whom it
/// cannot create registers for itself, and is none.
fn example(schema: &Schema) -> Option<(&'static str, Draft, AuditKind)> {
    let administration = AuditKind::Administration;
    let own = || rule(["CAdmin"], ALL);
    let of = |resource_type| draft(resource_type, schema.root);
    let of_device = |definition: i64| of(ResourceType::MANAGEMENT_OBJECT).with("mgd", definition);
    Some(match schema.root {
        "m2m:ae" | "m2m:csr" => return None,
        "m2m:cnt" => ("cse-mn", unnamed_container(), administration),
        "m2m:cin" => ("cse-mn/box", instance("x"), administration),
        "m2m:acp" => ("cse-mn", policy("x", [own()], [own()]), administration),
        "m2m:grp" => ("cse-mn", group("x", 3, []), administration),
        "m2m:nod" => ("cse-mn", node(), administration),
        "dcfg:nycfc" => {
            let suids = Value::List(vec![Value::Integer(42)]);
            let certificate = of_device(1023).with("suids", suids);
            let certificate = certificate.with("mcff", "application/pkcs7-mime").with("mcfc", "MIIB");
            ("cse-mn/device", certificate, administration)
        }
        "m2m:mem" => ("cse-mn/device", of_device(1003).with("mma", 1).with("mmt", 2), administration),
        "m2m:bat" => ("cse-mn/device", of_device(1006).with("btl", 90).with("bts", 1), administration),
        "m2m:dvi" => {
            let what = of_device(1007).with("dlb", "urn:dev:1").with("man", "Maker").with("mod", "One");
            ("cse-mn/device", what.with("dty", "meter"), administration)
        }
        "m2m:auds" => ("cse-mn", of(ResourceType::AUTHORIZATION_DECISION), administration),
        "m2m:aupy" => ("cse-mn", of(ResourceType::AUTHORIZATION_POLICY), administration),
        "m2m:auif" => ("cse-mn", of(ResourceType::AUTHORIZATION_INFORMATION), administration),
        "m2m:rol" => {
            let role = of(ResourceType::ROLE).with("rlid", "r@csf.example").with("tkis", "/id-in");
            let role = role.with("tkhd", "Cmeter").with("tknb", "20260101T000000");
            ("cse-mn/info", role.with("tkna", "20301231T235959"), administration)
        }
        "m2m:tk" => {
            let token = of(ResourceType::TOKEN).with("tkid", "t@csf.example");
            ("cse-mn/info", token.with("tkob", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"), administration)
        }
        "m2m:dac" => {
            let asks = of(ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION).with("dae", true);
            ("cse-mn", asks.with("dap", ["http://das.example"]), administration)
        }
        "m2m:mssp" => ("cse-mn", of(ResourceType::SERVICE_SUBSCRIPTION_PROFILE), administration),
        "m2m:svsn" => {
            let here = of(ResourceType::SERVICE_SUBSCRIBED_NODE).with("ni", "urn:node:1");
            ("cse-mn/contract", here, administration)
        }
        "m2m:asar" => {
            let allows =
                of(ResourceType::SERVICE_SUBSCRIBED_APP_RULE).with("aai", ["N*"]).with("aae", ["C*"]);
            ("cse-mn", allows, administration)
        }
        "lab:switch" => {
            let switch = of(ResourceType::FLEX_CONTAINER).with("cnd", "org.example.switch");
            ("cse-mn", switch, administration)
        }
        "csf:credential" => {
            (AUTHENTICATION, credential("x").with("kInf", ANSWERING), AuditKind::Authentication)
        }
        "csf:keyObject" => (STORAGE, hmac_key("x"), AuditKind::KeyUse),
        "csf:dataObject" => (STORAGE, data_object("x", b64(MESSAGE)), AuditKind::DataUse),
        other => panic!("say here how the administrator creates a {other}"),
    })
}

/// What stands above the examples.
fn places(lab: &Lab) {
    let information = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    let contract = draft(ResourceType::SERVICE_SUBSCRIPTION_PROFILE, "m2m:mssp").with("rn", "contract");
    for place in [container("box"), node().with("rn", "device"), information, contract] {
        assert_eq!(lab.admin().create("cse-mn", place).code(), 2001);
    }
    answering(lab);
    drop(lab.take_audits());
}

// Shows ADM-1.
#[test]
fn whatever_the_administrator_creates_changes_or_removes_leaves_one_record() {
    on_such_a_node(|lab| {
        places(&lab);
        let admin = lab.admin();
        let switch = &lab.service().settings().flex_containers;
        let hosted = schema::ALL.iter().chain(switch).filter(|schema| schema.creatable);
        let mut shown = 0;
        for schema in hosted.filter(|schema| schema.name != "flexContainer") {
            let Some((parent, draft, kind)) = example(schema) else { continue };
            let made = admin.create(parent, draft.with("rn", "made"));
            assert_eq!(made.code(), 2001, "{}: {made:?}", schema.root);
            let record = only(&lab, schema.root);
            assert_eq!((record.kind, record.operation), (kind, Some(Operation::Create)), "{}", schema.root);
            let at = format!("{parent}/made");
            if schema.attribute("lbl").is_some() && schema.root != "m2m:cin" {
                let changed = admin.update(&at, changes(schema.root).with("lbl", ["x"]));
                assert_eq!(changed.code(), 2004, "{}: {changed:?}", schema.root);
                assert_eq!(only(&lab, schema.root).operation, Some(Operation::Update), "{}", schema.root);
            }
            assert_eq!(admin.delete(&at).code(), 2002, "{}", schema.root);
            let record = only(&lab, schema.root);
            assert_eq!((record.kind, record.operation), (kind, Some(Operation::Delete)), "{}", schema.root);
            shown += 1;
        }
        assert!(shown >= 17, "{shown}");
    });
}

/// An act of administration by way of a component, and as what it is recorded.
struct Act {
    component: &'static str,
    /// What must be there before.
    before: fn(&Lab),
    request: fn() -> Request,
    kind: AuditKind,
}

fn nothing(_: &Lab) {}

fn registered(lab: &Lab) {
    assert_eq!(lab.user(1000).register("Cmeter").code(), 2001);
}

fn left_behind(lab: &Lab) {
    drop(keeper_of(lab, MESSAGE));
    assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
}

fn own_key(lab: &Lab) {
    assert_eq!(lab.admin().create(STORAGE, hmac_key("k")).code(), 2001);
}

fn answering(lab: &Lab) {
    assert_eq!(lab.admin().create(STORAGE, answering_key("answering", "EC_P256")).code(), 2001);
}

fn question(member: &str, value: Value) -> Request {
    update(ADMINISTRATION, changes("csf:audit").with(member, value))
}

fn whether(root: &'static str, at: &str) -> Request {
    let asked = changes(root).with("fr", "Cmeter").with("op", 2).with("to", "cse-mn");
    update(at, asked)
}

const ACTS: &[Act] = &[
    Act {
        component: "administration::change",
        before: nothing,
        request: || {
            let set = Object::new().with("limits.depth", Value::Integer(9));
            update(CONFIGURATION, changes("csf:configurationChange").with("set", set))
        },
        kind: AuditKind::Administration,
    },
    Act {
        component: "administration::change",
        before: nothing,
        request: || update(CONFIGURATION, changes("csf:configurationChange").with("rld", true)),
        kind: AuditKind::Administration,
    },
    Act {
        component: "audit::answer",
        before: nothing,
        request: || question("rsv", Value::texts(["~x"])),
        kind: AuditKind::Administration,
    },
    Act {
        component: "audit::answer",
        before: nothing,
        request: || question("psn", Value::text("Cmeter")),
        kind: AuditKind::Administration,
    },
    Act {
        component: "authorization::explain",
        before: nothing,
        request: || whether("csf:explanation", ADMINISTRATION),
        kind: AuditKind::Authorization,
    },
    Act {
        component: "authorization::answer",
        before: nothing,
        request: || whether("csf:authorization", AUTHORIZATION),
        kind: AuditKind::Authorization,
    },
    Act {
        component: "authentication_service::register",
        before: answering,
        request: || creation(AUTHENTICATION, credential("own").with("kInf", ANSWERING)),
        kind: AuditKind::Authentication,
    },
    // A check of a response to a challenge that nobody gave.
    Act {
        component: "authentication_service::serve",
        before: nothing,
        request: || {
            let checked = changes("csf:verification")
                .with("cla", "Cmeter")
                .with("crd", "cse-mn/security/authentication/x");
            update(AUTHENTICATION, checked.with("chl", b64(&[0; 32])).with("rsp", b64(&[0; 32])))
        },
        kind: AuditKind::NotAuthentic,
    },
    Act {
        component: "resources::update",
        before: nothing,
        request: || update("cse-mn/acpUse", changes("m2m:acp").with("lbl", ["x"])),
        kind: AuditKind::Administration,
    },
    Act {
        component: "resources::update",
        before: nothing,
        request: || update("security", changes("csf:securityCSF").with("acpi", ["cse-mn/acpUse"])),
        kind: AuditKind::Administration,
    },
    // Whom sensitive data goes to, where its owner is gone.
    Act {
        component: "resources::update",
        before: |lab| {
            left_behind(lab);
            assert_eq!(lab.user(1001).register("Cnext").code(), 2001);
        },
        request: || update(DATA, changes("csf:dataObject").with("nOw", "Cnext")),
        kind: AuditKind::Administration,
    },
    Act {
        component: "resources::create",
        before: nothing,
        request: || creation("cse-mn", container("x")),
        kind: AuditKind::Administration,
    },
    Act {
        component: "resources::delete",
        before: registered,
        request: || deletion("cse-mn/Cmeter"),
        kind: AuditKind::Registration,
    },
    Act {
        component: "resources::delete",
        before: |lab| {
            let cse = lab.as_ae(CSE_OF_THE_LAB, "/id-gw");
            assert_eq!(cse.create("cse-mn", remote_cse("x").with("rn", "gw")).code(), 2001);
        },
        request: || deletion("cse-mn/gw"),
        kind: AuditKind::Registration,
    },
    Act {
        component: "keys::create",
        before: nothing,
        request: || creation(STORAGE, ecdsa_key("k")),
        kind: AuditKind::KeyUse,
    },
    Act {
        component: "keys::rotate",
        before: own_key,
        request: || update(KEY, changes("csf:keyObject").with("gen", 2)),
        kind: AuditKind::KeyUse,
    },
    Act {
        component: "keys::hand_over",
        before: |lab| {
            own_key(lab);
            drop(lab.registered(1002, "Cnext"));
        },
        request: || update(KEY, changes("csf:keyObject").with("nOw", "Cnext")),
        kind: AuditKind::KeyUse,
    },
    Act {
        component: "keys::destroy",
        before: |lab| drop(crate::kit::owner_of(lab, hmac_key("k"))),
        request: || deletion(KEY),
        kind: AuditKind::KeyUse,
    },
    Act {
        component: "functions::invoke",
        before: own_key,
        request: || invocation("mac", mac(KEY, b"m")),
        kind: AuditKind::KeyUse,
    },
    Act {
        component: "data::create",
        before: nothing,
        request: || creation(STORAGE, data_object("d", b64(MESSAGE))),
        kind: AuditKind::DataUse,
    },
    Act {
        component: "data::delete",
        before: |lab| drop(keeper_of(lab, MESSAGE)),
        request: || deletion(DATA),
        kind: AuditKind::DataUse,
    },
];

/// Components that only read, and those that an administrator cannot ask: AEs and CSEs register for themselves.
const NO_ACTS: [&str; 5] = [
    "resources::retrieve",
    "resources::discover",
    "data::retrieve",
    "resources::register",
    "resources::register_cse",
];

// Shows ADM-1.
#[test]
fn an_act_by_way_of_each_component_leaves_one_record() {
    for act in ACTS {
        on_such_a_node(|lab| {
            (act.before)(&lab);
            drop(lab.take_audits());
            let done = lab.admin().send((act.request)());
            assert!(done.status.is_success(), "{}: {}", act.component, done.error_text());
            let record = only(&lab, act.component);
            assert_eq!(record.kind, act.kind, "{}: {record:?}", act.component);
            assert_eq!(record.status, Some(done.status), "{}", act.component);
        });
    }
}

// Shows ADM-1: a component that comes to the door and is in no table here fails.
#[test]
fn every_component_behind_the_door_is_in_one_of_the_tables() {
    let (_, dispatch) = include_str!("../../src/door.rs").split_once("async fn dispatch").unwrap();
    let (dispatch, _) = dispatch.split_once("\n}").unwrap();
    let component = |line: &str| {
        let (before, _) = line.rsplit_once("(call")?;
        let name = before.rsplit(' ').next()?;
        (line.contains(".await") && name.contains("::")).then(|| name.to_owned())
    };
    let found: BTreeSet<String> = dispatch.lines().filter_map(component).collect();
    let told = ACTS.iter().map(|act| act.component).chain(NO_ACTS).map(str::to_owned).collect();
    assert_eq!(found, told);
}

// Shows ADM-1 and ACC-9: what cannot be recorded is not done.
#[test]
fn an_act_of_administration_is_refused_before_it_is_done_where_it_cannot_be_recorded() {
    on_such_a_node(|lab| {
        places(&lab);
        let meter = lab.registered(1000, "Cmeter");
        lab.script(audits(), Fault::Failing);
        let before = lab.world().versions();
        let admin = lab.admin();
        assert_eq!(admin.create("cse-mn", container("x")).code(), 5000);
        assert_eq!(admin.create("cse-mn/box", instance("x")).code(), 5000);
        assert_eq!(admin.update("cse-mn/box", changes("m2m:cnt").with("lbl", ["x"])).code(), 5000);
        assert_eq!(admin.delete("cse-mn/box").code(), 5000);
        assert_eq!(lab.world().versions(), before);
        // What an AE does with its own is not administration, and neither is running a function.
        assert_eq!(meter.create("cse-mn/Cmeter", container("c")).code(), 2001);
        assert_eq!(admin.invoke("random", random(4)).code(), 2004);
        assert_eq!(admin.retrieve("cse-mn/box").code(), 2000);
    });
}

// Shows ADM-1: through a group each act is recorded by itself.
#[test]
fn an_act_on_many_at_once_leaves_a_record_for_each() {
    on_such_a_node(|lab| {
        places(&lab);
        let admin = lab.admin();
        assert_eq!(admin.create("cse-mn", group("both", 2, ["cse-mn/box", "cse-mn/device"])).code(), 2001);
        drop(lab.take_audits());
        let asked = admin.create("cse-mn/both/fopt", container("x"));
        assert_eq!(asked.code(), 2000, "{asked:?}");
        let kinds: Vec<_> = lab.take_audits().into_iter().map(|record| record.kind).collect();
        // A node takes no container.
        assert_eq!(kinds, [AuditKind::Administration]);
    });
}

// Shows ADM-1: what an administrator may not do leaves its record too, and what others may not.
#[test]
fn who_is_refused_an_act_of_administration_is_recorded_as_such() {
    on_such_a_node(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for act in ACTS.iter().filter(|act| act.component.starts_with("administration::")) {
            drop(lab.take_audits());
            assert_eq!(meter.send((act.request)()).code(), 4103, "{}", act.component);
            let records = lab.take_audits();
            assert_eq!(records.iter().map(|record| record.kind).collect::<Vec<_>>(), [AuditKind::Denied]);
        }
    });
}
