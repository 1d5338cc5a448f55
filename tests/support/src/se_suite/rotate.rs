//! Checks of rotation: the next generation makes, the one before is still found right, older ones are not.

use csf_transport::{KeyAlgorithm, Owner, Refusal, SeError, SignatureAlgorithm};

use super::Factory;
use super::bench::{Bench, Handle, fresh_id, owner};
use super::claimed::{PROOF, check, made_by, prove, rotated_by};
use super::verifier::verifies;

/// What the generation before made is right until the generation after, and it makes nothing any more.
pub fn a_rotated_key_makes_anew_and_checks_what_it_made_before(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in rotated_by(&subject) {
        let key = bench.key(algorithm);
        let other = bench.key(algorithm);
        let foreign = prove(&mut bench, algorithm, &other).unwrap();
        let before = bench.info(&key).unwrap();
        let mut proofs = vec![prove(&mut bench, algorithm, &key).unwrap()];
        for generation in 2..=4 {
            let info = bench.rotate(&key, generation).unwrap();
            assert_eq!((&info.spec, info.generation), (&before.spec, generation));
            assert_eq!(bench.info(&key).as_ref(), Ok(&info));
            let proof = prove(&mut bench, algorithm, &key).unwrap();
            if let Some(public) = &info.public_key {
                assert_ne!(Some(public), before.public_key.as_ref());
                assert!(made_under(algorithm, public, &proof), "{algorithm:?}");
                assert!(!made_under(algorithm, before.public_key.as_ref().unwrap(), &proof));
            }
            proofs.push(proof);
            for (number, proof) in (1..).zip(&proofs) {
                let right = check(&mut bench, algorithm, &key, proof);
                assert_eq!(right, Ok(number + 1 >= generation), "{algorithm:?}: {number} at {generation}");
            }
            assert_eq!(check(&mut bench, algorithm, &key, &foreign), Ok(false), "{algorithm:?}");
        }
        proofs.dedup();
        assert_eq!(proofs.len(), 4, "each generation makes its own");
    }
}

/// A rotation that is asked for again changes nothing; none is left out, and none taken back.
pub fn a_generation_follows_the_one_before_once(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in rotated_by(&subject) {
        let key = bench.key(algorithm);
        let info = bench.rotate(&key, 2).unwrap();
        let proof = prove(&mut bench, algorithm, &key).unwrap();
        assert_eq!(bench.rotate(&key, 2).as_ref(), Ok(&info));
        for wrong in [1, 4, u32::MAX] {
            assert_eq!(bench.rotate(&key, wrong), Err(SeError::InvalidInput), "{wrong}");
        }
        assert_eq!(bench.info(&key), Ok(info));
        bench.rotate(&key, 3).unwrap();
        assert_eq!(check(&mut bench, algorithm, &key, &proof), Ok(true), "it was the generation before");
    }
}

/// Only the owner rotates, only what is there, and only where the algorithm has it.
pub fn a_key_is_rotated_by_its_owner_only(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let rotated = rotated_by(&subject);
    for algorithm in made_by(&subject) {
        let key = bench.key(algorithm);
        let info = bench.info(&key).unwrap();
        if rotated.contains(&algorithm) {
            let foreign = Handle { id: key.id, owner: Owner::new("//csf.example/id-mn/Cother").unwrap() };
            assert_eq!(bench.rotate(&foreign, 2), Err(SeError::Refused(Refusal::Owner)));
            let nobody = Handle { id: fresh_id(), owner: owner() };
            assert_eq!(bench.rotate(&nobody, 2), Err(SeError::NoSuchKey));
        } else {
            assert_eq!(bench.rotate(&key, 2), Err(SeError::NotSupported), "{algorithm:?}");
        }
        assert_eq!(bench.info(&key), Ok(info));
    }
}

/// Whether a signature was made under this public key.
fn made_under(algorithm: KeyAlgorithm, public: &[u8], proof: &[u8]) -> bool {
    let signature = SignatureAlgorithm::ALL.iter().find(|a| a.key() == algorithm).unwrap();
    verifies(*signature, public, PROOF, proof)
}
