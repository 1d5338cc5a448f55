//! The naive reference: what there is, as flat lists, and a decision that goes through all of it (TS-0003 7.1.5).

use std::collections::BTreeMap;

use crate::conditions::{absolute, address_is_in, entry_is_for, window_is_open};
use crate::events::{AES, Context, Flaw, Permission, ROOMS, Rule};

/// A thing that a wrong reference overlooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ignored {
    Authentication,
    Windows,
    Addresses,
    Countries,
    UnknownConditions,
    ObjectDetails,
    Attributes,
    OperationBits,
    Groups,
    RoleTimes,
    TokenFlaws,
    Revocation,
    PolicyEnds,
    SelfPrivileges,
}

impl Ignored {
    pub(crate) const ALL: [Self; 14] = [
        Self::Authentication,
        Self::Windows,
        Self::Addresses,
        Self::Countries,
        Self::UnknownConditions,
        Self::ObjectDetails,
        Self::Attributes,
        Self::OperationBits,
        Self::Groups,
        Self::RoleTimes,
        Self::TokenFlaws,
        Self::Revocation,
        Self::PolicyEnds,
        Self::SelfPrivileges,
    ];
}

pub(crate) struct Policy {
    pub(crate) pv: Vec<Rule>,
    pub(crate) pvs: Vec<Rule>,
    pub(crate) ends: Option<i64>,
}

pub(crate) struct Group {
    /// Numbers of AEs; others stand for nobody.
    pub(crate) members: Vec<usize>,
    pub(crate) ends: Option<i64>,
}

pub(crate) struct Role {
    pub(crate) role: &'static str,
    pub(crate) issuer: &'static str,
    pub(crate) holder: usize,
    pub(crate) times: [i64; 2],
}

pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) holder: usize,
    pub(crate) times: [i64; 2],
    pub(crate) flaw: Flaw,
    /// There is a `<token>` for it.
    pub(crate) kept: bool,
    pub(crate) permissions: Vec<Permission>,
}

#[derive(Clone, Default)]
pub(crate) struct Room {
    /// How often it was made anew.
    pub(crate) generation: usize,
    pub(crate) custodian: Option<usize>,
    /// Links, also to policies that are gone.
    pub(crate) links: Option<Vec<usize>>,
}

/// Everything that decides.
pub(crate) struct Reference {
    pub(crate) ignored: Option<Ignored>,
    pub(crate) now: i64,
    pub(crate) policies: BTreeMap<usize, Policy>,
    pub(crate) groups: BTreeMap<usize, Group>,
    pub(crate) roles: BTreeMap<usize, Role>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) rooms: [Room; ROOMS],
    pub(crate) countries: [Option<&'static str>; 3],
}

/// What is governed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Governed {
    /// A room itself.
    Room(usize),
    /// What lies in a room and has no policies of its own.
    InRoom(usize),
    /// The links of a room.
    LinksOf(usize),
    Policy(usize),
}

/// A request, as far as it is decided about.
pub(crate) struct Wish<'a> {
    /// The absolute identifier, where one counts.
    pub(crate) name: Option<String>,
    pub(crate) authenticated: bool,
    pub(crate) address: Option<&'a str>,
    /// A bit of `acop`.
    pub(crate) operation: i64,
    pub(crate) governed: Governed,
    /// The type of the new child.
    pub(crate) child: i64,
    pub(crate) touches: Vec<&'a str>,
    pub(crate) roles: &'a [&'static str],
    /// A token, and whether by its Token-ID.
    pub(crate) token: Option<(usize, bool)>,
}

impl Reference {
    fn ignores(&self, what: Ignored) -> bool {
        self.ignored == Some(what)
    }

    pub(crate) fn policy(&self, serial: usize) -> Option<&Policy> {
        let there =
            |policy: &&Policy| policy.ends.is_none_or(|e| self.now < e || self.ignores(Ignored::PolicyEnds));
        self.policies.get(&serial).filter(there)
    }

    pub(crate) fn group(&self, slot: usize) -> Option<&Group> {
        self.groups.get(&slot).filter(|group| group.ends.is_none_or(|end| self.now < end))
    }

    fn is(&self, ae: usize, wish: &Wish<'_>) -> bool {
        wish.name.as_deref() == Some(&absolute(AES[ae]))
    }

    /// Whether the request is permitted.
    pub(crate) fn permits(&self, wish: &Wish<'_>) -> bool {
        // A token that does not count refuses what others would permit.
        if wish.token.is_some_and(|(token, by_id)| !self.token_counts(&self.tokens[token], by_id, wish)) {
            return false;
        }
        let of_role = |role: &&Role| {
            let in_time =
                self.ignores(Ignored::RoleTimes) || (role.times[0] <= self.now && self.now <= role.times[1]);
            role.issuer != "/id-stranger"
                && self.is(role.holder, wish)
                && wish.roles.contains(&role.role)
                && in_time
        };
        let roles: Vec<&str> = self.roles.values().filter(of_role).map(|role| role.role).collect();
        if self.governed(wish, &roles) {
            return true;
        }
        let (Some((token, _)), Governed::Room(_) | Governed::InRoom(_)) = (wish.token, wish.governed) else {
            return false;
        };
        self.tokens[token].permissions.iter().any(|permission| {
            let about = permission.room.is_none_or(|room| wish.governed == Governed::Room(room));
            let with_roles = [&roles[..], &permission.roles[..]].concat();
            let by_rules = || self.rules(permission.rules.iter(), wish, &roles);
            about && (by_rules() || (!permission.roles.is_empty() && self.governed(wish, &with_roles)))
        })
    }

    fn token_counts(&self, token: &Token, by_id: bool, wish: &Wish<'_>) -> bool {
        (token.flaw == Flaw::None || self.ignores(Ignored::TokenFlaws))
            && self.is(token.holder, wish)
            && (token.times[0] <= self.now && self.now <= token.times[1])
            && (!by_id || token.kept || self.ignores(Ignored::Revocation))
    }

    /// By what governs the target, for an originator with these roles.
    fn governed(&self, wish: &Wish<'_>, roles: &[&str]) -> bool {
        let room = match wish.governed {
            Governed::Policy(serial) => {
                let pvs = self.policy(serial).map(|policy| policy.pvs.iter());
                return pvs.is_some_and(|rules| self.rules(rules, wish, roles));
            }
            Governed::Room(room) | Governed::InRoom(room) | Governed::LinksOf(room) => &self.rooms[room],
        };
        let Some(links) = &room.links else { return self.is(room.custodian.unwrap_or(0), wish) };
        let there = links.iter().filter_map(|serial| self.policy(*serial));
        let by_self = matches!(wish.governed, Governed::LinksOf(_)) && !self.ignores(Ignored::SelfPrivileges);
        let rules = there.flat_map(|policy| if by_self { &policy.pvs } else { &policy.pv });
        self.rules(rules, wish, roles)
    }

    fn rules<'r>(&self, rules: impl Iterator<Item = &'r Rule>, wish: &Wish<'_>, roles: &[&str]) -> bool {
        let hold: Vec<&Rule> = rules.filter(|rule| self.holds(rule, wish, roles)).collect();
        if hold.iter().any(|rule| rule.attributes.is_none() || self.ignores(Ignored::Attributes)) {
            return true;
        }
        let listed = |name| hold.iter().any(|rule| rule.attributes.is_some_and(|list| list.contains(name)));
        !hold.is_empty() && wish.touches.iter().all(listed)
    }

    /// Everything of a rule but its list of attributes.
    fn holds(&self, rule: &Rule, wish: &Wish<'_>, roles: &[&str]) -> bool {
        let authenticated =
            !rule.authenticated || wish.authenticated || self.ignores(Ignored::Authentication);
        let operation = rule.operations & wish.operation != 0 || self.ignores(Ignored::OperationBits);
        let contexts =
            rule.contexts.is_empty() || rule.contexts.iter().any(|context| self.fits(context, wish));
        authenticated
            && operation
            && contexts
            && self.is_about(rule, wish)
            && rule.who.iter().any(|entry| self.is_for(entry, wish, roles))
    }

    fn is_for(&self, entry: &str, wish: &Wish<'_>, roles: &[&str]) -> bool {
        if entry == "all" {
            return true;
        }
        let Some(name) = &wish.name else { return false };
        if entry.contains('@') {
            return roles.contains(&entry);
        }
        if let Some((_, slot)) = entry.split_once("cse-mn/g") {
            let Some(group) = self.group(slot.parse().unwrap()) else { return false };
            let member = |member: &usize| AES.get(*member).is_some_and(|ae| absolute(ae) == *name);
            return self.ignores(Ignored::Groups) || group.members.iter().any(member);
        }
        entry_is_for(entry, name)
    }

    fn is_about(&self, rule: &Rule, wish: &Wish<'_>) -> bool {
        if wish.operation != 1 || rule.details.is_empty() || self.ignores(Ignored::ObjectDetails) {
            return true;
        }
        // Children are made in rooms only, and no child is a specialisation.
        rule.details.iter().any(|detail| {
            detail.target.is_none_or(|target| target == 3)
                && !detail.special
                && detail.children.contains(&wish.child)
        })
    }

    fn fits(&self, context: &Context, wish: &Wish<'_>) -> bool {
        let mut windows = context.windows.iter();
        let time = context.windows.is_empty()
            || self.ignores(Ignored::Windows)
            || windows.any(|window| window_is_open(window, self.now));
        let ranges: Vec<&str> = [&context.ipv4[..], &context.ipv6[..]].concat();
        let address = ranges.is_empty()
            || self.ignores(Ignored::Addresses)
            || wish.address.is_some_and(|address| ranges.iter().any(|range| address_is_in(range, address)));
        let country = (0..AES.len()).find(|ae| self.is(*ae, wish)).and_then(|ae| self.countries[ae]);
        let place = context.countries.is_empty()
            || self.ignores(Ignored::Countries)
            || country.is_some_and(|country| context.countries.contains(&country));
        time && address && place && (!context.unknown || self.ignores(Ignored::UnknownConditions))
    }
}
