//! Associations in the registry: each with whom it proves, for administrators and nobody else.

use csf_api::{EntityId, Object, Response, Value};
use csf_service::{Association, AssociationKind};
use support::lab::{Lab, Reading, Setup, changes, on_every_storage, on_every_storage_with};

const REGISTRY: &str = "cse-mn/security/administration/registry";

fn open(lab: &Lab, kind: AssociationKind, user: u32, requests: u64) -> Association {
    Association { kind, user, since: lab.world().utc(), requests }
}

fn local(lab: &Lab, user: u32) -> Association {
    open(lab, AssociationKind::LocalSocket, user, 7)
}

/// The associations, each by kind, user, requests, and whom it proves.
fn listed(seen: &Response) -> Vec<(String, i64, i64, Vec<String>)> {
    let of = |entry: &Object| {
        let member = |name| entry.get(name).unwrap();
        let number = |name| member(name).as_integer().unwrap();
        let proven = member("ori").as_list().unwrap().iter().map(|id| id.as_text().unwrap().to_owned());
        let proven: Vec<_> = proven.collect();
        (member("akd").as_text().unwrap().to_owned(), number("usr"), number("rqC"), proven)
    };
    seen.member("ass").as_list().unwrap().iter().map(|entry| of(entry.as_object().unwrap())).collect()
}

// Shows ARC-14.
#[test]
fn the_registry_lists_associations_with_whom_they_prove_to_the_administrator_alone() {
    on_every_storage(|lab| {
        assert_eq!(listed(&lab.admin().retrieve(REGISTRY)), []);
        for (user, stem) in [(1000, "Cmeter"), (1000, "Clamp"), (1001, "Cother")] {
            assert_eq!(lab.user(user).register(stem).code(), 2001);
        }
        let since = lab.world().utc().to_string();
        let administrator = open(&lab, AssociationKind::AdministrationSocket, 0, 1);
        let all = [administrator, local(&lab, 1000), local(&lab, 500), local(&lab, 1002), local(&lab, 1000)];
        lab.world().tell_associations(all.to_vec());
        let seen = lab.admin().retrieve(REGISTRY);
        let entry = |kind: &str, user, requests, proven: &[&str]| {
            (kind.to_owned(), user, requests, proven.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
        };
        let wanted = [
            entry("administration", 0, 1, &["CAdmin"]),
            entry("local", 1000, 7, &["Clamp", "Cmeter"]),
            entry("local", 500, 7, &["Cfixed", "local:billing"]),
            // Nobody registered anything over it.
            entry("local", 1002, 7, &[]),
            entry("local", 1000, 7, &["Clamp", "Cmeter"]),
        ];
        assert_eq!(listed(&seen), wanted);
        assert_eq!((seen.number("asC"), seen.member("cut")), (5, &Value::Bool(false)));
        let first = seen.member("ass").as_list().unwrap()[0].as_object().unwrap();
        assert_eq!(first.get("sin").and_then(Value::as_text), Some(&*since));
        // What is listed is what authentication says.
        assert_eq!(lab.as_ae(1000, "Clamp").retrieve("cse-mn").code(), 2000);
        assert_eq!(lab.as_ae(1002, "Clamp").retrieve("cse-mn").code(), 4106);
        for asker in [&lab.as_ae(1000, "Cmeter"), &lab.as_ae(500, "local:billing"), &lab.network("CAdmin")] {
            assert_eq!(asker.retrieve(REGISTRY).code(), 4103);
        }
        assert_eq!(lab.admin().update(REGISTRY, changes("csf:registry").with("asC", 0)).code(), 4000);
    });
}

// Shows ARC-14: who deregistered, whose registration has ended, or whose configuration went, is proven by nothing.
#[test]
fn an_association_proves_nobody_who_is_gone() {
    on_every_storage(|mut lab| {
        for stem in ["Cmeter", "Clamp"] {
            assert_eq!(lab.user(1000).register(stem).code(), 2001);
        }
        lab.world().tell_associations(vec![local(&lab, 1000), local(&lab, 500)]);
        let proven = |lab: &Lab| {
            let seen = listed(&lab.admin().retrieve(REGISTRY));
            seen.into_iter().map(|(.., proven)| proven).collect::<Vec<_>>()
        };
        assert_eq!(proven(&lab), [["Clamp", "Cmeter"], ["Cfixed", "local:billing"]]);
        assert_eq!(lab.as_ae(1000, "Clamp").delete("cse-mn/Clamp").code(), 2002);
        let end = lab.in_seconds(60);
        let meter = lab.as_ae(1000, "Cmeter");
        assert_eq!(meter.update("cse-mn/Cmeter", changes("m2m:ae").with("et", end.as_str())).code(), 2004);
        assert_eq!(proven(&lab)[0], ["Cmeter"]);
        // What configuration gives to another user is that user's.
        lab.reconfigure(|settings| {
            let meter = EntityId::parse("Cmeter", &settings.home).unwrap();
            settings.local_users.insert(500, vec![meter]);
        });
        assert_eq!(lab.as_ae(1000, "Cmeter").retrieve("cse-mn/Cmeter").code(), 4106);
        assert_eq!(proven(&lab), [vec![], vec!["Cmeter", "local:billing"]]);
        lab.reconfigure(|settings| settings.local_users.clear());
        assert_eq!(proven(&lab), [["Cmeter"], ["local:billing"]]);
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!(proven(&lab), [vec![], vec!["local:billing"]]);
    });
}

// Shows ARC-14.
#[test]
fn the_lists_of_associations_and_of_originators_end_and_what_is_beyond_is_counted() {
    let many = |setup: &mut Setup| {
        let id = |n: i32| EntityId::parse(&format!("Cgiven{n:02}"), &setup.settings.home).unwrap();
        let given = (0..40).map(id).collect();
        setup.settings.local_users.insert(700, given);
    };
    on_every_storage_with(many, |lab| {
        lab.world().tell_associations((0..1005).map(|_| local(&lab, 700)).collect());
        let seen = lab.admin().retrieve(REGISTRY);
        assert_eq!((seen.number("asC"), seen.member("cut")), (1005, &Value::Bool(true)));
        let all = seen.member("ass").as_list().unwrap();
        let first = all[0].as_object().unwrap();
        assert_eq!((all.len(), first.get("orC").and_then(Value::as_integer)), (1000, Some(40)));
        assert_eq!(first.get("ori").and_then(Value::as_list).map(<[Value]>::len), Some(32));
    });
}
