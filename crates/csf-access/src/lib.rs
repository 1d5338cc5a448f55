//! Access decisions over oneM2M access control policies, as one pure function (TS-0003 clause 7.1).
//!
//! The crate answers one question: *may this subject do this operation, given what governs the target?* It
//! reads no clock, opens no socket, fetches nothing and never waits. Whoever hosts the resource finds out
//! what governs it, brings the policies that it has at hand, and asks; if a policy is wanting that could
//! change the answer, the verdict names it, and the host asks again with more facts.
//!
//! ```text
//!   accessControlPolicy           who asks         what is asked            when, from where, who is in a group
//!   pv, pvs (values)              Subject          Question                 Circumstances
//!        │                        standing,        operation, types,        now, address, location, groups
//!        ▼                        originator,      attributes touched              │
//!   Policy::parse ──▶ Policy      roles                 │                          │
//!        │              │             └───────┬─────────┴──────────────────────────┘
//!        ▼              ▼                     ▼
//!   PolicyError     Governing ───────────▶ decide ──▶ Permit(RuleRef) | Deny(Reason) | Unknown(Missing)
//!   path and fault  self, linked,             ▲                                             │
//!                   linked self, default,     └──── the host fetches what is missing ◀──────┘
//!                   consulted
//! ```
//!
//! One rule that permits is enough; no rule can take away what another gives. A rule permits when its operations,
//! originators, authentication flag, contexts (time, address, place), object details and attribute list all say so.
//! Whatever cannot be evaluated permits nothing: a policy or group that could not be had, a place that nobody
//! knows, a condition that this crate does not know ([`Remark`]), an originator entry that names nobody.
//!
//! Where nothing permits, an authorization server may: [`Governing::Consulted`] decides by what the servers granted that
//! a target's consultations name, and the verdict names the consultations of which that is not known yet. Asking them
//! is the host's business, as fetching is.
//!
//! [`Rules`] are one set of rules alone, for whatever else carries such: they are read and decided without a policy.
//! [`explain`] says of every rule which of its conditions failed first.
//!
//! # For the authors of a CSE
//!
//! ```
//! use std::sync::Arc;
//!
//! use csf_access::{Circumstances, Fact, Governing, Policy, Question, Reason, Standing, Subject, Verdict, decide};
//! use csf_api::{AccessOperation, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};
//!
//! let home = Home::new("//csf.example", "/id-mn")?;
//!
//! // The attributes `pv` and `pvs` of the policy, as the decoder of the primitive delivers them.
//! let rule = |who: &str, operations| {
//!     Value::Object(Object::new().with("acor", Value::texts([who])).with("acop", Value::Integer(operations)))
//! };
//! let rules = |rules| Value::Object(Object::new().with("acr", Value::List(rules)));
//! let id = ResourceId::parse("acp-1")?;
//! let policy = Policy::parse(
//!     id.clone(),
//!     &rules(vec![rule("all", 2), rule("C*", 4)]),
//!     &rules(vec![rule("/id-mn/Cadmin", 63)]),
//!     &home,
//! )?;
//!
//! // A resource whose accessControlPolicyIDs name that policy, which is not loaded yet.
//! let mut linked = [(id, Fact::Missing)];
//! let meter = EntityId::parse("Cmeter", &home)?;
//! let subject = Subject::new(Standing::Proven, Some(&meter));
//! let circumstances = Circumstances::at(UtcTime::parse("20261124T120000")?);
//! let ask = |linked: &[_], operation| {
//!     let question = Question::whole(operation, ResourceType::CONTAINER);
//!     decide(&Governing::Linked(linked), &subject, &question, &circumstances)
//! };
//! match ask(&linked, AccessOperation::Update) {
//!     Verdict::Unknown(missing) => assert_eq!(missing.policies, [linked[0].0.clone()]),
//!     other => unreachable!("nothing is known yet: {other:?}"),
//! }
//!
//! // Load it, and ask again.
//! linked[0].1 = Fact::Known(Arc::new(policy));
//! match ask(&linked, AccessOperation::Update) {
//!     Verdict::Permit(rule) => assert_eq!(rule.to_string(), "privileges[1] of acp-1"),
//!     other => unreachable!("{other:?}"),
//! }
//! assert_eq!(ask(&linked, AccessOperation::Delete), Verdict::Deny(Reason::Operation));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A whole loop, with what governs each target, groups, contexts and attribute lists, is in `examples/other_cse.rs`.
//!
//! # Roles and tokens
//!
//! A [`Subject`] lists the roles that its host found valid. A [`Token`] is read from the claims of a JWT whose
//! signature the host found right; its permissions are [`Rules`] for resources, or roles:
//!
//! ```
//! use csf_access::{Token, TokenError};
//! use csf_api::{EntityId, Home, Object, UtcTime, Value};
//!
//! let home = Home::new("//csf.example", "/id-mn")?;
//! let text = Value::text;
//! let claims = Object::new()
//!     .with("tkvr", text("1.0.0"))
//!     .with("jti", text("t1@csf.example"))
//!     .with("iss", text("//csf.example/id-das"))
//!     .with("azp", text("//csf.example/id-mn/Creader"))
//!     .with("aud", Value::texts(["//*/id-mn"]))
//!     .with("nbf", Value::Integer(1_700_000_000))
//!     .with("exp", Value::Integer(1_700_000_060));
//! let token = Token::read(&claims, &home)?;
//!
//! let [reader, other] = [EntityId::parse("Creader", &home)?, EntityId::parse("Cother", &home)?];
//! let at = |seconds: i64| UtcTime::from_unix_micros(seconds * 1_000_000);
//! assert_eq!(token.hold_for(&reader, at(1_700_000_060), &home), Ok(()));
//! assert_eq!(token.hold_for(&other, at(1_700_000_060), &home), Err(TokenError::Holder));
//! assert_eq!(token.hold_for(&reader, at(1_700_000_061), &home), Err(TokenError::Ended));
//! assert_eq!(token.hold_for(&reader, at(1_699_999_999), &home), Err(TokenError::NotYet));
//! let elsewhere = Home::new("//csf.example", "/id-in")?;
//! assert_eq!(token.hold_for(&reader, at(1_700_000_000), &elsewhere), Err(TokenError::Audience));
//!
//! // What is not understood could be a condition.
//! assert!(Token::read(&claims.with("scope", text("read")), &home).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Without policies
//!
//! The feature `policies`, on by default, is everything that evaluates one. Without it what is left is
//! [`decide_default`]: owners, and nobody else.
//!
//! # What it refuses to be
//!
//! A policy store, a resolver of addresses, an authenticator: it believes the [`Standing`] that it is told.
//! Nor a regular expression engine: `*` is the only character of a pattern that is special, and matching
//! takes time linear in the identifier and the pattern.

mod default_access;
mod location;
mod role;
mod section;
mod subject;
mod verdict;

// What evaluates policies. A node without access management is built without it.
#[cfg(feature = "policies")]
mod circumstances;
#[cfg(feature = "policies")]
mod condition;
#[cfg(feature = "policies")]
mod decide;
#[cfg(feature = "policies")]
mod entry;
#[cfg(feature = "policies")]
mod explain;
#[cfg(feature = "policies")]
mod fact;
#[cfg(feature = "policies")]
mod governing;
#[cfg(feature = "policies")]
mod inquiry;
#[cfg(feature = "policies")]
mod keyed;
#[cfg(feature = "policies")]
mod pattern;
#[cfg(feature = "policies")]
mod patterns;
#[cfg(feature = "policies")]
mod policy;
#[cfg(feature = "policies")]
mod question;
#[cfg(feature = "policies")]
mod remark;
#[cfg(feature = "policies")]
mod rules;
#[cfg(feature = "policies")]
mod token;

pub use default_access::decide_default;
pub use location::{Country, Location, Point};
pub use role::{MAX_ROLE_ID_BYTES, RoleId, RoleIdError};
pub use section::Section;
pub use subject::{Standing, Subject};
pub use verdict::{MAX_MISSING, Missing, Reason, RuleRef, Verdict};

#[cfg(feature = "policies")]
pub use self::{
    circumstances::{Circumstances, Groups, Members},
    condition::window::WindowForm,
    decide::decide,
    explain::{ExplainedRule, Explanation, Outcome, explain},
    fact::Fact,
    governing::Governing,
    pattern::matches_wildcards,
    policy::Policy,
    question::{Kind, MAX_TOUCHED, Question, Specialisation, Touched},
    remark::Remark,
    rules::{
        Fault, MAX_ENTRY_BYTES, MAX_GROUPS_PER_SECTION, MAX_ORIGINATORS_PER_RULE, MAX_PATTERN_BYTES,
        MAX_PATTERNS_PER_SECTION, MAX_RULES_PER_SECTION, PolicyError, Rules,
    },
    token::{
        MAX_AUDIENCE, MAX_CLAIM_BYTES, MAX_TOKEN_PERMISSIONS, MAX_TOKEN_RESOURCES, MAX_TOKEN_ROLES,
        MEMBERS as TOKEN_MEMBERS, Permission, Token, TokenError, TokenId,
    },
};
