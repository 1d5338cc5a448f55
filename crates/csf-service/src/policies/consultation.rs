//! Direct dynamic authorization: where nothing here permits, a server may (TS-0003 7.3.2.2, TS-0004 7.5.1.2.10;
//! requirements ACC-8 and ACC-9).
//!
//! ```text
//!   denied ─▶ daci ─▶ consultations that are enabled ─▶ granted earlier? ── yes ─▶ decide by that
//!                                                        │ no
//!                       server configured and proven ◀───┘
//!                       Notify, m2m:seci ─▶ answer: rules and how long ─▶ kept ─▶ decide by that
//! ```
//!
//! A grant is for the originator and the target that the server was asked about, whomever else its rules name. It ends
//! when the server says so, and earlier when the consultation, the target or the configured server changes.
//! Whatever is unclear permits nothing; a denied caller learns nothing of all this.

mod ask;
mod failure;
mod kept;
mod linked;

use std::sync::Arc;

use csf_access::{Fact, Rules};
use csf_api::{ResourceId, Status, UtcTime, Value};
use csf_tree::Resource;

use super::decision::{Decision, Governed};
use super::{MAX_LINKED_CONSULTATIONS, Policies};
use crate::gate::{Basis, Denial, epoch_of};
use crate::outside::Outside;
use crate::refusal::Refusal;

pub(super) use kept::Consultations;
pub(super) use linked::Consultation;

use kept::{Subject, digest};

/// Consultations, with what the server behind each of them grants.
pub(super) struct Consulted {
    consultations: Vec<Consultation>,
    answers: Vec<(ResourceId, Fact<Arc<Rules>>)>,
    subject: Subject,
}

impl Consulted {
    /// What is known so far, for a decision.
    pub(super) fn answers(&self) -> &[(ResourceId, Fact<Arc<Rules>>)] {
        &self.answers
    }

    /// How many servers could be asked.
    pub(super) const fn len(&self) -> usize {
        self.consultations.len()
    }

    fn learn(&mut self, id: &ResourceId, fact: &Fact<Arc<Rules>>) {
        for (_, slot) in self.answers.iter_mut().filter(|(of, _)| of == id) {
            slot.clone_from(fact);
        }
    }
}

impl<O: Outside> Decision<'_, O> {
    /// What the servers grant that the target's consultations name, after everything else denied. `governed` is what
    /// governs the target from above, or the target.
    pub(super) async fn make_by_consultation(
        &self,
        denial: Denial,
        governed: &Resource,
        policies: &Policies,
    ) -> Result<Basis, Denial> {
        if denial.refusal.status != Status::OriginatorHasNoPrivilege {
            return Err(denial);
        }
        // Nobody is asked about somebody who is nobody.
        let Some(originator) = self.caller.subject().name().cloned() else { return Err(denial) };
        let says = |resource: &Resource| resource.attributes.get("daci").is_some();
        let links = consultations_of(if says(self.target) { self.target } else { governed });
        if links.is_empty() {
            return Err(denial);
        }
        let mut consultations = Vec::with_capacity(links.len());
        for id in links {
            consultations.extend(self.consultation(&id).await);
        }
        let subject = Subject { originator, target: self.target.id.clone(), state: digest(self.target) };
        let answers = self.granted_earlier(&consultations, &subject, policies);
        let mut earlier = Consulted { consultations: Vec::new(), answers, subject: subject.clone() };
        if !earlier.answers.is_empty() {
            let mut governed = Governed::Consulted(earlier);
            if let Ok(basis) = self.make(&mut governed, policies).await {
                return Ok(basis);
            }
            earlier = Consulted { consultations: Vec::new(), answers: Vec::new(), subject };
        }
        if consultations.is_empty() {
            return Err(denial);
        }
        let answers = consultations.iter().map(|of| (of.id.clone(), Fact::Missing)).collect();
        let mut governed = Governed::Consulted(Consulted { consultations, answers, ..earlier });
        let Ok(basis) = self.make(&mut governed, policies).await else { return Err(denial) };
        // Waiting takes time: what the consultation is, and what governs the target, may be different by now.
        if epoch_of(self.gate.asking).await? != self.epoch {
            return Err(Refusal::stale().into());
        }
        Ok(basis)
    }

    /// Asks the server behind a consultation, and remembers what it grants.
    pub(super) async fn consult(&self, id: &ResourceId, governed: &mut Governed, policies: &Policies) {
        let Governed::Consulted(consulted) = governed else { return };
        let Some(consultation) = consulted.consultations.iter().find(|known| known.id == *id) else { return };
        let fact = match self.ask(consultation, &consulted.subject, policies).await {
            Some(rules) => Fact::Known(rules),
            None => Fact::Unavailable,
        };
        consulted.learn(id, &fact);
    }

    fn granted_earlier(
        &self,
        consultations: &[Consultation],
        subject: &Subject,
        policies: &Policies,
    ) -> Vec<(ResourceId, Fact<Arc<Rules>>)> {
        // A decision as of another time is not one of those that a server granted something for.
        if self.is_of_another_time() {
            return Vec::new();
        }
        let now = self.gate.asking.now();
        let mut answers = Vec::new();
        for consultation in consultations {
            let Ok(server) = consultation.server(self.gate.settings) else { continue };
            for grant in policies.consultations.granted(consultation, &server.hop, subject, now) {
                self.tell(
                    &consultation.id,
                    format!("granted until {}, when it was asked earlier", grant.until),
                );
                answers.push((consultation.id.clone(), Fact::Known(grant.rules)));
            }
        }
        answers
    }

    /// Says what became of a consultation, where somebody wants to know.
    fn tell(&self, id: &ResourceId, what: String) {
        if let Some(account) = self.gate.account {
            account.tell(id, what);
        }
    }

    fn is_of_another_time(&self) -> bool {
        self.gate.account.is_some_and(|account| account.time().is_some())
    }
}

/// The consultations that a resource links.
fn consultations_of(resource: &Resource) -> Vec<ResourceId> {
    let list = resource.attributes.get("daci").and_then(Value::as_list).unwrap_or_default();
    let ids = list.iter().filter_map(|id| ResourceId::parse(id.as_text()?).ok());
    ids.take(MAX_LINKED_CONSULTATIONS).collect()
}

/// Rules that a server granted, and until when.
#[derive(Clone)]
pub(super) struct Lasting {
    pub(super) rules: Arc<Rules>,
    pub(super) until: UtcTime,
}
