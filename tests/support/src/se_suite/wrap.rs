//! Checks of wrapping: what may leave, what comes back, and that nothing else does.

use csf_transport::{KeyAlgorithm, KeyUse, KeyUses, MacAlgorithm, Owner, Refusal, SeError, WrapAlgorithm};

use super::Factory;
use super::bench::{Bench, Handle, flipped, spec};
use super::claimed::{check, exportable, made_by, prove, wraps};
use super::known_keys::unhex;

/// What RFC 3394 wraps in 4.1 and 4.6, and as what. RFC 5649 has examples of other lengths only.
const PUBLISHED: [(WrapAlgorithm, &str, &str, KeyAlgorithm, &str); 2] = [
    (
        WrapAlgorithm::AesKw128,
        "000102030405060708090a0b0c0d0e0f",
        "00112233445566778899aabbccddeeff",
        KeyAlgorithm::AesCmac128,
        "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
    ),
    (
        WrapAlgorithm::AesKw256,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
        KeyAlgorithm::HmacSha256,
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
    ),
];

/// What RFC 3394 wraps comes out as it says, and goes in again.
pub fn keys_are_wrapped_as_published(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for (algorithm, wrapping, data, kind, wrapped) in PUBLISHED {
        if !wraps(&subject).contains(&algorithm) || !made_by(&subject).contains(&kind) {
            continue;
        }
        let (with, mut wanted) = (spec(algorithm.key()), spec(kind));
        wanted.exportable = true;
        bench.import(&with, &unhex(wrapping)).unwrap();
        bench.import(&wanted, &unhex(data)).unwrap();
        let with = Handle { id: with.id, owner: with.owner };
        assert_eq!(bench.wrap(algorithm, &with, wanted.id), Ok(unhex(wrapped)), "{algorithm:?}");
        let taken = spec(kind);
        bench.unwrap_key(algorithm, &with, &unhex(wrapped), &taken).unwrap();
        let taken = Handle { id: taken.id, owner: taken.owner };
        let proof = prove(&mut bench, kind, &Handle { id: wanted.id, owner: wanted.owner }).unwrap();
        assert_eq!(check(&mut bench, kind, &taken, &proof), Ok(true));
    }
}

/// A key of every algorithm leaves wrapped and comes back as the same key; one that is not exportable stays.
pub fn what_is_exportable_comes_back_the_same_and_nothing_else_leaves(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in wraps(&subject) {
        let with = bench.key(algorithm.key());
        for kind in made_by(&subject) {
            let (mut wanted, taken) = (spec(kind), spec(kind));
            wanted.exportable = true;
            bench.generate(&wanted).unwrap();
            let stays = bench.key(kind);
            let refused = Err(SeError::Refused(Refusal::Export));
            assert_eq!(bench.wrap(algorithm, &with, stays.id), refused, "{kind:?}");
            let wrapped = bench.wrap(algorithm, &with, wanted.id).unwrap();
            let info = bench.unwrap_key(algorithm, &with, &wrapped, &taken).unwrap();
            assert_eq!((info.spec, info.generation), (taken.clone(), 1));
            let [left, taken, other] =
                [wanted.id, taken.id, stays.id].map(|id| Handle { id, owner: stays.owner.clone() });
            let proof = prove(&mut bench, kind, &left).unwrap();
            assert_eq!(check(&mut bench, kind, &taken, &proof), Ok(true), "{algorithm:?} of {kind:?}");
            assert_eq!(check(&mut bench, kind, &other, &proof), Ok(false), "{algorithm:?} of {kind:?}");
            for gone in [left, taken, other] {
                bench.destroy(&gone).unwrap();
            }
        }
    }
}

/// Changed anywhere, cut, prolonged, or under another key: one refusal, and no key is there.
pub fn what_was_not_wrapped_so_makes_no_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in wraps(&subject) {
        let (with, another) = (bench.key(algorithm.key()), bench.key(algorithm.key()));
        let key = exportable(&mut bench, &with).unwrap();
        let wrapped = bench.wrap(algorithm, &with, key.id).unwrap();
        let mut wrong: Vec<Vec<u8>> = (0..wrapped.len() * 8).map(|bit| flipped(&wrapped, bit)).collect();
        wrong.extend((0..wrapped.len()).map(|length| wrapped[..length].to_vec()));
        wrong.extend([[&wrapped[..], &[0; 8]].concat(), [&wrapped[..], &[0]].concat()]);
        // The initial values of both RFCs as they are, which say that nothing is encrypted.
        wrong.extend([unhex("a6a6a6a6a6a6a6a6"), unhex("a65959a600000000")]);
        let wanted = spec(KeyAlgorithm::HmacSha256);
        for wrong in wrong {
            let taken = bench.unwrap_key(algorithm, &with, &wrong, &wanted);
            assert_eq!(taken, Err(SeError::NotAuthentic), "{algorithm:?}: {} bytes", wrong.len());
        }
        let taken = bench.unwrap_key(algorithm, &another, &wrapped, &wanted);
        assert_eq!(taken, Err(SeError::NotAuthentic), "{algorithm:?}: another key");
        let wanted = Handle { id: wanted.id, owner: wanted.owner };
        assert_eq!(bench.info(&wanted), Err(SeError::NoSuchKey));
        // And what was wrapped is no key of another length.
        let other = spec(KeyAlgorithm::AesCmac128);
        assert_eq!(bench.unwrap_key(algorithm, &with, &wrapped, &other), Err(SeError::InvalidInput));
    }
}

/// Nobody wraps what is somebody else's, or with it, nor takes a key in for another.
pub fn keys_are_wrapped_and_unwrapped_by_their_owner_only(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let foreign = Owner::new("//csf.example/id-mn/Cother").unwrap();
    for algorithm in wraps(&subject) {
        let with = bench.key(algorithm.key());
        let key = exportable(&mut bench, &with).unwrap();
        let wrapped = bench.wrap(algorithm, &with, key.id).unwrap();
        let mut theirs = spec(algorithm.key());
        theirs.owner = foreign.clone();
        bench.generate(&theirs).unwrap();
        let theirs = Handle { id: theirs.id, owner: foreign.clone() };
        let refused = SeError::Refused(Refusal::Owner);
        assert_eq!(bench.wrap(algorithm, &theirs, key.id), Err(refused), "another's key");
        let posing = Handle { id: with.id, owner: foreign.clone() };
        assert_eq!(bench.wrap(algorithm, &posing, key.id), Err(refused), "with another's key");
        let mut wanted = spec(KeyAlgorithm::HmacSha256);
        wanted.owner = foreign.clone();
        assert_eq!(bench.unwrap_key(algorithm, &with, &wrapped, &wanted), Err(refused), "for another");
        let unfit = csf_transport::KeySpec {
            uses: KeyUses::NONE.with(KeyUse::Sign),
            ..spec(KeyAlgorithm::HmacSha256)
        };
        assert_eq!(bench.unwrap_key(algorithm, &with, &wrapped, &unfit), Err(SeError::InvalidInput));
        assert_eq!(bench.wrap(algorithm, &with, theirs.id), Err(refused));
        bench.destroy(&key).unwrap();
        assert_eq!(bench.wrap(algorithm, &with, key.id), Err(SeError::NoSuchKey));
        let mac = MacAlgorithm::HmacSha256;
        assert_eq!(bench.mac(mac, &key, b"m"), Err(SeError::NoSuchKey), "wrapped is not kept");
    }
}
