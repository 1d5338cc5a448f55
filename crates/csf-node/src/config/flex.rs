//! Specialisations of flexContainer that others define: `flex_containers`.

use csf_tree::schema::{Schema, define};

use super::error::Problem;
use super::{ConfigError, Entry};

/// The definitions, each a root and attributes.
pub(crate) fn definitions(entries: &[Entry]) -> Result<Vec<&'static Schema>, ConfigError> {
    let mut schemas = Vec::with_capacity(entries.len());
    for entry in entries {
        let at = |why: String| {
            let example = "write for example [\"lab:switch\", \"on boolean mandatory\"]";
            Problem::new(why, example).at(&format!("flex_containers.{}", entry.name), entry.origin.clone())
        };
        let mut texts = entry.values.iter().map(|text| &**text);
        let root = texts.next().ok_or_else(|| at("the root is missing".to_owned()))?;
        schemas.push(define(&entry.name, root, texts).map_err(|e| at(e.to_string()))?);
    }
    Ok(schemas)
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, Sources};

    fn with(settings: &[&str]) -> Result<Config, ConfigError> {
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        let set = settings.iter().map(|setting| format!("flex_containers{setting}")).collect();
        Config::load(&crate::profile::MN, Sources { set, environment, ..Sources::default() })
    }

    #[test]
    fn a_definition_is_a_root_and_attributes() {
        let config = with(&[
            "={\"org.example.a\" = [\"lab:a\", \"on boolean mandatory\"]}",
            ".org.example.b=lab:b,dim number,note text",
        ]);
        let config = config.unwrap();
        let roots: Vec<_> = config.flex_containers.iter().map(|s| (s.root, s.attributes.len())).collect();
        assert_eq!(roots, [("lab:a", 1), ("lab:b", 2)]);
    }

    #[test]
    fn a_definition_of_no_form_is_refused_by_its_name() {
        for (list, why) in [
            ("[]", "the root is missing"),
            ("\"c\"", "'c' is no name with a prefix, such as cod:binSh"),
            ("[\"csf:c\"]", "names with the prefix 'csf' are defined elsewhere"),
            ("[\"lab:c\", \"acpi texts\"]", "there is an attribute 'acpi' already"),
            ("[\"lab:c\", \"on switch\"]", "'on switch' is no attribute"),
            ("1", "expected a list of a root and attributes, but found a whole number"),
        ] {
            let error = with(&[&format!("={{\"org.c\" = {list}}}")]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("--set: flex_containers.org.c: {why}")), "{error}");
        }
    }
}
