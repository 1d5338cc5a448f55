//! Round trips over a Unix socket: one client, one request after another.

use std::time::{Duration, Instant};

use csf_api::{Content, Response, Status};
use csf_client::Client;

use crate::failure::Failure;
use crate::series::Round;

/// A function and the input that it is invoked with.
pub(crate) struct Invocation {
    pub(crate) function: String,
    pub(crate) input: Content,
}

impl Invocation {
    /// Invokes it once.
    pub(crate) fn once(&self, client: &mut Client) -> Result<Response, Failure> {
        let response = client.invoke(&self.function, self.input.clone())?;
        if response.status != Status::Updated {
            return Err(Failure::subject(format!("{} answers {:?}", self.function, response)));
        }
        Ok(response)
    }

    /// Invokes it for so long.
    pub(crate) fn round(&self, client: &mut Client, time: Duration) -> Result<Round, Failure> {
        timed(time, || self.once(client).map(drop))
    }
}

/// Does something for so long, and takes the time of each.
pub(crate) fn timed(time: Duration, mut once: impl FnMut() -> Result<(), Failure>) -> Result<Round, Failure> {
    let begin = Instant::now();
    let until = begin + time;
    let mut took = Vec::with_capacity(1 << 17);
    let mut before = begin;
    while before < until {
        once()?;
        let now = Instant::now();
        took.push(u64::try_from((now - before).as_nanos()).unwrap_or(u64::MAX));
        before = now;
    }
    Ok(Round::new(begin.elapsed(), took))
}
