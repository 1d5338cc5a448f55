//! Durable records: versioned, written in atomic batches, sealed, in memory and in SQLite.

mod batch;
mod cache;
mod error;
mod feed;
mod identity;
mod key;
mod memory;
mod record;
mod records;
mod sqlite;
mod store;
mod vault;

pub use batch::{Batch, Change, Expect, Write};
pub use cache::MAX_CACHED_BYTES;
pub use error::StoreError;
pub use feed::{Changes, Cursor, MAX_CHANGES};
pub use identity::{Epoch, Identity, MAX_SEALED_KEY_BYTES, StoreId, new_store_id};
pub use key::{MAX_KEY_BYTES, RecordKey, Sealing, Space};
pub use memory::MemoryStore;
pub use record::{MAX_RECORD_BYTES, Record, Version};
pub use records::Records;
pub use sqlite::SqliteStore;
pub use store::{Entries, Range, Store};
pub use vault::{SEAL_OVERHEAD, Vault};
