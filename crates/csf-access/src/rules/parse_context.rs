//! The contexts of a rule: `acco` (TS-0004 6.3.5.27 and 6.3.5.28).

use csf_api::Value;

use super::error::{Fault, Place, PolicyError};
use super::parse::{kind, list, repeated, text};
use crate::condition::context::Context;
use crate::condition::network::Network;
use crate::condition::region::Region;
use crate::condition::window::{MAX_WINDOW_BYTES, Window, WindowForm};
use crate::location::{Country, Point};

/// The most contexts of one rule.
const MAX_CONTEXTS: usize = 64;
/// The most windows of one context.
const MAX_WINDOWS: usize = 64;
/// The most address ranges of one kind in one context.
const MAX_RANGES: usize = 256;
/// The longest text of an address range, in bytes.
const MAX_RANGE_BYTES: usize = 64;
/// The most countries of one context: there are fewer.
const MAX_COUNTRIES: usize = 300;

/// The members of `acco`, which are alternatives.
pub(super) fn contexts(value: &Value, place: Place, form: WindowForm) -> Result<Vec<Context>, PolicyError> {
    let mut contexts = Vec::new();
    for (n, value) in repeated(value, place, MAX_CONTEXTS)?.iter().enumerate() {
        contexts.push(context(value, place.entry(n), form)?);
    }
    Ok(contexts)
}

fn context(value: &Value, place: Place, form: WindowForm) -> Result<Context, PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    let mut context = Context::default();
    for (name, value) in object.iter() {
        match name {
            "actw" => context.windows = windows(value, place.member("actw"), form)?,
            "acip" => context.networks = Some(networks(value, place.member("acip"))?),
            "aclr" => context.region = Some(region(value, place.member("aclr"))?),
            // Users, criteria, limits, and whatever later releases bring.
            _ => context.inert = true,
        }
    }
    Ok(context)
}

fn windows(value: &Value, place: Place, form: WindowForm) -> Result<Box<[Window]>, PolicyError> {
    let mut windows = Vec::new();
    for (n, value) in repeated(value, place, MAX_WINDOWS)?.iter().enumerate() {
        let place = place.entry(n);
        let text = text(value, place, MAX_WINDOW_BYTES)?;
        windows.push(Window::parse(text, form).ok_or_else(|| place.fault(Fault::Window))?);
    }
    Ok(windows.into())
}

/// The addresses of both kinds; without any the condition would mean nothing.
fn networks(value: &Value, place: Place) -> Result<Box<[Network]>, PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    let mut networks = Vec::new();
    for (name, value) in object.iter() {
        let (place, parse): (_, fn(&str) -> Option<Network>) = match name {
            "ipv4" => (place.member("ipv4"), Network::parse_v4),
            "ipv6" => (place.member("ipv6"), Network::parse_v6),
            _ => return Err(place.fault(Fault::UnknownMember)),
        };
        for (n, value) in repeated(value, place, MAX_RANGES)?.iter().enumerate() {
            let place = place.entry(n);
            let text = text(value, place, MAX_RANGE_BYTES)?;
            networks.push(parse(text).ok_or_else(|| place.fault(Fault::AddressRange))?);
        }
    }
    if networks.is_empty() { Err(place.fault(Fault::Empty)) } else { Ok(networks.into()) }
}

fn region(value: &Value, place: Place) -> Result<Region, PolicyError> {
    let object = value.as_object().ok_or_else(|| place.fault(kind("object", value)))?;
    if object.iter().any(|(name, _)| !matches!(name, "accr" | "accc")) {
        return Err(place.fault(Fault::UnknownMember));
    }
    match (object.get("accr"), object.get("accc")) {
        (Some(circle), None) => {
            let place = place.member("accr");
            read_circle(list(circle, place, 3)?).ok_or_else(|| place.fault(Fault::Circle))
        }
        (None, Some(codes)) => countries(codes, place.member("accc")),
        _ => Err(place.fault(Fault::Region)),
    }
}

/// Latitude, longitude, and a radius that is not negative.
fn read_circle(numbers: &[Value]) -> Option<Region> {
    let [latitude, longitude, radius] = numbers else { return None };
    let centre = Point::new(number(latitude)?, number(longitude)?)?;
    let radius = number(radius).filter(|radius| radius.is_finite() && *radius >= 0.0)?;
    Some(Region::Circle(centre, radius))
}

#[expect(clippy::cast_precision_loss, reason = "degrees and metres on the globe are far from 2^53")]
const fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

fn countries(value: &Value, place: Place) -> Result<Region, PolicyError> {
    let mut countries = Vec::new();
    for (n, value) in repeated(value, place, MAX_COUNTRIES)?.iter().enumerate() {
        let place = place.entry(n);
        let code = value.as_text().ok_or_else(|| place.fault(kind("string", value)))?;
        countries.push(Country::parse(code).ok_or_else(|| place.fault(Fault::Country))?);
    }
    countries.sort_unstable();
    Ok(Region::Countries(countries.into()))
}
