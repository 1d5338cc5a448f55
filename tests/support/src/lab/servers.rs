//! The authorization servers of a laboratory: what was asked of them, and what they answer.

use std::sync::{Mutex, PoisonError};

use csf_api::{Content, Request, Response, Status};
use csf_service::{Hop, SendError};
use proto_primitive::content_from_json;

use super::Lab;

/// What whoever is at a hop answers.
type Answers = Box<dyn Fn(&Hop, &Request) -> Result<Response, SendError> + Send + Sync>;

/// Whoever can be reached by a hop. Nobody, at first.
#[derive(Default)]
pub(super) struct Servers {
    answers: Mutex<Option<Answers>>,
    asked: Mutex<Vec<Request>>,
}

impl Servers {
    /// Has a request answered.
    pub(super) fn answer(&self, hop: &Hop, request: &Request) -> Result<Response, SendError> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.as_ref().map_or(Err(SendError::Unreachable), |answer| answer(hop, request))
    }
}

impl Lab {
    /// Has whoever is at a hop answer so from now on.
    pub fn answer(
        &self,
        answers: impl Fn(&Hop, &Request) -> Result<Response, SendError> + Send + Sync + 'static,
    ) {
        *self.world().servers().answers.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Box::new(answers));
    }

    /// Has whoever is at a hop answer with this content, in JSON, from now on.
    ///
    /// # Panics
    ///
    /// When it is no content.
    pub fn answer_json(&self, json: &str) {
        let content = content_from_json(json.as_bytes()).expect("a content");
        self.answer(move |_, request| Ok(answered(request, content.clone())));
    }

    /// What was asked of others since this was last taken, in order.
    #[must_use]
    pub fn take_questions(&self) -> Vec<Request> {
        std::mem::take(&mut self.world().servers().asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The response to a request that succeeded with this content.
#[must_use]
pub fn answered(request: &Request, content: Content) -> Response {
    Response::new(Status::Ok, request.request_id.clone(), Some(request.release)).with_content(content)
}
