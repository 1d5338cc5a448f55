//! Keys: made or taken over, found, used by their owner for their use, destroyed (draft 6.3.5.2).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_store::{
    Batch, Expect, Identity, Range, Record, RecordKey, Records, Resealed, Space, Store, StoreError,
};
use csf_transport::{
    DerivationAlgorithm, KeyId, KeyInfo, KeySpec, KeyUse, MAX_KEY_MATERIAL_BYTES, Owner, Refusal, SeError,
    WrapAlgorithm,
};
use subtle::ConstantTimeEq as _;

use crate::bounds;
use crate::former::Former;
use crate::key_cache::KeyCache;
use crate::key_record::KeyRecord;
use crate::material::{self, Material};
use crate::quota::{self, Counts, Quota};
use crate::spent::{self, Counting, Left, LeftByKey, Reserved};

const KEYS: Space = Space::sealed("key");

/// A key, ready for use. It has no `Debug` and no `Clone`.
pub(crate) struct Key {
    spec: KeySpec,
    generation: u32,
    material: Material,
    /// The newest first.
    formers: Vec<Former>,
    /// What it may encrypt before more is reserved; of a key that encrypts nothing, nothing.
    left: Arc<Left>,
}

impl Key {
    /// The identifier.
    pub(crate) const fn id(&self) -> KeyId {
        self.spec.id
    }

    /// Which generation it is.
    pub(crate) const fn generation(&self) -> u32 {
        self.generation
    }

    /// What may be told about the key.
    pub(crate) fn info(&self) -> Result<KeyInfo, SeError> {
        let public_key = self.material.public_key()?;
        Ok(KeyInfo { spec: self.spec.clone(), generation: self.generation, public_key })
    }

    /// The material, for one use. The owner was checked when the key was found.
    pub(crate) fn material_for(&self, one: KeyUse) -> Result<&Material, SeError> {
        if self.spec.uses.contains(one) { Ok(&self.material) } else { Err(SeError::Refused(Refusal::Use)) }
    }

    /// The generation before, which is asked where the present one did not make something.
    pub(crate) fn former(&self) -> Option<&Former> {
        self.formers.first()
    }

    /// Takes one message off what it may encrypt, if there is one left.
    pub(crate) fn take_message(&self) -> bool {
        self.left.take()
    }

    /// Whether there is a generation before, for which something may be meant.
    pub(crate) const fn was_rotated(&self) -> bool {
        !self.formers.is_empty()
    }

    /// The material of one generation, for one use.
    pub(crate) fn material_of(&self, generation: u32, one: KeyUse) -> Result<&Material, SeError> {
        let present = self.material_for(one)?;
        match self.generation.checked_sub(generation).map(usize::try_from) {
            Some(Ok(0)) => Ok(present),
            Some(Ok(back)) => {
                let former = self.formers.get(back.saturating_sub(1));
                former.and_then(Former::whole).ok_or(SeError::NoSuchGeneration)
            }
            _ => Err(SeError::NoSuchGeneration),
        }
    }

    /// What comes of the generation that made something, the newest first: the one that does not find it false.
    pub(crate) fn tried<T>(
        &self,
        one: KeyUse,
        open: impl Fn(&Material) -> Result<T, SeError>,
    ) -> Result<T, SeError> {
        let mut opened = open(self.material_for(one)?);
        for former in self.formers.iter().filter_map(Former::whole) {
            if !matches!(opened, Err(SeError::NotAuthentic)) {
                break;
            }
            opened = open(former);
        }
        opened
    }

    #[cfg(test)]
    pub(crate) fn for_tests(id: KeyId) -> Self {
        use csf_transport::{KeyAlgorithm, KeyUses};
        let algorithm = KeyAlgorithm::HmacSha256;
        let uses = KeyUses::NONE.with(KeyUse::Mac);
        let owner = Owner::new("Ctest").expect("short");
        let (_, material) = Material::generate(algorithm).expect("random");
        let spec = KeySpec { id, owner, algorithm, uses, exportable: false };
        Self { spec, generation: 1, material, formers: Vec::new(), left: Arc::default() }
    }
}

/// The keys of an engine.
pub(crate) struct Keys<S: Store> {
    records: Records<S>,
    cache: KeyCache,
    quota: Quota,
    counting: Counting,
    left: LeftByKey,
    /// Held while writing, so that counts and keys change one after the other.
    writing: Mutex<()>,
}

impl<S: Store> Keys<S> {
    /// The keys in these records.
    pub(crate) fn new(records: Records<S>, quota: Quota, counting: Counting) -> Self {
        let (cache, left) = (KeyCache::default(), LeftByKey::default());
        Self { records, cache, quota, counting, left, writing: Mutex::new(()) }
    }

    /// Makes a key.
    pub(crate) fn generate(&self, spec: &KeySpec) -> Result<KeyInfo, SeError> {
        if !material::fits(spec.algorithm, spec.uses) {
            return Err(SeError::InvalidInput);
        }
        let (private, material) = Material::generate(spec.algorithm)?;
        self.store(spec, &private, &material)
    }

    /// Takes a key that was made elsewhere.
    pub(crate) fn import(&self, spec: &KeySpec, given: &[u8]) -> Result<KeyInfo, SeError> {
        bounds::at_most(given, MAX_KEY_MATERIAL_BYTES)?;
        if !material::fits(spec.algorithm, spec.uses) {
            return Err(SeError::InvalidInput);
        }
        let (private, material) = Material::import(spec.algorithm, given)?;
        self.store(spec, &private, &material)
    }

    /// Makes a key from another one of its owner, from the generation that is named or the present one.
    pub(crate) fn derive(
        &self,
        (from, generation): (KeyId, Option<u32>),
        algorithm: DerivationAlgorithm,
        [peer, salt, info]: [&[u8]; 3],
        spec: &KeySpec,
    ) -> Result<KeyInfo, SeError> {
        let key = self.find(from, &spec.owner)?;
        let source = key.material_of(generation.unwrap_or(key.generation), KeyUse::Derive)?.source()?;
        if !algorithm.makes(spec.algorithm) || !material::fits(spec.algorithm, spec.uses) {
            return Err(SeError::InvalidInput);
        }
        let target = (spec.algorithm, material::private_bytes(spec.algorithm)?);
        let private = source.derive(algorithm, peer, salt, info, target)?;
        let material = Material::from_private(spec.algorithm, &private)?.ok_or(SeError::Fault)?;
        self.store(spec, &private, &material)
    }

    /// The bytes of an exportable key, wrapped under another one of its owner.
    pub(crate) fn wrap(
        &self,
        with: KeyId,
        owner: &Owner,
        algorithm: WrapAlgorithm,
        wrapped: KeyId,
    ) -> Result<Vec<u8>, SeError> {
        let key = self.find(with, owner)?;
        let wrapping = key.material_for(KeyUse::Wrap)?.wrap()?;
        // Its bytes are read for this and wiped: parsed keys in memory have none that could be had back.
        let record = self.load(wrapped)?.ok_or(SeError::NoSuchKey)?;
        let stored = KeyRecord::decode(wrapped, record.bytes()).ok_or(SeError::Storage)?;
        if stored.spec.owner != *owner {
            return Err(SeError::Refused(Refusal::Owner));
        }
        if !stored.spec.exportable {
            return Err(SeError::Refused(Refusal::Export));
        }
        wrapping.wrap(algorithm, stored.private)
    }

    /// Takes a key that was wrapped.
    pub(crate) fn unwrap(
        &self,
        with: KeyId,
        algorithm: WrapAlgorithm,
        wrapped: &[u8],
        spec: &KeySpec,
    ) -> Result<KeyInfo, SeError> {
        let key = self.find(with, &spec.owner)?;
        key.material_for(KeyUse::Unwrap)?.wrap()?;
        if !material::fits(spec.algorithm, spec.uses) {
            return Err(SeError::InvalidInput);
        }
        let given = key.tried(KeyUse::Unwrap, |wrapping| wrapping.wrap()?.unwrap(algorithm, wrapped))?;
        // What was wrapped and is no such key is told apart from what was not wrapped so: both only to the owner
        // of the wrapping key, who could have wrapped it.
        let (private, material) = Material::import(spec.algorithm, &given)?;
        self.store(spec, &private, &material)
    }

    /// Stores a new key, if its identifier is free and there is room.
    fn store(&self, spec: &KeySpec, private: &[u8], material: &Material) -> Result<KeyInfo, SeError> {
        let info = KeyInfo { spec: spec.clone(), generation: 1, public_key: material.public_key()? };
        let record = KeyRecord { spec: spec.clone(), generation: 1, formers: Vec::new(), private };

        let _writing = self.writing();
        if self.load(spec.id)?.is_some() {
            return Err(SeError::KeyExists);
        }
        let mut batch = Batch::new();
        Counts::load(&self.records, &spec.owner)?.one_more(self.quota, &mut batch)?;
        spent::begin(&self.records, (spec.id, 1, spec.algorithm), &mut batch)?;
        batch.put(place(spec.id), Expect::Absent, std::mem::take(&mut *record.encode()?));
        self.commit(&batch)?;
        Ok(info)
    }

    /// The key, for its owner only.
    pub(crate) fn find(&self, id: KeyId, owner: &Owner) -> Result<Arc<Key>, SeError> {
        let key = match self.cache.get(id) {
            Some(key) => key,
            None => self.read(id)?,
        };
        if key.spec.owner == *owner { Ok(key) } else { Err(SeError::Refused(Refusal::Owner)) }
    }

    /// Gives a key its next generation, made here or given; one that has it already keeps it.
    pub(crate) fn rotate(
        &self,
        id: KeyId,
        owner: &Owner,
        generation: u32,
        given: Option<&[u8]>,
    ) -> Result<KeyInfo, SeError> {
        bounds::at_most(given.unwrap_or_default(), MAX_KEY_MATERIAL_BYTES)?;
        let _writing = self.writing();
        let record = self.load(id)?.ok_or(SeError::NoSuchKey)?;
        let stored = KeyRecord::decode(id, record.bytes()).ok_or(SeError::Storage)?;
        let spec = stored.spec.clone();
        if spec.owner != *owner {
            return Err(SeError::Refused(Refusal::Owner));
        }
        let present = Material::from_private(spec.algorithm, stored.private)?.ok_or(SeError::Storage)?;
        let given = given.map(|given| Material::import(spec.algorithm, given)).transpose()?;
        // A generation that is the one before would let nothing go that was to be let go.
        let is_present = given.as_ref().map(|(private, _)| bool::from(private.ct_eq(stored.private)));
        if stored.generation == generation {
            // Asked for again; of what was given, it must be the same.
            return match is_present {
                Some(false) => Err(SeError::InvalidInput),
                _ => Ok(KeyInfo { spec, generation, public_key: present.public_key()? }),
            };
        }
        if stored.generation.checked_add(1) != Some(generation) || is_present == Some(true) {
            return Err(SeError::InvalidInput);
        }
        let former = Former::bytes(&present, stored.private)?;
        let (private, material) = given.map_or_else(|| Material::generate(spec.algorithm), Ok)?;
        let public_key = material.public_key()?;
        let mut formers = vec![former.as_slice()];
        formers.extend(&stored.formers);
        formers.truncate(spec.algorithm.former_generations());
        let next = KeyRecord { spec: spec.clone(), generation, formers, private: &private };
        let mut batch = Batch::new();
        batch.put(place(id), Expect::Version(record.version()), std::mem::take(&mut *next.encode()?));
        spent::begin(&self.records, (id, generation, spec.algorithm), &mut batch)?;
        let committed = self.commit(&batch);
        // Also after a failure: which generation the storage has must be asked of the storage.
        self.cache.remove(id);
        self.left.forget(id);
        committed.map(|()| KeyInfo { spec, generation, public_key })
    }

    /// Makes a key another owner's, with all its generations; one that is the other's already stays so.
    pub(crate) fn hand_over(&self, id: KeyId, owner: &Owner, to: &Owner) -> Result<KeyInfo, SeError> {
        let _writing = self.writing();
        let record = self.load(id)?.ok_or(SeError::NoSuchKey)?;
        let mut stored = KeyRecord::decode(id, record.bytes()).ok_or(SeError::Storage)?;
        let present =
            Material::from_private(stored.spec.algorithm, stored.private)?.ok_or(SeError::Storage)?;
        let public_key = present.public_key()?;
        let is_handed = stored.spec.owner == *to;
        if !is_handed && stored.spec.owner != *owner {
            return Err(SeError::Refused(Refusal::Owner));
        }
        stored.spec.owner = to.clone();
        let info = KeyInfo { spec: stored.spec.clone(), generation: stored.generation, public_key };
        if is_handed {
            return Ok(info);
        }
        let mut batch = Batch::new();
        quota::hand_over(&self.records, (owner, to), self.quota, &mut batch)?;
        batch.put(place(id), Expect::Version(record.version()), std::mem::take(&mut *stored.encode()?));
        let committed = self.commit(&batch);
        // Also after a failure: whose it is must be asked of the storage.
        self.cache.remove(id);
        committed.map(|()| info)
    }

    /// The first key after this one, or the first of all; it says whose it is.
    pub(crate) fn next(&self, after: Option<KeyId>) -> Result<KeyInfo, SeError> {
        let after = after.map(|id| id.to_string().into());
        // Identifiers are in one order as bytes and as hexadecimal digits.
        let range = Range { space: KEYS, prefix: "".into(), after, limit: 1, backwards: false };
        let found = self.records.scan(&range).map_err(|_| SeError::Storage)?;
        let (place, _) = found.first().ok_or(SeError::NoSuchKey)?;
        let id = KeyId::parse(place.path()).ok_or(SeError::Storage)?;
        match self.cache.get(id) {
            Some(key) => key.info(),
            None => self.read(id)?.info(),
        }
    }

    /// Destroys a key; one that is not there is destroyed already.
    pub(crate) fn destroy(&self, id: KeyId, owner: &Owner) -> Result<(), SeError> {
        let _writing = self.writing();
        let Some(record) = self.load(id)? else {
            return Ok(());
        };
        let key = KeyRecord::decode(id, record.bytes()).ok_or(SeError::Storage)?;
        if key.spec.owner != *owner {
            return Err(SeError::Refused(Refusal::Owner));
        }
        let mut batch = Batch::new();
        Counts::load(&self.records, owner)?.one_less(&mut batch)?;
        batch.delete(place(id), Expect::Version(record.version()));
        spent::end(id, key.spec.algorithm, &mut batch);
        let committed = self.commit(&batch);
        // Also after a failure: whether the storage still has the key must be asked of the storage.
        self.cache.remove(id);
        self.left.forget(id);
        committed
    }

    /// Seals the next records anew under the present key of the object file. Nobody writes meanwhile: what a writer
    /// read would have another version when it commits.
    pub(crate) fn reseal(&self, after: Option<&RecordKey>, most: usize) -> Result<Resealed, StoreError> {
        let _writing = self.writing();
        self.records.reseal(after, most)
    }

    /// Forgets the key of the object file before the present one.
    pub(crate) fn finish_epoch(&self, identity: Identity) -> Result<Identity, StoreError> {
        identity.finish_epoch(&self.records)
    }

    /// Reserves messages for a key that has none left; [`Reserved::Rotated`] where the key is another by now.
    pub(crate) fn reserve(&self, key: &Key) -> Result<Reserved, SeError> {
        let _writing = self.writing();
        if key.left.is_there() {
            return Ok(Reserved::Messages(0));
        }
        let mut batch = Batch::new();
        let what = (key.spec.id, key.generation, key.spec.algorithm);
        let reserved = spent::reserve(&self.records, what, self.counting, &mut batch)?;
        if let Reserved::Messages(messages) = reserved {
            // The key may be gone, and no count comes back for it.
            let record = self.load(key.spec.id)?.ok_or(SeError::NoSuchKey)?;
            batch.check(place(key.spec.id), Expect::Version(record.version()));
            self.commit(&batch)?;
            key.left.refill(messages);
        }
        Ok(reserved)
    }

    /// Notes that everything here is from a backup.
    pub(crate) fn note_restored(&self) -> Result<(), SeError> {
        let _writing = self.writing();
        let mut batch = Batch::new();
        spent::note_restored(&self.records, &mut batch)?;
        self.commit(&batch)
    }

    fn read(&self, id: KeyId) -> Result<Arc<Key>, SeError> {
        let ticket = self.cache.ticket();
        let record = self.load(id)?.ok_or(SeError::NoSuchKey)?;
        let stored = KeyRecord::decode(id, record.bytes()).ok_or(SeError::Storage)?;
        let material = Material::from_private(stored.spec.algorithm, stored.private)?;
        let material = material.ok_or(SeError::Storage)?;
        let formers = stored.formers.iter().map(|kept| Former::new(stored.spec.algorithm, kept));
        let formers = formers.collect::<Option<Vec<_>>>().ok_or(SeError::Storage)?;
        let (spec, generation) = (stored.spec, stored.generation);
        let left = match spec.algorithm.most_messages() {
            Some(_) => self.left.of(id, generation),
            None => Arc::default(),
        };
        let key = Arc::new(Key { spec, generation, material, formers, left });
        self.cache.insert(ticket, &key);
        Ok(key)
    }

    fn load(&self, id: KeyId) -> Result<Option<Record>, SeError> {
        let mut records = self.records.load(&[place(id)]).map_err(|_| SeError::Storage)?;
        Ok(records.pop().flatten())
    }

    fn commit(&self, batch: &Batch) -> Result<(), SeError> {
        match self.records.commit(std::slice::from_ref(batch)).pop() {
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) | None => Err(SeError::Storage),
        }
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(id: KeyId) -> RecordKey {
    KEYS.key(&id.to_string())
}
