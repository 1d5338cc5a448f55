//! `csf backup` and `csf restore`: files, and no request to a node.

use std::path::Path;

use csf_api::{Object, Value};

use super::failure::Failure;
use super::report::Report;
use super::table::Table;
use crate::backup::{self, Made, Restored};
use crate::config::{Config, Sources};
use crate::error::NodeError;
use crate::hardening;
use crate::profile::Profile;
use crate::progress::Progress;

/// Makes a backup of the state directory, whether a node runs there or not.
pub(crate) fn backup(
    profile: &'static Profile,
    sources: Sources,
    directory: &Path,
) -> Result<Report, Failure> {
    let config = Config::load(profile, sources)?;
    hardening::apply().map_err(|e| NodeError::part("hardening", &e))?;
    let made = Progress::show(|progress| backup::make(&config, directory, progress))?;
    Ok(told_of_backup(&config, &made))
}

fn told_of_backup(config: &Config, made: &Made) -> Report {
    let Made { directory, at, store, epoch, bytes } = made;
    let store = store.to_string();
    let mut table = Table::new();
    table.row(["backup".to_owned(), directory.display().to_string()]);
    table.row(["of".to_owned(), config.state.display().to_string()]);
    table.row(["store".to_owned(), format!("{store}, epoch {}", epoch.0)]);
    table.row(["made at".to_owned(), at.to_string()]);
    table.row(["size".to_owned(), format!("{bytes} bytes")]);
    let mut text = table.to_string();
    text.push_str(&format!(
        "\nNot in it, and needed for a restore: {}. Keep a copy in another place.\n\
         Not in it: the configuration. Ordinary resources lie open in it; it is for its owner alone.\n",
        root(config, &store)
    ));
    let json = Object::new()
        .with("backup", Value::text(&directory.to_string_lossy()))
        .with("store", Value::text(&store))
        .with("epoch", Value::text(&epoch.0.to_string()))
        .with("made", Value::text(&at.to_string()))
        .with("bytes", Value::Integer(i64::try_from(*bytes).unwrap_or(i64::MAX)))
        .with("root", Value::text(&root(config, &store)));
    Report::new(text, Value::Object(json))
}

/// Makes the state directory from a backup.
pub(crate) fn restore(
    profile: &'static Profile,
    sources: Sources,
    directory: &Path,
) -> Result<Report, Failure> {
    let config = Config::load(profile, sources)?;
    hardening::apply().map_err(|e| NodeError::part("hardening", &e))?;
    let restored = Progress::show(|progress| backup::restore(&config, directory, progress))?;
    Ok(told_of_restore(&config, directory, &restored))
}

fn told_of_restore(config: &Config, directory: &Path, restored: &Restored) -> Report {
    let Restored { store, made, before, epoch, audit_record, voided } = restored;
    let store = store.to_string();
    let mut table = Table::new();
    table.row(["restored".to_owned(), config.state.display().to_string()]);
    table.row(["from".to_owned(), directory.display().to_string()]);
    table.row(["store".to_owned(), store.clone()]);
    table.row(["epoch".to_owned(), format!("{}, after {} of the backup", epoch.0, before.0)]);
    table.row(["root".to_owned(), root(config, &store)]);
    let mut text = table.to_string();
    text.push_str(&format!(
        "\nWhat was done after {made} is not there: what was deleted or forbidden since must be so again before the \
         node serves others. Where the audit log of the lost node is left, its lines from {audit_record} on say what.\n\
         Roles and tokens that were issued before count no more ({} and {}): issue anew those that shall.\n\
         The node of which this is a copy must never run again.\n\
         Start it with: {} --state {}\n",
        voided.roles,
        voided.tokens,
        config.profile.binary,
        config.state.display()
    ));
    let number = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let json = Object::new()
        .with("voided_roles", number(voided.roles))
        .with("voided_tokens", number(voided.tokens))
        .with("state", Value::text(&config.state.to_string_lossy()))
        .with("store", Value::text(&store))
        .with("epoch", Value::text(&epoch.0.to_string()))
        .with("made", Value::text(&made.to_string()))
        .with("audit_record", Value::Integer(i64::try_from(*audit_record).unwrap_or(i64::MAX)));
    Report::new(text, Value::Object(json))
}

/// Where the root is that opens the store.
fn root(config: &Config, store: &str) -> String {
    match (config.root_credential(), config.root_key_file(store)) {
        (Some(credential), _) => format!("the credential {}", credential.name),
        (None, Some(file)) => format!("the root key {}", file.display()),
        (None, None) => "the passphrase".to_owned(),
    }
}
