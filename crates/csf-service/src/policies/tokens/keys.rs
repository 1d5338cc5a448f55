//! The keys by which tokens are checked: of one issuer, for one algorithm, held or applied by a secure environment.

use csf_api::{Address, ResourceId, SecurityLevel, Value};
use csf_store::Version;
use csf_transport::{
    CipherAlgorithm, Command, MacAlgorithm, Owner, Reply, SeError, SignInput,
    SignatureAlgorithm as SeSignature, choose,
};
use csf_tree::schema::KEY_OBJECT;
use csf_tree::{Head, Resource, resource_key};
use proto_object::{
    Check, ContentEncryption, Header, KeyManagement, Open, Opener, Protection, SignatureAlgorithm, Verifier,
};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::keys::{ACTIVE, environment_of, key_id, owner_of};
use crate::outside::{Asking, Outside};
use crate::settings::{TokenIssuer, TokenKey, TokenKeyKind};
use crate::target::{self, Found};

const UNKNOWN_KEY: &str = "its issuer has no such key";

/// A key that checks what an issuer signs.
pub(super) struct IssuerKey<'a>(&'a TokenKey);

impl<'a> IssuerKey<'a> {
    /// The key that a header means: by its name, or the only one for the algorithm.
    pub(super) fn find(
        issuer: &'a TokenIssuer,
        algorithm: SignatureAlgorithm,
        name: Option<&str>,
    ) -> Result<Self, String> {
        let fits = |key: &&TokenKey| match &key.kind {
            TokenKeyKind::Public { algorithm: own, .. } | TokenKeyKind::Secret { algorithm: own, .. } => {
                *own == algorithm && name.is_none_or(|name| *key.id == *name)
            }
            TokenKeyKind::Opens { .. } => false,
        };
        let mut fitting = issuer.keys.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Self(key)),
            _ => Err(UNKNOWN_KEY.to_owned()),
        }
    }

    pub(super) async fn at<O: Outside>(
        self,
        context: &'a Context,
        asking: &'a Asking<'a, O>,
    ) -> Result<At<'a, O>, String> {
        At::of(self.0, context, asking).await
    }
}

/// A key that opens what an issuer encrypts for this node.
pub(super) struct OpeningKey<'a> {
    issuer: &'a TokenIssuer,
    key: &'a TokenKey,
}

impl<'a> OpeningKey<'a> {
    /// The key that a header names. Nothing else of an encrypted token says whose it is.
    pub(super) fn find(issuers: &'a [TokenIssuer], header: &Header) -> Result<Self, String> {
        let Protection::Encrypted(KeyManagement::Direct, encryption) = header.protection() else {
            return Err("no key is unwrapped here".to_owned());
        };
        let name = header.key_id().ok_or("an encrypted token names its key")?;
        let keys = issuers.iter().flat_map(|issuer| issuer.keys.iter().map(move |key| (issuer, key)));
        let mut fitting = keys.filter(|(_, key)| {
            matches!(key.kind, TokenKeyKind::Opens { encryption: own, .. } if own == encryption)
                && *key.id == *name
        });
        match (fitting.next(), fitting.next()) {
            (Some((issuer, key)), None) => Ok(Self { issuer, key }),
            _ => Err(UNKNOWN_KEY.to_owned()),
        }
    }

    pub(super) const fn issuer(&self) -> &'a TokenIssuer {
        self.issuer
    }

    pub(super) async fn at<O: Outside>(
        &self,
        context: &'a Context,
        asking: &'a Asking<'a, O>,
    ) -> Result<At<'a, O>, String> {
        At::of(self.key, context, asking).await
    }
}

/// A key object that was found to be lent for checking tokens, as it was then.
#[derive(Clone)]
pub(super) struct Lent {
    id: ResourceId,
    version: Version,
}

impl Lent {
    /// Whether it is there, and was not changed: neither rotated, nor given away, nor put out of use.
    pub(super) async fn is_as_it_was<O: Outside>(&self, asking: &Asking<'_, O>) -> bool {
        let Ok(Some(record)) = asking.load_one(resource_key(&self.id)).await else { return false };
        record.version() == self.version
            && Head::read_as(&self.id, record.bytes()).is_ok_and(|head| !head.is_expired(asking.now()))
    }
}

/// The key of a secure environment.
struct Held {
    resource: Resource,
    owner: Owner,
    lent: Lent,
}

/// A key, and the way to the secure environment.
pub(super) struct At<'a, O> {
    key: &'a TokenKey,
    held: Option<Held>,
    context: &'a Context,
    asking: &'a Asking<'a, O>,
}

impl<'a, O: Outside> At<'a, O> {
    /// The key with the key object that configuration names for it, if it does.
    async fn of(key: &'a TokenKey, context: &'a Context, asking: &'a Asking<'a, O>) -> Result<Self, String> {
        let held = match &key.kind {
            TokenKeyKind::Public { .. } => None,
            TokenKeyKind::Secret { object, .. } | TokenKeyKind::Opens { object, .. } => {
                Some(held(context, asking, object).await?)
            }
        };
        Ok(Self { key, held, context, asking })
    }

    /// The key object, where there is one.
    pub(super) fn into_lent(self) -> Option<Lent> {
        self.held.map(|held| held.lent)
    }

    fn held(&self) -> Result<&Held, String> {
        self.held.as_ref().ok_or_else(|| UNKNOWN_KEY.to_owned())
    }

    async fn execute(&self, held: &Held, command: Command) -> Result<Reply, SeError> {
        let at = environment_of(&held.resource).map_err(|_| SeError::Unavailable)?;
        self.asking.execute(&at, command).await
    }
}

/// The key object at this address. It must be the administrator's: nobody else's is lent by him.
async fn held<O: Outside>(
    context: &Context,
    asking: &Asking<'_, O>,
    address: &Address,
) -> Result<Held, String> {
    let settings = &context.settings;
    let Found { resource, version } =
        target::find(asking, settings, address).await.map_err(|_| UNKNOWN_KEY)?;
    if *resource.schema != KEY_OBJECT
        || resource.attributes.get("stt").and_then(Value::as_text) != Some(ACTIVE)
    {
        return Err(UNKNOWN_KEY.to_owned());
    }
    let owner = owner_of(&resource).map_err(|_| UNKNOWN_KEY)?;
    if owner.as_str() != settings.administrator.absolute() {
        return Err("the key for it is not the administrator's".to_owned());
    }
    let lent = Lent { id: resource.id.clone(), version };
    Ok(Held { resource, owner, lent })
}

impl<O: Outside> Verifier for At<'_, O> {
    type Error = String;

    async fn verify(&self, check: Check<'_>) -> Result<bool, String> {
        let reply = match &self.key.kind {
            TokenKeyKind::Public { key, .. } => {
                let algorithm = signature(check.algorithm).ok_or(UNKNOWN_KEY)?;
                let environments = &self.context.environments;
                let at = choose(environments, "verify-with", Some(algorithm.name()), SecurityLevel::None);
                let command = Command::VerifyWith {
                    public_key: key.clone(),
                    algorithm,
                    input: SignInput::Message(check.input.to_vec()),
                    signature: check.signature.to_vec(),
                };
                self.asking.execute(at.map_err(|e| e.to_string())?, command).await
            }
            TokenKeyKind::Secret { .. } => {
                let held = self.held()?;
                let command = Command::VerifyMac {
                    key: key_id(&held.resource).map_err(|_| UNKNOWN_KEY)?,
                    owner: held.owner.clone(),
                    algorithm: mac(check.algorithm).ok_or(UNKNOWN_KEY)?,
                    message: check.input.to_vec(),
                    mac: check.signature.to_vec(),
                };
                self.execute(held, command).await
            }
            TokenKeyKind::Opens { .. } => return Err(UNKNOWN_KEY.to_owned()),
        };
        match reply {
            Ok(Reply::Verified(right)) => Ok(right),
            Ok(_) => Err(SeError::Fault.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl<O: Outside> Opener for At<'_, O> {
    type Error = String;

    async fn open(&self, open: Open<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        if !matches!(self.key.kind, TokenKeyKind::Opens { .. }) {
            return Err(UNKNOWN_KEY.to_owned());
        }
        let algorithm = match open.encryption {
            ContentEncryption::A128Gcm => CipherAlgorithm::Aes128Gcm,
            ContentEncryption::A256Gcm => CipherAlgorithm::Aes256Gcm,
            ContentEncryption::A192Gcm => return Err(SeError::NotSupported.to_string()),
        };
        let held = self.held()?;
        let command = Command::Decrypt {
            key: key_id(&held.resource).map_err(|_| UNKNOWN_KEY)?,
            owner: held.owner.clone(),
            algorithm,
            generation: None,
            nonce: open.iv.to_vec(),
            associated_data: open.associated_data.to_vec(),
            ciphertext: open.ciphertext.to_vec(),
        };
        match self.execute(held, command).await {
            Ok(Reply::Decrypted(plaintext)) => Ok(Some(Zeroizing::new(plaintext.expose().to_vec()))),
            Ok(_) => Err(SeError::Fault.to_string()),
            Err(SeError::NotAuthentic) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

const fn signature(algorithm: SignatureAlgorithm) -> Option<SeSignature> {
    Some(match algorithm {
        SignatureAlgorithm::Es256 => SeSignature::EcdsaP256Sha256,
        SignatureAlgorithm::Es384 => SeSignature::EcdsaP384Sha384,
        SignatureAlgorithm::EdDsa => SeSignature::Ed25519,
        SignatureAlgorithm::Hs256 | SignatureAlgorithm::Hs384 | SignatureAlgorithm::Hs512 => return None,
    })
}

const fn mac(algorithm: SignatureAlgorithm) -> Option<MacAlgorithm> {
    Some(match algorithm {
        SignatureAlgorithm::Hs256 => MacAlgorithm::HmacSha256,
        SignatureAlgorithm::Hs384 => MacAlgorithm::HmacSha384,
        SignatureAlgorithm::Hs512 => MacAlgorithm::HmacSha512,
        SignatureAlgorithm::Es256 | SignatureAlgorithm::Es384 | SignatureAlgorithm::EdDsa => return None,
    })
}
