//! The gate: every request passes here, and what passes carries a [`Grant`]
//! (draft 6.3.1.1 steps 002 to 004; requirements ACC-1 and ACC-9).
//!
//! A grant states on what ground the request was permitted, and under which policy epoch. Whatever a
//! component commits, it commits through its grant, which adds the condition that the epoch still holds:
//! a decision that a newer policy could have changed is made again.

use std::time::Duration;

use csf_access::{Reason, RuleRef, Standing, Verdict, decide_default};
use csf_api::{AccessOperation, EntityId, Request, ResourceType};
use csf_store::{Batch, Expect, RecordKey, Space, StoreError, Version};
use csf_tree::Resource;
use csf_tree::schema::{AE, CREDENTIAL, DATA_OBJECT, KEY_OBJECT, REMOTE_CSE};

use crate::asked::Asked;
use crate::authentication::Caller;
use crate::hand_over;
use crate::outside::{Asking, Outside};
#[cfg(feature = "access-management")]
use crate::policies::Account;
use crate::policies::Policies;
use crate::refusal::Refusal;
use crate::settings::Settings;

/// How much longer than its request a write may take that must follow another.
const FOLLOW_UP_TIME: Duration = Duration::from_secs(10);

/// State of the node that belongs to no resource.
pub(crate) const STATE: Space = Space::sealed("state");

/// The record whose version is the policy epoch.
pub(crate) fn epoch_key() -> RecordKey {
    STATE.key("policy-epoch")
}

/// The policy epoch as it is now.
pub(crate) async fn epoch_of<O: Outside>(asking: &Asking<'_, O>) -> Result<Version, Refusal> {
    // A store without an epoch was never set up, or was tampered with: nothing is permitted.
    let record = asking.load_one(epoch_key()).await?.ok_or_else(Refusal::internal)?;
    Ok(record.version())
}

/// The ground on which a request was permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// An access control rule, or default access.
    Rule(RuleRef),
    #[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "no policy is evaluated"))]
    /// Access control rules that list the attributes which they are about.
    Listed(RuleRef),
    /// The registration of an AE or a CSE, for which no policy is asked (TS-0001 10.2.2.2 and 10.2.2.7).
    Registration,
    /// A registered entity may read the CSEBase of its registrar.
    RegistreeReadsBase,
    /// Administrators administrate: registrations and stored objects everywhere, and the whole of a node that has
    /// no access management.
    Administration,
    /// Sensitive data, or a key, is taken by the one whom its owner named, or an administrator where the owner is gone.
    HandOver,
}

impl std::fmt::Display for Basis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rule(rule) | Self::Listed(rule) => rule.fmt(f),
            Self::Registration => f.write_str("registration"),
            Self::RegistreeReadsBase => f.write_str("registered entities read the CSEBase"),
            Self::Administration => f.write_str("administration"),
            Self::HandOver => f.write_str("hand-over"),
        }
    }
}

/// What a write means for decisions that are under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing that decisions depend on.
    Ordinary,
    /// It changes a policy, or which policies govern something: a new epoch begins.
    Governing,
}

/// Permission for one request, made by the gate alone.
#[derive(Debug)]
pub(crate) struct Grant {
    basis: Basis,
    epoch: Version,
}

impl Grant {
    /// On what ground.
    pub(crate) const fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Whether it is for listed attributes only, so that the answer shows no other.
    pub(crate) const fn is_limited(&self) -> bool {
        matches!(self.basis, Basis::Listed(_))
    }

    /// The policy epoch under which it was made.
    pub(crate) const fn epoch(&self) -> Version {
        self.epoch
    }

    /// Commits a batch, if the policies are still those under which the grant was made.
    pub(crate) async fn commit<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        batch: Batch,
        effect: Effect,
    ) -> Result<(), Refusal> {
        Ok(self.try_commit(asking, batch, effect).await?)
    }

    /// The same, for who can do something about what was not as the batch expects.
    pub(crate) async fn try_commit<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        mut batch: Batch,
        effect: Effect,
    ) -> Result<(), StoreError> {
        let expect = Expect::Version(self.epoch);
        match effect {
            Effect::Ordinary => batch.check(epoch_key(), expect),
            Effect::Governing => batch.put(epoch_key(), expect, Vec::new()),
        }
        asking.commit(batch).await
    }

    /// Commits what follows necessarily from a write that this grant already committed. It gets time of its
    /// own: a deadline that passes here would leave half of it.
    pub(crate) async fn follow_up<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        batch: Batch,
    ) -> Result<(), Refusal> {
        Ok(self.try_follow_up(asking, batch).await?)
    }

    /// The same, for who can do something about what was not as the batch expects.
    pub(crate) async fn try_follow_up<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        batch: Batch,
    ) -> Result<(), StoreError> {
        Self::later(asking).commit(batch).await
    }

    /// The same way outside with the time that such a write gets, for what must be read for it.
    pub(crate) fn later<'a, O: Outside>(asking: &Asking<'a, O>) -> Asking<'a, O> {
        let by = asking.by.checked_add(FOLLOW_UP_TIME).unwrap_or(asking.by);
        Asking { by, ..*asking }
    }
}

/// What a gate needs beside the caller and the target.
pub(crate) struct Gate<'a, O> {
    pub(crate) asking: &'a Asking<'a, O>,
    pub(crate) settings: &'a Settings,
    pub(crate) policies: &'a Policies,
    /// Who wants to know how decisions come about.
    #[cfg(feature = "access-management")]
    pub(crate) account: Option<&'a Account>,
}

impl<O: Outside> Gate<'_, O> {
    /// Permits the registration of an AE or a CSE under the CSEBase.
    pub(crate) async fn admit_registration(&self) -> Result<Grant, Refusal> {
        Ok(Grant { basis: Basis::Registration, epoch: self.epoch().await? })
    }

    /// Decides whether the caller may do this to the target.
    pub(crate) async fn admit(
        &self,
        caller: &Caller,
        asked: Asked<'_>,
        target: &Resource,
    ) -> Result<Grant, Denial> {
        let epoch = self.epoch().await?;
        let basis =
            self.decide(caller, &asked, target, false, epoch).await.map_err(|denial| denial.under(epoch))?;
        Ok(Grant { basis, epoch })
    }

    /// Decides whether the caller may change which policies govern the target: the `selfPrivileges` of the
    /// policies that do so now count (TS-0001 9.6.1.3.2).
    pub(crate) async fn admit_relinking(
        &self,
        caller: &Caller,
        request: &Request,
        target: &Resource,
    ) -> Result<Grant, Denial> {
        let epoch = self.epoch().await?;
        let basis = self.decide(caller, &Asked::of(request), target, true, epoch).await;
        let basis = basis.map_err(|denial| denial.under(epoch))?;
        Ok(Grant { basis, epoch })
    }

    /// Decides whether the caller may take this step of a hand-over. No policy is asked, whatever the target.
    pub(crate) async fn admit_hand_over(
        &self,
        caller: &Caller,
        step: hand_over::Step,
        target: &Resource,
    ) -> Result<Grant, Denial> {
        let epoch = self.epoch().await?;
        let basis = match self.decide_owned(caller, AccessOperation::Update, target) {
            Ok(basis) => basis,
            Err(denial) => {
                let ground = hand_over::ground(self.asking, self.settings, caller, step, target).await?;
                ground.ok_or(denial.under(epoch))?
            }
        };
        Ok(Grant { basis, epoch })
    }

    async fn epoch(&self) -> Result<Version, Refusal> {
        epoch_of(self.asking).await
    }

    async fn decide(
        &self,
        caller: &Caller,
        asked: &Asked<'_>,
        target: &Resource,
        relinking: bool,
        epoch: Version,
    ) -> Result<Basis, Denial> {
        let operation = asked.operation;
        if *target.schema == DATA_OBJECT {
            return self.decide_owned(caller, operation, target);
        }
        if !self.settings.components.access_management {
            return self.decide_without_policies(caller, operation, target);
        }
        if let Some(basis) = self.by_registration(caller, operation, target) {
            return Ok(basis);
        }
        if self.administrates(caller, operation, target) {
            return Ok(Basis::Administration);
        }
        self.policies.decide(self, caller, asked, target, relinking, epoch).await
    }

    fn by_registration(
        &self,
        caller: &Caller,
        operation: AccessOperation,
        target: &Resource,
    ) -> Option<Basis> {
        let reads_base =
            target.resource_type() == ResourceType::CSE_BASE && operation == AccessOperation::Retrieve;
        // Who is vouched for by its CSE is registered there, and not here.
        let known =
            caller.is_proven() || (caller.is_believed() && self.settings.laboratory.believe_originators);
        (reads_base && known).then_some(Basis::RegistreeReadsBase)
    }

    /// Administrators find, read and remove registrations, credentials and the objects of secure storage, whoever owns them, and
    /// do nothing else with them: a key works for its owner only, sensitive data is given to its owner only, and
    /// what lies below an AE is the AE's.
    fn administrates(&self, caller: &Caller, operation: AccessOperation, target: &Resource) -> bool {
        let kind = [&AE, &REMOTE_CSE, &KEY_OBJECT, &DATA_OBJECT, &CREDENTIAL].contains(&target.schema);
        let care = matches!(
            operation,
            AccessOperation::Retrieve | AccessOperation::Discovery | AccessOperation::Delete
        );
        kind && care && caller.is_administrator(self.settings)
    }

    /// Sensitive data is its owner's, whatever any policy says and whoever vouches for the caller.
    fn decide_owned(
        &self,
        caller: &Caller,
        operation: AccessOperation,
        target: &Resource,
    ) -> Result<Basis, Denial> {
        let admitted = caller.is_proven() || caller.standing() == Standing::Internal;
        match self.by_default(caller, target) {
            Verdict::Permit(_) if !admitted => Err(Refusal::denied().into()),
            Verdict::Deny(_) if self.administrates(caller, operation, target) => Ok(Basis::Administration),
            verdict => conclude(verdict),
        }
    }

    /// What the caller may do to what it made itself.
    fn by_default(&self, caller: &Caller, target: &Resource) -> Verdict {
        let creator = target.creator.as_deref().and_then(|id| EntityId::parse(id, &self.settings.home).ok());
        decide_default(None, creator.as_ref(), &caller.subject())
    }

    /// Owners keep their own objects and administrators administration; nothing else is granted (ARC-11).
    fn decide_without_policies(
        &self,
        caller: &Caller,
        operation: AccessOperation,
        target: &Resource,
    ) -> Result<Basis, Denial> {
        // What the node made itself is the administrator's; what others made is theirs.
        let of_the_node = !target.schema.creatable && caller.is_administrator(self.settings);
        if of_the_node || self.administrates(caller, operation, target) {
            return Ok(Basis::Administration);
        }
        if let Some(basis) = self.by_registration(caller, operation, target) {
            return Ok(basis);
        }
        conclude(self.by_default(caller, target))
    }
}

/// A refusal by the gate, with the reason for the audit log.
#[derive(Debug)]
pub(crate) struct Denial {
    pub(crate) refusal: Refusal,
    pub(crate) reason: Option<Reason>,
    /// The policy epoch under which it was decided, where something was.
    pub(crate) epoch: Option<Version>,
}

impl Denial {
    fn under(self, epoch: Version) -> Self {
        Self { epoch: Some(epoch), ..self }
    }
}

impl From<Refusal> for Denial {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, reason: None, epoch: None }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        denial.refusal
    }
}

/// A verdict as the gate gives it on: what is not permitted is denied.
pub(crate) fn conclude(verdict: Verdict) -> Result<Basis, Denial> {
    match verdict {
        Verdict::Permit(rule) => Ok(Basis::Rule(rule)),
        Verdict::Deny(reason) => Err(Denial { reason: Some(reason), ..Denial::from(Refusal::denied()) }),
        Verdict::Unknown(_) => Err(Denial::from(Refusal::denied())),
    }
}
