//! A P-256 signature through the local socket, against an echo of the same request and a bare signature.

use std::hint::black_box;
use std::path::Path;

use csf_api::{Content, Object, ResourceType, Value};
use csf_client::Client;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};

use crate::alternate::alternate;
use crate::failure::Failure;
use crate::figure::{Figure, Target, Unit};
use crate::measurement::Measurement;
use crate::node::{Home, Node, create};
use crate::payload;
use crate::peer::Peer;
use crate::round_trips::{Invocation, timed};
use crate::series::{quotients, sums};
use crate::workload::{MOST_SIGNATURE_ECHOES, SIGNED_BYTES};

pub(crate) static MEASUREMENT: Measurement = Measurement {
    name: "signature",
    what: "ECDSA on P-256 of a digest for an AE through the local socket, one request after another",
    long: false,
    run,
};

const STORAGE: &str = "cse-mn/security/data/storage-soft";

fn run(nodes: &Path) -> Result<Vec<Figure>, Failure> {
    let home = Home::new()?;
    let mut node = Node::spawn(nodes, "csf-mn", &home)?;
    node.wait_until_ready()?;
    let mut client = node.register("Cbench")?;
    make_key(&mut client)?;
    let socket = home.join("echo.sock");
    let _peer = Peer::echo(&socket)?;
    let mut echo_client = Client::connect(&socket, "Cbench")?;
    let (signature, digest) = (invocation(), payload::octets(SIGNED_BYTES));
    let key = SigningKey::from_slice(&payload::octets(32)).map_err(|e| Failure::machine("a key", e))?;
    check(&signature, &mut client)?;
    let [subject, echo, bare] = alternate([
        &mut |time| signature.round(&mut client, time),
        &mut |time| signature.round(&mut echo_client, time),
        &mut |time| timed(time, || sign(&key, &digest)),
    ])?;
    let means = quotients(&subject.means(), &sums(&echo.means(), &bare.means()));
    let medians = quotients(&subject.medians(), &sums(&echo.medians(), &bare.medians()));
    let target = Target::AtMost(MOST_SIGNATURE_ECHOES);
    let mut figures = Vec::from(subject.times("node"));
    figures.extend(echo.times("echo"));
    figures.extend(bare.times("bare signature"));
    figures.push(Figure::median("node / (echo + bare signature), means", Unit::Ratio, &means));
    figures.push(Figure::median("node / (echo + bare signature), p50", Unit::Ratio, &medians).target(target));
    Ok(figures)
}

fn make_key(client: &mut Client) -> Result<(), Failure> {
    let key = Object::new()
        .with("rn", Value::text("signer"))
        .with("cnd", Value::text("csf:keyObject"))
        .with("kAl", Value::text("EC_P256"))
        .with("kUs", Value::texts(["sign"]));
    create(client, STORAGE, ResourceType::FLEX_CONTAINER, "csf:keyObject", key)
}

fn invocation() -> Invocation {
    let digest = payload::base64(&payload::octets(SIGNED_BYTES));
    let input = Object::new()
        .with("Salg", Value::text("ALG_ECDSA_SHA_256"))
        .with("kInf", Value::text(&format!("{STORAGE}/signer")))
        .with("Hv", Value::text(&digest));
    Invocation {
        function: "cse-mn/security/data/function-signature".into(),
        input: Content::new("csf:signature", Value::Object(input)),
    }
}

/// The node gives a signature; otherwise there is nothing to measure.
fn check(signature: &Invocation, client: &mut Client) -> Result<(), Failure> {
    let response = signature.once(client)?;
    let value = response.content.as_ref().and_then(|c| c.value.as_object()).and_then(|o| o.get("Sgn"));
    value.map(drop).ok_or_else(|| Failure::subject("the node's answer holds no signature"))
}

fn sign(key: &SigningKey, digest: &[u8]) -> Result<(), Failure> {
    let signed: Result<Signature, _> = key.sign_prehash(black_box(digest));
    black_box(signed).map(drop).map_err(|e| Failure::machine("a bare signature", e))
}
