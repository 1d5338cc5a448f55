//! `name=value` words and bodies: from what a person types to the value model.

use std::io::Read;

use base64ct::{Base64, Encoding};
use csf_api::{Object, Value};
use proto_primitive::{MAX_BODY_BYTES, value_from_json};

use zeroize::Zeroizing;

use super::failure::Failure;

/// Names whose values are texts even where they look like numbers: names, identifiers, octets in base64.
const ALWAYS_TEXT: &[&str] = &[
    "rn", "api", "apn", "cstn", "cr", "et", "cnf", "or", "cnd", "kAl", "kInf", "kMt", "msg", "Salg", "Sgn",
    "Halg", "Hv", "Calg", "cD", "nc", "iV", "aD", "kFr", "kDA", "kPb", "slt", "inf", "str",
];

/// Reads `name=value` words into one object; a value is JSON where it is JSON, and a text otherwise.
pub(crate) fn object(words: &[String]) -> Result<Object, Failure> {
    let mut object = Object::new();
    for word in words {
        let (name, text) = word
            .split_once('=')
            .filter(|(name, _)| !name.is_empty())
            .ok_or_else(|| Failure::Usage(format!("'{word}' is no NAME=VALUE")))?;
        if object.set(name, value(name, text)).is_some() {
            return Err(Failure::Usage(format!("'{name}' is given twice")));
        }
    }
    Ok(object)
}

fn value(name: &str, text: &str) -> Value {
    let json = value_from_json(text.as_bytes()).ok();
    match json {
        Some(value) if !ALWAYS_TEXT.contains(&name) || matches!(value, Value::Text(_) | Value::Null) => value,
        _ => Value::text(text),
    }
}

/// Reads a body: JSON, `@FILE`, or `-` for standard input.
///
/// A body with a root name (`{"m2m:cnt":{…}}`) is taken apart; one without has no root.
pub(crate) fn body(data: &str) -> Result<(Option<Box<str>>, Object), Failure> {
    let bytes = if data == "-" {
        bounded(std::io::stdin(), "standard input")?
    } else if let Some(path) = data.strip_prefix('@') {
        let file = std::fs::File::open(path).map_err(|e| Failure::Usage(format!("{path}: {e}")))?;
        bounded(file, path)?
    } else {
        data.as_bytes().to_vec()
    };
    let value = value_from_json(&bytes).map_err(|e| Failure::Usage(format!("the body is not JSON: {e}")))?;
    let Value::Object(object) = value else {
        return Err(Failure::Usage(format!("the body must be an object, not a {}", value.kind())));
    };
    if let (1, Some((root, Value::Object(inner)))) = (object.len(), object.iter().next())
        && root.contains(':')
    {
        return Ok((Some(root.into()), inner.clone()));
    }
    Ok((None, object))
}

/// Adds the octets of a file, or of standard input for `-`, as this member: there they stand in no list of processes.
pub(crate) fn add_octets(object: &mut Object, name: &str, source: &str) -> Result<(), Failure> {
    let octets = Zeroizing::new(if source == "-" {
        bounded(std::io::stdin(), "standard input")?
    } else {
        let file = std::fs::File::open(source).map_err(|e| Failure::Usage(format!("{source}: {e}")))?;
        bounded(file, source)?
    });
    let text = Value::Text(Base64::encode_string(&octets).into());
    match object.set(name, text) {
        None => Ok(()),
        Some(_) => Err(Failure::Usage(format!("--octets and {name} say the same thing; give one of them"))),
    }
}

fn bounded(source: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BODY_BYTES).unwrap_or(u64::MAX);
    source
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    if bytes.len() > MAX_BODY_BYTES {
        return Err(Failure::Usage(format!("{name}: a body has at most {MAX_BODY_BYTES} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Result<Object, Failure> {
        object(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn values_are_json_where_they_are_json() {
        let object =
            words(&["mni=3", "rr=false", "lbl=[\"a\",\"b\"]", "con=21.5", "t=a=b", "gone=null", "e="])
                .unwrap();
        assert_eq!(object.get("mni"), Some(&Value::Integer(3)));
        assert_eq!(object.get("rr"), Some(&Value::Bool(false)));
        assert_eq!(object.get("lbl"), Some(&Value::texts(["a", "b"])));
        assert_eq!(object.get("con"), Some(&Value::Float(21.5)));
        assert_eq!(object.get("t"), Some(&Value::text("a=b")));
        assert_eq!(object.get("gone"), Some(&Value::Null));
        assert_eq!(object.get("e"), Some(&Value::text("")));
    }

    #[test]
    fn names_and_octets_stay_texts_even_where_they_look_like_numbers() {
        let object = words(&["rn=1", "msg=12345678", "api=\"Nx\"", "con=\"1\""]).unwrap();
        assert_eq!(object.get("rn"), Some(&Value::text("1")));
        assert_eq!(object.get("msg"), Some(&Value::text("12345678")));
        assert_eq!(object.get("api"), Some(&Value::text("Nx")));
        assert_eq!(object.get("con"), Some(&Value::text("1")), "quotes make a text of anything");
    }

    #[test]
    fn words_that_assign_nothing_and_names_given_twice_are_refused() {
        for (line, text) in [
            (vec!["rn"], "'rn' is no NAME=VALUE"),
            (vec!["=1"], "'=1' is no NAME=VALUE"),
            (vec!["a=1", "a=2"], "'a' is given twice"),
        ] {
            assert!(matches!(words(&line), Err(Failure::Usage(problem)) if problem == text), "{line:?}");
        }
    }

    #[test]
    fn a_body_may_have_its_root_or_not() {
        let (root, object) = body(r#"{"m2m:cnt":{"rn":"a"}}"#).unwrap();
        assert_eq!((root.as_deref(), object.get("rn")), (Some("m2m:cnt"), Some(&Value::text("a"))));
        let (root, object) = body(r#"{"rn":"a"}"#).unwrap();
        assert_eq!((root, object.len()), (None, 1));
        assert!(
            matches!(body("[1]"), Err(Failure::Usage(p)) if p == "the body must be an object, not a list")
        );
        assert!(matches!(body("{"), Err(Failure::Usage(_))));
        assert!(matches!(body("@/nowhere/at/all"), Err(Failure::Usage(_))));
    }
}
