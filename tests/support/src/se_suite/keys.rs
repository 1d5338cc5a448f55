//! Checks of the life of keys.

use csf_transport::{Command, KeyAlgorithm, KeyUse, KeyUses, Owner, Reply, SeError};
use p256::ecdsa::VerifyingKey;
use p256::pkcs8::DecodePublicKey;

use super::Factory;
use super::bench::{Bench, Handle, claims, fresh_id, owner, spec};
use super::claimed::{check, made_by, prove};

/// The description of a new key, when it is made and whenever it is asked for.
pub fn a_new_key_is_what_was_asked_for(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        let spec = spec(algorithm);
        let info = bench.generate(&spec).unwrap();
        assert_eq!(info.spec, spec);
        assert_eq!(info.generation, 1);
        assert_eq!(info.public_key.is_some(), algorithm.is_pair(), "only a pair has a public key");
        if let (KeyAlgorithm::EcP256 | KeyAlgorithm::EcdhP256, Some(der)) = (algorithm, &info.public_key) {
            assert!(VerifyingKey::from_public_key_der(der).is_ok());
        }
        let again = bench.info(&Handle { id: spec.id, owner: spec.owner }).unwrap();
        assert_eq!(again, info);
    }
}

/// A taken identifier is refused to everybody, and the key that has it stays as it is.
pub fn an_identifier_is_given_once(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        let first = spec(algorithm);
        let info = bench.generate(&first).unwrap();
        for other_algorithm in made_by(&subject) {
            for owner in [owner(), Owner::new("//csf.example/id-mn/Cother").unwrap()] {
                let mut second = spec(other_algorithm);
                second.id = first.id;
                second.owner = owner;
                assert_eq!(bench.generate(&second), Err(SeError::KeyExists));
            }
        }
        assert_eq!(bench.info(&Handle { id: first.id, owner: first.owner }), Ok(info));
    }
}

/// Going through the keys gives each that is there once, in order, with its owner, and comes to an end.
pub fn going_through_the_keys_gives_each_once(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    if !claims(&subject, "next-key", None) {
        return;
    }
    let made: Vec<_> = made_by(&subject).iter().flat_map(|algorithm| [*algorithm; 2]).collect();
    let mut made: Vec<_> = made.into_iter().map(|algorithm| bench.key(algorithm)).collect();
    if let Some(gone) = made.pop() {
        bench.destroy(&gone).unwrap();
    }
    made.sort_by_key(|key| key.id);
    let mut after = None;
    for key in made {
        let Ok(Reply::Key(info)) = bench.run(&Command::NextKey { after }) else { panic!("no key is next") };
        assert_eq!((info.spec.id, &info.spec.owner), (key.id, &key.owner));
        assert_eq!(Ok(info), bench.info(&key));
        after = Some(key.id);
    }
    assert_eq!(bench.run(&Command::NextKey { after }).err(), Some(SeError::NoSuchKey));
}

/// After its destruction a key serves nobody, and a new one of its name is another key.
pub fn a_destroyed_key_is_gone(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let (mut bench, mut other_session) = (Bench::new(&subject), Bench::new(&subject));
        let spec = spec(algorithm);
        let key = Handle { id: spec.id, owner: spec.owner.clone() };
        bench.generate(&spec).unwrap();
        let proof = prove(&mut other_session, algorithm, &key).unwrap();
        assert_eq!(check(&mut bench, algorithm, &key, &proof), Ok(true));

        assert_eq!(bench.destroy(&key), Ok(()));
        assert_eq!(bench.destroy(&key), Ok(()), "destroying can be repeated");
        for session in [&mut bench, &mut other_session] {
            assert_eq!(session.info(&key), Err(SeError::NoSuchKey));
            assert_eq!(prove(session, algorithm, &key), Err(SeError::NoSuchKey));
            assert_eq!(check(session, algorithm, &key, &proof), Err(SeError::NoSuchKey));
        }

        bench.generate(&spec).unwrap();
        assert_eq!(check(&mut bench, algorithm, &key, &proof), Ok(false), "the old key came back");
    }
}

/// Only the key that is named goes.
pub fn destroying_one_key_leaves_the_others(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        let keys = [bench.key(algorithm), bench.key(algorithm), bench.key(algorithm)];
        let proofs = keys.each_ref().map(|key| prove(&mut bench, algorithm, key).unwrap());
        bench.destroy(&keys[1]).unwrap();
        assert_eq!(check(&mut bench, algorithm, &keys[0], &proofs[0]), Ok(true));
        assert_eq!(check(&mut bench, algorithm, &keys[1], &proofs[1]), Err(SeError::NoSuchKey));
        assert_eq!(check(&mut bench, algorithm, &keys[2], &proofs[2]), Ok(true));
    }
}

/// Asking for a key that is not there; only its destruction has nothing left to do.
pub fn a_key_that_never_was_is_no_such_key(fresh: Factory) {
    let subject = fresh();
    let nobody = Handle { id: fresh_id(), owner: owner() };
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        assert_eq!(bench.info(&nobody), Err(SeError::NoSuchKey));
        assert_eq!(bench.destroy(&nobody), Ok(()));
        assert_eq!(prove(&mut bench, algorithm, &nobody), Err(SeError::NoSuchKey));
        assert_eq!(check(&mut bench, algorithm, &nobody, &[1; 64]), Err(SeError::NoSuchKey));
    }
}

/// No use, or one that the algorithm cannot serve: no key.
pub fn uses_that_do_not_fit_make_no_key(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        let fitting = spec(algorithm).uses.bits();
        let alone = KeyUses::NONE.with(KeyUse::Authenticate).bits();
        let may_be = |bits: u16| bits == alone && algorithm.authenticates();
        let sets = (0..=1023_u16).filter(|bits| *bits == 0 || (bits & !fitting != 0 && !may_be(*bits)));
        for uses in sets.filter_map(KeyUses::from_bits) {
            let mut spec = spec(algorithm);
            spec.uses = uses;
            assert_eq!(bench.generate(&spec), Err(SeError::InvalidInput), "{uses:?}");
            assert_eq!(bench.info(&Handle { id: spec.id, owner: spec.owner }), Err(SeError::NoSuchKey));
        }
    }
}
