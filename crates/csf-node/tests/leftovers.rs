//! What a node leaves behind after a long life: nothing of what it was told in confidence, in no form.
//!
//! The life has keys that come in, leave, and are made of others, messages, stored data, tokens, a passphrase, a
//! backup, a restore, another store key, and everything that can go wrong with them, with the log at its most talkative.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64ct::{Base64, Base64Unpadded, Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use support::{NodeBuilder, NodeProcess, RawRequest, Wire, program};

const STORAGE: &str = "/-/security/data/storage-soft";
const PASSPHRASE: &str = "seven purple lanterns over the quiet harbour";
const WRONG: &str = "seven purple lanterns over the other harbour";

/// Something that was told in confidence, and what it was.
type Secret = (&'static str, Vec<u8>);

/// Bytes like no others: so many, of this number.
fn bytes(number: u8, length: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for round in 0_u8.. {
        if all.len() >= length {
            break;
        }
        all.extend(hmac(b"leftovers", &[number, round]));
    }
    all.truncate(length);
    all
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let state = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    state.chain_update(message).finalize().into_bytes().to_vec()
}

fn b64(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

/// Every form in which these bytes could be left: as they are, in hexadecimal digits, in base64 wherever in a longer
/// text they begin, and as a list of numbers.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into(), hex.into()];
    for (before, skipped) in [(0_usize, 0_usize), (1, 2), (2, 3)] {
        let shifted = [&vec![0; before][..], secret].concat();
        // The last group may hold what comes behind.
        let whole = (shifted.len() / 3).saturating_mul(4);
        for text in [Base64Unpadded::encode_string(&shifted), Base64UrlUnpadded::encode_string(&shifted)] {
            forms.push(text[skipped..whole].into());
        }
    }
    for between in [", ", ","] {
        let numbers: Vec<String> = secret.iter().take(16).map(u8::to_string).collect();
        forms.push(numbers.join(between).into());
    }
    forms
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let first = part[0];
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == first) {
        if rest[at..].starts_with(part) {
            return true;
        }
        rest = rest.split_at(at.saturating_add(1)).1;
    }
    false
}

fn files(directory: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).expect("a directory").flatten() {
        let (path, kind) = (entry.path(), entry.file_type().expect("a kind"));
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_file() {
            found.push((path.clone(), std::fs::read(path).expect("a file")));
        }
    }
    found
}

/// What of these secrets is found below the directory and in these outputs, and where.
fn found(home: &Path, said: &[u8], secrets: &[Secret]) -> Vec<String> {
    let mut places = files(home);
    places.push(("what was said".into(), said.to_vec()));
    let mut found = Vec::new();
    for (what, secret) in secrets {
        for form in forms(secret) {
            let at = places.iter().filter(|(_, bytes)| holds(bytes, &form)).map(|(path, _)| path.display());
            found.extend(at.map(|path| format!("{what} in {path} as {:?}", String::from_utf8_lossy(&form))));
        }
    }
    found
}

fn node(words: &str) -> NodeBuilder {
    let script = format!("exec \"$0\" \"$@\" {words} 3<<'END'\n{PASSPHRASE}\nEND\n");
    let node = NodeProcess::with().profile("mn").under(&["sh", "-c", &script]);
    let settings = ["soft.root_passphrase_from=fd:3", "soft.root_passphrase_guarded=true", "log.level=trace"];
    settings.iter().fold(node, |node, setting| node.set(setting))
}

fn csf(home: &Path, words: &[&str], input: &str) -> Output {
    let mut command = Command::new(program("csf"));
    command.env_clear().env("HOME", home).env("XDG_DATA_HOME", home.join("data"));
    command.args(words).arg("--state").arg(home.join("state"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool");
    // Whoever asks for none may have closed it already.
    drop(child.stdin.take().expect("its input").write_all(input.as_bytes()));
    child.wait_with_output().expect("its output")
}

/// Whoever speaks, and everything that was said to whoever should not have been told.
struct Life<'a> {
    node: &'a NodeProcess,
    said: Vec<u8>,
}

impl Life<'_> {
    fn send(&mut self, request: &RawRequest, code: u16) -> Value {
        let answer = Wire::local(self.node).exchange(&request.bytes()).expect("an answer");
        assert_eq!(answer.rsc(), Some(code), "{}", answer.text());
        if code >= 4000 {
            self.said.extend_from_slice(&answer.body);
        }
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    fn create(&mut self, body: Value, code: u16) -> Value {
        let root = if body.get("kAl").is_some() { "csf:keyObject" } else { "csf:dataObject" };
        let mut members = body;
        members["cnd"] = root.into();
        self.send(&RawRequest::create(STORAGE, 28, json!({root: members}).to_string()), code)
    }

    fn invoke(&mut self, function: &str, input: Value, code: u16) -> Value {
        let root = format!("csf:{function}");
        let to = format!("/-/security/data/function-{function}");
        let answer = self.send(&RawRequest::update(&to, json!({&root: input}).to_string()), code);
        answer.get(&root).cloned().unwrap_or_default()
    }

    fn tool(&mut self, home: &Path, words: &[&str], is_right: bool) {
        let set = ["--set", "soft.root_passphrase_from=fd:0", "--set", "soft.root_passphrase_guarded=true"];
        let line = if is_right { PASSPHRASE } else { WRONG };
        let output = csf(home, &[&set[..], words].concat(), &format!("{line}\n"));
        assert_eq!(
            output.status.success(),
            is_right,
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        self.said.extend([output.stdout, output.stderr].concat());
    }
}

fn at(name: &str) -> String {
    format!("{}/{name}", STORAGE.trim_start_matches('/'))
}

/// Keys that come in and are used; the secrets that there were.
fn keys(life: &mut Life<'_>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let given: [(&'static str, &str, &[&str], usize); 5] = [
        ("a key for codes", "HMAC_SHA_256", &["mac"], 32),
        ("a key that encrypts", "AES_256_GCM", &["encrypt", "decrypt"], 32),
        ("an enrolment key", "ONEM2M_KE", &["derive"], 32),
        ("a key that wraps", "AES_256_KWP", &["wrap", "unwrap"], 32),
        ("a key that signs", "ED25519", &["sign"], 32),
    ];
    for (number, (what, algorithm, uses, length)) in (1_u8..).zip(given) {
        let key = bytes(number, length);
        let draft =
            |name: &str, given: &[u8]| json!({"rn": name, "kAl": algorithm, "kUs": uses, "kMt": b64(given)});
        life.create(draft(algorithm, &key), 2001);
        // Cut, too long, no base64, twice under one name, and no text at all.
        life.create(draft("bad", &key[..13]), 4000);
        life.create(draft("bad", &key.repeat(9)), 4000);
        let mut bad = draft("bad", &key);
        bad["kMt"] = format!("{}!", b64(&key)).into();
        life.create(bad.clone(), 4000);
        bad["kMt"] = json!(key);
        life.create(bad.clone(), 4000);
        bad["kMt"] = b64(&key).into();
        bad["unheardOf"] = b64(&key).into();
        life.create(bad, 4000);
        life.create(draft(algorithm, &key), 4105);
        secrets.push((what, key));
    }
    let next = bytes(20, 32);
    let rotation = json!({"csf:keyObject": {"gen": 2, "kMt": b64(&next)}}).to_string();
    let address = format!("{STORAGE}/HMAC_SHA_256");
    life.send(&RawRequest::update(&address, rotation.clone()).set("X-M2M-Origin", "Cother"), 4103);
    life.send(&RawRequest::update(&address, rotation), 2004);
    secrets.push(("its next generation", next));

    // One made of another, one that leaves and comes back; and the bytes of both are known here.
    let (ke, id) = (secrets[2].1.clone(), "maf.example.com");
    let derived = json!({"rn": "km", "kAl": "HMAC_SHA_256", "kUs": ["mac"], "kFr": at("ONEM2M_KE"),
        "kDA": "ONEM2M_KM", "inf": b64(id.as_bytes())});
    life.create(derived, 2001);
    let label = format!("oneM2M Enrolment Key to Master Credential derivation{id}");
    secrets.push(("a key that was derived", hmac(&ke, label.as_bytes())));
    let leaving = bytes(21, 48);
    let draft =
        json!({"rn": "leaving", "kAl": "HMAC_SHA_384", "kUs": ["mac"], "exp": true, "kMt": b64(&leaving)});
    life.create(draft, 2001);
    let wrapping = json!({"Calg": "AES_256_KWP", "kInf": at("AES_256_KWP"), "kWr": at("leaving")});
    let wrapped = life.invoke("wrap", wrapping.clone(), 2004)["kMt"].clone();
    let mut stays = wrapping;
    stays["kWr"] = at("km").into();
    life.invoke("wrap", stays, 4000);
    let mut back = json!({"rn": "back", "kAl": "HMAC_SHA_384", "kUs": ["mac"], "kFr": at("AES_256_KWP"),
        "kDA": "AES_256_KWP", "kMt": wrapped});
    life.create(back.clone(), 2001);
    back["rn"] = "bad".into();
    back["kAl"] = "AES_CMAC_128".into();
    life.create(back, 4000);
    secrets.push(("a key that left and came back", leaving));
    secrets
}

/// Messages, and what functions make of them.
fn messages(life: &mut Life<'_>) -> Vec<Secret> {
    let message = bytes(30, 40);
    let mut secrets = vec![("a message", message.clone())];
    let octets = |answer: &Value, name: &str| {
        Base64::decode_vec(answer[name].as_str().expect("a text")).expect("base64")
    };
    let mac = json!({"Salg": "ALG_HMAC_SHA_256", "kInf": at("HMAC_SHA_256"), "msg": b64(&message)});
    secrets.push(("a code", octets(&life.invoke("mac", mac.clone(), 2004), "Sgn")));
    let mut wrong = mac;
    wrong["kInf"] = at("AES_256_GCM").into();
    life.invoke("mac", wrong, 4000);
    let signing = json!({"Salg": "ALG_EDDSA_ED25519", "kInf": at("ED25519"), "msg": b64(&message)});
    secrets.push(("a signature", octets(&life.invoke("signature", signing, 2004), "Sgn")));
    let cipher = json!({"Calg": "ALG_AEAD_AES_256_GCM", "kInf": at("AES_256_GCM")});
    let with = |members: &[(&str, Value)]| {
        let mut input = cipher.clone();
        members.iter().for_each(|(name, value)| input[*name] = value.clone());
        input
    };
    let sealed = life.invoke("cipher", with(&[("msg", b64(&message).into())]), 2004);
    let (nonce, ciphertext) = (sealed["nc"].clone(), sealed["cD"].clone());
    life.invoke("cipher", with(&[("nc", nonce.clone()), ("cD", ciphertext.clone())]), 2004);
    life.invoke("cipher", with(&[("nc", nonce.clone()), ("cD", ciphertext), ("aD", b64(b"x").into())]), 4000);
    life.invoke("cipher", with(&[("nc", nonce), ("msg", b64(&message).into())]), 4000);
    life.invoke("digest", json!({"Halg": "SHA-256", "msg": b64(&message)}), 2004);
    life.invoke("digest", json!({"Halg": b64(&message), "msg": b64(&message)}), 4000);
    secrets.push(("random bytes", octets(&life.invoke("random", json!({"Dsz": 32}), 2004), "rndD")));
    let token = json!({"kInf": at("ED25519"), "tkid": "t1@csf.example", "tkhd": "//csf.example/id-mn/Cother",
        "tknb": "20200101T000000", "tkna": "20990101T000000"});
    let token = life.invoke("token", token, 2004)["tkob"].as_str().expect("a token").to_owned();
    life.invoke("token", json!({"tkob": token}), 2004);
    let shown = RawRequest::new("GET", "/-/Cmeter").with("Authorization", format!("Bearer {token}"));
    drop(Wire::local(life.node).exchange(&shown.bytes()));
    let (_, signed) = token.rsplit_once('.').expect("a signature");
    secrets.push(("a token", Base64UrlUnpadded::decode_vec(signed).expect("base64")));
    secrets
}

/// Stored data, in all that can be asked about it, and requests that are none.
fn data(life: &mut Life<'_>) -> Vec<Secret> {
    let [first, second] = [40, 41].map(|number| bytes(number, 60));
    life.create(json!({"rn": "d", "msg": b64(&first)}), 2001);
    let object = format!("{STORAGE}/d");
    let change = |octets: &[u8]| json!({"csf:dataObject": {"msg": b64(octets)}}).to_string();
    life.send(&RawRequest::update(&object, change(&second)).set("X-M2M-Origin", "Cother"), 4103);
    life.send(&RawRequest::update(&object, change(&second)), 2004);
    assert_eq!(life.send(&RawRequest::new("GET", &object), 2000)["csf:dataObject"]["msg"], b64(&second));
    life.send(&RawRequest::new("GET", &object).set("X-M2M-Origin", "Cother"), 4103);
    life.create(json!({"rn": "d", "msg": b64(&first)}), 4105);
    life.create(json!({"rn": "e", "msg": format!("{}=", b64(&first))}), 4000);
    life.create(json!({"rn": "e", "msg": b64(&first), "lbl": b64(&first)}), 4000);
    // Where nothing of this kind belongs, cut in the middle, of another kind, for nobody.
    let body = json!({"csf:dataObject": {"cnd": "csf:dataObject", "msg": b64(&first)}}).to_string();
    life.send(&RawRequest::create("/-/Cmeter", 3, body.clone()), 4000);
    life.send(&RawRequest::create(STORAGE, 28, &body[..body.len().saturating_sub(20)]), 4000);
    life.send(&RawRequest::create(STORAGE, 28, body.clone()).set("X-M2M-Origin", "Cnobody"), 4106);
    let plain = RawRequest::new("POST", STORAGE).body("text/plain", body.clone());
    drop(Wire::local(life.node).exchange(&plain.bytes()));
    drop(Wire::tcp(life.node).exchange(&RawRequest::create(STORAGE, 28, body).bytes()));
    vec![("stored data", first), ("stored data that replaced it", second)]
}

// Shows ARC-4, SDH-1 and SDH-4: after all of it, and however the node ended, nothing of it is anywhere.
#[test]
fn a_long_life_leaves_nothing_that_was_told_in_confidence_in_any_form() {
    let first = node("").start();
    drop([first.register("Cmeter"), first.register("Cother")]);
    let mut life = Life { node: &first, said: Vec::new() };
    let mut secrets = keys(&mut life);
    secrets.extend(messages(&mut life));
    secrets.extend(data(&mut life));
    secrets.push(("the passphrase", PASSPHRASE.into()));
    // What differs from the right one by one word only is as good as that.
    secrets.push(("a wrong passphrase", WRONG.into()));
    assert!(
        secrets.len() >= 15 && secrets.iter().all(|(_, secret)| secret.len() >= 24),
        "too few or too short"
    );
    let home = first.directory().to_owned();
    let backup = home.join("backup");
    let backup = backup.to_str().expect("a path");
    life.tool(&home, &["backup", backup], true);
    let metrics = Wire::management(&first).exchange(&RawRequest::new("GET", "/metrics").bytes());
    let metrics = metrics.expect("an answer");
    assert_eq!(metrics.status, 200);
    life.said.extend_from_slice(&metrics.body);
    let mut said = life.said;
    assert_eq!(found(&home, &said, &secrets), Vec::<String>::new(), "while it runs");

    // After a loss of power, with another store key, after a wrong passphrase.
    let home = first.crash();
    let again = node("--new-store-key").home(home).start();
    while !again.stderr().contains("sealed under its new key") {
        std::thread::yield_now();
    }
    said.extend(again.stderr().into_bytes());
    let home = again.stop();
    let mut after = Life { node: &NodeProcess::start(), said };
    after.tool(home.path(), &["backup", home.path().join("worthless").to_str().expect("a path")], false);
    after.tool(home.path(), &["audit", "export", "--resolve"], true);
    std::fs::rename(home.path().join("state"), home.path().join("lost")).expect("another name");
    after.tool(home.path(), &["restore", backup], false);
    after.tool(home.path(), &["restore", backup], true);
    let said = after.said;
    let restored = node("").home(home).start();
    let mut life = Life { node: &restored, said };
    let mac = json!({"Salg": "ALG_HMAC_SHA_256", "kInf": at("HMAC_SHA_256"), "msg": b64(&bytes(30, 40))});
    life.invoke("mac", mac, 2004);
    let said = life.said;
    let home = restored.stop();
    assert_eq!(found(home.path(), &said, &secrets), Vec::<String>::new(), "after its end");

    // The search finds each form of each secret.
    for (what, secret) in &secrets {
        for form in forms(secret) {
            let one = [(*what, secret.clone())];
            assert!(
                !found(tempfile::tempdir().expect("a directory").path(), &form, &one).is_empty(),
                "{what}"
            );
        }
    }
    // And the log talked.
    let log = std::fs::read_to_string(home.path().join("stderr")).expect("a log");
    assert!(log.lines().count() > 20 && log.contains("mac"), "{log}");
}
