//! Which resources a permission of a token is about, found out when a decision has to know (TS-0003 7.3.2.5 step 3).
//!
//! ```text
//!   address of the permission ─▶ could it name the target? ── no ──▶ not about it
//!                                       │ its last name is the target's, or belongs to nobody
//!        led there in this epoch? ◀─────┘
//!          │ no                  └ yes ─▶ about it
//!          ▼
//!        follow all addresses of the token, once for the request
//! ```
//!
//! An address means whatever it names when the request is decided. Resources keep their names and their place for life,
//! and no identifier is given again while what decisions build on stays the same: so an address that led to the target
//! along such names leads there still, the target being there.

use csf_access::Permission;
use csf_api::{Address, Home};
use csf_tree::{Resource, is_here};

use super::decision::Decision;
use super::held::{Covered, HeldToken};
use crate::outside::Outside;
use crate::target::{self, FAN_OUT_POINT, Located};

/// Names that lead to another resource from one moment to the next.
const MOVING: [&str; 2] = ["la", "ol"];

impl<O: Outside> Decision<'_, O> {
    /// Whether a permission of a token is about the target.
    pub(super) async fn is_about_target(
        &self,
        held: &HeldToken,
        (at, permission): (usize, &Permission),
    ) -> bool {
        let Some(addresses) = permission.resources() else { return true };
        let target = self.target;
        if self.asked.is_of_members() {
            return self.leads_to_members(addresses).await;
        }
        if !addresses.iter().any(|address| could_name(address, &self.gate.settings.home, target)) {
            return false;
        }
        if held.kept.leads_to(self.epoch, at, &target.id) {
            return true;
        }
        self.covered(held).await.get(at).is_some_and(|ids| ids.contains(&target.id))
    }

    /// Whether one of these addresses is the one at which the members of the target are asked: that of the group alone gives
    /// no access to it.
    async fn leads_to_members(&self, addresses: &[Address]) -> bool {
        for address in addresses {
            let ends_there = address.segments().last().is_some_and(|last| **last == *FAN_OUT_POINT);
            if !(ends_there && is_here(address, &self.gate.settings.home)) {
                continue;
            }
            let located = target::locate(self.gate.asking, self.gate.settings, address).await;
            if let Ok(Located::Members { group, below }) = located
                && below.is_empty()
                && group.resource.id == self.target.id
            {
                return true;
            }
        }
        false
    }

    /// The resources here that the permissions of a token name, as they are now. Those of other CSEs, and those that
    /// are not there, are none.
    async fn covered<'a>(&self, held: &'a HeldToken) -> &'a Covered {
        if let Some(covered) = held.covered.get() {
            return covered;
        }
        let (mut covered, mut for_life) = (Covered::new(), Covered::new());
        for permission in held.token().permissions() {
            let (mut here, mut lasting) = (Vec::new(), Vec::new());
            for address in permission.resources().unwrap_or_default() {
                let Ok(found) = target::find(self.gate.asking, self.gate.settings, address).await else {
                    continue;
                };
                if !moves(address) {
                    lasting.push(found.resource.id.clone());
                }
                here.push(found.resource.id);
            }
            covered.push(here);
            for_life.push(lasting);
        }
        held.kept.remember(self.epoch, for_life);
        held.covered.get_or_init(|| covered)
    }
}

/// Whether an address may name a resource, by what it ends with.
fn could_name(address: &Address, home: &Home, target: &Resource) -> bool {
    if !is_here(address, home) {
        return false;
    }
    match address.segments() {
        [] => target.parent.is_none(),
        [one] => **one == *target.id.as_str() || target.parent.is_none(),
        [.., last] => **last == *target.name.as_str() || MOVING.contains(&&**last),
    }
}

/// Whether an address may lead to another resource although nothing on its way has gone.
fn moves(address: &Address) -> bool {
    address.segments().iter().skip(1).any(|segment| MOVING.contains(&&**segment))
}

#[cfg(test)]
mod tests {
    use csf_api::{Object, ResourceId, ResourceName, UtcTime};
    use csf_tree::schema::CONTAINER;

    use super::*;

    fn container() -> Resource {
        Resource {
            id: ResourceId::parse("cnt-1").expect("well formed"),
            parent: Some(ResourceId::parse("Cmeter").expect("well formed")),
            name: ResourceName::parse("readings").expect("well formed"),
            schema: &CONTAINER,
            created: UtcTime::MIN,
            modified: UtcTime::MIN,
            expires: None,
            creator: None,
            registrant: None,
            listed_as: None,
            attributes: Object::new(),
        }
    }

    #[test]
    fn only_an_address_that_ends_as_the_target_does_is_followed() {
        let home = Home::new("//csf.example", "/id-mn").expect("well formed");
        let could = |text: &str, target: &Resource| {
            could_name(&Address::parse(text).expect("well formed"), &home, target)
        };
        let container = container();
        for text in [
            "cnt-1",
            "-/x/readings",
            "/id-mn/-/readings",
            "//csf.example/id-mn/cnt-7/readings",
            "-/x/la",
            "y/ol",
        ] {
            assert!(could(text, &container), "{text}");
        }
        for text in [
            "cnt-2",
            "readings",
            "-",
            "/id-mn",
            "-/x/reading",
            "-/readings/x",
            "/id-in/-/readings",
            "//other.example/id-mn/-/readings",
        ] {
            assert!(!could(text, &container), "{text}");
        }
        let base = Resource { parent: None, ..container };
        assert!(["-", "cse-mn", "/id-mn", "cnt-1"].iter().all(|text| could(text, &base)));
    }

    #[test]
    fn what_moves_is_not_remembered() {
        let moves = |text: &str| moves(&Address::parse(text).expect("well formed"));
        assert!(moves("-/a/la") && moves("cnt-1/ol") && moves("-/la/b"));
        assert!(!moves("-/a/b") && !moves("la") && !moves("cnt-1"));
    }
}
