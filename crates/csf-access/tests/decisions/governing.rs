//! Which rules count: own selfPrivileges, linked policies, updates of acpi, default access.

use std::sync::Arc;

use csf_access::{
    Fact, Governing, MAX_MISSING, Missing, Policy, Reason, RuleRef, Rules, Section, Standing, Subject,
    Verdict, WindowForm,
};
use csf_api::{AccessOperation, EntityId};

use crate::making::{decide, home, id, policy, resource, rule, rules, self_policy};

fn proven(originator: &EntityId) -> Subject<'_> {
    Subject::new(Standing::Proven, Some(originator))
}

fn split() -> Policy {
    let (privileges, self_privileges) = (rules([rule(&["Creader"], 2)]), rules([rule(&["Cadmin"], 6)]));
    Policy::parse(resource("acp-1"), &privileges, &self_privileges, &home()).expect("well formed")
}

// Shows ACC-3.
#[test]
fn a_policy_as_target_is_governed_by_its_own_self_privileges_alone() {
    let (policy, reader, admin) = (split(), id("Creader"), id("Cadmin"));
    let ask = |who, operation| decide(&Governing::SelfPrivileges(&policy), &proven(who), operation);
    let rule =
        RuleRef::Rule { policy: Arc::new(resource("acp-1")), section: Section::SelfPrivileges, index: 0 };
    assert_eq!(ask(&admin, AccessOperation::Retrieve), Verdict::Permit(rule));
    assert_eq!(ask(&admin, AccessOperation::Delete), Verdict::Deny(Reason::Operation));
    assert_eq!(ask(&reader, AccessOperation::Retrieve), Verdict::Deny(Reason::Originator));
}

#[test]
fn a_linked_policy_governs_by_its_privileges_and_the_links_by_its_self_privileges() {
    let (reader, admin) = (id("Creader"), id("Cadmin"));
    let links = [(resource("acp-1"), Fact::Known(Arc::new(split())))];
    let ask =
        |governing: Governing<'_>, who, operation| decide(&governing, &proven(who), operation).is_permit();
    assert!(ask(Governing::Linked(&links), &reader, AccessOperation::Retrieve));
    assert!(!ask(Governing::Linked(&links), &admin, AccessOperation::Retrieve));
    assert!(!ask(Governing::Linked(&links), &admin, AccessOperation::Update));
    assert!(ask(Governing::LinkedSelf(&links), &admin, AccessOperation::Update));
    assert!(!ask(Governing::LinkedSelf(&links), &reader, AccessOperation::Update));
    assert!(!ask(Governing::LinkedSelf(&links), &reader, AccessOperation::Retrieve));
}

#[test]
fn one_of_several_linked_policies_is_enough_also_to_update_the_links() {
    let (one, two, three) = (id("Cone"), id("Ctwo"), id("Cthree"));
    let links = [
        (resource("acp-1"), Fact::Known(Arc::new(self_policy("acp-1", [rule(&["Cone"], 4)])))),
        (
            resource("acp-2"),
            Fact::Known(Arc::new(self_policy("acp-2", [rule(&["Cthree"], 2), rule(&["Ctwo"], 4)]))),
        ),
    ];
    let ask = |who| decide(&Governing::LinkedSelf(&links), &proven(who), AccessOperation::Update);
    let rule =
        RuleRef::Rule { policy: Arc::new(resource("acp-2")), section: Section::SelfPrivileges, index: 1 };
    assert!(ask(&one).is_permit());
    assert_eq!(ask(&two), Verdict::Permit(rule));
    assert_eq!(ask(&three), Verdict::Deny(Reason::Originator));
}

// Shows ACC-9.
#[test]
fn links_that_lead_nowhere_deny() {
    let who = id("Cowner");
    let ask = |links: &[_]| decide(&Governing::Linked(links), &proven(&who), AccessOperation::Retrieve);
    assert_eq!(ask(&[]), Verdict::Deny(Reason::NoPolicy));
    let gone = (resource("acp-1"), Fact::Unavailable);
    assert_eq!(ask(std::slice::from_ref(&gone)), Verdict::Deny(Reason::PolicyUnavailable));
    let (silent, speaking) = (policy([rule(&["Cother"], 2)]), policy([rule(&["C*"], 2)]));
    let denial = ask(&[(resource("acp-2"), Fact::Known(Arc::new(silent))), gone.clone()]);
    assert_eq!(denial, Verdict::Deny(Reason::Originator));
    assert!(ask(&[gone, (resource("acp-2"), Fact::Known(Arc::new(speaking)))]).is_permit());
}

#[test]
fn a_missing_policy_is_asked_for_only_if_nothing_known_permits() {
    let who = id("Cmeter");
    let ask = |links: &[_]| decide(&Governing::Linked(links), &proven(&who), AccessOperation::Retrieve);
    let missing = |name| (resource(name), Fact::Missing);
    let known = |rules: Vec<_>| (resource("acp-1"), Fact::Known(Arc::new(policy(rules))));
    let gone = (resource("acp-9"), Fact::Unavailable);

    let unknown = ask(&[missing("acp-2"), known(vec![]), gone, missing("acp-3"), missing("acp-2")]);
    assert_eq!(
        unknown,
        Verdict::Unknown(Missing {
            policies: vec![resource("acp-2"), resource("acp-3")],
            ..Missing::default()
        })
    );
    assert!(ask(&[missing("acp-2"), known(vec![rule(&["Cmeter"], 2)])]).is_permit());

    let many: Vec<_> = (0..200).map(|n| (resource(&format!("acp-{n}")), Fact::Missing)).collect();
    match ask(&many) {
        Verdict::Unknown(missing) => assert_eq!(missing.policies.len(), MAX_MISSING),
        other => panic!("{other:?}"),
    }
}

#[test]
fn default_access_is_the_custodians_else_the_creators() {
    let (creator, custodian, other) = (id("Ccreator"), id("Ccustodian"), id("Cother"));
    let ask = |governing: Governing<'_>, who| {
        AccessOperation::ALL.map(|operation| decide(&governing, &proven(who), operation))
    };
    let both = Governing::Default { custodian: Some(&custodian), creator: Some(&creator) };
    assert_eq!(ask(both, &custodian), [const { Verdict::Permit(RuleRef::Custodian) }; 6]);
    assert_eq!(ask(both, &creator), [const { Verdict::Deny(Reason::NotCustodian) }; 6]);
    let created = Governing::Default { custodian: None, creator: Some(&creator) };
    assert_eq!(ask(created, &creator), [const { Verdict::Permit(RuleRef::Creator) }; 6]);
    assert_eq!(ask(created, &other), [const { Verdict::Deny(Reason::NotCreator) }; 6]);
    let held = Governing::Default { custodian: Some(&custodian), creator: None };
    assert_eq!(ask(held, &custodian), [const { Verdict::Permit(RuleRef::Custodian) }; 6]);
    let nobodys = Governing::Default { custodian: None, creator: None };
    assert_eq!(ask(nobodys, &creator), [const { Verdict::Deny(Reason::NoOwner) }; 6]);
}

// Shows ACC-2.
#[test]
fn a_name_without_proof_is_never_creator_or_custodian() {
    let owner = id("Cowner");
    for governing in [
        Governing::Default { custodian: None, creator: Some(&owner) },
        Governing::Default { custodian: Some(&owner), creator: None },
    ] {
        let ask = |standing, originator| {
            decide(&governing, &Subject::new(standing, originator), AccessOperation::Retrieve)
        };
        assert_eq!(ask(Standing::Bare, Some(&owner)), Verdict::Deny(Reason::Bare));
        assert_eq!(ask(Standing::Bare, None), Verdict::Deny(Reason::Bare));
        assert!(!ask(Standing::Proven, None).is_permit());
        assert!(ask(Standing::Vouched, Some(&owner)).is_permit());
        assert!(ask(Standing::Proven, Some(&owner)).is_permit());
        assert_eq!(ask(Standing::Internal, None), Verdict::Permit(RuleRef::Internal));
    }
}

// Shows ACC-8 and ACC-9.
#[test]
fn what_a_server_granted_counts_as_rules_and_what_is_missing_is_named() {
    let who = id("Creader");
    let ask =
        |answers: &[_]| decide(&Governing::Consulted(answers), &proven(&who), AccessOperation::Retrieve);
    let granted = |name, for_whom: &str| {
        let granted = rules([rule(&[for_whom], 2)]);
        let granted = Rules::parse("gp", &granted, &home(), WindowForm::Seven).expect("well formed");
        (resource(name), Fact::Known(Arc::new(granted)))
    };
    let missing = |name| (resource(name), Fact::Missing);
    let silent = || (resource("dac-9"), Fact::Unavailable);

    let unknown = ask(&[silent(), granted("dac-1", "Cother"), missing("dac-2"), missing("dac-2")]);
    let consultations = vec![resource("dac-2")];
    assert_eq!(unknown, Verdict::Unknown(Missing { consultations, ..Missing::default() }));
    let permitted = ask(&[missing("dac-2"), silent(), granted("dac-1", "Creader")]);
    let consultation = Arc::new(resource("dac-1"));
    assert_eq!(permitted, Verdict::Permit(RuleRef::Consultation { consultation, index: 0 }));
    assert_eq!(ask(&[granted("dac-1", "Cother")]), Verdict::Deny(Reason::Originator));
    assert_eq!(ask(&[silent()]), Verdict::Deny(Reason::ConsultationUnavailable));
    assert_eq!(ask(&[]), Verdict::Deny(Reason::NoPolicy));
}
