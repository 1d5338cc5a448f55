//! Credentials: an entity has its own, changes and removes them, and nobody has one of another's.

use std::time::Duration;

use csf_api::Value;
use csf_service::AuditKind;
use support::lab::{
    ALL, Reading, changes, command, ecdsa_key, hmac_key, on_every_storage, on_every_storage_with, policy,
    rule, update,
};

use crate::kit::{
    A, B, CRED_A, CRED_B, SERVICE, STORAGE, Scene, answered, answering_key, bare_credential, challenge,
    credential, given, is_authentic, must, one_way, response, scene, verification,
};

/// Whether B can still find A authentic.
fn authenticates(scene: &Scene<'_>) -> bool {
    let (asked, answer) = one_way(scene);
    checks(scene, &asked, &answer)
}

fn checks(scene: &Scene<'_>, asked: &str, answer: &str) -> bool {
    let members = [("chl", asked), ("cla", A), ("crd", CRED_A), ("rsp", answer)];
    is_authentic(&verification(&scene.b, &members))
}

fn change(name: &str, value: impl support::lab::IntoValue) -> support::lab::Draft {
    changes("csf:credential").with(name, value)
}

// Shows ACC-7.
#[test]
fn a_credential_says_whose_it_is_and_is_seen_by_its_owner() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "HMAC_SHA_256"]);
        let seen = scene.a.retrieve(CRED_A);
        assert_eq!((seen.text("own"), seen.text("Salg")), (A, "ALG_ECDSA_SHA_256"));
        assert_eq!((seen.number("seL"), seen.texts("vBy")), (1, vec!["all"]));
        assert!(seen.text("kInf").starts_with("key-"), "by an identifier that nobody else gets");
        assert_eq!(scene.b.retrieve(CRED_B).text("Salg"), "ALG_HMAC_SHA_256");
        must(&scene.b.retrieve(CRED_A), 4103);
        let algorithms = scene.a.retrieve(SERVICE);
        assert_eq!(algorithms.texts("alg").len(), 7);
        let kinds: Vec<_> = lab.take_audits().iter().map(|record| record.kind).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == AuditKind::Authentication).count(), 2);
    });
}

// Shows ACC-7: not even an administrator, and not by any policy.
#[test]
fn nobody_makes_or_changes_a_credential_of_another() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        // Whose a credential is cannot be said, and a key serves its owner only.
        must(&scene.b.create(SERVICE, credential("cx", "kb").with("own", A)), 4000);
        must(&scene.b.create(SERVICE, credential("cx", "kb").with("cr", A)), 4000);
        must(&scene.b.create(SERVICE, credential("cx", "ka")), 4103);
        must(&lab.admin().create(SERVICE, credential("cx", "ka")), 4103);
        must(&scene.b.update(CRED_A, change("vBy", ["Cb"])), 4103);
        must(&scene.b.delete(CRED_A), 4103);
        must(&lab.admin().update(CRED_A, change("vBy", ["Cb"])), 4103);
        must(&lab.admin().update(CRED_A, change("kInf", format!("{STORAGE}/kb").as_str())), 4103);
        // Not if a policy of the owner gives everything away: it may be seen and removed, and its key stays.
        let own = rule(["Ca", "Cb"], ALL);
        must(&scene.a.create("cse-mn/Ca", policy("p", [own.clone()], [own])), 2001);
        must(&scene.a.update(CRED_A, change("acpi", ["cse-mn/Ca/p"])), 2004);
        must(&scene.b.retrieve(CRED_A), 2000);
        let taken = change("kInf", format!("{STORAGE}/kb").as_str());
        must(&scene.b.update(CRED_A, taken), 4103);
        must(&scene.b.update(CRED_A, change("vBy", ["Cb"])), 4103);
        assert!(authenticates(&scene));
        // What the administrator registers is the administrator's.
        must(&lab.admin().create(STORAGE, answering_key("kadmin", "EC_P256")), 2001);
        must(&lab.admin().create(SERVICE, credential("cadmin", "kadmin")), 2001);
        let admins = "cse-mn/security/authentication/cadmin";
        assert_eq!(lab.admin().retrieve(admins).text("own"), "CAdmin");
        let asked = given(&challenge(&scene.b, &[("cla", A)]));
        must(&response(&lab.admin(), &[("crd", admins), ("chl", &asked), ("vrf", B)]), 4000);
        // And administrators may remove what they may not make.
        must(&lab.admin().retrieve(CRED_A), 2000);
        must(&lab.admin().delete(CRED_A), 2002);
        must(&scene.a.retrieve(CRED_A), 4004);
    });
}

// Shows ACC-7.
#[test]
fn a_credential_that_is_replaced_removed_or_over_counts_no_more() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        // Another key takes its place as a whole, of another algorithm if need be.
        must(&scene.a.create(STORAGE, answering_key("new", "HMAC_SHA_256")), 2001);
        must(&scene.a.update(CRED_A, change("kInf", format!("{STORAGE}/new").as_str())), 2004);
        assert_eq!(scene.a.retrieve(CRED_A).text("Salg"), "ALG_HMAC_SHA_256");
        assert!(!checks(&scene, &asked, &answer), "by the key before");
        assert!(authenticates(&scene));
        // One that is gone, one whose key is gone, one that is over.
        let (asked, answer) = one_way(&scene);
        must(&scene.a.delete(&format!("{STORAGE}/new")), 2002);
        assert!(!checks(&scene, &asked, &answer));
        let asked = given(&challenge(&scene.b, &[("cla", A)]));
        must(&response(&scene.a, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]), 5207);
        // The same name with another key is another key object.
        must(&scene.a.create(STORAGE, answering_key("new", "HMAC_SHA_256")), 2001);
        must(&response(&scene.a, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]), 5207);
        must(&scene.a.update(CRED_A, change("kInf", format!("{STORAGE}/new").as_str())), 2004);
        assert!(authenticates(&scene));
        must(&scene.a.update(CRED_A, change("et", lab.in_seconds(30).as_str())), 2004);
        let (asked, answer) = one_way(&scene);
        lab.wait(Duration::from_secs(30));
        assert!(!checks(&scene, &asked, &answer), "over");
        assert!(lab.world().versions().keys().any(|key| key.contains("crd-")));
        assert_eq!(lab.sweep().removed, 1);
        must(&scene.a.retrieve(CRED_A), 4004);
        must(&scene.a.create(SERVICE, credential("ca", "ka")), 2001);
        assert!(authenticates(&scene));
        let (asked, answer) = one_way(&scene);
        must(&scene.a.delete(CRED_A), 2002);
        assert!(!checks(&scene, &asked, &answer));
    });
}

// Shows ACC-7: what is withdrawn while an answer is checked is withdrawn.
#[test]
fn a_withdrawal_counts_before_the_check_is_answered() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let meanwhile: [(&str, &dyn Fn()); 4] = [
            ("nothing", &|| ()),
            ("verifiers", &|| must(&scene.a.update(CRED_A, change("vBy", ["Cx"])), 2004)),
            ("credential", &|| {
                must(&scene.a.update(CRED_A, change("vBy", ["all"])), 2004);
                must(&scene.a.delete(CRED_A), 2002);
            }),
            ("registration", &|| must(&scene.a.delete("cse-mn/Ca"), 2002)),
        ];
        for (what, done) in meanwhile {
            if what == "registration" {
                must(&scene.a.create(SERVICE, credential("ca", "ka")), 2001);
            }
            if what == "credential" {
                must(&scene.a.update(CRED_A, change("vBy", ["all"])), 2004);
            }
            let (asked, answer) = one_way(&scene);
            let check = changes("csf:verification").with("chl", asked.as_str()).with("cla", A);
            let check = update(SERVICE, check.with("crd", CRED_A).with("rsp", answer.as_str()));
            let (told, ()) = lab.interrupted(&scene.b, check, command("check-response"), done);
            assert_eq!(is_authentic(&told), what == "nothing", "{what}");
        }
    });
}

// Shows ACC-7.
#[test]
fn a_rotated_key_answers_by_its_present_generation() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        must(&scene.a.update(&format!("{STORAGE}/ka"), changes("csf:keyObject").with("gen", 2)), 2004);
        assert!(!checks(&scene, &asked, &answer));
        assert!(authenticates(&scene));
    });
}

// Shows ACC-7: and the failure looks like every other.
#[test]
fn answers_are_checked_for_those_whom_the_credential_names() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "EC_P256"]);
        for (verifiers, right) in [(["Cx"], false), (["/id-mn/Cb"], true), (["Cx"], false), (["all"], true)] {
            must(&scene.a.update(CRED_A, change("vBy", verifiers)), 2004);
            assert_eq!(authenticates(&scene), right, "{verifiers:?}");
        }
        must(&scene.a.update(CRED_A, change("vBy", Value::List(Vec::new()))), 2004);
        assert!(!authenticates(&scene), "nobody");
        for bad in [change("vBy", ["nobody at all"]), change("vBy", "all"), change("vBy", Value::Null)] {
            must(&scene.a.update(CRED_A, bad), 4000);
        }
        let many: Vec<String> = (0..65).map(|n| format!("C{n}")).collect();
        let many = |most: usize| change("vBy", Value::texts(many.iter().take(most).map(String::as_str)));
        must(&scene.a.update(CRED_A, many(65)), 4000);
        must(&scene.a.update(CRED_A, many(64)), 2004);
    });
}

// Shows ACC-7: whoever is not there is not authentic, whatever was registered.
#[test]
fn a_claimant_that_is_not_registered_any_more_is_not_authentic() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        must(&scene.a.delete("cse-mn/Ca"), 2002);
        assert!(!checks(&scene, &asked, &answer));
        drop(lab.registered(1000, A));
        assert!(authenticates(&scene), "it is the same, and has what it had");
    });
}

// Shows ACC-7: a key that does anything else is tricked into no answer.
#[test]
fn only_keys_for_authentication_alone_make_credentials() {
    on_every_storage(|lab| {
        let a = lab.registered(1000, A);
        must(&a.create(STORAGE, hmac_key("mac")), 2001);
        must(&a.create(STORAGE, ecdsa_key("sign")), 2001);
        must(&a.create(STORAGE, answering_key("k", "EC_P256")), 2001);
        must(
            &a.create(STORAGE, answering_key("both", "EC_P256").with("kUs", ["authenticate", "sign"])),
            4000,
        );
        must(&a.create(STORAGE, answering_key("no", "AES_128_GCM")), 4000);
        for key in ["mac", "sign"] {
            must(&a.create(SERVICE, credential("c", key)), 4000);
        }
        must(&a.create(SERVICE, bare_credential("c")), 4000);
        must(&a.create(SERVICE, credential("c", "none")), 4004);
        must(&a.create(SERVICE, credential("c", "k").with("kDt", "AAAA")), 4000);
        must(&a.create(SERVICE, credential("c", "k").with("Salg", "ALG_HMAC_SHA_256")), 4000);
        must(&a.create(SERVICE, credential("c", "k").without("vBy")), 4000);
        must(&a.create(SERVICE, credential("c", "k").with("Salg", "ALG_ECDSA_SHA_256")), 2001);
        // And such a key signs nothing, whoever asks.
        let input = csf_api::Object::new()
            .with("Salg", Value::text("ALG_ECDSA_SHA_256"))
            .with("kInf", Value::text(&format!("{STORAGE}/k")))
            .with("msg", Value::text("AAAA"));
        must(&a.invoke("signature", input), 4000);
    });
}

// Shows ARC-11 and ARC-2.
#[test]
fn without_access_management_nobody_is_authenticated_for_others() {
    let without = |setup: &mut support::lab::Setup| setup.settings.components.access_management = false;
    on_every_storage_with(without, |lab| {
        let a = lab.registered(1000, A);
        for who in [&a, &lab.admin()] {
            must(&who.retrieve(SERVICE), 4004);
            must(&who.retrieve("security-authentication"), 4004);
            must(&challenge(who, &[("cla", B)]), 4004);
            must(&response(who, &[]), 4004);
            must(&verification(who, &[]), 4004);
            must(&who.create(SERVICE, bare_credential("c")), 4004);
        }
        must(&a.create("cse-mn/Ca", bare_credential("c")), 5001);
    });
}

// Shows ACC-7: a store that had the component keeps what was registered, and nobody finds it meanwhile.
#[test]
fn a_credential_outlives_a_time_without_the_component() {
    on_every_storage(|lab| {
        drop(scene(&lab, ["EC_P256", "EC_P256"]));
        let lab = lab.restart(|setup| setup.settings.components.access_management = false);
        must(&lab.as_ae(1000, A).retrieve(CRED_A), 4004);
        must(&lab.admin().retrieve(CRED_A), 4004);
        let lab = lab.restart(|setup| setup.settings.components.access_management = true);
        let scene = Scene { a: lab.as_ae(1000, A), b: lab.as_ae(1001, B) };
        assert!(authenticates(&scene));
        let asked = given(&challenge(&scene.a, &[("cla", B)]));
        let answer = answered(&response(&scene.b, &[("crd", CRED_B), ("chl", &asked), ("vrf", A)]));
        let members = [("chl", asked.as_str()), ("cla", B), ("crd", CRED_B), ("rsp", &answer)];
        assert!(is_authentic(&verification(&scene.a, &members)));
    });
}

// Shows ACC-7: without the sensitive functions the service is whole, for it belongs to access management.
#[test]
fn the_service_needs_no_sensitive_functions() {
    let without = |setup: &mut support::lab::Setup| setup.settings.components.sensitive_functions = false;
    on_every_storage_with(without, |lab| {
        assert!(authenticates(&scene(&lab, ["ED25519", "EC_P256"])));
    });
}
