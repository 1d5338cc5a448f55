//! docs/resources.md lists the functions of the catalogue, as the software secure environment offers them.

use csf_api::SecurityLevel;
use csf_transport::{
    CipherAlgorithm, DerivationAlgorithm, KeyAlgorithm, MAX_ASSOCIATED_BYTES, MAX_PAYLOAD_BYTES,
    MAX_RANDOM_BYTES, MacAlgorithm, SecureEnvironment as _, SignatureAlgorithm, WrapAlgorithm,
};
use support::documentation::{grouped, keep_table, table};
use support::se_suite::VolatileSe;

use super::FUNCTIONS;

fn quoted<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_functions_in_the_documentation_are_those_of_the_catalogue() {
    // What a plain key file is worth, with the commands of the engine.
    let environments = [VolatileSe::new("soft", SecurityLevel::None).describe().clone()];
    let rows = FUNCTIONS.iter().map(|function| {
        let level = function.level(&environments).expect("offered by the engine");
        let algorithms = function.algorithms(&environments);
        vec![
            format!("`{}`", function.id),
            format!("`{}`", function.root),
            function.version.to_owned(),
            level.number().to_string(),
            if algorithms.is_empty() { "none".to_owned() } else { quoted(&algorithms) },
            quoted(function.inputs),
            quoted(function.outputs),
        ]
    });
    let headings = ["id", "root", "version", "level", "algorithms", "input", "output"];
    keep_table("resources.md", "functions", &table(&headings, rows));
}

#[test]
fn every_member_of_a_function_is_explained_in_the_documentation() {
    let holds = |name: &str| match name {
        "Dsz" => format!("how many bytes, 1 to {}", grouped(u64::from(MAX_RANDOM_BYTES))),
        "rndD" => "so many bytes".to_owned(),
        "Halg" | "Salg" | "Calg" => "one of the algorithms".to_owned(),
        "msg" => format!("octets, at most {}", grouped(MAX_PAYLOAD_BYTES as u64)),
        "str" => "of a message in parts: `begin`, or the handle that came back for it".to_owned(),
        "pos" => "how many octets of the message came before".to_owned(),
        "end" => "of a message in parts: `finish` or `abort`".to_owned(),
        "Hv" => "the digest; for a signature by ECDSA, in place of `msg`".to_owned(),
        "kInf" => "the address of a key object, structured or not".to_owned(),
        "Sgn" => {
            "the code or signature (for ECDSA r and s, of equal length); given, it is checked".to_owned()
        }
        "sub" => {
            "the subject: texts such as `CN=meter`, in order; `CN`, `serialNumber`, `C`, `L`, `ST`, `O`, `OU`"
                .to_owned()
        }
        "crq" => "the certification request (PKCS#10, DER)".to_owned(),
        "cD" => "the ciphertext, the tag at its end; given, it is decrypted".to_owned(),
        "gen" => {
            "the generation of the key that encrypted; given with `cD` only, and needed where nothing is \
                  authenticated and the key was rotated"
                .to_owned()
        }
        "nc" => "the nonce, drawn anew for each message; given with `cD` only".to_owned(),
        "iV" => "what `nc` is, for CBC".to_owned(),
        "aD" => format!(
            "octets that are authenticated with the message, at most {}",
            grouped(MAX_ASSOCIATED_BYTES as u64)
        ),
        "kWr" => "the address of the key object whose key is wrapped; it is `exp`".to_owned(),
        "kMt" => "that key, wrapped, as CREATE of a key object takes it".to_owned(),
        "vR" => "whether the given `Sgn` is right, or the given `tkob` counts".to_owned(),
        "kid" => "the name of the key in the header of the token; none where it is absent".to_owned(),
        "tkid" => "the Token-ID".to_owned(),
        "tkhd" => "the holder, in absolute form".to_owned(),
        "tkis" => "the issuer, in absolute form".to_owned(),
        "tknb" => "from when on the token holds".to_owned(),
        "tkna" => "until when it holds".to_owned(),
        "tkau" => {
            "the CSEs that it is for, in absolute form, perhaps with wildcards; every one where it is absent"
                .to_owned()
        }
        "tkps" => "its permissions".to_owned(),
        "tkob" => "the token; given, it is checked".to_owned(),
        other => panic!("{other} is explained nowhere"),
    };
    let mut names: Vec<&str> =
        FUNCTIONS.iter().flat_map(|f| f.inputs.iter().chain(f.outputs)).copied().collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let rows = names.into_iter().map(|name| vec![format!("`{name}`"), holds(name)]);
    keep_table("resources.md", "members of functions", &table(&["member", "holds"], rows));
}

#[test]
fn the_algorithms_of_keys_in_the_documentation_are_those_that_there_are() {
    let rows = KeyAlgorithm::ALL.iter().map(|key| {
        let macs = MacAlgorithm::ALL.iter().filter(|a| a.key() == *key).map(|a| a.name());
        let signatures = SignatureAlgorithm::ALL.iter().filter(|a| a.key() == *key).map(|a| a.name());
        let ciphers = CipherAlgorithm::ALL.iter().filter(|a| a.key() == *key).map(|a| a.name());
        let derivations = DerivationAlgorithm::ALL.iter().filter(|a| a.key() == *key).map(|a| a.name());
        let wraps = WrapAlgorithm::ALL.iter().filter(|a| a.key() == *key).map(|a| a.name());
        let serves: Vec<&str> =
            macs.chain(signatures).chain(ciphers).chain(derivations).chain(wraps).collect();
        assert!(!serves.is_empty(), "{key:?} serves nothing");
        let uses: Vec<&str> = key.uses().iter().map(|one| one.name()).collect();
        let alone = if key.authenticates() { "; or `authenticate` alone" } else { "" };
        vec![format!("`{}`", key.name()), quoted(&serves), format!("{}{alone}", quoted(&uses))]
    });
    keep_table("resources.md", "algorithms of keys", &table(&["`kAl`", "serves", "`kUs`, some of"], rows));
}

#[test]
fn the_ciphers_in_the_documentation_are_those_that_there_are() {
    let rows = CipherAlgorithm::ALL.iter().map(|cipher| {
        let tag = match cipher.tag_bytes() {
            0 => "**none**".to_owned(),
            bytes => format!("{bytes} bytes"),
        };
        let nonce = format!("`{}`, {} bytes", super::cipher::nonce_of(*cipher), cipher.nonce_bytes());
        vec![format!("`{}`", cipher.name()), tag, nonce]
    });
    keep_table("resources.md", "ciphers", &table(&["algorithm", "tag", "nonce"], rows));
}
