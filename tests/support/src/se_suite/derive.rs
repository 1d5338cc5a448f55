//! Checks of keys that are made from others.

use csf_transport::{DerivationAlgorithm, KeyAlgorithm, KeyUse, KeyUses, Owner, Refusal, SeError};

use super::Factory;
use super::bench::{Bench, Handle, spec};
use super::claimed::{DERIVED, PROOF, by_derived, derivations, made_by};
use super::verifier::Outsider;

/// Whoever has the other private key, outside, has the same key in the end.
pub fn two_parties_agree_on_the_same_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject).into_iter().filter(|a| a.takes_peer()) {
        let key = bench.key(algorithm.key());
        let public = bench.info(&key).unwrap().public_key.unwrap();
        let (one, two) = (Outsider::new(1), Outsider::new(2));
        for [salt, info] in [[&b""[..], b""], [b"salt", b"session 1"]] {
            let here = by_derived(&mut bench, algorithm, &key, [&one.public(), salt, info]).unwrap();
            assert_eq!(here, one.code(&public, [salt, info, PROOF]), "{algorithm:?}");
            assert_ne!(here, two.code(&public, [salt, info, PROOF]), "{algorithm:?}: a third party");
        }
    }
}

/// The same input gives the same key, and any other input another one.
pub fn every_input_goes_into_a_derived_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject) {
        let (key, other) = (bench.key(algorithm.key()), bench.key(algorithm.key()));
        let peer = Outsider::new(1).peer_for(algorithm);
        let mut code = |key: &Handle, input| by_derived(&mut bench, algorithm, key, input).unwrap();
        let first = code(&key, [&peer, b"salt", b"info"]);
        assert_eq!(code(&key, [&peer, b"salt", b"info"]), first, "{algorithm:?} is not repeatable");
        assert_ne!(code(&other, [&peer, b"salt", b"info"]), first, "{algorithm:?}: another key");
        assert_ne!(code(&key, [&peer, b"", b"info"]), first, "{algorithm:?}: another salt");
        assert_ne!(code(&key, [&peer, b"salt", b"other"]), first, "{algorithm:?}: another purpose");
        assert_ne!(code(&key, [&peer, b"saltinfo", b""]), first, "{algorithm:?}: salt is not info");
        if algorithm.takes_peer() {
            let another = Outsider::new(2).public();
            assert_ne!(code(&key, [&another, b"salt", b"info"]), first, "{algorithm:?}: another party");
        }
    }
}

/// A derived key is a key like others: as asked for, under a name of its own, and there when its source is gone.
pub fn a_derived_key_is_a_key_of_its_own(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject) {
        let source = bench.key(algorithm.key());
        let peer = Outsider::new(1).peer_for(algorithm);
        for target in made_by(&subject) {
            let wanted = spec(target);
            let made = bench.derive(algorithm, &source, [&peer, b"", b""], &wanted);
            if target.is_pair() {
                assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?}: {target:?} is a pair");
                continue;
            }
            let made = made.unwrap();
            assert_eq!((&made.spec, made.generation, &made.public_key), (&wanted, 1, &None));
            let again = bench.derive(algorithm, &source, [&peer, b"", b""], &wanted);
            assert_eq!(again, Err(SeError::KeyExists), "{algorithm:?}: {target:?}");
        }
        let wanted = spec(DERIVED.key());
        bench.derive(algorithm, &source, [&peer, b"", b""], &wanted).unwrap();
        let derived = Handle { id: wanted.id, owner: wanted.owner };
        let code = bench.mac(DERIVED, &derived, PROOF).unwrap();
        bench.destroy(&source).unwrap();
        assert_eq!(bench.verify_mac(DERIVED, &derived, PROOF, &code), Ok(true), "{algorithm:?}");
        let gone = by_derived(&mut bench, algorithm, &source, [&peer, b"", b""]);
        assert_eq!(gone, Err(SeError::NoSuchKey), "{algorithm:?}");
    }
}

/// Nobody makes a key from somebody else's, for himself or for the other.
pub fn a_key_is_derived_by_its_owner_only(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject) {
        let source = bench.key(algorithm.key());
        let peer = Outsider::new(1).peer_for(algorithm);
        let mut wanted = spec(DERIVED.key());
        wanted.owner = Owner::new("//csf.example/id-mn/Cother").unwrap();
        let made = bench.derive(algorithm, &source, [&peer, b"", b""], &wanted);
        assert_eq!(made, Err(SeError::Refused(Refusal::Owner)), "{algorithm:?}");
        assert_eq!(bench.info(&Handle { id: wanted.id, owner: wanted.owner }), Err(SeError::NoSuchKey));
        let mut wanted = spec(DERIVED.key());
        wanted.uses = KeyUses::NONE.with(KeyUse::Sign);
        let made = bench.derive(algorithm, &source, [&peer, b"", b""], &wanted);
        assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?}: uses that do not fit");
    }
}

/// Neither bytes nor points that are no public key, nor a public key where none belongs.
pub fn what_is_no_public_key_of_the_curve_is_refused(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let good = Outsider::new(1).public();
    let last = good.len() - 1;
    let mut beside = good.clone();
    beside[last] ^= 1;
    let mut other_curve = good.clone();
    // The last byte of the curve's object identifier: 1.2.840.10045.3.1.7.
    other_curve[22] = 6;
    let zeros = [&good[..27], &[0; 64]].concat();
    let longer = [&good[..], b"\0"].concat();
    for algorithm in derivations(&subject) {
        let key = bench.key(algorithm.key());
        let wrong: Vec<&[u8]> = match algorithm {
            DerivationAlgorithm::HkdfSha256 => vec![&good, b"\0"],
            _ => vec![
                b"",
                b"\0",
                &good[..last],
                &good[1..],
                &good[26..],
                &beside,
                &other_curve,
                &zeros,
                &longer,
            ],
        };
        for peer in wrong {
            let made = by_derived(&mut bench, algorithm, &key, [peer, b"", b""]);
            assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?}: {} bytes", peer.len());
        }
    }
}

/// A key for agreeing signs nothing, and one for signing agrees on nothing: they are made for different things.
pub fn a_pair_for_agreement_signs_nothing(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in made_by(&subject).into_iter().filter(|a| *a == KeyAlgorithm::EcdhP256) {
        for one in [KeyUse::Sign, KeyUse::Verify] {
            let mut wanted = spec(algorithm);
            wanted.uses = wanted.uses.with(one);
            assert_eq!(bench.generate(&wanted), Err(SeError::InvalidInput), "{one:?}");
        }
    }
}
