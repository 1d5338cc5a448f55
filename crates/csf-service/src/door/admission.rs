//! Which question a request is to the gate: one place for requests and for explanations of what they would get.

use csf_api::{Request, Status};

use super::registers;
use crate::asked::Asked;
use crate::authentication::Caller;
use crate::gate::{Denial, Gate, Grant};
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::Located;
use crate::{fan_out, hand_over, resources};

/// What the gate says of a request to what is at its address; or of one that is only planned, which is open where
/// nobody said what it would give.
pub(crate) async fn admit<O: Outside>(
    gate: &Gate<'_, O>,
    caller: &Caller,
    request: &Request,
    located: &Located,
    is_open: bool,
) -> Result<Grant, Denial> {
    let found = match located {
        Located::Resource(found) => found,
        Located::Members { .. } if registers(request) => {
            let text = "an entity registers below the CSEBase, and once";
            return Err(Refusal::new(Status::InvalidChildResourceType, text).into());
        }
        // Only whether the members may be asked is decided here; each decides for itself what of.
        Located::Members { group, .. } => {
            let governed = fan_out::as_members_are_governed(&group.resource);
            return gate.admit(caller, Asked::of_members(request).open(is_open), &governed).await;
        }
    };
    if registers(request) {
        return Ok(gate.admit_registration().await?);
    }
    if resources::is_relinking(request)? {
        return gate.admit_relinking(caller, request, &found.resource).await;
    }
    if let Some(step) = hand_over::step(request, &found.resource) {
        return gate.admit_hand_over(caller, step, &found.resource).await;
    }
    gate.admit(caller, Asked::of(request).open(is_open), &found.resource).await
}
