//! Checks of rotation: the next generation makes, those that are kept still open what they made, older ones do not.

use csf_transport::{CipherAlgorithm, KeyAlgorithm, Owner, Refusal, SeError, SignatureAlgorithm};

use super::Factory;
use super::bench::{Bench, Handle, flipped, fresh_id, owner};
use super::claimed::{PROOF, Work, check, ciphers, made_by, prove, rotated_by, taken_by};
use super::known_keys::material;
use super::verifier::verifies;

/// What a generation before made is right as long as it is kept, and it makes nothing any more.
pub fn a_rotated_key_makes_anew_and_checks_what_it_made_before(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in rotated_by(&subject) {
        let key = bench.key(algorithm);
        let other = bench.key(algorithm);
        let foreign = prove(&mut bench, algorithm, &other).unwrap();
        let before = bench.info(&key).unwrap();
        let mut proofs = vec![prove(&mut bench, algorithm, &key).unwrap()];
        let kept = algorithm.former_generations() as u32;
        for generation in 2..=6 {
            let info = bench.rotate(&key, generation).unwrap();
            assert_eq!((&info.spec, info.generation), (&before.spec, generation));
            assert_eq!(bench.info(&key).as_ref(), Ok(&info));
            let proof = prove(&mut bench, algorithm, &key).unwrap();
            let signs = SignatureAlgorithm::ALL.iter().any(|a| a.key() == algorithm);
            assert_eq!(info.public_key.is_some(), algorithm.is_pair());
            assert!(info.public_key.is_none() || info.public_key != before.public_key);
            if let Some(public) = info.public_key.as_ref().filter(|_| signs) {
                assert!(made_under(algorithm, public, &proof), "{algorithm:?}");
                assert!(!made_under(algorithm, before.public_key.as_ref().unwrap(), &proof));
            }
            proofs.push(proof);
            for (number, proof) in (1..).zip(&proofs) {
                let right = check(&mut bench, algorithm, &key, proof);
                assert_eq!(right, Ok(number + kept >= generation), "{algorithm:?}: {number} at {generation}");
            }
            assert_eq!(check(&mut bench, algorithm, &key, &foreign), Ok(false), "{algorithm:?}");
        }
        proofs.dedup();
        assert_eq!(proofs.len(), 6, "each generation makes its own");
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

/// Where no generation is named, the one that encrypted is found by what is authenticated, and where nothing is, no
/// plaintext of another key comes out. A generation that is named is the only one that is asked.
pub fn the_generation_that_encrypted_is_found_or_must_be_named(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let rotated = rotated_by(&subject);
    for cipher in ciphers(&subject).into_iter().filter(|cipher| rotated.contains(&cipher.key())) {
        let key = bench.key(cipher.key());
        let (first, nonce, old) = bench.encrypt_named(cipher, &key, b"", PROOF).unwrap();
        let parts = (&nonce[..], &old[..]);
        bench.rotate(&key, 2).unwrap();
        let (second, newer, new) = bench.encrypt_named(cipher, &key, b"", PROOF).unwrap();
        assert_eq!((first, second), (1, 2));
        let unnamed = bench.decrypt(cipher, &key, b"", parts);
        let named = |bench: &mut Bench, generation, parts| {
            bench.decrypt_of(cipher, (&key, Some(generation)), b"", parts)
        };
        assert_eq!(named(&mut bench, 1, parts), Ok(PROOF.to_vec()), "{cipher:?}");
        assert_eq!(named(&mut bench, 2, (&newer, &new)), Ok(PROOF.to_vec()), "{cipher:?}");
        if cipher.is_authenticated() {
            assert_eq!(unnamed, Ok(PROOF.to_vec()), "{cipher:?}");
            assert_eq!(named(&mut bench, 2, parts), Err(SeError::NotAuthentic), "{cipher:?}");
            let changed = flipped(&old, 0);
            let opened = bench.decrypt(cipher, &key, b"", (&nonce, &changed));
            assert_eq!(opened, Err(SeError::NotAuthentic), "{cipher:?}");
        } else {
            assert_eq!(unnamed, Err(SeError::InvalidInput), "{cipher:?}");
            assert_ne!(named(&mut bench, 2, parts), Ok(PROOF.to_vec()), "{cipher:?}");
        }
        for never in [3, u32::MAX] {
            assert_eq!(named(&mut bench, never, parts), Err(SeError::NoSuchGeneration), "{cipher:?}");
        }
        (3..=6).for_each(|generation| drop(bench.rotate(&key, generation).unwrap()));
        assert_eq!(named(&mut bench, 1, parts), Err(SeError::NoSuchGeneration), "{cipher:?}");
        assert_eq!(named(&mut bench, 2, (&newer, &new)), Ok(PROOF.to_vec()), "{cipher:?}");
        if cipher != CipherAlgorithm::AesCbcNoPad {
            assert!(bench.decrypt(cipher, &key, b"", parts).is_err(), "{cipher:?}");
        }
        bench.destroy(&key).unwrap();
        for generation in 1..=6 {
            assert_eq!(named(&mut bench, generation, (&newer, &new)), Err(SeError::NoSuchKey));
        }
    }
}

/// The next generation of a key that both sides have comes from outside: it must be a key, another than the present
/// one, and where it is asked for again, the same.
pub fn the_next_generation_can_be_given(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let taken = taken_by(&subject);
    for algorithm in rotated_by(&subject).into_iter().filter(|a| taken.contains(a)) {
        let (key, twin) = (bench.key(algorithm), super::bench::spec(algorithm));
        let given = material(algorithm);
        bench.import(&twin, &given).unwrap();
        let twin = Handle { id: twin.id, owner: twin.owner };
        for wrong in [&b""[..], &given[..13], &[7; 600]] {
            let length = wrong.len();
            assert_eq!(bench.rotate_to(&key, 2, Some(wrong)), Err(SeError::InvalidInput), "{length}");
        }
        let again = bench.rotate_to(&twin, 2, Some(&given));
        assert_eq!(again, Err(SeError::InvalidInput), "{algorithm:?}: it is the present one");
        let info = bench.rotate_to(&key, 2, Some(&given)).unwrap();
        assert_eq!(info.public_key, bench.info(&twin).unwrap().public_key, "{algorithm:?}");
        assert_eq!(bench.rotate_to(&key, 2, Some(&given)), Ok(info.clone()), "{algorithm:?}: asked again");
        let mut other = given.clone();
        other[given.len() - 1] ^= 1;
        assert_eq!(bench.rotate_to(&key, 2, Some(&other)), Err(SeError::InvalidInput), "{algorithm:?}");
        assert_eq!(bench.info(&key), Ok(info), "{algorithm:?}");
        if !matches!(super::claimed::work(algorithm), Work::Encrypt(_) | Work::Derive(_)) {
            let proof = prove(&mut bench, algorithm, &key).unwrap();
            assert_eq!(check(&mut bench, algorithm, &twin, &proof), Ok(true), "{algorithm:?}: the same key");
        }
    }
}

/// Whether a signature was made under this public key.
fn made_under(algorithm: KeyAlgorithm, public: &[u8], proof: &[u8]) -> bool {
    let signature = SignatureAlgorithm::ALL.iter().find(|a| a.key() == algorithm).unwrap();
    verifies(*signature, public, PROOF, proof)
}
