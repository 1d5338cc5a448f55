//! Who may issue tokens, with which keys: `token.issuers`.

use base64ct::{Base64, Encoding};
use csf_api::{Address, EntityId, EntityKind, Home};
use csf_service::{ContentEncryption, SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use csf_transport::SignatureAlgorithm as SeSignature;
use se_engine::is_public_key;

use super::error::Problem;
use super::{ConfigError, Entry};

/// The most keys of one issuer.
const MAX_KEYS: usize = 32;
/// The longest public key, in bytes.
const MAX_PUBLIC_KEY_BYTES: usize = 1024;
/// The longest name of a key.
const MAX_NAME_BYTES: usize = 256;

/// The issuers, each with classes and keys.
pub(crate) fn issuers(entries: &[Entry], home: &Home) -> Result<Vec<TokenIssuer>, ConfigError> {
    let mut issuers: Vec<TokenIssuer> = Vec::with_capacity(entries.len());
    for entry in entries {
        let at = |why: String| {
            let example = "write for example [\"signed\", \"k1 ES256 …\"] with the public key as openssl pkey -pubout -outform DER | base64 -w0 gives it";
            Problem::new(why, example).at(&format!("token.issuers.{}", entry.name), entry.origin.clone())
        };
        let id = EntityId::parse(&entry.name, home).map_err(|e| at(format!("this names no issuer: {e}")))?;
        if id.kind() == EntityKind::LocalCsf || issuers.iter().any(|known| known.id == id) {
            return Err(at("an issuer is an AE or a CSE, and stands here once".to_owned()));
        }
        let mut issuer = TokenIssuer { id, classes: Vec::new(), keys: Vec::new() };
        for text in &entry.values {
            if let Some(class) = TokenClass::ALL.into_iter().find(|class| class.name() == &**text) {
                issuer.classes.push(class);
                continue;
            }
            let key = key(text).map_err(at)?;
            if issuer.keys.iter().any(|known| known.id == key.id) {
                return Err(at(format!("there are two keys '{}'", key.id)));
            }
            issuer.keys.push(key);
        }
        if issuer.keys.len() > MAX_KEYS {
            return Err(at(format!("an issuer has at most {MAX_KEYS} keys")));
        }
        issuers.push(issuer);
    }
    Ok(issuers)
}

/// A key: its name, its algorithm, and the public key or the address of the key object.
fn key(text: &str) -> Result<TokenKey, String> {
    let mut words = text.split(' ');
    let (Some(id), Some(algorithm), Some(value), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(format!("'{text}' is no class (signed, encrypted, nested) and no key"));
    };
    if id.is_empty() || id.len() > MAX_NAME_BYTES || !id.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("a key has a name that headers can carry".to_owned());
    }
    let object =
        || Address::parse(value).map_err(|e| format!("'{value}' is no address of a key object: {e}"));
    let kind = if let Some(algorithm) = SignatureAlgorithm::from_name(algorithm) {
        let signs = match algorithm {
            SignatureAlgorithm::Es256 => Some(SeSignature::EcdsaP256Sha256),
            SignatureAlgorithm::Es384 => Some(SeSignature::EcdsaP384Sha384),
            SignatureAlgorithm::EdDsa => Some(SeSignature::Ed25519),
            SignatureAlgorithm::Hs256 | SignatureAlgorithm::Hs384 | SignatureAlgorithm::Hs512 => None,
        };
        match signs {
            Some(in_environment) => {
                let key = Base64::decode_vec(value).map_err(|_| "the public key is not base64".to_owned())?;
                if key.len() > MAX_PUBLIC_KEY_BYTES {
                    return Err("the public key is too long".to_owned());
                }
                if !is_public_key(in_environment, &key) {
                    return Err(format!(
                        "that is no public key for {}: SubjectPublicKeyInfo in DER is wanted, as base64",
                        algorithm.name()
                    ));
                }
                TokenKeyKind::Public { algorithm, key }
            }
            None => TokenKeyKind::Secret { algorithm, object: object()? },
        }
    } else if let Some(encryption) = ContentEncryption::from_name(algorithm) {
        TokenKeyKind::Opens { encryption, object: object()? }
    } else {
        return Err(format!("'{algorithm}' is no algorithm that tokens have here"));
    };
    Ok(TokenKey { id: id.into(), kind })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, Sources};

    fn with(list: &str) -> Result<Config, ConfigError> {
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        let set = vec![format!("token.issuers={{\"/id-in\" = {list}}}")];
        Config::load(&crate::profile::MN, Sources { set, environment, ..Sources::default() })
    }

    /// A public key on P-256, made by openssl.
    const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpl0c+Pe+UXqLYZkDTaOolpOZnR6Sm0gxRZTbGQn+xF+\
                       lQ8k+Abx55YqY49IS5+0ZUJRyC/1EfZnA5/Dg791TDQ==";
    /// The same with another last byte: a point beside the curve.
    const BESIDE: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpl0c+Pe+UXqLYZkDTaOolpOZnR6Sm0gxRZTbGQn+xF+\
                          lQ8k+Abx55YqY49IS5+0ZUJRyC/1EfZnA5/Dg791TDA==";

    #[test]
    fn an_issuer_has_classes_and_keys() {
        let list = format!(
            "[\"signed\", \"nested\", \"k1 ES256 {KEY}\", \"k2 HS256 cse-mn/k\", \"k3 A256GCM cse-mn/k\"]"
        );
        let config = with(&list).expect("well formed");
        let issuer = config.token_issuers.first().expect("one");
        assert_eq!((issuer.classes.len(), issuer.keys.len()), (2, 3));
        assert_eq!(issuer.id.absolute(), "//csf.example/id-in");
    }

    #[test]
    fn an_issuer_of_no_form_is_refused_by_its_name() {
        for (list, why) in [
            ("[\"unsecured\"]", "'unsecured' is no class (signed, encrypted, nested) and no key"),
            ("[\"k1 none AQID\"]", "'none' is no algorithm that tokens have here"),
            ("[\"k1 RS256 AQID\"]", "'RS256' is no algorithm that tokens have here"),
            ("[\"k1 ES256 *\"]", "the public key is not base64"),
            ("[\"k1 ES256 AQID\"]", "that is no public key for ES256"),
            ("[\"k1 ES256 BESIDE\"]", "that is no public key for ES256"),
            ("[\"k1 ES384 KEY\"]", "that is no public key for ES384"),
            ("[\"k1 EdDSA KEY\"]", "that is no public key for EdDSA"),
            ("[\"k1 ES256 KEY\", \"k1 ES256 KEY\"]", "there are two keys 'k1'"),
        ] {
            let list = list.replace("KEY", KEY).replace("BESIDE", BESIDE);
            let error = with(&list).map(|_| ()).expect_err(&list).to_string();
            assert!(error.starts_with(&format!("--set: token.issuers./id-in: {why}")), "{error}");
        }
    }
}
