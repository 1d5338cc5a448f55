//! `csf:cipher`: with `Calg` and the key `kInf`, `msg` encrypted as `cD`, under a nonce that the environment draws and
//! that comes back as `nc` (for CBC as `iV`); given `cD` and that nonce, decrypted as `msg`.

use csf_api::Object;
use csf_transport::{
    CipherAlgorithm, Command, MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, Reply as SeReply, Secret,
};

use super::execution::{Ran, environment_of};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What is to be done.
enum Work {
    Encrypt(Secret),
    Decrypt { nonce: Vec<u8>, ciphertext: Vec<u8> },
}

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let algorithm = CipherAlgorithm::from_name(input.text("Calg")?)
        .ok_or_else(|| Refusal::bad_request("'Calg' names no algorithm that this function lists"))?;
    let associated_data = associated_data(algorithm, input)?;
    let work = work(algorithm, input)?;
    let usable = usable(call, "kInf", input.text("kInf")?).await?;
    let at = environment_of(&usable, input.minimum_level()?)?;
    let (key, owner) = (usable.key, usable.owner.clone());
    let command = match work {
        Work::Encrypt(plaintext) => Command::Encrypt { key, owner, algorithm, associated_data, plaintext },
        Work::Decrypt { nonce, ciphertext } => {
            Command::Decrypt { key, owner, algorithm, nonce, associated_data, ciphertext }
        }
    };
    let output = match call.asking.execute(at, command).await? {
        SeReply::Encrypted { nonce, ciphertext } => {
            let output = Object::new().with(nonce_of(algorithm), base64(&nonce));
            output.with("cD", base64(&ciphertext))
        }
        SeReply::Decrypted(plaintext) => Object::new().with("msg", base64(plaintext.expose())),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level: usable.level })
}

/// The member that holds the nonce, as TS-0016 names it.
pub(super) const fn nonce_of(algorithm: CipherAlgorithm) -> &'static str {
    if algorithm.is_authenticated() { "nc" } else { "iV" }
}

fn associated_data(algorithm: CipherAlgorithm, input: &Input<'_>) -> Result<Vec<u8>, Refusal> {
    match input.optional_octets_up_to("aD", MAX_ASSOCIATED_BYTES)? {
        Some(_) if !algorithm.is_authenticated() => {
            Err(Refusal::bad_request(format!("{} authenticates nothing: it takes no 'aD'", algorithm.name())))
        }
        given => Ok(given.unwrap_or_default()),
    }
}

fn work(algorithm: CipherAlgorithm, input: &Input<'_>) -> Result<Work, Refusal> {
    let (name, size) = (nonce_of(algorithm), algorithm.nonce_bytes());
    let other = if algorithm.is_authenticated() { "iV" } else { "nc" };
    if input.has(other) {
        return Err(Refusal::bad_request(format!("{} has '{name}', not '{other}'", algorithm.name())));
    }
    let message = input.optional_octets("msg")?.map(Secret::new);
    let ciphertext = input.optional_octets_up_to("cD", MAX_CIPHERTEXT_BYTES)?;
    match (message, ciphertext, input.optional_octets(name)?) {
        (Some(message), None, None) => match algorithm.ciphertext_bytes(message.expose().len()) {
            Some(_) => Ok(Work::Encrypt(message)),
            None => {
                Err(Refusal::bad_request(format!("{} encrypts whole blocks of 16 bytes", algorithm.name())))
            }
        },
        // Whoever chooses a nonce may choose one twice, and with that gives away what both messages say.
        (Some(_), None, Some(_)) => Err(Refusal::bad_request(format!(
            "'{name}' is drawn anew for each message; give it only together with 'cD'"
        ))),
        (None, Some(_), None) => Err(Refusal::bad_request(format!("'{name}' is missing: it came with 'cD'"))),
        (None, Some(ciphertext), Some(nonce)) if nonce.len() == size => {
            Ok(Work::Decrypt { nonce, ciphertext })
        }
        (None, Some(_), Some(_)) => {
            Err(Refusal::bad_request(format!("'{name}' of {} has {size} bytes", algorithm.name())))
        }
        _ => Err(Refusal::bad_request("give either 'msg' to encrypt it, or 'cD' to decrypt it")),
    }
}
