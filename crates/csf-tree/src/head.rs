//! What is needed of a resource on the way to another: read without its attributes, which take most of the time.

use csf_api::{ResourceId, ResourceType, UtcTime};

use crate::codec::{DecodeError, FORMAT, Reader, time};
use crate::keys::is_ordinary;
use crate::schema::{self, Schema};

/// Where a resource stands and until when.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its unstructured identifier.
    pub id: ResourceId,
    /// The identifier of its parent; none for the CSEBase.
    pub parent: Option<ResourceId>,
    /// Its type and, for a flexContainer, its specialisation.
    pub schema: &'static Schema,
    /// When it ends.
    pub expires: Option<UtcTime>,
}

impl Head {
    /// Reads as much of the record of the resource with this identifier. What follows may be anything: whoever needs
    /// it decodes the whole.
    ///
    /// # Errors
    ///
    /// As [`Resource::decode_as`](crate::Resource::decode_as), for as much as is read.
    pub fn read_as(id: &ResourceId, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes, FORMAT)?;
        let (schema, own) = schema_and_id(&mut r)?;
        let parent = r.optional(|r| ResourceId::parse(r.text()?).map_err(|_| r.error()))?;
        r.text()?;
        time(&mut r)?;
        time(&mut r)?;
        let expires = r.optional(time)?;
        if own != *id {
            return Err(DecodeError { position: 0 });
        }
        must_lie_where_its_type_does(id, schema)?;
        Ok(Self { id: own, parent, schema, expires })
    }

    /// Whether this is the record of a resource with this name below this parent.
    #[must_use]
    pub fn is_child(bytes: &[u8], parent: &ResourceId, name: &str) -> bool {
        let read = || {
            let mut r = Reader::new(bytes, FORMAT)?;
            schema_and_id(&mut r)?;
            let above = r.optional(|r| Ok(r.text()? == parent.as_str()))?;
            Ok::<_, DecodeError>(above == Some(true) && r.text()? == name)
        };
        read().unwrap_or(false)
    }

    /// Whether it has ended at this moment.
    #[must_use]
    pub fn is_expired(&self, now: UtcTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// The first fields: the type, as this build knows it, and the identifier.
pub(crate) fn schema_and_id(r: &mut Reader<'_>) -> Result<(&'static Schema, ResourceId), DecodeError> {
    let number = u16::try_from(r.number()?).map_err(|_| r.error())?;
    let root = r.text()?;
    let schema = schema::find(ResourceType::from_number(number), root);
    let unknown = r.error();
    let id = ResourceId::parse(r.text()?).map_err(|_| r.error())?;
    // What was made under a definition that is not there any more keeps its place and is not shown.
    let orphan = Some(&schema::FLEX_CONTAINER)
        .filter(|s| s.resource_type.number() == number && id.as_str().starts_with(s.id_prefix));
    Ok((schema.or(orphan).ok_or(unknown)?, id))
}

/// A record that lies open must be of a type that does.
pub(crate) fn must_lie_where_its_type_does(id: &ResourceId, schema: &Schema) -> Result<(), DecodeError> {
    let own_kind = schema.ordinary && id.as_str().starts_with(schema.id_prefix);
    if own_kind || !is_ordinary(id) { Ok(()) } else { Err(DecodeError { position: 0 }) }
}

#[cfg(test)]
mod tests {
    use csf_api::{Object, ResourceName, Value};

    use super::*;
    use crate::Resource;

    fn resource(id: &str, schema: &'static Schema) -> Resource {
        Resource {
            id: ResourceId::parse(id).expect("well formed"),
            parent: Some(ResourceId::parse("id-mn").expect("well formed")),
            name: ResourceName::parse("readings").expect("well formed"),
            schema,
            created: UtcTime::MIN,
            modified: UtcTime::MAX,
            expires: Some(UtcTime::from_unix_micros(7)),
            creator: Some("//csf.example/id-mn/Cmeter".into()),
            registrant: None,
            listed_as: None,
            attributes: Object::new().with("x", Value::Integer(1)),
        }
    }

    #[test]
    fn a_head_says_what_the_whole_says() {
        for (id, schema) in [("cnt-1", &schema::CONTAINER), ("key-1", &schema::KEY_OBJECT)] {
            let whole = resource(id, schema);
            let head = Head::read_as(&whole.id, &whole.encode()).expect("a resource");
            assert_eq!((head.id.clone(), head.parent.clone()), (whole.id.clone(), whole.parent.clone()));
            assert_eq!((head.schema.root, head.expires), (whole.schema.root, whole.expires));
            for moment in [6, 7, 8].map(UtcTime::from_unix_micros) {
                assert_eq!(head.is_expired(moment), whole.is_expired(moment));
            }
        }
    }

    #[test]
    fn a_record_says_whose_child_it_is_and_by_which_name() {
        let bytes = resource("cnt-1", &schema::CONTAINER).encode();
        let id = |text| ResourceId::parse(text).expect("well formed");
        assert!(Head::is_child(&bytes, &id("id-mn"), "readings"));
        assert!(!Head::is_child(&bytes, &id("id-mn"), "reading"));
        assert!(!Head::is_child(&bytes, &id("id-m"), "readings"));
        assert!(!Head::is_child(bytes.get(..20).expect("shorter"), &id("id-mn"), "readings"));
    }

    #[test]
    fn what_is_no_record_of_this_resource_has_no_head_either() {
        let (container, key) =
            (resource("cnt-1", &schema::CONTAINER), resource("key-1", &schema::KEY_OBJECT));
        let bytes = container.encode();
        assert!(Head::read_as(&key.id, &bytes).is_err(), "another resource");
        let mut posing = key;
        posing.id = container.id.clone();
        assert!(Head::read_as(&posing.id, &posing.encode()).is_err(), "a sealed type that lies open");
        assert!(Resource::decode_as(&posing.id, &posing.encode()).is_err());
        for length in 0..bytes.len().saturating_sub(60) {
            let cut = bytes.get(..length).expect("shorter");
            assert!(Resource::decode_as(&container.id, cut).is_err());
            assert!(length > 80 || Head::read_as(&container.id, cut).is_err(), "{length} bytes");
        }
    }
}
