//! How much a node takes at once: every number that bounds its memory, in one place.

/// The bounds of a node; each can be configured, none can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest body of a request, in bytes.
    pub body_bytes: u64,
    /// Connections open at once, over all listeners.
    pub connections: u64,
    /// Requests being worked on at once; the next ones wait on their connections.
    pub requests: u64,
    /// How long one request may take, in seconds; past it the request is denied.
    pub request_seconds: u64,
    /// Records kept in memory beside the store, with all that belongs to them in 512 bytes each on average.
    pub cache_records: u64,
    /// How many levels of resources there may be below the CSEBase; deeper is refused with 5207.
    pub depth: u64,
    /// The most results of one discovery; the rest is left out.
    pub discovery_results: u64,
    /// The largest content of an instance, in bytes; larger is refused with 5207.
    pub content_bytes: u64,
    /// The most instances of one container; beyond it the oldest go.
    pub instances_per_container: u64,
    /// The largest sensitive data object, in bytes; larger is refused with 5207.
    pub data_object_bytes: u64,
    /// The most sensitive data objects of one owner in one storage; more are refused with 5207.
    pub data_objects_per_owner: u64,
    /// The most bytes of sensitive data of one owner in one storage; more are refused with 5207.
    pub data_bytes_per_owner: u64,
    /// The most resources of one originator, instances and sensitive data aside; more is refused with 5207.
    pub resources_per_originator: u64,
}
