//! Decisions from policies: decide, fetch what is missing, decide (requirements ACC-1 and ACC-9).

use std::sync::Arc;

use csf_access::{Circumstances, Fact, Governing, Policy, Question, Verdict, decide};
use csf_api::{AccessOperation, EntityId, ResourceId};
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTENT_INSTANCE};
use csf_tree::{Resource, resource_key};

use super::{MAX_LINKED_POLICIES, Policies};
use crate::authentication::Caller;
use crate::gate::{Basis, Denial, Gate, conclude};
use crate::outside::Outside;
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
        operation: AccessOperation,
        target: &Resource,
        relinking: bool,
    ) -> Result<Basis, Denial> {
        let question = Question::whole(operation, target.resource_type());
        let circumstances = Circumstances::at(gate.asking.now());
        if *target.schema == ACCESS_CONTROL_POLICY {
            let own = self.cache.compile(&gate.settings.home, target).map_err(|_| Refusal::internal())?;
            return conclude(decide(
                &Governing::SelfPrivileges(&own),
                &caller.subject(),
                &question,
                &circumstances,
            ));
        }
        let above = governing_above(gate, target).await?;
        let governed = above.as_ref().unwrap_or(target);
        let mut linked: Vec<(ResourceId, Fact<Arc<Policy>>)> = governed
            .linked_policies()
            .take(MAX_LINKED_POLICIES)
            .filter_map(|id| ResourceId::parse(id).ok())
            .map(|id| (id, Fact::Missing))
            .collect();
        if linked.is_empty() {
            let custodian = governed.attributes.get("cstn").and_then(|v| v.as_text());
            let read = |text: &str| EntityId::parse(text, &gate.settings.home).ok();
            let custodian = custodian.map(|text| read(text).ok_or_else(Refusal::denied)).transpose()?;
            let creator = governed.creator.as_deref().and_then(read);
            let governing = Governing::Default { custodian: custodian.as_ref(), creator: creator.as_ref() };
            return conclude(decide(&governing, &caller.subject(), &question, &circumstances));
        }
        for _ in 0..MAX_ROUNDS {
            let governing =
                if relinking { Governing::LinkedSelf(&linked) } else { Governing::Linked(&linked) };
            match decide(&governing, &caller.subject(), &question, &circumstances) {
                Verdict::Unknown(missing) => self.fetch(gate, &missing.policies, &mut linked).await,
                verdict => return conclude(verdict),
            }
        }
        Err(Denial::from(Refusal::denied()))
    }

    /// Fills in what is missing. An answer that fails makes its own policy unavailable and no other.
    async fn fetch<O: Outside>(
        &self,
        gate: &Gate<'_, O>,
        missing: &[ResourceId],
        linked: &mut [(ResourceId, Fact<Arc<Policy>>)],
    ) {
        for id in missing {
            let record = gate.asking.load_one(resource_key(id)).await.ok().flatten();
            let policy =
                record.and_then(|r| self.cache.of_record(&gate.settings.home, id, &r, gate.asking.now()));
            let fact = policy.map_or(Fact::Unavailable, Fact::Known);
            for (_, slot) in linked.iter_mut().filter(|(linked_id, _)| linked_id == id) {
                *slot = fact.clone();
            }
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
