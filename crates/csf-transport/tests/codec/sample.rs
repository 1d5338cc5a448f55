//! Arbitrary commands and replies within their bounds, and an exhaustive comparison of them.

use csf_transport::codec::{
    MAX_CONTEXT_BYTES, MAX_DIGEST_BYTES, MAX_MAC_BYTES, MAX_NONCE_BYTES, MAX_PUBLIC_KEY_BYTES,
    MAX_SIGNATURE_BYTES,
};
use csf_transport::{
    CipherAlgorithm, Command, DerivationAlgorithm, DigestAlgorithm, KeyAlgorithm, KeyId, KeyInfo, KeySpec,
    KeyUses, MAX_INFO_BYTES, MAX_KEY_MATERIAL_BYTES, MAX_RANDOM_BYTES, MAX_SALT_BYTES, MAX_WRAPPED_KEY_BYTES,
    MacAlgorithm, Owner, Refusal, Reply, SeError, Secret, SignInput, SignatureAlgorithm, StreamCommand,
    StreamId, StreamRef, StreamWork, WrapAlgorithm,
};
use proptest::prelude::*;

/// Long enough to need every form of a length, short enough to be quick.
const SAMPLE_BYTES: usize = 700;

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=most)
}

fn key() -> impl Strategy<Value = (KeyId, Owner)> {
    let owner = "[a-z/ä€😀.-]{1,40}".prop_map(|text| Owner::new(&text).expect("short"));
    (any::<[u8; 16]>().prop_map(KeyId), owner)
}

fn named_generation() -> impl Strategy<Value = Option<u32>> {
    prop::option::of(1..=u32::MAX)
}

fn spec() -> impl Strategy<Value = KeySpec> {
    let algorithm = prop::sample::select(KeyAlgorithm::ALL);
    let sets: Vec<_> = (1..=u16::MAX).filter_map(KeyUses::from_bits).collect();
    let uses = prop::sample::select(sets);
    (key(), algorithm, uses, any::<bool>()).prop_map(|((id, owner), algorithm, uses, exportable)| KeySpec {
        id,
        owner,
        algorithm,
        uses,
        exportable,
    })
}

fn stream() -> impl Strategy<Value = (StreamId, Owner, Option<KeyId>)> {
    (any::<[u8; 16]>().prop_map(StreamId), key(), any::<bool>())
        .prop_map(|(id, (key, owner), keyed)| (id, owner, keyed.then_some(key)))
}

fn stream_command() -> impl Strategy<Value = Printable<Command>> {
    let (digest, mac) = (prop::sample::select(DigestAlgorithm::ALL), prop::sample::select(MacAlgorithm::ALL));
    let command = |command| Printable(Command::Stream(command));
    let begin = move |owner, work| command(StreamCommand::Begin { owner, work });
    let named = |(id, owner, key)| StreamRef { id, owner, key };
    prop_oneof![
        (key(), digest).prop_map(move |((_, owner), algorithm)| begin(owner, StreamWork::Digest(algorithm))),
        (key(), mac.clone())
            .prop_map(move |((key, owner), algorithm)| { begin(owner, StreamWork::Mac { key, algorithm }) }),
        (key(), mac, bytes(MAX_MAC_BYTES)).prop_map(move |((key, owner), algorithm, mac)| {
            begin(owner, StreamWork::VerifyMac { key, algorithm, mac })
        }),
        (stream(), any::<u64>(), bytes(SAMPLE_BYTES)).prop_map(move |(stream, position, part)| {
            command(StreamCommand::Update { stream: named(stream), position, part })
        }),
        (stream(), any::<u64>()).prop_map(move |(stream, position)| {
            command(StreamCommand::Finish { stream: named(stream), position })
        }),
        stream().prop_map(move |stream| command(StreamCommand::Abort { stream: named(stream) })),
    ]
}

fn input() -> impl Strategy<Value = (bool, Vec<u8>)> {
    prop_oneof![
        bytes(SAMPLE_BYTES).prop_map(|message| (true, message)),
        bytes(MAX_DIGEST_BYTES).prop_map(|digest| (false, digest)),
    ]
}

fn sign_input((is_message, bytes): (bool, Vec<u8>)) -> SignInput {
    if is_message { SignInput::Message(bytes) } else { SignInput::Digest(bytes) }
}

/// What a strategy can hold: proptest prints values, and commands and replies have no `Debug` on purpose.
pub(crate) struct Printable<T>(pub(crate) T);

impl<T> std::fmt::Debug for Printable<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(not shown)")
    }
}

pub(crate) fn command() -> impl Strategy<Value = Printable<Command>> {
    let digest = prop::sample::select(DigestAlgorithm::ALL);
    let mac = prop::sample::select(MacAlgorithm::ALL);
    let signature = prop::sample::select(SignatureAlgorithm::ALL);
    let cipher = prop::sample::select(CipherAlgorithm::ALL);
    prop_oneof![
        (1..=MAX_RANDOM_BYTES).prop_map(|length| Printable(Command::Random { length })),
        stream_command(),
        (digest, bytes(SAMPLE_BYTES))
            .prop_map(|(algorithm, message)| Printable(Command::Digest { algorithm, message })),
        spec().prop_map(|spec| Printable(Command::GenerateKey(spec))),
        (spec(), prop::collection::vec(any::<u8>(), 1..=MAX_KEY_MATERIAL_BYTES)).prop_map(
            |(spec, material)| Printable(Command::ImportKey { spec, material: Secret::new(material) })
        ),
        (
            key(),
            1..=u32::MAX,
            prop::option::of(prop::collection::vec(any::<u8>(), 1..=MAX_KEY_MATERIAL_BYTES))
        )
            .prop_map(|((key, owner), generation, material)| Printable(Command::RotateKey {
                key,
                owner,
                generation,
                material: material.map(Secret::new)
            })),
        (key(), key()).prop_map(|((key, owner), (_, to))| Printable(Command::HandOverKey { key, owner, to })),
        key().prop_map(|(key, owner)| Printable(Command::KeyInfo { key, owner })),
        key().prop_map(|(key, owner)| Printable(Command::DestroyKey { key, owner })),
        prop::option::of(any::<[u8; 16]>().prop_map(KeyId))
            .prop_map(|after| Printable(Command::NextKey { after })),
        (key(), mac.clone(), bytes(SAMPLE_BYTES)).prop_map(|((key, owner), algorithm, message)| Printable(
            Command::Mac { key, owner, algorithm, message }
        )),
        (key(), mac, bytes(SAMPLE_BYTES), bytes(MAX_MAC_BYTES)).prop_map(
            |((key, owner), algorithm, message, mac)| Printable(Command::VerifyMac {
                key,
                owner,
                algorithm,
                message,
                mac
            })
        ),
        (key(), signature.clone(), input()).prop_map(|((key, owner), algorithm, input)| Printable(
            Command::Sign { key, owner, algorithm, input: sign_input(input) }
        )),
        (key(), signature, input(), bytes(MAX_SIGNATURE_BYTES)).prop_map(
            |((key, owner), algorithm, input, signature)| Printable(Command::Verify {
                key,
                owner,
                algorithm,
                input: sign_input(input),
                signature
            })
        ),
        (
            bytes(SAMPLE_BYTES),
            prop::sample::select(SignatureAlgorithm::ALL),
            input(),
            bytes(MAX_SIGNATURE_BYTES)
        )
            .prop_map(|(public_key, algorithm, input, signature)| Printable(Command::VerifyWith {
                public_key,
                algorithm,
                input: sign_input(input),
                signature
            })),
        (key(), bytes(SAMPLE_BYTES)).prop_map(|((key, owner), statement)| Printable(Command::Respond {
            key,
            owner,
            statement
        })),
        (key(), bytes(SAMPLE_BYTES), bytes(MAX_SIGNATURE_BYTES)).prop_map(
            |((key, owner), statement, response)| Printable(Command::CheckResponse {
                key,
                owner,
                statement,
                response
            })
        ),
        (bytes(MAX_CONTEXT_BYTES), bytes(SAMPLE_BYTES)).prop_map(|(context, plaintext)| Printable(
            Command::Seal { context, plaintext: Secret::new(plaintext) }
        )),
        (bytes(MAX_CONTEXT_BYTES), bytes(SAMPLE_BYTES))
            .prop_map(|(context, sealed)| Printable(Command::Unseal { context, sealed })),
        (
            (any::<[u8; 16]>(), named_generation()),
            prop::sample::select(DerivationAlgorithm::ALL),
            bytes(SAMPLE_BYTES),
            bytes(MAX_SALT_BYTES),
            bytes(MAX_INFO_BYTES),
            spec()
        )
            .prop_map(|((from, generation), algorithm, peer, salt, info, spec)| {
                let from = KeyId(from);
                Printable(Command::DeriveKey { from, generation, algorithm, peer, salt, info, spec })
            }),
        (key(), prop::sample::select(WrapAlgorithm::ALL), any::<[u8; 16]>()).prop_map(
            |((with, owner), algorithm, key)| Printable(Command::WrapKey {
                with,
                owner,
                algorithm,
                key: KeyId(key)
            })
        ),
        (any::<[u8; 16]>(), prop::sample::select(WrapAlgorithm::ALL), bytes(MAX_WRAPPED_KEY_BYTES), spec())
            .prop_map(|(with, algorithm, wrapped, spec)| Printable(Command::UnwrapKey {
                with: KeyId(with),
                algorithm,
                wrapped,
                spec
            })),
        (key(), cipher.clone(), bytes(SAMPLE_BYTES), bytes(SAMPLE_BYTES)).prop_map(
            |((key, owner), algorithm, associated_data, plaintext)| {
                let plaintext = Secret::new(plaintext);
                Printable(Command::Encrypt { key, owner, algorithm, associated_data, plaintext })
            }
        ),
        (
            (key(), named_generation()),
            cipher,
            bytes(MAX_NONCE_BYTES),
            bytes(SAMPLE_BYTES),
            bytes(SAMPLE_BYTES)
        )
            .prop_map(
                |(((key, owner), generation), algorithm, nonce, associated_data, ciphertext)| Printable(
                    Command::Decrypt {
                        key,
                        owner,
                        algorithm,
                        generation,
                        nonce,
                        associated_data,
                        ciphertext
                    }
                )
            ),
    ]
}

pub(crate) const ERRORS: [SeError; 18] = [
    SeError::NotSupported,
    SeError::NoSuchKey,
    SeError::KeyExists,
    SeError::Refused(Refusal::Owner),
    SeError::Refused(Refusal::Use),
    SeError::Refused(Refusal::Algorithm),
    SeError::Refused(Refusal::Export),
    SeError::InvalidInput,
    SeError::NotAuthentic,
    SeError::Full,
    SeError::Unavailable,
    SeError::Expired,
    SeError::OutcomeUnknown,
    SeError::Storage,
    SeError::Fault,
    SeError::NoSuchStream,
    SeError::NoSuchGeneration,
    SeError::Exhausted,
];

pub(crate) fn reply() -> impl Strategy<Value = Printable<Result<Reply, SeError>>> {
    let public_key = prop::option::of(prop::collection::vec(any::<u8>(), 1..=MAX_PUBLIC_KEY_BYTES));
    let random = prop::collection::vec(any::<u8>(), 1..=usize::from(MAX_RANDOM_BYTES));
    let good = prop_oneof![
        random.prop_map(|bytes| Printable(Reply::Random(Secret::new(bytes)))),
        bytes(MAX_DIGEST_BYTES).prop_map(|digest| Printable(Reply::Digest(digest))),
        (spec(), 1..=u32::MAX, public_key).prop_map(|(spec, generation, public_key)| Printable(Reply::Key(
            KeyInfo { spec, generation, public_key }
        ))),
        Just(()).prop_map(|()| Printable(Reply::Done)),
        bytes(MAX_MAC_BYTES).prop_map(|mac| Printable(Reply::Mac(mac))),
        bytes(MAX_WRAPPED_KEY_BYTES).prop_map(|wrapped| Printable(Reply::Wrapped(wrapped))),
        any::<[u8; 16]>().prop_map(|id| Printable(Reply::Stream(StreamId(id)))),
        any::<bool>().prop_map(|verified| Printable(Reply::Verified(verified))),
        bytes(MAX_SIGNATURE_BYTES).prop_map(|signature| Printable(Reply::Signature(signature))),
        bytes(SAMPLE_BYTES).prop_map(|sealed| Printable(Reply::Sealed(sealed))),
        bytes(SAMPLE_BYTES).prop_map(|bytes| Printable(Reply::Unsealed(Secret::new(bytes)))),
        (1..=u32::MAX, bytes(MAX_NONCE_BYTES), bytes(SAMPLE_BYTES)).prop_map(
            |(generation, nonce, ciphertext)| Printable(Reply::Encrypted { generation, nonce, ciphertext })
        ),
        bytes(SAMPLE_BYTES).prop_map(|bytes| Printable(Reply::Decrypted(Secret::new(bytes)))),
    ];
    prop_oneof![
        12 => good.prop_map(|Printable(reply)| Printable(Ok(reply))),
        2 => prop::sample::select(&ERRORS[..]).prop_map(|error| Printable(Err(error))),
    ]
}

/// Whether two commands say the same. The list of fields is complete: no pattern has a `..`.
pub(crate) fn same_command(left: &Command, right: &Command) -> bool {
    use Command as C;
    match (left, right) {
        (C::Random { length: a }, C::Random { length: b }) => a == b,
        (C::Digest { algorithm: a, message: m }, C::Digest { algorithm: b, message: n }) => (a, m) == (b, n),
        (C::GenerateKey(a), C::GenerateKey(b)) => a == b,
        (C::ImportKey { spec: a, material: m }, C::ImportKey { spec: b, material: n }) => {
            a == b && m.expose() == n.expose()
        }
        (
            C::WrapKey { with: w, owner: o, algorithm: a, key: k },
            C::WrapKey { with: x, owner: p, algorithm: b, key: l },
        ) => (w, o, a, k) == (x, p, b, l),
        (
            C::UnwrapKey { with: w, algorithm: a, wrapped: m, spec: s },
            C::UnwrapKey { with: x, algorithm: b, wrapped: n, spec: t },
        ) => (w, a, m, s) == (x, b, n, t),
        (
            C::RotateKey { key: a, owner: o, generation: g, material: m },
            C::RotateKey { key: b, owner: p, generation: h, material: n },
        ) => (a, o, g) == (b, p, h) && m.as_ref().map(Secret::expose) == n.as_ref().map(Secret::expose),
        (C::HandOverKey { key: a, owner: o, to: t }, C::HandOverKey { key: b, owner: p, to: u }) => {
            (a, o, t) == (b, p, u)
        }
        (C::KeyInfo { key: a, owner: o }, C::KeyInfo { key: b, owner: p })
        | (C::DestroyKey { key: a, owner: o }, C::DestroyKey { key: b, owner: p }) => (a, o) == (b, p),
        (
            C::Mac { key: k, owner: o, algorithm: a, message: m },
            C::Mac { key: l, owner: p, algorithm: b, message: n },
        ) => (k, o, a, m) == (l, p, b, n),
        (
            C::VerifyMac { key: k, owner: o, algorithm: a, message: m, mac: x },
            C::VerifyMac { key: l, owner: p, algorithm: b, message: n, mac: y },
        ) => (k, o, a, m, x) == (l, p, b, n, y),
        (
            C::Sign { key: k, owner: o, algorithm: a, input: i },
            C::Sign { key: l, owner: p, algorithm: b, input: j },
        ) => (k, o, a) == (l, p, b) && i == j,
        (
            C::Verify { key: k, owner: o, algorithm: a, input: i, signature: x },
            C::Verify { key: l, owner: p, algorithm: b, input: j, signature: y },
        ) => (k, o, a, x) == (l, p, b, y) && i == j,
        (
            C::VerifyWith { public_key: k, algorithm: a, input: i, signature: x },
            C::VerifyWith { public_key: l, algorithm: b, input: j, signature: y },
        ) => (k, a, x) == (l, b, y) && i == j,
        (C::Respond { key: k, owner: o, statement: s }, C::Respond { key: l, owner: p, statement: t }) => {
            (k, o, s) == (l, p, t)
        }
        (
            C::CheckResponse { key: k, owner: o, statement: s, response: x },
            C::CheckResponse { key: l, owner: p, statement: t, response: y },
        ) => (k, o, s, x) == (l, p, t, y),
        (C::NextKey { after: a }, C::NextKey { after: b }) => a == b,
        (C::Stream(a), C::Stream(b)) => a == b,
        (C::Seal { context: c, plaintext: s }, C::Seal { context: d, plaintext: t }) => {
            c == d && s.expose() == t.expose()
        }
        (C::Unseal { context: c, sealed: s }, C::Unseal { context: d, sealed: t }) => (c, s) == (d, t),
        (
            C::DeriveKey { from: f, generation: v, algorithm: a, peer: p, salt: s, info: i, spec: x },
            C::DeriveKey { from: g, generation: w, algorithm: b, peer: q, salt: t, info: j, spec: y },
        ) => (f, v, a, p, s, i, x) == (g, w, b, q, t, j, y),
        (
            C::Encrypt { key: k, owner: o, algorithm: a, associated_data: d, plaintext: s },
            C::Encrypt { key: l, owner: p, algorithm: b, associated_data: e, plaintext: t },
        ) => (k, o, a, d) == (l, p, b, e) && s.expose() == t.expose(),
        (
            C::Decrypt {
                key: k,
                owner: o,
                algorithm: a,
                generation: v,
                nonce: n,
                associated_data: d,
                ciphertext: c,
            },
            C::Decrypt {
                key: l,
                owner: p,
                algorithm: b,
                generation: w,
                nonce: m,
                associated_data: e,
                ciphertext: f,
            },
        ) => (k, o, a, v, n, d, c) == (l, p, b, w, m, e, f),
        _ => false,
    }
}

/// Whether two outcomes say the same.
pub(crate) fn same_reply(left: &Result<Reply, SeError>, right: &Result<Reply, SeError>) -> bool {
    use Reply as R;
    match (left, right) {
        (Err(a), Err(b)) => a == b,
        (Ok(R::Random(a)), Ok(R::Random(b)))
        | (Ok(R::Unsealed(a)), Ok(R::Unsealed(b)))
        | (Ok(R::Decrypted(a)), Ok(R::Decrypted(b))) => a.expose() == b.expose(),
        (
            Ok(R::Encrypted { generation: g, nonce: n, ciphertext: c }),
            Ok(R::Encrypted { generation: h, nonce: m, ciphertext: d }),
        ) => (g, n, c) == (h, m, d),
        (Ok(R::Digest(a)), Ok(R::Digest(b)))
        | (Ok(R::Mac(a)), Ok(R::Mac(b)))
        | (Ok(R::Wrapped(a)), Ok(R::Wrapped(b)))
        | (Ok(R::Signature(a)), Ok(R::Signature(b)))
        | (Ok(R::Sealed(a)), Ok(R::Sealed(b))) => a == b,
        (Ok(R::Key(a)), Ok(R::Key(b))) => a == b,
        (Ok(R::Stream(a)), Ok(R::Stream(b))) => a == b,
        (Ok(R::Done), Ok(R::Done)) => true,
        (Ok(R::Verified(a)), Ok(R::Verified(b))) => a == b,
        _ => false,
    }
}
