//! Which rules of a set are for whom: by name, by domain, for everybody, by role, by pattern, by group.

use std::collections::HashMap;

use csf_api::{AccessOperations, Address, EntityId};

use super::Rules;
use super::rule::Rule;
use crate::entry::{Entry, domain_of};
use crate::keyed::{KeyedTable, key_of};
use crate::pattern::Pattern;
use crate::patterns::Patterns;
use crate::role::RoleId;

/// Which rules are for whom.
#[derive(Default)]
pub(super) struct Index {
    exactly: KeyedTable<EntityId>,
    everybody: Box<[u16]>,
    /// Most policies name originators, or everybody, and nothing else; there are many of them.
    other: Option<Box<Other>>,
}

/// Rules that are for originators whom they do not name.
#[derive(Default)]
struct Other {
    domains: KeyedTable<Box<str>>,
    roles: KeyedTable<RoleId>,
    patterns: Patterns,
    /// In the order of their keys.
    groups: Box<[GroupRules]>,
}

/// The rules for the members of one group.
pub(super) struct GroupRules {
    /// The key of the group's address.
    pub(super) key: u64,
    /// The address, as the rules name it.
    pub(super) group: Address,
    /// The operations that at least one of them is about.
    pub(super) operations: AccessOperations,
    /// Their numbers.
    pub(super) rules: Vec<u16>,
}

impl Index {
    pub(super) fn everybody(&self) -> impl Iterator<Item = u16> {
        self.everybody.iter().copied()
    }

    pub(super) fn exactly<'a>(&'a self, key: u64, name: &'a EntityId) -> impl Iterator<Item = u16> + 'a {
        self.exactly.find(key, name)
    }

    pub(super) fn of_domain<'a>(&'a self, name: &'a EntityId) -> impl Iterator<Item = u16> + 'a {
        let other = self.other.as_deref().filter(|other| !other.domains.is_empty());
        let domain = other.and_then(|other| Some((other, domain_of(name)?)));
        domain.into_iter().flat_map(|(other, domain)| other.domains.find(key_of(domain), domain))
    }

    pub(super) fn of_roles<'a>(&'a self, roles: &'a [RoleId]) -> impl Iterator<Item = u16> + 'a {
        let other = self.other.as_deref().filter(|other| !other.roles.is_empty());
        other
            .into_iter()
            .flat_map(|other| roles.iter().flat_map(move |role| other.roles.find(key_of(role), role)))
    }

    /// Those whose pattern fits, of the rules that `about` takes.
    pub(super) fn by_pattern<'a>(
        &'a self,
        name: &'a EntityId,
        about: impl Fn(u16) -> bool + 'a,
    ) -> impl Iterator<Item = u16> + 'a {
        let candidates = self.other.as_deref().into_iter().flat_map(|other| other.patterns.candidates(name));
        candidates.filter(move |(pattern, rule)| about(*rule) && pattern.matches(name)).map(|(_, rule)| *rule)
    }

    /// Every group, in the order of the keys.
    pub(super) fn groups(&self) -> &[GroupRules] {
        self.other.as_deref().map(|other| &*other.groups).unwrap_or_default()
    }

    /// Those with these keys.
    pub(super) fn of_groups<'a>(&'a self, keys: &'a [u64]) -> impl Iterator<Item = &'a GroupRules> {
        keys.iter().flat_map(|key| {
            let from = self.groups().partition_point(|of_group| of_group.key < *key);
            let groups = self.groups().get(from..).unwrap_or_default().iter();
            groups.take_while(move |of_group| of_group.key == *key)
        })
    }
}

/// Rules as they are read, one after the other.
#[derive(Default)]
pub(super) struct Builder {
    rules: Vec<Rule>,
    operations: AccessOperations,
    exactly: Vec<(EntityId, u16)>,
    everybody: Vec<u16>,
    domains: Vec<(Box<str>, u16)>,
    roles: Vec<(RoleId, u16)>,
    patterns: Vec<(Pattern, u16)>,
    groups: Vec<GroupRules>,
    group_numbers: HashMap<Address, usize>,
}

impl Builder {
    /// Adds the next rule. The bound on rules keeps the number within `u16`; a rule beyond it would be lost.
    pub(super) fn push(&mut self, rule: Rule, entries: Vec<Entry>) {
        let Ok(number) = u16::try_from(self.rules.len()) else { return };
        let operations = rule.operations;
        self.operations = union(self.operations, operations);
        self.rules.push(rule);
        for entry in entries {
            match entry {
                Entry::Everybody => push_once(&mut self.everybody, number),
                Entry::Exactly(id) => self.exactly.push((id, number)),
                Entry::Domain(domain) => self.domains.push((domain, number)),
                Entry::Role(role) => self.roles.push((role, number)),
                Entry::Pattern(pattern) => self.patterns.push((pattern, number)),
                Entry::Group(group) => self.push_group(group, operations, number),
                Entry::Nobody(_) => {}
            }
        }
    }

    fn push_group(&mut self, group: Address, operations: AccessOperations, number: u16) {
        let groups = &mut self.groups;
        let at = *self.group_numbers.entry(group.clone()).or_insert_with(|| {
            let (key, none) = (key_of(&group), AccessOperations::NONE);
            groups.push(GroupRules { key, group, operations: none, rules: Vec::new() });
            groups.len().saturating_sub(1)
        });
        if let Some(of_group) = groups.get_mut(at) {
            of_group.operations = union(of_group.operations, operations);
            push_once(&mut of_group.rules, number);
        }
    }

    pub(super) fn finish(mut self) -> Rules {
        self.groups.sort_by_key(|of_group| of_group.key);
        let names_nobody = self.domains.is_empty()
            && self.roles.is_empty()
            && self.patterns.is_empty()
            && self.groups.is_empty();
        let other = (!names_nobody).then(|| {
            Box::new(Other {
                domains: self.domains.into_iter().collect(),
                roles: self.roles.into_iter().collect(),
                patterns: self.patterns.into_iter().collect(),
                groups: self.groups.into(),
            })
        });
        let exactly = self.exactly.into_iter().collect();
        let index = Index { exactly, everybody: self.everybody.into(), other };
        Rules { rules: self.rules.into(), operations: self.operations, index }
    }
}

fn push_once(list: &mut Vec<u16>, number: u16) {
    if list.last() != Some(&number) {
        list.push(number);
    }
}

fn union(one: AccessOperations, other: AccessOperations) -> AccessOperations {
    AccessOperations::from_bits(one.bits() | other.bits()).unwrap_or_default()
}
