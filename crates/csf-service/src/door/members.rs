//! A request to the members of a group: each is decided, carried out and recorded like any other.

use std::pin::Pin;

use csf_api::{Request, Response, Status};
use csf_tree::Resource;

use super::{MAX_ATTEMPTS, Outcome, Service};
use crate::authentication::Caller;
use crate::fan_out::{self, FanOut};
use crate::gone_members;
use crate::outside::{Asking, Outside};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::{self, Located};
use crate::trace::Trace;

impl Service {
    /// Asks every member of a group the same, and puts their responses together.
    pub(super) async fn ask_members<O: Outside>(
        &self,
        asking: &Asking<'_, O>,
        caller: &Caller,
        request: &Request,
        group: &Resource,
        below: &[Box<str>],
        fan_out: &mut FanOut,
    ) -> Result<Reply, Refusal> {
        if request.if_match.is_some() {
            // Each member has a state of its own, and one tag would hardly be that of several.
            let text = "no state can be demanded of the members of a group at once";
            return Err(Refusal::new(Status::NotImplemented, text));
        }
        let present = gone_members::without(asking, &self.context.settings, group).await?;
        let members = fan_out.enter(&present)?;
        let mut parts = Vec::with_capacity(members.len());
        let mut deleted = Vec::new();
        for member in members {
            let response = match fan_out::address_at(member, below, &request.to) {
                Ok(to) => {
                    let request = Request { to, ..request.clone() };
                    // Boxed, because a member can be a group in its turn.
                    self.ask_member(asking, caller, request, fan_out).await
                }
                Err(error) => self.refuse(request, &Refusal::bad_request(error.to_string())),
            };
            if response.status == Status::Deleted && below.is_empty() && !gone_members::is_virtual(member) {
                deleted.push(member);
            }
            parts.push(fan_out::part(request, member, response));
        }
        fan_out.leave();
        if !deleted.is_empty() {
            // The members are deleted, which the parts say. Where the list could not be written, it still does not show
            // them.
            drop(gone_members::forget(&self.context, asking, &group.id, &deleted).await);
        }
        Ok(fan_out::together(parts))
    }

    /// One member request: decided, carried out and recorded like any other of this caller.
    fn ask_member<'a, O: Outside>(
        &'a self,
        asking: &'a Asking<'a, O>,
        caller: &'a Caller,
        request: Request,
        fan_out: &'a mut FanOut,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>> {
        Box::pin(async move {
            if !csf_tree::is_here(&request.to, &self.context.settings.home) {
                let text = "the CSE of this member cannot be reached";
                return self.refuse(&request, &Refusal::new(Status::TargetNotReachable, text));
            }
            let located = target::locate(asking, &self.context.settings, &request.to).await;
            let alone = matches!(located, Ok(Located::Resource(_)));
            if let Ok(Located::Resource(found)) = located
                && let Err(refusal) = fan_out
                    .must_have_room(&request)
                    .and_then(|()| fan_out.reach_member(&found.resource.id, &request.to))
            {
                return self.refuse(&request, &refusal);
            }
            let mut outcome = Err(Outcome::refused(Refusal::internal()));
            for _ in 0..MAX_ATTEMPTS {
                let mut trace = Trace::default();
                outcome = self.serve(asking, caller.clone(), &request, &mut trace, fan_out).await;
                if !matches!(&outcome, Err(failed) if failed.refusal.stale) {
                    break;
                }
            }
            let response = self.conclude(asking, &request, outcome).await;
            if alone {
                fan_out.count(&response);
            }
            response
        })
    }
}
