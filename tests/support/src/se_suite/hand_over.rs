//! Checks of keys that get another owner: the whole key goes, and nothing of it stays with the one before.

use csf_transport::{Owner, Refusal, SeError};

use super::Factory;
use super::bench::{Bench, Handle, claims, fresh_id, owner};
use super::claimed::{check, made_by, prove, rotated_by};

const FOREIGN: SeError = SeError::Refused(Refusal::Owner);

fn next() -> Owner {
    Owner::new("//csf.example/id-mn/Cnext").unwrap()
}

/// The next owner has the same key, with what it made before, and the one before is a stranger to it.
pub fn a_key_goes_to_its_next_owner_whole(fresh: Factory) {
    let subject = fresh();
    if !claims(&subject, "hand-over-key", None) {
        return;
    }
    let (mut bench, rotated) = (Bench::new(&subject), rotated_by(&subject));
    for algorithm in made_by(&subject) {
        let before = bench.key(algorithm);
        let mut proofs = vec![prove(&mut bench, algorithm, &before).unwrap()];
        if rotated.contains(&algorithm) {
            bench.rotate(&before, 2).unwrap();
            proofs.push(prove(&mut bench, algorithm, &before).unwrap());
        }
        let mut wanted = bench.info(&before).unwrap();
        wanted.spec.owner = next();
        assert_eq!(bench.hand_over(&before, &next()).as_ref(), Ok(&wanted), "{algorithm:?}");
        let after = Handle { id: before.id, owner: next() };
        assert_eq!(bench.info(&after), Ok(wanted));
        for proof in &proofs {
            assert_eq!(check(&mut bench, algorithm, &after, proof), Ok(true), "{algorithm:?}");
            assert_eq!(check(&mut bench, algorithm, &before, proof), Err(FOREIGN), "{algorithm:?}");
        }
        assert_eq!(prove(&mut bench, algorithm, &before), Err(FOREIGN), "{algorithm:?}");
        assert_eq!(bench.info(&before), Err(FOREIGN));
        assert_eq!(bench.rotate(&before, 3), Err(FOREIGN));
        assert_eq!(bench.destroy(&before), Err(FOREIGN));
        assert!(prove(&mut bench, algorithm, &after).is_ok(), "{algorithm:?}");
        bench.destroy(&after).unwrap();
    }
}

/// Nobody but its owner hands a key over; where that was asked for already, nothing changes.
pub fn a_key_is_handed_over_by_its_owner_only(fresh: Factory) {
    let subject = fresh();
    if !claims(&subject, "hand-over-key", None) {
        return;
    }
    let mut bench = Bench::new(&subject);
    let Some(algorithm) = made_by(&subject).first().copied() else { return };
    let (key, third) = (bench.key(algorithm), Owner::new("//csf.example/id-mn/Cthird").unwrap());
    let info = bench.info(&key).unwrap();
    let foreign = Handle { id: key.id, owner: next() };
    assert_eq!(bench.hand_over(&foreign, &next()), Err(FOREIGN), "nobody takes what is not given");
    assert_eq!(bench.hand_over(&foreign, &third), Err(FOREIGN));
    let nothing = Handle { id: fresh_id(), owner: owner() };
    assert_eq!(bench.hand_over(&nothing, &next()), Err(SeError::NoSuchKey));
    assert_eq!(bench.info(&key), Ok(info));
    let handed = bench.hand_over(&key, &next()).unwrap();
    assert_eq!(bench.hand_over(&key, &next()), Ok(handed.clone()), "asked again");
    assert_eq!(bench.hand_over(&key, &third), Err(FOREIGN), "it is another's to give");
    assert_eq!(bench.hand_over(&key, &owner()), Err(FOREIGN), "nor is it taken back");
    assert_eq!(bench.info(&foreign), Ok(handed));
    assert_eq!(bench.hand_over(&foreign, &owner()).map(|info| info.spec.owner), Ok(owner()));
}
