//! What a node says at start: what it is, what it made, and what to try next.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use csf_service::Started;

use crate::config::{Config, Origin};
use crate::node::Node;

/// Prints to standard error, once, before the ready line.
pub(crate) fn print(config: &Config, node: &Node, started: &Started) {
    let text = text(config, node, started);
    // Where nobody listens, nobody misses it.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn text(config: &Config, node: &Node, started: &Started) -> String {
    let mut text = String::new();
    let mut line = |words: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    let (profile, home) = (config.profile.name, &config.home);
    line(format_args!(
        "Security CSF, profile {profile}, CSE-ID {} at {}",
        home.cse(),
        home.service_provider()
    ));
    line(format_args!("  state     {}", config.state.display()));
    for environment in node.environments().descriptions() {
        let (id, level, reason) = (&environment.id, environment.level, &environment.level_reason);
        line(format_args!("  SE {id:<6} security level {level}: {reason}"));
    }
    if let Some(path) = node.created_root() {
        line(format_args!(
            "  root key  made in {}; without it nothing stored here can be opened",
            path.display()
        ));
    }
    if started.left > 0 {
        let left = started.left;
        line(format_args!("  {left} key operations wait for a secure environment that is not here"));
    }
    for switch in config.lab.active() {
        line(format_args!("  WARNING   laboratory switch {switch} is on: claims are believed, not proven"));
    }
    if config.release1 {
        line(format_args!(
            "  NOTE      http.release1 is on: it weakens no authentication, but ordinary resources without acpi \
             are governed by the policies of their parent, no longer by their creator"
        ));
    }
    if config.cbor_byte_strings {
        line(format_args!(
            "  NOTE      http.cbor_byte_strings is on: byte strings in CBOR are taken as texts"
        ));
    }
    if started.first && config.local_socket.is_some() {
        line(format_args!("{}", first_steps(config)));
    }
    text
}

/// The commands to try, each of which can be pasted into another terminal as it stands.
fn first_steps(config: &Config) -> String {
    let base = &config.cse_name;
    let admin = format!("{}{}", tool(), options(config, false));
    let csf = format!("{}{}", tool(), options(config, true));
    let all = "{\"acr\":[{\"acor\":[\"Cdemo\"],\"acop\":63},{\"acor\":[\"Cguest\"],\"acop\":2}]}";
    let own = "{\"acr\":[{\"acor\":[\"Cdemo\"],\"acop\":63}]}";
    let storage = format!("{base}/security/data/storage-soft");
    // The digest of the word "hello".
    let input = format!(
        "Salg=ALG_ECDSA_SHA_256 kInf={storage}/signer Hv=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
    );
    let sign = format!("{csf} --as Cdemo invoke signature {input}");
    format!(
        "
Try, in another terminal:
  {admin} status
  {csf} --as Cdemo create - ae rn=demo
  {csf} --as Cguest create - ae rn=guest
  {csf} --as Cdemo create {base}/demo cnt rn=readings
  {csf} --as Cguest get {base}/demo/readings  # refused: nothing permits it yet
  {csf} --as Cdemo create {base}/demo acp rn=readers 'pv={all}' 'pvs={own}'
  {csf} --as Cdemo update {base}/demo/readings 'acpi=[\"{base}/demo/readers\"]'
  {csf} --as Cguest get {base}/demo/readings
  {csf} --as Cdemo create {storage} key rn=signer kAl=EC_P256 'kUs=[\"sign\",\"verify\"]'
  {sign}
  {csf} --as Cdemo invoke signature {input} Sgn=$({sign} --only Sgn)
"
    )
}

/// What the tool must be told to find this node: only what is not where it looks by itself.
fn options(config: &Config, local: bool) -> String {
    let told = |key| !matches!(config.origin(key), None | Some(Origin::BuiltIn));
    let mut options = String::new();
    if config.profile.name != "mn" {
        options.push_str(&format!(" --profile {}", config.profile.name));
    }
    match &config.local_socket {
        Some(socket) if local && told("local.socket") => {
            options.push_str(&format!(" --socket {}", quoted(&socket.to_string_lossy())));
        }
        _ if told("state") => {
            options.push_str(&format!(" --state {}", quoted(&config.state.to_string_lossy())))
        }
        _ => {}
    }
    options
}

/// How to call the tool from where the user is.
fn tool() -> String {
    let program = std::env::current_exe().ok();
    let folder = program.as_deref().and_then(Path::parent);
    match folder.map(|folder| folder.join("csf")).filter(|path| path.exists()) {
        Some(path) => quoted(&path.to_string_lossy()),
        None if std::env::var_os("CARGO").is_some() => {
            let release = folder.is_some_and(|folder| folder.ends_with("release"));
            format!("cargo run -q{} --bin csf --", if release { " --release" } else { "" })
        }
        None => "csf".into(),
    }
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if word.chars().all(plain) { word.into() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
