//! Decisions from policies: decide, fetch what is missing, decide (requirements ACC-1 and ACC-9).

use std::sync::Arc;

use csf_access::{
    Circumstances, Fact, Governing, Kind, Missing, Policy, Question, Reason, Specialisation, Subject, Token,
    Touched, Verdict, decide, explain,
};
use csf_api::{EntityId, ResourceId, Value};
use csf_store::Version;
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTENT_INSTANCE};
use csf_tree::{Resource, resource_key};

use super::account::{Account, ExplainedPermission};
use super::consultation::Consulted;
use super::token_access::{by_token, rules_of};
use super::{MAX_LINKED_POLICIES, Policies, groups};
use crate::asked::Asked;
use crate::authentication::Caller;
use crate::gate::{Basis, Denial, Gate, conclude};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::settings::DefaultAccess;
use crate::target::{self, MAX_DEPTH};

/// How often a decision is made again after missing facts were fetched.
const MAX_ROUNDS: usize = 4;

impl Policies {
    /// Decides whether the policies that govern the target permit this, or default access does where there are
    /// none. With `relinking` it is about the links themselves.
    pub(crate) async fn decide<O: Outside>(
        &self,
        gate: &Gate<'_, O>,
        caller: &Caller,
        asked: &Asked<'_>,
        target: &Resource,
        relinking: bool,
        epoch: Version,
    ) -> Result<Basis, Denial> {
        // What the caller holds was found in another epoch: it is looked at again.
        if !caller.held().holds_in(epoch) {
            return Err(Refusal::stale().into());
        }
        let decision = Decision { gate, caller, asked, target, epoch };
        if *target.schema == ACCESS_CONTROL_POLICY {
            let own = self.cache.compile(gate.settings, target).map_err(|_| Refusal::internal())?;
            return decision.make(&mut Governed::ByItself(own), self).await;
        }
        let above = governing_above(gate, target).await?;
        let governed = above.as_ref().unwrap_or(target);
        let linked: Links = governed
            .linked_policies()
            .take(MAX_LINKED_POLICIES)
            .filter_map(|id| ResourceId::parse(id).ok())
            .map(|id| (id, Fact::Missing))
            .collect();
        let made = if linked.is_empty() {
            let custodian = governed.attributes.get("cstn").and_then(|v| v.as_text());
            let read = |text: &str| EntityId::parse(text, &gate.settings.home).ok();
            let custodian = custodian.map(|text| read(text).ok_or_else(Refusal::denied)).transpose()?;
            let creator = governed.creator.as_deref().and_then(read);
            let mut by_default = Governed::ByDefault { custodian, creator };
            decision.make_with_tokens(&mut by_default, self).await
        } else if relinking {
            decision.make(&mut Governed::Links(linked), self).await
        } else {
            decision.make_with_tokens(&mut Governed::Resource(linked), self).await
        };
        match made {
            // What a server grants are privileges, and links are changed by self-privileges.
            Err(denial) if !relinking => decision.make_by_consultation(denial, governed, self).await,
            made => made,
        }
    }

    /// A policy as it is now. An answer that fails makes its own policy unavailable and no other.
    async fn fetch<O: Outside>(&self, gate: &Gate<'_, O>, id: &ResourceId) -> Fact<Arc<Policy>> {
        let record = gate.asking.load_one(resource_key(id)).await.ok().flatten();
        let policy = record.and_then(|r| self.cache.of_record(gate.settings, id, &r, gate.asking.now()));
        policy.map_or(Fact::Unavailable, Fact::Known)
    }
}

type Links = Vec<(ResourceId, Fact<Arc<Policy>>)>;

/// What governs a target, with what is known of it.
pub(super) enum Governed {
    ByItself(Arc<Policy>),
    ByDefault {
        custodian: Option<EntityId>,
        creator: Option<EntityId>,
    },
    Resource(Links),
    Links(Links),
    /// By what servers granted when they were asked.
    Consulted(Consulted),
    /// By one permission of a token, alone.
    ByToken {
        token: Arc<Token>,
        permission: usize,
    },
}

impl Governed {
    fn decide(
        &self,
        subject: &Subject<'_>,
        question: &Question<'_>,
        circumstances: &Circumstances<'_>,
    ) -> Verdict {
        match (self, self.governing()) {
            (Self::ByToken { token, permission }, _) => {
                by_token(token, *permission, subject, question, circumstances)
            }
            (_, Some(governing)) => decide(&governing, subject, question, circumstances),
            (_, None) => Verdict::Deny(Reason::NoPolicy),
        }
    }

    /// What governs; nothing where a token speaks alone.
    fn governing(&self) -> Option<Governing<'_>> {
        Some(match self {
            Self::ByItself(policy) => Governing::SelfPrivileges(policy),
            Self::ByDefault { custodian, creator } => {
                Governing::Default { custodian: custodian.as_ref(), creator: creator.as_ref() }
            }
            Self::Resource(links) => Governing::Linked(links),
            Self::Links(links) => Governing::LinkedSelf(links),
            Self::Consulted(consulted) => Governing::Consulted(consulted.answers()),
            Self::ByToken { .. } => return None,
        })
    }

    /// How many servers could be asked, one in a round.
    const fn servers(&self) -> usize {
        if let Self::Consulted(consulted) = self { consulted.len() } else { 0 }
    }

    fn learn(&mut self, id: &ResourceId, fact: &Fact<Arc<Policy>>) {
        let (Self::Resource(links) | Self::Links(links)) = self else { return };
        for (_, slot) in links.iter_mut().filter(|(linked, _)| linked == id) {
            slot.clone_from(fact);
        }
    }
}

/// One decision under way.
pub(super) struct Decision<'a, O> {
    pub(super) gate: &'a Gate<'a, O>,
    pub(super) caller: &'a Caller,
    pub(super) asked: &'a Asked<'a>,
    pub(super) target: &'a Resource,
    pub(super) epoch: Version,
}

impl<O: Outside> Decision<'_, O> {
    /// The same decision for another caller.
    pub(super) fn of<'b>(&'b self, caller: &'b Caller) -> Decision<'b, O> {
        Decision { caller, gate: self.gate, asked: self.asked, target: self.target, epoch: self.epoch }
    }

    /// Decides, fetches what is missing, and decides again.
    pub(super) async fn make(&self, governed: &mut Governed, policies: &Policies) -> Result<Basis, Denial> {
        let most = MAX_ROUNDS.saturating_add(governed.servers());
        let mut rounds = 0_usize;
        loop {
            match self.decide(governed, Touched::All) {
                Verdict::Unknown(missing) if rounds < most => {
                    rounds = rounds.saturating_add(1);
                    self.fetch(&missing, governed, policies).await;
                }
                // Only where a rule lists attributes is it worth knowing which ones are touched.
                Verdict::Deny(Reason::Attributes) => return self.by_attributes(governed),
                verdict => {
                    self.give_account(governed, Touched::All);
                    return conclude(verdict);
                }
            }
        }
    }

    fn by_attributes(&self, governed: &Governed) -> Result<Basis, Denial> {
        let names = self.asked.attributes(self.target);
        let names: Option<Vec<&str>> = names.as_ref().map(|names| names.iter().map(|n| &**n).collect());
        let touched = names.as_ref().map_or(Touched::All, |names| Touched::These(names));
        self.give_account(governed, touched);
        conclude(self.decide(governed, touched)).map(|basis| match basis {
            Basis::Rule(rule) => Basis::Listed(rule),
            other => other,
        })
    }

    fn decide(&self, governed: &Governed, touched: Touched<'_>) -> Verdict {
        self.look(touched, |subject, question, circumstances| {
            governed.decide(subject, question, circumstances)
        })
    }

    /// Says of every rule what became of it, where somebody wants to know.
    fn give_account(&self, governed: &Governed, touched: Touched<'_>) {
        let Some(account) = self.gate.account else { return };
        if let Governed::ByToken { token, permission } = governed
            && let Some(rules) = rules_of(token, *permission)
        {
            let outcomes = self.look(touched, |subject, question, circumstances| {
                rules.explain(subject, question, circumstances)
            });
            let (token, permission) = (Arc::clone(token.id()), *permission);
            account.keep_permission(ExplainedPermission { token, permission, outcomes });
        }
        let Some(governing) = governed.governing() else { return };
        let explained = self.look(touched, |subject, question, circumstances| {
            explain(&governing, subject, question, circumstances)
        });
        match governed {
            Governed::Consulted(_) => account.add(explained),
            _ => account.keep(explained),
        }
    }

    /// Has a decision, or its explanation, look at what is asked, of whom, and in which circumstances.
    fn look<T>(
        &self,
        touched: Touched<'_>,
        look: impl FnOnce(&Subject<'_>, &Question<'_>, &Circumstances<'_>) -> T,
    ) -> T {
        let creation = self.asked.creation();
        let body = creation.and_then(|request| request.content.as_ref()?.value.as_object());
        let text = |name| body.and_then(|body| body.get(name)).and_then(Value::as_text);
        let number = |name| body.and_then(|body| body.get(name)).and_then(Value::as_integer);
        let specialisation = text("cnd")
            .map(Specialisation::Container)
            .or_else(|| number("mgd").map(Specialisation::Management));
        let child = creation.and_then(|request| request.resource_type);
        let question = Question {
            operation: self.asked.operation,
            target: self.target.resource_type(),
            child: child.map(|resource_type| Kind { resource_type, specialisation }),
            attributes: touched,
        };
        let address = self.caller.address();
        let now = self.gate.account.and_then(Account::time).unwrap_or_else(|| self.gate.asking.now());
        self.caller.facts().with(self.epoch, now, |known| {
            let circumstances = Circumstances { address, ..*known };
            look(&self.caller.subject(), &question, &circumstances)
        })
    }

    /// Fills in what is missing.
    async fn fetch(&self, missing: &Missing, governed: &mut Governed, policies: &Policies) {
        for id in &missing.policies {
            governed.learn(id, &policies.fetch(self.gate, id).await);
        }
        for group in &missing.groups {
            let members = groups::members(self.gate, group).await;
            self.caller.facts().know_group(self.epoch, group.clone(), members);
        }
        if missing.location {
            let Asking { outside, by, .. } = *self.gate.asking;
            let location = outside.locate(self.caller.subject().name(), self.caller.address(), by).await;
            let location = location.map_or(Fact::Unavailable, Fact::Known);
            self.caller.facts().know_location(self.epoch, location);
        }
        // One server in a round: the next one need not be asked where this one permits.
        if let Some(consultation) = missing.consultations.first() {
            self.consult(consultation, governed, policies).await;
        }
    }
}

/// What governs the target from above it, where it does not say itself who may do what: an instance always,
/// and with inherited access every ordinary resource. Inheritance ends at an AE, whose own policies, or who
/// itself, must answer for what lies below it.
async fn governing_above<O: Outside>(
    gate: &Gate<'_, O>,
    target: &Resource,
) -> Result<Option<Resource>, Refusal> {
    let mut above: Option<Resource> = None;
    for _ in 0..=MAX_DEPTH {
        let at = above.as_ref().unwrap_or(target);
        let Some(parent) = at.parent.as_ref().filter(|_| is_governed_from_above(gate, at)) else {
            return Ok(above);
        };
        above = Some(target::load(gate.asking, gate.settings, parent).await?.resource);
    }
    Err(Refusal::internal())
}

fn is_governed_from_above<O: Outside>(gate: &Gate<'_, O>, resource: &Resource) -> bool {
    let says = resource.linked_policies().next().is_some() || resource.attributes.get("cstn").is_some();
    let inherits = gate.settings.default_access == DefaultAccess::InheritFromParent;
    *resource.schema == CONTENT_INSTANCE || (inherits && resource.schema.ordinary && !says)
}
