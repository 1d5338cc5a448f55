//! What a token adds to a request, in process: one that the node verified before, and one that it sees for the first
//! time, against the same request permitted by a policy and a bare verification.

use std::hint::black_box;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use csf_api::{EntityId, Home, Request, ResourceType, Response, Status, Value};
use csf_service::{SignatureAlgorithm, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey as _;
use support::lab::{
    ALL, Asker, Draft, Lab, RETRIEVE, Setup, Storage, container, draft, policy, retrieval, rule,
};
use support::token_maker::{TokenMaker, permissions, privileges};

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::round_trips::timed;
use crate::series::{differences, quotients, sums};
use crate::workload::{FRESH_TOKENS, MOST_CACHED_TOKEN_MICROS};

const ISSUER: &str = "//csf.example/id-das";
/// Who is its own issuer here: its tokens count while they are kept.
const ADMINISTRATOR: &str = "//csf.example/id-mn/CAdmin";
const READER: &str = "//csf.example/id-mn/Creader";
/// What only its owner and the token's holder may read, and what a policy lets the reader read.
const BY_TOKEN: &str = "cse-mn/Cmeter/by-token";
const BY_POLICY: &str = "cse-mn/Cmeter/by-policy";
/// What the token lets its holder read and a policy does not.
const BESIDE_POLICY: &str = "cse-mn/Cmeter/beside-policy";

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "tokens",
    what: "a RETRIEVE in process with a signed token (ES256): a known one, one never seen, against one that a policy permits",
    long: false,
    run: |_| measure(),
};

fn measure() -> Result<Vec<Figure>, Failure> {
    let (maker, own) = (TokenMaker::new(ISSUER, 1), TokenMaker::new(ADMINISTRATOR, 2));
    let lab = laboratory(&[(ISSUER, &maker), (ADMINISTRATOR, &own)])?;
    let reader = lab.as_ae(1001, "Creader");
    let now = lab.world().utc().unix_micros() / 1_000_000;
    let token_of = |maker: &TokenMaker, number: usize| {
        let claims = maker.claims(&format!("t{number}@csf.example"), READER, [now - 60, now + 36_000]);
        let what = privileges([BY_TOKEN, BESIDE_POLICY], [rule(["all"], RETRIEVE)]);
        maker.sign(&claims.with("tkps", permissions([what])))
    };
    let token = |number| token_of(&maker, number);
    let issued_here = token_of(&own, 0);
    keep(&lab, &issued_here)?;
    let issued_here = with_token(BY_TOKEN, issued_here);
    let known = with_token(BY_TOKEN, token(0));
    let beside = with_token(BESIDE_POLICY, token(0));
    let fresh: Vec<Request> = (1..=FRESH_TOKENS).map(|number| with_token(BY_TOKEN, token(number))).collect();
    let mut next = fresh.iter().cycle();
    let bare = Bare::of(&maker, &token(0))?;
    let [cached, denied, kept, cold, without, verified] = alternate([
        &mut |time| timed(time, || read(&reader, known.clone())),
        &mut |time| timed(time, || read(&reader, beside.clone())),
        &mut |time| timed(time, || read(&reader, issued_here.clone())),
        // By the time that one comes round again, many others came, and it was forgotten.
        &mut |time| timed(time, || next.next().map_or(Ok(()), |request| read(&reader, request.clone()))),
        &mut |time| timed(time, || read(&reader, retrieval(BY_POLICY))),
        &mut |time| timed(time, || bare.verify()),
    ])?;
    let added = differences(&cached.medians(), &without.medians());
    let beside = differences(&denied.medians(), &without.medians());
    let while_kept = differences(&kept.medians(), &without.medians());
    let ratio = quotients(&cold.medians(), &sums(&without.medians(), &verified.medians()));
    let mut figures = Vec::from(without.times("permitted by a policy"));
    figures.extend(cached.times("by a known token"));
    figures.extend(denied.times("by a known token after a policy denied"));
    figures.extend(kept.times("by a known token that was issued here"));
    figures.extend(cold.times("by a new token"));
    figures.extend(verified.times("bare verification"));
    let target = Target::AtMost(MOST_CACHED_TOKEN_MICROS);
    figures.push(Figure::median("a known token adds, p50", Unit::Micros, &added).target(target));
    let what = "a known token adds where a policy denies first, p50";
    figures.push(Figure::median(what, Unit::Micros, &beside).target(target));
    let what = "a known token that was issued here adds, p50";
    figures.push(Figure::median(what, Unit::Micros, &while_kept).target(target));
    figures.push(Figure::median("new token / (policy + bare verification), p50", Unit::Ratio, &ratio));
    Ok(figures)
}

/// A node that trusts these issuers, with the containers.
fn laboratory(makers: &[(&str, &TokenMaker)]) -> Result<Lab, Failure> {
    let mut setup = Setup::on(Storage::Memory);
    setup.settings.token_issuers =
        makers.iter().map(|(id, maker)| issuer(id, maker)).collect::<Result<_, _>>()?;
    let lab = Lab::new(setup);
    let meter = lab.registered(1000, "Cmeter");
    let _ = lab.registered(1001, "Creader");
    let links = Value::texts(["cse-mn/Cmeter/readers"]);
    made(&meter, policy("readers", [rule(["Creader"], RETRIEVE)], [rule(["Cmeter"], ALL)]))?;
    made(&meter, container("by-policy").with("acpi", links))?;
    made(&meter, container("by-token"))?;
    let links = Value::texts(["cse-mn/Cmeter/others"]);
    made(&meter, policy("others", [rule(["Cother"], RETRIEVE)], [rule(["Cmeter"], ALL)]))?;
    made(&meter, container("beside-policy").with("acpi", links))?;
    Ok(lab)
}

/// Keeps a token below an information point, as its issuer.
fn keep(lab: &Lab, text: &str) -> Result<(), Failure> {
    let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
    expect(lab.admin().create("cse-mn", point), Status::Created)?;
    let kept = draft(ResourceType::TOKEN, "m2m:tk").with("tkid", "t0@csf.example").with("tkob", text);
    expect(lab.admin().create("cse-mn/info", kept), Status::Created)
}

fn issuer(id: &str, maker: &TokenMaker) -> Result<TokenIssuer, Failure> {
    let home = Home::new("//csf.example", "/id-mn").map_err(|e| Failure::machine("a home", e))?;
    let id = EntityId::parse(id, &home).map_err(|e| Failure::machine("an issuer", e))?;
    let key = Base64::decode_vec(&maker.public_key()).map_err(|e| Failure::machine("a key", e))?;
    let kind = TokenKeyKind::Public { algorithm: SignatureAlgorithm::Es256, key };
    let keys = vec![TokenKey { id: "k1".into(), kind }];
    Ok(TokenIssuer { id, classes: vec![TokenClass::Signed], keys })
}

fn made(asker: &Asker<'_>, draft: Draft) -> Result<(), Failure> {
    expect(asker.create("cse-mn/Cmeter", draft), Status::Created)
}

fn read(reader: &Asker<'_>, request: Request) -> Result<(), Failure> {
    expect(reader.send(request), Status::Ok)
}

fn expect(response: Response, status: Status) -> Result<(), Failure> {
    if response.status == status {
        return Ok(());
    }
    Err(Failure::subject(format!("a laboratory answers {response:?}")))
}

fn with_token(to: &str, token: String) -> Request {
    let mut request = retrieval(to);
    request.credentials.tokens = vec![token.into()];
    request
}

/// The signature of a token, ready to be verified.
struct Bare {
    key: VerifyingKey,
    signed: String,
    signature: Signature,
}

impl Bare {
    fn of(maker: &TokenMaker, token: &str) -> Result<Self, Failure> {
        let key = Base64::decode_vec(&maker.public_key()).map_err(|e| Failure::machine("a key", e))?;
        let key = VerifyingKey::from_public_key_der(&key).map_err(|e| Failure::machine("a key", e))?;
        let (signed, signature) = token.rsplit_once('.').unwrap_or_default();
        let signature =
            Base64UrlUnpadded::decode_vec(signature).map_err(|e| Failure::machine("a signature", e))?;
        let signature = Signature::from_slice(&signature).map_err(|e| Failure::machine("a signature", e))?;
        Ok(Self { key, signed: signed.to_owned(), signature })
    }

    fn verify(&self) -> Result<(), Failure> {
        let verified = self.key.verify(black_box(self.signed.as_bytes()), &self.signature);
        verified.map_err(|e| Failure::machine("a bare verification", e))
    }
}
