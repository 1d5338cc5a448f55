//! Unstructured resource identifiers: a prefix that tells the type, and an ordinal that tells the order.

use csf_api::{ResourceId, UtcTime};

use crate::schema::Schema;

/// A number that grows with every resource made on a node, across restarts: the moment of creation in
/// microseconds, or one more than the last where two fall together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ordinal(u64);

impl Ordinal {
    /// The ordinal that follows `last` at this moment.
    #[must_use]
    pub fn next(last: Self, now: UtcTime) -> Self {
        let micros = u64::try_from(now.unix_micros()).unwrap_or(0);
        Self(micros.max(last.0.saturating_add(1)))
    }

    /// The number itself.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// An ordinal from its number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The ordinal in an identifier of this schema.
    #[must_use]
    pub fn of_resource_id(id: &ResourceId, schema: &Schema) -> Option<Self> {
        let digits = id.as_str().strip_prefix(schema.id_prefix)?;
        u64::from_str_radix(digits, 16).ok().map(Self)
    }

    /// The identifier of a resource of this schema: identifiers of one schema sort in the order of creation.
    #[must_use]
    pub fn resource_id(self, schema: &Schema) -> Option<ResourceId> {
        ResourceId::parse(&format!("{}{:015x}", schema.id_prefix, self.0)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::CONTENT_INSTANCE;

    #[test]
    fn identifiers_sort_in_the_order_of_creation_even_when_the_clock_stands_or_goes_back() {
        let now = UtcTime::from_unix_micros(1_000_000);
        let first = Ordinal::next(Ordinal::default(), now);
        let second = Ordinal::next(first, now);
        let third = Ordinal::next(second, UtcTime::from_unix_micros(5));
        let ids: Vec<_> = [first, second, third].iter().map(|o| o.resource_id(&CONTENT_INSTANCE)).collect();
        assert!(ids.is_sorted());
        assert_ne!(ids[0], ids[1]);
        assert_ne!(ids[1], ids[2]);
    }

    #[test]
    fn an_ordinal_is_read_back_from_identifiers_of_its_schema_only() {
        let ordinal = Ordinal::from_number(0x0006_6104_7327_9002);
        let id = ordinal.resource_id(&CONTENT_INSTANCE).expect("well formed");
        assert_eq!(Ordinal::of_resource_id(&id, &CONTENT_INSTANCE), Some(ordinal));
        assert_eq!(Ordinal::of_resource_id(&id, &crate::schema::CONTAINER), None);
        let other = ResourceId::parse("cin-latest").expect("well formed");
        assert_eq!(Ordinal::of_resource_id(&other, &CONTENT_INSTANCE), None);
    }
}
