//! Properties of decisions over random policies, subjects and states of knowledge.

use std::sync::Arc;

use csf_access::{
    Circumstances, Fact, Governing, Outcome, Policy, Question, RuleRef, Section, Standing, Subject, Verdict,
    explain,
};
use csf_api::{AccessOperation, EntityId, Object, ResourceId, ResourceType, UtcTime, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::making::{decide, home, resource, rule, rules, self_policy};
use crate::reference::{Expected, PlainRule, State, linked, rule_permits};

/// Few names, so that entries and originators meet often.
const NAMES: [&str; 14] = [
    "Ca",
    "Cab",
    "Cb",
    "Sa",
    "Sab",
    "/id-mn",
    "/id-in",
    "/id-in/Ca",
    "/id-in/Cab",
    "/id-mn/Cb",
    "//other.example/id-mn/Ca",
    "//other.example/id-in",
    "//other.example/Sa",
    "local:a",
];

const ENTRIES: [&str; 22] = [
    "all",
    "ALL",
    "*",
    "C*",
    "S*",
    "/*",
    "/*/*",
    "//*",
    "//*/*",
    "//*/*/*",
    "/id-*/C*b",
    "//*/id-mn/C*",
    "//csf.example",
    "//other.example",
    "//*.example",
    "//csf.example/",
    "grp-1",
    "role@csf.example",
    "local:*",
    "C.*",
    "",
    "/S*a*b*",
];

/// A name with some of its characters replaced by stars.
fn starred() -> impl Strategy<Value = String> {
    let forms = NAMES.map(str::to_owned).into_iter().chain(NAMES.iter().map(|n| absolute(n)));
    (select(forms.collect::<Vec<_>>()), vec(0_usize..30, 1..4)).prop_map(|(name, at)| {
        name.chars().enumerate().map(|(n, c)| if at.contains(&n) { '*' } else { c }).collect()
    })
}

fn entry() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(NAMES.to_vec()).prop_map(str::to_owned),
        1 => select(NAMES.to_vec()).prop_map(absolute),
        3 => select(ENTRIES.to_vec()).prop_map(str::to_owned),
        3 => starred(),
        1 => "[CSabl*/:@.-]{0,8}",
    ]
}

fn absolute(name: &str) -> String {
    EntityId::parse(name, &home()).expect("well formed").absolute().to_owned()
}

fn plain_rule() -> impl Strategy<Value = PlainRule> {
    (
        vec(entry(), 0..4),
        0_u8..64,
        option::of(any::<bool>()),
        option::weighted(0.15, select(vec!["acxx", "acyy"])),
    )
        .prop_map(|(acor, acop, acaf, extra)| PlainRule { acor, acop, acaf, extra })
}

fn links() -> impl Strategy<Value = Vec<(State, Vec<PlainRule>)>> {
    let state = select(vec![State::Known, State::Known, State::Missing, State::Unavailable]);
    vec((state, vec(plain_rule(), 0..6)), 0..4)
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        4 => Just(Standing::Proven),
        3 => Just(Standing::Vouched),
        2 => Just(Standing::Bare),
        1 => Just(Standing::Internal),
    ]
}

fn operation() -> impl Strategy<Value = AccessOperation> {
    select(AccessOperation::ALL.to_vec())
}

fn originator() -> impl Strategy<Value = Option<EntityId>> {
    let name = select(NAMES.to_vec()).prop_map(|n| EntityId::parse(n, &home()).expect("well formed"));
    option::weighted(0.9, name)
}

fn compiled_rule(plain: &PlainRule) -> Object {
    let entries: Vec<&str> = plain.acor.iter().map(String::as_str).collect();
    let mut object = rule(&entries, i64::from(plain.acop));
    if let Some(flag) = plain.acaf {
        object.set("acaf", Value::Bool(flag));
    }
    if let Some(extra) = plain.extra {
        object.set(extra, Value::List(vec![]));
    }
    object
}

type Links = Vec<(ResourceId, Fact<Arc<Policy>>)>;

/// The rules stand in `pv`, or in `pvs` behind one that is for nobody.
fn compiled(plain: &[(State, Vec<PlainRule>)], section: Section) -> Links {
    let link = |(n, (state, plain)): (usize, &(State, Vec<PlainRule>))| {
        let name = format!("acp-{n}");
        let objects = plain.iter().map(compiled_rule);
        let policy = match section {
            Section::Privileges => {
                Policy::parse(resource(&name), &rules(objects), &rules([rule(&[], 0)]), &home())
                    .expect("well formed")
            }
            Section::SelfPrivileges => self_policy(&name, [rule(&[], 0)].into_iter().chain(objects)),
        };
        let fact = match state {
            State::Known => Fact::Known(Arc::new(policy)),
            State::Missing => Fact::Missing,
            State::Unavailable => Fact::Unavailable,
        };
        (resource(&name), fact)
    };
    plain.iter().enumerate().map(link).collect()
}

/// Any value that fits in memory.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        (0_i64..70).prop_map(Value::Integer),
        (-1e9..1e9).prop_map(Value::Float),
        entry().prop_map(|text| Value::text(&text)),
        "[0-9*,/-]{1,4}( [0-9*,/-]{1,4}){5,7}".prop_map(|text| Value::text(&text)),
        "[0-9]{1,3}[.:][0-9]{1,3}[.:]{1,2}[0-9]{1,3}[.:][0-9]{1,3}(/[0-9]{1,3})?"
            .prop_map(|text| Value::text(&text)),
        any::<String>().prop_map(|text| Value::text(&text)),
    ];
    let name = prop_oneof![
        4 => select(vec![
            "acr", "acor", "acop", "acaf", "acco", "acod", "aca", "actw", "acip", "ipv4", "ipv6", "aclr", "accr",
            "accc", "ty", "spty", "chty",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        let object = vec((name.clone(), inner.clone()), 0..6).prop_map(|members| {
            Value::Object(members.into_iter().fold(Object::new(), |object, (n, v)| object.with(&n, v)))
        });
        prop_oneof![vec(inner, 0..6).prop_map(Value::List), object]
    })
}

/// A value that is nearly a set of rules.
fn nearly_rules() -> impl Strategy<Value = Value> {
    let member = (select(vec!["acor", "acop", "acaf", "acco", "acod", "aca", "x"]), value());
    let rule = (plain_rule(), option::weighted(0.3, member)).prop_map(|(plain, member)| {
        let object = compiled_rule(&plain);
        match member {
            Some((name, value)) => object.with(name, value),
            None => object,
        }
    });
    prop_oneof![4 => vec(rule, 0..4).prop_map(rules), 1 => value()]
}

/// 0 for a denial, 1 for an unknown, 2 for a permit.
fn rank(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Deny(_) => 0,
        Verdict::Unknown(_) => 1,
        Verdict::Permit(_) => 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    // Shows ACC-3.
    #[test]
    fn a_decision_is_the_reference_algorithms(
        plain in links(), standing in standing(), originator in originator(), operation in operation(),
        section in select(vec![Section::Privileges, Section::SelfPrivileges]),
    ) {
        let compiled = compiled(&plain, section);
        let governing = match section {
            Section::Privileges => Governing::Linked(&compiled),
            Section::SelfPrivileges => Governing::LinkedSelf(&compiled),
        };
        let subject = Subject::new(standing, originator.as_ref());
        let name = originator.as_ref().map(EntityId::absolute);
        let expected = linked(&plain, standing, name, operation as u8);
        match decide(&governing, &subject, operation) {
            Verdict::Permit(RuleRef::Internal) => prop_assert_eq!(standing, Standing::Internal),
            Verdict::Permit(RuleRef::Rule { policy, section: cited, index }) => {
                prop_assert_eq!(expected, Expected::Permit);
                prop_assert_eq!(cited, section);
                let at = compiled.iter().position(|(id, _)| *id == *policy).expect("a linked policy");
                let offset = usize::from(section == Section::SelfPrivileges);
                let (state, cited) = &plain[at];
                let rule = &cited[usize::from(index).checked_sub(offset).expect("not the rule for nobody")];
                prop_assert_eq!(*state, State::Known);
                prop_assert!(rule_permits(rule, standing, name, operation as u8), "cited {:?}", rule);
            }
            Verdict::Permit(other) => prop_assert!(false, "{other}"),
            Verdict::Deny(_) => prop_assert_eq!(expected, Expected::Deny),
            Verdict::Unknown(missing) => {
                prop_assert_eq!(expected, Expected::Unknown);
                let wanting = plain.iter().zip(&compiled).filter(|((s, _), _)| *s == State::Missing);
                prop_assert_eq!(missing.policies, wanting.map(|(_, (id, _))| id.clone()).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_explanation_says_of_each_rule_what_the_decision_found(
        plain in links(), standing in standing(), originator in originator(), operation in operation(),
    ) {
        let compiled = compiled(&plain, Section::Privileges);
        let subject = Subject::new(standing, originator.as_ref());
        let name = originator.as_ref().map(EntityId::absolute);
        let question = Question::whole(operation, ResourceType::CONTAINER);
        let at = Circumstances::at(UtcTime::from_unix_micros(0));
        let explained = explain(&Governing::Linked(&compiled), &subject, &question, &at);
        prop_assert_eq!(&explained.verdict, &csf_access::decide(&Governing::Linked(&compiled), &subject, &question, &at));
        if standing == Standing::Internal {
            prop_assert!(explained.rules.is_empty());
        } else {
            let known = plain.iter().filter(|(state, _)| *state == State::Known).flat_map(|(_, rules)| rules);
            let known: Vec<&PlainRule> = known.collect();
            prop_assert_eq!(explained.rules.len(), known.len());
            for (explained, rule) in explained.rules.iter().zip(known) {
                let permits = rule_permits(rule, standing, name, operation as u8);
                prop_assert_eq!(explained.outcome == Outcome::Permits, permits, "{:?} {:?}", explained, rule);
            }
            let needs = explained.rules.iter().any(|rule| rule.outcome == Outcome::NeedsFact);
            let permits = explained.rules.iter().any(|rule| rule.outcome == Outcome::Permits);
            prop_assert_eq!(explained.verdict.is_permit(), permits);
            let missing = plain.iter().any(|(state, _)| *state == State::Missing);
            prop_assert_eq!(matches!(explained.verdict, Verdict::Unknown(_)), !permits && (needs || missing));
        }
    }

    // Shows ACC-9.
    #[test]
    fn learning_a_fact_never_takes_a_permit_away_and_losing_one_never_gives_it(
        plain in links(), standing in standing(), originator in originator(), operation in operation(),
        at in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!plain.is_empty());
        let subject = Subject::new(standing, originator.as_ref());
        let at = at.index(plain.len());
        let ask = |state| {
            let mut plain = plain.clone();
            plain[at].0 = state;
            decide(&Governing::Linked(&compiled(&plain, Section::Privileges)), &subject, operation)
        };
        let (known, missing, unavailable) = (ask(State::Known), ask(State::Missing), ask(State::Unavailable));
        prop_assert!(!missing.is_permit() || known.is_permit());
        prop_assert!(rank(&unavailable) <= rank(&known));
        prop_assert!(rank(&unavailable) <= rank(&missing));
        prop_assert_eq!(unavailable.is_permit(), missing.is_permit());
    }

    // Shows ACC-9.
    #[test]
    fn a_condition_that_is_not_evaluated_never_widens_a_rule(
        plain in vec(plain_rule(), 1..6), at in any::<prop::sample::Index>(), standing in standing(),
        originator in originator(), operation in operation(),
        extra in select(vec!["acxx", "unheard-of"]),
    ) {
        let subject = Subject::new(standing, originator.as_ref());
        let ask = |plain: &[PlainRule]| {
            let links = compiled(&[(State::Known, plain.to_vec())], Section::Privileges);
            decide(&Governing::Linked(&links), &subject, operation)
        };
        let mut narrowed = plain.clone();
        narrowed[at.index(plain.len())].extra = Some(extra);
        prop_assert!(rank(&ask(&narrowed)) <= rank(&ask(&plain)));
    }

    // Shows ACC-2.
    #[test]
    fn less_proof_never_permits_more(
        plain in links(), originator in originator(), operation in operation(),
    ) {
        let compiled = compiled(&plain, Section::Privileges);
        let ask = |standing| {
            let subject = Subject::new(standing, originator.as_ref());
            rank(&decide(&Governing::Linked(&compiled), &subject, operation))
        };
        prop_assert!(ask(Standing::Bare) <= ask(Standing::Vouched));
        prop_assert!(ask(Standing::Vouched) <= ask(Standing::Proven));
    }

    #[test]
    fn parsing_never_panics_and_its_error_names_a_member(
        privileges in nearly_rules(), self_privileges in nearly_rules(),
        originator in originator(), operation in operation(),
    ) {
        match Policy::parse(resource("acp-1"), &privileges, &self_privileges, &home()) {
            Err(error) => prop_assert!(error.path().starts_with("pv"), "{error}"),
            Ok(policy) => {
                prop_assert!(policy.rule_count(Section::SelfPrivileges) > 0);
                let subject = Subject::new(Standing::Proven, originator.as_ref());
                let links = [(resource("acp-1"), Fact::Known(Arc::new(policy)))];
                let verdict = decide(&Governing::Linked(&links), &subject, operation);
                prop_assert!(!matches!(verdict, Verdict::Unknown(_)));
            }
        }
    }
}
