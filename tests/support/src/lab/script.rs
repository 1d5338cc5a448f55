//! The script: which needs meet which faults.

use csf_service::Need;

/// What befalls a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and the answer comes after the deadline: the clock is moved past it.
    Late,
    /// The part that is asked is broken, and says so at once. A secure environment says that the outcome is
    /// unknown, and nothing was done.
    Failing,
    /// The answer is right, but not there at once.
    Pending,
    /// The records that are wanted are said not to exist.
    Absent,
}

/// A kind of need, and which of them.
#[derive(Clone, Debug)]
pub struct Wanted {
    kind: Kind,
    name: Box<str>,
    exactly: bool,
    skip: usize,
    held: Held,
}

/// When a request is held at a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Before anything is done.
    Before,
    /// When it is done, and before the request learns that.
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Load,
    Scan,
    Commit,
    Command,
    Audit,
    Send,
}

/// Loads of the record with exactly this key, such as `res/Cmeter`.
#[must_use]
pub fn load_of(key: &str) -> Wanted {
    Wanted::new(Kind::Load, key, true)
}

/// Loads of any record whose key begins so.
#[must_use]
pub fn loads_of(prefix: &str) -> Wanted {
    Wanted::new(Kind::Load, prefix, false)
}

/// Scans of ranges whose `space/prefix` begins so.
#[must_use]
pub fn scans_of(prefix: &str) -> Wanted {
    Wanted::new(Kind::Scan, prefix, false)
}

/// Any commit.
#[must_use]
pub fn commits() -> Wanted {
    Wanted::new(Kind::Commit, "", false)
}

/// Commits that name a record whose key begins so.
#[must_use]
pub fn commits_of(prefix: &str) -> Wanted {
    Wanted::new(Kind::Commit, prefix, false)
}

/// Commands of this name, such as `generate-key`.
#[must_use]
pub fn command(name: &str) -> Wanted {
    Wanted::new(Kind::Command, name, true)
}

/// Audit records.
#[must_use]
pub fn audits() -> Wanted {
    Wanted::new(Kind::Audit, "", false)
}

/// Questions to other nodes.
#[must_use]
pub fn questions() -> Wanted {
    Wanted::new(Kind::Send, "", false)
}

impl Wanted {
    fn new(kind: Kind, name: &str, exactly: bool) -> Self {
        Self { kind, name: name.into(), exactly, skip: 0, held: Held::Before }
    }

    /// Only from the second such need on.
    #[must_use]
    pub const fn but_the_first(mut self) -> Self {
        self.skip += 1;
        self
    }

    /// A request that is held there is held when that is done, and before it learns so.
    #[must_use]
    pub const fn once_done(mut self) -> Self {
        self.held = Held::Done;
        self
    }

    fn matches(&self, need: &Need<'_>) -> bool {
        let fits = |text: &str| {
            if self.exactly { *text == *self.name } else { text.starts_with(&*self.name) }
        };
        match (self.kind, need) {
            (Kind::Load, Need::Load(keys)) => keys.iter().any(|key| fits(key.as_str())),
            (Kind::Scan, Need::Scan(range)) => fits(range.space.key(&range.prefix).as_str()),
            (Kind::Commit, Need::Commit(batch)) => {
                batch.writes().iter().any(|write| fits(write.key.as_str()))
            }
            (Kind::Command, Need::Se { command, .. }) => fits(command.name()),
            (Kind::Send, Need::Send { .. }) => true,
            (Kind::Audit, Need::Audit(_) | Need::AuditReady | Need::AuditLog(_)) => true,
            _ => false,
        }
    }
}

/// The faults that are in force.
#[derive(Default)]
pub(super) struct Script {
    faults: Vec<(Wanted, Fault)>,
    hold: Option<Wanted>,
}

impl Script {
    pub(super) fn add(&mut self, wanted: Wanted, fault: Fault) {
        self.faults.push((wanted, fault));
    }

    pub(super) fn hold(&mut self, wanted: Wanted) {
        self.hold = Some(wanted);
    }

    pub(super) fn heal(&mut self) {
        *self = Self::default();
    }

    /// When a request is held at this need, if it is; that is so once.
    pub(super) fn holds(&mut self, need: &Need<'_>) -> Option<Held> {
        let wanted = self.hold.as_mut().filter(|wanted| wanted.matches(need))?;
        if wanted.skip > 0 {
            wanted.skip -= 1;
            return None;
        }
        self.hold.take().map(|wanted| wanted.held)
    }

    /// The fault that befalls this need.
    pub(super) fn fault(&mut self, need: &Need<'_>) -> Option<Fault> {
        for (wanted, fault) in &mut self.faults {
            if wanted.matches(need) {
                if wanted.skip == 0 {
                    return Some(*fault);
                }
                wanted.skip -= 1;
            }
        }
        None
    }
}
