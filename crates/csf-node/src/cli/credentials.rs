//! Roles and tokens that a command brings along: `--role` and `--token`.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use csf_api::{Credentials, MAX_TOKEN_BYTES};

use super::failure::Failure;

/// The roles as they are named, and the tokens that stand in files: on a command line everybody on the machine would
/// see them.
pub(crate) fn credentials(roles: &[String], tokens: &[PathBuf]) -> Result<Credentials, Failure> {
    Ok(Credentials {
        roles: roles.iter().map(|role| role.as_str().into()).collect(),
        tokens: tokens.iter().map(|path| read(path)).collect::<Result<_, _>>()?,
        ..Credentials::NONE
    })
}

fn read(path: &Path) -> Result<Box<str>, Failure> {
    let at = |why: String| Failure::Usage(format!("{}: {why}", path.display()));
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|e| at(e.to_string()))?;
    let most = u64::try_from(MAX_TOKEN_BYTES).unwrap_or(u64::MAX).saturating_add(2);
    file.take(most).read_to_string(&mut text).map_err(|e| at(e.to_string()))?;
    let token = text.trim_end();
    if token.is_empty() || token.len() > MAX_TOKEN_BYTES {
        return Err(at(format!("a token has 1 to {MAX_TOKEN_BYTES} bytes")));
    }
    Ok(token.into())
}
