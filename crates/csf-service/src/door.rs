//! The one door into the service layer: the journey of a request, from evidence to response.

mod admission;
mod members;

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Instant;

use csf_api::{Operation, Request, Response, ResultContent, Status, UtcTime};
use csf_store::Version;
use csf_transport::Description;
use csf_tree::schema::{CONFIGURATION, CREDENTIAL, DATA_OBJECT, FUNCTION, KEY_OBJECT};

use crate::audit::{self, AuditKind, AuditRecord};
use crate::authentication::{Caller, Evidence, authenticate, is_registration};
use crate::call::Call;
use crate::context::Context;
use crate::fan_out::FanOut;
use crate::gate::{Denial, Grant};
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::settings::{Components, Settings};
use crate::target::{self, Found, Located};
use crate::trace::{Step, Trace};
use crate::{administration, authentication_service, authorization, data, functions, keys, resources};

/// How often a request is decided again because what it was decided on changed before it could commit.
const MAX_ATTEMPTS: usize = 32;

#[cfg(feature = "access-management")]
pub(crate) use admission::admit;

/// Why a service cannot be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupError {
    /// There is no secure environment, and the draft wants at least one (6.4.1).
    NoSecureEnvironment,
    /// The settings ask for a component whose cargo feature is off.
    NotBuilt(&'static str),
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecureEnvironment => f.write_str("a Security CSF needs at least one secure environment"),
            Self::NotBuilt(feature) => write!(f, "this build lacks the feature {feature}"),
        }
    }
}

impl std::error::Error for SetupError {}

/// The service layer of one node.
pub struct Service {
    pub(crate) context: Context,
}

impl Service {
    /// A service with these settings over these secure environments, started at this moment.
    ///
    /// # Errors
    ///
    /// [`SetupError::NoSecureEnvironment`] when there is none (TRN-2), [`SetupError::NotBuilt`] when the settings
    /// ask for a component that this build does not have.
    pub fn new(
        settings: Settings,
        environments: Vec<Description>,
        started: UtcTime,
    ) -> Result<Self, SetupError> {
        if let Some(feature) = settings.components.beyond(&Components::BUILT) {
            return Err(SetupError::NotBuilt(feature));
        }
        let context = Context::new(settings, environments, started).ok_or(SetupError::NoSecureEnvironment)?;
        Ok(Self { context })
    }

    /// The same service with other settings, for the requests that come from now on: records, policies and whatever
    /// else requests share stay shared. Those that are under way keep the settings that they began with.
    ///
    /// What was read from the settings at the start stays as it was: names, components, the security tree.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> Self {
        let fixed = self.settings();
        let settings = Settings {
            home: fixed.home.clone(),
            base_name: fixed.base_name.clone(),
            administrator: fixed.administrator.clone(),
            components: fixed.components,
            default_access: fixed.default_access,
            ..settings
        };
        Self { context: self.context.with(settings) }
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.context.settings
    }

    /// Handles one request and answers it, at the latest by the given moment.
    pub async fn handle<O: Outside>(
        &self,
        outside: &O,
        evidence: &Evidence,
        request: &Request,
        by: Instant,
    ) -> Response {
        self.handle_traced(outside, evidence, request, by).await.0
    }

    /// Like [`Self::handle`], with the steps that the request took.
    pub async fn handle_traced<O: Outside>(
        &self,
        outside: &O,
        evidence: &Evidence,
        request: &Request,
        by: Instant,
    ) -> (Response, Trace) {
        let asking = Asking { outside, by, names: &self.context.names };
        let mut trace = Trace::default();
        trace.note(Step::Called);
        let mut outcome = Err(Outcome::refused(Refusal::internal()));
        for _ in 0..MAX_ATTEMPTS {
            outcome = self.attempt(&asking, evidence, request, &mut trace).await;
            // Only what another request changed in the meantime is worth another look.
            if !matches!(&outcome, Err(failed) if failed.refusal.stale) {
                break;
            }
        }
        let mut response = self.conclude(&asking, request, outcome).await;
        response.originated = request.originated.map(|_| asking.now());
        response.result_expires = request.result_expires;
        trace.note(Step::Responded);
        (response, trace)
    }

    /// How many reads were permitted since this was last asked, for the audit log's windows.
    pub fn take_permitted_reads(&self) -> u64 {
        self.context.reads.swap(0, Ordering::Relaxed)
    }

    async fn attempt<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        evidence: &Evidence,
        request: &Request,
        trace: &mut Trace,
    ) -> Result<Done, Outcome> {
        let caller = authenticate(asking, &self.context.settings, evidence, request)
            .await
            .map_err(Outcome::refused)?;
        self.serve(asking, caller, request, trace, &mut FanOut::default()).await
    }

    /// Serves a request of this caller, which may be one that a request to a group became.
    async fn serve<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        caller: Caller,
        request: &Request,
        trace: &mut Trace,
        fan_out: &mut FanOut,
    ) -> Result<Done, Outcome> {
        let by_caller = |refusal| Outcome { caller: Some(caller.clone()), ..Outcome::refused(refusal) };
        resources::must_allow(request).map_err(by_caller)?;
        let located = target::locate(asking, &self.context.settings, &request.to).await.map_err(by_caller)?;
        trace.note(Step::Forwarded);
        if !request.credentials.is_empty() || request.credentials.can_obtain {
            // Roles and tokens that nobody looks at must not seem to have counted for nothing.
            resources::must_have_access_management(&self.context.settings).map_err(by_caller)?;
        }
        let presented =
            self.context.policies.present(&self.context, asking, caller.clone(), &request.credentials);
        let caller = match presented.await {
            Ok(caller) => caller,
            Err(refusal) => {
                if is_denial(refusal.status) {
                    self.remember(asking, &caller, request, &located, (false, None));
                }
                return Err(by_caller(refusal));
            }
        };
        let by_caller = |refusal| Outcome { caller: Some(caller.clone()), ..Outcome::refused(refusal) };
        let grant = match self.admit(asking, &caller, request, &located, trace).await {
            Ok(grant) => {
                trace.answer(true);
                grant
            }
            Err(denial) => {
                trace.answer(false);
                trace.note(Step::Processed);
                if denial.refusal.status == Status::OriginatorHasNoPrivilege {
                    self.remember(asking, &caller, request, &located, (false, denial.epoch));
                }
                let reason = denial.reason.map(|reason| reason.to_string());
                return Err(Outcome { caller: Some(caller), reason, refusal: denial.refusal });
            }
        };
        trace.note(Step::Processed);
        self.remember(asking, &caller, request, &located, (true, Some(grant.epoch())));
        let reply = match located {
            Located::Resource(found) => {
                let settings = &self.context.settings;
                let administers = audit::is_administration(request, &found.resource, &caller, settings);
                let recorded = administers || audit::leaves_a_record(request, &found.resource);
                if recorded && asking.audit_ready().await.is_err() {
                    return Err(by_caller(Refusal::unrecorded()));
                }
                let call = Call { context: &self.context, asking, caller: &caller, grant: &grant, request };
                let reply = carry_out(&call, found).await;
                debug_assert!(
                    recorded || reply.as_ref().map_or(true, |reply| reply.audit.is_none()),
                    "what leaves a record was known to before it was done"
                );
                let unrecorded = |reply: &Reply| administers && reply.audit.is_none();
                reply.map(|r| if unrecorded(&r) { r.audited(AuditKind::Administration) } else { r })
            }
            Located::Members { group, below } => {
                self.ask_members(asking, &caller, request, &group.resource, &below, fan_out).await
            }
        };
        Ok(Done { reply: reply.map_err(by_caller)?, caller, grant })
    }

    /// Keeps what the gate said, so that it can be explained for a while.
    fn remember<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        caller: &Caller,
        request: &Request,
        located: &Located,
        decided: (bool, Option<Version>),
    ) {
        let about = match located {
            Located::Resource(found) => (&found.resource, false),
            Located::Members { group, .. } => (&group.resource, true),
        };
        let when = (asking.outside.request(), asking.now());
        self.context.recent.note(when, caller, request, about, decided);
    }

    async fn admit<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        caller: &Caller,
        request: &Request,
        located: &Located,
        trace: &mut Trace,
    ) -> Result<Grant, Denial> {
        trace.note(Step::Verified);
        admission::admit(&self.context.gate(asking), caller, request, located, false).await
    }

    /// Makes the response, and the audit record where the event is worth one.
    async fn conclude<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        request: &Request,
        outcome: Result<Done, Outcome>,
    ) -> Response {
        let (kind, caller, ground, mut response) = match outcome {
            Ok(done) => {
                let audit = done.reply.audit;
                let mut response = done.reply.into_response(request);
                response.assigned_token_ids = done.caller.held().assigned().to_vec();
                (audit, Some(done.caller), Ground::Grant(done.grant), response)
            }
            Err(failed) => {
                let response = self.refuse(request, &failed.refusal);
                let kind = is_denial(failed.refusal.status).then_some(AuditKind::Denied);
                let ground = failed.reason.map_or(Ground::Refusal(failed.refusal), Ground::Reason);
                (kind, failed.caller, ground, response)
            }
        };
        let Some(kind) = kind else {
            if request.operation == Operation::Retrieve && response.status.is_success() {
                self.context.reads.fetch_add(1, Ordering::Relaxed);
            }
            return response;
        };
        let record = AuditRecord {
            time: asking.now(),
            kind,
            originator: caller.as_ref().and_then(|c| c.originator()).map(|id| id.absolute().into()),
            operation: Some(request.operation),
            target: Some(request.to.to_string().into()),
            status: Some(response.status),
            ground: match caller.as_ref().map(Caller::standing_name) {
                Some(standing) => format!("{ground} ({standing})").into(),
                None => ground.to_string().into(),
            },
        };
        // What cannot be recorded is not given out.
        if asking.audit(record).await.is_err() {
            response = self.refuse(request, &Refusal::unrecorded());
        }
        response
    }

    #[expect(clippy::unused_self, reason = "refusing is the service's voice, whatever it needs today")]
    fn refuse(&self, request: &Request, refusal: &Refusal) -> Response {
        let response = Response::new(refusal.status, request.request_id.clone(), Some(request.release));
        Response { is_unmet: refusal.unmet, ..response.with_text(&refusal.text) }
    }
}

struct Done {
    caller: Caller,
    reply: Reply,
    grant: Grant,
}

/// On what ground it ended as it did; words are made of it for the audit log only.
enum Ground {
    Grant(Grant),
    Reason(String),
    Refusal(Refusal),
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Grant(grant) => grant.basis().fmt(f),
            Self::Reason(reason) => f.write_str(reason),
            Self::Refusal(refusal) => f.write_str(&refusal.text),
        }
    }
}

struct Outcome {
    caller: Option<Caller>,
    refusal: Refusal,
    reason: Option<String>,
}

impl Outcome {
    const fn refused(refusal: Refusal) -> Self {
        Self { caller: None, refusal, reason: None }
    }
}

/// Whether the request registers an entity with this CSE.
fn registers(request: &Request) -> bool {
    is_registration(request) || resources::is_cse_registration(request)
}

/// Carries the request out, if the target meets the conditions that it states. What is changed is then the very
/// version of the target that met them: components commit on the condition that it still is, and are asked again
/// where it is not.
async fn carry_out<O: Outside>(call: &Call<'_, O>, found: Found) -> Result<Reply, Refusal> {
    for criteria in call.request.filter.iter().chain(&call.request.discovery) {
        resources::must_be_known(&call.context.settings, criteria)?;
    }
    // Before any condition is looked at, whose verdict would tell what it holds.
    resources::must_be_open(call, &found.resource).await?;
    if let Some(criteria) = &call.request.filter {
        resources::must_meet(call, &found.resource, criteria).await?;
    }
    if let Some(demanded) = &call.request.if_match {
        resources::must_match(call, &found, demanded).await?;
    }
    let reply = dispatch(call, found).await?;
    // Whatever a component gives back: nothing is nothing (TS-0004 7.3.3.12).
    Ok(match call.request.result_content {
        Some(ResultContent::Nothing) => Reply { content: None, ..reply },
        _ => reply,
    })
}

/// One match on operation and target, then one component.
async fn dispatch<O: Outside>(call: &Call<'_, O>, found: Found) -> Result<Reply, Refusal> {
    let schema = found.resource.schema;
    match call.request.operation {
        Operation::Create if is_registration(call.request) => resources::register(call, &found).await,
        Operation::Create if resources::is_cse_registration(call.request) => {
            resources::register_cse(call, &found).await
        }
        Operation::Create => {
            match resources::schema_of_child(&call.context.settings, call.request, &found.resource)? {
                child if *child == KEY_OBJECT => keys::create(call, &found).await,
                child if *child == DATA_OBJECT => data::create(call, &found).await,
                child if *child == CREDENTIAL => authentication_service::register(call, &found).await,
                child => resources::create(call, &found, child).await,
            }
        }
        Operation::Retrieve if call.request.discovery.is_some() => resources::discover(call, &found).await,
        Operation::Retrieve if *schema == DATA_OBJECT => data::retrieve(call, &found).await,
        Operation::Retrieve => resources::retrieve(call, &found).await,
        Operation::Update if *schema == FUNCTION && functions::is_invocation(call.request) => {
            functions::invoke(call, &found.resource).await
        }
        Operation::Update if audit::is_question(schema, call.request) => audit::answer(call).await,
        Operation::Update if authorization::wants_explanation(schema, call.request) => {
            authorization::explain(call).await
        }
        Operation::Update if authorization::is_question(call, &found) => {
            authorization::answer(call, &found).await
        }
        Operation::Update if authentication_service::is_request(schema, call.request) => {
            authentication_service::serve(call).await
        }
        Operation::Update if *schema == KEY_OBJECT && keys::is_rotation(call.request) => {
            keys::rotate(call, &found).await
        }
        Operation::Update if *schema == KEY_OBJECT && keys::touches_owner(call.request) => {
            keys::hand_over(call, &found).await
        }
        Operation::Update if *schema == CONFIGURATION && administration::is_change(call.request) => {
            administration::change(call, &found).await
        }
        Operation::Update => resources::update(call, &found).await,
        Operation::Delete if *schema == KEY_OBJECT => keys::destroy(call, &found).await,
        Operation::Delete if *schema == DATA_OBJECT => data::delete(call, &found).await,
        Operation::Delete => resources::delete(call, &found).await,
        Operation::Notify if resources::is_notification(call.request) => {
            Err(Refusal::new(Status::NotImplemented, "notifications are not received here"))
        }
        Operation::Notify => Err(Refusal::bad_request("the content is no notification; a CREATE says ty")),
    }
}

const fn is_denial(status: Status) -> bool {
    matches!(
        status,
        Status::OriginatorHasNoPrivilege
            | Status::OriginatorNotAuthenticated
            | Status::SecurityAssociationRequired
    )
}
