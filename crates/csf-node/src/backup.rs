//! Backups of a state directory, and a state directory from one (decision 0032).
//!
//! ```text
//!   STATE, whether a node runs there or not         DIR, mode 0700            STATE, empty before
//!   csf.sqlite   records, most of them sealed  ─1─▶ csf.sqlite  ─┐
//!   soft.sqlite  objects of the software SE    ─2─▶ soft.sqlite  │ restore   the same, in a new epoch:
//!   audit*.log   the chain so far              ─3─▶ audit*.log   ├─────────▶ another store key, identifiers
//!   store-id                                      ▶ store-id     │           that go on much later, and an
//!                                                   manifest    ─┘           audit record that says so
//!   (outside) the root ·· never in a backup, vouches for the manifest, needed for both ··▶
//! ```
//!
//! Where the root comes from a passphrase, `soft.passphrase` is in it too, which holds no secret.
//!
//! The digests in the manifest say which file is damaged or of another backup. That nobody made the manifest up, or put
//! two backups together, its last line says: a code that only who has the root can make (decision 0066).

mod files;
mod make;
mod manifest;
mod restore;

pub(crate) use make::{Made, make};
pub(crate) use restore::{Restored, restore};

use crate::audit_log;
use crate::node::state;

/// The files of a backup beside its manifest, in the order in which they are made. The store comes before the
/// secure environment: a key that an object in the copied store stands for was made before, and is in the later
/// copy unless it was destroyed meanwhile. The audit log comes last, so that it tells of everything in the others; its
/// full files follow it in the manifest.
const FILES: [&str; 4] = [state::NAME, state::STORE, state::SOFT_OBJECTS, audit_log::CURRENT];
/// The file that is in a backup only where the root comes from a passphrase, after those of [`FILES`].
const OPTIONAL: &str = state::SOFT_PASSPHRASE;
/// The most full audit files in a backup.
const MAX_AUDIT_FILES: usize = 10_000;
/// The manifest.
const MANIFEST: &str = "manifest";
