//! What the addresses in a token name: whatever they lead to when a request is decided, also for a token that the node
//! knows.

use csf_api::{FilterCriteria, Object, Value};
use support::lab::{
    ALL, DISCOVERY, Lab, RETRIEVE, Reading as _, ae, codes, container, discovery, group, instance, rule,
};
use support::token_maker::{permissions, privileges};

use crate::scenery::{
    TARGET, bringing, claims, code, must, reader, token, trusted, with_scenery, with_setup, with_token,
};

/// A token that lets the reader read this.
fn about(lab: &Lab, address: &str) -> String {
    let permission = privileges([address], [rule(["all"], RETRIEVE)]);
    trusted().sign(&claims(lab).with("tkps", permissions([permission])))
}

fn reads(lab: &Lab, to: &str, text: &str) -> u16 {
    reader(lab).send(bringing(to, token(text))).code()
}

/// A resource in the place of another is the one that is named. Shows ACC-8.
#[test]
fn a_known_token_is_about_what_bears_the_name_now() {
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        let by_name = about(lab, TARGET);
        let id = meter.retrieve(TARGET).text("ri").to_owned();
        let by_id = about(lab, &id);
        for _ in 0..2 {
            assert_eq!((reads(lab, TARGET, &by_name), reads(lab, &id, &by_name)), (2000, 2000));
            assert_eq!((reads(lab, TARGET, &by_id), reads(lab, &id, &by_id)), (2000, 2000));
        }
        must(&meter.delete(TARGET), 2002);
        must(&meter.create("cse-mn/Cmeter", container("readings")), 2001);
        assert_eq!(reads(lab, TARGET, &by_name), 2000, "its name is the same");
        assert_eq!(reads(lab, TARGET, &by_id), 4103, "its identifier is another");
    });
}

/// What has the same name elsewhere is another resource, whatever was asked before. Shows ACC-8 and ACC-9.
#[test]
fn a_known_token_is_not_about_what_bears_the_name_elsewhere() {
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.create("cse-mn/Cmeter/other", container("readings")), 2001);
        must(&meter.create(TARGET, container("readings")), 2001);
        let text = about(lab, TARGET);
        for _ in 0..2 {
            assert_eq!(reads(lab, TARGET, &text), 2000);
            assert_eq!(reads(lab, "cse-mn/Cmeter/other/readings", &text), 4103);
            assert_eq!(reads(lab, "cse-mn/Cmeter/readings/readings", &text), 4103);
        }
    });
}

/// The identifier of an AE can come again under another name. Shows ACC-8 and ACC-9.
#[test]
fn an_ae_that_registers_under_another_name_is_not_named_by_the_former() {
    with_scenery(|lab| {
        let named =
            |name: &str| lab.user(1002).register_ae(Some("Cnew"), ae("Nnew.example").with("rn", name));
        must(&named("first"), 2001);
        let text = about(lab, "cse-mn/first");
        for _ in 0..2 {
            assert_eq!((reads(lab, "cse-mn/first", &text), reads(lab, "Cnew", &text)), (2000, 2000));
        }
        must(&lab.as_ae(1002, "Cnew").delete("cse-mn/first"), 2002);
        must(&named("second"), 2001);
        assert_eq!((reads(lab, "cse-mn/second", &text), reads(lab, "Cnew", &text)), (4103, 4103));
    });
}

/// `la` is another instance with each that comes. Shows ACC-8 and ACC-9.
#[test]
fn the_latest_instance_is_whichever_is_the_latest() {
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        let add = |name: &str| must(&meter.create(TARGET, instance("x").with("rn", name)), 2001);
        let latest = format!("{TARGET}/la");
        let text = about(lab, &latest);
        add("one");
        for _ in 0..2 {
            assert_eq!(reads(lab, &latest, &text), 2000);
            assert_eq!(reads(lab, &format!("{TARGET}/one"), &text), 2000);
        }
        add("two");
        for _ in 0..2 {
            assert_eq!(reads(lab, &latest, &text), 2000);
            assert_eq!(reads(lab, &format!("{TARGET}/one"), &text), 4103);
            assert_eq!(reads(lab, &format!("{TARGET}/two"), &text), 2000);
        }
    });
}

/// A part of a resource is not the whole of it. Shows ACC-8 and ACC-9.
#[test]
fn a_permission_for_an_attribute_makes_no_token() {
    with_scenery(|lab| {
        assert_eq!(code(lab, &about(lab, TARGET)), 2000);
        assert_eq!(code(lab, &about(lab, &format!("{TARGET}#lbl"))), 4103);
        let role = Object::new()
            .with("ris", Value::texts(["cse-mn/Cmeter/forRole#lbl"]))
            .with("rids", Value::texts([crate::scenery::ROLE]));
        let text = trusted().sign(&claims(lab).with("tkps", permissions([role])));
        assert_eq!(reads(lab, "cse-mn/Cmeter/forRole", &text), 4103);
    });
}

/// A discovery asks about many resources: a token shows those that it is about. Shows ACC-8.
#[test]
fn a_discovery_shows_what_a_token_is_about_and_nothing_else() {
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        for n in 0..5 {
            must(&meter.create(TARGET, container(&format!("c{n}"))), 2001);
            must(&meter.create(&format!("{TARGET}/c{n}"), container("same")), 2001);
        }
        let addresses = [TARGET, "cse-mn/Cmeter/readings/c1", "cse-mn/Cmeter/readings/c3/same"];
        let permission = privileges(addresses, [rule(["all"], DISCOVERY)]);
        let text = trusted().sign(&claims(lab).with("tkps", permissions([permission])));
        for _ in 0..2 {
            let mut request = discovery(TARGET, FilterCriteria::default());
            request.credentials = token(&text);
            let response = reader(lab).send(request);
            must(&response, 2000);
            let found = response.content.as_ref().unwrap().value.as_list().unwrap();
            let mut found: Vec<&str> = found.iter().filter_map(Value::as_text).collect();
            found.sort_unstable();
            assert_eq!(found, addresses.get(1..).unwrap());
        }
        must(&reader(lab).discover(TARGET, FilterCriteria::default()), 4103);
    });
}

/// What is known of a token is not looked up again: its request reads no more than one without it. Shows ACC-8.
#[test]
fn a_known_token_has_nothing_looked_up() {
    with_setup(
        |_| {},
        |lab| {
            let permission = privileges([TARGET], [rule(["Creader"], ALL)]);
            let text = trusted().sign(&claims(&lab).with("tkps", permissions([permission])));
            must(&with_token(&lab, &text), 2000);
            let loads = |code: u16, request| {
                lab.world().forget_needs();
                must(&reader(&lab).send(request), code);
                (lab.world().load_count(), lab.world().scans())
            };
            let without = loads(4103, bringing(TARGET, csf_api::Credentials::default()));
            assert_eq!(loads(2000, bringing(TARGET, token(&text))), without);
            assert_eq!(without.1, 0);
        },
    );
}

/// Who may read a group may not ask its members for that, nor the other way round; and each member decides for itself
/// what of. Shows ACC-8 and ACC-9.
#[test]
fn a_group_and_the_place_where_its_members_are_asked_are_two_things() {
    const GROUP: &str = "cse-mn/Cmeter/g";
    const MEMBERS: &str = "cse-mn/Cmeter/g/fopt";
    with_scenery(|lab| {
        let meter = lab.as_ae(1000, "Cmeter");
        must(&meter.create("cse-mn/Cmeter", container("kept")), 2001);
        must(&meter.create("cse-mn/Cmeter", group("g", 2, ["Cmeter/readings", "Cmeter/kept"])), 2001);
        let (group, members) = (about(lab, GROUP), about(lab, MEMBERS));
        for _ in 0..2 {
            assert_eq!((reads(lab, GROUP, &group), reads(lab, MEMBERS, &group)), (2000, 4103));
            assert_eq!((reads(lab, GROUP, &members), reads(lab, MEMBERS, &members)), (4103, 2000));
            let below = format!("{MEMBERS}/la");
            assert_eq!(reads(lab, MEMBERS, &about(lab, &below)), 4103, "names below it are not it");
        }
        let asked = [MEMBERS, TARGET].map(|to| privileges([to], [rule(["all"], RETRIEVE)]));
        let both = trusted().sign(&claims(lab).with("tkps", permissions(asked)));
        let answer = reader(lab).send(bringing(MEMBERS, token(&both)));
        assert_eq!(codes(&answer), [2000, 4103]);
    });
}
