//! Registration by the rules of a service subscription, on an infrastructure node (TS-0001 9.6.29, 10.2.2.2).

use csf_api::{ResourceType, Value};
use csf_service::Admission;
use support::lab::{Draft, Lab, Setup, ae, changes, draft, on_every_storage, on_every_storage_with};

use crate::scenery::must;

fn profile() -> Draft {
    draft(ResourceType::SERVICE_SUBSCRIPTION_PROFILE, "m2m:mssp").with("rn", "contract")
}

fn node() -> Draft {
    let node = draft(ResourceType::SERVICE_SUBSCRIBED_NODE, "m2m:svsn").with("rn", "here");
    node.with("ni", "urn:node:1").with("csi", "/id-mn")
}

fn allowing(rn: &str, apps: &str, stems: &str) -> Draft {
    let rule = draft(ResourceType::SERVICE_SUBSCRIBED_APP_RULE, "m2m:asar").with("rn", rn);
    rule.with("aai", [apps]).with("aae", [stems])
}

fn with_subscriptions(setup: &mut Setup) {
    setup.be_infrastructure_node();
    setup.settings.admission = Admission::ServiceSubscription;
}

/// A node whose subscription allows meters `Nmeter*` to register as `Cmeter*`, and nothing else.
fn subscribed(lab: &Lab) {
    let admin = lab.admin();
    must(&admin.create("cse-mn", profile()), 2001);
    must(&admin.create("cse-mn", allowing("meters", "Nmeter*", "Cmeter*")), 2001);
    must(&admin.create("cse-mn/contract", node().with("rlk", ["cse-mn/meters"])), 2001);
}

#[test]
fn whoever_a_rule_allows_registers_and_nobody_else_does() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        must(&lab.user(1000).register_ae(Some("Cmeter1"), ae("Nmeter.example")), 2001);
        for (from, app) in [
            (Some("Cpump"), "Nmeter.example"),
            (Some("Cmeter2"), "Npump.example"),
            (None, "Nmeter.example"),
            (Some("S"), "Nmeter.example"),
        ] {
            must(&lab.user(1000).register_ae(from, ae(app)), 4126);
        }
        must(&lab.as_ae(1000, "Cmeter1").retrieve("cse-mn/Cmeter1"), 2000);
        must(&lab.as_ae(1000, "Cpump").retrieve("cse-mn"), 4106);
    });
}

#[test]
fn a_stem_that_the_registrar_assigns_must_be_allowed_too() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        let admin = lab.admin();
        must(&admin.update("cse-mn/meters", changes("m2m:asar").with("aae", ["C*"])), 2004);
        must(&lab.user(1000).register_ae(None, ae("Nmeter.example")), 2001);
        must(&lab.user(1000).register_ae(Some("S"), ae("Nmeter.example")), 4126);
        must(&admin.update("cse-mn/meters", changes("m2m:asar").with("aae", ["S*"])), 2004);
        must(&lab.user(1000).register_ae(Some("S"), ae("Nmeter.example")), 2001);
        must(&lab.user(1000).register_ae(Some("C"), ae("Nmeter.example")), 4126);
    });
}

#[test]
fn without_a_subscription_for_this_cse_nobody_registers() {
    on_every_storage_with(with_subscriptions, |lab| {
        let register = || lab.user(1000).register_ae(Some("Cmeter1"), ae("Nmeter.example"));
        must(&register(), 4128);
        let admin = lab.admin();
        must(&admin.create("cse-mn", profile()), 2001);
        must(&admin.create("cse-mn", allowing("any", "*", "*")), 2001);
        must(&register(), 4128);
        // Another CSE's node is not this one's.
        must(
            &admin.create("cse-mn/contract", node().with("csi", "/id-other").with("rlk", ["cse-mn/any"])),
            2001,
        );
        must(&register(), 4128);
        // A node without links allows nothing, one with a link does.
        must(&admin.create("cse-mn/contract", node().with("rn", "ours")), 2001);
        must(&register(), 4126);
        let update =
            changes("m2m:svsn").with("rlk", ["cse-mn/nothing", "cse-mn", "no address//", "cse-mn/any"]);
        must(&admin.update("cse-mn/contract/ours", update), 2004);
        must(&register(), 2001);
    });
}

#[test]
fn a_rule_for_credentials_is_not_for_the_local_socket_and_absent_lists_allow_nothing() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        let admin = lab.admin();
        let register = || lab.user(1000).register_ae(Some("Cmeter1"), ae("Nmeter.example"));
        for (given, status) in [
            (changes("m2m:asar").with("apci", ["*"]), 4126),
            (changes("m2m:asar").with("apci", Value::Null).with("aai", Value::Null), 4126),
            (changes("m2m:asar").with("aai", ["*"]).with("aae", Value::Null), 4126),
            (changes("m2m:asar").with("aae", ["Cmeter1"]), 2001),
        ] {
            must(&admin.update("cse-mn/meters", given), 2004);
            must(&register(), status);
        }
    });
}

#[test]
fn a_rule_that_is_gone_or_has_ended_allows_nobody_any_more_and_registered_applications_stay() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        let admin = lab.admin();
        must(&lab.user(1000).register_ae(Some("Cmeter1"), ae("Nmeter.example")), 2001);
        must(&admin.delete("cse-mn/meters"), 2002);
        must(&lab.user(1000).register_ae(Some("Cmeter2"), ae("Nmeter.example")), 4126);
        must(&lab.as_ae(1000, "Cmeter1").retrieve("cse-mn/Cmeter1"), 2000);
        must(&admin.delete("cse-mn/contract"), 2002);
        must(&lab.user(1000).register_ae(Some("Cmeter2"), ae("Nmeter.example")), 4128);
    });
}

#[test]
fn applications_neither_make_nor_read_the_rules() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        must(&lab.user(1000).register_ae(Some("Cmeter1"), ae("Nmeter.example")), 2001);
        let meter = lab.as_ae(1000, "Cmeter1");
        must(&meter.create("cse-mn", allowing("mine", "*", "*")), 4103);
        must(&meter.retrieve("cse-mn/meters"), 4103);
        must(&meter.update("cse-mn/meters", changes("m2m:asar").with("aae", ["*"])), 4103);
        must(&lab.admin().retrieve("cse-mn/meters"), 2000);
    });
}

#[test]
fn what_a_subscription_says_must_make_sense() {
    on_every_storage_with(with_subscriptions, |lab| {
        subscribed(&lab);
        let admin = lab.admin();
        for (parent, draft) in [
            ("cse-mn", allowing("x", "meter*", "*")),
            ("cse-mn", allowing("x", "*", "*").with("ari", ["reader"])),
            ("cse-mn/contract", node().with("rn", "x").with("csi", "Cmeter")),
            (
                "cse-mn/contract",
                draft(ResourceType::SERVICE_SUBSCRIBED_NODE, "m2m:svsn").with("ni", "n").with("rlk", ["a"]),
            ),
        ] {
            must(&admin.create(parent, draft), 4000);
        }
        must(&admin.update("cse-mn/meters", changes("m2m:asar").with("aai", ["x"])), 4000);
        must(&admin.create("cse-mn", node()), 4108);
        must(&admin.create("cse-mn/contract", allowing("x", "*", "*")), 4108);
    });
}

#[test]
fn other_nodes_host_no_subscription() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        for draft in [profile(), allowing("any", "*", "*")] {
            must(&admin.create("cse-mn", draft), 4005);
        }
        // Whether this software knows them or not: another kind of node is asked for, and not another version.
        for number in [7, 11, 19, 20, 21, 22, 43, 44, 47] {
            let draft = draft(ResourceType::from_number(number), "m2m:any");
            must(&admin.create("cse-mn", draft), 4005);
        }
        must(&admin.create("cse-mn", draft(ResourceType::from_number(23), "m2m:sub")), 5001);
        must(&lab.user(1000).register("Cmeter"), 2001);
    });
}
