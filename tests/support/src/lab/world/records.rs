//! Records read, placed, damaged and forged past the service, as whoever can write to the disk would.

use csf_api::{Object, ResourceId, ResourceName, Value};
use csf_store::{Batch, Expect, RecordKey, Store};
use csf_tree::schema::CONTENT_INSTANCE;
use csf_tree::{Child, Ordinal, Resource, child_key, resource_key};

use super::World;

/// How many records are planted in one commit.
const PLANTED_TOGETHER: usize = 500;

impl World {
    /// Takes a record away directly, past the service, as damage to the disk would.
    ///
    /// # Panics
    ///
    /// When the store fails.
    pub fn lose(&self, key: RecordKey) {
        let mut batch = Batch::new();
        batch.delete(key, Expect::Any);
        self.records.commit(&[batch]).pop().unwrap().unwrap();
    }

    /// What a record holds, past the service.
    ///
    /// # Panics
    ///
    /// When the store fails, or there is no such record.
    #[must_use]
    pub fn record(&self, key: RecordKey) -> Vec<u8> {
        self.records.load(&[key]).unwrap().pop().flatten().unwrap().bytes().to_vec()
    }

    /// Puts a record there directly, past the service, as somebody who writes to the disk would.
    ///
    /// # Panics
    ///
    /// When the store fails.
    pub fn place(&self, key: RecordKey, bytes: Vec<u8>) {
        let mut batch = Batch::new();
        batch.put(key, Expect::Any, bytes);
        self.records.commit(&[batch]).pop().unwrap().unwrap();
    }

    /// Puts a record in the place of a resource, past the service, as somebody who writes to the disk would.
    ///
    /// # Panics
    ///
    /// When the store fails.
    pub fn forge(&self, at: &ResourceId, record: &Resource) {
        self.replace(resource_key(at), record.encode());
    }

    /// Writes a record directly, past the service.
    ///
    /// # Panics
    ///
    /// When the store fails.
    pub fn replace(&self, key: RecordKey, bytes: Vec<u8>) {
        let mut batch = Batch::new();
        batch.put(key, Expect::Any, bytes);
        self.records.commit(&[batch]).pop().unwrap().unwrap();
    }

    /// Puts so many instances into a container directly, past the service; its counters do not notice.
    ///
    /// # Panics
    ///
    /// When the store fails, or the container is none.
    pub fn plant_instances(&self, container: &str, count: u64) {
        let parent = ResourceId::parse(container).unwrap();
        let batch = |n| {
            let id = Ordinal::from_number(n + 1).resource_id(&CONTENT_INSTANCE).unwrap();
            let name = ResourceName::parse(id.as_str()).unwrap();
            let instance = Resource {
                id: id.clone(),
                parent: Some(parent.clone()),
                name,
                schema: &CONTENT_INSTANCE,
                created: self.utc(),
                modified: self.utc(),
                expires: None,
                creator: None,
                registrant: None,
                listed_as: None,
                attributes: Object::new().with("con", Value::Integer(1)).with("cs", Value::Integer(1)),
            };
            let mut batch = Batch::new();
            batch.put(resource_key(&id), Expect::Absent, instance.encode());
            batch.put(child_key(&parent, &id), Expect::Absent, Child::of(&instance).encode());
            batch
        };
        // Many in one commit: the tests wait for it.
        let batches: Vec<Batch> = (0..count).map(batch).collect();
        for some in batches.chunks(PLANTED_TOGETHER) {
            self.records.commit(some).into_iter().for_each(|outcome| drop(outcome.unwrap()));
        }
    }
}
