//! Every way in which an HTTP request can be malformed or ask too much, with the exact answer.
//!
//! Each case is one change to a request that passes, so that the change alone is at fault.

mod head_and_body;
mod message;
mod query;
