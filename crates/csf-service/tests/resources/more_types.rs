//! Nodes, roles, tokens, consultations and the points of distributed authorization as data (TS-0004 7.4.18, 7.4.39 to
//! 7.4.45).

use csf_api::{ResourceType, Value};
use support::lab::{ALL, Draft, Lab, Reading as _, ae, changes, draft, on_every_storage, policy, rule};

use crate::scenery::{meter, must};

fn role() -> Draft {
    let role = draft(ResourceType::ROLE, "m2m:rol").with("rlid", "reader@csf.example");
    let role = role.with("tkis", "/id-in").with("tkhd", "Cmeter");
    role.with("tknb", "20260101T000000").with("tkna", "20301231T235959")
}

fn token() -> Draft {
    let token = draft(ResourceType::TOKEN, "m2m:tk").with("tkid", "t1@csf.example");
    token.with("tkob", "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJ0MSJ9.c2ln")
}

fn consultation() -> Draft {
    let dac = draft(ResourceType::DYNAMIC_AUTHORIZATION_CONSULTATION, "m2m:dac");
    dac.with("dae", true).with("dap", ["http://das.example"])
}

fn information() -> Draft {
    draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info")
}

fn decision_point() -> Draft {
    draft(ResourceType::AUTHORIZATION_DECISION, "m2m:auds").with("rn", "decides")
}

fn policy_point() -> Draft {
    draft(ResourceType::AUTHORIZATION_POLICY, "m2m:aupy").with("rn", "policies")
}

fn node() -> Draft {
    draft(ResourceType::NODE, "m2m:nod").with("rn", "device").with("ni", "urn:dev:1")
}

#[test]
fn roles_and_tokens_stand_below_the_csebase_or_authorization_information() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        must(&admin.create("cse-mn", information()), 2001);
        let made = admin.create("cse-mn/info", role().with("rn", "r").with("rlnm", "reader"));
        must(&made, 2001);
        assert_eq!((made.number("ty"), made.text("rlid")), (31, "reader@csf.example"));
        let made = admin.create("cse-mn/info", token().with("rn", "t").with("tkau", ["/id-mn"]));
        must(&made, 2001);
        assert_eq!((made.number("ty"), made.texts("tkau")), (32, vec!["/id-mn"]));
        for draft in [role(), token()] {
            must(&admin.create("cse-mn", draft.clone().with("rn", "kept")), 2001);
            must(&admin.delete("cse-mn/kept"), 2002);
            let meter = meter(&lab);
            must(&meter.create("cse-mn", draft.clone()), 4103);
            must(&meter.create("cse-mn/Cmeter", draft), 4108);
            must(&lab.as_ae(1000, "Cmeter").delete("cse-mn/Cmeter"), 2002);
        }
        must(&admin.delete("cse-mn/info"), 2002);
        must(&admin.retrieve("cse-mn/info/r"), 4004);
    });
}

#[test]
fn what_a_role_or_token_says_is_fixed_when_it_is_made() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        must(&admin.create("cse-mn", information()), 2001);
        must(&admin.create("cse-mn/info", role().with("rn", "r")), 2001);
        must(&admin.create("cse-mn/info", token().with("rn", "t")), 2001);
        for name in ["rlid", "tkis", "tkhd", "tknb", "tkna", "rlnm"] {
            must(&admin.update("cse-mn/info/r", changes("m2m:rol").with(name, "20301231T235959")), 4000);
        }
        must(&admin.update("cse-mn/info/r", changes("m2m:rol").with("rltl", "cse-mn/info/t")), 2004);
        must(&admin.update("cse-mn/info/r", changes("m2m:rol").with("rltl", Value::Null)), 2004);
        for name in ["tkid", "tkob", "tkis", "tkhd", "tknm", "vr"] {
            must(&admin.update("cse-mn/info/t", changes("m2m:tk").with(name, "x")), 4000);
        }
        must(&admin.update("cse-mn/info/t", changes("m2m:tk").with("lbl", ["kept"])), 2004);
    });
}

#[test]
fn a_role_or_token_of_no_form_is_refused() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        must(&admin.create("cse-mn", information()), 2001);
        for wrong in [
            role().with("rlid", "reader"),
            role().with("rlid", "reader@CSF.example"),
            role().with("tkis", "an issuer"),
            role().with("tkhd", "meter"),
            role().with("tknb", "20311231T235959"),
            role().with("tkna", "tomorrow"),
            token().with("tkid", "t1"),
            token().with("tkob", "eyJ.x"),
            token().with("tkob", "a.b."),
            token().with("tkhd", "C"),
            token().with("tkps", "all"),
        ] {
            must(&admin.create("cse-mn/info", wrong), 4000);
        }
        for missing in ["rlid", "tkis", "tkhd", "tknb", "tkna"] {
            must(&admin.create("cse-mn/info", role().without(missing)), 4000);
        }
        for missing in ["tkid", "tkob"] {
            must(&admin.create("cse-mn/info", token().without(missing)), 4000);
        }
    });
}

#[test]
fn authorization_information_answers_no_questions() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        must(&admin.create("cse-mn", information()), 2001);
        for name in ["fr", "rids", "tids"] {
            must(&admin.update("cse-mn/info", changes("m2m:auif").with(name, "Cmeter")), 5001);
            must(&admin.create("cse-mn", information().with("rn", "other").with(name, "x")), 5001);
        }
        must(&admin.update("cse-mn/info", changes("m2m:auif").with("sus", 1)), 4000);
    });
}

#[test]
fn points_of_distributed_authorization_keep_nothing_and_hand_out_nothing() {
    on_every_storage(|lab| {
        let admin = lab.admin();
        let meter = meter(&lab);
        for (draft, to, root, number, asking, answers) in [
            (
                decision_point(),
                "cse-mn/decides",
                "m2m:auds",
                35,
                &["to", "fr", "op", "rrt", "fu", "rids", "tids", "tkns", "rtm", "olo", "oip"][..],
                &["dec", "sus"][..],
            ),
            (policy_point(), "cse-mn/policies", "m2m:aupy", 36, &["to"], &["ps", "ca", "sus"]),
        ] {
            must(&meter.create("cse-mn/Cmeter", draft.clone()), 4108);
            let made = admin.create("cse-mn", draft.clone());
            must(&made, 2001);
            assert_eq!(made.number("ty"), number);
            must(&admin.create(to, draft.clone()), 4108);
            for name in asking {
                // A decision point answers whole questions; half of one is none.
                let status =
                    if number == 35 && ["to", "fr", "op", "rrt", "fu"].contains(name) { 4000 } else { 5001 };
                must(&admin.update(to, changes(root).with(name, "cse-mn/Cmeter")), status);
                must(&admin.create("cse-mn", draft.clone().with("rn", "other").with(name, "x")), 5001);
            }
            for name in answers {
                must(&admin.update(to, changes(root).with(name, 1)), 4000);
                must(&admin.create("cse-mn", draft.clone().with("rn", "other").with(name, 1)), 4000);
                assert!(!admin.retrieve(to).has(name));
            }
            must(&admin.update(to, changes(root).with("lbl", ["kept"])), 2004);
        }
    });
}

#[test]
fn consultations_stand_below_whoever_may_have_policies() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&lab.admin().create("cse-mn", consultation()), 2001);
        must(&meter.create("cse-mn/Cmeter", consultation().with("rn", "d")), 2001);
        must(&meter.create("cse-mn/Cmeter/readings", consultation()), 4108);
        for missing in ["dae", "dap"] {
            must(&meter.create("cse-mn/Cmeter", consultation().without(missing)), 4000);
        }
        let later = changes("m2m:dac").with("dae", false).with("dal", "20301231T235959");
        must(&meter.update("cse-mn/Cmeter/d", later), 2004);
        let link = |id| changes("m2m:cnt").with("daci", [id]);
        must(&meter.update("cse-mn/Cmeter/readings", link("x")), 4000);
        must(&meter.update("cse-mn/Cmeter/readings", link("cse-mn/Cmeter/d")), 2004);
    });
}

#[test]
fn a_node_stands_below_the_csebase() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let admin = lab.admin();
        must(&admin.create("cse-mn", node().with("hael", ["Cmeter"])), 2001);
        must(&meter.create("cse-mn/Cmeter", node()), 4108);
        must(&admin.create("cse-mn", node().with("rn", "other").without("ni")), 4000);
        must(&admin.create("cse-mn", node().with("rn", "other").with("nid", "x")), 4000);
        must(&admin.update("cse-mn/device", changes("m2m:nod").with("ni", Value::Null)), 4000);
        must(&admin.update("cse-mn/device", changes("m2m:nod").with("ni", "urn:dev:2")), 2004);
        assert_eq!(admin.retrieve("cse-mn/device").text("ni"), "urn:dev:2");
    });
}

/// Everything that the administrator has below the CSEBase.
fn everything(lab: &Lab) -> [(&'static str, &'static str); 7] {
    let admin = lab.admin();
    must(&admin.create("cse-mn", information()), 2001);
    must(&admin.create("cse-mn/info", role().with("rn", "r")), 2001);
    must(&admin.create("cse-mn/info", token().with("rn", "t")), 2001);
    must(&admin.create("cse-mn", consultation().with("rn", "d")), 2001);
    must(&admin.create("cse-mn", node()), 2001);
    must(&admin.create("cse-mn", decision_point()), 2001);
    must(&admin.create("cse-mn", policy_point()), 2001);
    [
        ("cse-mn/info", "m2m:auif"),
        ("cse-mn/info/r", "m2m:rol"),
        ("cse-mn/info/t", "m2m:tk"),
        ("cse-mn/d", "m2m:dac"),
        ("cse-mn/device", "m2m:nod"),
        ("cse-mn/decides", "m2m:auds"),
        ("cse-mn/policies", "m2m:aupy"),
    ]
}

#[test]
fn nobody_but_their_creator_has_them_until_a_policy_says_so() {
    // Shows ACC-1.
    on_every_storage(|lab| {
        let all = everything(&lab);
        let meter = meter(&lab);
        must(&meter.create("cse-mn", information()), 4103);
        must(&meter.create("cse-mn", node()), 4103);
        must(&meter.create("cse-mn", consultation()), 4103);
        must(&meter.create("cse-mn", decision_point()), 4103);
        must(&meter.create("cse-mn", policy_point()), 4103);
        must(&meter.create("cse-mn/info", role()), 4103);
        for (to, root) in all {
            must(&meter.retrieve(to), 4103);
            must(&meter.update(to, changes(root).with("lbl", ["x"])), 4103);
            must(&meter.delete(to), 4103);
            must(&lab.bare().retrieve(to), 4103);
        }
        let open = policy("open", [rule(["CAdmin", "Cmeter"], ALL)], [rule(["CAdmin"], ALL)]);
        must(&lab.admin().create("cse-mn", open), 2001);
        for (to, root) in all {
            must(&lab.admin().update(to, changes(root).with("acpi", ["cse-mn/open"])), 2004);
            must(&meter.retrieve(to), 2000);
        }
        must(&meter.create("cse-mn/info", role().rooted("m2m:tk")), 4000);
        must(&lab.user(1001).register_ae(Some("Cx"), ae("Nlab.example").rooted("m2m:nod")), 4000);
    });
}

#[test]
fn without_access_management_only_the_node_is_there() {
    // Shows ARC-2.
    on_every_storage(|lab| {
        let all = everything(&lab);
        let lab = lab.restart(|setup| setup.settings.components.access_management = false);
        let admin = lab.admin();
        for (to, root) in all {
            must(&admin.retrieve(to), if root == "m2m:nod" { 2000 } else { 4004 });
        }
        let base = admin.retrieve("cse-mn");
        let types = base.member("srt").as_list().expect("a list");
        assert!(types.contains(&Value::Integer(14)) && !types.contains(&Value::Integer(31)));
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", consultation()), 5001);
        let lab = lab.restart(|setup| setup.settings.components.access_management = true);
        for (to, _) in all {
            must(&lab.admin().retrieve(to), 2000);
        }
    });
}

#[test]
fn they_are_there_after_a_restart() {
    on_every_storage(|lab| {
        let all = everything(&lab);
        let before = all.map(|(to, _)| lab.admin().retrieve(to).content);
        let lab = lab.restart(|_| {});
        assert_eq!(all.map(|(to, _)| lab.admin().retrieve(to).content), before);
    });
}
