//! Derived and wrapped keys and ciphertexts against `openssl`, which computes agreement, HKDF, HMAC, key wrap and CBC anew.

#![expect(clippy::expect_used, clippy::panic, reason = "tests report by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding};
use csf_api::{Content, Object, ResourceType, Response, Status, Value};
use csf_client::Client;
use support::NodeProcess;

const STORAGE: &str = "-/security/data/storage-soft";
const PROOF: &[u8] = b"the meter stands at 4711";

/// What the program prints, given these octets.
fn openssl(at: &Path, words: &[&str], input: &[u8]) -> Vec<u8> {
    std::fs::write(at.join("input"), input).expect("a file");
    let input = std::fs::File::open(at.join("input")).expect("a file");
    let command = Command::new("openssl").current_dir(at).args(words).stdin(Stdio::from(input)).output();
    let output = command.expect("the program openssl");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn hkdf(at: &Path, digest: &str, secret: &[u8], [salt, info]: [&[u8]; 2]) -> Vec<u8> {
    let digest = format!("digest:{digest}");
    let (key, salt, info) = (
        format!("hexkey:{}", hex(secret)),
        format!("hexsalt:{}", hex(salt)),
        format!("hexinfo:{}", hex(info)),
    );
    let options = ["-kdfopt", &digest, "-kdfopt", &key, "-kdfopt", &salt, "-kdfopt", &info];
    openssl(at, &[&["kdf", "-binary", "-keylen", "32"][..], &options, &["HKDF"]].concat(), b"")
}

fn hmac(at: &Path, key: &[u8], message: &[u8]) -> Vec<u8> {
    let key = format!("hexkey:{}", hex(key));
    openssl(at, &["mac", "-binary", "-digest", "SHA256", "-macopt", &key, "-in", "-", "HMAC"], message)
}

fn object(response: Response, expected: Status) -> Object {
    match response.content.map(|content| content.value) {
        Some(Value::Object(object)) if response.status == expected => object,
        other => panic!("{:?} {other:?}", response.status),
    }
}

fn octets(object: &Object, name: &str) -> Vec<u8> {
    Base64::decode_vec(object.get(name).and_then(Value::as_text).expect("a text")).expect("base64")
}

fn text(octets: &[u8]) -> Value {
    Value::Text(Base64::encode_string(octets).into())
}

/// Makes a key object with these members.
fn create(client: &mut Client, name: &str, algorithm: &str, uses: &[&str], members: Object) -> Object {
    let body = members
        .with("rn", Value::text(name))
        .with("cnd", Value::text("csf:keyObject"))
        .with("kAl", Value::text(algorithm))
        .with("kUs", Value::texts(uses.iter().copied()));
    let content = Content::new("csf:keyObject", Value::Object(body));
    object(client.create(STORAGE, ResourceType::FLEX_CONTAINER, content).expect("an answer"), Status::Created)
}

fn from(source: &str, way: &str) -> Object {
    Object::new().with("kFr", Value::text(&format!("{STORAGE}/{source}"))).with("kDA", Value::text(way))
}

/// The code of the proof under a key of the node.
fn code(client: &mut Client, key: &str) -> Vec<u8> {
    let input = Object::new()
        .with("Salg", Value::text("ALG_HMAC_SHA_256"))
        .with("kInf", Value::text(&format!("{STORAGE}/{key}")))
        .with("msg", text(PROOF));
    let content = Content::new("csf:mac", Value::Object(input));
    let answer = client.invoke("-/security/data/function-mac", content).expect("an answer");
    octets(&object(answer, Status::Updated), "Sgn")
}

// Shows SDH-4.
#[test]
fn agreed_and_derived_keys_are_those_of_openssl() {
    let node = NodeProcess::start();
    let (mut client, scratch) = (node.register("Cmeter"), tempfile::tempdir().expect("a directory"));
    let at = scratch.path();
    for (curve, kind, way, digest) in [
        ("P-256", "ECDH_P256", "ECDH_P256_HKDF_SHA_256", "SHA256"),
        ("P-384", "ECDH_P384", "ECDH_P384_HKDF_SHA_384", "SHA384"),
        ("X25519", "X25519", "X25519_HKDF_SHA_256", "SHA256"),
    ] {
        // Both sides make a pair, and exchange what is public.
        let pair = create(&mut client, kind, kind, &["derive"], Object::new());
        std::fs::write(at.join("node.der"), octets(&pair, "kDt")).expect("a file");
        openssl(at, &["pkey", "-pubin", "-inform", "DER", "-in", "node.der", "-out", "node.pem"], b"");
        let parameter = format!("ec_paramgen_curve:{curve}");
        let made_of = match curve {
            "X25519" => vec!["-algorithm", curve],
            _ => vec!["-algorithm", "EC", "-pkeyopt", &parameter],
        };
        openssl(at, &[&["genpkey"][..], &made_of, &["-out", "peer.pem"]].concat(), b"");
        let public = openssl(at, &["pkey", "-in", "peer.pem", "-pubout", "-outform", "DER"], b"");
        let agreement = ["pkeyutl", "-derive", "-inkey", "peer.pem", "-peerkey", "node.pem"];
        let shared = openssl(at, &agreement, b"");

        let agreed = from(kind, way).with("kPb", text(&public));
        let salted = agreed.clone().with("slt", text(b"salt")).with("inf", text(b"session 1"));
        let name = format!("{kind}-codes");
        create(&mut client, &name, "HMAC_SHA_256", &["mac"], salted);
        let key = hkdf(at, digest, &shared, [b"salt", b"HMAC_SHA_256\0session 1"]);
        assert_eq!(code(&mut client, &name), hmac(at, &key, PROOF), "{way}");

        // What was agreed on is an enrolment key too, and the keys of oneM2M come of it.
        let enrolment = format!("{kind}-ke");
        create(&mut client, &enrolment, "ONEM2M_KE", &["derive"], agreed.with("slt", text(b"salt")));
        let enrolment_key = hkdf(at, digest, &shared, [b"salt", b"ONEM2M_KE\0"]);
        for (way, label, id) in [
            ("ONEM2M_KM", "Master Credential", "maf.example.com"),
            ("ONEM2M_KPSA", "Provisioned Secure Connection Key", "/id-mn/Cgateway"),
            ("ONEM2M_KUSE", "Usage-Constrained Symmetric Key", "14target.example.com"),
        ] {
            let name = format!("{kind}-{way}");
            let made_of = from(&enrolment, way).with("inf", text(id.as_bytes()));
            create(&mut client, &name, "HMAC_SHA_256", &["mac"], made_of);
            let message = format!("oneM2M Enrolment Key to {label} derivation{id}");
            let key = hmac(at, &enrolment_key, message.as_bytes());
            assert_eq!(code(&mut client, &name), hmac(at, &key, PROOF), "{way}");
            assert_ne!(code(&mut client, &name), hmac(at, &key, b"the meter stands at 4712"), "{way}");
        }
    }
}

fn invoke(client: &mut Client, function: &str, input: Object) -> Object {
    let content = Content::new(&format!("csf:{function}"), Value::Object(input));
    let to = format!("-/security/data/function-{function}");
    object(client.invoke(&to, content).expect("an answer"), Status::Updated)
}

/// A function's input: its algorithm, and the key of this name.
fn ciphering(algorithm: &str, key: &str) -> Object {
    let key = Value::text(&format!("{STORAGE}/{key}"));
    Object::new().with("Calg", Value::text(algorithm)).with("kInf", key)
}

// Shows SDH-4: what is wrapped here openssl unwraps, and the other way round.
#[test]
fn openssl_unwraps_what_the_node_wraps_and_the_node_what_openssl_wraps() {
    let node = NodeProcess::start();
    let (mut client, scratch) = (node.register("Cmeter"), tempfile::tempdir().expect("a directory"));
    let at = scratch.path();
    let key: Vec<u8> = (0x40..0x70).collect();
    let leaving = Object::new().with("kMt", text(&key)).with("exp", Value::Bool(true));
    create(&mut client, "leaving", "HMAC_SHA_384", &["mac"], leaving);
    let code = |client: &mut Client, name: &str| {
        let input = Object::new().with("Salg", Value::text("ALG_HMAC_SHA_384")).with("msg", text(PROOF));
        octets(&invoke(client, "mac", input.with("kInf", Value::text(&format!("{STORAGE}/{name}")))), "Sgn")
    };
    let expected = code(&mut client, "leaving");
    for (algorithm, name, length, initial) in [
        ("AES_128_KW", "-id-aes128-wrap", 16, "a6a6a6a6a6a6a6a6"),
        ("AES_256_KW", "-id-aes256-wrap", 32, "a6a6a6a6a6a6a6a6"),
        ("AES_128_KWP", "-id-aes128-wrap-pad", 16, "a65959a6"),
        ("AES_256_KWP", "-id-aes256-wrap-pad", 32, "a65959a6"),
    ] {
        let with: Vec<u8> = (0..length).collect();
        create(
            &mut client,
            algorithm,
            algorithm,
            &["wrap", "unwrap"],
            Object::new().with("kMt", text(&with)),
        );
        let input = ciphering(algorithm, algorithm).with("kWr", Value::text(&format!("{STORAGE}/leaving")));
        let wrapped = octets(&invoke(&mut client, "wrap", input), "kMt");
        let digits = hex(&with);
        let words = ["enc", name, "-K", &digits, "-iv", initial];
        assert_eq!(openssl(at, &[&words[..], &["-d"]].concat(), &wrapped), key, "{algorithm}");
        let theirs = openssl(at, &words, &key);
        let taken = from(algorithm, algorithm).with("kMt", text(&theirs));
        let taken_as = format!("by-{algorithm}");
        create(&mut client, &taken_as, "HMAC_SHA_384", &["mac"], taken);
        assert_eq!(code(&mut client, &taken_as), expected, "{algorithm}");
    }
}

/// The message, padded as the algorithm says, computed anew.
fn padded(algorithm: &str, message: &[u8]) -> Vec<u8> {
    let missing = 16_usize.saturating_sub(message.len() % 16);
    let zeros = |count: usize| vec![0; count];
    let end = match algorithm {
        "ALG_AES_CBC_PKCS5" => vec![u8::try_from(missing).expect("a block"); missing],
        "ALG_AES_CBC_ISO9797_M2" => [vec![0x80], zeros(missing.saturating_sub(1))].concat(),
        _ if message.is_empty() || missing < 16 => zeros(missing),
        _ => Vec::new(),
    };
    [message, &end].concat()
}

// Shows SDH-4: every padding is what it is called, and openssl, which knows one of them only, sees it whole.
#[test]
fn openssl_decrypts_what_the_node_encrypts_in_cbc_and_the_node_what_openssl_encrypts() {
    let node = NodeProcess::start();
    let (mut client, scratch) = (node.register("Cmeter"), tempfile::tempdir().expect("a directory"));
    let at = scratch.path();
    let key: Vec<u8> = (0..16).collect();
    let given = Object::new().with("kMt", text(&key));
    create(&mut client, "cbc", "AES_128_CBC", &["encrypt", "decrypt"], given);
    let cbc = |iv: &[u8], way: &str, input: &[u8]| {
        openssl(at, &["enc", "-aes-128-cbc", "-K", &hex(&key), "-iv", &hex(iv), "-nopad", way], input)
    };
    for algorithm in [
        "ALG_AES_BLOCK_128_CBC_NOPAD",
        "ALG_AES_CBC_ISO9797_M1",
        "ALG_AES_CBC_ISO9797_M2",
        "ALG_AES_CBC_PKCS5",
    ] {
        for length in [0, 1, 15, 16, 17, 31, 32, 4000, 40_000] {
            if algorithm.ends_with("NOPAD") && (length == 0 || length % 16 != 0) {
                continue;
            }
            let message: Vec<u8> = (1..=255).cycle().take(length).collect();
            let whole = padded(algorithm, &message);
            let made = invoke(&mut client, "cipher", ciphering(algorithm, "cbc").with("msg", text(&message)));
            let theirs = cbc(&octets(&made, "iV"), "-d", &octets(&made, "cD"));
            assert_eq!(theirs, whole, "{algorithm}: {length}");
            let iv = [7; 16];
            let back =
                ciphering(algorithm, "cbc").with("iV", text(&iv)).with("cD", text(&cbc(&iv, "-e", &whole)));
            let opened = octets(&invoke(&mut client, "cipher", back), "msg");
            let expected = if algorithm.ends_with("M1") { &whole } else { &message };
            assert_eq!(&opened, expected, "{algorithm}: {length}");
        }
    }
}
