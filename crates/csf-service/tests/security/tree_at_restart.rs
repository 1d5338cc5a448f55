//! What the security tree says after environments came and went.

use csf_api::{SecurityLevel, Value};
use support::lab::{Lab, Reading, hmac_key, on_every_storage, on_every_storage_with};

use crate::kit::{KEY, STORAGE, mac, owner_of, random};

fn levels(lab: &Lab) -> Vec<i64> {
    let seen = lab.admin().retrieve("cse-mn/security");
    seen.member("seL").as_list().unwrap().iter().map(|level| level.as_integer().unwrap()).collect()
}

fn there(lab: &Lab, address: &str) -> bool {
    match lab.admin().retrieve(address).code() {
        2000 => true,
        4004 => false,
        other => panic!("{address}: {other}"),
    }
}

// Shows RES-1, RES-2 and RES-3.
#[test]
fn an_environment_that_was_added_shows_everywhere_after_the_restart() {
    on_every_storage(|lab| {
        assert_eq!(levels(&lab), [1]);
        assert!(!there(&lab, "cse-mn/security/environment-card"));
        let lab = lab.restart(|setup| setup.add_environment("card", SecurityLevel::High));
        assert_eq!(levels(&lab), [1, 3]);
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(meter.retrieve("cse-mn/security/data").texts("stg"), ["soft", "card"]);
        assert_eq!(meter.retrieve("cse-mn/security/environment-card").number("seL"), 3);
        assert_eq!(meter.retrieve("cse-mn/security/data/storage-card").number("seL"), 3);
        assert_eq!(meter.retrieve("cse-mn/security/environment-soft").number("seL"), 1);
        // A function is as good as the best environment that performs it.
        assert_eq!(meter.retrieve("cse-mn/security/data/function-random").number("seL"), 3);
    });
}

// Shows RES-1, RES-2 and RES-3.
#[test]
fn an_environment_that_was_taken_away_is_gone_after_the_restart() {
    let two = |setup: &mut support::lab::Setup| setup.add_environment("card", SecurityLevel::High);
    on_every_storage_with(two, |lab| {
        assert_eq!(levels(&lab), [1, 3]);
        let lab = lab.restart(|setup| {
            setup.environments.pop();
        });
        assert_eq!(levels(&lab), [1]);
        assert!(!there(&lab, "cse-mn/security/environment-card"));
        assert_eq!(lab.admin().retrieve("cse-mn/security/data").texts("stg"), ["soft"]);
        assert_eq!(lab.admin().retrieve("cse-mn/security/data/function-random").number("seL"), 1);
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(meter.invoke("random", crate::kit::at_least(3, random(1))).code(), 5207);
        assert_eq!(meter.invoke("random", random(1)).code(), 2004);
    });
}

// Shows RES-1: the level is the one that the environment has at this start; it is the same environment.
#[test]
fn the_security_level_follows_the_environment_that_is_there() {
    on_every_storage(|lab| {
        let identity = lab.admin().retrieve("cse-mn/security/environment-soft").text("sID").to_owned();
        let lab = lab.restart(|setup| setup.environments = vec![("soft", SecurityLevel::Medium)]);
        assert_eq!(levels(&lab), [2]);
        let seen = lab.admin().retrieve("cse-mn/security/environment-soft");
        assert_eq!(seen.number("seL"), 2);
        assert_eq!(seen.text("sID"), identity);
    });
}

// Shows RES-4 and SDH-1: nothing is given up because its environment is absent.
#[test]
fn a_storage_stays_while_its_environment_is_absent_and_works_again_when_it_is_back() {
    on_every_storage(|lab| {
        let code = owner_of(&lab, hmac_key("k")).invoke("mac", mac(KEY, b"m")).text("Sgn").to_owned();
        let lab = lab.restart(|setup| setup.environments = vec![("other", SecurityLevel::Low)]);
        {
            let meter = lab.as_ae(1000, "Cmeter");
            assert!(!there(&lab, "cse-mn/security/environment-soft"));
            let storage = meter.retrieve(STORAGE);
            assert_eq!((storage.code(), storage.has("sID"), storage.has("seL")), (2000, false, false));
            assert_eq!(meter.retrieve("cse-mn/security/data").texts("stg"), ["other"]);
            // The key can be seen, and neither used, nor destroyed, nor joined by another.
            let key = meter.retrieve(KEY);
            assert_eq!((key.code(), key.text("stt")), (2000, "active"));
            assert_eq!(meter.invoke("mac", mac(KEY, b"m")).code(), 5103);
            assert_eq!(meter.delete(KEY).code(), 5103);
            assert_eq!(meter.create(STORAGE, hmac_key("l")).code(), 5103);
            assert_eq!(meter.invoke("random", random(4)).code(), 2004);
        }
        let lab = lab.restart(|setup| setup.environments = vec![("soft", SecurityLevel::Low)]);
        // The refused DELETE left nothing that a start would carry out.
        assert_eq!((lab.started().settled, lab.started().left), (0, 0));
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.invoke("mac", mac(KEY, b"m")).member("Sgn"), &Value::text(&code));
        assert_eq!(lab.admin().retrieve(STORAGE).number("seL"), 1);
        assert!(there(&lab, "cse-mn/security/environment-soft"));
        // The storage of the environment in between stays too, although it is empty.
        assert!(there(&lab, "cse-mn/security/data/storage-other"));
        assert!(!there(&lab, "cse-mn/security/environment-other"));
    });
}
