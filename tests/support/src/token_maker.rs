//! An authorization server in a few lines: it makes tokens, also bad ones, with nothing of the project but values.

#![expect(clippy::expect_used, reason = "what a test arranges has to be well formed")]

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit as _};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use csf_api::{Object, Value};
use hmac::{Hmac, Mac};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use sha2::{Sha256, Sha512};

/// The header of a signed token under the key `k1`.
pub const ES256: &str = r#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#;
/// The header of a nested token under the key `k2`.
pub const NESTED: &str = r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","cty":"JWT","kid":"k2"}"#;

/// The header of a token that is encrypted and not signed, under the key `k2`.
pub const ENCRYPTED: &str = r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","kid":"k2"}"#;

/// An issuer of tokens with a key pair on P-256.
pub struct TokenMaker {
    id: &'static str,
    key: SigningKey,
}

impl TokenMaker {
    /// An issuer of this absolute identity; another number is another key.
    ///
    /// # Panics
    ///
    /// For the number 0.
    #[must_use]
    pub fn new(id: &'static str, number: u8) -> Self {
        Self { id, key: SigningKey::from_slice(&[number; 32]).expect("a scalar") }
    }

    /// The public key as SubjectPublicKeyInfo, in base64.
    ///
    /// # Panics
    ///
    /// Never with such keys.
    #[must_use]
    pub fn public_key(&self) -> String {
        Base64::encode_string(self.key.verifying_key().to_public_key_der().expect("a key").as_bytes())
    }

    /// The claims of a token for this holder, from and to these seconds since 1970, without permissions.
    #[must_use]
    pub fn claims(&self, id: &str, holder: &str, [begin, end]: [i64; 2]) -> Object {
        Object::new()
            .with("tkvr", Value::text("1.0.0"))
            .with("jti", Value::text(id))
            .with("azp", Value::text(holder))
            .with("iss", Value::text(self.id))
            .with("nbf", Value::Integer(begin))
            .with("exp", Value::Integer(end))
    }

    /// A signed token.
    #[must_use]
    pub fn sign(&self, claims: &Object) -> String {
        self.sign_under(ES256, &json(claims))
    }

    /// A JWS of this payload under this header, whatever it says.
    #[must_use]
    pub fn sign_under(&self, header: &str, payload: &[u8]) -> String {
        let input = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
        let signature: Signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", base64url(&signature.to_bytes()))
    }
}

/// A JWS of this payload with a code under a shared secret, by HS512 where that is the algorithm and else by HS256,
/// whatever the header says.
#[must_use]
pub fn code_under(algorithm: &str, header: &str, secret: &[u8], payload: &[u8]) -> String {
    let input = format!("{}.{}", base64url(header.as_bytes()), base64url(payload));
    let code = match algorithm {
        "HS512" => code::<Hmac<Sha512>>(secret, input.as_bytes()),
        _ => code::<Hmac<Sha256>>(secret, input.as_bytes()),
    };
    format!("{input}.{}", base64url(&code))
}

fn code<M: Mac + hmac::KeyInit>(secret: &[u8], input: &[u8]) -> Vec<u8> {
    let mut mac = <M as hmac::KeyInit>::new_from_slice(secret).expect("a secret of any length");
    mac.update(input);
    mac.finalize().into_bytes().to_vec()
}

/// A JWE of this content for whoever has the key, under this header.
///
/// # Panics
///
/// When the content is too long.
#[must_use]
pub fn seal_under(header: &str, key: &[u8; 32], content: &str) -> String {
    let (header, iv) = (base64url(header.as_bytes()), [7; 12]);
    let mut sealed = content.as_bytes().to_vec();
    let cipher = Aes256Gcm::new(&(*key).into());
    cipher.encrypt_in_place(&iv.into(), header.as_bytes(), &mut sealed).expect("short enough");
    let (ciphertext, tag) = sealed.split_at(content.len());
    format!("{header}..{}.{}.{}", base64url(&iv), base64url(ciphertext), base64url(tag))
}

/// The claim `tkps` with these permissions.
#[must_use]
pub fn permissions<const N: usize>(list: [Object; N]) -> Value {
    Value::Object(Object::new().with("pm", Value::List(list.map(Value::Object).into())))
}

/// A permission by these rules on these resources.
#[must_use]
pub fn privileges<const N: usize, const M: usize>(resources: [&str; N], rules: [Object; M]) -> Object {
    let rules = Object::new().with("acr", Value::List(rules.map(Value::Object).into()));
    Object::new().with("ris", Value::texts(resources)).with("pv", Value::Object(rules))
}

/// The claims as a payload.
#[must_use]
pub fn json(claims: &Object) -> Vec<u8> {
    proto_primitive::value_to_json(&Value::Object(claims.clone()))
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
