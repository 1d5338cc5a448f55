//! Checks of streams: digests and codes of messages that come in parts.

use std::time::{Duration, Instant};

use csf_api::UtcTime;
use csf_transport::{
    CancelFlag, Command, Cx, KeyId, KeyUse, KeyUses, MAX_PAYLOAD_BYTES, MAX_STREAM_SECONDS,
    MAX_STREAMS_PER_OWNER, MacAlgorithm, Owner, Refusal, Reply, SeError, StreamCommand, StreamId, StreamRef,
    StreamWork,
};

use super::bench::{Bench, Handle, claims, flipped, owner, spec};
use super::claimed::{digests, macs, rotated_by};
use super::{Factory, Subject};

const FOREIGN: SeError = SeError::Refused(Refusal::Owner);
const GONE: SeError = SeError::NoSuchStream;
/// Lengths around the limit of one command.
const LENGTHS: [usize; 6] =
    [0, 1, MAX_PAYLOAD_BYTES - 1, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_BYTES + 1, 1024 * 1024];

/// In one part, in parts of every size, and in empty ones: the digest is that of the whole.
pub fn a_digest_in_parts_is_that_of_the_whole(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in digests(&subject).into_iter().filter(|a| begins(&subject, "begin-digest", a.name())) {
        for message in LENGTHS.map(of_length) {
            let given = |bench: &mut Bench, size| {
                let stream = bench.begin(StreamWork::Digest(algorithm)).unwrap();
                match bench.stream(&stream, &message, size).unwrap() {
                    Reply::Digest(digest) => digest,
                    _ => panic!("another reply than a digest"),
                }
            };
            let whole = given(&mut bench, MAX_PAYLOAD_BYTES);
            if message.len() <= MAX_PAYLOAD_BYTES {
                assert_eq!(whole, bench.digest(algorithm, &message).unwrap(), "{}", message.len());
            }
            assert_eq!(given(&mut bench, 8191), whole, "{algorithm:?}: {}", message.len());
            let mut other = message.clone();
            other.push(0);
            let stream = bench.begin(StreamWork::Digest(algorithm)).unwrap();
            let twin = bench.stream(&stream, &other, MAX_PAYLOAD_BYTES).unwrap();
            assert!(!matches!(twin, Reply::Digest(twin) if twin == whole), "and a zero byte");
        }
    }
}

/// The code is that of the whole; it is right, and with a changed bit it is not.
pub fn a_code_in_parts_is_that_of_the_whole(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in codes(&subject) {
        let key = bench.key(algorithm.key());
        for message in LENGTHS.map(of_length) {
            let given = |bench: &mut Bench, size| {
                let stream = bench.begin(mac(&key, algorithm)).unwrap();
                match bench.stream(&stream, &message, size).unwrap() {
                    Reply::Mac(code) => code,
                    _ => panic!("another reply than a code"),
                }
            };
            let whole = given(&mut bench, MAX_PAYLOAD_BYTES);
            if message.len() <= MAX_PAYLOAD_BYTES {
                assert_eq!(whole, bench.mac(algorithm, &key, &message).unwrap(), "{}", message.len());
                assert_eq!(bench.verify_mac(algorithm, &key, &message, &whole), Ok(true));
            }
            assert_eq!(given(&mut bench, 8191), whole, "{algorithm:?}: {}", message.len());
            for (code, right) in [(whole.clone(), true), (flipped(&whole, 9), false)] {
                let stream = bench.begin(verify(&key, algorithm, code)).unwrap();
                let verified = bench.stream(&stream, &message, 40_000).unwrap();
                assert!(matches!(verified, Reply::Verified(found) if found == right), "{}", message.len());
            }
        }
        assert_eq!(bench.begin(verify(&key, algorithm, vec![1; 3])).err(), Some(SeError::InvalidInput));
    }
}

/// A part that is lost, doubled, out of order or too large is refused, and the stream stays where it was.
pub fn a_part_in_the_wrong_place_changes_nothing(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for work in works(&mut bench, &subject) {
        let wrong = Some(SeError::InvalidInput);
        let stream = bench.begin(work()).unwrap();
        assert!(bench.update(&stream, 0, b"ab").is_ok());
        for position in [0, 1, 3, u64::MAX] {
            assert_eq!(bench.update(&stream, position, b"cd").err(), wrong, "{position}");
            assert_eq!(bench.finish(&stream, position).err(), wrong, "{position}");
        }
        let large = of_length(MAX_PAYLOAD_BYTES + 1);
        assert_eq!(bench.update(&stream, 2, &large).err(), wrong);
        assert!(bench.update(&stream, 2, b"cd").is_ok());
        let after = bench.finish(&stream, 4).unwrap();
        let straight = bench.begin(work()).unwrap();
        assert!(same(&after, &bench.stream(&straight, b"abcd", 4).unwrap()));
    }
}

/// Parts of several streams take turns, over several sessions, and none disturbs another.
pub fn streams_do_not_disturb_each_other(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let mut second = Bench::try_new(&subject).ok();
    for work in works(&mut bench, &subject) {
        let (one, two) = (bench.begin(work()).unwrap(), bench.begin(work()).unwrap());
        assert_ne!(one.id, two.id);
        for at in 0..8_u64 {
            bench.update(&one, at, b"1").unwrap();
            second.as_mut().unwrap_or(&mut bench).update(&two, at, b"2").unwrap();
        }
        let (first, other) = (bench.finish(&one, 8).unwrap(), bench.finish(&two, 8).unwrap());
        for (given, message) in [(first, b"11111111"), (other, b"22222222")] {
            let alone = bench.begin(work()).unwrap();
            assert!(same(&given, &bench.stream(&alone, message, 8).unwrap()));
        }
    }
}

/// Whoever did not begin a stream does nothing with it, and with another key or none there is no such stream.
pub fn a_stream_serves_whoever_began_it(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for work in works(&mut bench, &subject) {
        let own = bench.begin(work()).unwrap();
        bench.update(&own, 0, b"a").unwrap();
        let foreign = StreamRef { owner: Owner::new("//csf.example/id-mn/Cowner2").unwrap(), ..own.clone() };
        let key = match own.key {
            None => Some(KeyId([1; 16])),
            Some(_) => None,
        };
        let confused = StreamRef { key, ..own.clone() };
        for (other, refused) in [(&foreign, FOREIGN), (&confused, GONE)] {
            assert_eq!(bench.update(other, 1, b"b").err(), Some(refused));
            assert_eq!(bench.finish(other, 1).err(), Some(refused));
        }
        assert_eq!(bench.abort(&foreign).err(), Some(FOREIGN));
        assert!(matches!(bench.abort(&confused), Ok(Reply::Done)), "there is none to end");
        assert!(bench.update(&own, 1, b"b").is_ok() && bench.finish(&own, 2).is_ok(), "the owner still can");
    }
    for algorithm in codes(&subject) {
        let key = bench.key(algorithm.key());
        let begin = |owner: &str| {
            let owner = Owner::new(owner).unwrap();
            Command::Stream(StreamCommand::Begin { owner, work: mac(&key, algorithm) })
        };
        assert_eq!(bench.run(&begin("//csf.example/id-mn/Cother")).err(), Some(FOREIGN));
        assert!(bench.run(&begin(key.owner.as_str())).is_ok());
        for (one, makes) in [(KeyUse::Mac, true), (KeyUse::MacVerify, false)] {
            let mut spec = spec(algorithm.key());
            spec.uses = KeyUses::NONE.with(one);
            bench.generate(&spec).unwrap();
            let key = Handle { id: spec.id, owner: spec.owner };
            let unusable = Some(SeError::Refused(Refusal::Use));
            let (maker, checker) = (
                bench.begin(mac(&key, algorithm)).err(),
                bench.begin(verify(&key, algorithm, vec![1; algorithm.code_bytes()])).err(),
            );
            assert_eq!((maker, checker), if makes { (None, unusable) } else { (unusable, None) });
            bench.destroy(&key).unwrap();
        }
    }
}

/// Finished, aborted, too old, or never begun: there is no such stream.
pub fn a_stream_ends(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for work in works(&mut bench, &subject) {
        let gone = |bench: &mut Bench, stream: &StreamRef| {
            assert_eq!(bench.update(stream, 0, b"a").err(), Some(GONE));
            assert_eq!(bench.finish(stream, 0).err(), Some(GONE));
            assert!(matches!(bench.abort(stream), Ok(Reply::Done)), "that can be repeated");
        };
        let finished = bench.begin(work()).unwrap();
        bench.finish(&finished, 0).unwrap();
        gone(&mut bench, &finished);
        let aborted = bench.begin(work()).unwrap();
        assert!(matches!(bench.abort(&aborted), Ok(Reply::Done)));
        gone(&mut bench, &aborted);
        gone(&mut bench, &StreamRef { id: StreamId([7; 16]), ..aborted });

        let cancel = CancelFlag::new();
        let after = |bench: &mut Bench, stream: &StreamRef, position, seconds: u32| {
            let now = UtcTime::from_unix_micros(i64::from(seconds) * 1_000_000);
            let cx = Cx { deadline: Instant::now() + Duration::from_secs(60), now, cancel: &cancel };
            let (stream, part) = (stream.clone(), b"a".to_vec());
            bench.run_in(&Command::Stream(StreamCommand::Update { stream, position, part }), &cx).err()
        };
        let aged = bench.begin(work()).unwrap();
        assert_eq!(after(&mut bench, &aged, 0, MAX_STREAM_SECONDS), None);
        assert_eq!(
            after(&mut bench, &aged, 1, MAX_STREAM_SECONDS + 1),
            Some(GONE),
            "using it prolongs nothing"
        );
        gone(&mut bench, &aged);
    }
}

/// One owner has so many streams and no more, whatever the others have; one that ends makes room.
pub fn the_streams_of_an_owner_are_counted(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for work in works(&mut bench, &subject) {
        let open: Vec<_> = (0..MAX_STREAMS_PER_OWNER).map(|_| bench.begin(work()).unwrap()).collect();
        assert_eq!(bench.begin(work()).err(), Some(SeError::Full));
        if let StreamWork::Digest(_) = work() {
            let owner = Owner::new("//csf.example/id-mn/Cother").unwrap();
            let begin = Command::Stream(StreamCommand::Begin { owner, work: work() });
            assert!(bench.run(&begin).is_ok(), "another owner has its own");
        }
        bench.finish(&open[0], 0).unwrap();
        let again = bench.begin(work()).unwrap();
        for stream in open[1..].iter().chain([&again]) {
            bench.abort(stream).unwrap();
        }
    }
}

/// A stream ends with the key that it was begun with: destroyed, or in another generation.
pub fn a_stream_ends_with_its_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in codes(&subject) {
        let (key, other) = (bench.key(algorithm.key()), bench.key(algorithm.key()));
        let (stream, stays) =
            (bench.begin(mac(&key, algorithm)).unwrap(), bench.begin(mac(&other, algorithm)).unwrap());
        let foreign = Handle { id: key.id, owner: Owner::new("//csf.example/id-mn/Cother").unwrap() };
        assert_eq!(bench.destroy(&foreign), Err(FOREIGN));
        assert!(bench.update(&stream, 0, b"a").is_ok(), "what is refused ends nothing");
        bench.destroy(&key).unwrap();
        assert_eq!(bench.update(&stream, 1, b"b").err(), Some(GONE));
        assert_eq!(bench.finish(&stream, 1).err(), Some(GONE));
        assert!(bench.finish(&stays, 0).is_ok());

        if rotated_by(&subject).contains(&algorithm.key()) {
            let code = bench.mac(algorithm, &other, b"ab").unwrap();
            let before = bench.begin(mac(&other, algorithm)).unwrap();
            bench.rotate(&other, 2).unwrap();
            assert_eq!(bench.finish(&before, 0).err(), Some(GONE));
            // What the generation before made is found right in parts too; and repeating a rotation ends nothing.
            let checks = bench.begin(verify(&other, algorithm, code)).unwrap();
            bench.rotate(&other, 2).unwrap();
            assert!(matches!(bench.stream(&checks, b"ab", 1), Ok(Reply::Verified(true))));
        }
    }
}

fn of_length(length: usize) -> Vec<u8> {
    (0..length).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1]).collect()
}

fn begins(subject: &Subject, command: &str, algorithm: &str) -> bool {
    ["update-stream", "finish-stream", "abort-stream"].iter().all(|c| claims(subject, c, None))
        && claims(subject, command, Some(algorithm))
}

/// The codes that the subject makes and checks in parts.
fn codes(subject: &Subject) -> Vec<MacAlgorithm> {
    let both =
        |a: &MacAlgorithm| ["begin-mac", "begin-verify-mac"].iter().all(|c| begins(subject, c, a.name()));
    macs(subject).into_iter().filter(both).collect()
}

fn mac(key: &Handle, algorithm: MacAlgorithm) -> StreamWork {
    StreamWork::Mac { key: key.id, algorithm }
}

fn verify(key: &Handle, algorithm: MacAlgorithm, mac: Vec<u8>) -> StreamWork {
    StreamWork::VerifyMac { key: key.id, algorithm, mac }
}

/// One stream of each kind that the subject has: what makes the same work again and again.
fn works(bench: &mut Bench, subject: &Subject) -> Vec<Box<dyn Fn() -> StreamWork>> {
    let mut works: Vec<Box<dyn Fn() -> StreamWork>> = Vec::new();
    if let Some(a) = digests(subject).into_iter().find(|a| begins(subject, "begin-digest", a.name())) {
        works.push(Box::new(move || StreamWork::Digest(a)));
    }
    if let Some(algorithm) = codes(subject).first().copied() {
        let key = bench.key(algorithm.key());
        let checked = key.clone();
        works.push(Box::new(move || mac(&key, algorithm)));
        works.push(Box::new(move || verify(&checked, algorithm, vec![1; algorithm.code_bytes()])));
    }
    works
}

fn same(one: &Reply, two: &Reply) -> bool {
    match (one, two) {
        (Reply::Digest(a), Reply::Digest(b)) | (Reply::Mac(a), Reply::Mac(b)) => a == b,
        (Reply::Verified(a), Reply::Verified(b)) => a == b,
        _ => false,
    }
}

impl Bench {
    fn begin(&mut self, work: StreamWork) -> Result<StreamRef, SeError> {
        let key = match &work {
            StreamWork::Digest(_) => None,
            StreamWork::Mac { key, .. } | StreamWork::VerifyMac { key, .. } => Some(*key),
        };
        let owner = owner();
        match self.run(&Command::Stream(StreamCommand::Begin { owner: owner.clone(), work }))? {
            Reply::Stream(id) => Ok(StreamRef { id, owner, key }),
            _ => panic!("another reply than to a beginning"),
        }
    }

    fn update(&mut self, stream: &StreamRef, position: u64, part: &[u8]) -> Result<Reply, SeError> {
        let (stream, part) = (stream.clone(), part.to_vec());
        self.run(&Command::Stream(StreamCommand::Update { stream, position, part }))
    }

    fn finish(&mut self, stream: &StreamRef, position: u64) -> Result<Reply, SeError> {
        self.run(&Command::Stream(StreamCommand::Finish { stream: stream.clone(), position }))
    }

    fn abort(&mut self, stream: &StreamRef) -> Result<Reply, SeError> {
        self.run(&Command::Stream(StreamCommand::Abort { stream: stream.clone() }))
    }

    /// The whole message in parts of this size, and the end.
    fn stream(&mut self, stream: &StreamRef, message: &[u8], size: usize) -> Result<Reply, SeError> {
        let mut position = 0;
        for part in message.chunks(size) {
            self.update(stream, position, part)?;
            position += part.len() as u64;
        }
        self.finish(stream, position)
    }
}
