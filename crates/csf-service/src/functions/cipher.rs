//! `csf:cipher`: with `Calg` and the key `kInf`, `msg` encrypted as `cD`, under a nonce that the environment draws and
//! that comes back as `nc` (for CBC as `iV`), with the generation of the key as `gen`; given `cD` and that nonce,
//! decrypted as `msg`.

use csf_api::{Object, Value};
use csf_transport::{
    CipherAlgorithm, Command, MAX_ASSOCIATED_BYTES, MAX_CIPHERTEXT_BYTES, Reply as SeReply, SeError, Secret,
};

use super::execution::{Ran, environment_of};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::usable;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The generation of the key: told with what was encrypted, and given back with it.
const GENERATION: &str = "gen";

/// What is to be done.
enum Work {
    Encrypt(Secret),
    Decrypt { generation: Option<u32>, nonce: Vec<u8>, ciphertext: Vec<u8> },
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
        Work::Decrypt { generation, nonce, ciphertext } => {
            Command::Decrypt { key, owner, algorithm, generation, nonce, associated_data, ciphertext }
        }
    };
    let needs_name =
        matches!(&command, Command::Decrypt { generation: None, .. }) && !algorithm.is_authenticated();
    let output = match call.asking.execute(at, command).await {
        Ok(SeReply::Encrypted { generation, nonce, ciphertext }) => {
            let output = Object::new().with(nonce_of(algorithm), base64(&nonce));
            output.with("cD", base64(&ciphertext)).with(GENERATION, Value::Integer(i64::from(generation)))
        }
        Ok(SeReply::Decrypted(plaintext)) => Object::new().with("msg", base64(plaintext.expose())),
        Ok(_) => return Err(Refusal::internal()),
        Err(SeError::InvalidInput) if needs_name => {
            let text = "the key was rotated, and nothing in 'cD' tells which generation encrypted it: give its 'gen'";
            return Err(Refusal::bad_request(text));
        }
        Err(error) => return Err(error.into()),
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
    let generation = input.optional_generation(GENERATION)?;
    if message.is_some() && generation.is_some() {
        return Err(Refusal::bad_request(
            "the present generation encrypts; give 'gen' only together with 'cD'",
        ));
    }
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
            Ok(Work::Decrypt { generation, nonce, ciphertext })
        }
        (None, Some(_), Some(_)) => {
            Err(Refusal::bad_request(format!("'{name}' of {} has {size} bytes", algorithm.name())))
        }
        _ => Err(Refusal::bad_request("give either 'msg' to encrypt it, or 'cD' to decrypt it")),
    }
}
