//! The sweeper: it sleeps until something ends, has the service remove it, and sleeps again.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use csf_api::UtcTime;
use tokio::sync::Notify;

use super::{Node, clock};

/// The longest sleep: the clock may be set meanwhile.
const MAX_SLEEP: Duration = Duration::from_secs(86_400);
/// How long one round may take.
const ROUND_TIME: Duration = Duration::from_secs(30);

/// When the sweeper wakes, and how to wake it earlier.
pub(super) struct Alarm {
    /// In microseconds. While the sweeper is awake, whatever ends is worth another look.
    at: AtomicI64,
    earlier: Notify,
}

impl Default for Alarm {
    fn default() -> Self {
        Self { at: AtomicI64::new(i64::MAX), earlier: Notify::new() }
    }
}

impl Alarm {
    /// Wakes the sweeper if something ends before it would wake by itself.
    pub(super) fn bring_forward(&self, end: Option<UtcTime>) {
        if end.is_some_and(|end| end.unix_micros() < self.at.load(Ordering::SeqCst)) {
            self.earlier.notify_one();
        }
    }

    async fn sleep_until(&self, end: Option<UtcTime>, now: UtcTime) {
        let micros = end.map(|end| end.unix_micros().saturating_sub(now.unix_micros()).max(0));
        let time = micros.map(|micros| Duration::from_micros(micros.unsigned_abs()).min(MAX_SLEEP));
        self.at.store(end.map_or(i64::MAX, UtcTime::unix_micros), Ordering::SeqCst);
        match time {
            Some(time) => {
                // Either is a reason to look again.
                let _ = tokio::time::timeout(time, self.earlier.notified()).await;
            }
            None => self.earlier.notified().await,
        }
        self.at.store(i64::MAX, Ordering::SeqCst);
    }
}

impl Node {
    /// Removes what ends, when it ends. Never comes back.
    pub async fn sweep(&self) {
        loop {
            let (end, now) = (self.live.service().next_end(), clock::now());
            if end.is_none_or(|end| end > now) {
                self.alarm.sleep_until(end, now).await;
                continue;
            }
            let by = Instant::now().checked_add(ROUND_TIME).unwrap_or_else(Instant::now);
            let swept = self.live.service().sweep(&self.outside, by).await;
            tracing::debug!(removed = swept.removed, more = swept.more, "swept");
            // Whoever asks for something goes first.
            tokio::task::yield_now().await;
        }
    }
}
