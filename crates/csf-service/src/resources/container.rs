//! Containers keep count of their instances and drop the oldest beyond their bounds (TS-0001 9.6.6, 10.2.4).

use csf_api::{Object, Status, Value};
use csf_store::{Batch, Expect};
use csf_tree::schema::CONTENT_INSTANCE;
use csf_tree::{Child, Resource, child_range, resource_key};

use super::draft::unplace;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::target::Found;

/// The most instances that one request removes to make room.
const MAX_REMOVED_AT_ONCE: usize = 1000;

/// Sets the counters of a new container.
pub(super) fn begin(resource: &mut Resource) {
    for counter in ["st", "cni", "cbs"] {
        resource.attributes.set(counter, Value::Integer(0));
    }
}

/// Adds to a batch what a new instance changes in its container, and sizes the instance.
pub(super) async fn append<O: Outside>(
    call: &Call<'_, O>,
    parent: &Found,
    instance: &mut Resource,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let mut container = parent.resource.clone();
    let size = instance.attributes.get("con").map_or(0, size_of);
    let largest = call.context.settings.limits.content_bytes;
    if u64::try_from(size).is_ok_and(|size| size > largest) {
        let text = format!("a content has at most {largest} bytes here");
        return Err(Refusal::new(Status::NotAcceptable, text));
    }
    let bound = |name| container.attributes.get(name).and_then(Value::as_integer);
    if bound("mbs").is_some_and(|most| size > most) || [bound("mni"), bound("mia")].contains(&Some(0)) {
        return Err(Refusal::new(Status::NotAcceptable, "the instance does not fit the container"));
    }
    if let Some(age) = bound("mia") {
        let oldest = instance.created.plus_seconds(age);
        instance.expires = Some(instance.expires.map_or(oldest, |end| end.min(oldest)));
    }
    let state = container.integer("st").saturating_add(1);
    instance.attributes.set("cs", Value::Integer(size));
    instance.attributes.set("st", Value::Integer(state));
    container.attributes.set("st", Value::Integer(state));
    count(&mut container, 1, size);
    trim(call, &mut container, batch).await?;
    container.modified = call.asking.now();
    batch.put(resource_key(&container.id), Expect::Version(parent.version), container.encode());
    Ok(())
}

/// Adds to a batch the removal of the oldest instances beyond the container's bounds.
pub(super) async fn trim<O: Outside>(
    call: &Call<'_, O>,
    container: &mut Resource,
    batch: &mut Batch,
) -> Result<(), Refusal> {
    let bound = |c: &Resource, name| c.attributes.get(name).and_then(Value::as_integer).unwrap_or(i64::MAX);
    let of_node = i64::try_from(call.context.settings.limits.instances_per_container).unwrap_or(i64::MAX);
    let too_many = |c: &Resource| c.integer("cni").saturating_sub(bound(c, "mni").min(of_node)).max(0);
    let too_large = |c: &Resource| c.integer("cbs") > bound(c, "mbs");
    let exceeds = |c: &Resource| too_many(c) > 0 || too_large(c);
    if !exceeds(container) {
        return Ok(());
    }
    // How many the bytes cost is seen only when they are looked at.
    let known = usize::try_from(too_many(container)).unwrap_or(MAX_REMOVED_AT_ONCE);
    let most = if too_large(container) { MAX_REMOVED_AT_ONCE } else { known.min(MAX_REMOVED_AT_ONCE) };
    let id = container.id.clone();
    let oldest = child_range(&id, CONTENT_INSTANCE.id_prefix, None, most, false);
    for (_, record) in call.asking.scan(&oldest).await? {
        if !exceeds(container) {
            break;
        }
        let child = Child::decode(record.bytes())?;
        remove(batch, container, &child, Expect::Any);
    }
    Ok(())
}

/// Adds to a batch the removal of one instance in this state, and takes it off the container's counters.
pub(super) fn remove(batch: &mut Batch, container: &mut Resource, child: &Child, expect: Expect) {
    unplace(batch, &container.id, child, expect);
    count(container, -1, i64::try_from(child.size).unwrap_or(i64::MAX).saturating_neg());
}

fn count(container: &mut Resource, instances: i64, bytes: i64) {
    for (name, change) in [("cni", instances), ("cbs", bytes)] {
        let sum = container.integer(name).saturating_add(change).max(0);
        container.attributes.set(name, Value::Integer(sum));
    }
}

/// The size of a content in bytes: of the text itself, or of its JSON form without blanks.
fn size_of(value: &Value) -> i64 {
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
