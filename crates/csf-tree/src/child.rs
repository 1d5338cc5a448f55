//! An entry in a parent's list of children: enough to list, without reading each child.

use csf_api::{ResourceId, ResourceName, ResourceType, UtcTime};

use crate::Resource;
use crate::codec::{DecodeError, Reader, Writer, time};

const FORMAT: u8 = 4;

/// A child as its parent's list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// Its identifier.
    pub id: ResourceId,
    /// Its name.
    pub name: ResourceName,
    /// Its type.
    pub resource_type: ResourceType,
    /// Its size in bytes, where the type has one.
    pub size: u64,
    /// When it ends: where its entry in the index of ends lies.
    pub expires: Option<UtcTime>,
    /// Among whose resources it is counted: see [`Resource::counts_for`].
    pub counts_for: Option<Box<str>>,
    /// Where the index of credentials has it, so that its entry goes with it.
    pub listed_as: Option<Box<str>>,
}

impl Child {
    /// The entry of a resource.
    #[must_use]
    pub fn of(resource: &Resource) -> Self {
        Self {
            id: resource.id.clone(),
            name: resource.name.clone(),
            resource_type: resource.resource_type(),
            size: u64::try_from(resource.integer("cs")).unwrap_or(0),
            expires: resource.expires,
            counts_for: resource.counts_for().map(Into::into),
            // What lies open says of itself what it likes.
            listed_as: resource.listed_as.clone().filter(|_| !resource.schema.ordinary),
        }
    }

    /// The bytes of the entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new(FORMAT);
        w.text(self.id.as_str());
        w.text(self.name.as_str());
        w.number(u64::from(self.resource_type.number()));
        w.number(self.size);
        w.optional(self.expires, Writer::time);
        w.optional(self.counts_for.as_deref(), Writer::text);
        w.optional(self.listed_as.as_deref(), Writer::text);
        w.finish()
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// When the bytes are not what [`Self::encode`] writes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes, FORMAT)?;
        let child = Self {
            id: ResourceId::parse(r.text()?).map_err(|_| r.error())?,
            name: ResourceName::parse(r.text()?).map_err(|_| r.error())?,
            resource_type: ResourceType::from_number(u16::try_from(r.number()?).map_err(|_| r.error())?),
            size: r.number()?,
            expires: r.optional(time)?,
            counts_for: r.optional(|r| r.text().map(Into::into))?,
            listed_as: r.optional(|r| r.text().map(Into::into))?,
        };
        r.finish()?;
        Ok(child)
    }
}
