//! `csf config`: check it, show it, explain it; no node needed.

use csf_api::{Object, Value};

use super::arguments::ConfigCommand;
use super::failure::Failure;
use super::report::Report;
use super::table::Table;
use crate::config::{Config, KEYS, Sources, example};
use crate::profile::Profile;

/// Runs one of the four.
pub(crate) fn run(
    profile: &'static Profile,
    sources: Sources,
    command: &ConfigCommand,
) -> Result<Report, Failure> {
    match command {
        ConfigCommand::Check => Ok(check(&Config::load(profile, sources)?)),
        ConfigCommand::Show { effective } => Ok(show(&Config::load(profile, sources)?, *effective)),
        ConfigCommand::Keys => Ok(keys(profile)),
        ConfigCommand::Example => {
            let text = example(profile);
            let json = Object::new().with("toml", Value::text(&text));
            Ok(Report::new(text, Value::Object(json)))
        }
    }
}

fn check(config: &Config) -> Report {
    let set = config.show(false).len();
    let mut text = format!(
        "the configuration is good: profile {}, state {}, keys set: {set}\n",
        config.profile.name,
        config.state.display()
    );
    for switch in config.lab.active() {
        text.push_str(&format!("LABORATORY SWITCH ON: {switch}\n"));
    }
    let json = Object::new()
        .with("ok", Value::Bool(true))
        .with("profile", Value::text(config.profile.name))
        .with("state", Value::text(&config.state.to_string_lossy()))
        .with("lab", Value::texts(config.lab.active()));
    Report::new(text, Value::Object(json))
}

/// Each line is a line of TOML, so that what is shown can be kept as a file.
fn show(config: &Config, effective: bool) -> Report {
    let lines = config.show(effective);
    let mut table = Table::new();
    let mut json = Object::new();
    for line in &lines {
        table.row([format!("{} = {}", line.key, line.value), format!("# {}", line.origin)]);
        let value = Object::new()
            .with("value", Value::text(&line.value))
            .with("origin", Value::text(&line.origin.to_string()));
        json.set(&line.key, Value::Object(value));
    }
    if effective
        && config.configured_root_key().is_none()
        && let Some(file) = config.root_key_file("STORE-ID")
    {
        table.row([format!("# soft.root_key is {}", file.display()), "# built in".to_owned()]);
    }
    let text = if lines.is_empty() {
        "# nothing is set; csf config show --effective shows the defaults\n".to_owned()
    } else {
        table.to_string()
    };
    Report::new(text, Value::Object(json))
}

fn keys(profile: &Profile) -> Report {
    let mut text = String::new();
    let mut json = Object::new();
    for key in KEYS {
        let default = key.default_text(profile);
        text.push_str(&format!(
            "{}\n    {}\n    {}; default {default}; variable {}\n",
            key.name,
            key.doc,
            key.kind,
            key.variable()
        ));
        let about = Object::new()
            .with("doc", Value::text(key.doc))
            .with("value", Value::text(&key.kind.to_string()))
            .with("default", Value::text(&default))
            .with("variable", Value::text(&key.variable()));
        json.set(key.name, Value::Object(about));
    }
    Report::new(text, Value::Object(json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::MN;

    fn sources(set: &[&str]) -> Sources {
        Sources {
            state: Some("/tmp/csf-of-this-test".into()),
            set: set.iter().map(|word| (*word).to_owned()).collect(),
            environment: vec![("HOME".to_owned(), "/home/nobody".to_owned())],
            ..Sources::default()
        }
    }

    #[test]
    fn check_is_loud_about_laboratory_switches() {
        let quiet = run(&MN, sources(&[]), &ConfigCommand::Check).unwrap();
        assert_eq!(
            quiet.text(),
            "the configuration is good: profile mn, state /tmp/csf-of-this-test, keys set: 1\n"
        );
        let loud = run(&MN, sources(&["http.believe_originators=true"]), &ConfigCommand::Check).unwrap();
        assert!(loud.text().ends_with("LABORATORY SWITCH ON: http.believe_originators\n"), "{}", loud.text());
    }

    #[test]
    fn check_of_a_wrong_configuration_exits_with_2() {
        let failure = run(&MN, sources(&["http.lisen=off"]), &ConfigCommand::Check).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert_eq!(failure.to_string(), "--set: there is no key 'http.lisen'; did you mean 'http.listen'?");
    }

    #[test]
    fn show_tells_what_was_set_and_effective_tells_everything() {
        let shown =
            run(&MN, sources(&["audit.strict=true"]), &ConfigCommand::Show { effective: false }).unwrap();
        assert_eq!(
            shown.text(),
            "state = \"/tmp/csf-of-this-test\"  # --state\naudit.strict = true              # --set\n"
        );
        let all = run(&MN, sources(&[]), &ConfigCommand::Show { effective: true }).unwrap();
        for line in [
            "http.listen = \"127.0.0.1:8080\"",
            "# soft.root_key is /home/nobody/.local/share/csf/STORE-ID.key",
        ] {
            assert!(all.text().contains(line), "{}", all.text());
        }
    }

    #[test]
    fn every_key_is_explained() {
        let report = run(&MN, sources(&[]), &ConfigCommand::Keys).unwrap();
        for key in KEYS {
            assert!(report.text().contains(key.doc), "{}", key.name);
        }
        assert!(report.text().contains("variable CSF_LOCAL_SOCKET\n"), "{}", report.text());
    }
}
