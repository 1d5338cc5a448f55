//! ACP/NEW/01 to 08: originators, flags, children, and what governs what.

use conformance::{ALL, CREATE, RETRIEVE, Reading, Speaker, UPDATE, changes, container, policy, rule};
use csf_api::{Object, Response, Value};
use support::lab::{group, instance};
use support::{NodeProcess, RawRequest, Wire};

#[track_caller]
fn told(response: Response, code: u16) -> Response {
    assert_eq!(response.code(), code, "{:?}", response.content);
    response
}

fn own(originator: &str) -> Object {
    rule([originator], ALL)
}

/// AE1 with a container `box` that a policy `door` with these rules governs, and AE2.
struct Scene {
    node: NodeProcess,
    owner: Speaker,
    guest: Speaker,
}

fn scene<const N: usize>(rules: [Object; N]) -> Scene {
    let node = NodeProcess::start();
    let [mut owner, guest] = ["CAE1", "CAE2"].map(|stem| Speaker::registered(&node, stem));
    told(owner.create("-/CAE1", policy("door", rules, [own("CAE1")])), 2001);
    told(owner.create("-/CAE1", container("box").with("acpi", ["-/CAE1/door"])), 2001);
    Scene { node, owner, guest }
}

impl Scene {
    fn govern<const N: usize>(&mut self, rules: [Object; N]) {
        let pv = Object::new().with("acr", Value::List(rules.map(Value::Object).to_vec()));
        told(self.owner.update("-/CAE1/door", changes("m2m:acp").with("pv", pv)), 2004);
    }
}

const BOX: &str = "-/CAE1/box";

// ACP/NEW/01. Shows ACC-3.
#[test]
fn a_star_matches_within_its_segment_and_no_further() {
    let mut scene = scene([]);
    for (entry, code) in [
        ("/id-mn/C*", 2000),
        ("/id-mn/CAE*", 2000),
        ("//*/id-mn/C*2", 2000),
        ("/*", 4103),
        ("/id-mn*", 4103),
        ("//*/CAE2", 4103),
        ("/id-mn/CB*", 4103),
        ("/id-mn/C.E2*", 4103),
    ] {
        scene.govern([own(entry)]);
        assert_eq!(scene.guest.retrieve(BOX).code(), code, "{entry}");
    }
}

// ACP/NEW/02. Shows ACC-3.
#[test]
fn an_entry_for_a_group_is_for_its_members() {
    let mut scene = scene([own("-/CAE1/crowd")]);
    // Whoever adds a member must be allowed to read it.
    let open = policy("open", [own("CAE1"), own("CAE2")], [own("CAE2")]);
    told(scene.guest.create("-/CAE2", open), 2001);
    told(scene.guest.update("-/CAE2", changes("m2m:ae").with("acpi", ["-/CAE2/open"])), 2004);
    told(scene.owner.create("-/CAE1", group("crowd", 3, ["-/CAE1"])), 2001);
    told(scene.guest.retrieve(BOX), 4103);
    told(scene.owner.update("-/CAE1/crowd", changes("m2m:grp").with("mid", ["-/CAE1", "-/CAE2"])), 2004);
    told(scene.guest.retrieve(BOX), 2000);
    told(scene.owner.update("-/CAE1/crowd", changes("m2m:grp").with("mid", ["-/CAE1"])), 2004);
    told(scene.guest.retrieve(BOX), 4103);
}

// ACP/NEW/03. Shows ACC-2 and ACC-3.
#[test]
fn a_flagged_rule_is_for_authenticated_originators() {
    let mut scene = scene([own("all").with("acaf", Value::Bool(true))]);
    let asked = RawRequest::new("GET", &format!("/{BOX}")).bytes();
    let bare = |scene: &Scene| Wire::tcp(&scene.node).exchange(&asked).expect("an answer").rsc();
    told(scene.guest.retrieve(BOX), 2000);
    assert_eq!(bare(&scene), Some(4103));
    scene.govern([own("all").with("acaf", Value::Bool(false))]);
    assert_eq!(bare(&scene), Some(2000));
}

// ACP/NEW/04. Shows ACC-3.
#[test]
fn object_details_narrow_what_is_created_and_nothing_else() {
    let children = |numbers: &[i64]| {
        let types = Value::List(numbers.iter().map(|n| Value::Integer(*n)).collect());
        own("CAE2").with("acod", Value::List(vec![Value::Object(Object::new().with("chty", types))]))
    };
    let mut scene = scene([children(&[3])]);
    told(scene.guest.create(BOX, instance("x")), 4103);
    told(scene.guest.create(BOX, container("inner")), 2001);
    told(scene.guest.retrieve(BOX), 2000);
    told(scene.guest.update(BOX, changes("m2m:cnt").with("lbl", ["x"])), 2004);
    scene.govern([children(&[4])]);
    told(scene.guest.create(BOX, instance("x")), 2001);
    told(scene.guest.delete(BOX), 2002);
}

// ACP/NEW/05. Shows ACC-3.
#[test]
fn a_policy_is_governed_by_its_self_privileges() {
    let mut scene = scene([own("CAE2"), own("CAE1")]);
    told(scene.guest.retrieve("-/CAE1/door"), 4103);
    told(scene.guest.retrieve(BOX), 2000);
    told(scene.owner.retrieve("-/CAE1/door"), 2000);
}

// ACP/NEW/06. Shows ACC-3.
#[test]
fn without_policies_the_custodian_has_access_and_else_the_creator() {
    let mut scene = scene([]);
    for (name, custodian) in [("made", None), ("held", Some("CAE2"))] {
        let draft = container(name);
        let draft = if let Some(id) = custodian { draft.with("cstn", id) } else { draft };
        told(scene.owner.create("-/CAE1", draft), 2001);
        let (creator, other) = if custodian.is_some() { (4103, 2000) } else { (2000, 4103) };
        told(scene.owner.retrieve(&format!("-/CAE1/{name}")), creator);
        told(scene.guest.retrieve(&format!("-/CAE1/{name}")), other);
    }
    // Who holds it may be the first to link a policy; who made it may not.
    told(scene.owner.update("-/CAE1/held", changes("m2m:cnt").with("acpi", ["-/CAE1/door"])), 4103);
    told(scene.guest.update("-/CAE1/held", changes("m2m:cnt").with("acpi", ["-/CAE1/door"])), 2004);
}

// ACP/NEW/07. Shows ACC-3.
#[test]
fn links_are_changed_alone() {
    let mut scene = scene([own("CAE1")]);
    let both = changes("m2m:cnt").with("acpi", ["-/CAE1/door"]).with("lbl", ["x"]);
    told(scene.owner.update(BOX, both), 4000);
    told(scene.owner.update(BOX, changes("m2m:cnt").with("acpi", ["-/CAE1/door"])), 2004);
}

// ACP/NEW/08. Shows ACC-9.
#[test]
fn links_to_policies_that_are_gone_permit_nobody() {
    let mut scene = scene([rule(["CAE1", "CAE2"], CREATE + RETRIEVE + UPDATE)]);
    told(scene.guest.retrieve(BOX), 2000);
    told(scene.owner.delete("-/CAE1/door"), 2002);
    told(scene.guest.retrieve(BOX), 4103);
    told(scene.owner.retrieve(BOX), 4103);
}
