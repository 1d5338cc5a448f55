//! Keys and functions against `openssl`: what the node signs, another implementation verifies.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests report by panicking"
)]

use std::path::Path;
use std::process::{Command, Output};

use base64ct::{Base64, Encoding};
use csf_api::{Content, Object, ResourceType, Status, Value};
use csf_client::Client;
use support::NodeProcess;

fn openssl(at: &Path, words: &[&str]) -> Output {
    Command::new("openssl").current_dir(at).args(words).output().expect("the program openssl")
}

fn ask(response: csf_api::Response, expected: Status) -> Object {
    match response.content.map(|content| content.value) {
        Some(Value::Object(object)) if response.status == expected => object,
        other => panic!("{:?} {other:?}", response.status),
    }
}

fn invoke(client: &mut Client, function: &str, input: Object) -> Object {
    let content = Content::new(&format!("csf:{function}"), Value::Object(input));
    let to = format!("-/security/data/function-{function}");
    ask(client.invoke(&to, content).expect("an answer"), Status::Updated)
}

fn octets(object: &Object, name: &str) -> Vec<u8> {
    Base64::decode_vec(object.get(name).and_then(Value::as_text).expect("a text")).expect("base64")
}

fn text(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}

/// Makes a signing key, puts its public half where openssl finds it, and gives its address.
fn key(client: &mut Client, at: &Path, name: &str, kind: &Kind) -> String {
    let body = Object::new()
        .with("rn", Value::text(name))
        .with("cnd", Value::text("csf:keyObject"))
        .with("kAl", Value::text(kind.key))
        .with("kUs", Value::texts(["sign", "verify"]));
    let content = Content::new("csf:keyObject", Value::Object(body));
    let storage = "-/security/data/storage-soft";
    let made = client.create(storage, ResourceType::FLEX_CONTAINER, content).expect("an answer");
    let public = octets(&ask(made, Status::Created), "kDt");
    std::fs::write(at.join("public.der"), public).expect("a file");
    let converted = openssl(
        at,
        &["pkey", "-pubin", "-inform", "DER", "-in", "public.der", "-out", &format!("{name}.pem")],
    );
    assert!(converted.status.success(), "{}", String::from_utf8_lossy(&converted.stderr));
    let shown = openssl(at, &["pkey", "-pubin", "-in", &format!("{name}.pem"), "-noout", "-text"]).stdout;
    assert!(String::from_utf8_lossy(&shown).contains(kind.shown));
    format!("{storage}/{name}")
}

/// A kind of signature, and what openssl calls it.
struct Kind {
    algorithm: &'static str,
    key: &'static str,
    /// What openssl says of such a key.
    shown: &'static str,
    /// The option for the hash; none where messages are signed as they are.
    hash: Option<&'static str>,
}

const KINDS: [Kind; 3] = [
    Kind { algorithm: "ALG_ECDSA_SHA_256", key: "EC_P256", shown: "prime256v1", hash: Some("-sha256") },
    Kind { algorithm: "ALG_ECDSA_SHA_384", key: "EC_P384", shown: "secp384r1", hash: Some("-sha384") },
    Kind { algorithm: "ALG_EDDSA_ED25519", key: "ED25519", shown: "ED25519", hash: None },
];

/// `SEQUENCE { r INTEGER, s INTEGER }` of a signature that is r and s, of equal length.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let zeros = bytes.iter().take_while(|b| **b == 0).count().min(bytes.len() - 1);
        let mut value = bytes[zeros..].to_vec();
        if value[0] & 0x80 != 0 {
            value.insert(0, 0);
        }
        let length = u8::try_from(value.len()).expect("a short integer");
        [&[2, length][..], &value].concat()
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    let integers = [integer(r), integer(s)].concat();
    let length = u8::try_from(integers.len()).ok().filter(|n| *n < 0x80).expect("a short sequence");
    [&[0x30, length][..], &integers].concat()
}

fn verifies(at: &Path, kind: &Kind, key: &str, signature: &[u8], message: &[u8]) -> bool {
    std::fs::write(at.join("message"), message).expect("a file");
    let key = format!("{key}.pem");
    let output = if let Some(hash) = kind.hash {
        std::fs::write(at.join("signature"), der(signature)).expect("a file");
        openssl(at, &["dgst", hash, "-verify", &key, "-signature", "signature", "message"])
    } else {
        std::fs::write(at.join("signature"), signature).expect("a file");
        let words = ["pkeyutl", "-verify", "-pubin", "-inkey", &key, "-rawin"];
        openssl(at, &[&words[..], &["-in", "message", "-sigfile", "signature"]].concat())
    };
    // An error of openssl itself is no verdict.
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("Verif"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    output.status.success()
}

/// A message that openssl makes.
fn message(at: &Path, bytes: usize) -> Vec<u8> {
    let output = openssl(at, &["rand", &bytes.to_string()]);
    assert_eq!(output.stdout.len(), bytes);
    output.stdout
}

// Shows SDH-4 in part: signatures that another implementation verifies.
#[test]
fn openssl_verifies_what_the_node_signs_and_nothing_else() {
    let node = NodeProcess::with().profile("mn").start();
    let at = node.directory();
    let mut meter = node.register("Cmeter");
    for kind in &KINDS {
        let [signer, other] = ["signer", "other"].map(|stem| format!("{stem}-{}", kind.key));
        let (address, _) = (key(&mut meter, at, &signer, kind), key(&mut meter, at, &other, kind));
        let base =
            || Object::new().with("Salg", Value::text(kind.algorithm)).with("kInf", Value::text(&address));
        for bytes in [1, 32, 64, 1000] {
            let message = message(at, bytes);
            let signed = invoke(&mut meter, "signature", base().with("msg", text(&message)));
            let signature = octets(&signed, "Sgn");
            assert!(verifies(at, kind, &signer, &signature, &message));
            let mut tampered = message.clone();
            tampered[bytes / 2] ^= 1;
            assert!(!verifies(at, kind, &signer, &signature, &tampered));
            assert!(!verifies(at, kind, &other, &signature, &message));
            let mut broken = signature.clone();
            broken[20] ^= 1;
            assert!(!verifies(at, kind, &signer, &broken, &message));
            let Some(hash) = kind.hash else { continue };
            // A digest that openssl made, signed here, verified there over the message.
            std::fs::write(at.join("message"), &message).expect("a file");
            let digest = openssl(at, &["dgst", hash, "-binary", "message"]).stdout;
            let signature = octets(&invoke(&mut meter, "signature", base().with("Hv", text(&digest))), "Sgn");
            assert!(verifies(at, kind, &signer, &signature, &message));
        }
    }
}

// Shows SDH-4: the key of another implementation, as it gives it away.
#[test]
fn a_key_of_openssl_signs_in_the_node_what_openssl_verifies() {
    let node = NodeProcess::with().profile("mn").start();
    let at = node.directory();
    let [mut meter, mut other] = ["Cmeter", "Cother"].map(|stem| node.register(stem));
    for kind in &KINDS {
        let curve = format!("ec_paramgen_curve:{}", kind.shown);
        let made = if kind.hash.is_some() { vec!["EC", "-pkeyopt", &curve] } else { vec![kind.shown] };
        let words = ["genpkey", "-out", "private.pem", "-algorithm"];
        let made = openssl(at, &words.into_iter().chain(made).collect::<Vec<_>>());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let name = format!("theirs-{}", kind.key);
        let public = format!("{name}.pem");
        openssl(at, &["pkey", "-in", "private.pem", "-pubout", "-out", &public]);
        let words =
            ["pkcs8", "-topk8", "-nocrypt", "-in", "private.pem", "-outform", "DER", "-out", "private.der"];
        openssl(at, &words);
        let private = std::fs::read(at.join("private.der")).expect("a private key");

        let imported = import(&mut meter, &name, kind, &private);
        assert!(imported.get("kMt").is_none() && imported.get("imp") == Some(&Value::Bool(true)));
        let address = format!("-/security/data/storage-soft/{name}");
        let message = message(at, 100);
        let input = Object::new()
            .with("Salg", Value::text(kind.algorithm))
            .with("kInf", Value::text(&address))
            .with("msg", text(&message));
        let signature = octets(&invoke(&mut meter, "signature", input.clone()), "Sgn");
        assert!(verifies(at, kind, &name, &signature, &message), "{}", kind.key);
        assert!(!verifies(at, kind, &name, &signature, &message[1..]), "{}", kind.key);
        let content = Content::new("csf:signature", Value::Object(input));
        let refused = other.invoke("-/security/data/function-signature", content).expect("an answer");
        assert_eq!(refused.status, Status::OriginatorHasNoPrivilege);
    }
}

/// Gives the node a private key.
fn import(client: &mut Client, name: &str, kind: &Kind, private: &[u8]) -> Object {
    let body = Object::new()
        .with("rn", Value::text(name))
        .with("cnd", Value::text("csf:keyObject"))
        .with("kAl", Value::text(kind.key))
        .with("kUs", Value::texts(["sign"]))
        .with("kMt", text(private));
    let content = Content::new("csf:keyObject", Value::Object(body));
    let made = client.create("-/security/data/storage-soft", ResourceType::FLEX_CONTAINER, content);
    ask(made.expect("an answer"), Status::Created)
}

// Shows SDH-4.
#[test]
fn openssl_accepts_a_certification_request_and_makes_a_certificate_of_it() {
    let node = NodeProcess::with().profile("mn").start();
    let at = node.directory();
    let mut meter = node.register("Cmeter");
    let run = |words: &str| openssl(at, &words.split(' ').collect::<Vec<_>>());
    assert!(run("req -x509 -newkey ed25519 -nodes -subj /CN=ca -keyout ca.key -out ca.pem").status.success());
    for kind in &KINDS {
        let name = format!("csr-{}", kind.key);
        let address = key(&mut meter, at, &name, kind);
        let input = Object::new().with("kInf", Value::text(&address)).with(
            "sub",
            Value::texts(["C=DE", "O=Example & Sons", "OU=größer", "serialNumber=47-11", "CN=meter/7"]),
        );
        let request = octets(&invoke(&mut meter, "csr", input), "crq");
        std::fs::write(at.join("request.der"), &request).expect("a file");
        let shown =
            run("req -inform DER -in request.der -verify -noout -text -nameopt RFC2253,utf8,-esc_msb");
        let said = String::from_utf8_lossy(&[shown.stdout, shown.stderr].concat()).into_owned();
        assert!(shown.status.success() && said.contains("verify OK"), "{said}");
        for part in ["CN=meter/7", "OU=größer", "O=Example & Sons", "C=DE", "Digital Signature", kind.shown]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(said.contains("URI://") && said.contains("/Cmeter\n"), "{said}");
        let public = run("req -inform DER -in request.der -noout -pubkey").stdout;
        assert_eq!(public, std::fs::read(at.join(format!("{name}.pem"))).expect("the public key"));

        // A certificate of an authority, which the chain holds.
        let issue = "x509 -req -inform DER -in request.der -CA ca.pem -CAkey ca.key -copy_extensions copy -out issued.pem";
        assert!(run(issue).status.success());
        assert!(run("verify -CAfile ca.pem issued.pem").status.success());

        // With one bit changed it is nobody's.
        for position in [20, request.len() / 2, request.len() - 3] {
            let mut broken = request.clone();
            broken[position] ^= 1;
            std::fs::write(at.join("request.der"), &broken).expect("a file");
            let shown = run("req -inform DER -in request.der -verify -noout");
            let said = String::from_utf8_lossy(&[shown.stdout, shown.stderr].concat()).into_owned();
            assert!(!said.contains("verify OK"), "byte {position}: {said}");
        }
    }
}

// Shows SDH-4 in part.
#[test]
fn digests_are_those_of_openssl() {
    let node = NodeProcess::with().profile("mn").start();
    let at = node.directory();
    let mut meter = node.register("Cmeter");
    for bytes in [0, 1, 55, 56, 64, 65, 111, 112, 128, 4096] {
        let message = if bytes == 0 { Vec::new() } else { message(at, bytes) };
        std::fs::write(at.join("message"), &message).expect("a file");
        for (name, option, size) in
            [("SHA-256", "-sha256", 32), ("SHA-384", "-sha384", 48), ("SHA-512", "-sha512", 64)]
        {
            let theirs = openssl(at, &["dgst", option, "-binary", "message"]).stdout;
            let input = Object::new().with("Halg", Value::text(name)).with("msg", text(&message));
            assert_eq!((octets(&invoke(&mut meter, "digest", input), "Hv"), theirs.len()), (theirs, size));
        }
    }
}

#[test]
fn random_bytes_are_as_many_as_asked_for_and_never_the_same() {
    let node = NodeProcess::with().profile("mn").start();
    let mut meter = node.register("Cmeter");
    let mut draw = |bytes: i64| {
        octets(&invoke(&mut meter, "random", Object::new().with("Dsz", Value::Integer(bytes))), "rndD")
    };
    assert_eq!(draw(1).len(), 1);
    let (first, second) = (draw(32), draw(32));
    assert_eq!((first.len(), second.len()), (32, 32));
    assert_ne!(first, second);
    // Nobody hands out zeros by mistake: about half of the bits are set.
    let large = draw(1024);
    let ones: u32 = large.iter().map(|byte| byte.count_ones()).sum();
    assert!((3700..4500).contains(&ones), "{ones} of 8192 bits are set");
}
