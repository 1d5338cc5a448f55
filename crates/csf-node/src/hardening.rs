//! What the process gives up before it touches a secret.

use std::sync::atomic::{AtomicBool, Ordering};

use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MlockAllFlags, mlockall};
use nix::sys::prctl;
use nix::sys::resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit};
use nix::sys::stat::{Mode, umask};

/// What is said of memory that the system keeps out of the swap, and of memory that it may write there.
const LOCKED: &str = "locked: no secret is written to the swap";
const NOT_LOCKED: &str = "not locked: the system may write secrets to the swap, which should be encrypted or off; \
                          to lock it, raise the limit of locked memory to unlimited (LimitMEMLOCK=infinity)";

/// Whether the memory of this process is locked. A process has one memory, whatever it assembles in it.
static MEMORY_IS_LOCKED: AtomicBool = AtomicBool::new(false);

/// No core dumps, no attaching debugger of another process of this user, no files for others by accident, and,
/// where the system allows it, no page in the swap.
pub(crate) fn apply() -> nix::Result<()> {
    leave_no_dump()?;
    umask(Mode::from_bits_truncate(0o077));
    if lock_memory()? {
        MEMORY_IS_LOCKED.store(true, Ordering::Relaxed);
    } else {
        tracing::warn!("memory is {NOT_LOCKED}");
    }
    Ok(())
}

/// No core dumps, and no attaching debugger of another process of this user.
pub(crate) fn leave_no_dump() -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_dumpable(false)
}

/// What became of the memory, for the person who runs the node.
pub(crate) fn memory() -> &'static str {
    if MEMORY_IS_LOCKED.load(Ordering::Relaxed) { LOCKED } else { NOT_LOCKED }
}

/// Locks all memory, that of the future too, if that can never make an allocation fail.
///
/// With a limit, the locks of the future count against it, and an allocation beyond it is refused long after the
/// start. So nothing is locked under a limit, unless this process is above limits. Whether it is, only the system
/// knows: a capability inside a container may not count. It is asked with a limit of nothing, under which it
/// refuses everybody else.
fn lock_memory() -> nix::Result<bool> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_MEMLOCK)?;
    if hard == RLIM_INFINITY {
        setrlimit(Resource::RLIMIT_MEMLOCK, hard, hard)?;
        return locked_by(mlockall(everything()));
    }
    setrlimit(Resource::RLIMIT_MEMLOCK, 0, hard)?;
    let locked = mlockall(everything());
    setrlimit(Resource::RLIMIT_MEMLOCK, soft, hard)?;
    locked_by(locked)
}

/// Pages are locked when they are first used: what is reserved and never touched takes no memory.
fn everything() -> MlockAllFlags {
    MlockAllFlags::MCL_CURRENT
        | MlockAllFlags::MCL_FUTURE
        | MlockAllFlags::from_bits_retain(libc::MCL_ONFAULT)
}

fn locked_by(tried: nix::Result<()>) -> nix::Result<bool> {
    match tried {
        Ok(()) => Ok(true),
        // Not allowed, too much, or unknown to this system.
        Err(Errno::EPERM | Errno::ENOMEM | Errno::EAGAIN | Errno::EINVAL | Errno::ENOSYS) => Ok(false),
        Err(why) => Err(why),
    }
}
