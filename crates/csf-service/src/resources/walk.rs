//! A walk over what lies below a resource, level by level, within a budget.

use std::collections::VecDeque;

use csf_api::{IdentifierForm, ResourceId};
use csf_tree::Child;
use csf_tree::schema::{ACCESS_CONTROL_POLICY, CONTENT_INSTANCE};

use super::children::{self, Budget};
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The walk: it goes below a child only where it is told to [`Walk::descend`].
pub(super) struct Walk {
    pub(super) budget: Budget,
    waiting: VecDeque<Place>,
    at: Option<At>,
    /// How deep it was asked to go, and how deep it goes.
    asked: u32,
    deepest: u32,
    cut: bool,
}

/// A resource whose children are visited.
struct Place {
    id: ResourceId,
    address: String,
    level: u32,
    number: usize,
}

/// Where the walk stands.
struct At {
    place: Place,
    page: std::vec::IntoIter<Child>,
    after: Option<String>,
}

/// A child that the walk came to.
pub(super) struct Step {
    pub(super) child: Child,
    /// Its hierarchical address.
    pub(super) address: String,
    /// 1 for a child of the resource where the walk began.
    pub(super) level: u32,
    /// The number under which its parent was descended to; 0 for the resource where the walk began.
    pub(super) parent: usize,
}

impl Step {
    /// Its address in this form.
    pub(super) fn shown_as(&self, form: IdentifierForm) -> &str {
        match form {
            IdentifierForm::Structured => &self.address,
            IdentifierForm::Unstructured => self.child.id.as_str(),
        }
    }
}

impl Walk {
    /// A walk below the resource at this address, to a level that is asked for and to one that is allowed.
    pub(super) fn below(id: &ResourceId, address: String, asked: Option<u32>, allowed: u32) -> Self {
        let asked = asked.unwrap_or(u32::MAX);
        let place = Place { id: id.clone(), address, level: 0, number: 0 };
        Self {
            budget: Budget::default(),
            waiting: VecDeque::from([place]),
            at: None,
            asked,
            deepest: asked.min(allowed),
            cut: false,
        }
    }

    /// Whether something was left out that was asked for.
    pub(super) const fn was_cut(&self) -> bool {
        self.cut || self.budget.is_spent()
    }

    /// The next child.
    pub(super) async fn next<O: Outside>(&mut self, call: &Call<'_, O>) -> Result<Option<Step>, Refusal> {
        loop {
            if let Some(at) = &mut self.at {
                if let Some(child) = at.page.next() {
                    if !self.budget.take() {
                        return Ok(None);
                    }
                    let address = format!("{}/{}", at.place.address, child.name);
                    let (level, parent) = (at.place.level.saturating_add(1), at.place.number);
                    return Ok(Some(Step { child, address, level, parent }));
                }
                if let Some(after) = at.after.take() {
                    at.load(call, Some(&after)).await?;
                    continue;
                }
            }
            let Some(place) = self.waiting.pop_front() else { return Ok(None) };
            let mut at = At { place, page: Vec::new().into_iter(), after: None };
            if at.place.level < self.deepest {
                at.load(call, None).await?;
                self.at = Some(at);
            } else if at.place.level < self.asked && !self.cut {
                at.load(call, None).await?;
                self.cut = at.page.len() > 0;
            }
        }
    }

    /// Goes below a child as well, when its turn comes; its own children will name it by this number.
    pub(super) fn descend(&mut self, step: &Step, number: usize) {
        let kind = step.child.resource_type;
        if kind == CONTENT_INSTANCE.resource_type || kind == ACCESS_CONTROL_POLICY.resource_type {
            // Nothing is ever below one.
            return;
        }
        let (id, address) = (step.child.id.clone(), step.address.clone());
        self.waiting.push_back(Place { id, address, level: step.level, number });
    }
}

impl At {
    async fn load<O: Outside>(&mut self, call: &Call<'_, O>, after: Option<&str>) -> Result<(), Refusal> {
        let page = children::page(call, &self.place.id, after).await?;
        if page.len() >= children::PAGE {
            self.after = page.last().map(|last| last.id.as_str().to_owned());
        }
        self.page = page.into_iter();
        Ok(())
    }
}
