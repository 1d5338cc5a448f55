//! HTTP requests: what is read, written again, is read as the same request, and a refusal can be answered.
#![no_main]

use csf_api::{Request, Response, Status};
use csf_fuzz::Message;
use libfuzzer_sys::{Corpus, fuzz_target};
use proto_primitive::{
    AnswerForm, EncodeError, HttpRequest, Malformed, RequestHead, decode_request, decode_response,
    encode_request, encode_response,
};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some(Message { start, headers, body }) = Message::split(bytes) else { return Corpus::Reject };
    let (method, target) = start.split_once(' ').unwrap_or((start, ""));
    match decode_request(RequestHead { method, target, headers }, body) {
        Ok((request, form)) => {
            is_carried(&request);
            answers_are_read(&request, &form);
        }
        Err(malformed) => can_be_answered(malformed),
    }
    Corpus::Keep
});

fn is_carried(request: &Request) {
    let HttpRequest { method, target, headers, body } = match encode_request(request, "localhost") {
        Ok(http) => http,
        // Escapes are written where they need not stand, so a target near the limit may grow beyond it.
        Err(EncodeError::TooLong) => return,
        Err(error) => panic!("read, but cannot be written: {error}"),
    };
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let again = decode_request(RequestHead { method, target: &target, headers }, &body);
    assert_eq!(again.as_ref().map(|(again, _)| again), Ok(request));
}

fn answers_are_read(request: &Request, form: &AnswerForm<'_>) {
    let answer = Response::new(Status::Ok, request.request_id.clone(), Some(request.release)).with_text("x");
    let http = encode_response(&answer, form);
    let headers = http.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let read = decode_response(http.status, headers, &http.body);
    match http.status {
        // What the originator has already is not sent again, and what it does not demand not at all.
        304 => assert_eq!(read, Ok(Response { content: None, ..answer })),
        412 => assert!(read.is_ok_and(|read| read.is_unmet && read.content != answer.content)),
        _ => assert_eq!(read, Ok(answer)),
    }
}

fn can_be_answered(malformed: Malformed) {
    assert!(!malformed.status.is_success(), "{malformed}");
    let form = AnswerForm::from(malformed.serialization);
    let answer = Response::from(malformed);
    let http = encode_response(&answer, &form);
    let headers = http.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    assert_eq!(decode_response(http.status, headers, &http.body), Ok(answer));
}
