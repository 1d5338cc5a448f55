//! Registration of AEs: which identity they get, and which they cannot have (TS-0004 7.4.5).

use std::time::Duration;

use support::lab::{Reading as _, Setup, ae, container, on_every_storage, on_every_storage_with};

use crate::scenery::{meter, must, short_lived};

#[test]
fn whoever_names_no_identity_gets_a_new_one_from_the_registrar() {
    on_every_storage(|lab| {
        let mut stems = Vec::new();
        for from in [None, Some("C"), Some("C")] {
            let response = lab.user(1000).register_ae(from, ae("Nlab.example"));
            must(&response, 2001);
            let stem = response.text("aei").to_owned();
            assert!(stem.len() > 8 && stem.starts_with('C'), "{stem}");
            assert_eq!((response.text("ri"), response.text("rn")), (&*stem, &*stem));
            assert_eq!(response.text("pi"), "id-mn");
            assert_eq!(lab.as_ae(1000, &stem).retrieve(&stem).text("api"), "Nlab.example");
            assert!(!stems.contains(&stem), "{stem} twice");
            stems.push(stem);
        }
    });
}

#[test]
fn a_stem_that_is_asked_for_is_given_in_whichever_form_it_was_written() {
    on_every_storage(|lab| {
        for (from, stem) in
            [("Cone", "Cone"), ("/id-mn/Ctwo", "Ctwo"), ("//csf.example/id-mn/Cthree", "Cthree")]
        {
            let response = lab.user(1000).register(from);
            must(&response, 2001);
            assert_eq!(response.text("aei"), stem);
            must(&lab.as_ae(1000, from).retrieve(&format!("cse-mn/{stem}")), 2000);
            must(&lab.as_ae(1000, stem).retrieve(stem), 2000);
        }
    });
}

#[test]
fn without_a_link_to_an_infrastructure_node_there_are_no_provider_assigned_stems() {
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for from in ["S", "Slamp", "/Slamp"] {
            must(&lab.user(1000).register(from), 5001);
        }
        assert_eq!(lab.world().versions(), before);
        must(&lab.as_ae(1000, "Slamp").retrieve("cse-mn"), 4106);
    });
}

#[test]
fn an_infrastructure_node_assigns_stems_of_the_provider() {
    on_every_storage_with(Setup::be_infrastructure_node, |lab| {
        let assigned = lab.user(1000).register("S");
        must(&assigned, 2001);
        let stem = assigned.text("aei").to_owned();
        assert!(stem.len() > 8 && stem.starts_with('S'), "{stem}");
        must(&lab.as_ae(1000, &stem).retrieve(&stem), 2000);
        must(&lab.user(1000).register("/Slamp"), 2001);
        for form in ["Slamp", "/Slamp", "//csf.example/Slamp"] {
            must(&lab.as_ae(1000, form).retrieve("cse-mn/Slamp"), 2000);
            must(&lab.as_ae(1001, form).retrieve("cse-mn/Slamp"), 4106);
        }
    });
}

#[test]
fn an_identity_that_is_registered_cannot_be_registered_again() {
    on_every_storage(|lab| {
        meter(&lab);
        let before = lab.world().versions();
        for uid in [1000, 1001] {
            for form in ["Cmeter", "/id-mn/Cmeter", "//csf.example/id-mn/Cmeter"] {
                must(&lab.user(uid).register(form), 4117);
            }
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn the_administrator_and_identities_given_by_configuration_cannot_be_registered() {
    // Shows ACC-7.
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for from in ["CAdmin", "/id-mn/CAdmin", "Cfixed", "local:billing"] {
            for uid in [0, 500, 1000] {
                must(&lab.user(uid).register(from), 4106);
            }
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn identities_that_are_no_ae_of_this_cse_cannot_be_registered() {
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for from in ["/id-mn", "/id-in", "/id-in/Cx", "//other.example/id-mn/Cx", "local:other", "meter", ""]
        {
            must(&lab.user(1000).register(from), 4000);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn an_app_id_begins_with_the_letter_of_its_kind() {
    on_every_storage(|lab| {
        for wrong in ["Xlab.example", "lab.example", "N", "R", "", "nlab.example"] {
            must(&lab.user(1000).register_ae(Some("Capp"), ae(wrong)), 4000);
        }
        // What was refused cost nobody the identity.
        must(&lab.user(1000).register_ae(Some("Capp"), ae("Rlab.example")), 2001);
    });
}

#[test]
fn a_registration_needs_its_mandatory_attributes_and_takes_no_others() {
    on_every_storage(|lab| {
        let user = lab.user(1000);
        for missing in ["api", "rr", "srv"] {
            must(&user.register_ae(Some("Capp"), ae("Nlab.example").without(missing)), 4000);
        }
        for forbidden in ["aei", "ri", "pi", "ct", "cni", "nonsense"] {
            must(&user.register_ae(Some("Capp"), ae("Nlab.example").with(forbidden, "x")), 4000);
        }
        must(&user.register_ae(Some("Capp"), ae("Nlab.example").with("trn", "x")), 5001);
        must(&user.register_ae(Some("Capp"), ae("Nlab.example").with("nl", 1)), 4000);
        must(&user.register_ae(Some("Capp"), ae("Nlab.example").rooted("m2m:cnt")), 4000);
        let made =
            user.register_ae(Some("Capp"), ae("Nlab.example").with("apn", "meter").with("nl", "nod-1"));
        assert_eq!((made.code(), made.text("nl")), (2001, "nod-1"));
    });
}

#[test]
fn an_ae_registers_below_the_csebase_and_nowhere_else() {
    on_every_storage(|lab| {
        meter(&lab);
        for to in ["cse-mn/Cmeter", "cse-mn/Cmeter/readings", "cse-mn/security"] {
            must(&lab.as_ae(1000, "Cother").create(to, ae("Nlab.example")), 4108);
        }
        must(&lab.as_ae(1000, "Cother").create("/id-mn", ae("Nlab.example")), 2001);
    });
}

#[test]
fn nobody_registers_over_a_channel_that_proves_nothing() {
    // Shows ACC-2.
    on_every_storage(|lab| {
        let before = lab.world().versions();
        for from in [None, Some("C"), Some("S"), Some("Cmeter"), Some("/id-in"), Some("CAdmin")] {
            must(&lab.bare().claiming(from).create("cse-mn", ae("Nlab.example")), 4107);
        }
        assert_eq!(lab.world().versions(), before);
    });
}

#[test]
fn the_administration_socket_registers_nobody() {
    on_every_storage(|lab| {
        for from in [None, Some("C"), Some("Cmeter"), Some("CAdmin")] {
            must(&lab.admin().claiming(from).create("cse-mn", ae("Nlab.example")), 4106);
        }
    });
}

#[test]
fn an_ae_belongs_to_the_user_who_registered_it() {
    // Shows ACC-7.
    on_every_storage(|lab| {
        meter(&lab);
        let other = lab.as_ae(1001, "Cmeter");
        for to in ["cse-mn", "cse-mn/Cmeter", "cse-mn/Cmeter/readings"] {
            must(&other.retrieve(to), 4106);
        }
        must(&other.create("cse-mn/Cmeter", container("intruder")), 4106);
        must(&other.delete("cse-mn/Cmeter"), 4106);
        must(&lab.as_ae(1000, "Cmeter").retrieve("cse-mn/Cmeter"), 2000);
    });
}

#[test]
fn a_registration_that_ended_speaks_for_nobody_and_makes_room_with_all_below_it() {
    on_every_storage(|lab| {
        must(&lab.user(1000).register_ae(Some("Cshort"), short_lived(&lab, 60)), 2001);
        let old = lab.as_ae(1000, "Cshort");
        must(&old.create("cse-mn/Cshort", container("inside")), 2001);
        lab.wait(Duration::from_secs(59));
        must(&old.retrieve("cse-mn/Cshort"), 2000);
        lab.wait(Duration::from_secs(1));
        must(&old.retrieve("cse-mn/Cshort"), 4106);
        must(&old.retrieve("cse-mn"), 4106);
        must(&lab.user(1000).register("Cshort"), 2001);
        must(&old.retrieve("cse-mn/Cshort"), 2000);
        must(&old.retrieve("cse-mn/Cshort/inside"), 4004);
    });
}

#[test]
fn who_deregisters_has_to_register_again() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.delete("cse-mn/Cmeter"), 2002);
        must(&meter.retrieve("cse-mn"), 4106);
        must(&lab.user(1000).register("Cmeter"), 2001);
        must(&meter.retrieve("cse-mn/Cmeter/readings"), 4004);
    });
}

// Shows SDH-2 in part: what is said of an identity does not go over to another user.
#[test]
fn an_identity_that_was_given_up_is_registered_again_by_its_first_user_and_by_nobody_else() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        must(&meter.delete("cse-mn/Cmeter"), 2002);
        must(&lab.user(1001).register("Cmeter"), 4106);
        must(&lab.user(1000).register("Cmeter"), 2001);

        must(&lab.admin().delete("cse-mn/Cmeter"), 2002);
        must(&lab.user(1001).register("/id-mn/Cmeter"), 4106);
        let lab = lab.restart(|_| {});
        must(&lab.user(1001).register("Cmeter"), 4106);
        must(&lab.user(1001).register("Cother"), 2001);
        must(&lab.user(1000).register("Cmeter"), 2001);
    });
}
