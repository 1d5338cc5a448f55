//! What a response holds, by the result content of the request (TS-0001 table 8.1.2-1).

use csf_api::Value;
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
        let changed = ask(Some(9));
        assert!(!changed.has("lbl") && changed.has("lt") && changed.has("st"));
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

#[test]
fn a_result_content_that_the_operation_does_not_have_is_refused_before_anything_is_done() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let storage = "cse-mn/security/data/storage-soft";
        must(&meter.create(storage, hmac_key("kept")), 2001);
        let before = lab.world().versions();
        lab.world().forget_needs();
        let refuse = |request: &csf_api::Request, numbers: &[u8]| {
            for number in numbers {
                must(&meter.send(with_result_content(*number, request.clone())), 5001);
            }
        };
        let no_create = [4, 5, 6, 7, 8, 10, 11, 12];
        refuse(&creation("cse-mn/Cmeter", container("x")), &no_create);
        refuse(&creation("cse-mn/Cmeter", policy("x", [], [rule(["all"], ALL)])), &no_create);
        refuse(&creation(storage, hmac_key("x")), &no_create);
        for number in no_create {
            let request = with_result_content(number, creation("cse-mn", ae("Nlab.example")));
            must(&lab.as_ae(1000, "Cnew").send(request), 5001);
        }
        let readings = "cse-mn/Cmeter/readings";
        let change = changes("m2m:cnt").with("lbl", ["x"]);
        refuse(&update(readings, change), &[2, 3, 4, 5, 6, 7, 8, 10, 11, 12]);
        refuse(&deletion(readings), &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        refuse(&deletion(&format!("{storage}/kept")), &[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        refuse(&retrieval(readings), &[0, 2, 3, 7, 9, 10, 11, 12]);
        refuse(
            &discovery(readings, csf_api::FilterCriteria::default()),
            &[0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12],
        );
        assert_eq!(lab.world().versions(), before);
        assert_eq!(lab.world().commands(), [""; 0]);
        assert_eq!(lab.world().commits(), 0);
    });
}

#[test]
fn a_notification_has_no_receiver_here() {
    on_every_storage(|lab| {
        let meter = meter(&lab);
        let mut request = retrieval("cse-mn/Cmeter/readings");
        request.operation = csf_api::Operation::Notify;
        must(&meter.send(request.clone()), 5001);
        must(&lab.bare().send(request), 4103);
    });
}
