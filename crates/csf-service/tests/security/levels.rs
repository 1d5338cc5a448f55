//! Security levels: nothing runs lower than the caller demands, on a node with two environments.

use csf_api::{Response, SecurityLevel, Value};
use support::lab::{Reading, Setup, changes, ecdsa_key, hmac_key, on_every_storage, on_every_storage_with};

use crate::kit::{STORAGE, at_least, digest, encryption, gcm_key, mac, random, signature, stored};

const CARD: &str = "cse-mn/security/data/storage-card";

fn two(setup: &mut Setup) {
    setup.add_environment("card", SecurityLevel::High);
}

// Shows SDH-6.
#[test]
fn a_level_that_no_environment_has_is_not_acceptable() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        for (function, input) in [("random", random(4)), ("digest", digest(b"m"))] {
            for (level, code) in [(0, 2004), (1, 2004), (2, 5207), (3, 5207)] {
                let answer = meter.invoke(function, at_least(level, input.clone()));
                assert_eq!(answer.code(), code, "{function} at {level}");
            }
        }
        assert_eq!(lab.world().environments_of("digest"), ["soft", "soft"]);
    });
}

/// What a function's resource says of where it runs: the level of each environment, by its M2M-SE-ID.
fn published(function: &Response) -> Vec<(String, i64, usize)> {
    let entries = function.member("env").as_list().unwrap();
    let entry = |entry: &Value| {
        let entry = entry.as_object().unwrap();
        let algorithms = entry.get("alg").and_then(Value::as_list).unwrap();
        let level = entry.get("seL").and_then(Value::as_integer).unwrap();
        (entry.get("sID").and_then(Value::as_text).unwrap().to_owned(), level, algorithms.len())
    };
    entries.iter().map(entry).collect()
}

// Shows SDH-6 and RES-5: the level is published for each environment, and the highest is the function's own.
#[test]
fn a_function_publishes_the_level_of_each_environment_that_runs_it() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let identity = |name: &str| {
            meter.retrieve(&format!("cse-mn/security/environment-{name}")).text("sID").to_owned()
        };
        for (name, algorithms) in [("random", 0), ("digest", 3), ("mac", 4), ("signature", 3), ("cipher", 10)]
        {
            let function = meter.retrieve(&format!("cse-mn/security/data/function-{name}"));
            let expected = [(identity("soft"), 1, algorithms), (identity("card"), 3, algorithms)];
            assert_eq!(published(&function), expected, "{name}");
            assert_eq!(function.number("seL"), 3, "{name}");
        }
        let taken = meter
            .update("cse-mn/security/data/function-mac", changes("csf:sensitiveFunction").with("env", 3));
        assert_eq!(taken.code(), 4000, "nobody writes it");
    });
}

// Shows SDH-6: what ran says at which level, and where a key decides that, it is the key's and not the highest.
#[test]
fn an_answer_states_the_level_of_the_environment_that_ran_it() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        for (function, input) in [("random", random(4)), ("digest", digest(b"m"))] {
            assert_eq!(meter.invoke(function, input).number("seL"), 3, "{function}");
        }
        for (storage, level) in [(STORAGE, 1), (CARD, 3)] {
            for key in [hmac_key("k"), ecdsa_key("s"), gcm_key("g")] {
                assert_eq!(meter.create(storage, key).code(), 2001);
            }
            let code = mac(&format!("{storage}/k"), b"m");
            let signing = signature(&format!("{storage}/s"), b"m");
            let sealing = encryption(&format!("{storage}/g"), b"m");
            for (function, input, result) in
                [("mac", code, "Sgn"), ("signature", signing, "Sgn"), ("cipher", sealing, "cD")]
            {
                let made = meter.invoke(function, input.clone());
                assert_eq!((made.code(), made.number("seL")), (2004, level), "{function} in {storage}");
                if function != "cipher" {
                    let checked =
                        meter.invoke(function, input.clone().with("Sgn", made.member(result).clone()));
                    assert_eq!(checked.number("seL"), level, "checked by {function} in {storage}");
                }
                lab.world().forget_needs();
                let refused = meter.invoke(function, at_least(level + 1, input));
                let expected = if level == 3 { 4000 } else { 5207 };
                assert_eq!(refused.code(), expected, "{function} in {storage}");
                assert!(lab.world().commands().is_empty(), "nothing ran");
            }
        }
    });
}

// Shows SDH-6 and RES-5.
#[test]
fn with_two_environments_the_demanded_level_decides_where_a_function_runs() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        for level in 0..=3 {
            for (function, input) in [("random", random(4)), ("digest", digest(b"m"))] {
                let answer = meter.invoke(function, at_least(level, input));
                assert_eq!(answer.code(), 2004, "{function} at {level}");
            }
        }
        for command in ["random", "digest"] {
            assert_eq!(lab.world().environments_of(command), ["card"; 4], "{command}");
        }
    });
}

// Shows SDH-6 and SDH-3: a key works where it is, and there only as high as that is.
#[test]
fn a_function_with_a_key_runs_at_the_level_of_the_keys_environment_or_not_at_all() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        for storage in [STORAGE, CARD] {
            assert_eq!(meter.create(storage, hmac_key("k")).code(), 2001);
            assert_eq!(meter.create(storage, ecdsa_key("s")).code(), 2001);
        }
        for (storage, highest) in [(STORAGE, 1), (CARD, 3)] {
            for level in 0..=3 {
                let expected = if level <= highest { 2004 } else { 5207 };
                let input = at_least(level, mac(&format!("{storage}/k"), b"m"));
                assert_eq!(meter.invoke("mac", input).code(), expected, "{storage} at {level}");
                let input = at_least(level, signature(&format!("{storage}/s"), b"m"));
                assert_eq!(meter.invoke("signature", input).code(), expected, "{storage} at {level}");
            }
        }
        assert_eq!(lab.world().environments_of("mac"), ["soft", "soft", "card", "card", "card", "card"]);
        assert_eq!(lab.world().environments_of("sign"), lab.world().environments_of("mac"));
    });
}

// Shows SDH-6 and SDH-3.
#[test]
fn a_key_is_made_at_no_lower_level_than_demanded_and_shows_its_level() {
    on_every_storage_with(two, |lab| {
        let meter = lab.registered(1000, "Cmeter");
        let before = stored(&lab);
        for level in [2, 3] {
            assert_eq!(meter.create(STORAGE, hmac_key("k").with("msl", level)).code(), 5207);
        }
        for wrong in [-1, 4] {
            assert_eq!(meter.create(STORAGE, hmac_key("k").with("msl", wrong)).code(), 4000);
        }
        assert_eq!(stored(&lab), before);
        assert!(lab.world().environments_of("generate-key").is_empty());
        let low = meter.create(STORAGE, hmac_key("k").with("msl", 1));
        assert_eq!((low.code(), low.number("seL"), low.number("msl")), (2001, 1, 1));
        let high = meter.create(CARD, hmac_key("k").with("msl", 3));
        assert_eq!((high.code(), high.number("seL")), (2001, 3));
        assert_eq!(lab.world().environments_of("generate-key"), ["soft", "card"]);
    });
}

// Shows SDH-6 and SDH-3: an environment that came back lower makes no generation of a key that was to be higher.
#[test]
fn a_key_is_rotated_at_no_lower_level_than_it_was_made_for() {
    on_every_storage(|lab| {
        let meter = lab.registered(1000, "Cmeter");
        assert_eq!(meter.create(STORAGE, hmac_key("k").with("msl", 1)).code(), 2001);
        assert_eq!(meter.create(STORAGE, hmac_key("any")).code(), 2001);
        let to = |generation: i64| changes("csf:keyObject").with("gen", generation);
        let (key, any) = (format!("{STORAGE}/k"), format!("{STORAGE}/any"));
        let lab = lab.restart(|setup| setup.environments = vec![("soft", SecurityLevel::None)]);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!((meter.update(&key, to(2)).code(), meter.update(&any, to(2)).code()), (5207, 2004));
        // What is there works on, and says at which level.
        let made = meter.invoke("mac", mac(&key, b"m"));
        assert_eq!((made.code(), made.number("seL"), meter.retrieve(&key).number("gen")), (2004, 0, 1));
        assert_eq!(meter.invoke("mac", at_least(1, mac(&key, b"m"))).code(), 5207);
        let lab = lab.restart(|setup| setup.environments = vec![("soft", SecurityLevel::Low)]);
        assert_eq!(lab.as_ae(1000, "Cmeter").update(&key, to(2)).code(), 2004);
    });
}
