//! Protected objects: JWS and JWE in compact form (RFC 7515, RFC 7516), and the tokens that oneM2M makes of them
//! (TS-0003 7.3.2.6; requirement ACC-8).
//!
//! The crate reads, checks and writes; it computes no signature and holds no key. Whoever has the keys, a secure
//! environment for one, implements [`Verifier`], [`Signer`], [`Opener`] and [`Sealer`], and is asked once for each
//! object. Nothing that a signature protects can be read before the signature was found right.
//!
//! ```text
//!   text ── Jws::parse ──▶ Jws ── verified_by(Verifier) ──▶ Verified   header, payload
//!   text ── Jwe::parse ──▶ Jwe ── opened_by(Opener) ──────▶ Opened     header, plaintext
//!   text ── Token::parse ─▶ Token::Signed(Jws) | Token::Encrypted(Jwe) ── Opened ── nested ──▶ Jws
//!                                                                      Verified ── claims ──▶ Object
//!   Header, payload   ── sign_with(Signer) ──▶ text
//!   Header, plaintext ── seal_with(Sealer) ──▶ text
//! ```
//!
//! # What is read
//!
//! | member | in | treatment |
//! | --- | --- | --- |
//! | `alg` | JWS | ES256, ES384, EdDSA, HS256, HS384, HS512; `none` and every other is refused |
//! | `alg` | JWE | `dir` with no encrypted key; A128KW, A192KW, A256KW with one of the length that `enc` asks for |
//! | `enc` | JWE | A128GCM, A192GCM, A256GCM; refused in a JWS |
//! | `kid` | both | a text of 1 to [`MAX_KEY_ID_BYTES`] bytes |
//! | `typ`, `cty` | both | a text; a token has exactly those of TS-0003 7.3.2.6 |
//! | `crit` | both | refused: no extension is understood here |
//! | `zip` | both | refused: a small object could become a huge one |
//! | `b64` | both | refused: the payload of a token is always encoded |
//! | any other | both | kept, and never believed: a key that the object brings along is nobody's |
//!
//! A header is an object of JSON without a name given twice. Base64url is read in its one form, without padding and
//! without bits that say nothing. Everything is bounded: see the constants.
//!
//! # What it refuses to be
//!
//! A judge of algorithms: which class and which algorithm an issuer may use is for the caller to say, who reads
//! [`Header`] before it asks for an operation. Nor the whole of ESData (TS-0003 8.5): the serialisations in JSON and
//! XML, RSA and ECDH-ES are not here.

mod algorithm;
mod base64url;
mod error;
mod header;
mod jwe;
mod jws;
mod operations;
mod token;

pub use algorithm::{ContentEncryption, KeyManagement, SignatureAlgorithm};
pub use error::{ObjectError, Unopened};
pub use header::{Header, MAX_HEADER_BYTES, MAX_KEY_ID_BYTES, Protection};
pub use jwe::{Jwe, MAX_PLAINTEXT_BYTES, Opened, seal_with};
pub use jws::{Jws, MAX_PAYLOAD_BYTES, Verified, sign_with};
pub use operations::{Check, Closed, Open, Opener, Seal, Sealer, Sign, Signer, Verifier};
pub use token::{Claims, MAX_TOKEN_BYTES, Token, TokenClass, sign_claims};
