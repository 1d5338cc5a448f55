//! An entry in a parent's list of children: enough to list, without reading each child.

use csf_api::{ResourceId, ResourceName, ResourceType};

use crate::codec::{DecodeError, Reader, Writer};

const FORMAT: u8 = 1;

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
}

impl Child {
    /// The bytes of the entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new(FORMAT);
        w.text(self.id.as_str());
        w.text(self.name.as_str());
        w.number(u64::from(self.resource_type.number()));
        w.number(self.size);
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
        };
        r.finish()?;
        Ok(child)
    }
}
