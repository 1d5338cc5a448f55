//! Which requests leave an audit record, told before they are carried out.

use csf_api::{Operation, Request, ResourceType};
use csf_tree::Resource;
use csf_tree::schema::{
    AUTHENTICATION_SERVICE, AUTHORIZATION_DECISION, AUTHORIZATION_SERVICE, CONFIGURATION, CONTENT_INSTANCE,
    CREDENTIAL, DATA_OBJECT, FUNCTION, KEY_OBJECT,
};

use super::question::{is_flush, is_question};
use crate::authentication::{Caller, is_registration};
use crate::settings::Settings;
use crate::{authorization, functions, resources};

/// Whether this request is an act of administration: whatever the administrator creates, changes or removes. Running a
/// function changes nothing, and nor does having the audit log written up to the moment.
pub(crate) fn is_administration(
    request: &Request,
    target: &Resource,
    caller: &Caller,
    settings: &Settings,
) -> bool {
    let changes = match request.operation {
        Operation::Create | Operation::Delete => true,
        Operation::Update if is_flush(target.schema, request) => false,
        Operation::Update => *target.schema != FUNCTION || !functions::is_invocation(request),
        Operation::Retrieve | Operation::Notify => false,
    };
    changes && caller.is_administrator(settings)
}

/// Whether carrying this request out leaves a record. Where that shows only in the doing, as with what lies below
/// something that is deleted, the answer is yes: in "no audit, no service" mode it is better to refuse too much.
pub(crate) fn leaves_a_record(request: &Request, target: &Resource) -> bool {
    let schema = target.schema;
    let root = request.content.as_ref().map(|content| &*content.root);
    match request.operation {
        Operation::Create => {
            is_registration(request)
                || request
                    .resource_type
                    .is_some_and(|kind| kind == ResourceType::REMOTE_CSE || resources::governs(kind))
                || root
                    .is_some_and(|root| [KEY_OBJECT.root, DATA_OBJECT.root, CREDENTIAL.root].contains(&root))
        }
        Operation::Retrieve => *schema == DATA_OBJECT && request.discovery.is_none(),
        Operation::Update => {
            let given = request.content.as_ref().and_then(|content| content.value.as_object());
            given.is_some_and(|given| resources::changes_decisions(schema, given))
                || *schema == KEY_OBJECT
                || *schema == DATA_OBJECT
                || *schema == AUTHORIZATION_SERVICE
                || *schema == AUTHENTICATION_SERVICE
                || *schema == CREDENTIAL
                || *schema == AUTHORIZATION_DECISION
                || (*schema == FUNCTION && functions::uses_key(target))
                || *schema == CONFIGURATION
                || is_question(schema, request)
                || authorization::wants_explanation(schema, request)
        }
        Operation::Delete => *schema != CONTENT_INSTANCE,
        Operation::Notify => false,
    }
}
