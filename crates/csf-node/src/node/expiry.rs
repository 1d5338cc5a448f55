//! How long a request may take, where it says itself until when it and its result are wanted (TS-0004 7.3.2.1).

use std::time::Duration;

use csf_api::{Request, Response, Status, UtcTime};

/// The time for a request that arrived now: at most so much, and no longer than it is wanted.
///
/// # Errors
///
/// What to answer instead: 4008 where it or its result is not wanted any more, 4000 where the result would not be
/// wanted as long as the request.
pub(super) fn time_for(request: &Request, now: UtcTime, most: Duration) -> Result<Duration, Box<Response>> {
    let refused = |status, text: &str| {
        let response = Response::new(status, request.request_id.clone(), Some(request.release));
        let result_expires = request.result_expires;
        Err(Box::new(Response { result_expires, ..response.with_text(text) }))
    };
    let [expires, result_expires] =
        [request.expires, request.result_expires].map(|moment| moment.map(|moment| moment.from(now)));
    if expires.zip(result_expires).is_some_and(|(request, result)| result <= request) {
        return refused(Status::BadRequest, "a result is wanted longer than its request");
    }
    let Some(end) = expires.into_iter().chain(result_expires).min() else { return Ok(most) };
    let left = end.unix_micros().saturating_sub(now.unix_micros());
    match u64::try_from(left) {
        Ok(micros) if micros > 0 => Ok(most.min(Duration::from_micros(micros))),
        _ => refused(Status::RequestTimeout, "the request is not wanted any more"),
    }
}

#[cfg(test)]
mod tests {
    use csf_api::{Address, Moment, Operation, RequestId};

    use super::*;

    fn request() -> Request {
        let to = Address::parse("cse-mn").expect("well formed");
        let id = RequestId::parse("1").expect("well formed");
        Request::new(Operation::Retrieve, to, Some("Cae"), id)
    }

    fn time(expires: Option<i64>, result_expires: Option<i64>) -> Result<u64, Status> {
        let mut request = request();
        request.expires = expires.map(Moment::After);
        request.result_expires = result_expires.map(Moment::After);
        let now = UtcTime::from_unix_micros(1_000_000);
        let time = time_for(&request, now, Duration::from_secs(10));
        time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)).map_err(|late| late.status)
    }

    #[test]
    fn a_request_takes_no_longer_than_it_is_wanted() {
        assert_eq!(time(None, None), Ok(10_000));
        assert_eq!(time(Some(3000), None), Ok(3000));
        assert_eq!(time(Some(30_000), Some(40_000)), Ok(10_000));
        assert_eq!(time(None, Some(2000)), Ok(2000));
        for late in [0, -1, i64::MIN] {
            assert_eq!(time(Some(late), None), Err(Status::RequestTimeout));
            assert_eq!(time(None, Some(late)), Err(Status::RequestTimeout));
        }
        assert_eq!(time(Some(3000), Some(3000)), Err(Status::BadRequest));
        assert_eq!(time(Some(3000), Some(2000)), Err(Status::BadRequest));
    }
}
