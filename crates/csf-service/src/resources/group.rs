//! The members of a group: each is there, may be read, is named once, and has the type that the group wants
//! (TS-0004 7.4.13.2.1, 7.4.13.2.3). What becomes of those that are gone is in [`gone_members`].

use csf_api::{AccessOperation, Address, Object, ResourceType, Status, Value};
use csf_tree::Resource;
use csf_tree::schema::CONTENT_INSTANCE;

use crate::asked::Asked;
use crate::call::Call;
use crate::gone_members;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::{self, FAN_OUT_POINT, Located};

/// The `mt` of a group whose members have any type.
const MIXED: i64 = 0;

/// What becomes of a group with a member of another type (`csy`, TS-0004 6.3.4.2.12).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strategy {
    AbandonMember,
    AbandonGroup,
    SetMixed,
}

impl Strategy {
    fn of(group: &Resource) -> Result<Self, Refusal> {
        match group.attributes.get("csy").map(Value::as_integer) {
            None | Some(Some(1)) => Ok(Self::AbandonMember),
            Some(Some(2)) => Ok(Self::AbandonGroup),
            Some(Some(3)) => Ok(Self::SetMixed),
            _ => Err(Refusal::bad_request("csy is 1, 2 or 3")),
        }
    }
}

/// A member: as it was found, or on another CSE, where nobody here can ask for its type.
enum Member {
    Here { id: String, resource_type: i64, specialisation: Option<Box<str>> },
    Elsewhere { id: String },
}

impl Member {
    fn id(&self) -> &str {
        match self {
            Self::Here { id, .. } | Self::Elsewhere { id } => id,
        }
    }

    const fn is_here(&self) -> bool {
        matches!(self, Self::Here { .. })
    }

    /// Whether it has the type that the group wants, as far as can be told.
    fn fits(&self, wanted: i64, kind: Option<&str>) -> bool {
        match self {
            Self::Here { resource_type, specialisation, .. } => {
                wanted == MIXED
                    || (*resource_type == wanted && (kind.is_none() || specialisation.as_deref() == kind))
            }
            Self::Elsewhere { .. } => true,
        }
    }
}

/// Checks the members of a new group, or those that an UPDATE puts in the place of the old ones, and keeps
/// them by identifier.
///
/// A member that is not there is refused with 4004. One that another CSE hosts is kept unseen, as one whose CSE
/// cannot be reached for now: the group says by `mtv` that not all types were checked.
pub(super) async fn settle<O: Outside>(call: &Call<'_, O>, group: &mut Resource) -> Result<(), Refusal> {
    let strategy = Strategy::of(group)?;
    let wanted = group.integer("mt");
    let specialisation: Option<Box<str>> =
        group.attributes.get("spty").and_then(Value::as_text).map(Into::into);
    if specialisation.is_some() && wanted != i64::from(ResourceType::FLEX_CONTAINER.number()) {
        return Err(Refusal::bad_request("spty goes with members of type 28"));
    }
    let mut members: Vec<Member> = Vec::new();
    for text in group.attributes.get("mid").and_then(Value::as_list).unwrap_or_default() {
        let member = find(call, text.as_text().unwrap_or_default()).await?;
        if !members.iter().any(|other| other.id() == member.id()) {
            members.push(member);
        }
    }
    must_fit(group, members.len())?;
    let fits = |member: &Member| member.fits(wanted, specialisation.as_deref());
    let mut kept = wanted;
    if !members.iter().all(fits) {
        match strategy {
            Strategy::AbandonMember => members.retain(fits),
            Strategy::AbandonGroup => {
                let text = "a member has another type than the group wants";
                return Err(Refusal::new(Status::GroupMemberTypeInconsistent, text));
            }
            Strategy::SetMixed => {
                kept = MIXED;
                group.attributes.remove("spty");
            }
        }
    }
    group.attributes.set("mt", Value::Integer(kept));
    gone_members::keep(&mut group.attributes, members.iter().map(Member::id));
    group.attributes.set("mtv", Value::Bool(members.iter().all(Member::is_here)));
    Ok(())
}

/// What an UPDATE with this content means for the members. Where it names none, those that are there stay.
pub(super) async fn change<O: Outside>(
    call: &Call<'_, O>,
    group: &mut Resource,
    given: &Object,
) -> Result<(), Refusal> {
    if given.get("mid").is_some() {
        return settle(call, group).await;
    }
    *group = gone_members::without(call.asking, &call.context.settings, group).await?;
    must_fit(group, usize::try_from(group.integer("cnm")).unwrap_or(usize::MAX))
}

fn must_fit(group: &Resource, members: usize) -> Result<(), Refusal> {
    let most = usize::try_from(group.integer("mnm")).unwrap_or(0);
    if members <= most {
        return Ok(());
    }
    Err(Refusal::new(Status::MaxNumberOfMemberExceeded, "the group has more members than mnm"))
}

/// Finds a member. Its type is told to nobody who may not read it.
async fn find<O: Outside>(call: &Call<'_, O>, text: &str) -> Result<Member, Refusal> {
    let address = Address::parse(text).map_err(|e| Refusal::bad_request(format!("mid: {e}")))?;
    if address.attribute().is_some() {
        return Err(Refusal::bad_request("mid: a member is a resource, not an attribute"));
    }
    let home = &call.context.settings.home;
    if !csf_tree::is_here(&address, home) {
        return Ok(Member::Elsewhere { id: address.within(home).to_string() });
    }
    let (resource, member) = match target::locate(call.asking, &call.context.settings, &address).await? {
        Located::Resource(found) => {
            let member = Member::Here {
                id: lasting_id(&found.resource, &address),
                resource_type: i64::from(found.resource.resource_type().number()),
                specialisation: found.resource.schema.container_definition.map(Into::into),
            };
            (found.resource, member)
        }
        Located::Members { group, below } if below.is_empty() => {
            let member = Member::Here {
                id: format!("{}/{FAN_OUT_POINT}", group.resource.id),
                resource_type: group.resource.integer("mt"),
                specialisation: group
                    .resource
                    .attributes
                    .get("spty")
                    .and_then(Value::as_text)
                    .map(Into::into),
            };
            (group.resource, member)
        }
        Located::Members { .. } => {
            return Err(Refusal::bad_request("mid: nothing can follow fopt in the address of a member"));
        }
    };
    match call
        .context
        .gate(call.asking)
        .admit(call.caller, Asked::whole(AccessOperation::Retrieve), &resource)
        .await
    {
        Ok(_) => Ok(member),
        Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => {
            Err(Refusal::new(Status::ReceiverHasNoPrivilege, "a member's type may not be read"))
        }
        Err(denial) => Err(denial.refusal),
    }
}

/// The identifier of a member; the latest and the oldest instance of a container stay whichever they are.
fn lasting_id(resource: &Resource, address: &Address) -> String {
    let last = address.segments().last().map_or("", |name| name);
    match &resource.parent {
        Some(container) if *resource.schema == CONTENT_INSTANCE && matches!(last, "la" | "ol") => {
            format!("{container}/{last}")
        }
        _ => resource.id.to_string(),
    }
}
