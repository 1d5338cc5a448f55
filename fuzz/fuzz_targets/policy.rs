//! Policies and decisions over them: a decision permits exactly where a plain reading of the rules does.
#![no_main]

use std::sync::Arc;

use csf_access::{
    Circumstances, Fact, Governing, Policy, Question, RuleRef, Section, Standing, Subject, Verdict, decide,
};
use csf_api::{AccessOperation, EntityId, Home, Object, ResourceId, ResourceType, UtcTime, Value};
use csf_fuzz::homes;
use libfuzzer_sys::{Corpus, fuzz_target};
use proto_primitive::value_from_json;

// A digit for the standing, one for the operation, the originator up to the line end; then
// `{"pv": …, "pvs": …}`.
fuzz_target!(|bytes: &[u8]| -> Corpus { examine(bytes).unwrap_or(Corpus::Reject) });

fn examine(bytes: &[u8]) -> Option<Corpus> {
    let (&[standing, operation], rest) = bytes.split_first_chunk()?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (originator, json) = rest.split_at(end);
    let [home, ..] = homes().expect("well-formed homes");
    let originator = EntityId::parse(str::from_utf8(originator).ok()?, &home).ok();
    let asked = Asked {
        standing: pick(&[Standing::Proven, Standing::Vouched, Standing::Bare], standing),
        originator: originator.as_ref(),
        operation: pick(&AccessOperation::ALL, operation),
        home: &home,
    };
    let policy = value_from_json(json).ok()?;
    let section = |name| policy.as_object()?.get(name);
    let (pv, pvs) = (section("pv")?, section("pvs")?);

    let id = ResourceId::parse("acp-1").expect("well formed");
    let policy = match Policy::parse(id.clone(), pv, pvs, &home) {
        Ok(policy) => Arc::new(policy),
        Err(error) => {
            assert!(error.path().starts_with("pv"), "{error}");
            return Some(Corpus::Keep);
        }
    };
    let links = [(id.clone(), Fact::Known(Arc::clone(&policy)))];
    asked.agrees(&Governing::Linked(&links), Section::Privileges, pv);
    asked.agrees(&Governing::LinkedSelf(&links), Section::SelfPrivileges, pvs);
    asked.agrees(&Governing::SelfPrivileges(&policy), Section::SelfPrivileges, pvs);
    for unknown in [Fact::Missing, Fact::Unavailable] {
        let verdict = asked.decide(&Governing::Linked(&[(id.clone(), unknown)]));
        assert!(!verdict.is_permit(), "what is not known permits nothing");
    }
    Some(Corpus::Keep)
}

fn pick<T: Copy>(all: &[T], digit: u8) -> T {
    all[usize::from(digit) % all.len()]
}

/// A question, and its answer by plain reading.
struct Asked<'a> {
    standing: Standing,
    originator: Option<&'a EntityId>,
    operation: AccessOperation,
    home: &'a Home,
}

impl Asked<'_> {
    fn subject(&self) -> Subject<'_> {
        Subject::new(self.standing, self.originator)
    }

    /// The crate's answer, at some moment, with no group and no location at hand, and no attribute list that suffices.
    fn decide(&self, governing: &Governing<'_>) -> Verdict {
        let question = Question::whole(self.operation, ResourceType::CONTAINER);
        decide(governing, &self.subject(), &question, &Circumstances::at(UtcTime::from_unix_micros(0)))
    }

    fn agrees(&self, governing: &Governing<'_>, section: Section, rules: &Value) {
        let rules = rules.as_object().and_then(|o| o.get("acr")).and_then(Value::as_list).unwrap_or_default();
        match self.decide(governing) {
            Verdict::Permit(RuleRef::Rule { section: cited, index, .. }) => {
                assert_eq!(cited, section);
                let rule = &rules[usize::from(index)];
                assert!(self.may_permit(rule), "{section}[{index}] does not permit");
            }
            Verdict::Permit(other) => panic!("permitted by {other}"),
            Verdict::Deny(reason) => {
                assert!(!rules.iter().any(|rule| self.is_permitted(rule)), "denied, since {reason}");
            }
            Verdict::Unknown(missing) => {
                assert!(!missing.groups.is_empty(), "everything but groups is known");
                assert!(!rules.iter().any(|rule| self.is_permitted(rule)), "unknown, and permitted");
            }
        }
    }

    /// Whether a rule without conditions permits; the others are read by the tests of the crate.
    fn is_permitted(&self, rule: &Value) -> bool {
        let rule: &Object = rule.as_object().expect("a rule that parsed");
        let plain = rule.iter().all(|(name, _)| matches!(name, "acor" | "acop" | "acaf"));
        plain && self.is_meant_by(rule)
    }

    /// Whether a rule with conditions might.
    fn may_permit(&self, rule: &Value) -> bool {
        let rule: &Object = rule.as_object().expect("a rule that parsed");
        let known = ["acor", "acop", "acaf", "acco", "acod", "aca"];
        rule.iter().all(|(name, _)| known.contains(&name))
            && rule.get("aca").is_none()
            && self.is_meant_by(rule)
    }

    fn is_meant_by(&self, rule: &Object) -> bool {
        let member = |name| rule.get(name);
        let operations = member("acop").and_then(Value::as_integer).expect("operations that parsed");
        let must_prove = member("acaf").and_then(Value::as_bool).unwrap_or(false);
        let proven = self.standing == Standing::Proven && self.originator.is_some();
        let entries = member("acor").and_then(Value::as_list).expect("originators that parsed");
        operations & (self.operation as i64) != 0
            && (proven || !must_prove)
            && entries.iter().filter_map(Value::as_text).any(|entry| self.is_meant(entry))
    }

    fn is_meant(&self, entry: &str) -> bool {
        if entry == "all" {
            return true;
        }
        let Some(originator) = self.originator.filter(|_| self.standing != Standing::Bare) else {
            return false;
        };
        if let Ok(id) = EntityId::parse(entry, self.home) {
            return id == *originator;
        }
        if entry.contains('@') {
            return false;
        }
        let (sp, cse, absolute) = (self.home.service_provider(), self.home.cse(), originator.absolute());
        match entry.as_bytes() {
            [b'/', b'/', domain @ ..] if !domain.contains(&b'/') => {
                absolute.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/'))
            }
            [b'/', b'/', ..] => glob(entry, absolute),
            [b'/', ..] => glob(&format!("{sp}{entry}"), absolute),
            // A stem is one segment.
            stem if stem.contains(&b'/') => false,
            [b'C', ..] => glob(&format!("{sp}{cse}/{entry}"), absolute),
            [b'S', ..] => glob(&format!("{sp}/{entry}"), absolute),
            _ => false,
        }
    }
}

/// Whether the text fits, where `*` is any run of characters but the slash; by the set of places in the
/// pattern that can be reached, so that no pattern takes long.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern = pattern.as_bytes();
    if !pattern.contains(&b'*') {
        return false;
    }
    let closed = |mut at: Vec<bool>| {
        for n in 0..pattern.len() {
            at[n + 1] |= at[n] && pattern[n] == b'*';
        }
        at
    };
    let mut at = vec![false; pattern.len() + 1];
    at[0] = true;
    let mut at = closed(at);
    for byte in text.bytes() {
        let mut next = vec![false; pattern.len() + 1];
        for n in 0..pattern.len() {
            match pattern[n] {
                b'*' => next[n] |= at[n] && byte != b'/',
                literal => next[n + 1] |= at[n] && literal == byte,
            }
        }
        at = closed(next);
    }
    at[pattern.len()]
}
