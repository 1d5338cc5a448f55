//! The object details of a rule: `acod` (TS-0004 6.3.5.27 and 6.3.5.67).

use csf_api::{ResourceType, Value};

use super::error::{Fault, Place, PolicyError};
use super::parse::{kind, repeated, text};
use crate::condition::details::{Details, OwnedSpecialisation};

/// The most members of `acod` of one rule.
const MAX_DETAILS: usize = 64;
/// The most types in one `chty`.
const MAX_CHILD_TYPES: usize = 256;
/// The longest `cnd`, in bytes.
const MAX_DEFINITION_BYTES: usize = 512;

/// The members of `acod`, which are alternatives.
pub(super) fn details(value: &Value, place: Place) -> Result<Vec<Details>, PolicyError> {
    let mut details = Vec::new();
    for (n, value) in repeated(value, place, MAX_DETAILS)?.iter().enumerate() {
        details.push(one(value, place.entry(n))?);
    }
    Ok(details)
}

fn one(value: &Value, place: Place) -> Result<Details, PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    let (mut target, mut specialisation, mut children) = (None, None, None);
    for (name, value) in object.iter() {
        match name {
            "ty" => target = Some(resource_type(value, place.member("ty"))?),
            "spty" => specialisation = Some(read_specialisation(value, place.member("spty"))?),
            "chty" => children = Some(child_types(value, place.member("chty"))?),
            _ => return Err(place.fault(Fault::UnknownMember)),
        }
    }
    let children = children.ok_or_else(|| place.member("chty").fault(Fault::Absent))?;
    Ok(Details { target, specialisation, children })
}

fn child_types(value: &Value, place: Place) -> Result<Box<[ResourceType]>, PolicyError> {
    let mut types = Vec::new();
    for (n, value) in repeated(value, place, MAX_CHILD_TYPES)?.iter().enumerate() {
        types.push(resource_type(value, place.entry(n))?);
    }
    Ok(types.into())
}

fn resource_type(value: &Value, place: Place) -> Result<ResourceType, PolicyError> {
    let number = value.as_integer().ok_or_else(|| place.fault(kind("integer", value)))?;
    let number = u16::try_from(number).ok().filter(|number| *number > 0);
    number.map(ResourceType::from_number).ok_or_else(|| place.fault(Fault::ResourceType))
}

/// The choice as an object, or its text or number alone, which cannot be mistaken for one another.
fn read_specialisation(value: &Value, place: Place) -> Result<OwnedSpecialisation, PolicyError> {
    match value {
        Value::Integer(number) => Ok(OwnedSpecialisation::Management(*number)),
        Value::Text(_) => {
            Ok(OwnedSpecialisation::Container(text(value, place, MAX_DEFINITION_BYTES)?.into()))
        }
        Value::Object(choice) if choice.len() == 1 => match (choice.get("cnd"), choice.get("mgd")) {
            (Some(value @ Value::Text(_)), None) => read_specialisation(value, place.member("cnd")),
            (None, Some(value @ Value::Integer(_))) => read_specialisation(value, place.member("mgd")),
            _ => Err(place.fault(Fault::Specialisation)),
        },
        _ => Err(place.fault(Fault::Specialisation)),
    }
}
