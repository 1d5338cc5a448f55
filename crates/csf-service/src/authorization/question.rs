//! The question and the answer, as values and as members of a content (TS-0004 7.4.43).

use csf_api::{AccessOperation, Address, EntityId, Home, Object, Operation, Value};

use crate::refusal::Refusal;

/// The attributes of `<authorizationDecision>` that ask.
pub(super) const OF_A_DECISION_POINT: [&str; 11] =
    ["to", "fr", "op", "rrt", "fu", "rids", "tids", "tkns", "rtm", "olo", "oip"];
/// Those of them that nothing here evaluates.
const NOT_EVALUATED: [&str; 6] = ["rids", "tids", "tkns", "rtm", "olo", "oip"];
/// The members of a question of a CSF of this CSE.
const OF_A_CSF: [&str; 6] = ["to", "fr", "op", "rrt", "fu", "atn"];

/// `fu`: a RETRIEVE discovers.
const DISCOVERY: i64 = 1;
/// `fu`: a RETRIEVE is conditional.
const CONDITIONAL: i64 = 2;
/// `sus`: the question was answered.
const OK: i64 = 1;
/// `sus`: nothing here governs the target.
const NOT_APPLICABLE: i64 = 2;

/// May this originator do that to this target?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Whom it is about.
    pub originator: EntityId,
    /// Whether whoever asks authenticated the originator. A rule with the authentication flag demands it.
    pub authenticated: bool,
    /// What the originator wants to do.
    pub operation: AccessOperation,
    /// To what.
    pub target: Address,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The originator may.
    Permit,
    /// It may not.
    Deny,
    /// There is no such target here, so nothing here can say.
    NotApplicable,
}

impl Question {
    /// The question in the body of a request of a CSF of this CSE.
    pub(super) fn of_a_csf(body: &Object, home: &Home) -> Result<Self, Refusal> {
        only(body, &OF_A_CSF)?;
        Self::read(body, home, is_authenticated(body)?)
    }

    /// The question in an UPDATE of `<authorizationDecision>`: the asker vouches for the originator, no more.
    pub(super) fn of_a_decision_point(body: &Object, home: &Home) -> Result<Self, Refusal> {
        only(body, &OF_A_DECISION_POINT)?;
        if let Some(name) = NOT_EVALUATED.into_iter().find(|name| body.get(name).is_some()) {
            let text = format!("'{name}' is not evaluated here");
            return Err(Refusal::new(csf_api::Status::NotImplemented, text));
        }
        Self::read(body, home, false)
    }

    fn read(body: &Object, home: &Home, authenticated: bool) -> Result<Self, Refusal> {
        let (operation, target) = what(body)?;
        let originator = EntityId::parse(text(body, "fr")?, home)
            .map_err(|e| Refusal::bad_request(format!("'fr': {e}")))?;
        Ok(Self { originator, authenticated, operation, target })
    }

    /// As the body of a request of a CSF of this CSE.
    pub(super) fn spell(&self) -> Object {
        let (operation, discovers) = requested(self.operation);
        let body = Object::new()
            .with("to", Value::text(&self.target.to_string()))
            .with("fr", Value::text(self.originator.absolute()))
            .with("op", Value::Integer(i64::from(operation.number())))
            .with("atn", Value::Bool(self.authenticated));
        if discovers { body.with("fu", Value::Integer(DISCOVERY)) } else { body }
    }
}

/// A text that a question must have.
fn text<'a>(body: &'a Object, name: &str) -> Result<&'a str, Refusal> {
    let value = body.get(name).ok_or_else(|| Refusal::bad_request(format!("'{name}' is missing")))?;
    value.as_text().ok_or_else(|| Refusal::bad_request(format!("'{name}' must be a string")))
}

/// What a question is about: an operation, and of what.
pub(super) fn what(body: &Object) -> Result<(AccessOperation, Address), Refusal> {
    let target = Address::parse(text(body, "to")?).map_err(|e| Refusal::bad_request(format!("'to': {e}")))?;
    let number = |name: &str| match body.get(name) {
        None => Ok(None),
        Some(value) => {
            let number = value.as_integer();
            number.map(Some).ok_or_else(|| Refusal::bad_request(format!("'{name}' must be an integer")))
        }
    };
    if number("rrt")?.is_some_and(|number| u16::try_from(number).is_err()) {
        return Err(Refusal::bad_request("'rrt' is no resource type"));
    }
    let operation = number("op")?.ok_or_else(|| Refusal::bad_request("'op' is missing"))?;
    let operation = u8::try_from(operation).ok().and_then(Operation::from_number);
    let operation = operation.ok_or_else(|| Refusal::bad_request("'op' is a number from 1 to 5"))?;
    let operation = match (operation, number("fu")?) {
        (Operation::Retrieve, Some(DISCOVERY)) => AccessOperation::Discovery,
        (operation, None | Some(CONDITIONAL)) => of(operation),
        _ => return Err(Refusal::bad_request("'fu' is 1 with RETRIEVE, or 2")),
    };
    Ok((operation, target))
}

/// Whether a question says that the originator is authenticated.
pub(super) fn is_authenticated(body: &Object) -> Result<bool, Refusal> {
    let Some(value) = body.get("atn") else { return Ok(false) };
    value.as_bool().ok_or_else(|| Refusal::bad_request("'atn' must be true or false"))
}

/// The operation of a request, and whether it discovers.
pub(crate) const fn requested(operation: AccessOperation) -> (Operation, bool) {
    match operation {
        AccessOperation::Create => (Operation::Create, false),
        AccessOperation::Retrieve => (Operation::Retrieve, false),
        AccessOperation::Update => (Operation::Update, false),
        AccessOperation::Delete => (Operation::Delete, false),
        AccessOperation::Notify => (Operation::Notify, false),
        AccessOperation::Discovery => (Operation::Retrieve, true),
    }
}

const fn of(operation: Operation) -> AccessOperation {
    match operation {
        Operation::Create => AccessOperation::Create,
        Operation::Retrieve => AccessOperation::Retrieve,
        Operation::Update => AccessOperation::Update,
        Operation::Delete => AccessOperation::Delete,
        Operation::Notify => AccessOperation::Notify,
    }
}

pub(super) fn only(body: &Object, known: &[&str]) -> Result<(), Refusal> {
    match body.iter().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => {
            let name: String = name.chars().take(32).filter(|c| !c.is_control()).collect();
            let known = known.join(", ");
            Err(Refusal::bad_request(format!("a question has no member '{name}'; it has {known}")))
        }
        None => Ok(()),
    }
}

impl Decision {
    /// The answer as the members `dec` (1 PERMIT, 2 DENY) and `sus` (1 OK, 2 NOT_APPLICABLE).
    pub(super) fn spell(self) -> Object {
        let decided =
            |number| Object::new().with("dec", Value::Integer(number)).with("sus", Value::Integer(OK));
        match self {
            Self::Permit => decided(1),
            Self::Deny => decided(2),
            Self::NotApplicable => Object::new().with("sus", Value::Integer(NOT_APPLICABLE)),
        }
    }

    /// The answer that these members are; whatever is no answer is a denial.
    pub(super) fn read(body: Option<&Object>) -> Self {
        let number = |name| body.and_then(|body| body.get(name)).and_then(Value::as_integer);
        match (number("sus"), number("dec")) {
            (Some(OK), Some(1)) => Self::Permit,
            (Some(NOT_APPLICABLE), None) => Self::NotApplicable,
            _ => Self::Deny,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Home {
        Home::new("//csf.example", "/id-mn").expect("well formed")
    }

    fn body() -> Object {
        Object::new()
            .with("to", Value::text("cse-mn/meter"))
            .with("fr", Value::text("Cmeter"))
            .with("op", Value::Integer(2))
    }

    #[test]
    fn a_question_reads_back_as_it_was_spelt() {
        for operation in AccessOperation::ALL {
            for authenticated in [false, true] {
                let question = Question {
                    originator: EntityId::parse("Cmeter", &home()).expect("well formed"),
                    authenticated,
                    operation,
                    target: Address::parse("cse-mn/meter").expect("well formed"),
                };
                assert_eq!(Question::of_a_csf(&question.spell(), &home()).expect("a question"), question);
            }
        }
        for decision in [Decision::Permit, Decision::Deny, Decision::NotApplicable] {
            assert_eq!(Decision::read(Some(&decision.spell())), decision);
        }
        assert_eq!(Decision::read(None), Decision::Deny);
        let half = Object::new().with("dec", Value::Integer(1));
        assert_eq!(Decision::read(Some(&half)), Decision::Deny, "an answer that does not say that it is one");
    }

    // Shows ACC-9.
    #[test]
    fn what_is_no_question_is_refused() {
        assert!(Question::of_a_csf(&body(), &home()).is_ok());
        for (name, value) in [
            ("to", Value::Null),
            ("to", Value::text("a//b")),
            ("fr", Value::Integer(1)),
            ("fr", Value::text("nobody at all")),
            ("op", Value::Integer(0)),
            ("op", Value::Integer(6)),
            ("op", Value::text("2")),
            ("fu", Value::Integer(3)),
            ("rrt", Value::Integer(-1)),
            ("rrt", Value::text("3")),
            ("atn", Value::Integer(1)),
            ("lbl", Value::texts(["x"])),
        ] {
            let body = body().with(name, value);
            let refusal = Question::of_a_csf(&body, &home()).expect_err(name);
            assert_eq!(refusal.status, csf_api::Status::BadRequest, "{name}");
        }
        for name in ["to", "fr", "op"] {
            let mut body = body();
            body.remove(name);
            assert!(Question::of_a_csf(&body, &home()).is_err(), "{name}");
            assert!(Question::of_a_decision_point(&body, &home()).is_err(), "{name}");
        }
        let discovery_by_delete = body().with("op", Value::Integer(4)).with("fu", Value::Integer(1));
        assert!(Question::of_a_csf(&discovery_by_delete, &home()).is_err());
        // A decision point is told by nobody whom somebody else authenticated.
        let claims = body().with("atn", Value::Bool(true));
        assert!(Question::of_a_decision_point(&claims, &home()).is_err());
    }
}
