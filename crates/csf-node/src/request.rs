//! The number that the node gives each request, from the listener to the lanes and back: what ties the lines of
//! its log together. The identifier that a caller sends is the caller's, and says nothing here.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// How many requests there were.
static LAST: AtomicU64 = AtomicU64::new(0);
/// What tells the numbers of this start from those of others nearby in time.
static START: OnceLock<u32> = OnceLock::new();
/// Seconds after which starts are no longer told apart: twelve days.
const START_SECONDS: u64 = 1 << 20;

tokio::task_local! {
    static CURRENT: RequestNumber;
}

/// The number of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestNumber(u64);

impl RequestNumber {
    /// The next one.
    pub(crate) fn next() -> Self {
        Self(LAST.fetch_add(1, Ordering::Relaxed).saturating_add(1))
    }

    /// Does something for the request of this number.
    pub(crate) fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, work)
    }
}

impl From<RequestNumber> for csf_service::RequestNumber {
    fn from(number: RequestNumber) -> Self {
        Self::new(*START.get_or_init(start), number.0)
    }
}

impl fmt::Display for RequestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        csf_service::RequestNumber::from(*self).fmt(f)
    }
}

/// Does something for the request of this number, or for none: what goes on in another task than its request.
pub(crate) async fn within<F: Future>(number: Option<RequestNumber>, work: F) -> F::Output {
    match number {
        Some(number) => number.scope(work).await,
        None => work.await,
    }
}

/// The number of the request that this task serves, if it serves one.
pub(crate) fn current() -> Option<RequestNumber> {
    CURRENT.try_with(|number| *number).ok()
}

fn start() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_secs().rem_euclid(START_SECONDS)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_number_is_there_while_its_request_is_served() {
        assert_eq!(current(), None);
        let (one, other) = (RequestNumber::next(), RequestNumber::next());
        assert_ne!(one.to_string(), other.to_string());
        let seen = one.scope(async { (current(), other.scope(async { current() }).await) }).await;
        assert_eq!(seen, (Some(one), Some(other)));
        assert_eq!(current(), None);
    }
}
