//! What the tokens of a request permit where nothing else does (TS-0003 7.3.2.5 step 3; requirement ACC-8).
//!
//! The permissions are taken one by one, those that cover the target: their privileges decide as rules, and their roles
//! are roles of the originator for this target.

use std::sync::Arc;

use csf_access::{Circumstances, Permission, Question, Reason, RuleRef, Rules, Subject, Token, Verdict};
use csf_api::Status;

use super::Policies;
use super::decision::{Decision, Governed};
use super::held::Held;
use crate::gate::{Basis, Denial};
use crate::outside::Outside;

impl<O: Outside> Decision<'_, O> {
    /// Decides as without tokens, and where that denies, by the permissions of the tokens.
    pub(super) async fn make_with_tokens(
        &self,
        governed: &mut Governed,
        policies: &Policies,
    ) -> Result<Basis, Denial> {
        let denial = match self.make(governed, policies).await {
            Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => denial,
            made => return made,
        };
        for held in self.caller.held().tokens() {
            for (at, permission) in held.token().permissions().iter().enumerate() {
                if !self.is_about_target(held, (at, permission)).await {
                    continue;
                }
                if permission.privileges().is_some() {
                    let mut by = Governed::ByToken { token: Arc::clone(held.token()), permission: at };
                    if let Ok(basis) = self.make(&mut by, policies).await {
                        return Ok(basis);
                    }
                }
                let holds = self.caller.held();
                if let Some(roles) = holds.with_roles_of(permission) {
                    let with_roles = self.caller.clone().holding(Held { roles, ..holds.clone() });
                    if let Ok(basis) = self.of(&with_roles).make(governed, policies).await {
                        return Ok(basis);
                    }
                }
            }
        }
        Err(denial)
    }
}

/// The rules of one permission of a token.
pub(super) fn rules_of(token: &Token, permission: usize) -> Option<&Rules> {
    token.permissions().get(permission).and_then(Permission::privileges)
}

/// What one permission of a token says, as rules of its own.
pub(super) fn by_token(
    token: &Token,
    permission: usize,
    subject: &Subject<'_>,
    question: &Question<'_>,
    circumstances: &Circumstances<'_>,
) -> Verdict {
    let (Some(rules), Ok(permission)) = (rules_of(token, permission), u16::try_from(permission)) else {
        return Verdict::Deny(Reason::NoPolicy);
    };
    match rules.decide(subject, question, circumstances) {
        Verdict::Permit(index) => {
            Verdict::Permit(RuleRef::Token { token: Arc::clone(token.id()), permission, index })
        }
        Verdict::Deny(reason) => Verdict::Deny(reason),
        Verdict::Unknown(missing) => Verdict::Unknown(missing),
    }
}
