//! The configuration resource: what is in force, and an UPDATE that changes it in the running node.
//!
//! A change has a content of its own, like the invocation of a function:
//!
//! ```text
//! {"csf:configurationChange": {"set": {"limits.depth": 20, "log.level": null}, "rld": true}}
//! ```
//!
//! `set` lays values over everything else until the node ends, and `null` takes one away again; `rld` reads the
//! files once more. Nothing of the change is kept in the resource.

use csf_api::{Object, Request, Status, Value};
use csf_tree::represent;

use crate::audit::AuditKind;
use crate::call::Call;
use crate::outside::{ConfigurationChange, Outside};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::target::Found;

/// The root of a change.
const CHANGE: &str = "csf:configurationChange";
/// The most keys that one change sets.
const MAX_SETTINGS: usize = 64;
/// The longest value, in bytes.
const MAX_VALUE_BYTES: usize = 4096;

/// Whether an UPDATE of the configuration resource changes the configuration, rather than its attributes.
pub(crate) fn is_change(request: &Request) -> bool {
    request.content.as_ref().is_some_and(|content| *content.root == *CHANGE)
}

/// The configuration in force.
pub(crate) async fn shown<O: Outside>(call: &Call<'_, O>) -> Result<Object, Refusal> {
    Ok(Object::new().with("eff", Value::Object(call.asking.configuration().await?)))
}

/// Changes the configuration.
pub(crate) async fn change<O: Outside>(call: &Call<'_, O>, found: &Found) -> Result<Reply, Refusal> {
    let content = call.request.content.as_ref().and_then(|content| content.value.as_object());
    let content = content.ok_or_else(|| Refusal::bad_request("the content is no object"))?;
    let mut wanted = ConfigurationChange {
        by: call.caller.originator().map_or_else(Box::default, |id| id.absolute().into()),
        settings: Vec::new(),
        read_again: false,
    };
    for (name, value) in content.iter() {
        match (name, value) {
            ("set", Value::Object(settings)) => {
                for (key, value) in settings.iter() {
                    wanted.settings.push((key.into(), text(key, value)?));
                }
            }
            ("rld", Value::Bool(again)) => wanted.read_again = *again,
            ("set", _) => return Err(Refusal::bad_request("'set' is an object from keys to values")),
            ("rld", _) => return Err(Refusal::bad_request("'rld' is true or false")),
            _ => return Err(Refusal::bad_request("a change has the members 'set' and 'rld'")),
        }
    }
    if wanted.settings.len() > MAX_SETTINGS {
        return Err(Refusal::bad_request(format!("one change sets at most {MAX_SETTINGS} keys")));
    }
    if wanted.settings.is_empty() && !wanted.read_again {
        return Err(Refusal::bad_request("the content changes nothing"));
    }
    call.asking.configure(wanted).await?;
    let shown = represent(&found.resource, shown(call).await?);
    Ok(Reply::new(Status::Updated).with(shown).audited(AuditKind::Administration))
}

/// A value as it would stand after the key on a command line; `None` takes it away.
fn text(key: &str, value: &Value) -> Result<Option<Box<str>>, Refusal> {
    let refused = |what: &str| Refusal::bad_request(format!("{}: {what}", key.escape_debug()));
    let text = match value {
        Value::Null => return Ok(None),
        Value::Bool(on) => on.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::List(list) => {
            let texts: Option<Vec<_>> = list.iter().map(Value::as_text).collect();
            let texts = texts.ok_or_else(|| refused("expected a list of texts"))?;
            if texts.iter().any(|text| text.contains(',')) {
                return Err(refused("no text of a list may hold a comma"));
            }
            texts.join(",")
        }
        Value::Object(_) => return Err(refused("set the entries of a table one by one, as TABLE.NAME")),
        Value::Float(_) => return Err(refused("expected a whole number")),
    };
    if text.len() > MAX_VALUE_BYTES {
        return Err(refused("the value is too long"));
    }
    Ok(Some(text.into()))
}
