//! `csf:csr`: a certification request (PKCS#10, RFC 2986) for the key `kInf` and the subject `sub`, as `crq` in DER.
//!
//! ```text
//!   CertificationRequest ─┬─ info ─┬─ version 0
//!                         │        ├─ subject             from `sub`
//!                         │        ├─ public key          from the secure environment
//!                         │        └─ extensionRequest ─┬─ keyUsage: digitalSignature
//!                         │                             └─ subjectAltName: the owner, as its certificate needs it
//!                         ├─ algorithm
//!                         └─ signature over info, made by the key in the secure environment
//! ```
//!
//! The alternative name is the AE-ID of the key's owner and cannot be chosen (TS-0003 10.1.4): nobody has a request
//! made in another's name.

mod der;
mod subject;

use csf_api::{EntityKind, Object, Status};
use csf_transport::{Command, KeyInfo, Reply as SeReply, SeId, SignInput, SignatureAlgorithm};

use super::execution::{Ran, environment_of};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::keys::{UsableKey, usable};
use crate::outside::Outside;
use crate::refusal::Refusal;

/// 1.2.840.113549.1.9.14
const EXTENSION_REQUEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e];
/// 2.5.29.15
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
/// `digitalSignature` and no other: one bit, seven unused.
const DIGITAL_SIGNATURE: &[u8] = &[0x07, 0x80];
/// 2.5.29.17
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// How often a request is made again because the key was rotated meanwhile.
const MAX_ROUNDS: usize = 3;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    let subject = subject::name(input.optional_list("sub")?)?;
    let usable = usable(call, "kInf", input.text("kInf")?).await?;
    let at = environment_of(&usable, input.minimum_level()?)?;
    let extensions = extensions(call)?;
    let mut key = info_of(call, &usable, at).await?;
    for _ in 0..MAX_ROUNDS {
        let algorithm = algorithm_of(&key)?;
        let public = key.public_key.as_deref().ok_or_else(Refusal::internal)?;
        let info = der::sequence(&[&der::integer(&[0]), &subject, public, &extensions]);
        let signature = sign(call, &usable, at, algorithm, &info).await?;
        // Between asking for the public key and signing, the key may have got another.
        let now = info_of(call, &usable, at).await?;
        if now == key {
            let identifier = der::sequence(&[&der::object_identifier(oid(algorithm)?)]);
            let request = der::sequence(&[&info, &identifier, &der::bit_string(&signature)]);
            let output = Object::new().with("crq", base64(&request));
            return Ok(Ran { output, level: usable.level });
        }
        key = now;
    }
    Err(Refusal::internal())
}

async fn info_of<O: Outside>(call: &Call<'_, O>, key: &UsableKey, at: &SeId) -> Result<KeyInfo, Refusal> {
    let command = Command::KeyInfo { key: key.key, owner: key.owner.clone() };
    match call.asking.execute(at, command).await? {
        SeReply::Key(info) => Ok(info),
        _ => Err(Refusal::internal()),
    }
}

/// The signature in the form that a certificate has it.
async fn sign<O: Outside>(
    call: &Call<'_, O>,
    key: &UsableKey,
    at: &SeId,
    algorithm: SignatureAlgorithm,
    info: &[u8],
) -> Result<Vec<u8>, Refusal> {
    let input = SignInput::Message(info.to_vec());
    let command = Command::Sign { key: key.key, owner: key.owner.clone(), algorithm, input };
    let SeReply::Signature(signature) = call.asking.execute(at, command).await? else {
        return Err(Refusal::internal());
    };
    if algorithm == SignatureAlgorithm::Ed25519 {
        return Ok(signature);
    }
    let (r, s) = signature.split_at_checked(signature.len() / 2).ok_or_else(Refusal::internal)?;
    Ok(der::sequence(&[&der::integer(r), &der::integer(s)]))
}

/// The one algorithm with which a key signs requests.
fn algorithm_of(key: &KeyInfo) -> Result<SignatureAlgorithm, Refusal> {
    let algorithm = SignatureAlgorithm::ALL.iter().copied().find(|a| a.key() == key.spec.algorithm);
    algorithm.ok_or_else(|| Refusal::bad_request("a key of this algorithm makes no signatures"))
}

/// The object identifier of the algorithm (RFC 5758, RFC 8410).
fn oid(algorithm: SignatureAlgorithm) -> Result<&'static [u8], Refusal> {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => Ok(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]),
        SignatureAlgorithm::EcdsaP384Sha384 => Ok(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]),
        SignatureAlgorithm::Ed25519 => Ok(&[0x2b, 0x65, 0x70]),
        _ => Err(Refusal::internal()),
    }
}

/// What the certificate shall say beside subject and key, as the attributes of a request.
fn extensions<O: Outside>(call: &Call<'_, O>) -> Result<Vec<u8>, Refusal> {
    let owner = call.caller.originator().ok_or_else(Refusal::denied)?;
    if !matches!(owner.kind(), EntityKind::RegistrarAssignedAe | EntityKind::ProviderAssignedAe) {
        // A CSE is named by its public domain name, which a node does not know yet; others by no certificate.
        return Err(Refusal::new(Status::NotImplemented, "requests are made for keys of AEs only"));
    }
    let usage = der::bits(DIGITAL_SIGNATURE);
    let name = der::sequence(&[&der::uniform_resource_identifier(owner.absolute())]);
    let extensions = der::sequence(&[
        &der::sequence(&[&der::object_identifier(KEY_USAGE), &der::TRUE, &der::octet_string(&usage)]),
        &der::sequence(&[&der::object_identifier(ALTERNATIVE_NAME), &der::octet_string(&name)]),
    ]);
    let attribute = der::sequence(&[&der::object_identifier(EXTENSION_REQUEST), &der::set(&[&extensions])]);
    Ok(der::attributes(&attribute))
}
