//! What the subject claims: its algorithms of each kind, and how a key of each proves itself.

use csf_transport::{
    CipherAlgorithm, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, MacAlgorithm, SeError,
    SignatureAlgorithm, WrapAlgorithm,
};

use super::Subject;
use super::bench::{Bench, Handle, claims, message, spec};
use super::known_keys::material;
use super::outsider::Outsider;

/// The digests that the subject makes.
pub(super) fn digests(subject: &Subject) -> Vec<DigestAlgorithm> {
    let all = DigestAlgorithm::ALL.iter().copied();
    all.filter(|a| claims(subject, "digest", Some(a.name()))).collect()
}

/// The codes that the subject makes and checks, with keys of its own.
pub(super) fn macs(subject: &Subject) -> Vec<MacAlgorithm> {
    let all = MacAlgorithm::ALL.iter().copied();
    all.filter(|a| {
        makes(subject, a.key()) && ["mac", "verify-mac"].iter().all(|c| claims(subject, c, Some(a.name())))
    })
    .collect()
}

/// The signatures that the subject makes and checks, with keys of its own.
pub(super) fn signatures(subject: &Subject) -> Vec<SignatureAlgorithm> {
    let all = SignatureAlgorithm::ALL.iter().copied();
    all.filter(|a| {
        makes(subject, a.key()) && ["sign", "verify"].iter().all(|c| claims(subject, c, Some(a.name())))
    })
    .collect()
}

/// The algorithms with which the subject encrypts and decrypts, with keys of its own.
pub(super) fn ciphers(subject: &Subject) -> Vec<CipherAlgorithm> {
    let all = CipherAlgorithm::ALL.iter().copied();
    all.filter(|a| {
        makes(subject, a.key()) && ["encrypt", "decrypt"].iter().all(|c| claims(subject, c, Some(a.name())))
    })
    .collect()
}

/// The ways in which the subject makes keys for [`DERIVED`] from others of its own.
pub(super) fn derivations(subject: &Subject) -> Vec<DerivationAlgorithm> {
    let all = DerivationAlgorithm::ALL.iter().copied();
    let able = macs(subject).contains(&DERIVED);
    all.filter(|a| able && makes(subject, a.key()) && claims(subject, "derive-key", Some(a.name()))).collect()
}

/// The ways in which the subject wraps keys and takes wrapped ones, with keys of its own.
pub(super) fn wraps(subject: &Subject) -> Vec<WrapAlgorithm> {
    let all = WrapAlgorithm::ALL.iter().copied();
    let able = macs(subject).contains(&DERIVED) && claims(subject, "import-key", Some(DERIVED.key().name()));
    let both =
        |a: &WrapAlgorithm| ["wrap-key", "unwrap-key"].iter().all(|c| claims(subject, c, Some(a.name())));
    all.filter(|a| able && makes(subject, a.key()) && both(a)).collect()
}

/// A key that may be wrapped, of known bytes, of the same owner as this one.
pub(super) fn exportable(bench: &mut Bench, of: &Handle) -> Result<Handle, SeError> {
    let mut spec = spec(DERIVED.key());
    (spec.owner, spec.exportable) = (of.owner.clone(), true);
    bench.import(&spec, &material(DERIVED.key()))?;
    Ok(Handle { id: spec.id, owner: spec.owner })
}

/// That key wrapped under this one; it does not stay.
fn wrapped_by(bench: &mut Bench, algorithm: WrapAlgorithm, with: &Handle) -> Result<Vec<u8>, SeError> {
    let key = exportable(bench, with)?;
    let wrapped = bench.wrap(algorithm, with, key.id);
    bench.destroy(&key)?;
    wrapped
}

/// Whether this unwraps as that key.
fn unwraps(
    bench: &mut Bench,
    algorithm: WrapAlgorithm,
    with: &Handle,
    wrapped: &[u8],
) -> Result<bool, SeError> {
    let mut spec = spec(DERIVED.key());
    spec.owner = with.owner.clone();
    match bench.unwrap_key(algorithm, with, wrapped, &spec) {
        Err(SeError::NotAuthentic) => return Ok(false),
        taken => drop(taken?),
    }
    let (taken, known) = (Handle { id: spec.id, owner: spec.owner }, exportable(bench, with)?);
    let same = bench.mac(DERIVED, &taken, PROOF)? == bench.mac(DERIVED, &known, PROOF)?;
    bench.destroy(&taken)?;
    bench.destroy(&known)?;
    Ok(same)
}

/// What derived keys are made for, to see whether two of them are the same.
pub(super) const DERIVED: MacAlgorithm = MacAlgorithm::HmacSha256;

/// What a derived key is for, as the derivation takes it.
pub(super) fn purpose(algorithm: DerivationAlgorithm) -> &'static [u8] {
    if algorithm.takes_info(b"") { b"" } else { b"14maf.example.com" }
}

/// The code of a message under a key derived from this one, which does not stay.
pub(super) fn by_derived(
    bench: &mut Bench,
    algorithm: DerivationAlgorithm,
    from: &Handle,
    input: [&[u8]; 3],
) -> Result<Vec<u8>, SeError> {
    by_derived_of(bench, algorithm, (from, None), input)
}

/// The same from one generation of it.
fn by_derived_of(
    bench: &mut Bench,
    algorithm: DerivationAlgorithm,
    (from, generation): (&Handle, Option<u32>),
    input: [&[u8]; 3],
) -> Result<Vec<u8>, SeError> {
    let mut spec = spec(DERIVED.key());
    spec.owner = from.owner.clone();
    bench.derive_of(algorithm, (from, generation), input, &spec)?;
    let derived = Handle { id: spec.id, owner: spec.owner };
    let code = bench.mac(DERIVED, &derived, PROOF);
    bench.destroy(&derived)?;
    code
}

/// What the subject makes keys of.
pub(super) fn made_by(subject: &Subject) -> Vec<KeyAlgorithm> {
    KeyAlgorithm::ALL.iter().copied().filter(|a| makes(subject, *a)).collect()
}

/// What the subject rotates keys of.
pub(super) fn rotated_by(subject: &Subject) -> Vec<KeyAlgorithm> {
    made_by(subject).into_iter().filter(|a| claims(subject, "rotate-key", Some(a.name()))).collect()
}

/// What the subject takes keys of that were made elsewhere.
pub(super) fn taken_by(subject: &Subject) -> Vec<KeyAlgorithm> {
    let all = KeyAlgorithm::ALL.iter().copied();
    all.filter(|a| claims(subject, "import-key", Some(a.name()))).collect()
}

/// Whether the subject claims keys of this algorithm.
pub(super) fn makes(subject: &Subject, algorithm: KeyAlgorithm) -> bool {
    claims(subject, "generate-key", Some(algorithm.name()))
}

/// What a key does.
#[derive(Clone, Copy)]
pub(super) enum Work {
    Mac(MacAlgorithm),
    Sign(SignatureAlgorithm),
    Encrypt(CipherAlgorithm),
    Derive(DerivationAlgorithm),
    Wrap(WrapAlgorithm),
}

/// What a key proves itself with: whole blocks, so that it can be encrypted without padding.
pub(super) const PROOF: &[u8; 16] = b"this is a proof.";

/// What keys of this algorithm do.
pub(super) fn work(algorithm: KeyAlgorithm) -> Work {
    let mac = MacAlgorithm::ALL.iter().find(|a| a.key() == algorithm).map(|a| Work::Mac(*a));
    let sign = SignatureAlgorithm::ALL.iter().find(|a| a.key() == algorithm).map(|a| Work::Sign(*a));
    let encrypt = CipherAlgorithm::ALL.iter().find(|a| a.key() == algorithm).map(|a| Work::Encrypt(*a));
    let derive = DerivationAlgorithm::ALL.iter().find(|a| a.key() == algorithm).map(|a| Work::Derive(*a));
    let wrap = WrapAlgorithm::ALL.iter().find(|a| a.key() == algorithm).map(|a| Work::Wrap(*a));
    mac.or(sign).or(encrypt).or(derive).or(wrap).unwrap()
}

/// What begins with the number of a generation.
fn named(proof: &[u8]) -> (u32, &[u8]) {
    let (generation, rest) = proof.split_first_chunk().unwrap();
    (u32::from_be_bytes(*generation), rest)
}

/// Uses the key to make something that only it can have made, in this generation.
pub(super) fn prove(bench: &mut Bench, algorithm: KeyAlgorithm, key: &Handle) -> Result<Vec<u8>, SeError> {
    match work(algorithm) {
        Work::Mac(mac) => bench.mac(mac, key, PROOF),
        Work::Sign(signature) => bench.sign(signature, key, message(PROOF)),
        Work::Derive(derivation) => {
            let peer = Outsider::new(1).peer_for(derivation);
            let code = by_derived(bench, derivation, key, [&peer, b"", purpose(derivation)])?;
            Ok([&bench.info(key)?.generation.to_be_bytes()[..], &code].concat())
        }
        Work::Wrap(wrap) => wrapped_by(bench, wrap, key),
        Work::Encrypt(cipher) => {
            let (generation, nonce, ciphertext) = bench.encrypt_named(cipher, key, b"", PROOF)?;
            Ok([&generation.to_be_bytes()[..], &nonce, &ciphertext].concat())
        }
    }
}

/// Whether the key made this proof.
pub(super) fn check(
    bench: &mut Bench,
    algorithm: KeyAlgorithm,
    key: &Handle,
    proof: &[u8],
) -> Result<bool, SeError> {
    match work(algorithm) {
        Work::Mac(mac) => bench.verify_mac(mac, key, PROOF, proof),
        Work::Sign(signature) => bench.verify(signature, key, message(PROOF), proof),
        Work::Derive(derivation) => {
            let peer = Outsider::new(1).peer_for(derivation);
            let (generation, code) = named(proof);
            let input = [&peer[..], b"", purpose(derivation)];
            match by_derived_of(bench, derivation, (key, Some(generation)), input) {
                Err(SeError::NoSuchGeneration) => Ok(false),
                again => again.map(|again| again == code),
            }
        }
        Work::Wrap(wrap) => unwraps(bench, wrap, key, proof),
        Work::Encrypt(cipher) => {
            let (generation, rest) = named(proof);
            let parts = rest.split_at(cipher.nonce_bytes());
            match bench.decrypt_of(cipher, (key, Some(generation)), b"", parts) {
                Ok(plaintext) => Ok(plaintext == PROOF),
                Err(SeError::NotAuthentic | SeError::NoSuchGeneration) => Ok(false),
                Err(error) => Err(error),
            }
        }
    }
}
