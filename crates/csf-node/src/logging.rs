//! Logs: for people on a terminal, one JSON object a line otherwise; always on standard error.
//!
//! A line of a request carries the number that the node gave it, see [`crate::request`]. No identity stands in a
//! line of `info` and above; a failure to write is nobody's failure but the reader's.

mod line;

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;

use csf_store::StoreError;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat};
use crate::node::clock;
use crate::request;
use line::{Form, Line};

/// By which the level is changed while the node runs.
static LEVEL: OnceLock<reload::Handle<LevelFilter, Registry>> = OnceLock::new();

/// Begins to log. A second call in one process changes nothing.
pub(crate) fn begin(log: &Log) {
    let terminal = std::io::stderr().is_terminal();
    let form = match (log.format, terminal) {
        (LogFormat::Json, _) | (LogFormat::Auto, false) => Form::Json,
        (LogFormat::Human | LogFormat::Auto, true) => Form::Coloured,
        (LogFormat::Human, false) => Form::Plain,
    };
    let (level, handle) = reload::Layer::new(LevelFilter::from_level(log.level));
    if tracing_subscriber::registry().with(level).with(Lines(form)).try_init().is_ok() {
        // The first to begin is the only one that gets here.
        let _ = LEVEL.set(handle);
    }
}

/// From now on, events of this level and above are logged.
pub(crate) fn set_level(level: Level) {
    if let Some(handle) = LEVEL.get() {
        // It fails where nobody logs any more, and then nobody misses it.
        let _ = handle.reload(LevelFilter::from_level(level));
    }
}

/// What is wrong with the store, without the name of the record: it may hold an identity.
pub(crate) fn nameless(error: &StoreError) -> String {
    let of = |key: &csf_store::RecordKey| key.as_str().split('/').next().unwrap_or_default().to_owned();
    match error {
        StoreError::NotAuthentic(key) => format!("a record in '{}' is not authentic", of(key)),
        StoreError::Conflict(key) => format!("a record in '{}' changed in the meantime", of(key)),
        StoreError::TooLarge(key) => format!("a record in '{}' is too large", of(key)),
        other => other.to_string(),
    }
}

/// Writes each event as a line.
struct Lines(Form);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::new(*event.metadata().level(), clock::now(), request::current());
        event.record(&mut line);
        // In one piece, so that threads do not mix their lines; where nobody reads, nobody is told.
        let _ = std::io::stderr().lock().write_all(line.text(self.0).as_bytes());
    }
}
