//! Whether a resource meets filter criteria (TS-0004 7.3.3.17), as far as the caller may know.
//!
//! An answer to a condition tells what a resource holds. So a condition that DISCOVERY does not already answer
//! (`docs/decisions/0021-conditions-need-the-right-to-read.md`) is met only by what the caller may retrieve.

use csf_api::{
    AccessOperation, AttributeCondition, EntityTag, FilterCriteria, FilterOperation, IfMatch, Operation,
    RelativeCriteria, ResourceType, ResultContent, Status, Value, Window,
};
use csf_tree::schema::{self, DATA_OBJECT};
use csf_tree::{Resource, represent};

use super::children::{self, Budget};
use super::container;
use super::delete::must_be_deletable;
use super::update::must_be_changeable;
use crate::asked::Asked;
use crate::call::Call;
use crate::data;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::security_tree;
use crate::settings::Settings;
use crate::target::{self, Found};

/// How much of a resource the caller may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// Nothing.
    Nothing,
    /// What discovery tells: type, labels, times of creation and change.
    Discovered,
    /// Everything.
    Read,
}

/// Refuses a request whose target does not meet the conditions that came with it. Those of a RETRIEVE that shows what
/// lies below its target are about that, and not about the target (TS-0001 8.1.2).
pub(crate) async fn must_meet<O: Outside>(
    call: &Call<'_, O>,
    target: &Resource,
    criteria: &FilterCriteria,
) -> Result<(), Refusal> {
    let sight = match call.request.operation {
        Operation::Create | Operation::Notify => {
            return Err(Refusal::bad_request("CREATE and NOTIFY take no filter criteria"));
        }
        Operation::Retrieve if shows_what_lies_below(call) => return Ok(()),
        Operation::Retrieve if call.request.discovery.is_none() => Sight::Read,
        _ => sight(call, target).await?,
    };
    if meets(call, criteria, target, sight, &mut Budget::default()).await? {
        return Ok(());
    }
    Err(Refusal::new(Status::NotFound, "the target does not meet the filter criteria"))
}

/// Refuses conditions on an attribute that no type has: most likely a parameter that was misspelt.
pub(crate) fn must_be_known(settings: &Settings, criteria: &FilterCriteria) -> Result<(), Refusal> {
    let hosted = || schema::ALL.iter().chain(&settings.flex_containers);
    let of = [&criteria.attributes, &criteria.parent.attributes, &criteria.child.attributes];
    let mut names = of.into_iter().flatten().map(AttributeCondition::name);
    match names.find(|name| !hosted().any(|schema| schema.attribute(name).is_some())) {
        None => Ok(()),
        Some(name) => {
            let name = name.escape_debug();
            Err(Refusal::bad_request(format!("'{name}' is neither a parameter nor an attribute of any type")))
        }
    }
}

fn shows_what_lies_below<O: Outside>(call: &Call<'_, O>) -> bool {
    let selected = call.request.to.attribute().is_some() || !call.request.attributes.is_empty();
    !selected
        && matches!(
            call.request.result_content,
            Some(
                ResultContent::AttributesAndChildResources
                    | ResultContent::AttributesAndChildReferences
                    | ResultContent::ChildReferences
                    | ResultContent::ChildResources
            )
        )
}

/// Refuses a request whose target is not in the state that it demands: the one that a RETRIEVE of it by this caller
/// would show.
///
/// Who may not read it is told that it is not, whatever it is: a tag could be guessed.
pub(crate) async fn must_match<O: Outside>(
    call: &Call<'_, O>,
    found: &Found,
    demanded: &IfMatch,
) -> Result<(), Refusal> {
    let target = &found.resource;
    // A request that would be refused in any state is refused for that (RFC 9110 13.2.1).
    match call.request.operation {
        Operation::Update => must_be_changeable(target.schema)?,
        Operation::Delete => must_be_deletable(target)?,
        _ => {}
    }
    let IfMatch::OneOf(tags) = demanded else { return Ok(()) };
    if !tags.is_empty() && may(call, AccessOperation::Retrieve, target).await? {
        let computed = if *target.schema == DATA_OBJECT {
            data::shown(call, found).await?
        } else {
            security_tree::compute(call, target).await?
        };
        let shown = represent(target, computed);
        if tags.contains(&EntityTag::of(&shown)) {
            return Ok(());
        }
    }
    Err(Refusal::unmet())
}

/// Whether a resource of which the caller may know this much meets the criteria.
pub(super) async fn meets<O: Outside>(
    call: &Call<'_, O>,
    criteria: &FilterCriteria,
    resource: &Resource,
    mut sight: Sight,
    budget: &mut Budget,
) -> Result<bool, Refusal> {
    let mut tally = Tally::new(criteria.operation);
    open(&mut tally, criteria, resource, sight);
    if tally.is_settled() {
        return Ok(tally.verdict());
    }
    if needs_reading(criteria) {
        if sight == Sight::Discovered && may(call, AccessOperation::Retrieve, resource).await? {
            sight = Sight::Read;
        }
        closed(call, &mut tally, criteria, resource, sight).await?;
    }
    if !criteria.parent.is_empty() && !tally.is_settled() {
        of_parent(call, &mut tally, &criteria.parent, resource).await?;
    }
    if !criteria.child.is_empty() && !tally.is_settled() {
        of_children(call, &mut tally, &criteria.child, resource, budget).await?;
    }
    Ok(tally.verdict())
}

/// How the conditions looked at so far went.
struct Tally {
    operation: FilterOperation,
    counted: bool,
    all: bool,
    one: bool,
}

impl Tally {
    const fn new(operation: FilterOperation) -> Self {
        Self { operation, counted: false, all: true, one: false }
    }

    const fn add(&mut self, met: bool) {
        self.counted = true;
        self.all &= met;
        self.one |= met;
    }

    /// Whether no further condition can change the verdict.
    const fn is_settled(&self) -> bool {
        match self.operation {
            FilterOperation::And => !self.all,
            FilterOperation::Or => self.one,
        }
    }

    const fn verdict(&self) -> bool {
        match self.operation {
            FilterOperation::And => self.all,
            // No condition at all is met by everything.
            FilterOperation::Or => self.one || !self.counted,
        }
    }
}

/// Conditions on what discovery tells.
fn open(tally: &mut Tally, criteria: &FilterCriteria, resource: &Resource, sight: Sight) {
    let known = sight >= Sight::Discovered;
    if !criteria.resource_types.is_empty() {
        tally.add(known && is_of(resource, &criteria.resource_types));
    }
    if !criteria.labels.is_empty() {
        tally.add(known && is_labelled(resource, &criteria.labels));
    }
    within(tally, &criteria.created, Some(resource.created).filter(|_| known));
    within(tally, &criteria.modified, Some(resource.modified).filter(|_| known));
}

const fn needs_reading(criteria: &FilterCriteria) -> bool {
    const fn bounds<T>(window: &Window<T>) -> bool {
        window.from.is_some() || window.before.is_some()
    }
    bounds(&criteria.state)
        || bounds(&criteria.expires)
        || bounds(&criteria.size)
        || !criteria.content_types.is_empty()
        || !criteria.attributes.is_empty()
}

/// Conditions on what only a RETRIEVE tells.
async fn closed<O: Outside>(
    call: &Call<'_, O>,
    tally: &mut Tally,
    criteria: &FilterCriteria,
    resource: &Resource,
    sight: Sight,
) -> Result<(), Refusal> {
    let known = sight == Sight::Read;
    let number = |name| {
        let value = resource.attributes.get(name).filter(|_| known).and_then(Value::as_integer);
        value.and_then(|n| u32::try_from(n).ok())
    };
    within(tally, &criteria.state, number("st"));
    within(tally, &criteria.size, number("cs"));
    within(tally, &criteria.expires, resource.expires.filter(|_| known));
    if !criteria.content_types.is_empty() {
        let info = resource.attributes.get("cnf").filter(|_| known).and_then(Value::as_text);
        // The contentInfo is a media type, then perhaps an encoding behind a colon.
        let kind = info.map(|info| info.split(':').next().unwrap_or(info));
        let mut wanted = criteria.content_types.iter().map(|wanted| Some(&**wanted));
        tally.add(wanted.any(|wanted| wanted == info || wanted == kind));
    }
    for (_, met) in named(call, &criteria.attributes, resource, known).await? {
        tally.add(met);
    }
    Ok(())
}

/// For each name that a condition has, whether one of its conditions is met.
async fn named<'a, O: Outside>(
    call: &Call<'_, O>,
    conditions: &'a [AttributeCondition],
    resource: &Resource,
    known: bool,
) -> Result<Vec<(&'a str, bool)>, Refusal> {
    let mut names: Vec<(&str, bool)> = Vec::new();
    if conditions.is_empty() {
        return Ok(names);
    }
    let content = represent(resource, security_tree::compute(call, resource).await?);
    let attributes = content.value.as_object().filter(|_| known);
    for condition in conditions {
        let value = attributes.and_then(|object| object.get(condition.name()));
        let met = value.is_some_and(|value| holds(value, condition));
        match names.iter_mut().find(|(name, _)| *name == condition.name()) {
            Some((_, one)) => *one |= met,
            None => names.push((condition.name(), met)),
        }
    }
    Ok(names)
}

/// Whether a value is what a condition wants: one entry of a list is enough, and an object is never matched.
fn holds(value: &Value, condition: &AttributeCondition) -> bool {
    match value {
        Value::Text(text) => condition.matches(text),
        Value::Integer(number) => condition.matches(&number.to_string()),
        Value::Float(number) => condition.matches(&number.to_string()),
        Value::Bool(truth) => {
            condition.matches(if *truth { "true" } else { "false" })
                || condition.pattern() == if *truth { "1" } else { "0" }
        }
        Value::List(list) => list.iter().any(|entry| holds(entry, condition)),
        Value::Null | Value::Object(_) => false,
    }
}

async fn of_parent<O: Outside>(
    call: &Call<'_, O>,
    tally: &mut Tally,
    criteria: &RelativeCriteria,
    resource: &Resource,
) -> Result<(), Refusal> {
    let mut kin = Kin::default();
    if let Some(parent) = &resource.parent {
        let parent = target::load(call.asking, &call.context.settings, parent).await?.resource;
        kin.look_at(call, criteria, &parent).await?;
    }
    kin.add_to(tally, criteria);
    Ok(())
}

async fn of_children<O: Outside>(
    call: &Call<'_, O>,
    tally: &mut Tally,
    criteria: &RelativeCriteria,
    resource: &Resource,
    budget: &mut Budget,
) -> Result<(), Refusal> {
    let mut kin = Kin::default();
    let mut after: Option<String> = None;
    'pages: loop {
        let page = children::page(call, &resource.id, after.as_deref()).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.as_str().to_owned());
        for child in page {
            if kin.is_complete(criteria) || !budget.take() {
                break 'pages;
            }
            let found = target::load(call.asking, &call.context.settings, &child.id).await;
            match found {
                Ok(Found { resource, .. }) => kin.look_at(call, criteria, &resource).await?,
                // It ended or was deleted since the list was read.
                Err(refusal) if refusal.status == Status::NotFound => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
    kin.add_to(tally, criteria);
    Ok(())
}

/// What was found among the resources beside the one in question: each condition may be met by another.
#[derive(Default)]
struct Kin<'a> {
    of_type: bool,
    labelled: bool,
    named: Vec<(&'a str, bool)>,
}

impl<'a> Kin<'a> {
    async fn look_at<O: Outside>(
        &mut self,
        call: &Call<'_, O>,
        criteria: &'a RelativeCriteria,
        resource: &Resource,
    ) -> Result<(), Refusal> {
        let sight = sight(call, resource).await?;
        if sight == Sight::Nothing {
            return Ok(());
        }
        self.of_type |= is_of(resource, &criteria.resource_types);
        self.labelled |= is_labelled(resource, &criteria.labels);
        for (name, met) in named(call, &criteria.attributes, resource, sight == Sight::Read).await? {
            match self.named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, one)) => *one |= met,
                None => self.named.push((name, met)),
            }
        }
        Ok(())
    }

    fn is_complete(&self, criteria: &RelativeCriteria) -> bool {
        (self.of_type || criteria.resource_types.is_empty())
            && (self.labelled || criteria.labels.is_empty())
            && criteria.attributes.iter().all(|c| self.has(c.name()))
    }

    fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(known, met)| *known == name && *met)
    }

    fn add_to(&self, tally: &mut Tally, criteria: &RelativeCriteria) {
        if !criteria.resource_types.is_empty() {
            tally.add(self.of_type);
        }
        if !criteria.labels.is_empty() {
            tally.add(self.labelled);
        }
        for condition in &criteria.attributes {
            tally.add(self.has(condition.name()));
        }
    }
}

async fn sight<O: Outside>(call: &Call<'_, O>, resource: &Resource) -> Result<Sight, Refusal> {
    if container::is_withheld(call, resource).await? {
        return Ok(Sight::Nothing);
    }
    Ok(if may(call, AccessOperation::Retrieve, resource).await? {
        Sight::Read
    } else if may(call, AccessOperation::Discovery, resource).await? {
        Sight::Discovered
    } else {
        Sight::Nothing
    })
}

/// Whether the gate permits the caller this.
pub(super) async fn may<O: Outside>(
    call: &Call<'_, O>,
    operation: AccessOperation,
    resource: &Resource,
) -> Result<bool, Refusal> {
    match call.context.gate(call.asking).admit(call.caller, Asked::whole(operation), resource).await {
        Ok(_) => Ok(true),
        Err(denial) if denial.refusal.status == Status::OriginatorHasNoPrivilege => Ok(false),
        Err(denial) => Err(denial.refusal),
    }
}

/// Both bounds of a window are one condition; what has no such value does not meet it.
fn within<T: PartialOrd + Copy>(tally: &mut Tally, window: &Window<T>, value: Option<T>) {
    if window.from.is_none() && window.before.is_none() {
        return;
    }
    let from = |value| window.from.is_none_or(|from| value >= from);
    let before = |value| window.before.is_none_or(|before| value < before);
    tally.add(value.is_some_and(|value| from(value) && before(value)));
}

fn is_of(resource: &Resource, types: &[ResourceType]) -> bool {
    types.contains(&resource.resource_type())
}

fn is_labelled(resource: &Resource, wanted: &[Box<str>]) -> bool {
    let labels = resource.attributes.get("lbl").and_then(Value::as_list).unwrap_or_default();
    labels.iter().filter_map(Value::as_text).any(|label| wanted.iter().any(|w| **w == *label))
}
