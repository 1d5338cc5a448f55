//! Runs that must not end well: replayed, reflected, spliced, too late, by somebody else or for somebody else.

use std::time::Duration;
use support::lab::{Asker, Lab, changes, on_every_storage, on_every_storage_with, update};

use crate::kit::{
    A, B, CRED_A, Scene, answered, answering_key, challenge, credential, first_answer, first_check, given,
    is_authentic, must, mutual, one_way, response, scene, second_answer, second_check, verification,
};
use crate::kit::{OCTETS, SERVICE, STORAGE};

/// Whether B finds A authentic by this.
fn check(scene: &Scene<'_>, asked: &str, answer: &str) -> bool {
    check_by(&scene.b, [asked, A, CRED_A, answer])
}

fn check_by(who: &Asker<'_>, [asked, claimant, by, answer]: [&str; 4]) -> bool {
    is_authentic(&verification(who, &[("chl", asked), ("cla", claimant), ("crd", by), ("rsp", answer)]))
}

// Shows ACC-7.
#[test]
fn an_answer_is_for_one_challenge_and_for_one_check() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        assert!(check(&scene, &asked, &answer));
        assert!(!check(&scene, &asked, &answer), "replayed");
        let another = given(&challenge(&scene.b, &[("cla", A)]));
        assert!(!check(&scene, &another, &answer), "for a challenge before");
        // A wrong answer uses the challenge up as well: nobody tries until it fits.
        let (asked, answer) = one_way(&scene);
        assert!(!check(&scene, &asked, &one_way(&scene).1));
        assert!(!check(&scene, &asked, &answer));
        // And nobody answers what was checked.
        let late = response(&scene.a, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]);
        must(&late, 4000);
        // No challenge at all.
        assert!(!check(&scene, OCTETS, &answer));
    });
}

// Shows ACC-7: of two who check at the same time, one is told.
#[test]
fn a_challenge_is_checked_once_by_however_many_at_once() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        let check = || {
            let input = changes("csf:verification").with("chl", asked.as_str()).with("cla", A);
            (&scene.b, update(SERVICE, input.with("crd", CRED_A).with("rsp", answer.as_str())))
        };
        let told = lab.together(vec![check(), check(), check()]);
        assert_eq!(told.iter().filter(|one| is_authentic(one)).count(), 1);
    });
}

// Shows ACC-7.
#[test]
fn an_answer_that_comes_too_late_is_none() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        lab.wait(Duration::from_secs(119));
        assert!(check(&scene, &asked, &answer), "in time");
        let (asked, answer) = one_way(&scene);
        lab.wait(Duration::from_secs(120));
        assert!(!check(&scene, &asked, &answer));
        // Neither is one to a challenge that is over, or of before a restart.
        let (first, second) = mutual(&scene);
        lab.wait(Duration::from_secs(120));
        must(&first_answer(&scene, (&first, &second)), 4000);
        must(&challenge(&scene.a, &[("cla", B), ("pch", &first)]), 4000);
        let (asked, answer) = one_way(&scene);
        drop(scene);
        let lab = lab.restart(|_| {});
        let b = lab.as_ae(1001, B);
        assert!(!check_by(&b, [&asked, A, CRED_A, &answer]));
    });
}

/// With `Cx`, who has a key and a credential too, and registered as the user of `Ca`.
fn with_a_third<'a>(lab: &'a Lab) -> (Scene<'a>, Asker<'a>) {
    let scene = scene(lab, ["EC_P256", "EC_P256"]);
    let third = lab.registered(1000, "Cx");
    must(&third.create(STORAGE, answering_key("kx", "EC_P256")), 2001);
    must(&third.create(SERVICE, credential("cx", "kx")), 2001);
    (scene, third)
}

const CRED_X: &str = "cse-mn/security/authentication/cx";

// Shows ACC-7.
#[test]
fn an_answer_is_its_claimants_to_its_verifier_by_its_own_credential() {
    on_every_storage(|lab| {
        let (scene, third) = with_a_third(&lab);
        // Somebody else has it checked, which spoils nothing.
        let (asked, answer) = one_way(&scene);
        assert!(!check_by(&third, [&asked, A, CRED_A, &answer]));
        assert!(check(&scene, &asked, &answer));
        // Somebody else is said to have answered.
        let (asked, answer) = one_way(&scene);
        assert!(!check_by(&scene.b, [&asked, "Cx", CRED_A, &answer]));
        let (asked, answer) = one_way(&scene);
        assert!(!check_by(&scene.b, [&asked, A, CRED_X, &answer]), "another's credential");
        // Somebody else answers what A was asked: the node does not let it.
        let asked = given(&challenge(&scene.b, &[("cla", A)]));
        must(&response(&third, &[("crd", CRED_X), ("chl", &asked), ("vrf", B)]), 4000);
        must(&response(&third, &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]), 4000);
        // A answers by no other's credential.
        must(&response(&scene.a, &[("crd", CRED_X), ("chl", &asked), ("vrf", B)]), 4103);
        must(&response(&scene.a, &[("crd", "cse-mn/none"), ("chl", &asked), ("vrf", B)]), 4103);
        // What X rightly answers to B is no answer of A.
        let of_x = given(&challenge(&scene.b, &[("cla", "Cx")]));
        let answer = answered(&response(&third, &[("crd", CRED_X), ("chl", &of_x), ("vrf", B)]));
        assert!(!check_by(&scene.b, [&asked, A, CRED_X, &answer]));
        assert!(!check_by(&scene.b, [&of_x, A, CRED_X, &answer]));
        // A is asked by X and answers X; X cannot pass that on to B.
        let by_x = given(&challenge(&third, &[("cla", A)]));
        must(&response(&scene.a, &[("crd", CRED_A), ("chl", &by_x), ("vrf", B)]), 4000);
        let answer = answered(&response(&scene.a, &[("crd", CRED_A), ("chl", &by_x), ("vrf", "Cx")]));
        assert!(!check(&scene, &by_x, &answer));
        assert!(check_by(&third, [&by_x, A, CRED_A, &answer]));
    });
}

// Shows ACC-7: with one key for both, which a code would allow.
#[test]
fn nobody_is_answered_with_its_own_words() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "HMAC_SHA_256"]);
        // The very same key on both sides.
        for (who, name, by) in [(&scene.a, "sa", "csa"), (&scene.b, "sb", "csb")] {
            must(&who.create(STORAGE, answering_key(name, "HMAC_SHA_256").with("kMt", OCTETS)), 2001);
            must(&who.create(SERVICE, credential(by, name)), 2001);
        }
        let (of_a, of_b) = ("cse-mn/security/authentication/csa", "cse-mn/security/authentication/csb");
        // A asks B, and B has its own answer held against it as if it was A's.
        let by_a = given(&challenge(&scene.a, &[("cla", B)]));
        let by_b = given(&challenge(&scene.b, &[("cla", A)]));
        let answer = answered(&response(&scene.b, &[("crd", of_b), ("chl", &by_a), ("vrf", A)]));
        assert!(!check_by(&scene.b, [&by_b, A, of_a, &answer]));
        must(&response(&scene.b, &[("crd", of_b), ("chl", &by_b), ("vrf", A)]), 4000);
        assert!(check_by(&scene.a, [&by_a, B, of_b, &answer]), "the failing twin");
        must(&challenge(&scene.a, &[("cla", A)]), 4000);
    });
}

// Shows ACC-7.
#[test]
fn the_parts_of_a_mutual_run_come_in_order_and_from_one_run() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "ED25519"]);
        let (first, second) = mutual(&scene);
        let run = (first.as_str(), second.as_str());
        // B answers nobody whom it has not found authentic.
        must(&second_answer(&scene, run), 4000);
        let (other_first, other_second) = mutual(&scene);
        // Challenges of two runs make none.
        must(&first_answer(&scene, (&first, &other_second)), 4000);
        must(&response(&scene.a, &[("crd", CRED_A), ("chl", &first), ("vrf", B)]), 4000);
        let answer = answered(&first_answer(&scene, run));
        assert!(!is_authentic(&first_check(&scene, (&other_first, &second), &answer)));
        assert!(!check(&scene, &first, &answer), "one way is another statement");
        must(&second_answer(&scene, run), 4000);
        // A second part before the first was found right is none, whoever made it.
        let (first, second) = mutual(&scene);
        assert!(!is_authentic(&second_check(&scene, (&first, &second), &answer)));
        // A challenge for one way is no beginning of a mutual run, and nobody else's is.
        let simple = given(&challenge(&scene.b, &[("cla", A)]));
        must(&challenge(&scene.a, &[("cla", B), ("pch", &simple)]), 4000);
        let third = lab.registered(1002, "Cx");
        must(&challenge(&third, &[("cla", B), ("pch", &first)]), 4000);
        must(&challenge(&scene.a, &[("cla", "Cx"), ("pch", &first)]), 4000);
        must(&challenge(&scene.a, &[("cla", B), ("pch", &first), ("pur", "another")]), 4000);
        must(&challenge(&scene.a, &[("cla", B), ("pch", &first), ("mut", "true")]), 4000);
        // The failing twin of it all.
        let (first, second) = mutual(&scene);
        let run = (first.as_str(), second.as_str());
        let answer = answered(&first_answer(&scene, run));
        assert!(is_authentic(&first_check(&scene, run, &answer)));
        let own = answered(&second_answer(&scene, run));
        assert!(!is_authentic(&second_check(&scene, (&second, &first), &own)), "the other way round");
        assert!(is_authentic(&second_check(&scene, run, &own)));
    });
}

// Shows ACC-7.
#[test]
fn what_an_answer_was_for_cannot_be_said_afterwards() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let asked = given(&challenge(&scene.b, &[("cla", A), ("pur", "pay 10")]));
        for purpose in ["pay 1", "pay 100", ""] {
            let members = [("crd", CRED_A), ("chl", &asked), ("vrf", B), ("pur", purpose)];
            must(&response(&scene.a, &members), 4000);
        }
        let members = [("crd", CRED_A), ("chl", &asked), ("vrf", B), ("pur", "pay 10")];
        let answer = answered(&response(&scene.a, &members));
        let said =
            [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer), ("pur", "pay 100")];
        must(&verification(&scene.b, &said), 4000);
        assert!(check(&scene, &asked, &answer));
    });
}

// Shows ACC-7: whoever has not proven who it is neither asks nor answers.
#[test]
fn nobody_is_served_who_is_not_proven() {
    let believing = |setup: &mut support::lab::Setup| setup.settings.laboratory.believe_originators = true;
    on_every_storage_with(believing, |lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        for who in [lab.network(B), lab.bare()] {
            must(&challenge(&who, &[("cla", A)]), 4103);
            let members = [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer)];
            must(&verification(&who, &members), 4103);
        }
        must(&response(&lab.network(A), &[("crd", CRED_A), ("chl", &asked), ("vrf", B)]), 4103);
        must(&lab.network(A).create(SERVICE, credential("cy", "ka")), 4103);
        let change = changes("csf:credential").with("vBy", ["all"]);
        must(&lab.network(A).update(CRED_A, change), 4103);
        assert!(check(&scene, &asked, &answer));
    });
}
