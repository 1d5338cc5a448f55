//! Names among siblings, and addresses in every form (TS-0004 6.2.3, 7.3.3.6).

use std::time::Duration;

use support::lab::{
    Reading as _, ae, changes, container, instance, on_every_storage, policy, rule, unnamed_container,
};

use crate::scenery::{added, append, meter, must};

#[test]
fn siblings_have_different_names() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let before = lab.world().versions();
        must(&meter.create("cse-mn/Cmeter", container("readings")), 4105);
        must(&meter.create("cse-mn/Cmeter", policy("readings", [], [rule(["Cmeter"], 63)])), 4105);
        must(&lab.admin().create("cse-mn", container("security")), 4105);
        assert_eq!(lab.world().versions(), before);
        // Letters count as they are, and elsewhere the name is free.
        must(&meter.create("cse-mn/Cmeter", container("Readings")), 2001);
        must(&meter.create("cse-mn/Cmeter/readings", container("readings")), 2001);
    });
}

#[test]
fn a_name_is_free_again_when_its_bearer_is_deleted() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for _ in 0..3 {
            must(&meter.delete("cse-mn/Cmeter/readings"), 2002);
            must(&meter.retrieve("cse-mn/Cmeter/readings"), 4004);
            must(&meter.create("cse-mn/Cmeter", container("readings")), 2001);
        }
    });
}

#[test]
fn a_name_leads_to_whom_it_belongs_now_however_often_it_was_looked_up() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let path = "cse-mn/Cmeter/readings/x";
        let mut before = String::new();
        for round in 0..3 {
            must(&meter.create("cse-mn/Cmeter/readings", instance("17").with("rn", "x")), 2001);
            for _ in 0..2 {
                let found = meter.retrieve(path);
                must(&found, 2000);
                assert_ne!(found.text("ri"), before, "round {round}");
            }
            meter.retrieve(path).text("ri").clone_into(&mut before);
            // Another of the same name elsewhere, and what the name of another leads to, stay apart.
            must(&meter.create("cse-mn/Cmeter", container("x")), 2001);
            assert_eq!(meter.retrieve(path).text("ri"), before);
            assert_ne!(meter.retrieve("cse-mn/Cmeter/x").text("ri"), before);
            must(&meter.delete("cse-mn/Cmeter/x"), 2002);
            must(&meter.delete(path), 2002);
            must(&meter.retrieve(path), 4004);
        }
    });
}

#[test]
fn the_names_of_the_latest_and_the_oldest_belong_to_the_container() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for name in ["la", "ol"] {
            must(&meter.create("cse-mn/Cmeter/readings", container(name)), 4105);
            must(&meter.create("cse-mn/Cmeter/readings", instance("17").with("rn", name)), 4105);
            must(&meter.create("cse-mn/Cmeter", container(name)), 2001);
            must(&meter.retrieve(&format!("cse-mn/Cmeter/{name}")), 2000);
        }
        assert_eq!(meter.retrieve("cse-mn/Cmeter/readings").number("cni"), 0);
    });
}

#[test]
fn whoever_gives_no_name_gets_the_identifier() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let created = meter.create("cse-mn/Cmeter", unnamed_container());
        must(&created, 2001);
        let name = created.text("rn").to_owned();
        assert_eq!(created.text("ri"), name);
        must(&meter.retrieve(&format!("cse-mn/Cmeter/{name}")), 2000);
    });
}

#[test]
fn names_keep_to_their_letters_and_never_change() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        for wrong in ["", "a b", "a/b", "a#b", "ä", &"n".repeat(129)] {
            must(&meter.create("cse-mn/Cmeter", container(wrong)), 4000);
        }
        must(&meter.update("cse-mn/Cmeter/readings", changes("m2m:cnt").with("rn", "other")), 4000);
        must(&meter.create("cse-mn/Cmeter", container(&"n".repeat(128))), 2001);
    });
}

#[test]
fn an_ae_may_have_a_name_beside_its_identity() {
    on_every_storage(|lab| {
        let named = || ae("Nlab.example").with("rn", "electricity");
        must(&lab.user(1000).register_ae(Some("Cone"), named()), 2001);
        must(&lab.user(1000).register_ae(Some("Ctwo"), named()), 4105);
        let one = lab.as_ae(1000, "Cone");
        for to in ["cse-mn/electricity", "Cone", "/id-mn/Cone"] {
            assert_eq!(one.retrieve(to).text("rn"), "electricity");
        }
        must(&one.retrieve("cse-mn/Cone"), 4004);
        // The refused registration cost the identity nothing, and gave it nothing.
        must(&lab.as_ae(1000, "Ctwo").retrieve("cse-mn"), 4106);
        must(&lab.user(1001).register("Ctwo"), 2001);
    });
}

#[test]
fn every_form_of_an_address_leads_to_the_same_resource() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        append(&meter, "cse-mn/Cmeter/readings", "17");
        let id = meter.retrieve("cse-mn/Cmeter/readings").text("ri").to_owned();
        for to in [
            "-/Cmeter/readings",
            "/id-mn/-/Cmeter/readings",
            "/id-mn/cse-mn/Cmeter/readings",
            "//csf.example/id-mn/cse-mn/Cmeter/readings",
            "Cmeter/readings",
            "/id-mn/Cmeter/readings",
            &id,
            &format!("/id-mn/{id}"),
            &format!("//csf.example/id-mn/{id}"),
        ] {
            assert_eq!(meter.retrieve(to).text("ri"), id, "{to}");
            must(&meter.retrieve(&format!("{to}/la")), 2000);
        }
        for elsewhere in ["/id-in/cse-mn/Cmeter/readings", "//other.example/id-mn/cse-mn/Cmeter/readings"] {
            must(&meter.retrieve(elsewhere), 4004);
        }
        for beyond in ["cse-mn/Cmeter/Readings", "cse-mn/Cmeter/readings/la/x", "cse-mn/cse-mn", "readings"] {
            must(&meter.retrieve(beyond), 4004);
        }
    });
}

#[test]
fn identifiers_sort_in_the_order_of_creation() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let ids: Vec<String> =
            (0..5).map(|_| added(&meter, "cse-mn/Cmeter/readings", instance("x"))).collect();
        assert!(ids.is_sorted(), "{ids:?}");
        let lab = lab.restart(|_| {});
        lab.wait(Duration::from_millis(1));
        let meter = lab.as_ae(1000, "Cmeter");
        assert!(added(&meter, "cse-mn/Cmeter/readings", instance("x")) > ids[4]);
    });
}

#[test]
fn the_tree_is_no_deeper_than_an_address_can_be() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        // The CSEBase, the AE and `readings` are three of the names.
        let mut deepest = meter.retrieve("cse-mn/Cmeter/readings").text("ri").to_owned();
        for _ in 3..csf_api::MAX_ADDRESS_SEGMENTS {
            deepest = added(&meter, &deepest, container("n"));
        }
        must(&meter.create(&deepest, container("n")), 5207);
        append(&meter, &deepest, "17");
        let address = format!("cse-mn/Cmeter/readings{}", "/n".repeat(csf_api::MAX_ADDRESS_SEGMENTS - 3));
        assert_eq!(meter.retrieve(&address).text("ri"), deepest);
        must(&meter.delete("cse-mn/Cmeter/readings"), 2002);
        must(&meter.retrieve(&deepest), 4004);
    });
}
