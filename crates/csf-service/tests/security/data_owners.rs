//! Whose sensitive data is: the entity's that stored it, whatever any policy says (SDH-1, SDH-2).

use csf_api::{AttributeCondition, EntityId, FilterCriteria, ResourceType, Value};
use csf_service::AuditKind;
use support::lab::{
    ALL, Asker, Reading, Setup, changes, data_object, draft, group, on_every_storage, on_every_storage_with,
    policy, retrieval, rule, with_result_content,
};

use crate::kit::{
    DATA, MESSAGE, STORAGE, b64, content, everything, gives, keeper_of, let_use, octets, of_kind,
};

const ROOT: &str = "csf:dataObject";

/// Asks for the content in every way that there is; nobody who gets a success may find the content in it.
fn asks_in_vain(asker: &Asker<'_>, id: &str) {
    for to in [DATA, id, &format!("{DATA}#msg"), &format!("{DATA}#cbs")] {
        let read = asker.retrieve(to);
        assert!(!gives(&read, MESSAGE), "{to}");
        assert!(to != format!("{DATA}#msg") || read.code() == 4103, "{to}: {}", read.code());
    }
    for names in [&["msg"][..], &["cbs", "msg"]] {
        let mut named = retrieval(DATA);
        named.attributes = names.iter().map(|name| (*name).into()).collect();
        let read = asker.send(named);
        assert_eq!(read.code(), 4103, "{names:?}");
    }
    for number in [1, 4, 5, 6, 8] {
        for to in [DATA, STORAGE, "cse-mn/security/data"] {
            let shown = asker.send(with_result_content(number, retrieval(to)));
            assert!(!gives(&shown, MESSAGE), "{number} of {to}");
        }
    }
    assert!(!gives(&asker.discover(STORAGE, everything()), MESSAGE));
}

fn id_of(owner: &Asker<'_>) -> String {
    owner.retrieve(DATA).text("ri").to_owned()
}

// Shows SDH-1 and SDH-2: the owner has it back, bit by bit, and sees how it is kept.
#[test]
fn the_owner_gets_back_what_it_stored_and_sees_how_it_is_kept() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        let made = meter.create(STORAGE, data_object("d", b64(MESSAGE)));
        assert_eq!(made.code(), 2001, "{:?}", made.content);
        assert!(!made.has("msg"), "what was sent need not come back");
        let read = meter.retrieve(DATA);
        assert_eq!((read.code(), octets(&read, "msg")), (2000, MESSAGE.to_vec()));
        assert_eq!((read.text("own"), read.text("prt")), ("Cmeter", "sealed-by-environment"));
        assert_eq!((read.number("cbs"), read.number("seL"), read.number("st")), (37, 1, 0));
        let named = meter.retrieve(&format!("{DATA}#msg"));
        assert_eq!((named.code(), octets(&named, "msg")), (2000, MESSAGE.to_vec()));
        lab.world().forget_needs();
        assert!(!meter.retrieve(&format!("{DATA}#cbs")).has("msg"));
        assert!(lab.world().commands().is_empty(), "nobody asked for the content");
    });
}

// Shows SDH-1.
#[test]
fn another_ae_gets_nothing_of_sensitive_data() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let id = id_of(&meter);
        let other = lab.registered(1001, "Cother");
        lab.world().forget_needs();
        asks_in_vain(&other, &id);
        assert_eq!(other.retrieve(DATA).code(), 4103);
        assert_eq!(other.update(DATA, content(b"x")).code(), 4103);
        assert_eq!(other.delete(DATA).code(), 4103);
        assert!(other.discover(STORAGE, everything()).addresses().is_empty());
        assert!(lab.world().commands().is_empty(), "the environment was asked for a stranger");
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
    });
}

// Shows SDH-2: every right that a policy can give is no right on sensitive data.
#[test]
fn no_policy_opens_sensitive_data_to_another_ae() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let id = id_of(&meter);
        let other = lab.registered(1001, "Cother");
        let_use(&lab, [rule(["Cother"], ALL)]);
        asks_in_vain(&other, &id);
        assert_eq!(other.update(DATA, content(b"x")).code(), 4103);
        assert_eq!(other.delete(DATA).code(), 4103);
        // Nor can the owner link a policy, or name a custodian, and believe that it opens anything.
        let open =
            meter.create("cse-mn/Cmeter", policy("open", [rule(["all"], ALL)], [rule(["Cmeter"], ALL)]));
        let open = open.text("ri").to_owned();
        assert_eq!(meter.update(DATA, changes(ROOT).with("acpi", [open.as_str()])).code(), 5001);
        assert_eq!(meter.update(DATA, changes(ROOT).with("cstn", "Cother")).code(), 5001);
        let linked = data_object("e", b64(b"m")).with("acpi", [open.as_str()]);
        assert_eq!(meter.create(STORAGE, linked).code(), 5001);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
    });
}

// Shows SDH-2: an administrator lists and deletes, and never reads.
#[test]
fn the_administrator_lists_and_deletes_sensitive_data_and_never_reads_it() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let id = id_of(&meter);
        lab.world().forget_needs();
        asks_in_vain(&lab.admin(), &id);
        assert_eq!(lab.admin().discover(STORAGE, everything()).addresses(), [DATA]);
        let seen = lab.admin().retrieve(DATA);
        assert_eq!((seen.code(), seen.text("own"), seen.number("cbs")), (2000, "Cmeter", 37));
        assert!(!seen.has("msg"));
        assert_eq!(lab.admin().update(DATA, content(b"x")).code(), 4103);
        assert_eq!(lab.admin().update(DATA, changes(ROOT).with("lbl", ["x"])).code(), 4103);
        assert!(lab.world().commands().is_empty(), "the environment was asked for an administrator");
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        assert_eq!(lab.admin().delete(DATA).code(), 2002);
        assert_eq!(meter.retrieve(DATA).code(), 4004);
    });
}

// Shows SDH-2: the owner is the one who stored it; no request says otherwise.
#[test]
fn a_request_neither_gives_nor_changes_the_owner() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        drop(lab.registered(1001, "Cother"));
        for name in ["own", "cbs", "st", "seL", "prt"] {
            let value = Value::text("Cother");
            assert_eq!(
                meter.create(STORAGE, data_object("e", b64(b"m")).with(name, value.clone())).code(),
                4000
            );
            assert_eq!(meter.update(DATA, changes(ROOT).with(name, value)).code(), 4000, "{name}");
        }
        assert_eq!(meter.retrieve(DATA).text("own"), "Cmeter");
    });
}

// Shows SDH-1: who cannot be told from others stores nothing, for nobody could have it back.
#[test]
fn only_a_proven_entity_stores_sensitive_data() {
    on_every_storage(|lab| {
        drop(lab.registered(1000, "Cmeter"));
        let_use(&lab, [rule(["all"], ALL)]);
        let object = || data_object("d", b64(MESSAGE));
        assert_eq!(lab.network("Cmeter").create(STORAGE, object()).code(), 4103);
        assert_eq!(lab.as_ae(1001, "Cmeter").create(STORAGE, object()).code(), 4106);
        assert_eq!(lab.as_ae(1000, "Cmeter").create(STORAGE, object()).code(), 2001);
        let claimed = lab.network("Cmeter").retrieve(DATA);
        assert_eq!(claimed.code(), 4103);
        // What a local CSF stored is its own.
        let billing = lab.as_ae(500, "local:billing");
        assert_eq!(billing.create(STORAGE, data_object("b", b64(b"bills"))).code(), 2001);
        let own = format!("{STORAGE}/b");
        assert_eq!(octets(&billing.retrieve(&own), "msg"), b"bills");
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(&own).code(), 4103);
    });
}

// Shows SDH-1: a name that is believed and not proven opens nothing, and takes nothing over.
#[test]
fn a_believed_name_has_no_sensitive_data() {
    let believing = |setup: &mut Setup| setup.settings.laboratory.believe_originators = true;
    on_every_storage_with(believing, |lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let id = id_of(&meter);
        drop(lab.registered(1001, "Cnext"));
        assert_eq!(meter.update(DATA, changes(ROOT).with("nOw", "Cnext")).code(), 2004);
        let (believed, next) = (lab.network("Cmeter"), lab.network("Cnext"));
        // It is believed elsewhere.
        assert_eq!(believed.retrieve("cse-mn/Cmeter").code(), 2000);
        asks_in_vain(&believed, &id);
        assert_eq!(believed.retrieve(DATA).code(), 4103);
        assert_eq!(believed.update(DATA, content(b"x")).code(), 4103);
        assert_eq!(believed.delete(DATA).code(), 4103);
        assert_eq!(believed.discover(STORAGE, everything()).code(), 4103);
        assert_eq!(next.update(DATA, changes(ROOT).with("own", "Cnext")).code(), 4103);
        assert_eq!(believed.create(STORAGE, data_object("e", b64(b"m"))).code(), 4103);
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
    });
}

// Shows SDH-1: a CSE stores as an AE does.
#[test]
fn a_cse_has_data_of_its_own() {
    let gateway = |setup: &mut Setup| {
        let cse = EntityId::parse("/id-in", &setup.settings.home).unwrap();
        setup.settings.local_users.insert(600, [cse].into());
    };
    on_every_storage_with(gateway, |lab| {
        let remote = draft(ResourceType::REMOTE_CSE, "m2m:csr").with("cb", "/id-in/cse-in");
        let cse = lab.as_ae(600, "/id-in");
        assert_eq!(cse.create("cse-mn", remote.with("rr", true).with("srv", ["3"])).code(), 2001);
        let made = cse.create(STORAGE, data_object("d", b64(MESSAGE)));
        assert_eq!((made.code(), made.text("own")), (2001, "/id-in"));
        assert_eq!(octets(&cse.retrieve(DATA), "msg"), MESSAGE);
        asks_in_vain(&lab.registered(1000, "Cmeter"), made.text("ri"));
        asks_in_vain(&lab.admin(), made.text("ri"));
    });
}

// Shows SDH-2: what an AE left behind waits for itself, and for nobody else who asks for its name.
#[test]
fn what_a_gone_owner_left_is_read_by_nobody_and_deleted_by_the_administrator() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let id = id_of(&meter);
        assert_eq!(meter.create(STORAGE, data_object("e", b64(b"more"))).code(), 2001);
        assert_eq!(lab.admin().delete("cse-mn/Cmeter").code(), 2002);
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(DATA).code(), 4106);
        assert_eq!(lab.user(1001).register("Cmeter").code(), 4106);
        assert_eq!(lab.as_ae(1001, "Cmeter").retrieve(DATA).code(), 4106);
        asks_in_vain(&lab.registered(1001, "Cother"), &id);
        asks_in_vain(&lab.admin(), &id);
        drop(lab.take_audits());
        assert_eq!(lab.admin().delete(DATA).code(), 2002);
        let audits = lab.take_audits();
        let noted = of_kind(&audits, AuditKind::DataUse);
        assert_eq!(noted.len(), 1);
        assert_eq!(noted[0].originator.as_deref(), Some("//csf.example/id-mn/CAdmin"));
        let back = lab.registered(1000, "Cmeter");
        assert_eq!(octets(&back.retrieve(&format!("{STORAGE}/e")), "msg"), b"more");
    });
}

// Shows SDH-1: a group asks in the name of who asks the group.
#[test]
fn a_group_gives_sensitive_data_to_nobody_but_its_owner() {
    on_every_storage(|lab| {
        drop(keeper_of(&lab, MESSAGE));
        let made = lab.admin().create("cse-mn", group("g", 2, [DATA]));
        assert_eq!(made.code(), 2001, "{:?}", made.content);
        let seen = lab.admin().retrieve("cse-mn/g/fopt");
        assert!(seen.gives("Cmeter") && !gives(&seen, MESSAGE));
        let open = policy("open", [rule(["all"], ALL)], [rule(["CAdmin"], ALL)]);
        let open = lab.admin().create("cse-mn", open).text("ri").to_owned();
        let linked = lab.admin().update("cse-mn/g", changes("m2m:grp").with("macp", [open.as_str()]));
        assert_eq!(linked.code(), 2004, "{:?}", linked.content);
        let other = lab.registered(1001, "Cother");
        let refused = other.retrieve("cse-mn/g/fopt");
        assert!(refused.code() == 2000 && !gives(&refused, MESSAGE));
        let meter = lab.as_ae(1000, "Cmeter");
        assert!(gives(&meter.retrieve("cse-mn/g/fopt"), MESSAGE));
    });
}

// Shows SDH-1: the content is neither in the audit, nor in an error, nor found by asking about it.
#[test]
fn nothing_but_a_reply_to_the_owner_carries_the_content() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let secret = b64(MESSAGE);
        let secret = secret.as_text().unwrap();
        let changed = meter.update(DATA, content(MESSAGE));
        assert_eq!((changed.code(), changed.has("msg")), (2004, false));
        let modified = meter.send(with_result_content(9, support::lab::update(DATA, content(MESSAGE))));
        assert!(!gives(&modified, MESSAGE), "{modified:?}");
        assert_eq!(octets(&meter.retrieve(DATA), "msg"), MESSAGE);
        let gone = meter.send(with_result_content(1, support::lab::deletion(DATA)));
        assert_eq!((gone.code(), gone.has("msg")), (2002, false));
        assert!(gone.gives("Cmeter"), "the search for the content would find it");
        let audits = lab.take_audits();
        assert_eq!(of_kind(&audits, AuditKind::DataUse).len(), 5);
        assert!(!format!("{audits:?}").contains(secret));
    });
}

// Shows SDH-1: a condition on the content is a condition on an attribute that the resource does not have.
#[test]
fn the_content_is_no_condition() {
    on_every_storage(|lab| {
        let meter = keeper_of(&lab, MESSAGE);
        let found = |name, pattern| {
            let condition = AttributeCondition::new(name, pattern).unwrap();
            let criteria = FilterCriteria { attributes: vec![condition], ..FilterCriteria::default() };
            meter.discover(STORAGE, criteria).addresses().len()
        };
        assert_eq!((found("own", "Cmeter"), found("msg", "*")), (1, 0));
    });
}
