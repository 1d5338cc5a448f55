//! The examples at the end of every `--help` and manual page; a test reads each of them as a command line.

use clap::Command;

/// An example: what is typed after `csf`, and what it is for.
type Example = (&'static str, &'static str);

/// The examples of each command, by its words; those of the tool itself first.
const EXAMPLES: &[(&[&str], &[Example])] = &[
    (
        &[],
        &[
            ("status", "what runs here, and how safe it is"),
            ("--as Cmeter create - ae rn=meter", "register an application; '-' is the CSEBase"),
            ("--as Cmeter ls", "what this application may see"),
            ("--as Cmeter create -/meter cnt rn=readings", "a container"),
            ("--as Cmeter create -/meter/readings cin con=21.5", "an instance in it"),
            ("--as Cmeter invoke random Dsz=16", "run a sensitive function"),
            ("get -/security/policies", "which policies are in force"),
            ("config check", "find mistakes before the node does"),
            ("backup /backups/today", "while the node runs; the root key is not in it"),
        ],
    ),
    (
        &["status"],
        &[
            ("status", "the node of profile mn"),
            ("--profile in status --json", "the infrastructure node, for a program"),
        ],
    ),
    (
        &["registry"],
        &[
            ("registry", "who is registered, who owns how much, who is connected now"),
            ("registry --json", "the same for a program"),
        ],
    ),
    (
        &["doctor"],
        &[
            ("doctor", "what is wrong, and what to do"),
            ("--profile asn --state /var/lib/csf doctor --json", "another node, for a program"),
        ],
    ),
    (
        &["ls"],
        &[("ls", "below the CSEBase, as the administrator"), ("--as Cmeter ls -/meter", "as an application")],
    ),
    (
        &["get"],
        &[
            ("get -/security", "the Security CSF itself"),
            ("get -#csi", "one attribute of the CSEBase"),
            (
                "--as Cmeter get -/meter/readings/la --only con",
                "the newest content, for a shell to go on with",
            ),
        ],
    ),
    (
        &["create"],
        &[
            ("--as Cmeter create - ae rn=meter", "register an application"),
            ("--as Cmeter create -/meter/readings cin con=21.5", "an instance"),
            (
                "--as Cmeter create -/meter acp rn=readers 'pv={\"acr\":[{\"acor\":[\"Cother\"],\"acop\":2}]}' \
                 'pvs={\"acr\":[{\"acor\":[\"Cmeter\"],\"acop\":63}]}'",
                "a policy: Cother may read, Cmeter may change it",
            ),
            (
                "--as Cmeter create -/security/data/storage-soft key rn=k1 kAl=EC_P256 'kUs=[\"sign\"]'",
                "a key that signs",
            ),
            (
                "--as Cmeter create -/security/data/storage-soft data rn=pin --octets FILE",
                "sensitive data from a file",
            ),
            ("--as Cmeter create -/meter cnt -d @body.json", "the whole body from a file"),
        ],
    ),
    (
        &["update"],
        &[
            ("--as Cmeter update -/meter/readings mni=100", "keep the last hundred instances"),
            (
                "--as Cmeter update -/meter/readings 'acpi=[\"cse-mn/meter/readers\"]'",
                "have a policy govern it",
            ),
            ("--as Cmeter update -/meter/readings lbl=null", "remove an attribute"),
        ],
    ),
    (&["delete"], &[("--as Cmeter delete -/meter/readings", "a container and its instances")]),
    (
        &["invoke"],
        &[
            ("--as Cmeter invoke random Dsz=16 --only rndD", "sixteen random octets in base64"),
            ("--as Cmeter invoke digest Halg=SHA-256 msg=aGVsbG8=", "a digest"),
            ("--as Cmeter invoke digest Halg=SHA-256 --octets FILE", "of a file of any length, in parts"),
        ],
    ),
    (
        &["authenticate"],
        &[
            ("--as Cb authenticate challenge Ca --only chl", "what Ca is to answer"),
            ("--as Ca authenticate answer -/security/authentication/ca CHALLENGE --to Cb", "its answer"),
            (
                "--as Cb authenticate check Ca -/security/authentication/ca CHALLENGE ANSWER",
                "whether it is Ca",
            ),
        ],
    ),
    (
        &["authenticate", "challenge"],
        &[
            ("--as Cb authenticate challenge Ca --purpose 'door 7'", "one way: who is there?"),
            ("--as Cb authenticate challenge Ca --mutual", "the beginning of a mutual run"),
            ("--as Ca authenticate challenge Cb --after CHALLENGE", "asking back"),
        ],
    ),
    (
        &["authenticate", "answer"],
        &[(
            "--as Ca authenticate answer -/security/authentication/ca CHALLENGE --to Cb --own CHALLENGE --only rsp",
            "in a mutual run",
        )],
    ),
    (
        &["authenticate", "check"],
        &[(
            "--as Cb authenticate check Ca -/security/authentication/ca CHALLENGE ANSWER --other CHALLENGE",
            "in a mutual run",
        )],
    ),
    (
        &["authenticate", "statement"],
        &[(
            "authenticate statement --claimant //csf.example/id-mn/Ca --verifier //csf.example/id-mn/Cb \
             AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "what Ca signs with a key that is elsewhere",
        )],
    ),
    (
        &["explain"],
        &[
            ("explain Cguest retrieve -/meter --authenticated", "why it may read, or may not"),
            (
                "explain Cguest create -/meter --type cnt --role operator@csf.example --address 192.0.2.7",
                "as if it came from there and named a role",
            ),
            (
                "explain Cguest update -/meter --attribute lbl --time 20261124T030000",
                "what it may do at night",
            ),
            ("explain --recent --refused", "who was refused lately, under pseudonyms"),
            ("explain --request 5f3a1-2c --resolve", "why, with names"),
        ],
    ),
    (&["backup"], &[("backup /backups/today", "of the node of profile mn, which goes on serving")]),
    (
        &["restore"],
        &[("restore /backups/today --state DIR", "into an empty directory, with the root key in its place")],
    ),
    (&["audit"], &[("audit verify", "whether the log is as the node wrote it")]),
    (
        &["audit", "list"],
        &[
            ("audit list --outcome denied --resolve", "who was refused what, and why"),
            ("audit list --originator Cmeter --since 2026-11-24T12:00:00", "what one entity did since noon"),
        ],
    ),
    (
        &["audit", "verify"],
        &[
            ("audit verify", "of the node of profile mn, which goes on serving"),
            ("audit verify --state /copies/state --json", "a state directory that no node uses"),
            ("audit verify --chain-only", "without the root key: the chain alone"),
        ],
    ),
    (
        &["audit", "export"],
        &[("audit export > audit.jsonl", "with pseudonyms, for whoever must not see names")],
    ),
    (
        &["audit", "resolve"],
        &[("audit resolve ~kX3Vb2Ew", "who is behind a pseudonym, as the administrator")],
    ),
    (
        &["audit", "prune"],
        &[("audit prune --before 2026-10-01", "whole files older than that, with a record that proves it")],
    ),
    (&["audit", "renew"], &[("audit renew", "put a log aside that somebody changed, and begin a new one")]),
    (&["config"], &[("config check", "find mistakes before the node does")]),
    (&["config", "check"], &[("config check --config csf.toml", "a file before it is put in its place")]),
    (
        &["config", "show"],
        &[
            ("config show", "what was set, and where"),
            ("config show --effective", "every key, as a file could hold it"),
        ],
    ),
    (&["config", "keys"], &[("config keys --json", "the table of keys, for a program")]),
    (&["config", "running"], &[("config running", "what is in force, and what takes a restart")]),
    (
        &["config", "set"],
        &[
            ("config set log.level=debug limits.depth=20", "until the node ends, both or neither"),
            ("config set local.users.alice=Cmeter,Clamp", "what a user may speak as"),
        ],
    ),
    (&["config", "unset"], &[("config unset log.level", "the file, variables and flags count again")]),
    (&["config", "reload"], &[("config reload", "after the file was changed; kill -HUP does the same")]),
    (&["config", "example"], &[("config example > csf.toml", "a file to begin with")]),
    (
        &["completions"],
        &[(
            "completions bash > ~/.local/share/bash-completion/completions/csf",
            "for bash, from the next shell on",
        )],
    ),
    (
        &["manual"],
        &[
            ("manual get | man -l -", "read one page"),
            ("manual --into /usr/local/share/man/man1", "have man(1) find all of them"),
        ],
    ),
];

/// What the tool's own help says after its examples.
const NOTES: &str = "\
Without --as, csf speaks as the administrator on the socket in the state directory.
Values are JSON where they are JSON, and texts otherwise: n=1, ok=true, l='[\"a\"]', t=word.";

/// Gives the tool and each of its commands the examples that belong to it.
pub(super) fn attach(mut tool: Command) -> Command {
    for (words, examples) in EXAMPLES {
        let mut text = spell(examples);
        if words.is_empty() {
            text.push_str(NOTES);
        }
        tool = at(tool, words, text);
    }
    tool
}

fn at(command: Command, words: &[&str], text: String) -> Command {
    match words.split_first() {
        None => command.after_help(text),
        Some((word, rest)) => command.mut_subcommand(word, |command| at(command, rest, text)),
    }
}

/// Short ones stand in two columns; what is longer has its reason on a line of its own.
fn spell(examples: &[Example]) -> String {
    const COLUMN: usize = 50;
    let mut text = "Examples:\n".to_owned();
    for (line, what) in examples {
        if line.chars().count() < COLUMN {
            text.push_str(&format!("  csf {line:COLUMN$}# {what}\n"));
        } else {
            text.push_str(&format!("  csf {line}\n      # {what}\n"));
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::super::arguments::Arguments;
    use super::*;

    /// The words of a line as a shell splits it, up to a pipe or a redirection.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quoted) = (vec!["csf".to_owned()], String::new(), false);
        for c in line.chars().chain([' ']) {
            match c {
                '\'' => quoted = !quoted,
                ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
                c => word.push(c),
            }
        }
        words.into_iter().take_while(|word| word != ">" && word != "|").collect()
    }

    fn paths(command: &Command, at: &[String], found: &mut Vec<Vec<String>>) {
        found.push(at.to_vec());
        for below in command.get_subcommands() {
            paths(below, &[at, &[below.get_name().to_owned()]].concat(), found);
        }
    }

    #[test]
    fn every_command_has_examples_and_every_example_is_a_command_line_of_its_command() {
        let mut found = Vec::new();
        paths(&Arguments::command(), &[], &mut found);
        for path in found {
            let of = |(words, _): &&(&[&str], &[Example])| words.iter().eq(&path);
            let (_, examples) = EXAMPLES.iter().find(of).unwrap_or_else(|| panic!("no example of {path:?}"));
            for (line, what) in *examples {
                Arguments::try_parse_from(words(line)).unwrap_or_else(|e| panic!("{line}: {e}"));
                let named = path.iter().all(|word| words(line).contains(word));
                assert!(named && !what.is_empty(), "{line} is no example of {path:?}");
            }
        }
    }

    #[test]
    fn the_help_of_a_command_ends_with_its_examples() {
        let mut tool = attach(Arguments::command());
        let help = tool.render_help().to_string();
        assert!(
            help.contains("\nExamples:\n  csf status ") && help.ends_with(&format!("{NOTES}\n")),
            "{help}"
        );
        let show = tool.find_subcommand_mut("config").unwrap().find_subcommand_mut("show").unwrap();
        assert!(show.render_help().to_string().contains("  csf config show --effective"));
    }
}
