//! Digests and codes of files of any length, by the tool on a real node, against `openssl`; and what is left of them.

#![expect(clippy::expect_used, reason = "tests report by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use base64ct::{Base64, Encoding as _};
use support::{NodeProcess, program};

const KEY: &str = "-/security/data/storage-soft/k";
const LENGTHS: [usize; 8] = [0, 1, 32_768, 32_769, 65_535, 65_536, 65_537, 1024 * 1024];

/// Runs the tool as this AE, in the node's directory.
fn csf(node: &NodeProcess, stem: &str, words: &[&str]) -> Output {
    Command::new(program("csf"))
        .current_dir(node.directory())
        .env_clear()
        .env("HOME", node.directory())
        .env("XDG_DATA_HOME", node.directory().join("data"))
        .env("CSF_STATE", node.state())
        .env("CSF_LOCAL_SOCKET", node.socket())
        .args(["--as", stem])
        .args(words)
        .output()
        .expect("the tool")
}

/// The octets that the tool prints.
fn octets(output: &Output) -> Vec<u8> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Base64::decode_vec(String::from_utf8_lossy(&output.stdout).trim()).expect("base64")
}

fn openssl(at: &Path, words: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").current_dir(at).args(words).output().expect("the program openssl");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn message(length: usize) -> Vec<u8> {
    (0..length).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect()
}

/// A node with a key of known octets, that of the meter.
fn with_key() -> NodeProcess {
    let node = NodeProcess::with().profile("mn").start();
    drop(node.register("Cmeter"));
    std::fs::write(node.directory().join("secret"), [0x17; 32]).expect("a file");
    let uses = "kUs=[\"mac\",\"macVerify\"]";
    let storage = "-/security/data/storage-soft";
    let words = ["create", storage, "key", "rn=k", "kAl=HMAC_SHA_256", uses, "--octets", "secret"];
    let made = csf(&node, "Cmeter", &words);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    node
}

// Shows SDH-4.
#[test]
fn files_of_any_length_have_the_digest_and_the_code_that_openssl_finds() {
    let node = with_key();
    drop(node.register("Cother"));
    let at = node.directory();
    let (key, named) = (format!("hexkey:{}", "17".repeat(32)), format!("kInf={KEY}"));
    for length in LENGTHS {
        std::fs::write(at.join("file"), message(length)).expect("a file");
        let words = ["invoke", "digest", "Halg=SHA-256", "--octets", "file", "--only", "Hv"];
        let digest = octets(&csf(&node, "Cmeter", &words));
        assert_eq!(digest, openssl(at, &["dgst", "-sha256", "-binary", "file"]), "{length}");

        let input = ["invoke", "mac", "Salg=ALG_HMAC_SHA_256", &named, "--octets", "file"];
        let code = octets(&csf(&node, "Cmeter", &[&input[..], &["--only", "Sgn"]].concat()));
        let words = ["mac", "-binary", "-digest", "SHA256", "-macopt", &key, "-in", "file", "HMAC"];
        assert_eq!(code, openssl(at, &words), "{length}");
        for (flip, verdict) in [(0, "true"), (1, "false")] {
            let given: Vec<u8> = code.iter().map(|octet| octet ^ flip).collect();
            let given = format!("Sgn={}", Base64::encode_string(&given));
            let checked = csf(&node, "Cmeter", &[&input[..], &[&given, "--only", "vR"]].concat());
            assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), verdict, "{length}");
        }
        let stranger = csf(&node, "Cother", &input);
        assert_eq!((stranger.status.code(), stranger.stdout.len()), (Some(1), 0), "{length}");
    }
}

// Shows SDH-4 and RES-6.
#[test]
fn a_stream_ends_with_the_process_and_leaves_nothing_on_the_disk() {
    let node = with_key();
    let named = format!("kInf={KEY}");
    let begin = ["invoke", "mac", "Salg=ALG_HMAC_SHA_256", &named, "str=begin", "--only", "str"];
    let begun = csf(&node, "Cmeter", &begin);
    let handle = String::from_utf8_lossy(&begun.stdout).trim().to_owned();
    assert!(handle.starts_with("soft.") && handle.len() == 37, "{handle}");
    let (stream, part) = (format!("str={handle}"), Base64::encode_string(b"the meter stands at 4711"));
    let (first, second) = (format!("msg={part}"), format!("msg={part}"));
    assert!(csf(&node, "Cmeter", &["invoke", "mac", &named, &stream, "pos=0", &first]).status.success());
    let (output, home) = (node.stderr(), node.stop());
    let secrets = [handle.as_bytes(), &handle.as_bytes()[5..], part.as_bytes(), b"meter stands at 4711"];
    for secret in secrets {
        assert!(!output.as_bytes().windows(secret.len()).any(|window| window == secret));
        assert!(!holds(&home.path().join("state"), secret));
    }
    let node = NodeProcess::with().profile("mn").home(home).start();
    let words = ["invoke", "mac", &named, &stream, "pos=24", &second];
    let gone = csf(&node, "Cmeter", &words);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("4004"), "no stream after a restart");
    assert!(csf(&node, "Cmeter", &begin).status.success(), "the key is there, and begins another");
}

/// Whether any file below this directory holds these octets.
fn holds(directory: &Path, secret: &[u8]) -> bool {
    let entries = std::fs::read_dir(directory).expect("a directory");
    entries.map(|entry| entry.expect("an entry").path()).any(|path| {
        if path.is_dir() {
            return holds(&path, secret);
        }
        let bytes = if path.is_file() { std::fs::read(&path).expect("a file") } else { Vec::new() };
        bytes.windows(secret.len()).any(|window| window == secret)
    })
}
