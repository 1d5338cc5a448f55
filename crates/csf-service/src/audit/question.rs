//! What an administrator may ask of whoever guards the audit log: names behind pseudonyms, the newest checkpoint,
//! and to have what has gathered written, or old records removed.
//!
//! The questions come as an UPDATE of security administration with the root `csf:audit`, as functions are invoked;
//! nothing of them remains but an audit record, and of having it written not even that.

use csf_api::{Content, Object, Request, Status, UtcTime, Value};
use csf_tree::schema::{SECURITY_ADMINISTRATION, Schema};

use super::AuditKind;
use crate::call::Call;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::reply::Reply;

/// The most pseudonyms that are resolved in one request.
pub const MAX_PSEUDONYMS: usize = 500;
/// The longest name that a pseudonym is asked for, in bytes.
const MAX_NAME_BYTES: usize = 1024;
/// The root of a question.
const ROOT: &str = "csf:audit";
/// Names behind pseudonyms.
const RESOLVE: &str = "rsv";
/// The pseudonym of a name.
const PSEUDONYM: &str = "psn";
/// The newest checkpoint.
const ANCHOR: &str = "anc";
/// Write what has gathered.
const FLUSH: &str = "fls";
/// Remove what is older.
const PRUNE: &str = "prn";

/// A question about the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditQuestion {
    /// Who or what these pseudonyms stand for.
    Resolve(Vec<Box<str>>),
    /// By which pseudonym this name is in the log.
    Pseudonym(Box<str>),
    /// Make a checkpoint now, and say what it holds.
    Anchor,
    /// Write what has gathered, and say when it is on the disk.
    Flush,
    /// Remove the whole files of which every record is older than this.
    Prune(UtcTime),
}

/// The answer to the [`AuditQuestion`] of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditAnswer {
    /// The names, in order; `None` for what is no pseudonym of this log.
    Resolved(Vec<Option<Box<str>>>),
    /// The pseudonym.
    Pseudonym(Box<str>),
    /// The number and the hash of the last record, in hexadecimal digits.
    Anchor(u64, Box<str>),
    /// The number of the last record on the disk.
    Flushed(u64),
    /// What was removed.
    Pruned(Pruned),
    /// It was not done, for this reason.
    Refused(Box<str>),
}

/// What was removed from the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruned {
    /// The first record that is not there any more; 0 where nothing was removed.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// How many files.
    pub files: u64,
}

/// Whether the request is such a question.
pub(crate) fn is_question(schema: &Schema, request: &Request) -> bool {
    *schema == SECURITY_ADMINISTRATION && request.content.as_ref().is_some_and(|c| *c.root == *ROOT)
}

/// Whether the request has what has gathered written, and nothing else.
pub(super) fn is_flush(schema: &Schema, request: &Request) -> bool {
    let content = request.content.as_ref().and_then(|content| content.value.as_object());
    is_question(schema, request) && content.is_some_and(|content| content.get(FLUSH).is_some())
}

/// Answers a question of an administrator who is proven to be one.
pub(crate) async fn answer<O: Outside>(call: &Call<'_, O>) -> Result<Reply, Refusal> {
    // A name that a laboratory switch lets somebody claim opens no pseudonyms.
    if !call.caller.is_proven() || call.caller.originator() != Some(&call.context.settings.administrator) {
        return Err(Refusal::denied());
    }
    let content = call.request.content.as_ref().and_then(|content| content.value.as_object());
    let question = read(content.ok_or_else(|| Refusal::bad_request("the question must be an object"))?)?;
    let answer = call.asking.ask_audit(question).await.map_err(|_| {
        Refusal::new(
            Status::InternalServerError,
            "the audit log gave no answer in time; it may come to it yet",
        )
    })?;
    let told = match answer {
        AuditAnswer::Resolved(names) => {
            let name = |name: Option<Box<str>>| name.map_or(Value::Null, |name| Value::text(&name));
            Object::new().with(RESOLVE, Value::List(names.into_iter().map(name).collect()))
        }
        AuditAnswer::Pseudonym(pseudonym) => Object::new().with(PSEUDONYM, Value::text(&pseudonym)),
        AuditAnswer::Anchor(number, hash) => {
            Object::new().with(ANCHOR, integer(number)).with("h", Value::text(&hash))
        }
        // It says nothing that whoever reads the files does not see, and each look at them would add to them.
        AuditAnswer::Flushed(number) => {
            let told = Object::new().with(FLUSH, integer(number));
            return Ok(Reply::new(Status::Updated).with(Content::new(ROOT, Value::Object(told))));
        }
        AuditAnswer::Pruned(Pruned { first, last, files }) => {
            Object::new().with(PRUNE, integer(files)).with("from", integer(first)).with("upto", integer(last))
        }
        AuditAnswer::Refused(why) => return Err(Refusal::new(Status::Conflict, why.into_string())),
    };
    let reply = Reply::new(Status::Updated).with(Content::new(ROOT, Value::Object(told)));
    Ok(reply.audited(AuditKind::Administration))
}

fn integer(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn read(body: &Object) -> Result<AuditQuestion, Refusal> {
    let mut members = body.iter();
    let (Some((name, value)), None) = (members.next(), members.next()) else {
        return Err(Refusal::bad_request("one question at a time"));
    };
    match name {
        RESOLVE => {
            let texts = value.as_list().filter(|texts| texts.len() <= MAX_PSEUDONYMS);
            let texts: Option<Vec<Box<str>>> =
                texts.and_then(|texts| texts.iter().map(|text| Some(text.as_text()?.into())).collect());
            texts.map(AuditQuestion::Resolve).ok_or_else(|| {
                Refusal::bad_request(format!("'{RESOLVE}' must be a list of at most {MAX_PSEUDONYMS} texts"))
            })
        }
        PSEUDONYM => {
            let text = value.as_text().filter(|text| text.len() <= MAX_NAME_BYTES);
            let text = text.ok_or_else(|| Refusal::bad_request(format!("'{PSEUDONYM}' must be a name")))?;
            Ok(AuditQuestion::Pseudonym(text.into()))
        }
        ANCHOR => Ok(AuditQuestion::Anchor),
        FLUSH => Ok(AuditQuestion::Flush),
        PRUNE => {
            let time = value.as_text().and_then(|text| UtcTime::parse(text).ok());
            time.map(AuditQuestion::Prune)
                .ok_or_else(|| Refusal::bad_request(format!("'{PRUNE}' must be a time, as 20261124T120000")))
        }
        _ => Err(Refusal::bad_request(format!(
            "the audit log is asked '{RESOLVE}', '{PSEUDONYM}', '{ANCHOR}', '{FLUSH}' or '{PRUNE}'"
        ))),
    }
}
