//! The command line, as data for `clap`; the examples of `csf --help` stand in `examples`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use super::audit::AuditCommand;
use super::authenticate::AuthenticateCommand;
use crate::config::Flags;

/// Ask a Security CSF, and check its configuration
#[derive(Debug, Parser)]
#[command(name = "csf", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    #[command(flatten)]
    pub(crate) flags: Flags,
    /// Speak as this AE or local CSF over the local socket
    #[arg(long = "as", global = true, value_name = "AE")]
    pub(crate) originator: Option<String>,
    /// Use this socket instead of the configured one
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) socket: Option<PathBuf>,
    /// Name a role that this originator has, for rules that are for the role
    #[arg(long = "role", global = true, value_name = "ROLE-ID")]
    pub(crate) roles: Vec<String>,
    /// Bring the token in this file
    #[arg(long = "token", global = true, value_name = "PATH")]
    pub(crate) tokens: Vec<PathBuf>,
    /// The profile of the node
    #[arg(long, global = true, default_value = "mn", value_parser = ["asn", "mn", "in"])]
    pub(crate) profile: String,
    /// Print the content of the response as one line of JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print this member of the content alone, as it is
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "json")]
    pub(crate) only: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what the node is, its secure environments and their levels
    Status,
    /// List who and what the node manages, as the administrator: entities, owners, associations, environments, functions
    ///
    /// An association is a connection on a Unix socket that is open now: the user at its other end by the word of
    /// the kernel, since when, how many requests came over it, and for whom the user is proven.
    Registry,
    /// Look for what is wrong around a node, whether it runs or not; exit code 1 when something is ill
    ///
    /// It looks at the configuration, the state directory and its files, the root key, the sockets, the disk, the
    /// clock, the memory, the ports and the audit log, and asks the node how it is, if one runs. Each finding names
    /// the file or key and what to do. Run it as the user of the node, with its configuration.
    Doctor,
    /// List the children of a resource
    Ls {
        /// The parent
        #[arg(default_value = "-", allow_hyphen_values = true, value_parser = address)]
        address: String,
    },
    /// Show a resource, or one attribute of it (ADDRESS#NAME)
    Get {
        /// The resource
        #[arg(allow_hyphen_values = true, value_parser = address)]
        address: String,
    },
    /// Create a resource
    Create(Create),
    /// Change attributes of a resource; null removes one
    Update(Update),
    /// Delete a resource and everything below it
    Delete {
        /// The resource
        #[arg(allow_hyphen_values = true, value_parser = address)]
        address: String,
    },
    /// Run a sensitive function
    Invoke {
        /// Its short id, such as random, or its address
        #[arg(allow_hyphen_values = true, value_parser = address)]
        function: String,
        /// Its input
        #[arg(value_name = "NAME=VALUE")]
        inputs: Vec<String>,
        /// Octets as msg: the content of a file, or - for standard input; digest and mac take any length, in parts
        #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
        octets: Option<String>,
    },
    /// Make sure who somebody is, with the help of the node: challenges, answers and checks
    ///
    /// One way: the verifier has a challenge given and passes it on, the claimant answers, the verifier has the answer
    /// checked. Mutual: whoever is challenged asks back before it answers, and is answered once it was found authentic.
    /// Challenges, answers and the addresses of credentials go from one to the other by any way. A credential is
    /// created below -/security/authentication.
    #[command(subcommand)]
    Authenticate(AuthenticateCommand),
    /// Say why an originator may or may not do something, rule by rule, as the administrator
    ///
    /// The node decides as for a request of this originator, and does nothing. Without --authenticated the originator
    /// is one that somebody vouches for: rules that demand authentication are not met. --role and --token say what it
    /// would bring, --address where it would come from, --time when its rules are held against. With --recent and
    /// --request it is about requests that were decided a while ago.
    Explain(Explain),
    /// Make a backup of the state directory, also while the node runs
    ///
    /// The backup is a directory for its owner alone: a copy of every record and key object as of one moment, the
    /// audit log, and a manifest with a digest of each, which the root vouches for. The root is not in it, and neither
    /// is the configuration: keep copies of both, the root in another place. Run it as the user of the node, with its
    /// configuration; a passphrase is asked for as at a start.
    Backup {
        /// Where to make it; must not be there yet
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// Make the state directory from a backup; needs the root
    ///
    /// The state directory must be empty but for csf.toml. Every file is checked before anything is made. The
    /// restored store is in a new epoch: it has another key, which takes the place of the old one while the node
    /// serves, and identifiers go on far behind those given since the backup. What was done since is not
    /// there. Run it as the user of the node, with its configuration, and never start the lost node again.
    Restore {
        /// A directory that `csf backup` made
        #[arg(value_name = "DIR")]
        directory: PathBuf,
    },
    /// Read, verify and prune the audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Check, show and explain the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print what completes the words of this tool in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page of this tool or of one command, for man(1)
    Manual {
        /// The command; without one, the page of the tool itself
        command: Vec<String>,
        /// Write the pages of the tool and of every command into this directory instead
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        into: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Where to create it; '-' is the CSEBase
    #[arg(allow_hyphen_values = true, value_parser = address)]
    pub(crate) parent: String,
    /// What to create
    #[arg(value_name = "TYPE", value_parser = super::kinds::names())]
    pub(crate) kind: String,
    /// Its attributes by short name
    #[arg(value_name = "NAME=VALUE", conflicts_with = "data")]
    pub(crate) attributes: Vec<String>,
    /// Its resource name; the same as rn=NAME
    #[arg(long, value_name = "RN")]
    pub(crate) name: Option<String>,
    /// The whole body instead: JSON, @FILE, or - for standard input
    #[arg(short, long, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) data: Option<String>,
    /// Octets as msg, or the key to import: the content of a file, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "data", allow_hyphen_values = true)]
    pub(crate) octets: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The resource
    #[arg(allow_hyphen_values = true, value_parser = address)]
    pub(crate) address: String,
    /// The attributes to change
    #[arg(value_name = "NAME=VALUE", conflicts_with = "data")]
    pub(crate) attributes: Vec<String>,
    /// The whole body instead: JSON, @FILE, or - for standard input
    #[arg(short, long, value_name = "JSON", allow_hyphen_values = true)]
    pub(crate) data: Option<String>,
    /// Octets as msg: the content of a file, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "data", allow_hyphen_values = true)]
    pub(crate) octets: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Who would ask: an AE, a CSE, a local CSF, or - for somebody whom nothing proves
    #[arg(value_name = "ORIGINATOR", allow_hyphen_values = true)]
    #[arg(required_unless_present_any = ["recent", "request"])]
    pub(crate) about: Option<String>,
    /// What it would do
    #[arg(ignore_case = true, value_parser = super::explain::OPERATIONS)]
    #[arg(required_unless_present_any = ["recent", "request"])]
    pub(crate) operation: Option<String>,
    /// To what
    #[arg(allow_hyphen_values = true, value_parser = address)]
    #[arg(required_unless_present_any = ["recent", "request"])]
    pub(crate) target: Option<String>,
    /// List the newest decisions instead, with pseudonyms as in the audit log
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "20")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=250), conflicts_with_all = ["about", "request"])]
    pub(crate) recent: Option<u16>,
    /// Of those, only refusals
    #[arg(long, requires = "recent")]
    pub(crate) refused: bool,
    /// Explain the decisions of the request with this number instead: 5f3a1-2c
    #[arg(long, value_name = "NUMBER", conflicts_with = "about")]
    pub(crate) request: Option<String>,
    /// Show names instead of pseudonyms, which is recorded
    #[arg(long, conflicts_with = "about")]
    pub(crate) resolve: bool,
    /// It proves who it is
    #[arg(long)]
    pub(crate) authenticated: bool,
    /// Its packets would come from here
    #[arg(long, value_name = "IP")]
    pub(crate) address: Option<std::net::IpAddr>,
    /// When it would ask, as 20261124T120000 in UTC
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) time: Option<csf_api::UtcTime>,
    /// An attribute that it would read or give, by its short name
    #[arg(long = "attribute", value_name = "NAME")]
    pub(crate) attributes: Vec<String>,
    /// What it would create
    #[arg(long = "type", value_name = "TYPE", value_parser = super::kinds::names())]
    pub(crate) kind: Option<String>,
    /// The container definition of the flexContainer that it would create
    #[arg(long, value_name = "CND")]
    pub(crate) definition: Option<String>,
    /// The roles that it would name, and the tokens: those of the whole command line
    #[arg(skip)]
    pub(crate) credentials: csf_api::Credentials,
}

fn time(text: &str) -> Result<csf_api::UtcTime, String> {
    csf_api::UtcTime::parse(text).map_err(|_| "a time is written as 20261124T120000".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read every layer and say the first thing that is wrong
    Check,
    /// Show what was set and where
    Show {
        /// Show also what was left at its default
        #[arg(long)]
        effective: bool,
    },
    /// List all keys with their defaults
    Keys,
    /// Print a configuration file with every key, each with what it is for, and nothing set
    Example,
    /// Show the configuration of the running node, with what takes a restart to change
    Running,
    /// Change keys of the running node until it ends: all of them, or none
    Set {
        /// The keys; an entry of a table is TABLE.NAME
        #[arg(value_name = "KEY=VALUE", required = true)]
        assignments: Vec<String>,
    },
    /// Take away what was set in the running node
    Unset {
        /// The keys
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,
    },
    /// Have the running node read its files again: all of what they say, or nothing
    Reload,
}

impl ConfigCommand {
    /// Whether it is about the configuration of a node that runs.
    pub(crate) const fn needs_a_node(&self) -> bool {
        matches!(self, Self::Running | Self::Set { .. } | Self::Unset { .. } | Self::Reload)
    }
}

/// An address may begin with `-` for the CSEBase; anything else that does is a mistyped flag.
fn address(text: &str) -> Result<String, String> {
    match text.strip_prefix('-') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(['/', '#']) => {
            Err("this is no flag, and an address begins with '-/', '/' or a name".to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_may_stand_before_and_after_the_command() {
        for line in [
            "csf --state /s --set a=b --as Cx get -/a --json",
            "csf get -/a --as Cx --json --set a=b --state /s",
        ] {
            let Arguments { global, command } = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert!(global.json);
            assert_eq!(global.originator.as_deref(), Some("Cx"));
            assert_eq!(global.flags.state, Some("/s".into()));
            assert_eq!(global.flags.set, ["a=b"]);
            assert!(matches!(command, Command::Get { address } if address == "-/a"));
        }
    }

    #[test]
    fn a_dash_is_the_cse_base_and_flags_stay_flags() {
        for line in [
            "csf ls",
            "csf ls -",
            "csf get -#csi",
            "csf create - ae rn=x --name y --json",
            "csf create -/a cnt --json rn=x",
            "csf create - ae -d {}",
            "csf create - ae --data -",
            "csf update -/a mni=5 --as Cx",
            "csf update -/a -d @file",
            "csf invoke random Dsz=1 --json",
            "csf invoke digest Halg=SHA-256 --octets -",
            "csf config show --effective --config f.toml",
            "csf authenticate challenge Ca --mutual --purpose p",
            "csf authenticate answer -/security/authentication/ca AQ== --to Cb --own Ag==",
            "csf authenticate check Ca -/security/authentication/ca AQ== Ag== --other Aw==",
            "csf backup /b --state /s",
            "csf --state /s restore /b --json",
            "csf config example",
            "csf completions bash",
            "csf manual",
            "csf manual config show",
            "csf manual --into /m",
        ] {
            Arguments::try_parse_from(line.split(' ')).unwrap_or_else(|e| panic!("{line}: {e}"));
        }
    }

    #[test]
    fn wrong_words_are_a_usage_error_with_exit_code_2() {
        for line in [
            "csf gte -/a",
            "csf get --jsn",
            "csf ls -x",
            "csf create - lamp",
            "csf --profile adn status",
            "csf create - cnt a=1 -d {}",
            "csf backup",
            "csf restore --state /s",
            "csf completions cmd",
            "csf manual get --into /m",
            "csf authenticate challenge Ca --mutual --after AQ==",
            "csf authenticate statement --claimant //p/c/Ca --verifier //p/c/Cb AQ==",
        ] {
            let error = Arguments::try_parse_from(line.split(' ')).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
