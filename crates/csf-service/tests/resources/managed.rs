//! What is managed on a device, as data: certificates below a node (TS-0001 9.6.15, TS-0022 7.1).

use csf_api::{ResourceType, Value};
use support::lab::{ALL, Draft, Lab, Reading as _, changes, draft, on_every_storage, policy, rule};

use crate::scenery::{Act, meter, must};

const AT: &str = "cse-mn/device/cert";

fn usages<const N: usize>(numbers: [i64; N]) -> Value {
    Value::List(numbers.map(Value::Integer).to_vec())
}

fn certificate() -> Draft {
    let certificate = draft(ResourceType::MANAGEMENT_OBJECT, "dcfg:nycfc").with("rn", "cert");
    let certificate = certificate.with("mgd", 1023).with("suids", usages([42]));
    certificate.with("mcff", "application/pkcs7-mime").with("mcfc", "MIIB")
}

/// A node of the administrator, below which `Cmeter` may do everything.
fn node_of_meter(lab: &Lab) {
    let admin = lab.admin();
    let open = policy("open", [rule(["Cmeter", "CAdmin"], ALL)], [rule(["CAdmin"], ALL)]);
    must(&admin.create("cse-mn", open), 2001);
    let node = draft(ResourceType::NODE, "m2m:nod").with("rn", "device").with("ni", "urn:dev:1");
    must(&admin.create("cse-mn", node.with("acpi", ["cse-mn/open"])), 2001);
}

#[test]
fn a_certificate_stands_below_a_node_with_the_usages_that_there_are() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        node_of_meter(&lab);
        let made =
            meter.create("cse-mn/device", certificate().with("dc", "for TLS").with("obis", ["urn:oma:1"]));
        must(&made, 2001);
        assert_eq!((made.number("ty"), made.number("mgd"), made.text("mcfc")), (13, 1023, "MIIB"));
        for number in [0, 9, 16, 20, 26, 30, 31, 36, 46, 99, -1, 4200] {
            let wrong = certificate().with("rn", "other").with("suids", usages([42, number]));
            must(&meter.create("cse-mn/device", wrong), 4000);
            must(&meter.update(AT, changes("dcfg:nycfc").with("suids", usages([number]))), 4000);
        }
        let all = [10, 11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 32, 33, 34, 35, 40, 41, 42, 43, 44, 45];
        must(&meter.update(AT, changes("dcfg:nycfc").with("suids", usages(all))), 2004);
        assert_eq!(meter.retrieve(AT).member("suids"), &usages(all));
        let lab = lab.restart(|_| {});
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve(AT).member("suids"), &usages(all));
    });
}

#[test]
fn what_a_certificate_says_is_fixed_but_for_its_usages() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        node_of_meter(&lab);
        for missing in ["mgd", "suids", "mcff", "mcfc"] {
            must(&meter.create("cse-mn/device", certificate().without(missing)), 4000);
        }
        for (wrong, code) in [
            (certificate().with("mgd", 1022), 5001),
            (certificate().with("mgd", 0).with("mgs", "http://example"), 5001),
            (certificate().with("mgd", "1023"), 4000),
            (certificate().with("mgs", "http://example"), 4000),
            (certificate().rooted("m2m:mgo"), 4000),
            (certificate().with("suids", 42), 4000),
            (certificate().with("suids", ["42"]), 4000),
            (certificate().with("mcfc", "x".repeat(65_537).as_str()), 4000),
            (certificate().with("cmlk", ["x"]), 5001),
            (certificate().with("cr", Value::Null), 4000),
        ] {
            must(&meter.create("cse-mn/device", wrong), code);
        }
        must(&meter.create("cse-mn/Cmeter", certificate()), 4108);
        must(&meter.create("cse-mn/device", certificate().with("mcfc", "x".repeat(65_536).as_str())), 2001);
        for name in ["mgd", "mcff", "mcfc", "obis", "obps"] {
            must(&meter.update(AT, changes("dcfg:nycfc").with(name, "x")), 4000);
        }
        must(&meter.update(AT, changes("dcfg:nycfc").with("suids", Value::Null)), 4000);
        must(&meter.update(AT, changes("dcfg:nycfc").with("dc", "for TLS")), 2004);
        must(&meter.update(AT, changes("dcfg:nycfc").with("dc", Value::Null)), 2004);
    });
}

#[test]
fn a_certificate_is_its_creators_until_a_policy_says_so() {
    // Shows ACC-1.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let other = lab.registered(1001, "Cother");
        node_of_meter(&lab);
        must(&other.create("cse-mn/device", certificate()), 4103);
        must(&meter.create("cse-mn/device", certificate()), 2001);
        for act in [Act::Retrieve, Act::Update, Act::Delete] {
            assert_eq!(act.on(&other, AT, "dcfg:nycfc"), 4103, "{act:?}");
            assert_eq!(act.on(&lab.bare(), AT, "dcfg:nycfc"), 4103, "{act:?}");
        }
        let read = policy("read", [rule(["Cother"], 2)], [rule(["CAdmin"], ALL)]);
        must(&lab.admin().create("cse-mn", read), 2001);
        must(&meter.update(AT, changes("dcfg:nycfc").with("acpi", ["cse-mn/read"])), 2004);
        must(&other.retrieve(AT), 2000);
        assert_eq!(Act::Delete.on(&other, AT, "dcfg:nycfc"), 4103);
    });
}
