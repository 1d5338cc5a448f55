//! By what a token is found again: the local name that its holder is told, and the mark that nobody is.

use std::hash::{BuildHasher as _, RandomState};

use csf_api::ResourceId;
use sha2::{Digest, Sha256};

use super::super::hex::push_hex;

/// How much of a token's digest names it: enough that nobody finds two tokens of one name.
const LOCAL_BYTES: usize = 20;
/// How many bytes of a token are in its mark: the last ones, which are its signature or tag and differ most.
const MARKED_BYTES: usize = 64;

/// A name that begins with a letter, says nothing of the token, and is that of no other. A token has another name for
/// each `<token>` that it is read from, since each of these names ends with its resource, and that of a token which is
/// brought whole with the token alone.
pub(super) fn local_name(text: &str, from: Option<&ResourceId>) -> Box<str> {
    let mut hasher = Sha256::new();
    if let Some(resource) = from {
        // No token begins with an identifier and a line break.
        hasher.update(resource.as_str());
        hasher.update("\n");
    }
    hasher.update(text);
    let mut name = String::from("t");
    push_hex(&mut name, hasher.finalize().get(..LOCAL_BYTES).unwrap_or_default());
    name.into()
}

/// Where a token is looked for. Nobody outside knows the key of the hasher, so nobody chooses which tokens meet.
pub(super) fn mark_of(hasher: &RandomState, text: &str, from: Option<&ResourceId>) -> u64 {
    let bytes = text.as_bytes();
    let end = bytes.get(bytes.len().saturating_sub(MARKED_BYTES)..).unwrap_or_default();
    hasher.hash_one((bytes.len(), end, from.map(ResourceId::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_name_is_a_letter_and_the_digest_of_what_was_brought() {
        // SHA-256("abc"), from FIPS 180-4.
        assert_eq!(&*local_name("abc", None), "tba7816bf8f01cfea414140de5dae2223b00361a3");
        let token = ResourceId::parse("tk-1").expect("well formed");
        assert_eq!(local_name("abc", Some(&token)), local_name("tk-1\nabc", None));
    }

    #[test]
    fn a_mark_depends_on_the_end_the_length_and_the_resource() {
        let hasher = RandomState::new();
        let long = "x".repeat(200);
        let token = ResourceId::parse("tk-1").expect("well formed");
        let mark = mark_of(&hasher, &long, None);
        assert_eq!(mark, mark_of(&hasher, &long, None));
        assert_ne!(mark, mark_of(&hasher, &format!("{long}x"), None));
        assert_ne!(mark, mark_of(&hasher, &format!("{}y", "x".repeat(199)), None));
        assert_ne!(mark, mark_of(&hasher, &long, Some(&token)));
        assert_ne!(mark_of(&hasher, "a", None), mark_of(&hasher, "b", None));
    }
}
