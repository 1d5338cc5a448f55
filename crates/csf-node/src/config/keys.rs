//! The table of configuration keys: reading, checking, showing and explaining all come from it.

use csf_service::ServiceLimits;
use csf_tree::schema::MAX_SENSITIVE_BYTES;
use proto_primitive::MAX_BODY_BYTES;

use super::{Kind, Setting, Unit};
use crate::profile::{Component, Profile};

/// One key of the configuration.
#[derive(Debug)]
pub struct Key {
    /// The name with its section, such as `http.listen`.
    pub name: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// Its value where nobody sets it.
    pub default: Preset,
    /// What it is for, in one line.
    pub doc: &'static str,
}

/// Where the default of a key comes from.
#[derive(Debug)]
pub enum Preset {
    /// From the profile, or the same for all of them.
    BuiltIn(fn(&Profile) -> Setting),
    /// Worked out from other keys and the environment, as this text says.
    Derived(&'static str),
}

impl Key {
    /// The key with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The environment variable that sets it: `CSF_HTTP_LISTEN` for `http.listen`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("CSF_{}", self.name.replace('.', "_").to_ascii_uppercase())
    }

    /// The default for people: the value, or how it is worked out.
    #[must_use]
    pub fn default_text(&self, profile: &Profile) -> String {
        match self.default {
            Preset::BuiltIn(value) => value(profile).to_string(),
            Preset::Derived(how) => how.to_owned(),
        }
    }
}

const fn number(unit: Unit, min: u64, max: u64) -> Kind {
    Kind::Number { unit, min, max }
}

const fn key(name: &'static str, kind: Kind, default: Preset, doc: &'static str) -> Key {
    Key { name, kind, default, doc }
}

/// Every key, in the order in which it is shown.
pub static KEYS: &[Key] = &[
    key(
        "state",
        Kind::Path,
        Preset::Derived("${XDG_STATE_HOME:-~/.local/state}/csf/PROFILE"),
        "the state directory: the store, the administrator's socket, csf.toml",
    ),
    key("service_provider", Kind::Text, Preset::BuiltIn(|_| Setting::text("//csf.example")), "the M2M-SP-ID"),
    key(
        "administrator",
        Kind::Text,
        Preset::BuiltIn(|_| Setting::text("CAdmin")),
        "the AE-ID of the administrator",
    ),
    key(
        "components",
        Kind::Components,
        Preset::BuiltIn(|p| Setting::names(p.components.iter().map(|c| c.name()))),
        "the components that the node carries; the addresses of the others are not found",
    ),
    key("cse.id", Kind::Text, Preset::BuiltIn(|p| Setting::text(p.cse_id)), "the CSE-ID with its slash"),
    key(
        "cse.name",
        Kind::Text,
        Preset::BuiltIn(|p| Setting::text(p.cse_name)),
        "the resource name of the CSEBase",
    ),
    key(
        "http.listen",
        Kind::LoopbackOrOff,
        Preset::BuiltIn(|_| Setting::loopback(8080)),
        "where plain HTTP is served; port 0 takes a free one",
    ),
    key(
        "http.believe_originators",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "LABORATORY: believe the originator that a request over plain HTTP names",
    ),
    key(
        "http.release1",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "serve requests of release 1 too; changes default access: no acpi means the parent's, for everybody",
    ),
    key(
        "http.cbor_byte_strings",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "take byte strings in CBOR as texts, for devices made after the examples of TS-0004 8.5.2",
    ),
    key(
        "management.listen",
        Kind::LoopbackOrOff,
        Preset::BuiltIn(|_| Setting::loopback(9080)),
        "where /health, /ready and /metrics are served; port 0 takes a free one",
    ),
    key(
        "registration.admission",
        Kind::Choice(&["open", "subscription"]),
        Preset::BuiltIn(|_| Setting::text("open")),
        "which applications may register: all that prove who they are, or those that the service subscription allows",
    ),
    key(
        "lab.administrator",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "LABORATORY: believe it even where it names the administrator",
    ),
    key(
        "local.socket",
        Kind::PathOrOff,
        Preset::Derived("${XDG_RUNTIME_DIR:-/tmp/csf-UID}/csf/CSE-ID.sock"),
        "the socket for applications and local CSFs on this machine",
    ),
    key(
        "local.users",
        Kind::UserOriginators,
        Preset::BuiltIn(|_| Setting::Table(Vec::new())),
        "the originators that each user of this machine may speak as on the local socket; a CSE also forwards for its AEs",
    ),
    key(
        "local.csf",
        Kind::LocalCsfs,
        Preset::BuiltIn(|_| Setting::Table(Vec::new())),
        "the user that each local CSF runs as; its identity is local:NAME",
    ),
    key(
        "flex_containers",
        Kind::FlexContainers,
        Preset::BuiltIn(|_| Setting::Table(Vec::new())),
        "specialisations of flexContainer: by cnd, the root and each attribute with its kind, perhaps mandatory",
    ),
    key(
        "token.issuers",
        Kind::TokenIssuers,
        Preset::BuiltIn(|_| Setting::Table(Vec::new())),
        "who may issue tokens and roles: classes of tokens (signed, encrypted, nested), and keys as NAME ALGORITHM VALUE",
    ),
    key(
        "consultation.servers",
        Kind::AuthorizationServers,
        Preset::BuiltIn(|_| Setting::Table(Vec::new())),
        "authorization servers whose answers count: by point of access, the user that listens there and the address \
         that is asked",
    ),
    key(
        "consultation.milliseconds",
        number(Unit::Things, 1, 60_000),
        Preset::BuiltIn(|_| Setting::Number(2_000)),
        "how long an authorization server may take to answer; later permits nothing",
    ),
    key(
        "consultation.at_once",
        number(Unit::Things, 1, 4_096),
        Preset::BuiltIn(|_| Setting::Number(16)),
        "questions to authorization servers under way at once; the next one is not asked, and permits nothing",
    ),
    key(
        "soft.root_key",
        Kind::Path,
        Preset::Derived("${XDG_DATA_HOME:-~/.local/share}/csf/STORE-ID.key"),
        "the key file of the software secure environment; never inside the state directory",
    ),
    key(
        "soft.root_credential",
        Kind::Text,
        Preset::Derived("none: the root is in a key file"),
        "the name of the system credential that holds the root, instead of a key file",
    ),
    key(
        "soft.root_credential_encrypted",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "says that the credential is kept encrypted (LoadCredentialEncrypted); without it the level is 0",
    ),
    key(
        "soft.root_passphrase_from",
        Kind::Text,
        Preset::Derived("none: the root is in a key file"),
        "where the passphrase that gives the root is asked for at start: terminal, fd:NUMBER, or a file; never itself",
    ),
    key(
        "soft.root_passphrase_guarded",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "says that the passphrase from a descriptor or file is kept guarded; without it the level is 0",
    ),
    key(
        "store.cache_records",
        number(Unit::Things, 0, 10_000_000),
        Preset::BuiltIn(|p| Setting::Number(p.limits.cache_records)),
        "how many records are kept in memory",
    ),
    key(
        "limits.body_bytes",
        number(Unit::Bytes, 1024, MAX_BODY_BYTES as u64),
        Preset::BuiltIn(|p| Setting::Number(p.limits.body_bytes)),
        "the largest body of a request; larger is refused with 4000",
    ),
    key(
        "limits.connections",
        number(Unit::Things, 1, 65_536),
        Preset::BuiltIn(|p| Setting::Number(p.limits.connections)),
        "connections open at once, over all listeners; the next one waits",
    ),
    key(
        "limits.requests",
        number(Unit::Things, 1, 65_536),
        Preset::BuiltIn(|p| Setting::Number(p.limits.requests)),
        "requests being worked on at once; the next ones wait, at most as long as one may take, then 4008",
    ),
    key(
        "limits.request_seconds",
        number(Unit::Seconds, 1, 600),
        Preset::BuiltIn(|p| Setting::Number(p.limits.request_seconds)),
        "how long one request may take; a body that takes longer is refused with 4008",
    ),
    key(
        "limits.depth",
        number(Unit::Things, 4, ServiceLimits::MAX_DEPTH as u64),
        Preset::BuiltIn(|p| Setting::Number(p.limits.depth)),
        "levels below the CSEBase, instances aside, at least to where keys lie; deeper is refused with 5207",
    ),
    key(
        "limits.discovery_results",
        number(Unit::Things, 1, 20_000),
        Preset::BuiltIn(|p| Setting::Number(p.limits.discovery_results)),
        "results of one discovery, whatever it asks for; the rest is left out",
    ),
    key(
        "limits.content_bytes",
        number(Unit::Bytes, 1, MAX_BODY_BYTES as u64),
        Preset::BuiltIn(|p| Setting::Number(p.limits.content_bytes)),
        "the largest content of an instance; larger is refused with 5207",
    ),
    key(
        "limits.instances_per_container",
        number(Unit::Things, 1, 10_000_000),
        Preset::BuiltIn(|p| Setting::Number(p.limits.instances_per_container)),
        "instances of one container, whatever its mni; beyond it the oldest go",
    ),
    key(
        "limits.data_object_bytes",
        number(Unit::Bytes, 1, MAX_SENSITIVE_BYTES as u64),
        Preset::BuiltIn(|p| Setting::Number(p.limits.data_object_bytes)),
        "the largest sensitive data object; larger is refused with 5207",
    ),
    key(
        "limits.data_objects_per_owner",
        number(Unit::Things, 1, 1_000_000),
        Preset::BuiltIn(|p| Setting::Number(p.limits.data_objects_per_owner)),
        "sensitive data objects of one owner in one storage; more are refused with 5207",
    ),
    key(
        "limits.data_bytes_per_owner",
        number(Unit::Bytes, 1, 1 << 40),
        Preset::BuiltIn(|p| Setting::Number(p.limits.data_bytes_per_owner)),
        "bytes of sensitive data of one owner in one storage; more are refused with 5207",
    ),
    key(
        "limits.resources_per_originator",
        number(Unit::Things, 1, 10_000_000),
        Preset::BuiltIn(|p| Setting::Number(p.limits.resources_per_originator)),
        "resources that one originator made and that still exist, instances and sensitive data aside; more is refused \
         with 5207",
    ),
    key(
        "audit.strict",
        Kind::Switch,
        Preset::BuiltIn(|_| Setting::Switch(false)),
        "no audit, no service: reply only once the audit record is on disk, and refuse what cannot be recorded",
    ),
    key(
        "audit.file_bytes",
        number(Unit::Bytes, 4096, 1 << 40),
        Preset::BuiltIn(|_| Setting::Number(64 << 20)),
        "how large an audit file becomes before another goes on",
    ),
    key(
        "audit.file_seconds",
        number(Unit::Seconds, 60, 3_153_600_000),
        Preset::BuiltIn(|_| Setting::Number(7 * 86_400)),
        "how old it becomes before another goes on, at the next record",
    ),
    key(
        "audit.keep_seconds",
        number(Unit::Seconds, 0, 3_153_600_000),
        Preset::BuiltIn(|_| Setting::Number(0)),
        "after how long full audit files are removed, with a record that proves it; 0 keeps them",
    ),
    key(
        "log.level",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        Preset::BuiltIn(|_| Setting::text("info")),
        "the least severe events that are logged",
    ),
    key(
        "log.format",
        Kind::Choice(&["auto", "human", "json"]),
        Preset::BuiltIn(|_| Setting::text("auto")),
        "how they are written; auto is human on a terminal and json elsewhere",
    ),
];

/// The names that a component list may hold, for suggestions.
pub(crate) fn component_names() -> impl Iterator<Item = &'static str> {
    Component::ALL.iter().map(|component| component.name())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_keys_share_a_name_or_a_variable() {
        let names: BTreeSet<_> = KEYS.iter().map(|key| key.name).collect();
        let variables: BTreeSet<_> = KEYS.iter().map(Key::variable).collect();
        assert_eq!((names.len(), variables.len()), (KEYS.len(), KEYS.len()));
        assert_eq!(Key::named("http.listen").map(Key::variable).as_deref(), Some("CSF_HTTP_LISTEN"));
        assert!(Key::named("http").is_none());
    }

    #[test]
    fn no_key_is_also_a_section() {
        for key in KEYS {
            let section = format!("{}.", key.name);
            assert!(!KEYS.iter().any(|other| other.name.starts_with(&section)), "{}", key.name);
        }
    }

    #[test]
    fn the_limits_of_the_tree_are_taken_at_their_bounds_and_refused_beyond() {
        use crate::config::{Config, Sources};
        let given = |key: &str, n: u64| {
            let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
            let sources = Sources { set: vec![format!("{key}={n}")], environment, ..Sources::default() };
            Config::load(&crate::profile::MN, sources)
        };
        for (key, least, most) in [
            ("limits.depth", 4, 63),
            ("limits.discovery_results", 1, 20_000),
            ("limits.content_bytes", 1, MAX_BODY_BYTES as u64),
            ("limits.instances_per_container", 1, 10_000_000),
            ("limits.data_object_bytes", 1, MAX_SENSITIVE_BYTES as u64),
            ("limits.data_objects_per_owner", 1, 1_000_000),
            ("limits.data_bytes_per_owner", 1, 1 << 40),
            ("limits.resources_per_originator", 1, 10_000_000),
        ] {
            assert!(given(key, least).is_ok() && given(key, most).is_ok(), "{key}");
            assert!(given(key, least - 1).is_err() && given(key, most + 1).is_err(), "{key}");
        }
        let limits = given("limits.depth", 5).unwrap().limits;
        assert_eq!((limits.depth, limits.discovery_results), (5, 1000));
    }

    #[test]
    fn built_in_numbers_keep_their_own_bounds() {
        for profile in crate::profile::PROFILES {
            for key in KEYS {
                if let (Kind::Number { min, max, .. }, Preset::BuiltIn(value)) = (key.kind, &key.default) {
                    let Setting::Number(value) = value(profile) else { panic!("{}", key.name) };
                    assert!((min..=max).contains(&value), "{} of {}", key.name, profile.name);
                }
            }
        }
    }
}
