//! The configuration from outside: what is refused with which words, and who wins over whom.

use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::profile::{ASN, IN, MN};

/// A directory for the file and the state, and an environment that stays inside it.
struct Bench {
    directory: TempDir,
    sources: Sources,
}

impl Bench {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let home = directory.path().to_str().unwrap().to_owned();
        let environment = vec![("HOME".to_owned(), home)];
        Self { directory, sources: Sources { environment, ..Sources::default() } }
    }

    fn file(mut self, text: &str) -> Self {
        let path = self.directory.path().join("csf.toml");
        std::fs::write(&path, text).unwrap();
        self.sources.file = Some(path);
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.into(), value.into()));
        self
    }

    fn set(mut self, assignment: &str) -> Self {
        self.sources.set.push(assignment.into());
        self
    }

    fn load(&self) -> Config {
        Config::load(&MN, self.sources.clone()).unwrap_or_else(|e| panic!("{e}"))
    }

    /// The error, with the directory left out.
    fn error(&self) -> String {
        let text = Config::load(&MN, self.sources.clone()).expect_err("must be refused").to_string();
        text.replace(&format!("{}/", self.path().display()), "")
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

#[test]
fn nothing_configured_is_a_configuration() {
    for profile in [&ASN, &MN, &IN] {
        let bench = Bench::new();
        let config = Config::load(profile, bench.sources.clone()).unwrap();
        assert_eq!(config.state, bench.path().join(".local/state/csf").join(profile.name));
        assert_eq!(config.home.cse(), profile.cse_id);
        assert_eq!(config.home.service_provider(), "//csf.example");
        assert_eq!(config.cse_name.as_str(), profile.cse_name);
        assert_eq!(config.administrator.relative_to(&config.home), "CAdmin");
        assert_eq!(config.components, profile.components.iter().copied().collect());
        assert_eq!(config.limits, profile.limits);
        assert_eq!(config.http, Some("127.0.0.1:8080".parse().unwrap()));
        assert_eq!(config.lab, Lab::default());
        assert_eq!(config.lab.active().count(), 0);
        assert_eq!(config.root_key_file("s1"), Some(bench.path().join(".local/share/csf/s1.key")));
        assert_eq!(config.admin_socket(), config.state.join("admin.sock"));
        assert_eq!((config.users.len(), config.local_csfs.len()), (0, 0));
        assert!(config.show(false).is_empty(), "nothing was set");
    }
}

#[test]
fn the_local_socket_follows_the_runtime_directory_and_the_cse_id() {
    let bench = Bench::new().variable("XDG_RUNTIME_DIR", "/run/user/7").set("cse.id=/gate");
    assert_eq!(bench.load().local_socket.as_deref(), Some(Path::new("/run/user/7/csf/gate.sock")));
    let uid = nix::unistd::getuid();
    let default = Path::new("/tmp").join(format!("csf-{uid}/csf/id-mn.sock"));
    assert_eq!(Bench::new().load().local_socket, Some(default));
    assert_eq!(Bench::new().set("local.socket=off").load().local_socket, None);
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_nearest_key() {
    for (text, error) in [
        (
            "# a comment\n\n[http]\nlisen = \"off\"\n",
            "csf.toml:4: there is no key 'http.lisen'; did you mean 'http.listen'?",
        ),
        ("listen = \"off\"", "csf.toml:1: there is no key 'listen'; did you mean 'http.listen'?"),
        ("\n[htpp]\nlisten = \"off\"", "csf.toml:2: there is no key 'htpp'; did you mean 'http'?"),
        ("colour = 1", "csf.toml:1: there is no key 'colour'; 'csf config keys' lists them all"),
        (
            "cse.id.x = 1",
            "csf.toml:1: cse.id: expected a text, but found a table; write for example a text in quotes",
        ),
    ] {
        assert_eq!(Bench::new().file(text).error(), error);
    }
    assert_eq!(
        Bench::new().variable("CSF_HTTP_LISTE", "off").error(),
        "CSF_HTTP_LISTE: there is no variable 'CSF_HTTP_LISTE'; did you mean 'CSF_HTTP_LISTEN'?"
    );
    assert_eq!(
        Bench::new().set("audit.strikt=true").error(),
        "--set: there is no key 'audit.strikt'; did you mean 'audit.strict'?"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_an_example() {
    for (text, error) in [
        (
            "[http]\nlisten = 8080",
            "csf.toml:2: http.listen: expected a loopback address with a port such as 127.0.0.1:8080, or off, \
             but found a whole number; write for example \"127.0.0.1:8080\"",
        ),
        (
            "audit.strict = \"true\"",
            "csf.toml:1: audit.strict: expected true or false, but found a text in quotes; write for example true",
        ),
        (
            "[limits]\n\nrequests = \"10\"",
            "csf.toml:3: limits.requests: expected a whole number from 1 to 65536, but found a text in quotes; \
             write for example 1000",
        ),
        (
            "http = \"off\"",
            "csf.toml:1: http: this is a section, not a key; write [http] on a line of its own and its keys below",
        ),
        (
            "components = [1]",
            "csf.toml:1: components: expected a list of component names, but found a list of other things; write for \
             example [\"security-transport\", \"secure-storage\", \"security-administration\"]",
        ),
        (
            "[local.users]\n0 = [\"Cmeter\"]\n1 = 7",
            "csf.toml:3: local.users.1: expected a list of originators, but found a whole number; write for example \
             { alice = [\"Cmeter\"] }",
        ),
    ] {
        assert_eq!(Bench::new().file(text).error(), error);
    }
}

#[test]
fn numbers_have_units_and_bounds() {
    let config = Bench::new()
        .file("[limits]\nbody_bytes = \"64 KiB\"\nrequest_seconds = \"2min\"\nrequests = 0x10")
        .load();
    assert_eq!(
        (config.limits.body_bytes, config.limits.request_seconds, config.limits.requests),
        (65_536, 120, 16)
    );
    for (text, error) in [
        (
            "limits.request_seconds = \"10 KiB\"",
            "csf.toml:1: limits.request_seconds: 'KiB' is no unit here; the units are s, min, h; write a whole \
             number of seconds from 1 to 600",
        ),
        (
            "limits.connections = 0",
            "csf.toml:1: limits.connections: the number is out of range; write a whole number from 1 to 65536",
        ),
        (
            "limits.connections = -5",
            "csf.toml:1: limits.connections: the number is out of range; write a whole number from 1 to 65536",
        ),
    ] {
        assert_eq!(Bench::new().file(text).error(), error);
    }
}

#[test]
fn plain_http_stays_on_loopback() {
    for address in ["0.0.0.0:8080", "[::]:8080", "192.0.2.1:8080", "[::ffff:192.0.2.1]:80"] {
        let error = Bench::new().set(&format!("http.listen={address}")).error();
        assert!(error.contains("is not a loopback address"), "{address}: {error}");
    }
    assert_eq!(
        Bench::new().file("[http]\nlisten = \"localhost\"").error(),
        "csf.toml:2: http.listen: 'localhost' is no address with a port; write one such as 127.0.0.1:8080, or off"
    );
    for (text, port) in [("127.0.0.1:0", 0), ("[::1]:81", 81), ("127.8.8.8:82", 82)] {
        let config = Bench::new().set(&format!("http.listen={text}")).load();
        assert_eq!(config.http.map(|a| a.port()), Some(port));
    }
    assert_eq!(Bench::new().set("http.listen=off").load().http, None);
}

// Shows ARC-11.
#[test]
fn a_configuration_without_a_mandatory_component_is_refused_by_its_name() {
    let list = |names: &[&str]| format!("# mine\ncomponents = {names:?}");
    let mandatory = ["security-transport", "secure-storage", "security-administration"];
    for left_out in mandatory {
        let rest: Vec<_> = mandatory.into_iter().filter(|name| *name != left_out).collect();
        assert_eq!(
            Bench::new().file(&list(&rest)).error(),
            format!(
                "csf.toml:2: components: {left_out} is missing, and TS-0003 clause 5.5 makes it mandatory on every \
                 node; add '{left_out}' to the list"
            )
        );
    }
    assert_eq!(Bench::new().file(&list(&mandatory)).load().components.len(), 3);
}

// Shows ARC-2.
#[test]
fn optional_components_can_be_left_out_and_unknown_ones_cannot_be_asked_for() {
    let three = "security-transport,secure-storage,security-administration";
    let config = Bench::new().variable("CSF_COMPONENTS", &format!("{three}, sensitive-functions")).load();
    assert!(config.has(Component::SensitiveFunctions));
    assert!(!config.has(Component::AccessManagement));
    assert_eq!(
        Bench::new().variable("CSF_COMPONENTS", &format!("{three},sensitive-function")).error(),
        "CSF_COMPONENTS: components: there is no component 'sensitive-function'; did you mean 'sensitive-functions'?"
    );
    for absent in ["association-establishment", "identity-protection"] {
        assert_eq!(
            Bench::new().set(&format!("components={three},{absent}")).error(),
            format!("--set: components: this build does not have {absent}; leave it out")
        );
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let bench = Bench::new().file("[cse]\nname = \"from-file\"");
    assert_eq!(bench.load().cse_name.as_str(), "from-file");
    let bench = bench.variable("CSF_CSE_NAME", "from-variable");
    assert_eq!(bench.load().cse_name.as_str(), "from-variable");
    assert_eq!(bench.load().origin("cse.name"), Some(&Origin::Variable("CSF_CSE_NAME".into())));
    let bench = bench.set("cse.name=first").set("cse.name=second");
    assert_eq!(bench.load().cse_name.as_str(), "second");
    assert_eq!(bench.load().origin("cse.name"), Some(&Origin::Flag("--set")));
    assert_eq!(bench.load().origin("cse.id"), Some(&Origin::BuiltIn));
}

#[test]
fn a_wrong_value_is_refused_even_where_a_higher_layer_hides_it() {
    let bench = Bench::new().file("audit.strict = 3").set("audit.strict=true");
    assert!(
        bench.error().starts_with("csf.toml:1: audit.strict: expected true or false"),
        "{}",
        bench.error()
    );
}

#[test]
fn the_file_of_the_state_directory_is_read_and_cannot_move_it() {
    let bench = Bench::new();
    let state = bench.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::fs::write(state.join("csf.toml"), "cse.name = \"found\"").unwrap();
    let bench = bench.set(&format!("state={}", state.display()));
    assert_eq!(bench.load().cse_name.as_str(), "found");

    std::fs::write(state.join("csf.toml"), "\nstate = \"/elsewhere\"").unwrap();
    assert_eq!(
        bench.error(),
        "state/csf.toml:2: state: this file was found in the state directory and cannot move it; use --state DIR, or \
         keep the file elsewhere and name it with --config FILE"
    );
    assert_eq!(bench.file("cse.name = \"named\"").load().cse_name.as_str(), "named");
}

#[test]
fn state_comes_from_the_highest_layer_that_names_it_and_is_absolute() {
    let bench = Bench::new().file("state = \"mine\"");
    assert_eq!(
        bench.load().state,
        bench.path().join("mine"),
        "relative to the file, wherever the node starts"
    );
    let mut bench = bench.variable("CSF_STATE", "/var/lib/csf-v");
    assert_eq!(bench.load().state, Path::new("/var/lib/csf-v"));
    bench.sources.state = Some("/var/lib/csf-f".into());
    let bench = bench.set("state=/var/lib/csf-s");
    assert_eq!(bench.load().state, Path::new("/var/lib/csf-f"));
    let bench = Bench::new().file("state = \"~/deep\"");
    assert_eq!(bench.load().state, bench.path().join("deep"));
}

#[test]
fn a_missing_file_broken_toml_and_a_missing_home_say_so() {
    let mut bench = Bench::new();
    bench.sources.file = Some("/nowhere/csf.toml".into());
    assert_eq!(bench.error(), "/nowhere/csf.toml: cannot be opened: No such file or directory (os error 2)");
    let error = Bench::new().file("a = 1\nb = = 2\n").error();
    assert!(error.starts_with("csf.toml:2: this is not TOML: "), "{error}");
    assert_eq!(
        Bench::new().set("http.listen").error(),
        "--set: http.listen: there is no '='; write --set key=value"
    );
    let homeless = Config::load(&MN, Sources::default()).unwrap_err();
    assert_eq!(
        homeless.to_string(),
        "built in: state: there is no home directory to keep it in; name a directory with --state DIR"
    );
}

#[test]
fn laboratory_switches_need_their_prerequisite_and_are_listed() {
    assert_eq!(
        Bench::new().file("\n[lab]\nadministrator = true").error(),
        "csf.toml:3: lab.administrator: this laboratory switch needs another one that is off; set \
         http.believe_originators = true too, or leave both off"
    );
    let both = Bench::new().set("lab.administrator=true").set("http.believe_originators=true").load();
    assert_eq!(both.lab.active().collect::<Vec<_>>(), ["http.believe_originators", "lab.administrator"]);
}

#[test]
fn users_become_numbers_and_originators_identities() {
    let bench = Bench::new()
        .file("[local.users]\nroot = [\"Cmeter\", \"/id-in\"]\n0 = [\"Slamp\", \"Cmeter\"]\n[local.csf]\nbilling = \"root\"")
        .set("local.users.4242=Cone,Ctwo");
    let config = bench.load();
    let shown: Vec<_> = config
        .users
        .iter()
        .map(|(uid, ids)| (*uid, ids.iter().map(|id| id.relative_to(&config.home)).collect::<Vec<_>>()))
        .collect();
    assert_eq!(shown.len(), 2, "root and 0 are one user");
    let of = |uid| shown.iter().find(|(u, _)| *u == uid).map(|(_, ids)| ids.len());
    assert_eq!((of(0), of(4242)), (Some(3), Some(2)));
    assert_eq!(config.local_csfs.len(), 1);
    assert_eq!((config.local_csfs[0].0.absolute(), config.local_csfs[0].1), ("local:billing", 0));
}

#[test]
fn unknown_users_and_impossible_originators_are_refused() {
    for (text, error) in [
        (
            "[local.users]\nnobody-of-that-name = [\"Cmeter\"]",
            "csf.toml:2: local.users.nobody-of-that-name: there is no user 'nobody-of-that-name' on this machine; \
             create it first, or write its number",
        ),
        (
            "[local.users]\nroot = [\"meter\"]",
            "csf.toml:2: local.users.root: 'meter' is no originator: an AE-ID-Stem is 'C' or 'S' and at least one \
             more character; write an AE-ID such as Cmeter",
        ),
        (
            "[local.users]\nroot = [\"local:billing\"]",
            "csf.toml:2: local.users.root: local:billing is a local CSF, not an originator; bind it to its user in \
             [local.csf]",
        ),
        (
            "[local.users]\nroot = [\"/id-mn\"]",
            "csf.toml:2: local.users.root: /id-mn is this node itself; nobody else may speak as it",
        ),
        (
            "[local.csf]\n\"a b\" = \"root\"",
            "csf.toml:2: local.csf.a b: 'a b' names no local CSF; only letters, digits and -._~ may stand in an \
             identifier",
        ),
    ] {
        assert_eq!(Bench::new().file(text).error(), error);
    }
}

#[test]
fn identities_of_the_node_are_parsed_and_not_merely_kept() {
    for (assignment, error) in [
        ("cse.id=id-mn", "--set: cse.id: 'id-mn' is no CSE-ID; write one such as /id-mn, with its slash"),
        (
            "cse.id=/Snode",
            "--set: cse.id: '/Snode' would be read as an AE-ID, because it begins with S; write one such as /id-mn, \
             with its slash",
        ),
        ("cse.name=-", "--set: cse.name: '-' stands for any CSEBase; write a name of its own"),
        ("administrator=/id-mn", "--set: administrator: '/id-mn' is no AE-ID; write an AE-ID such as CAdmin"),
        (
            "service_provider=csf.example",
            "--set: service_provider: 'csf.example': a service provider is '//' and a lower-case domain name; write \
             one such as //csf.example",
        ),
        ("log.level=inof", "--set: log.level: 'inof' is none of its words; did you mean 'info'?"),
    ] {
        assert_eq!(Bench::new().set(assignment).error(), error);
    }
}

// Shows ARC-4.
#[test]
fn the_root_key_never_lies_in_the_state_directory() {
    let bench = Bench::new();
    let state = bench.path().join("state");
    let link = bench.path().join("link");
    std::fs::create_dir(&state).unwrap();
    std::os::unix::fs::symlink(&state, &link).unwrap();
    let set_state = format!("state={}", state.display());
    for inside in [state.join("root.key"), state.join("keys/root.key"), link.join("root.key")] {
        let bench = Bench::new().set(&set_state).set(&format!("soft.root_key={}", inside.display()));
        assert!(bench.error().contains("is inside the state directory"), "{}", inside.display());
    }
    let outside = bench.path().join("state-keys/root.key");
    let config = Bench::new().set(&set_state).set(&format!("soft.root_key={}", outside.display())).load();
    assert_eq!(config.root_key_file("any"), Some(outside.clone()));
    assert_eq!(config.configured_root_key(), Some(outside.as_path()));
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_before_binding_fails() {
    let long = format!("/var/{}", "x".repeat(110));
    let error = Bench::new().set(&format!("local.socket={long}")).error();
    assert!(error.starts_with("--set: local.socket: the path of the socket /var/xxx"), "{error}");
    let error = Bench::new().set(&format!("state={long}")).error();
    assert!(error.contains("admin.sock has 126 bytes, and the system takes 107"), "{error}");
}

#[test]
fn what_is_shown_reads_back_as_the_same_configuration() {
    let bench = Bench::new()
        .file(
            "[local.users]\nroot = [\"Cmeter\"]\n[local.csf]\nbilling = \"root\"\n\
             [flex_containers]\n\"org.shown\" = [\"lab:shown\", \"on boolean\"]",
        )
        .variable("CSF_LIMITS_BODY_BYTES", "1 MiB")
        .set("http.listen=off");
    let first = bench.load();
    let set: Vec<_> = first.show(false).into_iter().map(|line| line.key).collect();
    let shown = "flex_containers.\"org.shown\"";
    assert_eq!(set, ["http.listen", "local.users.root", "local.csf.billing", shown, "limits.body_bytes"]);

    let written: Vec<_> =
        first.show(true).iter().map(|l| format!("{} = {} # {}", l.key, l.value, l.origin)).collect();
    assert!(written.contains(&"http.listen = \"off\" # --set".to_owned()), "{written:#?}");
    let second = Bench::new().file(&written.join("\n")).load();
    let values = |config: &Config| {
        config.show(true).into_iter().map(|line| (line.key, line.value)).collect::<Vec<_>>()
    };
    assert_eq!(values(&second), values(&first));
}
