//! The component for sensitive functions: invoked by UPDATE on their own resource, with nothing left behind
//! (draft 6.3.5.1; requirements RES-5, RES-6, SDH-4).
//!
//! The content of an invocation has the function's own root, such as `csf:digest`. Members are named as in
//! TS-0016, octets are base64, `kInf` names a key object, `msl` demands a security level.

mod digest;
pub(crate) mod input;
mod mac;
mod random;
mod signature;

use csf_api::{Content, Object, Request, SecurityLevel, Status, Value};
use csf_transport::{Command, Description, NoneFits, Reply as SeReply, SeId, choose};
use csf_tree::Resource;

use crate::audit::AuditKind;
use crate::door::Call;
use crate::keys::UsableKey;
use crate::outside::Outside;
use crate::refusal::Refusal;
use crate::resources::Reply;
use crate::start::FUNCTION_PREFIX;

use input::Input;

/// A sensitive function as the node publishes it.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its identifier; its resource is `function-<id>`.
    pub(crate) id: &'static str,
    /// The root of its input and output.
    pub(crate) root: &'static str,
    /// Its version.
    pub(crate) version: &'static str,
    /// The command that a secure environment must be able to execute.
    pub(crate) command: &'static str,
}

/// Every function of this build.
pub(crate) static FUNCTIONS: &[Function] = &[
    Function { id: "random", root: "csf:random", version: "1.0", command: "random" },
    Function { id: "digest", root: "csf:digest", version: "1.0", command: "digest" },
    Function { id: "mac", root: "csf:mac", version: "1.0", command: "mac" },
    Function { id: "signature", root: "csf:signature", version: "1.0", command: "sign" },
];

impl Function {
    /// The highest level at which some environment performs it; `None` where none does.
    pub(crate) fn level(&self, environments: &[Description]) -> Option<SecurityLevel> {
        environments.iter().filter(|d| d.can(self.command, None)).map(|d| d.level).max()
    }

    /// The algorithms that the environments offer for it.
    pub(crate) fn algorithms(&self, environments: &[Description]) -> Vec<&'static str> {
        let offered = environments.iter().flat_map(|d| &d.capabilities).filter(|c| c.command == self.command);
        let mut names: Vec<_> = offered.filter_map(|c| c.algorithm).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Whether an UPDATE of a function resource invokes it, rather than changing its attributes.
pub(crate) fn is_invocation(request: &Request) -> bool {
    request.content.as_ref().is_some_and(|c| *c.root != *csf_tree::schema::FUNCTION.root)
}

/// Invokes the function of this resource.
pub(crate) async fn invoke<O: Outside>(call: &Call<'_, O>, target: &Resource) -> Result<Reply, Refusal> {
    let id = target.id.as_str().strip_prefix(FUNCTION_PREFIX);
    let function = FUNCTIONS.iter().find(|f| Some(f.id) == id).ok_or_else(Refusal::not_found)?;
    let content =
        call.request.content.as_ref().ok_or_else(|| Refusal::bad_request("the content is missing"))?;
    if *content.root != *function.root {
        return Err(Refusal::bad_request(format!("this function is invoked with '{}'", function.root)));
    }
    let body =
        content.value.as_object().ok_or_else(|| Refusal::bad_request("the input must be an object"))?;
    let input = Input::new(body);
    let output = match function.id {
        "random" => random::run(call, &input).await?,
        "digest" => digest::run(call, &input).await?,
        "mac" => mac::run(call, &input).await?,
        "signature" => signature::run(call, &input).await?,
        _ => return Err(Refusal::not_found()),
    };
    let reply = Reply::new(Status::Updated).with(Content::new(function.root, Value::Object(output)));
    let uses_key = matches!(function.id, "mac" | "signature");
    Ok(if uses_key { reply.audited(AuditKind::KeyUse) } else { reply })
}

/// Executes a command that needs no key, in the environment that fits best.
async fn execute_anywhere<O: Outside>(
    call: &Call<'_, O>,
    command: Command,
    algorithm: Option<&str>,
    minimum: SecurityLevel,
) -> Result<SeReply, Refusal> {
    let at =
        choose(&call.service.environments, command.name(), algorithm, minimum).map_err(no_environment)?;
    Ok(call.asking.execute(at, command).await?)
}

/// The environment that holds a key, if its level is high enough.
fn environment_of(key: &UsableKey, minimum: SecurityLevel) -> Result<&SeId, Refusal> {
    if key.level < minimum { Err(no_environment(NoneFits::LevelTooLow)) } else { Ok(&key.environment) }
}

pub(crate) fn no_environment(why: NoneFits) -> Refusal {
    match why {
        NoneFits::CannotDo => Refusal::new(Status::NotImplemented, "no secure environment here can do this"),
        NoneFits::LevelTooLow => {
            Refusal::new(Status::NotAcceptable, "no secure environment here has the demanded level")
        }
    }
}

fn verified(right: bool) -> Object {
    Object::new().with("vR", Value::Bool(right))
}
