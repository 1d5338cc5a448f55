//! Attention: a worker to which one connection brings request after request looks for the next one a moment longer before
//! it sleeps.
//!
//! To fall asleep and to be woken costs more than most requests do: the core goes to rest, and comes back cold. So
//! where a request came within [`MOMENT`] of the answer before it, on the same connection, the worker looks for another for
//! as long, and offers its core to others each time. If somebody takes it the worker sleeps at once: the core is wanted,
//! and stays warm anyway. Where requests come rarely nothing of this happens, nor where several connections are busy:
//! then another request is there already.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// How long a worker looks for the next request.
const MOMENT: Duration = Duration::from_micros(100);
/// Whoever offers its core and has it back only after so long has shared it.
const SHARED: Duration = Duration::from_micros(4);

/// How many connections there were.
static CONNECTIONS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static OWN: Attention = const { Attention::new() };
}

/// What tells one connection from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Connection(u64);

impl Connection {
    /// The next one.
    pub(crate) fn next() -> Self {
        Self(CONNECTIONS.fetch_add(1, Ordering::Relaxed))
    }
}

/// What a worker knows of its requests.
struct Attention {
    /// When the last one was answered, and on which connection.
    answered: Cell<Option<(Instant, Connection)>>,
    /// Whether the present one came soon after.
    close: Cell<bool>,
    /// Until when another is looked for.
    until: Cell<Option<Instant>>,
    /// The watch, while it sleeps.
    watch: RefCell<Option<Waker>>,
}

impl Attention {
    const fn new() -> Self {
        Self {
            answered: Cell::new(None),
            close: Cell::new(false),
            until: Cell::new(None),
            watch: RefCell::new(None),
        }
    }

    fn begin(&self, now: Instant, connection: Connection) {
        self.close.set(self.answered.get().is_some_and(|(before, same)| {
            same == connection && now.saturating_duration_since(before) < MOMENT
        }));
    }

    fn end(&self, now: Instant, connection: Connection) {
        self.answered.set(Some((now, connection)));
        if self.close.get() {
            self.until.set(now.checked_add(MOMENT));
            if let Some(watch) = self.watch.take() {
                watch.wake();
            }
        }
    }

    /// Whether another request is looked for now; if not, the watch is woken when that begins.
    fn poll(&self, now: Instant, cx: &Context<'_>) -> Poll<()> {
        if self.until.get().is_some_and(|until| now < until) {
            return Poll::Ready(());
        }
        self.until.set(None);
        self.watch.replace(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// The core was offered to others, and is back after so long.
    fn offered(&self, time: Duration) {
        if time >= SHARED {
            self.until.set(None);
        }
    }
}

/// A request has come to this worker.
pub(crate) fn begin(connection: Connection) {
    OWN.with(|own| own.begin(Instant::now(), connection));
}

/// It is answered.
pub(crate) fn end(connection: Connection) {
    OWN.with(|own| own.end(Instant::now(), connection));
}

/// Keeps this worker awake while another request is looked for.
pub(super) async fn watch() {
    loop {
        poll_fn(|cx| OWN.with(|own| own.poll(Instant::now(), cx))).await;
        let before = Instant::now();
        std::thread::yield_now();
        OWN.with(|own| own.offered(before.elapsed()));
        // Now the runtime looks for what has come.
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Duration = Duration::from_micros(2);
    const NEARLY: Duration = Duration::from_micros(98);

    fn later(now: Instant, by: Duration) -> Instant {
        now.checked_add(by).expect("a moment")
    }

    /// Requests that come so long after the answer before and take two microseconds; whether another is looked for.
    fn after(pauses: &[Duration]) -> (Attention, Instant, bool) {
        let on_one: Vec<_> = pauses.iter().map(|pause| (*pause, Connection(1))).collect();
        on_several(&on_one)
    }

    /// The same over these connections.
    fn on_several(pauses: &[(Duration, Connection)]) -> (Attention, Instant, bool) {
        let (own, mut now) = (Attention::new(), Instant::now());
        for (pause, connection) in pauses {
            now = later(now, *pause);
            own.begin(now, *connection);
            now = later(now, TWO);
            own.end(now, *connection);
        }
        let watching = is_watching(&own, now);
        (own, now, watching)
    }

    fn is_watching(own: &Attention, now: Instant) -> bool {
        own.poll(now, &Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn only_a_request_that_follows_closely_lets_a_worker_look_for_another() {
        assert!(!after(&[]).2);
        assert!(!after(&[MOMENT]).2, "the first follows nothing");
        assert!(!after(&[MOMENT, MOMENT, MOMENT]).2, "rare requests");
        assert!(after(&[MOMENT, NEARLY]).2);
        assert!(!after(&[MOMENT, TWO, MOMENT]).2, "the last came late");
    }

    #[test]
    fn where_several_connections_are_busy_none_is_looked_at_in_particular() {
        let [one, other] = [1, 2].map(Connection);
        assert!(!on_several(&[(TWO, one), (TWO, other), (TWO, one), (TWO, other)]).2);
        assert!(on_several(&[(TWO, other), (TWO, one), (TWO, one)]).2);
    }

    #[test]
    fn it_looks_for_a_moment_and_no_longer() {
        let (own, now, _) = after(&[MOMENT, TWO]);
        assert!(is_watching(&own, later(now, NEARLY)));
        assert!(!is_watching(&own, later(now, MOMENT)));
        assert!(!is_watching(&own, now), "and does not begin again by itself");
    }

    #[test]
    fn who_shares_the_core_sleeps_at_once() {
        let (own, now, _) = after(&[MOMENT, TWO]);
        own.offered(TWO);
        assert!(is_watching(&own, now));
        own.offered(SHARED);
        assert!(!is_watching(&own, now));
    }
}
