//! Direct dynamic authorization: a scripted server is asked where nothing on the node permits, and its answer counts for
//! what it says and no longer (TS-0003 7.3.2.2; requirements ACC-8 and ACC-9).
//!
//! ```text
//!   scenery ─── Cmeter's container with a consultation, Creader who may not read it, a server that is configured
//!   links ───── daci as an attribute
//!   grants ──── what is asked, what an answer permits, and to whom
//!   lifetime ── how long, and what ends it earlier
//!   unclear ─── no answer, a late one, one that is not clear: nothing
//!   bounds ──── how much may be asked
//!   shown ───── audit log and explanations
//! ```

#![expect(clippy::unwrap_used, reason = "what a test arranges has to be well formed")]

mod bounds;
mod grants;
mod lifetime;
mod links;
mod scenery;
mod shown;
mod unclear;
