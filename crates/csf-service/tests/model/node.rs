//! The node in its laboratory, beside the reference: each event happens to both.

use csf_api::{Credentials, FilterCriteria, Object, Request, ResourceType, Response, Value};
use csf_service::{Country, Location, TokenClass, TokenIssuer, TokenKey, TokenKeyKind};
use support::lab::{
    ALL, Asker, Draft, Lab, Reading as _, Setup, Storage, ae, changes, container, creation, deletion,
    discovery, draft, group, instance, policy, retrieval, rule, unnamed_container, update,
};
use support::token_maker::TokenMaker;

use crate::conditions::absolute;
use crate::contents::{permission_of, rules_of};
use crate::events::{AES, Act, Brings, Caller, Event, Flaw, ROOMS, Rule, Target};
use crate::reference::{Governed, Group, Ignored, Policy, Reference, Role, Room, Token, Wish};

const ISSUER: &str = "//csf.example/id-das";
const USERS: [u32; 3] = [1000, 1001, 1002];

pub(crate) struct Node {
    lab: Lab,
    /// Whether a name on the network is believed.
    believes: bool,
    reference: Reference,
    /// The identifiers of all policies that there ever were, by serial number.
    policies: Vec<String>,
    serial: usize,
}

/// What an event showed: whether a request was permitted, nothing, or a difference.
type Shown = Result<Option<bool>, String>;

fn room(number: usize) -> String {
    format!("cse-mn/Cmeter/room{number}")
}

fn setup(on_disk: bool, believes: bool) -> Setup {
    let mut setup = Setup::on(if on_disk { Storage::Sqlite } else { Storage::Memory });
    setup.settings.laboratory.believe_originators = believes;
    let key = <base64ct::Base64 as base64ct::Encoding>::decode_vec(&maker(Flaw::None).public_key()).unwrap();
    let kind = TokenKeyKind::Public { algorithm: csf_service::SignatureAlgorithm::Es256, key };
    let id = csf_api::EntityId::parse(ISSUER, &setup.settings.home).unwrap();
    let keys = vec![TokenKey { id: "k1".into(), kind }];
    setup.settings.token_issuers = vec![TokenIssuer { id, classes: vec![TokenClass::Signed], keys }];
    setup
}

fn maker(flaw: Flaw) -> TokenMaker {
    TokenMaker::new(ISSUER, if flaw == Flaw::Forged { 2 } else { 1 })
}

#[track_caller]
fn must(response: &Response, code: u16) {
    assert_eq!(response.code(), code, "{:?}", response.content);
}

impl Node {
    pub(crate) fn new(on_disk: bool, believes: bool, ignored: Option<Ignored>) -> Self {
        let lab = Lab::new(setup(on_disk, believes));
        let admin = lab.admin();
        must(&admin.create("cse-mn", policy("open", [rule(["all"], ALL)], [rule(["CAdmin"], ALL)])), 2001);
        let point = draft(ResourceType::AUTHORIZATION_INFORMATION, "m2m:auif").with("rn", "info");
        must(&admin.create("cse-mn", point), 2001);
        for (ae_id, uid) in AES.into_iter().zip(USERS) {
            let draft = ae("Nlab.example").with("acpi", ["cse-mn/open"]);
            must(&lab.user(uid).register_ae(Some(ae_id), draft), 2001);
        }
        let reference = Reference {
            ignored,
            now: 0,
            policies: Default::default(),
            groups: Default::default(),
            roles: Default::default(),
            tokens: Vec::new(),
            rooms: Default::default(),
            countries: [None; 3],
        };
        let mut node = Self { lab, believes, reference, policies: Vec::new(), serial: 0 };
        node.reference.now = node.now();
        (0..ROOMS).for_each(|number| node.furnish(number));
        node
    }

    fn now(&self) -> i64 {
        self.lab.world().utc().unix_micros() / 1_000_000
    }

    /// Makes a room anew; every second one of a number has a custodian.
    fn furnish(&mut self, number: usize) {
        let generation = self.reference.rooms[number].generation + 1;
        let custodian = (generation + number).is_multiple_of(2).then_some(1);
        let plain = container(&format!("room{number}")).with("lbl", ["x"]).with("mni", 5_000);
        let draft = if custodian.is_some() { plain.with("cstn", "Cguest") } else { plain };
        let meter = self.lab.as_ae(USERS[0], AES[0]);
        must(&meter.create("cse-mn/Cmeter", draft), 2001);
        let keeper = custodian.unwrap_or(0);
        let first = instance("1").with("rn", "first").with("lbl", ["x"]);
        must(&self.lab.as_ae(USERS[keeper], AES[keeper]).create(&room(number), first), 2001);
        self.reference.rooms[number] = Room { generation, custodian, links: None };
    }

    /// Something happens.
    pub(crate) fn happens(&mut self, event: &Event) -> Shown {
        match event {
            Event::AddPolicy { pv, pvs, lasts } => self.add_policy(pv, pvs, *lasts),
            Event::ChangePolicy { which, pv, pvs } => self.change_policy(*which, pv, pvs.as_deref()),
            Event::DropPolicy(which) => {
                if let Some(serial) = self.pick(*which) {
                    must(&self.lab.admin().delete(&format!("cse-mn/p{serial}")), 2002);
                    self.reference.policies.remove(&serial);
                }
            }
            Event::Link { room, caller, policies } => return self.link(*room, *caller, policies),
            Event::AddGroup { slot, members, lasts } => self.add_group(*slot, members, *lasts),
            Event::ChangeGroup { slot, members } => {
                if self.reference.group(*slot).is_some() {
                    let change = changes("m2m:grp").with("mid", self.members(members));
                    must(&self.lab.admin().update(&format!("cse-mn/g{slot}"), change), 2004);
                    self.reference.groups.get_mut(slot).unwrap().members.clone_from(members);
                }
            }
            Event::DropGroup(slot) => {
                if self.reference.group(*slot).is_some() {
                    must(&self.lab.admin().delete(&format!("cse-mn/g{slot}")), 2002);
                    self.reference.groups.remove(slot);
                }
            }
            Event::AddRole { role, issuer, holder, times } => self.add_role(role, issuer, *holder, *times),
            Event::DropRole(which) => {
                let there: Vec<usize> = self.reference.roles.keys().copied().collect();
                if let Some(serial) = chosen(&there, *which) {
                    must(&self.lab.admin().delete(&format!("cse-mn/info/r{serial}")), 2002);
                    self.reference.roles.remove(&serial);
                }
            }
            Event::IssueToken { .. } => self.issue(event),
            Event::RevokeToken(which) => {
                let kept = |(_, token): &(usize, &Token)| token.kept;
                let there: Vec<usize> =
                    self.reference.tokens.iter().enumerate().filter(kept).map(|(at, _)| at).collect();
                if let Some(at) = chosen(&there, *which) {
                    must(&self.lab.admin().delete(&format!("cse-mn/info/t{at}")), 2002);
                    self.reference.tokens[at].kept = false;
                }
            }
            Event::Wait(seconds) => {
                self.lab.wait(std::time::Duration::from_secs(*seconds));
                self.reference.now = self.now();
            }
            Event::Move { who, country } => {
                let location = Location { point: None, country: Country::parse(country) };
                self.lab.world().tell_location(&absolute(AES[*who]), location);
                self.reference.countries[*who] = Some(country);
            }
            Event::Ask { caller, address, act, target, brings } => {
                return self.ask(*caller, *address, *act, *target, brings);
            }
        }
        Ok(None)
    }

    /// One of the policies that are there.
    fn pick(&self, which: usize) -> Option<usize> {
        let there = |serial: &usize| self.reference.policy(*serial).is_some();
        let serials: Vec<usize> = self.reference.policies.keys().copied().filter(there).collect();
        chosen(&serials, which)
    }

    fn next_serial(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    fn ending(&self, draft: Draft, lasts: Option<i64>) -> Draft {
        match lasts {
            Some(seconds) => draft.with("et", self.lab.in_seconds(seconds).as_str()),
            None => draft,
        }
    }

    fn add_policy(&mut self, pv: &[Rule], pvs: &[Rule], lasts: Option<i64>) {
        let serial = self.policies.len();
        let pvs = with_administrator(pvs);
        let draft =
            policy(&format!("p{serial}"), [], []).with("pv", rules_of(pv)).with("pvs", rules_of(&pvs));
        let response = self.lab.admin().create("cse-mn", self.ending(draft.with("lbl", ["x"]), lasts));
        must(&response, 2001);
        self.policies.push(response.text("ri").to_owned());
        let ends = lasts.map(|seconds| self.reference.now + seconds);
        self.reference.policies.insert(serial, Policy { pv: pv.to_vec(), pvs, ends });
    }

    fn change_policy(&mut self, which: usize, pv: &[Rule], pvs: Option<&[Rule]>) {
        let Some(serial) = self.pick(which) else { return };
        let pvs = pvs.map(with_administrator);
        let change = changes("m2m:acp").with("pv", rules_of(pv));
        let change = if let Some(pvs) = &pvs { change.with("pvs", rules_of(pvs)) } else { change };
        must(&self.lab.admin().update(&format!("cse-mn/p{serial}"), change), 2004);
        let policy = self.reference.policies.get_mut(&serial).unwrap();
        policy.pv = pv.to_vec();
        policy.pvs = pvs.unwrap_or_else(|| policy.pvs.clone());
    }

    fn link(&mut self, number: usize, caller: Caller, which: &[usize]) -> Shown {
        let mut serials: Vec<usize> = which.iter().filter_map(|which| self.pick(*which)).collect();
        serials.sort_unstable();
        serials.dedup();
        let ids = serials.iter().map(|serial| &*self.policies[*serial]);
        let acpi = if serials.is_empty() { Value::Null } else { Value::texts(ids) };
        let request = update(&room(number), changes("m2m:cnt").with("acpi", acpi));
        let wish = self.wish(caller, None, 4, Governed::LinksOf(number), vec!["acpi"], &[]);
        let permitted = self.reference.permits(&wish);
        let shown = same(permitted, &self.asker(caller, None).send(request))?;
        if permitted {
            self.reference.rooms[number].links = (!serials.is_empty()).then_some(serials);
        }
        Ok(shown)
    }

    fn members(&self, members: &[usize]) -> Value {
        let sub = self.reference.group(0).map(|_| "cse-mn/g0");
        let text = |member: &usize| match member {
            0 => Some("cse-mn/Cmeter"),
            1 => Some("Cguest"),
            2 => Some("/id-mn/cse-mn/Cother"),
            _ => sub,
        };
        Value::texts(members.iter().filter_map(text))
    }

    fn add_group(&mut self, slot: usize, members: &[usize], lasts: Option<i64>) {
        // The name of one that ended is free again when it is swept; that is no matter here.
        if self.reference.groups.contains_key(&slot) {
            return;
        }
        let draft = group(&format!("g{slot}"), 9, []).with("mid", self.members(members));
        must(&self.lab.admin().create("cse-mn", self.ending(draft, lasts)), 2001);
        let ends = lasts.map(|seconds| self.reference.now + seconds);
        self.reference.groups.insert(slot, Group { members: members.to_vec(), ends });
    }

    fn add_role(&mut self, role: &'static str, issuer: &'static str, holder: usize, times: [i64; 2]) {
        let serial = self.next_serial();
        let [begin, end] = times.map(|seconds| self.lab.in_seconds(seconds));
        let draft = draft(ResourceType::ROLE, "m2m:rol").with("rn", format!("r{serial}").as_str());
        let draft = draft.with("rlid", role).with("tkis", issuer).with("tkhd", AES[holder]);
        let draft = draft.with("tknb", begin.as_str()).with("tkna", end.as_str());
        must(&self.lab.admin().create("cse-mn/info", draft), 2001);
        let times = times.map(|seconds| self.reference.now + seconds);
        self.reference.roles.insert(serial, Role { role, issuer, holder, times });
    }

    fn issue(&mut self, event: &Event) {
        let Event::IssueToken { holder, times, flaw, kept, permissions: list } = event else { return };
        let at = self.reference.tokens.len();
        let times = times.map(|seconds| self.reference.now + seconds);
        let id = format!("t{at}@csf.example");
        let claims = maker(*flaw).claims(&id, &absolute(AES[*holder]), times);
        let list = list.iter().map(|permission| Value::Object(permission_of(permission, room))).collect();
        let claims = claims.with("tkps", Value::Object(Object::new().with("pm", Value::List(list))));
        let audience = if *flaw == Flaw::Audience { "//csf.example/id-in" } else { "//csf.example/id-*" };
        let text = maker(*flaw).sign(&claims.with("aud", Value::texts([audience])));
        if *kept {
            let draft = draft(ResourceType::TOKEN, "m2m:tk").with("rn", format!("t{at}").as_str());
            let draft = draft.with("tkid", id.as_str()).with("tkob", text.as_str());
            must(&self.lab.admin().create("cse-mn/info", draft), 2001);
        }
        let Event::IssueToken { permissions, .. } = event.clone() else { return };
        let token = Token { text, holder: *holder, times, flaw: *flaw, kept: *kept, permissions };
        self.reference.tokens.push(token);
    }

    fn asker(&self, caller: Caller, address: Option<&str>) -> Asker<'_> {
        let asker = match caller {
            Caller::Proven(ae) => self.lab.as_ae(USERS[ae], AES[ae]),
            Caller::Administrator => self.lab.admin(),
            Caller::Claimed(ae) => self.lab.network(AES[ae]),
        };
        match address {
            Some(address) => asker.at(address),
            None => asker,
        }
    }

    fn wish<'a>(
        &self,
        caller: Caller,
        address: Option<&'a str>,
        operation: i64,
        governed: Governed,
        touches: Vec<&'a str>,
        roles: &'a [&'static str],
    ) -> Wish<'a> {
        let (name, authenticated) = match caller {
            Caller::Proven(ae) => (Some(AES[ae]), true),
            Caller::Administrator => (Some("CAdmin"), true),
            Caller::Claimed(ae) => (self.believes.then_some(AES[ae]), false),
        };
        let name = name.map(absolute);
        Wish { name, authenticated, address, operation, governed, child: 0, touches, roles, token: None }
    }

    fn ask(
        &mut self,
        caller: Caller,
        address: Option<&str>,
        act: Act,
        target: Target,
        brings: &Brings,
    ) -> Shown {
        let (to, root, governed) = match target {
            Target::Room(number) => (room(number), "m2m:cnt", Governed::Room(number)),
            Target::Instance(number) => {
                (format!("{}/first", room(number)), "m2m:cin", Governed::InRoom(number))
            }
            Target::Policy(which) => match self.pick(which) {
                Some(serial) => (format!("cse-mn/p{serial}"), "m2m:acp", Governed::Policy(serial)),
                None => return Ok(None),
            },
        };
        if act == Act::Notify {
            return self.ask_for_notify(caller, &to, governed);
        }
        let Some((request, operation, child, touches)) = request(act, target, &to, root) else {
            return Ok(None);
        };
        let tokens = self.reference.tokens.len();
        let token = brings.token.filter(|_| tokens > 0).map(|(which, by_id)| (which % tokens, by_id));
        let plain = self.wish(caller, address, operation, governed, touches, &brings.roles);
        let wish = Wish { child, token, ..plain };
        let permitted = self.reference.permits(&wish);
        let credentials = self.credentials(brings, token);
        let shown = same(permitted, &self.asker(caller, address).send(Request { credentials, ..request }))?;
        if permitted && act == Act::Delete {
            match target {
                Target::Policy(_) => {
                    if let Governed::Policy(serial) = governed {
                        self.reference.policies.remove(&serial);
                    }
                }
                Target::Room(number) | Target::Instance(number) => self.furnish(number),
            }
        }
        Ok(shown)
    }

    fn credentials(&self, brings: &Brings, token: Option<(usize, bool)>) -> Credentials {
        let roles = brings.roles.iter().map(|role| (*role).into()).collect();
        let mut credentials = Credentials { roles, ..Credentials::default() };
        match token {
            Some((at, true)) => credentials.token_ids = vec![format!("t{at}@csf.example").into()],
            Some((at, false)) => credentials.tokens = vec![(*self.reference.tokens[at].text).into()],
            None => {}
        }
        credentials
    }

    /// Nobody notifies here yet: the administrator asks the authorization service whether one might.
    fn ask_for_notify(&self, caller: Caller, to: &str, governed: Governed) -> Shown {
        let wish = self.wish(caller, None, 16, governed, Vec::new(), &[]);
        let Some(name) = &wish.name else { return Ok(None) };
        let asked = changes("csf:authorization").with("fr", name.as_str()).with("op", 5).with("to", to);
        let asked = asked.with("atn", wish.authenticated);
        let response = self.lab.admin().update("cse-mn/security/authorization", asked);
        must(&response, 2004);
        let (permitted, told) = (self.reference.permits(&wish), response.number("dec") == 1);
        if permitted == told { Ok(Some(told)) } else { Err(differ(permitted, &response)) }
    }
}

/// What an act is for this target: the request, its bit, the type of the child, the attributes that it touches.
fn request<'a>(
    act: Act,
    target: Target,
    to: &str,
    root: &'static str,
) -> Option<(Request, i64, i64, Vec<&'a str>)> {
    let everything = vec!["ri", "ty", "ct"];
    Some(match (act, target) {
        (Act::Create { instance: true }, Target::Room(_)) => (creation(to, instance("2")), 1, 4, vec!["con"]),
        (Act::Create { instance: false }, Target::Room(_)) => {
            (creation(to, unnamed_container().with("lbl", ["y"])), 1, 3, vec!["lbl"])
        }
        (Act::Retrieve([]), _) => (retrieval(to), 2, 0, everything),
        (Act::Retrieve(names), _) => {
            let names = if matches!(target, Target::Room(_)) { names } else { &["lbl"][..] };
            let mut request = retrieval(to);
            request.attributes = names.iter().map(|name| (*name).into()).collect();
            (request, 2, 0, names.to_vec())
        }
        (Act::Update("mni"), Target::Room(_)) => {
            (update(to, changes(root).with("mni", 6_000)), 4, 0, vec!["mni"])
        }
        (Act::Update(_), Target::Room(_) | Target::Policy(_)) => {
            (update(to, changes(root).with("lbl", ["z"])), 4, 0, vec!["lbl"])
        }
        (Act::Delete, Target::Room(_) | Target::Policy(_)) => (deletion(to), 8, 0, everything),
        (Act::Discover, _) => (discovery(to, FilterCriteria::default()), 32, 0, Vec::new()),
        _ => return None,
    })
}

fn chosen(there: &[usize], which: usize) -> Option<usize> {
    there.get(which.checked_rem(there.len())?).copied()
}

fn with_administrator(rules: &[Rule]) -> Vec<Rule> {
    let own = Rule {
        who: vec!["CAdmin"],
        operations: ALL,
        authenticated: false,
        contexts: Vec::new(),
        details: Vec::new(),
        attributes: None,
    };
    rules.iter().cloned().chain([own]).collect()
}

/// Permitted by both or refused by both.
fn same(permitted: bool, response: &Response) -> Shown {
    match response.code() {
        2000..=2999 if permitted => Ok(Some(true)),
        4103 if !permitted => Ok(Some(false)),
        _ => Err(differ(permitted, response)),
    }
}

fn differ(permitted: bool, response: &Response) -> String {
    let word = if permitted { "permits" } else { "refuses" };
    format!("the reference {word} it, the node answers {}: {:?}", response.code(), response.content)
}
