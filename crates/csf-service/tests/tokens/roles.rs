//! Roles: ROL/01 to ROL/03.

use csf_api::{Credentials, EntityId, Object, ResourceType, Value};
use csf_service::{Admission, TokenClass};
use support::lab::{Asker, Lab, Reading as _, ae, changes, draft, remote_cse};
use support::token_maker::permissions;

use crate::scenery::{
    ISSUER, ROLE, bringing, claims, draft_of, issuer, must, reader, token, trusted, with_scenery, with_setup,
};

const FOR_ROLE: &str = "cse-mn/Cmeter/forRole";

pub(crate) fn role(id: &str) -> Credentials {
    Credentials { roles: vec![id.into()], ..Credentials::default() }
}

/// Puts a role below an information point, as this one.
pub(crate) fn give(
    asker: &Asker<'_>,
    name: &str,
    issuer: &str,
    holder: &str,
    [begin, end]: [&str; 2],
) -> u16 {
    let role = draft(ResourceType::ROLE, "m2m:rol");
    let members =
        [("rn", name), ("rlid", ROLE), ("tkis", issuer), ("tkhd", holder), ("tknb", begin), ("tkna", end)];
    asker.create("cse-mn/info", draft_of(role, &members)).code()
}

pub(crate) fn information_point(lab: &Lab) {
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    must(&lab.admin().create("cse-mn", point), 2001);
}

pub(crate) fn asks(lab: &Lab, credentials: Credentials) -> u16 {
    reader(lab).send(bringing(FOR_ROLE, credentials)).code()
}

/// ROL/01: the holder of a role has the rights of its rule, when the request names the role. Shows ACC-8.
#[test]
fn rol_01_a_role_counts_for_its_holder_who_names_it() {
    with_scenery(|lab| {
        information_point(lab);
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
        assert_eq!(asks(lab, role(ROLE)), 4103);
        assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
        assert_eq!(asks(lab, role(ROLE)), 2000);
        assert_eq!(asks(lab, Credentials::default()), 4103, "a role that is not named does not count");
        assert_eq!(asks(lab, role("writer@csf.example")), 4103);
        // Another who names it has nothing of it, and neither has nobody.
        let _ = lab.registered(1002, "Cother");
        let other = lab.as_ae(1002, "Cother");
        assert_eq!(other.send(bringing(FOR_ROLE, role(ROLE))).code(), 4103);
        assert_eq!(lab.network("Creader").send(bringing(FOR_ROLE, role(ROLE))).code(), 4103);
    });
}

/// An explanation takes the roles that it is told of, as far as the originator has them. Shows ACC-1 and ACC-8.
#[test]
fn an_explanation_counts_roles_as_a_request_does() {
    with_scenery(|lab| {
        information_point(lab);
        let explained = |roles: &[&str]| {
            let asked = changes("csf:explanation").with("fr", "Creader").with("op", 2).with("to", FOR_ROLE);
            let asked = asked.with("atn", true).with("rids", Value::texts(roles.iter().copied()));
            let told = lab.admin().update("cse-mn/security/administration", asked);
            must(&told, 2004);
            (told.member("dec").as_integer(), told.member("rids").as_list().map(<[_]>::len))
        };
        assert_eq!((explained(&[ROLE]), asks(lab, role(ROLE))), ((Some(2), Some(0)), 4103));
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
        assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
        assert_eq!((explained(&[ROLE]), asks(lab, role(ROLE))), ((Some(1), Some(1)), 2000));
        assert_eq!((explained(&[]), asks(lab, Credentials::default())), ((Some(2), Some(0)), 4103));
    });
}

/// ROL/01: a role ends at once with its resource. Shows ACC-8.
#[test]
fn rol_01_a_role_ends_with_its_resource() {
    with_scenery(|lab| {
        information_point(lab);
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
        assert_eq!(give(&lab.admin(), "r", "/id-mn", "Creader", times), 2001);
        assert_eq!(asks(lab, role(ROLE)), 2000);
        must(&lab.admin().delete("cse-mn/info/r"), 2002);
        assert_eq!(asks(lab, role(ROLE)), 4103);
    });
}

/// ROL/02: a role that ended, has not begun, is another's, or comes from nobody who may give it. Shows ACC-8.
#[test]
fn rol_02_a_role_out_of_time_of_another_or_of_a_stranger_counts_nothing() {
    with_scenery(|lab| {
        information_point(lab);
        let admin = lab.admin();
        let at = |seconds| lab.in_seconds(seconds);
        let whole = [&*at(-60), &*at(60)];
        for (name, issuer, holder, times) in [
            ("ended", "/id-mn", "Creader", [&*at(-60), &*at(-2)]),
            ("later", "/id-mn", "Creader", [&*at(30), &*at(60)]),
            ("other", "/id-mn", "Cmeter", whole),
            ("stranger", "/id-stranger", "Creader", whole),
        ] {
            assert_eq!(give(&admin, name, issuer, holder, times), 2001);
            assert_eq!(asks(lab, role(ROLE)), 4103, "{name}");
        }
        // The edges belong to the time.
        lab.wait(std::time::Duration::from_secs(30));
        assert_eq!(asks(lab, role(ROLE)), 2000);
        lab.wait(std::time::Duration::from_secs(30));
        assert_eq!(asks(lab, role(ROLE)), 2000);
        lab.wait(std::time::Duration::from_secs(1));
        assert_eq!(asks(lab, role(ROLE)), 4103);
        assert_eq!(give(&admin, "known", ISSUER, "Creader", [&*at(-1), &*at(60)]), 2001);
        assert_eq!(asks(lab, role(ROLE)), 2000, "the administrator speaks for an issuer that is known");
    });
}

/// ROL/02: whoever may create resources does not thereby issue roles. Shows ACC-8.
#[test]
fn rol_02_a_role_that_its_holder_made_counts_nothing() {
    with_scenery(|lab| {
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&lab.admin().create("cse-mn", point.with("acpi", ["cse-mn/acpOpen"])), 4000);
        let open = support::lab::policy(
            "acpOpen",
            [support::lab::rule(["all"], support::lab::ALL)],
            [support::lab::rule(["CAdmin"], support::lab::ALL)],
        );
        must(&lab.admin().create("cse-mn", open), 2001);
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&lab.admin().create("cse-mn", point.with("acpi", ["cse-mn/acpOpen"])), 2001);
        let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
        for (name, issuer) in [("a", "/id-mn"), ("b", ISSUER), ("c", "Creader")] {
            assert_eq!(give(&reader(lab), name, issuer, "Creader", times), 2001);
            assert_eq!(asks(lab, role(ROLE)), 4103, "{name}");
        }
        assert_eq!(give(&lab.admin(), "d", "/id-mn", "Creader", times), 2001);
        assert_eq!(asks(lab, role(ROLE)), 2000);
    });
}

/// ROL/03: a role that the service subscription does not list is passed over. Shows ACC-8.
#[test]
fn rol_03_a_role_that_the_subscription_does_not_allow_is_passed_over() {
    let subscribed = |setup: &mut support::lab::Setup| {
        setup.be_infrastructure_node();
        setup.settings.admission = Admission::ServiceSubscription;
        setup.settings.token_issuers = vec![issuer(&[TokenClass::Signed])];
    };
    support::lab::on_every_storage_with(
        |setup| subscribed(setup),
        |lab| {
            let admin = lab.admin();
            let profile =
                draft(ResourceType::SERVICE_SUBSCRIPTION_PROFILE, "m2m:mssp").with("rn", "contract");
            must(&admin.create("cse-mn", profile), 2001);
            let rule = draft(ResourceType::SERVICE_SUBSCRIBED_APP_RULE, "m2m:asar").with("rn", "all");
            must(&admin.create("cse-mn", rule.with("aai", ["*"]).with("aae", ["C*"])), 2001);
            let node = draft(ResourceType::SERVICE_SUBSCRIBED_NODE, "m2m:svsn").with("rn", "here");
            let node = node.with("ni", "urn:node:1").with("csi", "/id-mn").with("rlk", ["cse-mn/all"]);
            must(&admin.create("cse-mn/contract", node), 2001);
            must(&lab.user(1000).register_ae(Some("Cmeter"), ae("Nmeter.example")), 2001);
            must(&lab.user(1001).register_ae(Some("Creader"), ae("Nreader.example")), 2001);
            crate::scenery::furnish(&lab.as_ae(1000, "Cmeter"));
            information_point(&lab);
            let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
            assert_eq!(give(&admin, "r", "/id-mn", "Creader", times), 2001);
            assert_eq!(asks(&lab, role(ROLE)), 4103);
            let changes = |roles: [&str; 1]| support::lab::changes("m2m:asar").with("ari", roles);
            must(&admin.update("cse-mn/all", changes(["other@csf.example"])), 2004);
            assert_eq!(asks(&lab, role(ROLE)), 4103);
            must(&admin.update("cse-mn/all", changes([ROLE])), 2004);
            assert_eq!(asks(&lab, role(ROLE)), 2000);
            // Nor does a token give its holder a role that is not listed.
            let permission = Object::new().with("rids", Value::texts([ROLE]));
            let text = trusted().sign(&claims(&lab).with("tkps", permissions([permission])));
            let by_token = || asks(&lab, token(&text));
            assert_eq!(by_token(), 2000);
            must(&admin.update("cse-mn/all", changes(["other@csf.example"])), 2004);
            assert_eq!((asks(&lab, role(ROLE)), by_token()), (4103, 4103));
        },
    );
}

/// The subscription of an AE is not that of one of the same stem at another CSE. Shows ACC-8 and ACC-9.
#[test]
fn rol_03_an_ae_of_another_cse_has_no_subscription_here() {
    const GATEWAY: u32 = 600;
    const HOLDER: &str = "/id-asn/Creader";
    let gateway = |setup: &mut support::lab::Setup, admission| {
        setup.be_infrastructure_node();
        setup.settings.admission = admission;
        let cse = EntityId::parse("/id-asn", &setup.settings.home).unwrap();
        setup.settings.local_users.insert(GATEWAY, vec![cse]);
    };
    for (admission, expected) in [(Admission::Open, 2000), (Admission::ServiceSubscription, 4103)] {
        support::lab::on_every_storage_with(
            |setup| gateway(setup, admission),
            |lab| {
                let admin = lab.admin();
                let profile =
                    draft(ResourceType::SERVICE_SUBSCRIPTION_PROFILE, "m2m:mssp").with("rn", "contract");
                must(&admin.create("cse-mn", profile), 2001);
                let rule = draft(ResourceType::SERVICE_SUBSCRIBED_APP_RULE, "m2m:asar").with("rn", "all");
                let rule = rule.with("aai", ["*"]).with("aae", ["C*"]).with("ari", [ROLE]);
                must(&admin.create("cse-mn", rule), 2001);
                let node = draft(ResourceType::SERVICE_SUBSCRIBED_NODE, "m2m:svsn").with("rn", "here");
                let node = node.with("ni", "urn:node:1").with("csi", "/id-mn").with("rlk", ["cse-mn/all"]);
                must(&admin.create("cse-mn/contract", node), 2001);
                must(&lab.user(1000).register_ae(Some("Cmeter"), ae("Nmeter.example")), 2001);
                must(&lab.user(1001).register_ae(Some("Creader"), ae("Nreader.example")), 2001);
                crate::scenery::furnish(&lab.as_ae(1000, "Cmeter"));
                must(
                    &lab.as_ae(GATEWAY, "/id-asn").create("cse-mn", remote_cse("x").with("rn", "asn")),
                    2001,
                );
                information_point(&lab);
                let times = [&*lab.in_seconds(-60), &*lab.in_seconds(60)];
                assert_eq!(give(&admin, "own", "/id-mn", "Creader", times), 2001);
                assert_eq!(asks(&lab, role(ROLE)), 2000);
                assert_eq!(give(&admin, "other", "/id-mn", HOLDER, times), 2001);
                let asked = lab.as_ae(GATEWAY, HOLDER).send(bringing(FOR_ROLE, role(ROLE)));
                must(&asked, expected);
            },
        );
    }
}

/// A thousand roles: what a request cannot carry is refused, and what it carries costs one look. Shows ACC-8.
#[test]
fn many_roles_are_bounded() {
    with_setup(
        |_| {},
        |lab| {
            let mut roles: Vec<Box<str>> = (0..63).map(|n| format!("r{n}@csf.example").into()).collect();
            roles.push("no role at all".into());
            assert_eq!(asks(&lab, Credentials { roles, ..Credentials::default() }), 4103);
            let roles: Vec<Box<str>> = (0..1000).map(|n| format!("r{n}@csf.example").into()).collect();
            assert_eq!(asks(&lab, Credentials { roles, ..Credentials::default() }), 4000);
        },
    );
}
