//! Who is calling: from what the channel proves and what the request claims to a [`Caller`]
//! (TS-0003 7.2.1; requirements ACC-2 and, in part, ACC-7).
//!
//! | channel | From | caller |
//! | --- | --- | --- |
//! | administration socket | the administrator | proven |
//! | local socket | registered by this user, or given to it by configuration | proven |
//! | local socket | an AE of a CSE that is registered here and is this user's | vouched |
//! | local socket | anything else | refused: 4106 |
//! | network, nothing proven | a CSE-ID | refused: 4107 |
//! | network, nothing proven | anything else | bare |
//! | network | no identifier of an entity | refused: 4103 |
//! | network, laboratory switch on | anything but the administrator | vouched |

use std::net::IpAddr;

use csf_access::{Standing, Subject};
use csf_api::{EntityId, EntityKind, Operation, Request, ResourceId, ResourceType, Status};
use csf_tree::{Registrant, Resource, resource_key};

use crate::outside::{Asking, Outside};
use crate::policies::{Facts, Held};
use crate::refusal::Refusal;
use crate::resources;
use crate::settings::Settings;

/// What a listener knows about the other end of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The administration socket, which only the node's own user and root can open.
    Administration,
    /// The local socket, and the user at its other end as the kernel tells it.
    Local {
        /// The user number.
        uid: u32,
    },
    /// A network listener on which nothing was proven.
    Network,
}

/// What a listener knows about a request beyond its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The channel.
    pub channel: Channel,
    /// The source address of the packets, on a network.
    pub address: Option<IpAddr>,
}

/// A caller: made here and nowhere else.
#[derive(Clone, Debug)]
pub struct Caller {
    standing: Standing,
    originator: Option<EntityId>,
    registrant: Option<Registrant>,
    /// The CSE that forwards the request, where one vouches for the originator.
    voucher: Option<EntityId>,
    address: Option<IpAddr>,
    facts: Facts,
    held: Held,
}

impl Caller {
    /// The node itself, for what it does of its own accord.
    pub(crate) const fn internal() -> Self {
        Self::new(Standing::Internal, None, None)
    }

    const fn new(standing: Standing, originator: Option<EntityId>, registrant: Option<Registrant>) -> Self {
        Self {
            standing,
            originator,
            registrant,
            voucher: None,
            address: None,
            facts: Facts::new(),
            held: Held::new(),
        }
    }

    /// An originator for whom the CSE vouches that forwards its request.
    fn forwarded_by(cse: EntityId, originator: EntityId) -> Self {
        Self { voucher: Some(cse), ..Self::new(Standing::Vouched, Some(originator), None) }
    }

    #[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "only policies ask for it"))]
    /// Where the caller's packets came from, where they came over a network.
    pub(crate) const fn address(&self) -> Option<IpAddr> {
        self.address
    }

    #[cfg(feature = "access-management")]
    /// Whether the caller's packets came over a network.
    pub(crate) const fn has_address(&self) -> bool {
        self.address.is_some()
    }

    #[cfg_attr(not(feature = "access-management"), expect(dead_code, reason = "only policies ask for it"))]
    /// What was found out for decisions about this caller's request.
    pub(crate) const fn facts(&self) -> &Facts {
        &self.facts
    }

    #[cfg_attr(
        not(feature = "access-management"),
        expect(dead_code, reason = "nobody answers such questions")
    )]
    /// An originator about whom somebody asks what it may do: it calls nothing, and gets no grant.
    pub(crate) const fn asked_about(standing: Standing, originator: Option<EntityId>) -> Self {
        Self::new(standing, originator, None)
    }

    #[cfg(feature = "access-management")]
    /// The same, as if its packets came from there.
    pub(crate) fn asked_about_at(self, address: Option<IpAddr>) -> Self {
        Self { address, ..self }
    }

    /// The caller as an access decision sees it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject { roles: self.held.roles(), ..Subject::new(self.standing, self.originator.as_ref()) }
    }

    /// The same caller with what it was found to hold.
    #[cfg(feature = "access-management")]
    pub(crate) fn holding(self, held: Held) -> Self {
        Self { held, ..self }
    }

    /// The roles and tokens that the caller was found to hold.
    pub(crate) const fn held(&self) -> &Held {
        &self.held
    }

    /// Who the caller is, where it says so.
    pub(crate) const fn originator(&self) -> Option<&EntityId> {
        self.originator.as_ref()
    }

    /// Who would answer for an AE that this caller registers.
    pub(crate) const fn registrant(&self) -> Option<Registrant> {
        self.registrant
    }

    /// Whether the channel proves who the caller is.
    pub(crate) const fn is_proven(&self) -> bool {
        matches!(self.standing, Standing::Proven)
    }

    /// Whether a laboratory switch stands in for what would prove who the caller is.
    pub(crate) const fn is_believed(&self) -> bool {
        matches!(self.standing, Standing::Vouched) && self.voucher.is_none()
    }

    /// Whether the administrator calls: proven, or believed where a laboratory switch says so.
    pub(crate) fn is_administrator(&self, settings: &Settings) -> bool {
        let admitted = self.is_proven() || (self.is_believed() && settings.laboratory.administrator);
        admitted && self.originator() == Some(&settings.administrator)
    }

    /// What is known about the caller, in words for the audit log, which name nobody.
    pub(crate) const fn standing_name(&self) -> &'static str {
        match (self.standing, &self.voucher) {
            (Standing::Vouched, Some(_)) => "vouched for by its CSE",
            (standing, _) => name_of(standing),
        }
    }

    /// How much is known about the caller.
    pub(crate) const fn standing(&self) -> Standing {
        self.standing
    }
}

/// A word for a kind of caller.
pub(crate) const fn name_of(standing: Standing) -> &'static str {
    match standing {
        Standing::Proven => "proven",
        Standing::Vouched => "vouched",
        Standing::Bare => "bare",
        Standing::Internal => "internal",
    }
}

/// Whether the request registers an AE: the one request whose From may be absent or wish for an identity.
pub(crate) fn is_registration(request: &Request) -> bool {
    request.operation == Operation::Create && request.resource_type == Some(ResourceType::AE)
}

/// Finds out who is calling, and from where.
pub(crate) async fn authenticate<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    evidence: &Evidence,
    request: &Request,
) -> Result<Caller, Refusal> {
    let caller = identify(asking, settings, evidence, request).await?;
    Ok(Caller { address: evidence.address, ..caller })
}

async fn identify<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    evidence: &Evidence,
    request: &Request,
) -> Result<Caller, Refusal> {
    let registration = is_registration(request);
    let claimed = match request.from.as_deref() {
        // "C" and "S" ask the registrar for an identity and name none.
        None | Some("C" | "S") if registration => None,
        None => return Err(Refusal::bad_request("From is missing")),
        Some(from) => match EntityId::parse(from, &settings.home) {
            Ok(claimed) => Some(claimed),
            Err(e) if registration => return Err(Refusal::bad_request(format!("From: {e}"))),
            // Nobody is called so, so nothing is permitted to it, not even what everybody may.
            Err(_) if evidence.channel == Channel::Network => {
                return Err(Refusal::new(Status::OriginatorHasNoPrivilege, "From names nobody"));
            }
            Err(_) => return Err(impostor("From names nobody whom this user could speak for")),
        },
    };
    match evidence.channel {
        Channel::Administration => {
            if claimed.as_ref() != Some(&settings.administrator) {
                return Err(impostor("this socket speaks for the administrator only"));
            }
            must_be_registrable(settings, registration, claimed.as_ref())?;
            Ok(Caller::new(Standing::Proven, claimed, None))
        }
        Channel::Local { uid } if registration => {
            must_be_registrable(settings, registration, claimed.as_ref())?;
            let registrant = Some(Registrant::LocalUser(uid));
            Ok(Caller::new(Standing::Proven, claimed, registrant))
        }
        Channel::Local { uid } => {
            let originator = claimed.ok_or_else(|| Refusal::bad_request("From is missing"))?;
            if belongs_to(asking, settings, &originator, uid).await? {
                Ok(Caller::new(Standing::Proven, Some(originator), None))
            } else if let Some(cse) = voucher_for(asking, settings, &originator, uid).await? {
                Ok(Caller::forwarded_by(cse, originator))
            } else {
                Err(impostor("this user may not speak for that originator"))
            }
        }
        Channel::Network if settings.laboratory.believe_originators => {
            let administrator = claimed.as_ref() == Some(&settings.administrator);
            let local = claimed.as_ref().is_some_and(|id| id.kind() == EntityKind::LocalCsf);
            if local || (administrator && !settings.laboratory.administrator) {
                return Err(impostor("this originator cannot be believed here"));
            }
            must_be_registrable(settings, registration, claimed.as_ref())?;
            Ok(Caller::new(Standing::Vouched, claimed, Some(Registrant::Unproven)))
        }
        Channel::Network => bare(claimed, registration),
    }
}

fn bare(claimed: Option<EntityId>, registration: bool) -> Result<Caller, Refusal> {
    let required = |text| Err(Refusal::new(Status::SecurityAssociationRequired, text));
    match claimed.as_ref().map(EntityId::kind) {
        _ if registration => required("an AE registers over a channel that proves who it is"),
        Some(EntityKind::Cse) => required("a CSE speaks over a security association"),
        Some(EntityKind::LocalCsf) => Err(impostor("local CSFs speak on the local socket only")),
        // Nothing proves the claim, so it is dropped: no rule can match it by mistake.
        _ => Ok(Caller::new(Standing::Bare, None, None)),
    }
}

fn impostor(text: &'static str) -> Refusal {
    Refusal::new(Status::OriginatorNotAuthenticated, text)
}

/// Refuses a registration under an identity that belongs to somebody already, on whatever channel.
fn must_be_registrable(
    settings: &Settings,
    registration: bool,
    claimed: Option<&EntityId>,
) -> Result<(), Refusal> {
    if registration && claimed.is_some_and(|id| is_reserved(settings, id)) {
        return Err(impostor("this identity cannot be registered"));
    }
    Ok(())
}

/// Identities that no AE can register: the administrator's and those that configuration gives to somebody.
pub(crate) fn is_reserved(settings: &Settings, id: &EntityId) -> bool {
    *id == settings.administrator
        || settings.local_csfs.contains_key(id)
        || settings.local_users.values().flatten().any(|given| given == id)
}

/// The CSE that may forward a request of this originator over the local socket of this user.
///
/// Nothing in a request names who forwards it, so the user does: it speaks for the CSE by configuration, the CSE is
/// registered here, and it assigned the stem of the AE. An S-type stem says no CSE, so nobody vouches for one.
async fn voucher_for<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    originator: &EntityId,
    uid: u32,
) -> Result<Option<EntityId>, Refusal> {
    let own = settings.local_users.get(&uid);
    let Some(cse) = originator.assigned_by().filter(|cse| own.is_some_and(|own| own.contains(cse))) else {
        return Ok(None);
    };
    // AEs of this CSE prove who they are themselves.
    let here = EntityId::parse(settings.home.cse(), &settings.home).as_ref() == Ok(&cse);
    if here || is_reserved(settings, originator) {
        return Ok(None);
    }
    let registered = resources::is_registered_cse(asking, &settings.home, &cse).await?;
    Ok(registered.then_some(cse))
}

async fn belongs_to<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    originator: &EntityId,
    uid: u32,
) -> Result<bool, Refusal> {
    if settings.local_users.get(&uid).is_some_and(|given| given.contains(originator)) {
        return Ok(true);
    }
    if originator.kind() == EntityKind::LocalCsf {
        return Ok(settings.local_csfs.get(originator) == Some(&uid));
    }
    if is_reserved(settings, originator) {
        return Ok(false);
    }
    let registered = registration_of(asking, settings, originator).await?;
    Ok(registered.is_some_and(|resource| resource.registrant == Some(Registrant::LocalUser(uid))))
}

/// The AE of this CSE that has this identity and has not ended.
async fn registration_of<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    originator: &EntityId,
) -> Result<Option<Resource>, Refusal> {
    let Some(id) = originator.stem().and_then(|stem| ResourceId::parse(stem).ok()) else {
        return Ok(None);
    };
    // Only an AE of this CSE counts: a stem of another CSE is another entity.
    if EntityId::parse(id.as_str(), &settings.home).as_ref() != Ok(originator) {
        return Ok(None);
    }
    let Some(record) = asking.load_one(resource_key(&id)).await? else {
        return Ok(None);
    };
    let resource = Resource::decode(record.bytes())?;
    let counts = resource.resource_type() == ResourceType::AE && !resource.is_expired(asking.now());
    Ok(counts.then_some(resource))
}

/// Whether somebody has this identity here and now: an AE that is registered, or whoever configuration gives it to.
#[cfg(feature = "access-management")]
pub(crate) async fn is_somebody<O: Outside>(
    asking: &Asking<'_, O>,
    settings: &Settings,
    identity: &EntityId,
) -> Result<bool, Refusal> {
    Ok(is_reserved(settings, identity) || registration_of(asking, settings, identity).await?.is_some())
}
