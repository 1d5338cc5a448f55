//! The key that a CREATE carries: as text in the request, and as octets on its way to the secure environment.

use base64ct::{Base64, Encoding};
use csf_api::{Object, Value};
use csf_transport::{MAX_WRAPPED_KEY_BYTES, Secret};

use crate::refusal::Refusal;

/// The attribute that carries it. It is never stored.
pub(super) const MATERIAL: &str = "kMt";
/// The longest base64 text of it: of a wrapped key, which is longer than a bare one.
const MAX_TEXT_BYTES: usize = MAX_WRAPPED_KEY_BYTES.div_ceil(3).saturating_mul(4);

/// The key that a request gives, if it gives one. No refusal says anything about it.
pub(super) fn material(body: &Object) -> Result<Option<Secret>, Refusal> {
    let Some(text) = body.get(MATERIAL).and_then(Value::as_text) else { return Ok(None) };
    if text.len() > MAX_TEXT_BYTES {
        return Err(Refusal::bad_request(format!("'kMt' holds at most {MAX_WRAPPED_KEY_BYTES} bytes")));
    }
    // Decoded into a buffer of the final size, so that no copy is left behind unwiped.
    let octets = Base64::decode_vec(text).map(Secret::new);
    octets.map(Some).map_err(|_| Refusal::bad_request("'kMt' must be base64 with padding"))
}
