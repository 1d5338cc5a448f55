//! What every body is held to, in whichever serialisation it comes.

/// The longest body that is read, in bytes; its members and list entries are bounded by it too.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// The most members of one object.
///
/// Far more than any resource has, and few enough that finding a name given twice stays cheap.
pub const MAX_OBJECT_MEMBERS: usize = 128;
/// The longest root name of a content, in bytes.
pub const MAX_ROOT_NAME_BYTES: usize = 128;

/// `prefix:name`, both of letters, digits and `-._`, and neither empty.
pub(crate) fn is_root_name(root: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    };
    root.len() <= MAX_ROOT_NAME_BYTES
        && root.split_once(':').is_some_and(|(prefix, name)| is_name(prefix) && is_name(name))
}
