//! Durable records: versioned, written in atomic batches, sealed, in memory and in SQLite.
//!
//! A record is bytes under a key, `space/path`, with a version that counts its writes. One that holds a number can be
//! changed by a [`Step`] too, which depends on no version, so that many steps of one count are one durable write. Who
//! owns a family of records declares its [`Space`] as a constant and says there, once, whether its records are sealed.
//! Everybody reads and writes through [`Records`]:
//!
//! ```text
//!            load, scan, commit(batches)            cached, changes_since
//!                        │                                   │
//!   Records   ┌──────────▼───────────────────────────────────▼──────────┐
//!             │ cache      what the store holds now; bounded            │
//!             │ vault      sealed spaces: AES-256-GCM, bound to place,  │
//!             │            version, store and epoch; open ones pass     │
//!             │ freshness  a tree over all sealed records: the newest   │
//!             │            state of each, written in the same commit    │
//!             └──────────┬──────────────────────────────────────────────┘
//!   Store     ┌──────────▼───────────┐
//!             │ SqliteStore          │   a batch happens whole or not at all, under its conditions;
//!             │ MemoryStore          │   several batches become durable at once
//!             └──────────────────────┘
//! ```
//!
//! ```
//! use std::num::NonZeroUsize;
//!
//! use csf_store::{Batch, Epoch, Expect, MemoryStore, Records, Space, Store, StoreError, Vault, new_store_id};
//! use zeroize::Zeroizing;
//!
//! const COUNTERS: Space = Space::sealed("counter");
//!
//! // The secure environment guards this key; here it is made up.
//! let store_key = Zeroizing::new([0x2a; 32]);
//! let vault = Vault::new(new_store_id()?, Epoch(1), store_key);
//! let engine = MemoryStore::new();
//! Records::found(&engine, &vault)?;
//! let records = Records::open(engine, vault, NonZeroUsize::new(1000).ok_or("no cache")?)?;
//!
//! let key = COUNTERS.key("meter/1");
//! let mut batch = Batch::new();
//! batch.put(key.clone(), Expect::Absent, b"42".to_vec());
//! records.commit(&[batch]).remove(0)?;
//!
//! let found = records.load(&[key.clone()])?.remove(0).ok_or("gone")?;
//! assert_eq!((found.version().0, found.bytes()), (1, &b"42"[..]));
//!
//! // Somebody else believes that it does not exist yet: nothing is written.
//! let mut late = Batch::new();
//! late.put(key.clone(), Expect::Absent, b"0".to_vec());
//! assert_eq!(records.commit(&[late]).remove(0), Err(StoreError::Conflict(key)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sealing makes a copy of the disk worthless without the store key, and a record that was altered, moved,
//! swapped, renumbered, brought from elsewhere, set back to a state that it once had, or removed, is refused as
//! [`StoreError::NotAuthentic`] (ARC-4), also where a range leaves it out. It does not notice that the whole
//! store was set back at once; nor does it hide keys, sizes and versions.
//!
//! What it refuses to be: a database. It knows no fields, no queries beyond ranges of paths, no clock, no
//! thread of its own, and nothing about what the bytes mean. Its calls block; who must not wait calls them
//! elsewhere.

mod batch;
mod cache;
mod count;
mod error;
mod feed;
mod freshness;
mod identity;
mod key;
mod memory;
mod record;
mod records;
mod sqlite;
mod store;
mod store_id;
mod vault;
mod wiped;

pub use batch::{Batch, Change, Expect, Write};
pub use cache::MAX_CACHED_BYTES;
pub use count::Step;
pub use error::StoreError;
pub use feed::{Changes, Cursor, MAX_CHANGES};
pub use identity::{Identity, MAX_SEALED_KEY_BYTES, SealedEpoch};
pub use key::{MAX_KEY_BYTES, RecordKey, Sealing, Space};
pub use memory::MemoryStore;
pub use record::{MAX_RECORD_BYTES, Record, Version};
pub use records::{Records, Resealed};
pub use sqlite::SqliteStore;
pub use store::{Entries, Range, Store};
pub use store_id::{Epoch, StoreId, new_store_id};
pub use vault::{SEAL_OVERHEAD, Vault};
pub use wiped::Wiped;
