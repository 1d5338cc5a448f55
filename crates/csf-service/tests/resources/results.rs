//! What a response holds, by the result content of the request (TS-0001 table 8.1.2-1).

use csf_api::{Release, Value};
use support::lab::{
    ALL, Asker, Lab, RETRIEVE, Reading as _, ae, changes, container, creation, deletion, discovery, hmac_key,
    on_every_storage, policy, retrieval, rule, update, with_result_content,
};

use crate::scenery::{append, meter, must, policy_of_meter};

/// An AE with a container that `Cguest` may read, one that it may not, and a policy that it may not either.
fn half_open(lab: &Lab) -> (Asker<'_>, Asker<'_>) {
    let meter = meter(lab);
    let id = policy_of_meter(&meter, "p", [rule(["Cguest"], RETRIEVE), rule(["Cmeter"], ALL)]);
    must(&meter.create("cse-mn/Cmeter", container("open").with("acpi", [id.as_str()])), 2001);
    must(&meter.update("cse-mn/Cmeter", changes("m2m:ae").with("acpi", [id.as_str()])), 2004);
    append(&meter, "cse-mn/Cmeter/open", "17");
    (meter, lab.registered(1001, "Cguest"))
}

#[test]
fn a_create_answers_as_asked() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let ask = |number: Option<u8>, name: &str| {
            let request = creation("Cmeter", container(name).with("mni", 7));
            let response = meter.send(match number {
                Some(number) => with_result_content(number, request),
                None => request,
            });
            must(&response, 2001);
            response
        };
        let nothing = ask(Some(0), "zero");
        assert!(nothing.content.is_none() && nothing.location.is_none());
        for (number, name) in [(None, "default"), (Some(1), "one")] {
            let whole = ask(number, name);
            assert_eq!((whole.text("rn"), whole.number("mni"), whole.number("cni")), (name, 7, 0));
            assert!(whole.location.is_none());
        }
        let address = ask(Some(2), "two");
        assert_eq!(&*address.content.as_ref().unwrap().root, "m2m:uri");
        assert_eq!(address.content.unwrap().value.as_text(), Some("cse-mn/Cmeter/two"));
        assert_eq!(address.location.as_deref(), Some("cse-mn/Cmeter/two"));
        let both = ask(Some(3), "three");
        assert_eq!(&*both.content.as_ref().unwrap().root, "m2m:rce");
        assert_eq!(both.text("uri"), "cse-mn/Cmeter/three");
        let whole = both.member("m2m:cnt").as_object().unwrap();
        assert_eq!(whole.get("mni").unwrap().as_integer(), Some(7));
        let changed = ask(Some(9), "nine");
        assert!(!changed.has("rn") && !changed.has("mni"));
        assert!(changed.has("ri") && changed.has("ct") && changed.number("cni") == 0);
    });
}

#[test]
fn an_update_answers_as_asked() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let ask = |number: Option<u8>| {
            let request = update("cse-mn/Cmeter/readings", changes("m2m:cnt").with("lbl", ["x"]));
            let response = meter.send(match number {
                Some(number) => with_result_content(number, request),
                None => request,
            });
            must(&response, 2004);
            response
        };
        assert!(ask(Some(0)).content.is_none());
        assert_eq!(ask(Some(1)).texts("lbl"), ["x"]);
        assert_eq!(ask(None).text("rn"), "readings");
        // What became another beside what was asked for, and nothing that stayed.
        lab.wait(std::time::Duration::from_secs(1));
        let changed = ask(Some(9));
        let names: Vec<&str> = changed.object().iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["lt", "st"]);
    });
}

#[test]
fn a_delete_answers_as_asked() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        must(&meter.create("cse-mn/Cmeter", container("second")), 2001);
        let last = meter.send(with_result_content(1, deletion("cse-mn/Cmeter/readings")));
        must(&last, 2002);
        assert_eq!(last.text("rn"), "readings");
        let silent = meter.delete("cse-mn/Cmeter/second");
        must(&silent, 2002);
        assert!(silent.content.is_none());
    });
}

#[test]
fn a_retrieve_shows_the_children_that_the_caller_may_read() {
    on_every_storage(|lab| {
        let (meter, guest) = half_open(&lab);
        let ask = |asker: &Asker<'_>, number| {
            let response = asker.send(with_result_content(number, retrieval("cse-mn/Cmeter")));
            must(&response, 2000);
            response
        };
        let names = |response: &csf_api::Response, root: &str| -> Vec<String> {
            let list = response.has(root).then(|| response.member(root).as_list().unwrap());
            let name =
                |child: &Value| child.as_object().unwrap().get("rn").unwrap().as_text().unwrap().into();
            list.unwrap_or_default().iter().map(name).collect()
        };
        for number in [4, 8] {
            let seen = ask(&guest, number);
            assert_eq!(names(&seen, "m2m:cnt"), ["open"], "{number}");
            assert!(!seen.has("m2m:acp"), "{number}");
            assert_eq!(seen.has("aei"), number == 4);
            let seen = ask(&meter, number);
            assert_eq!(names(&seen, "m2m:cnt"), ["readings", "open"], "{number}");
            assert_eq!(names(&seen, "m2m:acp"), ["p"], "{number}");
        }
        for (number, root, list) in [(5, "m2m:ae", "ch"), (6, "m2m:rrl", "rrf")] {
            let addresses = |response: &csf_api::Response| -> Vec<(i64, String)> {
                assert_eq!(&*response.content.as_ref().unwrap().root, root);
                let list = response.member(list).as_list().unwrap().iter();
                list.map(|reference| {
                    let reference = reference.as_object().unwrap();
                    let of_type = reference.get("typ").unwrap().as_integer().unwrap();
                    (of_type, reference.get("val").unwrap().as_text().unwrap().into())
                })
                .collect()
            };
            let seen = addresses(&ask(&guest, number));
            assert_eq!(seen[0], (3, "cse-mn/Cmeter/open".into()));
            assert!(
                seen.len() == 2 && seen[1].0 == 4 && seen[1].1.starts_with("cse-mn/Cmeter/open/cin-"),
                "{seen:?}"
            );
            let all = addresses(&ask(&meter, number));
            assert_eq!(all.len(), 4, "{all:?}");
            assert!(all.contains(&(1, "cse-mn/Cmeter/p".into())), "{all:?}");
        }
    });
}

#[test]
fn the_children_of_the_csebase_are_filtered_too() {
    on_every_storage(|lab| {
        let (_, guest) = half_open(&lab);
        let seen = guest.send(with_result_content(8, retrieval("cse-mn")));
        must(&seen, 2000);
        assert_eq!(seen.member("m2m:ae").as_list().unwrap().len(), 2);
        assert!(!seen.has("m2m:acp"));
        assert!(seen.has("csf:securityCSF"));
        let seen = guest.send(with_result_content(8, retrieval("cse-mn/security")));
        assert!(!seen.has("csf:securityAdministration") && seen.has("csf:secureEnvironment"));
    });
}

#[test]
fn attributes_can_be_picked() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let ask = |names: &[&str]| {
            let mut request = retrieval("cse-mn/Cmeter/readings");
            request.attributes = names.iter().map(|name| (*name).into()).collect();
            meter.send(request)
        };
        let two = ask(&["cni", "rn"]);
        must(&two, 2000);
        assert_eq!((two.number("cni"), two.text("rn"), two.object().len()), (0, "readings", 2));
        // The type has it, the resource does not.
        assert!(ask(&["mni"]).object().is_empty());
        for unknown in ["api", "nonsense", ""] {
            must(&ask(&["rn", unknown]), 4000);
        }
        let one = meter.retrieve("cse-mn/Cmeter/readings#cbs");
        assert_eq!((one.number("cbs"), one.object().len()), (0, 1));
        must(&meter.retrieve("cse-mn/Cmeter/readings#nonsense"), 4000);
        must(&lab.bare().retrieve("cse-mn/Cmeter/readings#cbs"), 4103);
    });
}

/// The operations that a result content can go with.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Create,
    Retrieve,
    Discovery,
    Update,
    Delete,
}

/// What table 8.1.2-1 of TS-0001 allows, and of that what this node does not give, with its code.
fn expected(kind: Kind, number: u8, release: Release) -> u16 {
    let (done, allowed): (u16, &[u8]) = match kind {
        Kind::Create => (2001, &[0, 1, 2, 3, 9]),
        Kind::Retrieve => (2000, &[1, 4, 5, 6, 7, 8, 10, 12]),
        Kind::Discovery => (2000, &[6, 11]),
        Kind::Update => (2004, &[0, 1, 9]),
        Kind::Delete => (2002, &[0, 1, 4, 5, 6, 8]),
    };
    match number {
        11 | 12 if release < Release::R4 => 4000,
        _ if !allowed.contains(&number) => 4000,
        // The original of what is not announced; semantics; permissions, which no text at hand defines.
        7 => 4000,
        10 | 12 => 5001,
        _ => done,
    }
}

#[test]
fn each_operation_gives_each_result_that_it_has_and_refuses_every_other_before_anything_is_done() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let releases = [Release::R1, Release::R2a, Release::R3, Release::R4, Release::R5];
        let kinds = [Kind::Create, Kind::Retrieve, Kind::Discovery, Kind::Update, Kind::Delete];
        for (release, kind) in releases.into_iter().flat_map(|release| kinds.map(|kind| (release, kind))) {
            must(&meter.create("cse-mn/Cmeter", container("c")), 2001);
            for number in 0..=12 {
                let code = expected(kind, number, release);
                let to = "cse-mn/Cmeter/c";
                let request = match kind {
                    Kind::Create => creation("cse-mn/Cmeter", container("new")),
                    Kind::Retrieve => retrieval(to),
                    Kind::Discovery => discovery(to, csf_api::FilterCriteria::default()),
                    Kind::Update => update(to, changes("m2m:cnt").with("lbl", ["x"])),
                    Kind::Delete => deletion(to),
                };
                let request = csf_api::Request { release, ..with_result_content(number, request) };
                let before = lab.world().versions();
                let response = meter.send(request);
                assert_eq!(response.code(), code, "{kind:?} {number} {release:?}");
                if code >= 4000 {
                    assert_eq!(lab.world().versions(), before, "{kind:?} {number} {release:?}");
                } else if matches!(kind, Kind::Create) {
                    must(&meter.delete("cse-mn/Cmeter/new"), 2002);
                } else if matches!(kind, Kind::Delete) {
                    must(&meter.create("cse-mn/Cmeter", container("c")), 2001);
                }
            }
            must(&meter.delete("cse-mn/Cmeter/c"), 2002);
        }
    });
}

#[test]
fn what_makes_keys_and_registers_refuses_results_before_anything_is_done() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let storage = "cse-mn/security/data/storage-soft";
        must(&meter.create(storage, hmac_key("kept")), 2001);
        let before = lab.world().versions();
        lab.world().forget_needs();
        let no_create = [4, 5, 6, 7, 8, 10, 11, 12];
        for number in no_create {
            for request in [
                creation("cse-mn/Cmeter", policy("x", [], [rule(["all"], ALL)])),
                creation(storage, hmac_key("x")),
            ] {
                must(&meter.send(with_result_content(number, request)), 4000);
            }
            let request = with_result_content(number, creation("cse-mn", ae("Nlab.example")));
            must(&lab.as_ae(1000, "Cnew").send(request), 4000);
        }
        let key = format!("{storage}/kept");
        for number in [2, 3, 7, 9, 10, 11, 12] {
            must(&meter.send(with_result_content(number, deletion(&key))), 4000);
        }
        assert_eq!(lab.world().versions(), before);
        assert_eq!(lab.world().commands(), [""; 0]);
        assert_eq!(lab.world().commits(), 0);
        // A key that is destroyed is described once more; there is nothing of it in that.
        let last = meter.send(with_result_content(1, deletion(&key)));
        must(&last, 2002);
        assert!(last.text("rn") == "kept" && last.has("kAl") && !last.has("kMt"));
    });
}

// Permissions (rcn 12) exist from release 4 on, and are not given here: neither to whoever may read nor to others.
#[test]
fn nobody_is_told_permissions() {
    // Shows ACC-9.
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let guest = lab.registered(1001, "Cguest");
        let ask = |asker: &Asker<'_>, release| {
            let request = with_result_content(12, retrieval("cse-mn/Cmeter/readings"));
            asker.send(csf_api::Request { release, ..request })
        };
        for release in [Release::R4, Release::R5] {
            must(&ask(&meter, release), 5001);
            must(&ask(&guest, release), 4103);
        }
        must(&ask(&meter, Release::R3), 4000);
    });
}

#[test]
fn a_delete_shows_what_goes_as_far_as_the_caller_may_read_it() {
    on_every_storage(|lab| {
        let (meter, guest) = half_open(&lab);
        let remover = policy_of_meter(
            &meter,
            "remover",
            [rule(["Cguest"], support::lab::DELETE), rule(["Cmeter"], ALL)],
        );
        let open = meter.retrieve("cse-mn/Cmeter/p").text("ri").to_owned();
        for number in [4, 5, 6, 8] {
            let room = container("room").with("acpi", [&*remover]);
            must(&meter.create("cse-mn/Cmeter", room), 2001);
            for (name, id) in [("seen", &open), ("unseen", &remover)] {
                must(&meter.create("cse-mn/Cmeter/room", container(name).with("acpi", [&**id])), 2001);
            }
            let last = guest.send(with_result_content(number, deletion("cse-mn/Cmeter/room")));
            must(&last, 2002);
            let (list, count) = match number {
                4 | 8 => (last.member("m2m:cnt"), 1),
                5 => (last.member("ch"), 1),
                _ => (last.member("rrf"), 1),
            };
            let list = list.as_list().unwrap();
            assert_eq!(list.len(), count, "{number}");
            let name = list[0].as_object().unwrap();
            let name = name.get("rn").or_else(|| name.get("nm")).unwrap();
            assert_eq!(name.as_text(), Some("seen"), "{number}");
            assert_eq!(last.has("cni"), [4, 5].contains(&number), "{number}");
            must(&meter.retrieve("cse-mn/Cmeter/room"), 4004);
        }
    });
}

#[test]
fn a_notification_has_no_receiver_here() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let mut request = retrieval("cse-mn/Cmeter/readings");
        request.operation = csf_api::Operation::Notify;
        must(&lab.bare().send(request.clone()), 4103);
        for (root, code) in [("m2m:sgn", 5001), ("m2m:seci", 5001), ("m2m:cnt", 4000)] {
            let content = Value::Object(csf_api::Object::new());
            request.content = Some(csf_api::Content::new(root, content));
            must(&meter.send(request.clone()), code);
        }
    });
}

#[test]
fn an_answer_tells_the_times_that_the_request_told() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let stranger = lab.registered(1002, "Cstranger");
        for (asker, code) in [(&meter, 2000), (&stranger, 4103)] {
            let plain = asker.retrieve("cse-mn/Cmeter/readings");
            assert_eq!((plain.code(), plain.originated, plain.result_expires), (code, None, None));
            let mut request = retrieval("cse-mn/Cmeter/readings");
            request.originated = Some(csf_api::UtcTime::MIN);
            request.result_expires = Some(csf_api::Moment::After(60_000));
            let told = asker.send(request.clone());
            assert_eq!((told.code(), told.result_expires), (code, request.result_expires));
            assert_eq!(told.originated, Some(lab.world().utc()));
        }
    });
}
