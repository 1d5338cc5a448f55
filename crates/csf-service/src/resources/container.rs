//! Containers keep count of their instances, drop the oldest beyond their bounds, and keep them to themselves where
//! retrieval is disabled (TS-0001 9.6.6, 10.2.4; TS-0004 7.4.7.2).

use csf_api::{Object, Status, Value};
use csf_store::{Batch, Expect};
use csf_tree::schema::CONTENT_INSTANCE;
use csf_tree::{Child, Resource, child_range};

use super::delete::MAX_SUBTREE;
use super::draft::unplace;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target;

/// The most instances that one request removes to make room.
const MAX_REMOVED_AT_ONCE: usize = 1000;

/// Sets the counters of a new container.
pub(super) fn begin(resource: &mut Resource) {
    for counter in ["st", "cni", "cbs"] {
        resource.attributes.set(counter, Value::Integer(0));
    }
}

/// Whether retrieval is disabled (`disr`): the container takes instances and shows none.
pub(super) fn is_closed(container: &Resource) -> bool {
    container.attributes.get("disr") == Some(&Value::Bool(true))
}

/// Whether this is an instance that its container keeps to itself, whoever asks (decision 0084).
pub(super) async fn is_withheld<O: Outside>(
    call: &Call<'_, O>,
    resource: &Resource,
) -> Result<bool, Refusal> {
    let Some(container) = resource.parent.as_ref().filter(|_| *resource.schema == CONTENT_INSTANCE) else {
        return Ok(false);
    };
    match target::load(call.asking, &call.context.settings, container).await {
        Ok(container) => Ok(is_closed(&container.resource)),
        // It is going, and its instances with it.
        Err(refusal) if refusal.status == Status::NotFound => Ok(true),
        Err(refusal) => Err(refusal),
    }
}

/// Refuses whatever is asked about an instance that its container keeps to itself.
pub(crate) async fn must_be_open<O: Outside>(call: &Call<'_, O>, target: &Resource) -> Result<(), Refusal> {
    if is_withheld(call, target).await? {
        let text = "the container does not give out its instances";
        return Err(Refusal::new(Status::OperationNotAllowed, text));
    }
    Ok(())
}

/// Adds to a batch the removal of all instances: what was kept while retrieval was disabled is never shown.
pub(super) async fn clear<O: Outside>(
    call: &Call<'_, O>,
    container: &mut Resource,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let id = container.id.clone();
    let all = child_range(&id, CONTENT_INSTANCE.id_prefix, None, MAX_SUBTREE.saturating_add(1), false);
    let instances = call.asking.scan(&all).await?;
    if instances.len() > MAX_SUBTREE {
        let text = "there are too many instances to remove at once; lower mni first";
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    for (_, record) in instances {
        remove(batch, container, &Child::decode(record.bytes())?, Expect::Any);
    }
    Ok(())
}

/// Adds to a batch the removal of the oldest instances beyond the container's bounds.
pub(super) async fn trim<O: Outside>(
    call: &Call<'_, O>,
    container: &mut Resource,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    if !exceeds(call, container) {
        return Ok(());
    }
    // How many the bytes cost is seen only when they are looked at.
    let known = usize::try_from(too_many(call, container)).unwrap_or(MAX_REMOVED_AT_ONCE);
    let most = if too_large(container) { MAX_REMOVED_AT_ONCE } else { known.min(MAX_REMOVED_AT_ONCE) };
    let id = container.id.clone();
    let oldest = child_range(&id, CONTENT_INSTANCE.id_prefix, None, most, false);
    for (_, record) in call.asking.scan(&oldest).await? {
        if !exceeds(call, container) {
            break;
        }
        let child = Child::decode(record.bytes())?;
        remove(batch, container, &child, Expect::Any);
    }
    Ok(())
}

/// Whether the container holds more than it may.
pub(super) fn exceeds<O>(call: &Call<'_, O>, container: &Resource) -> bool {
    too_many(call, container) > 0 || too_large(container)
}

/// How many instances there are beyond the container's own bound and the node's.
fn too_many<O>(call: &Call<'_, O>, container: &Resource) -> i64 {
    let of_node = i64::try_from(call.context.settings.limits.instances_per_container).unwrap_or(i64::MAX);
    container.integer("cni").saturating_sub(bound(container, "mni").min(of_node)).max(0)
}

fn too_large(container: &Resource) -> bool {
    container.integer("cbs") > bound(container, "mbs")
}

fn bound(container: &Resource, name: &str) -> i64 {
    container.attributes.get(name).and_then(Value::as_integer).unwrap_or(i64::MAX)
}

/// Adds to a batch the removal of one instance in this state, and takes it off the container's counters.
pub(super) fn remove(batch: &mut Batch, container: &mut Resource, child: &Child, expect: Expect) {
    unplace(batch, &container.id, child, expect);
    count(container, -1, i64::try_from(child.size).unwrap_or(i64::MAX).saturating_neg());
}

/// Counts instances and bytes, or off.
pub(super) fn count(container: &mut Resource, instances: i64, bytes: i64) {
    for (name, change) in [("cni", instances), ("cbs", bytes)] {
        let sum = container.integer(name).saturating_add(change).max(0);
        container.attributes.set(name, Value::Integer(sum));
    }
}

/// The size of a content in bytes: of the text itself, or of its JSON form without blanks.
pub(super) fn size_of(value: &Value) -> i64 {
    let bytes = match value {
        Value::Text(text) => text.len(),
        other => json_length(other),
    };
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The length of a value in its JSON form without blanks.
pub(crate) fn json_length(value: &Value) -> usize {
    let joined = |parts: usize, sum: usize| sum.saturating_add(parts.saturating_sub(1)).saturating_add(2);
    match value {
        Value::Null | Value::Bool(true) => 4,
        Value::Bool(false) => 5,
        Value::Integer(n) => n.to_string().len(),
        Value::Float(n) => n.to_string().len(),
        Value::Text(text) => text.len().saturating_add(2),
        Value::List(list) => joined(list.len(), list.iter().map(json_length).fold(0, usize::saturating_add)),
        Value::Object(object) => joined(object.len(), members_length(object)),
    }
}

fn members_length(object: &Object) -> usize {
    object
        .iter()
        .map(|(n, v)| n.len().saturating_add(3).saturating_add(json_length(v)))
        .fold(0, usize::saturating_add)
}
