//! How much the service takes: few challenges for a short while, and input that says what it must.

use std::time::Duration;

use support::lab::{Fault, changes, command, on_every_storage};

use crate::kit::{
    A, B, CRED_A, OCTETS, SERVICE, challenge, given, is_authentic, must, one_way, response, scene,
    verification,
};

// Shows ACC-7.
#[test]
fn a_verifier_has_so_many_challenges_at_once() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let asked: Vec<String> = (0..64).map(|_| given(&challenge(&scene.b, &[("cla", A)]))).collect();
        let mut different = asked.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), 64);
        must(&challenge(&scene.b, &[("cla", A)]), 5207);
        assert_eq!(given(&challenge(&scene.a, &[("cla", B)])).len(), 44, "others have their own");
        // One that is checked makes room, and so does time.
        let members = [("chl", asked[0].as_str()), ("cla", A), ("crd", CRED_A), ("rsp", "AAAA")];
        assert!(!is_authentic(&verification(&scene.b, &members)));
        must(&challenge(&scene.b, &[("cla", A)]), 2004);
        must(&challenge(&scene.b, &[("cla", A)]), 5207);
        lab.wait(Duration::from_secs(120));
        must(&challenge(&scene.b, &[("cla", A)]), 2004);
    });
}

#[test]
fn what_says_no_whole_thing_is_refused_and_uses_nothing_up() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        let long = "x".repeat(256);
        for bad in [
            &[][..],
            &[("cla", "nobody at all")],
            &[("cla", A), ("pur", &long)],
            &[("cla", A), ("mut", "yes")],
            &[("cla", A), ("pch", "AAAA")],
            &[("cla", A), ("pch", OCTETS)],
            &[("cla", A), ("more", "x")],
        ] {
            must(&challenge(&scene.b, bad), 4000);
        }
        must(&challenge(&scene.b, &[("cla", A), ("pur", &long[1..])]), 2004);
        let whole = [("crd", CRED_A), ("chl", asked.as_str()), ("vrf", B)];
        for missing in 0..whole.len() {
            let mut members = whole.to_vec();
            members.remove(missing);
            must(&response(&scene.a, &members), 4000);
        }
        must(&response(&scene.a, &[whole[0], ("chl", OCTETS), whole[2]]), 4000);
        must(&response(&scene.a, &[("crd", "a//b"), whole[1], whole[2]]), 4000);
        let whole = [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", answer.as_str())];
        for missing in 0..whole.len() {
            let mut members = whole.to_vec();
            members.remove(missing);
            must(&verification(&scene.b, &members), 4000);
        }
        let large = "A".repeat(1024);
        for (n, value) in
            [(0, "AAAA"), (1, "nobody at all"), (2, "a//b"), (3, "no base64"), (3, large.as_str())]
        {
            let mut members = whole;
            members[n].1 = value;
            must(&verification(&scene.b, &members), 4000);
        }
        must(&scene.b.update(SERVICE, changes("csf:other").with("cla", A)), 4000);
        must(&scene.b.update(SERVICE, changes("csf:authenticationService").with("alg", ["x"])), 4000);
        assert!(is_authentic(&verification(&scene.b, &whole)));
    });
}

// Shows ACC-7 and SDH-6: a level that is demanded is there, or nobody is found authentic.
#[test]
fn a_demanded_level_is_reached_or_nothing_counts() {
    on_every_storage(|lab| {
        // The environment of the laboratory has level 1.
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        for (level, right) in [("0", true), ("1", true), ("2", false), ("3", false)] {
            let (asked, answer) = one_way(&scene);
            let members =
                [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer), ("msl", level)];
            assert_eq!(is_authentic(&verification(&scene.b, &members)), right, "{level}");
            let asked = challenge(&scene.b, &[("cla", A), ("msl", level)]);
            must(&asked, if right { 2004 } else { 5207 });
            let asked = given(&challenge(&scene.b, &[("cla", A)]));
            let members = [("crd", CRED_A), ("chl", asked.as_str()), ("vrf", B), ("msl", level)];
            must(&response(&scene.a, &members), if right { 2004 } else { 5207 });
        }
        must(&challenge(&scene.b, &[("cla", A), ("msl", "4")]), 4000);
    });
}

// Shows ACC-7: what cannot be checked is not found authentic, and its challenge is gone.
#[test]
fn an_environment_that_fails_makes_nobody_authentic() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["EC_P256", "EC_P256"]);
        let (asked, answer) = one_way(&scene);
        let members = [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer)];
        lab.script(command("check-response"), Fault::Failing);
        assert!(!verification(&scene.b, &members).status.is_success());
        lab.heal();
        assert!(!is_authentic(&verification(&scene.b, &members)));
        lab.script(command("random"), Fault::Failing);
        assert!(!challenge(&scene.b, &[("cla", A)]).status.is_success());
    });
}
