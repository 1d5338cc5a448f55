//! What may happen, and sequences of it that are made from a seed.

/// How many events a sequence has after its scene is set.
const EVENTS: usize = 36;

/// A rule, in the terms of its resource.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) who: Vec<&'static str>,
    pub(crate) operations: i64,
    pub(crate) authenticated: bool,
    pub(crate) contexts: Vec<Context>,
    pub(crate) details: Vec<Detail>,
    pub(crate) attributes: Option<&'static [&'static str]>,
}

/// Empty lists are absent members.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) windows: Vec<String>,
    pub(crate) ipv4: Vec<&'static str>,
    pub(crate) ipv6: Vec<&'static str>,
    pub(crate) countries: Vec<&'static str>,
    /// It has a condition that is not evaluated here.
    pub(crate) unknown: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Detail {
    pub(crate) target: Option<i64>,
    pub(crate) special: bool,
    pub(crate) children: Vec<i64>,
}

/// Who asks, over which channel is a matter of the laboratory.
pub(crate) const AES: [&str; 3] = ["Cmeter", "Cguest", "Cother"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// An AE at the local socket.
    Proven(usize),
    /// The administrator at the administration socket.
    Administrator,
    /// An AE by name on the network: believed where the laboratory believes, else nobody.
    Claimed(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// An instance, or else a container.
    Create {
        instance: bool,
    },
    /// The whole, or these attributes.
    Retrieve(&'static [&'static str]),
    Update(&'static str),
    Delete,
    Discover,
    Notify,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    Room(usize),
    /// The instance that each room has.
    Instance(usize),
    Policy(usize),
}

/// Credentials of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brings {
    pub(crate) roles: Vec<&'static str>,
    /// Which token, and whether by its Token-ID.
    pub(crate) token: Option<(usize, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    Forged,
    Audience,
}

#[derive(Clone, Debug)]
pub(crate) struct Permission {
    pub(crate) room: Option<usize>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) roles: Vec<&'static str>,
}

/// One thing that happens. Numbers choose among what there is, and begin again behind it.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    AddPolicy { pv: Vec<Rule>, pvs: Vec<Rule>, lasts: Option<i64> },
    ChangePolicy { which: usize, pv: Vec<Rule>, pvs: Option<Vec<Rule>> },
    DropPolicy(usize),
    Link { room: usize, caller: Caller, policies: Vec<usize> },
    AddGroup { slot: usize, members: Vec<usize>, lasts: Option<i64> },
    ChangeGroup { slot: usize, members: Vec<usize> },
    DropGroup(usize),
    AddRole { role: &'static str, issuer: &'static str, holder: usize, times: [i64; 2] },
    DropRole(usize),
    IssueToken { holder: usize, times: [i64; 2], flaw: Flaw, kept: bool, permissions: Vec<Permission> },
    RevokeToken(usize),
    Wait(u64),
    Move { who: usize, country: &'static str },
    Ask { caller: Caller, address: Option<&'static str>, act: Act, target: Target, brings: Brings },
}

/// Two rooms.
pub(crate) const ROOMS: usize = 2;
/// Two groups by name.
pub(crate) const GROUPS: usize = 2;

const ENTRIES: &[&str] = &[
    "all",
    "Cguest",
    "/id-mn/Cguest",
    "//csf.example/id-mn/Cother",
    "Cmeter",
    "CAdmin",
    "C*",
    "Cg*t",
    "/id-mn/C*e*",
    "//*/id-mn/Cm*",
    "/id-*/Cother",
    "/id-in/C*",
    "C.*",
    "//csf.example",
    "//other.example",
    "//csf.*",
    "cse-mn/g0",
    "/id-mn/cse-mn/g1",
    "//csf.example/id-mn/cse-mn/g0",
    "reader@csf.example",
    "writer@csf.example",
    "reader@csf.example",
    "writer@csf.example",
];
const ROLES: [&str; 2] = ["reader@csf.example", "writer@csf.example"];
/// Everything that any resource of a sequence can have.
const EVERY_ATTRIBUTE: &[&str] = &[
    "rn", "ty", "ri", "pi", "ct", "lt", "et", "acpi", "lbl", "mni", "st", "cni", "cbs", "cr", "cstn", "pv",
    "pvs", "con", "cs", "cnf", "mbs", "mia",
];

/// Numbers from a seed (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..=self.below(most)).map(|_| make(self)).collect()
    }
}

/// The events of a seed.
pub(crate) fn sequence(seed: u64) -> Vec<Event> {
    let mut dice = Dice::new(seed);
    let dice = &mut dice;
    let mut events = vec![add_policy(dice), add_policy(dice), link(dice, 0, Caller::Proven(0))];
    events.extend((0..EVENTS).map(|_| event(dice)));
    events
}

fn event(dice: &mut Dice) -> Event {
    match dice.below(40) {
        0 => add_policy(dice),
        1..=4 => Event::ChangePolicy {
            which: dice.below(9),
            pv: dice.some(3, rule),
            pvs: dice.one_in(2).then(|| dice.some(2, rule)),
        },
        5 => Event::DropPolicy(dice.below(9)),
        6..=8 => {
            let (room, caller) = (dice.below(ROOMS), caller(dice));
            link(dice, room, caller)
        }
        9 | 10 => Event::AddGroup {
            slot: dice.below(GROUPS),
            members: dice.some(2, |d| d.below(4)),
            lasts: lasts(dice),
        },
        11 => Event::ChangeGroup { slot: dice.below(GROUPS), members: dice.some(2, |d| d.below(4)) },
        12 => Event::DropGroup(dice.below(GROUPS)),
        13 | 14 | 23 => Event::AddRole {
            role: dice.of(&ROLES),
            issuer: dice.of(&["/id-mn", "//csf.example/id-das", "/id-stranger"]),
            holder: dice.below(3),
            times: times(dice),
        },
        15 => Event::DropRole(dice.below(9)),
        16 | 17 | 24 => issue(dice),
        18 | 25 => Event::RevokeToken(dice.below(9)),
        19..=21 => Event::Wait(dice.of(&[1, 7, 29, 30, 60, 61, 600, 3_600, 7_200])),
        22 => Event::Move { who: dice.below(3), country: dice.of(&["ES", "DE"]) },
        _ => ask(dice),
    }
}

fn add_policy(dice: &mut Dice) -> Event {
    Event::AddPolicy { pv: dice.some(4, rule), pvs: dice.some(3, rule), lasts: lasts(dice) }
}

fn link(dice: &mut Dice, room: usize, caller: Caller) -> Event {
    let policies = if dice.one_in(8) { Vec::new() } else { dice.some(2, |d| d.below(9)) };
    Event::Link { room, caller, policies }
}

fn issue(dice: &mut Dice) -> Event {
    let permission = |dice: &mut Dice| {
        if dice.one_in(3) {
            let room = dice.one_in(2).then(|| dice.below(ROOMS));
            return Permission { room, rules: Vec::new(), roles: vec![dice.of(&ROLES)] };
        }
        Permission { room: Some(dice.below(ROOMS)), rules: dice.some(2, rule), roles: Vec::new() }
    };
    Event::IssueToken {
        holder: dice.below(3),
        times: times(dice),
        flaw: dice.of(&[Flaw::None, Flaw::None, Flaw::None, Flaw::None, Flaw::Forged, Flaw::Audience]),
        kept: dice.one_in(2),
        permissions: dice.some(2, permission),
    }
}

/// From when to when, in seconds from now.
fn times(dice: &mut Dice) -> [i64; 2] {
    let begin = dice.of(&[-60, -60, 0, 30]);
    [begin, begin.max(dice.of(&[-1, 30, 60, 3_600, 3_600, 36_000]))]
}

fn lasts(dice: &mut Dice) -> Option<i64> {
    dice.one_in(5).then(|| dice.of(&[30, 60, 3_600]))
}

fn caller(dice: &mut Dice) -> Caller {
    match dice.below(8) {
        0 => Caller::Administrator,
        1 | 2 => Caller::Claimed(dice.below(3)),
        _ => Caller::Proven(dice.below(3)),
    }
}

fn ask(dice: &mut Dice) -> Event {
    let target = match dice.below(6) {
        0 => Target::Instance(dice.below(ROOMS)),
        1 => Target::Policy(dice.below(9)),
        _ => Target::Room(dice.below(ROOMS)),
    };
    let narrow: [&[&str]; 4] = [&[], &["lbl"], &["lbl", "mni"], &[]];
    let act = match dice.below(12) {
        0 | 1 => Act::Create { instance: true },
        2 | 3 => Act::Create { instance: false },
        4..=6 => Act::Retrieve(dice.of(&narrow)),
        7 | 8 => Act::Update(dice.of(&["lbl", "mni"])),
        9 => Act::Delete,
        10 => Act::Notify,
        _ => Act::Discover,
    };
    let brings = Brings {
        roles: if dice.one_in(2) { dice.some(2, |d| d.of(&ROLES)) } else { Vec::new() },
        token: dice.one_in(3).then(|| (dice.below(9), dice.one_in(2))),
    };
    let addresses = ["192.0.2.7", "192.0.3.1", "::ffff:192.0.2.9", "2001:db8::1", "2001:db9::1", "10.1.2.3"];
    let address = (!dice.one_in(3)).then(|| dice.of(&addresses));
    Event::Ask { caller: caller(dice), address, act, target, brings }
}

fn rule(dice: &mut Dice) -> Rule {
    let detail = |dice: &mut Dice| Detail {
        target: dice.one_in(2).then(|| dice.of(&[3, 3, 2])),
        special: dice.one_in(6),
        children: dice.of::<&[i64]>(&[&[3], &[4], &[3, 4], &[9]]).to_vec(),
    };
    let lists: [&[&str]; 5] = [&["lbl"], &["mni"], &["acpi", "con"], EVERY_ATTRIBUTE, &["lbl", "mni"]];
    Rule {
        who: dice.some(2, |d| d.of(ENTRIES)),
        operations: if dice.one_in(2) { 63 } else { i64::try_from(dice.below(64)).unwrap() },
        authenticated: dice.one_in(5),
        contexts: if dice.one_in(3) { dice.some(2, context) } else { Vec::new() },
        details: if dice.one_in(4) { dice.some(2, detail) } else { Vec::new() },
        attributes: dice.one_in(5).then(|| dice.of(&lists)),
    }
}

fn context(dice: &mut Dice) -> Context {
    let mut context = Context::default();
    match dice.below(8) {
        0..=3 => context.windows = dice.some(2, window),
        4 => {
            context.ipv4 =
                vec![dice.of(&["192.0.2.0/24", "192.0.2.7", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.5/30"])]
        }
        5 => context.ipv6 = vec![dice.of(&["2001:db8::/32", "2001:db8::1", "::/0"])],
        6 => context.countries = vec![dice.of(&["ES", "DE"])],
        _ => context.unknown = true,
    }
    if dice.one_in(4) {
        context.windows = vec![window(dice)];
    }
    context
}

fn window(dice: &mut Dice) -> String {
    let second = dice.of(&["*", "*", "0-29", "*/20", "0,1,30-59/2"]);
    let minute = dice.of(&["*", "*", "0-9", "*/2", "1,31"]);
    let hour = dice.of(&["*", "*", "12", "13-14", "12-23/2"]);
    let day = dice.of(&["*", "*", "24", "*/23", "25-31"]);
    let month = dice.of(&["*", "11", "1-12/5"]);
    let weekday = dice.of(&["*", "2", "3-6"]);
    let year = dice.of(&["*", "*", "2026", "2000-2025"]);
    format!("{second} {minute} {hour} {day} {month} {weekday} {year}")
}
