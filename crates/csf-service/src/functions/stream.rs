//! A message in parts, for digests and codes: `str` is `begin`, and then the handle that came back.
//!
//! Nothing of it is kept here: the handle names the secure environment and its stream, and the environment binds the
//! stream to the caller and the key. Each step is a request of its own, and decided on as such.

use csf_api::{Object, SecurityLevel, Value};
use csf_transport::{
    Command, KeyId, NoneFits, Owner, Reply as SeReply, SeError, SeId, StreamCommand, StreamId, StreamRef,
    StreamWork,
};

use super::execution::{Ran, verified};
use crate::call::Call;
use crate::input::{Input, base64};
use crate::levels::no_environment;
use crate::outside::Outside;
use crate::refusal::Refusal;

/// What begins a stream.
const BEGIN: &str = "begin";

/// One step of a stream.
pub(super) enum Step {
    Begin,
    Go { handle: Handle, what: What },
}

/// A stream, as its caller names it: the name of the environment, a dot, and 32 hexadecimal digits.
pub(super) struct Handle {
    at: SeId,
    id: StreamId,
}

pub(super) enum What {
    Update { position: u64, part: Vec<u8> },
    Finish { position: u64 },
    Abort,
}

/// The step that is asked for; `None` where the message comes in one. The members of the beginning are said once.
pub(super) fn step(input: &Input<'_>, of_beginning: &[&str]) -> Result<Option<Step>, Refusal> {
    let Some(named) = input.optional_text("str")? else {
        return match ["pos", "end"].into_iter().find(|name| input.has(name)) {
            Some(name) => Err(Refusal::bad_request(format!("'{name}' is of a stream: 'str' is missing"))),
            None => Ok(None),
        };
    };
    if named == BEGIN {
        return match ["msg", "pos", "end"].into_iter().find(|name| input.has(name)) {
            Some(name) => Err(Refusal::bad_request(format!("a stream begins without '{name}'"))),
            None => Ok(Some(Step::Begin)),
        };
    }
    if let Some(name) = of_beginning.iter().find(|name| input.has(name)) {
        return Err(Refusal::bad_request(format!("'{name}' is said when a stream begins")));
    }
    let handle = handle(named)
        .ok_or_else(|| Refusal::bad_request("'str' must be 'begin', or a handle that came back for it"))?;
    let what = match (input.optional_text("end")?, input.optional_octets("msg")?) {
        (None, Some(part)) => What::Update { position: position(input)?, part },
        (Some("finish"), None) => What::Finish { position: position(input)? },
        (Some("abort"), None) if !input.has("pos") => What::Abort,
        _ => {
            return Err(Refusal::bad_request(
                "a stream goes on with 'msg' and 'pos', and ends with 'end': finish and 'pos', or abort alone",
            ));
        }
    };
    Ok(Some(Step::Go { handle, what }))
}

fn position(input: &Input<'_>) -> Result<u64, Refusal> {
    u64::try_from(input.integer("pos")?).map_err(|_| Refusal::bad_request("'pos' must not be negative"))
}

fn handle(named: &str) -> Option<Handle> {
    let (at, id) = named.split_once('.')?;
    Some(Handle { at: SeId::parse(at)?, id: StreamId::parse(id)? })
}

impl Handle {
    /// Where the stream is.
    pub(super) const fn environment(&self) -> &SeId {
        &self.at
    }
}

/// The caller, as the owner of streams. A name that nothing proves owns none.
pub(super) fn owner<O: Outside>(call: &Call<'_, O>) -> Result<Owner, Refusal> {
    let proven = call.caller.originator().filter(|_| call.caller.is_proven());
    proven.and_then(|id| Owner::new(id.absolute())).ok_or_else(Refusal::denied)
}

/// Begins a stream in this environment.
pub(super) async fn begin<O: Outside>(
    call: &Call<'_, O>,
    (at, level): (&SeId, SecurityLevel),
    owner: Owner,
    work: StreamWork,
) -> Result<Ran, Refusal> {
    match call.asking.execute(at, Command::Stream(StreamCommand::Begin { owner, work })).await? {
        SeReply::Stream(id) => {
            let output = Object::new().with("str", Value::Text(format!("{at}.{id}").into()));
            Ok(Ran { output: output.with("pos", Value::Integer(0)), level })
        }
        _ => Err(Refusal::internal()),
    }
}

/// Goes on with a stream, or ends it. With whom and with which key it was begun, the environment judges.
pub(super) async fn go<O: Outside>(
    call: &Call<'_, O>,
    (owner, key): (Owner, Option<KeyId>),
    (handle, what): (Handle, What),
    (level, minimum): (SecurityLevel, SecurityLevel),
) -> Result<Ran, Refusal> {
    if level < minimum {
        return Err(no_environment(NoneFits::LevelTooLow));
    }
    let Handle { at, id } = handle;
    let stream = StreamRef { id, owner, key };
    let (command, next) = match what {
        What::Update { position, part } => {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            let next = position.checked_add(length).and_then(|next| i64::try_from(next).ok());
            let next = next.ok_or_else(misplaced)?;
            (StreamCommand::Update { stream, position, part }, Some(next))
        }
        What::Finish { position } => (StreamCommand::Finish { stream, position }, None),
        What::Abort => (StreamCommand::Abort { stream }, None),
    };
    let reply = call.asking.execute(&at, Command::Stream(command)).await;
    let output = match (reply, next) {
        (Err(SeError::InvalidInput), _) => return Err(misplaced()),
        (Err(error), _) => return Err(error.into()),
        (Ok(SeReply::Done), Some(next)) => Object::new().with("pos", Value::Integer(next)),
        (Ok(SeReply::Done), None) => Object::new(),
        (Ok(SeReply::Digest(digest)), None) => Object::new().with("Hv", base64(&digest)),
        (Ok(SeReply::Mac(mac)), None) => Object::new().with("Sgn", base64(&mac)),
        (Ok(SeReply::Verified(right)), None) => verified(right),
        _ => return Err(Refusal::internal()),
    };
    Ok(Ran { output, level })
}

/// The refusal of a stream that is not there.
pub(super) fn gone() -> Refusal {
    SeError::NoSuchStream.into()
}

fn misplaced() -> Refusal {
    Refusal::bad_request("'pos' is not where the stream stands; nothing was done")
}
