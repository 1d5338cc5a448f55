//! Streams: digests and codes of messages that come in parts. They live in memory alone, and not for long.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use csf_api::UtcTime;
use csf_store::Store;
use csf_transport::{
    KeyId, KeyUse, MAX_STREAM_SECONDS, MAX_STREAMS_PER_OWNER, Owner, Refusal, Reply, SeError, StreamCommand,
    StreamId, StreamRef, StreamWork,
};

use crate::digest::RunningDigest;
use crate::keys::{Key, Keys};
use crate::mac::RunningMac;
use crate::{bounds, random};

/// The most streams in one engine.
pub const MAX_STREAMS: usize = 256;

/// How long a stream lives, in microseconds.
const LIFE: u64 = MAX_STREAM_SECONDS as u64 * 1_000_000;

/// The streams of an engine. Removing one wipes it, at once or when the part that is being taken is taken.
#[derive(Default)]
pub(crate) struct Streams(Mutex<Table>);

type Table = HashMap<StreamId, Stream>;

struct Stream {
    owner: Owner,
    /// The key, in the generation with which it was begun.
    key: Option<(KeyId, u32)>,
    begun: UtcTime,
    /// Its own lock, so that long parts of one stream hold up no other. Never taken while the table is locked.
    running: Arc<Mutex<Running>>,
}

/// What was made of the parts so far.
struct Running {
    position: u64,
    work: Work,
}

enum Work {
    Digest(RunningDigest),
    Mac(RunningMac),
    Verify {
        present: RunningMac,
        /// Of the generation before, whose codes are right as well.
        former: Option<RunningMac>,
        code: Vec<u8>,
    },
}

impl Streams {
    /// Executes a command about a stream.
    pub(crate) fn execute<S: Store>(
        &self,
        keys: &Keys<S>,
        command: &StreamCommand,
        now: UtcTime,
    ) -> Result<Reply, SeError> {
        // Whatever asks for streams sweeps out those whose time is over: there is no thread that would.
        self.table().retain(|_, stream| stream.lives(now));
        match command {
            StreamCommand::Begin { owner, work } => self.begin(keys, owner, work, now).map(Reply::Stream),
            StreamCommand::Update { stream, position, part } => {
                bounds::payload(part)?;
                let running = self.find(keys, stream)?;
                lock(&running)?.update(*position, part)?;
                Ok(Reply::Done)
            }
            StreamCommand::Finish { stream, position } => {
                let running = self.find(keys, stream)?;
                let running = lock(&running)?;
                running.must_stand_at(*position)?;
                // Of two that finish at the same time, one finds it gone.
                self.table().remove(&stream.id).ok_or(SeError::NoSuchStream)?;
                Ok(running.work.finish())
            }
            StreamCommand::Abort { stream } => match self.find(keys, stream) {
                Ok(_) => {
                    self.table().remove(&stream.id);
                    Ok(Reply::Done)
                }
                Err(SeError::NoSuchStream) => Ok(Reply::Done),
                Err(error) => Err(error),
            },
        }
    }

    /// Ends the streams of a key; those of this generation may stay.
    pub(crate) fn end_with(&self, ended: KeyId, except: Option<u32>) {
        self.table().retain(|_, stream| match stream.key {
            Some((key, generation)) => key != ended || Some(generation) == except,
            None => true,
        });
    }

    fn begin<S: Store>(
        &self,
        keys: &Keys<S>,
        owner: &Owner,
        work: &StreamWork,
        now: UtcTime,
    ) -> Result<StreamId, SeError> {
        let (key, work) = match work {
            StreamWork::Digest(algorithm) => (None, Work::Digest(RunningDigest::begin(*algorithm)?)),
            StreamWork::Mac { key, algorithm } => {
                let key = keys.find(*key, owner)?;
                let running = key.material_for(KeyUse::Mac)?.mac()?.begin(*algorithm)?;
                (Some(named(&key)), Work::Mac(running))
            }
            StreamWork::VerifyMac { key, algorithm, mac } => {
                let key = keys.find(*key, owner)?;
                let present = key.material_for(KeyUse::MacVerify)?.mac()?.begin(*algorithm)?;
                if mac.len() != algorithm.code_bytes() {
                    return Err(SeError::InvalidInput);
                }
                let former = key.former().map(|former| former.begin(*algorithm)).transpose()?;
                (Some(named(&key)), Work::Verify { present, former, code: mac.clone() })
            }
        };
        let mut id = StreamId([0; 16]);
        random::fill(&mut id.0)?;
        let running = Arc::new(Mutex::new(Running { position: 0, work }));
        let stream = Stream { owner: owner.clone(), key, begun: now, running };
        {
            let mut table = self.table();
            let own = table.values().filter(|stream| stream.owner == *owner).count();
            if table.len() >= MAX_STREAMS || own >= MAX_STREAMS_PER_OWNER {
                return Err(SeError::Full);
            }
            table.insert(id, stream);
        }
        // The key may have gone after it was found and before its streams were looked for.
        self.find(keys, &StreamRef { id, owner: owner.clone(), key: key.map(|(key, _)| key) })?;
        Ok(id)
    }

    /// A stream for whoever began it, with the key that it was begun with, while that is what it was.
    fn find<S: Store>(&self, keys: &Keys<S>, stream: &StreamRef) -> Result<Arc<Mutex<Running>>, SeError> {
        let (key, running) = {
            let table = self.table();
            let found = table.get(&stream.id).ok_or(SeError::NoSuchStream)?;
            if found.owner != stream.owner {
                return Err(SeError::Refused(Refusal::Owner));
            }
            if found.key.map(|(key, _)| key) != stream.key {
                return Err(SeError::NoSuchStream);
            }
            (found.key, Arc::clone(&found.running))
        };
        let Some((id, generation)) = key else { return Ok(running) };
        match keys.find(id, &stream.owner) {
            Ok(key) if key.generation() == generation => Ok(running),
            Ok(_) | Err(SeError::NoSuchKey | SeError::Refused(_)) => {
                self.table().remove(&stream.id);
                Err(SeError::NoSuchStream)
            }
            Err(error) => Err(error),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing that can panic half-way runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.table().len()
    }
}

impl Stream {
    /// Whether its time is not over. Requests may overtake each other by a moment, but a clock that was set far back
    /// prolongs no life.
    fn lives(&self, now: UtcTime) -> bool {
        now.unix_micros().abs_diff(self.begun.unix_micros()) <= LIFE
    }
}

impl Running {
    fn must_stand_at(&self, position: u64) -> Result<(), SeError> {
        if self.position == position { Ok(()) } else { Err(SeError::InvalidInput) }
    }

    fn update(&mut self, position: u64, part: &[u8]) -> Result<(), SeError> {
        self.must_stand_at(position)?;
        let length = u64::try_from(part.len()).map_err(|_| SeError::InvalidInput)?;
        self.position = position.checked_add(length).ok_or(SeError::InvalidInput)?;
        match &mut self.work {
            Work::Digest(running) => running.update(part),
            Work::Mac(running) => running.update(part),
            Work::Verify { present, former, .. } => {
                present.update(part);
                if let Some(former) = former {
                    former.update(part);
                }
            }
        }
        Ok(())
    }
}

impl Work {
    fn finish(&self) -> Reply {
        match self {
            Self::Digest(running) => Reply::Digest(running.digest()),
            Self::Mac(running) => Reply::Mac(running.code()),
            Self::Verify { present, former, code } => {
                let former = || former.as_ref().is_some_and(|former| former.is_right(code));
                Reply::Verified(present.is_right(code) || former())
            }
        }
    }
}

fn named(key: &Key) -> (KeyId, u32) {
    (key.id(), key.generation())
}

/// A stream whose part was being taken when something went wrong is none any more.
fn lock(running: &Mutex<Running>) -> Result<MutexGuard<'_, Running>, SeError> {
    running.lock().map_err(|_| SeError::NoSuchStream)
}

#[cfg(test)]
mod tests {
    use aes::Aes128;
    use cmac::block_api::CmacCore;
    use sha2::{Sha256, Sha384, Sha512};
    use zeroize::ZeroizeOnDrop;

    #[test]
    fn what_runs_is_wiped_when_it_is_dropped() {
        const fn wiped<T: ZeroizeOnDrop>() {}
        wiped::<Sha256>();
        wiped::<Sha384>();
        wiped::<Sha512>();
        // An HMAC is two of these.
        wiped::<CmacCore<Aes128>>();
    }
}
