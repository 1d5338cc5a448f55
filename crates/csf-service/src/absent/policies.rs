//! The wall where access management is not built in: nobody's policies permit anything, and none can be made.
//!
//! A gate without the component decides before it would come here, and the types of the component are answered
//! with 5001 or 4004 before anything of them is asked.

use csf_access::RoleId;
use csf_api::{AssignedTokenId, Credentials, EntityId, Object, ResourceId, UtcTime, Value};
use csf_store::Version;
use csf_tree::Resource;

use crate::asked::Asked;
use crate::authentication::Caller;
use crate::call::Call;
use crate::context::Context;
use crate::gate::{Basis, Denial, Gate};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::resources::must_have_access_management;
use crate::settings::{Admission, Settings};
use crate::start::StartError;

/// No facts.
#[derive(Clone, Debug)]
pub(crate) struct Facts(());

impl Facts {
    /// None.
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// Nothing.
#[derive(Clone, Debug)]
pub(crate) struct Held(());

impl Held {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// None.
    #[expect(clippy::unused_self, reason = "the component has them here")]
    pub(crate) const fn roles(&self) -> &[RoleId] {
        &[]
    }

    /// None.
    #[expect(clippy::unused_self, reason = "the component has them here")]
    pub(crate) const fn assigned(&self) -> &[AssignedTokenId] {
        &[]
    }
}

/// No policies.
#[derive(Default)]
pub(crate) struct Policies(());

impl Policies {
    /// Nobody granted anything.
    #[expect(clippy::unused_self, reason = "the component has grants here")]
    pub(crate) const fn forget_grants(&self, _: &ResourceId) {}

    /// Refused as not implemented.
    #[expect(clippy::unused_self, reason = "the component checks here")]
    #[cfg_attr(not(feature = "sensitive-functions"), expect(dead_code, reason = "a function asks"))]
    pub(crate) fn check_claims(&self, settings: &Settings, _: &Object) -> Result<(), Refusal> {
        must_have_access_management(settings)?;
        Err(Refusal::denied())
    }

    /// Refused as not implemented.
    #[cfg_attr(not(feature = "sensitive-functions"), expect(dead_code, reason = "a function asks"))]
    pub(crate) async fn introspect<O: Outside>(
        &self,
        call: &Call<'_, O>,
        _: &str,
    ) -> Result<Object, Refusal> {
        must_have_access_management(&call.context.settings)?;
        Err(Refusal::denied())
    }

    /// The caller as it is: there are no roles and no tokens.
    pub(crate) async fn present<O: Outside>(
        &self,
        _: &Context,
        _: &Asking<'_, O>,
        caller: Caller,
        _: &Credentials,
    ) -> Result<Caller, Refusal> {
        Ok(caller)
    }

    /// Denied.
    pub(crate) async fn decide<O: Outside>(
        &self,
        _: &Gate<'_, O>,
        _: &Caller,
        _: &Asked<'_>,
        _: &Resource,
        _: bool,
        _: Version,
    ) -> Result<Basis, Denial> {
        Err(Denial::from(Refusal::denied()))
    }

    /// Refused.
    #[expect(clippy::unused_self, reason = "the component has a cache here")]
    pub(crate) fn check(&self, _: &Settings, _: &Resource) -> Result<(), Refusal> {
        Err(Refusal::denied())
    }
}

/// Whatever reaches this is neither a role nor a token.
pub(crate) const fn check_credential<O>(_: &Call<'_, O>, _: &Resource) -> Result<(), Refusal> {
    Ok(())
}

/// Nowhere.
pub(crate) const fn listed_as(_: &Settings, _: &Resource) -> Option<Box<str>> {
    None
}

/// Nobody, where a service subscription is asked for: there is none.
pub(crate) async fn admit_application<O: Outside>(
    call: &Call<'_, O>,
    _: &str,
    _: &EntityId,
) -> Result<(), Refusal> {
    match call.context.settings.admission {
        Admission::Open => Ok(()),
        Admission::ServiceSubscription => Err(Refusal::denied()),
    }
}

/// Whatever reaches this is no part of a service subscription.
pub(crate) const fn check_subscription(_: &Settings, _: &Resource) -> Result<(), Refusal> {
    Ok(())
}

/// None.
pub(crate) const fn first(_: &Settings, _: &ResourceId, _: UtcTime) -> Result<[Resource; 0], StartError> {
    Ok([])
}

/// No rules.
pub(crate) async fn access_rights<O: Outside>(_: &Call<'_, O>, _: &Resource) -> Result<Value, Refusal> {
    Ok(Value::Object(Object::new().with("acr", Value::List(Vec::new()))))
}

/// None.
pub(crate) async fn in_force<O: Outside>(_: &Call<'_, O>) -> Result<Value, Refusal> {
    Ok(Value::List(Vec::new()))
}

/// What would be linked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Link {
    /// Policies.
    Policies,
    /// Consultations.
    Consultations,
}

/// Refused as not implemented.
pub(crate) async fn links<O: Outside>(
    call: &Call<'_, O>,
    _: &str,
    _: Link,
    _: &Value,
) -> Result<Value, Refusal> {
    must_have_access_management(&call.context.settings)?;
    Err(Refusal::denied())
}
