//! Responses to authentication challenges, by keys that do nothing else.

use csf_transport::{MAX_STATEMENT_BYTES, Reply, SeError, SignInput, covered};

use crate::bounds;
use crate::material::Material;

/// The response to a statement: the domain is put before it here, whoever asks.
pub(crate) fn respond(material: &Material, statement: &[u8]) -> Result<Reply, SeError> {
    let message = message(statement)?;
    match material {
        Material::Pair(pair) => {
            pair.sign(pair.algorithm(), &SignInput::Message(message)).map(Reply::Signature)
        }
        _ => {
            let key = material.mac()?;
            key.mac(key.algorithm(), &message).map(Reply::Mac)
        }
    }
}

/// Whether a response is right. One of another length is wrong like any other: the length says nothing that is not
/// known, and whoever checks must not tell one failure from another.
pub(crate) fn is_right(material: &Material, statement: &[u8], response: &[u8]) -> Result<bool, SeError> {
    let message = message(statement)?;
    match material {
        Material::Pair(pair) => {
            let algorithm = pair.algorithm();
            if response.len() != algorithm.signature_bytes() {
                return Ok(false);
            }
            pair.verify(algorithm, &SignInput::Message(message), response)
        }
        _ => {
            let key = material.mac()?;
            let algorithm = key.algorithm();
            if response.len() != algorithm.code_bytes() {
                return Ok(false);
            }
            key.verify(algorithm, &message, response)
        }
    }
}

fn message(statement: &[u8]) -> Result<Vec<u8>, SeError> {
    bounds::at_most(statement, MAX_STATEMENT_BYTES)?;
    Ok(covered(statement))
}
