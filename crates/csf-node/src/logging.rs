//! Logs: for people on a terminal, one JSON object a line otherwise; always on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log. A second call in one process changes nothing.
pub(crate) fn begin(log: &Log) {
    let filter = EnvFilter::new(log.level.as_str().to_lowercase());
    let human = match log.format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    // Where standard error takes no more, as on a full disk, saying so there would end the thread that logs.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .log_internal_errors(false);
    // The only possible failure is that somebody logs already.
    let _ = if human {
        builder.with_ansi(std::io::stderr().is_terminal()).without_time().try_init()
    } else {
        builder.json().try_init()
    };
}
