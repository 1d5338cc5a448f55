//! `csf:token`: with the key `kInf` and the members of a claim set, a signed token as `tkob`; given `tkob`, whether it
//! counts here now, as `vR`, and what it says (TS-0003 7.3.2.6).
//!
//! The issuer is the caller and cannot be chosen: nobody has a token made in another's name. Whether anybody trusts it
//! is for those to whom it is shown.

use csf_api::{Object, UtcTime, Value};
use csf_transport::{Command, Reply as SeReply, SignInput, SignatureAlgorithm as SeSignature};
use proto_object::{Header, Protection, Sign, SignatureAlgorithm, Signer, sign_claims};

use super::execution::{Ran, environment_of};
use crate::call::Call;
use crate::input::Input;
use crate::keys::{UsableKey, usable};
use crate::outside::Outside;
use crate::refusal::Refusal;

/// The version of the claim set.
const VERSION: &str = "1.0.0";
const MICROS_PER_SECOND: i64 = 1_000_000;

pub(super) async fn run<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    if input.has("tkob") {
        return check(call, input).await;
    }
    let claims = claims(call, input)?;
    call.context.policies.check_claims(&call.context.settings, &claims)?;
    let usable = usable(call, "kInf", input.text("kInf")?).await?;
    environment_of(&usable, input.minimum_level()?)?;
    let algorithm = algorithm(call, &usable).await?;
    let header = Header::new(Protection::Signed(algorithm)).with_type("JWT");
    let header = if input.has("kid") { header.with_key_id(input.text("kid")?) } else { header };
    let key = InEnvironment { call, key: &usable };
    let token = sign_claims(&header, &claims, &key).await.map_err(|error| match error {
        Ok(fault) => Refusal::bad_request(format!("the token cannot be made: {fault}")),
        Err(refusal) => refusal,
    })?;
    let output = Object::new().with("tkob", Value::text(&token));
    Ok(Ran { output, level: usable.level })
}

/// What a token says, and whether it counts. Only whoever could bring it is told: its holder, or its issuer.
async fn check<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Ran, Refusal> {
    for alone in ["kInf", "kid", "tkid", "tkhd", "tknb", "tkna", "tkau", "tkps"] {
        if input.has(alone) {
            return Err(Refusal::bad_request(format!("give either 'tkob' or '{alone}'")));
        }
    }
    let output = call.context.policies.introspect(call, input.text("tkob")?).await?;
    let described = call.context.environments.first().ok_or_else(Refusal::internal)?;
    Ok(Ran { output, level: described.level })
}

fn claims<O: Outside>(call: &Call<'_, O>, input: &Input<'_>) -> Result<Object, Refusal> {
    let issuer = call.caller.originator().filter(|_| call.caller.is_proven()).ok_or_else(Refusal::denied)?;
    let seconds = |name| {
        let time = UtcTime::parse(input.text(name)?);
        let time = time.map_err(|e| Refusal::bad_request(format!("'{name}': {e}")))?;
        Ok::<_, Refusal>(Value::Integer(time.unix_micros().div_euclid(MICROS_PER_SECOND)))
    };
    let mut claims = Object::new()
        .with("tkvr", Value::text(VERSION))
        .with("jti", Value::text(input.text("tkid")?))
        .with("azp", Value::text(input.text("tkhd")?))
        .with("iss", Value::text(issuer.absolute()))
        .with("nbf", seconds("tknb")?)
        .with("exp", seconds("tkna")?);
    for (member, claim) in [("tkau", "aud"), ("tkps", "tkps")] {
        if let Some(value) = input.value(member) {
            claims.set(claim, value.clone());
        }
    }
    Ok(claims)
}

/// The one algorithm with which a key signs tokens.
async fn algorithm<O: Outside>(call: &Call<'_, O>, key: &UsableKey) -> Result<SignatureAlgorithm, Refusal> {
    let command = Command::KeyInfo { key: key.key, owner: key.owner.clone() };
    let SeReply::Key(info) = call.asking.execute(&key.environment, command).await? else {
        return Err(Refusal::internal());
    };
    let all = [SignatureAlgorithm::Es256, SignatureAlgorithm::Es384, SignatureAlgorithm::EdDsa];
    let fits = |algorithm: &SignatureAlgorithm| {
        in_environment(*algorithm).is_some_and(|known| known.key() == info.spec.algorithm)
    };
    all.into_iter().find(fits).ok_or_else(|| Refusal::bad_request("a key of this algorithm signs no tokens"))
}

const fn in_environment(algorithm: SignatureAlgorithm) -> Option<SeSignature> {
    Some(match algorithm {
        SignatureAlgorithm::Es256 => SeSignature::EcdsaP256Sha256,
        SignatureAlgorithm::Es384 => SeSignature::EcdsaP384Sha384,
        SignatureAlgorithm::EdDsa => SeSignature::Ed25519,
        _ => return None,
    })
}

/// A key of the caller, where it lies.
struct InEnvironment<'a, O> {
    call: &'a Call<'a, O>,
    key: &'a UsableKey,
}

impl<O: Outside> Signer for InEnvironment<'_, O> {
    type Error = Refusal;

    async fn sign(&self, sign: Sign<'_>) -> Result<Vec<u8>, Refusal> {
        let algorithm = in_environment(sign.algorithm).ok_or_else(Refusal::internal)?;
        let (key, owner) = (self.key.key, self.key.owner.clone());
        let command = Command::Sign { key, owner, algorithm, input: SignInput::Message(sign.input.to_vec()) };
        match self.call.asking.execute(&self.key.environment, command).await? {
            SeReply::Signature(signature) => Ok(signature),
            _ => Err(Refusal::internal()),
        }
    }
}
