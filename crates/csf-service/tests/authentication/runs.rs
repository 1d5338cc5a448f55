//! Runs that end well: one entity is sure of another, or both of each other.

use csf_service::AuditKind;
use csf_transport::KeyAlgorithm;
use support::lab::{Reading, on_every_storage};

use crate::kit::{
    A, B, CRED_A, answered, challenge, first_answer, first_check, given, is_authentic, mutual, one_way,
    response, scene, second_answer, second_check, verification,
};

/// Every algorithm whose keys answer challenges.
fn answering() -> impl Iterator<Item = &'static str> {
    KeyAlgorithm::ALL.iter().filter(|algorithm| algorithm.authenticates()).map(|algorithm| algorithm.name())
}

// Shows ACC-7: by signatures and by codes, and by one of each.
#[test]
fn two_entities_authenticate_each_other() {
    assert_eq!(answering().count(), 7);
    on_every_storage(|lab| {
        let algorithms: Vec<&str> = answering().collect();
        // Each of both sides; the last one meets the first.
        for (n, of_a) in algorithms.iter().enumerate() {
            let of_b = algorithms[(n + 1) % algorithms.len()];
            let scene = scene(&lab, [of_a, of_b]);
            let (first, second) = mutual(&scene);
            let run = (first.as_str(), second.as_str());
            let answer = answered(&first_answer(&scene, run));
            let told = first_check(&scene, run, &answer);
            assert!(is_authentic(&told), "{of_a}");
            assert_eq!((told.text("idn"), told.number("seL")), ("//csf.example/id-mn/Ca", 1));
            let answer = answered(&second_answer(&scene, run));
            let told = second_check(&scene, run, &answer);
            assert!(is_authentic(&told), "{of_b}");
            assert_eq!(told.text("idn"), "//csf.example/id-mn/Cb");
            for (who, names) in [(&scene.a, ["ka", "ca"]), (&scene.b, ["kb", "cb"])] {
                let [key, credential] = names;
                assert_eq!(who.delete(&format!("cse-mn/security/authentication/{credential}")).code(), 2002);
                assert_eq!(who.delete(&format!("cse-mn/security/data/storage-soft/{key}")).code(), 2002);
            }
            assert_eq!(
                (scene.a.delete("cse-mn/Ca").code(), scene.b.delete("cse-mn/Cb").code()),
                (2002, 2002)
            );
        }
    });
}

// Shows ACC-7 and RES-6: and nothing of it stays.
#[test]
fn one_entity_authenticates_another_and_nothing_is_left_behind() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["ED25519", "EC_P256"]);
        let (before, _) = (lab.world().versions(), lab.take_audits());
        let asked = challenge(&scene.b, &[("cla", A), ("pur", "door 7")]);
        assert_eq!(
            (asked.text("vrf"), asked.text("cla")),
            ("//csf.example/id-mn/Cb", "//csf.example/id-mn/Ca")
        );
        assert_eq!(asked.text("end"), lab.in_seconds(120));
        let asked = given(&asked);
        assert!(lab.take_audits().is_empty(), "a challenge proves nothing");
        let members = [("crd", CRED_A), ("chl", &asked), ("vrf", B), ("pur", "door 7")];
        let answer = answered(&response(&scene.a, &members));
        let members = [("chl", asked.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &answer)];
        assert!(is_authentic(&verification(&scene.b, &members)));
        assert!(!is_authentic(&verification(&scene.b, &members)), "once");
        let kinds: Vec<_> = lab.take_audits().iter().map(|record| record.kind).collect();
        let (right, wrong) = (AuditKind::Authentication, AuditKind::NotAuthentic);
        assert_eq!(kinds, [right, right, wrong]);
        assert_eq!(lab.world().versions(), before);
    });
}

// Shows ACC-7: what others do meanwhile spoils nothing.
#[test]
fn runs_do_not_disturb_each_other() {
    on_every_storage(|lab| {
        let scene = scene(&lab, ["HMAC_SHA_256", "EC_P256"]);
        let runs = [mutual(&scene), mutual(&scene)];
        let simple = one_way(&scene);
        for (first, second) in &runs {
            let answer = answered(&first_answer(&scene, (first, second)));
            assert!(is_authentic(&first_check(&scene, (first, second), &answer)));
        }
        for (first, second) in runs.iter().rev() {
            let answer = answered(&second_answer(&scene, (first, second)));
            assert!(is_authentic(&second_check(&scene, (first, second), &answer)));
        }
        let members = [("chl", simple.0.as_str()), ("cla", A), ("crd", CRED_A), ("rsp", &simple.1)];
        assert!(is_authentic(&verification(&scene.b, &members)));
    });
}
