//! What the process gives up before it touches a secret.

use nix::sys::prctl;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::stat::{Mode, umask};

/// No core dumps, no attaching debugger of another process of this user, no files for others by accident.
pub(crate) fn apply() -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_dumpable(false)?;
    umask(Mode::from_bits_truncate(0o077));
    Ok(())
}
