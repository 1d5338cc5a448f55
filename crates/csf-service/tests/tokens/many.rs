//! However many roles and tokens a node has, those of a request are found, and at once.

use csf_api::{Credentials, ResourceType};
use support::lab::{ALL, Asker, Lab, Reading as _, changes, draft, policy, rule};

use crate::scenery::{ROLE, TARGET, bringing, claims, draft_of, must, reader, trusted, with_setup};

const FOR_ROLE: &str = "cse-mn/Cmeter/forRole";
/// Far more than are read together, and than are looked at.
const MANY: usize = 1000;
/// More than are looked at where they are alike.
const MORE_THAN_LOOKED_AT: usize = 260;
/// What a request may scan for each role or token that it names.
const ONE_SCAN: usize = 1;

fn information_point(lab: &Lab) {
    let open = policy("open", [rule(["CAdmin", "Cmeter"], ALL)], [rule(["CAdmin"], ALL)]);
    must(&lab.admin().create("cse-mn", open), 2001);
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    must(&lab.admin().create("cse-mn", point.with("acpi", ["cse-mn/open"])), 2001);
}

/// Puts a role of this holder below the information point.
fn give(asker: &Asker<'_>, name: &str, role: &str, holder: &str) {
    give_as(asker, name, role, "/id-mn", holder);
}

/// The same in the name of this issuer.
fn give_as(asker: &Asker<'_>, name: &str, role: &str, issuer: &str, holder: &str) {
    let times = [("tknb", "20200101T000000"), ("tkna", "20990101T000000")];
    let members = [("rn", name), ("rlid", role), ("tkis", issuer), ("tkhd", holder)];
    let drafted = draft_of(draft_of(draft(ResourceType::ROLE, "m2m:rol"), &members), &times);
    must(&asker.create("cse-mn/info", drafted), 2001);
}

fn keep(lab: &Lab, name: &str, id: &str, text: &str) {
    keep_as(&lab.admin(), name, id, text);
}

fn keep_as(asker: &Asker<'_>, name: &str, id: &str, text: &str) {
    let token = draft(ResourceType::TOKEN, "m2m:tk");
    let token = draft_of(token, &[("rn", name), ("tkid", id), ("tkob", text)]);
    must(&asker.create("cse-mn/info", token), 2001);
}

fn role() -> Credentials {
    Credentials { roles: vec![ROLE.into()], ..Credentials::default() }
}

fn token(id: &str) -> Credentials {
    Credentials { token_ids: vec![id.into()], ..Credentials::default() }
}

/// What the reader gets, and how often the store was searched for it.
fn asks(lab: &Lab, to: &str, credentials: Credentials) -> (u16, usize) {
    lab.world().forget_needs();
    let code = reader(lab).send(bringing(to, credentials)).code();
    (code, lab.world().scans())
}

/// The entries of the index.
fn listed(lab: &Lab) -> usize {
    lab.world().versions().keys().filter(|key| key.starts_with("credential/")).count()
}

/// A node that lets an originator have so many resources, on a disk that is fast enough for the test.
fn with_room(flow: impl Fn(Lab)) {
    with_setup(|setup| setup.settings.limits.resources_per_originator = 100_000, flow);
}

// Shows ACC-8.
#[test]
fn a_role_is_found_among_a_thousand() {
    with_room(|lab| {
        information_point(&lab);
        let admin = lab.admin();
        for n in 0..MANY {
            // The same role of others, and other roles of the same holder.
            let (role, holder) = if n % 2 == 0 {
                (ROLE.to_owned(), format!("Cother{n}"))
            } else {
                (format!("role{n}@csf.example"), "Creader".to_owned())
            };
            give(&admin, &format!("r{n}"), &role, &holder);
        }
        assert_eq!(asks(&lab, FOR_ROLE, role()), (4103, ONE_SCAN));
        for holder in ["Creader", "/id-mn/Creader", "//csf.example/id-mn/Creader"] {
            give(&admin, "mine", ROLE, holder);
            assert_eq!(asks(&lab, FOR_ROLE, role()), (2000, ONE_SCAN), "{holder}");
            assert_eq!(listed(&lab), MANY + 1);
            must(&admin.delete("cse-mn/info/mine"), 2002);
            assert_eq!(asks(&lab, FOR_ROLE, role()), (4103, ONE_SCAN), "{holder}");
        }
        // With what holds them, the entries go.
        must(&admin.delete("cse-mn/info"), 2002);
        assert_eq!(listed(&lab), 0);
    });
}

// Shows ACC-8.
#[test]
fn a_token_is_found_among_a_thousand() {
    with_room(|lab| {
        information_point(&lab);
        for n in 0..MANY {
            keep(&lab, &format!("t{n}"), &format!("t{n}@csf.example"), "eyJhbGciOiJFUzI1NiJ9.e30.c2ln");
        }
        assert_eq!(asks(&lab, TARGET, token("mine@csf.example")), (4103, ONE_SCAN));
        let own = claims(&lab).with("jti", csf_api::Value::text("mine@csf.example"));
        keep(&lab, "mine", "mine@csf.example", &trusted().sign(&own));
        assert_eq!(asks(&lab, TARGET, token("mine@csf.example")), (2000, ONE_SCAN));
        let lab = lab.restart(|_| {});
        assert_eq!(asks(&lab, TARGET, token("mine@csf.example")), (2000, ONE_SCAN));
        must(&lab.admin().delete("cse-mn/info/mine"), 2002);
        assert_eq!(asks(&lab, TARGET, token("mine@csf.example")), (4103, ONE_SCAN));
        assert_eq!(listed(&lab), MANY);
    });
}

// Shows ACC-8 and ACC-9: whoever fills the place with roles that do not count hides none that does, whoever he says that
// he is.
#[test]
fn roles_that_others_put_there_hide_none() {
    for claimed in ["/id-mn", "Cmeter"] {
        with_room(|lab| {
            information_point(&lab);
            let meter = lab.as_ae(1000, "Cmeter");
            let fill = |name: &str| give_as(&meter, name, ROLE, claimed, "Creader");
            (0..10).for_each(|n| fill(&format!("a{n}")));
            assert_eq!(asks(&lab, FOR_ROLE, role()).0, 4103, "none of them counts");
            give(&lab.admin(), "mine", ROLE, "Creader");
            (0..MORE_THAN_LOOKED_AT).for_each(|n| fill(&format!("b{n}")));
            assert_eq!(asks(&lab, FOR_ROLE, role()), (2000, ONE_SCAN), "{claimed}");
        });
    }
}

// Shows ACC-8 and ACC-9: nor do tokens that others put there first.
#[test]
fn tokens_that_others_put_there_hide_none() {
    with_room(|lab| {
        information_point(&lab);
        let meter = lab.as_ae(1000, "Cmeter");
        for n in 0..MORE_THAN_LOOKED_AT {
            keep_as(&meter, &format!("t{n}"), "t1@csf.example", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln");
        }
        assert_eq!(asks(&lab, TARGET, token("t1@csf.example")).0, 4103);
        keep(&lab, "mine", "t1@csf.example", &trusted().sign(&claims(&lab)));
        assert_eq!(asks(&lab, TARGET, token("t1@csf.example")), (2000, ONE_SCAN));
        must(&lab.admin().delete("cse-mn/info/mine"), 2002);
        assert_eq!(asks(&lab, TARGET, token("t1@csf.example")).0, 4103);
        // Among those of others, the oldest is the one: whoever keeps his own there has it.
        for n in 0..MORE_THAN_LOOKED_AT {
            must(&meter.delete(&format!("cse-mn/info/t{n}")), 2002);
        }
        assert_eq!(listed(&lab), 0);
        keep_as(&meter, "own", "t1@csf.example", &trusted().sign(&claims(&lab)));
        assert_eq!(asks(&lab, TARGET, token("t1@csf.example")), (2000, ONE_SCAN));
    });
}

// Shows ACC-8: a role that was renewed is found behind those that it took the place of.
#[test]
fn the_newest_of_many_roles_of_the_same_name_counts() {
    with_room(|lab| {
        information_point(&lab);
        let admin = lab.admin();
        let ended = [("tknb", "20200101T000000"), ("tkna", "20200102T000000")];
        for n in 0..300 {
            let name = format!("old{n}");
            let members = [("rn", &*name), ("rlid", ROLE), ("tkis", "/id-mn"), ("tkhd", "Creader")];
            let old = draft_of(draft_of(draft(ResourceType::ROLE, "m2m:rol"), &members), &ended);
            must(&admin.create("cse-mn/info", old), 2001);
        }
        assert_eq!(asks(&lab, FOR_ROLE, role()).0, 4103);
        give(&admin, "new", ROLE, "Creader");
        assert_eq!(asks(&lab, FOR_ROLE, role()), (2000, ONE_SCAN));
    });
}

// Shows ACC-8: what has ended is taken out of the index when it is swept, and a change of its end moves nothing else.
#[test]
fn an_entry_goes_when_its_role_is_swept() {
    with_room(|lab| {
        information_point(&lab);
        let admin = lab.admin();
        give(&admin, "mine", ROLE, "Creader");
        let end = lab.in_seconds(60);
        must(&admin.update("cse-mn/info/mine", changes("m2m:rol").with("et", end.as_str())), 2004);
        assert_eq!((asks(&lab, FOR_ROLE, role()).0, listed(&lab)), (2000, 1));
        lab.wait(std::time::Duration::from_secs(61));
        assert_eq!((asks(&lab, FOR_ROLE, role()).0, listed(&lab)), (4103, 1));
        while lab.sweep().more {}
        assert_eq!(listed(&lab), 0);
    });
}
