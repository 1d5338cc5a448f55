//! The authorization servers that are asked: `consultation.servers`.

use std::path::Path;

use csf_api::Address;
use csf_service::AuthorizationServer;

use super::error::Problem;
use super::local::resolve;
use super::{ConfigError, Entry};

/// The most servers.
const MAX_SERVERS: usize = 64;
/// What a point of access on this machine begins with.
const SCHEME: &str = "unix:";

/// The servers, each with its socket, its user, and whom a question is addressed to there.
pub(crate) fn servers(entries: &[Entry]) -> Result<Vec<AuthorizationServer>, ConfigError> {
    let mut servers = Vec::with_capacity(entries.len());
    for entry in entries {
        let at = |problem: Problem| {
            problem.at(&format!("consultation.servers.{}", entry.name), entry.origin.clone())
        };
        if servers.len() >= MAX_SERVERS {
            let text = format!("there may be at most {MAX_SERVERS} servers");
            return Err(at(Problem::new(text, "leave some out")));
        }
        servers.push(server(entry).map_err(at)?);
    }
    Ok(servers)
}

fn server(entry: &Entry) -> Result<AuthorizationServer, Problem> {
    let path = entry.name.strip_prefix(SCHEME).map(Path::new).filter(|path| path.is_absolute());
    let Some(path) = path else {
        let text = format!("'{}' is no server that can be proven to be one", entry.name);
        return Err(Problem::new(text, "write a socket on this machine, as unix:/run/das/das.sock"));
    };
    super::check::socket_path(path)?;
    let [user, to] = &*entry.values else {
        let text = "a server has a user and an address, and nothing else";
        return Err(Problem::new(text, "write for example [\"das\", \"/id-das/das\"]"));
    };
    let to = Address::parse(to)
        .map_err(|e| Problem::new(format!("'{to}' is no address: {e}"), "write one such as /id-das/das"))?;
    Ok(AuthorizationServer { point: entry.name.clone(), socket: path.into(), user: resolve(user)?, to })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, ConfigError, Sources};

    fn with(name: &str, list: &str) -> Result<Config, ConfigError> {
        let environment = vec![("HOME".to_owned(), "/home/nobody".to_owned())];
        let set = vec![format!("consultation.servers={{\"{name}\" = {list}}}")];
        Config::load(&crate::profile::MN, Sources { set, environment, ..Sources::default() })
    }

    #[test]
    fn a_server_has_a_socket_a_user_and_an_address() {
        let config = with("unix:/run/das.sock", "[\"0\", \"/id-das/das\"]").expect("well formed");
        let server = config.consultation.servers.first().expect("one");
        assert_eq!((&*server.point, server.user), ("unix:/run/das.sock", 0));
        assert_eq!(server.socket.to_str(), Some("/run/das.sock"));
        assert_eq!(server.to.to_string(), "/id-das/das");
    }

    // Shows ACC-9.
    #[test]
    fn what_cannot_be_proven_to_be_a_server_is_refused_by_its_name() {
        let long = format!("unix:/{}", "x".repeat(120));
        for (name, list, why) in [
            ("http://das.example/", "[\"0\", \"das\"]", "is no server that can be proven to be one"),
            ("unix:das.sock", "[\"0\", \"das\"]", "is no server that can be proven to be one"),
            ("unix:/s", "[\"0\"]", "a server has a user and an address, and nothing else"),
            ("unix:/s", "[\"0\", \"das\", \"x\"]", "a server has a user and an address, and nothing else"),
            ("unix:/s", "\"0\"", "a server has a user and an address, and nothing else"),
            ("unix:/s", "[\"0\", \"a//b\"]", "'a//b' is no address"),
            ("unix:/s", "[\"nobody-is-called-so\", \"das\"]", "there is no user 'nobody-is-called-so'"),
            (&long, "[\"0\", \"das\"]", "the path of the socket"),
        ] {
            let error = with(name, list).map(|_| ()).expect_err(name).to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
