//! Users of this machine and what they may speak as: `local.users` and `local.csf`.

use csf_api::{EntityId, EntityKind, Home};
use nix::unistd::User;

use super::error::Problem;
use super::{ConfigError, Entry};

/// The most originators that one user may be given.
const MAX_ORIGINATORS_PER_USER: usize = 1024;

/// `local.users`, one element a user: the same user by name and by number becomes one.
pub(crate) fn users(entries: &[Entry], home: &Home) -> Result<Vec<(u32, Vec<EntityId>)>, ConfigError> {
    let mut users: Vec<(u32, Vec<EntityId>)> = Vec::new();
    for entry in entries {
        let key = format!("local.users.{}", entry.name);
        let at = |problem: Problem| problem.at(&key, entry.origin.clone());
        let uid = resolve(&entry.name).map_err(at)?;
        if !users.iter().any(|(known, _)| *known == uid) {
            users.push((uid, Vec::new()));
        }
        let Some((_, originators)) = users.iter_mut().find(|(known, _)| *known == uid) else { continue };
        for text in &entry.values {
            let originator = originator(text, home).map_err(at)?;
            if !originators.contains(&originator) {
                originators.push(originator);
            }
        }
        if originators.len() > MAX_ORIGINATORS_PER_USER {
            return Err(at(Problem::new(
                format!("a user may have at most {MAX_ORIGINATORS_PER_USER} originators"),
                "give some of them to another user",
            )));
        }
    }
    Ok(users)
}

/// `local.csf`, one element a local CSF.
pub(crate) fn csfs(entries: &[Entry], home: &Home) -> Result<Vec<(EntityId, u32)>, ConfigError> {
    let mut csfs = Vec::new();
    for entry in entries {
        let key = format!("local.csf.{}", entry.name);
        let at = |problem: Problem| problem.at(&key, entry.origin.clone());
        let id = EntityId::parse(&format!("local:{}", entry.name), home)
            .map_err(|e| at(Problem::new(format!("'{}' names no local CSF", entry.name), e.to_string())))?;
        let user = entry.values.first().map_or("", |user| user);
        csfs.push((id, resolve(user).map_err(at)?));
    }
    Ok(csfs)
}

/// A user's number: written as such, or looked up by name.
pub(super) fn resolve(user: &str) -> Result<u32, Problem> {
    if user.bytes().all(|b| b.is_ascii_digit()) && !user.is_empty() {
        return user
            .parse()
            .map_err(|_| Problem::new(format!("{user} is no user number"), "write a smaller one"));
    }
    match User::from_name(user) {
        Ok(Some(found)) => Ok(found.uid.as_raw()),
        Ok(None) => Err(Problem::new(
            format!("there is no user '{user}' on this machine"),
            "create it first, or write its number",
        )),
        Err(e) => Err(Problem::new(
            format!("the user '{user}' cannot be looked up: {e}"),
            "write its number instead",
        )),
    }
}

fn originator(text: &str, home: &Home) -> Result<EntityId, Problem> {
    let id = EntityId::parse(text, home).map_err(|e| {
        Problem::new(format!("'{text}' is no originator: {e}"), "write an AE-ID such as Cmeter")
    })?;
    if id.kind() == EntityKind::LocalCsf {
        return Err(Problem::new(
            format!("{text} is a local CSF, not an originator"),
            "bind it to its user in [local.csf]",
        ));
    }
    if id.relative_to(home) == home.cse() {
        return Err(Problem::new(format!("{text} is this node itself"), "nobody else may speak as it"));
    }
    Ok(id)
}
