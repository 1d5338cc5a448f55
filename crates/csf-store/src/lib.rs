//! Durable records: versioned, written in atomic batches, sealed, in memory and in SQLite.

mod batch;
mod error;
mod key;
mod record;
mod store;

pub use batch::{Batch, Change, Expect, Write};
pub use error::StoreError;
pub use key::{MAX_KEY_BYTES, RecordKey, Sealing, Space};
pub use record::{MAX_RECORD_BYTES, Record, Version};
pub use store::{Entries, Range, Store};
