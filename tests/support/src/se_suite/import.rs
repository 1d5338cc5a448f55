//! Checks of keys that were made elsewhere: they are the keys they were, and nothing else becomes one.

use csf_transport::{
    KeyAlgorithm, KeyUse, KeyUses, MAX_KEY_MATERIAL_BYTES, MAX_SECRET_BYTES, MIN_SECRET_BYTES, Owner,
    Refusal, SeError, SignatureAlgorithm,
};

use super::bench::{Bench, Handle, fresh_id, message, owner, spec};
use super::claimed::{Work, check, prove, taken_by, work};
use super::known_keys::{ANSWERS, PAIRS, Pair, material, unhex};
use super::verifier::verifies;
use super::{Factory, Subject};

fn import(bench: &mut Bench, algorithm: KeyAlgorithm, material: &[u8]) -> Result<Handle, SeError> {
    let spec = spec(algorithm);
    bench.import(&spec, material).map(|_| Handle { id: spec.id, owner: spec.owner })
}

/// An imported key gives the published answers: it is that key, not one that was made in its place.
pub fn an_imported_key_answers_as_published(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for known in ANSWERS.iter().filter(|known| takes(&subject, known.algorithm)) {
        let key = import(&mut bench, known.algorithm, &unhex(known.material)).unwrap();
        let answer = unhex(known.answer);
        match work(known.algorithm) {
            Work::Mac(mac) => assert_eq!(bench.mac(mac, &key, known.message), Ok(answer), "{mac:?}"),
            Work::Sign(signature) => {
                let right = bench.verify(signature, &key, message(known.message), &answer);
                assert_eq!(right, Ok(true), "{signature:?}");
            }
            // Which no document has an answer of in one step; see the checks of derived keys.
            Work::Derive(_) | Work::Wrap(_) => {}
            Work::Encrypt(cipher) => {
                let opened = bench.decrypt(cipher, &key, b"", answer.split_at(cipher.nonce_bytes()));
                assert_eq!(opened.as_deref(), Ok(known.message), "{cipher:?}");
            }
        }
    }
}

/// The same material twice is one key under two names; other material is another key. A key that was imported is
/// described like one that was made.
pub fn the_same_material_is_the_same_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in taken_by(&subject) {
        let first = spec(algorithm);
        let info = bench.import(&first, &material(algorithm)).unwrap();
        assert_eq!((&info.spec, info.generation), (&first, 1));
        assert_eq!(info.public_key.is_some(), algorithm.is_pair());
        let first = Handle { id: first.id, owner: first.owner };
        assert_eq!(bench.info(&first), Ok(info));
        let second = import(&mut bench, algorithm, &material(algorithm)).unwrap();
        let mut changed = material(algorithm);
        changed[1] ^= 1;
        let other = import(&mut bench, algorithm, &changed).unwrap();
        let proof = prove(&mut bench, algorithm, &first).unwrap();
        assert_eq!(check(&mut bench, algorithm, &second, &proof), Ok(true), "{algorithm:?}");
        assert_eq!(check(&mut bench, algorithm, &other, &proof), Ok(false), "{algorithm:?}");
    }
}

/// PKCS#8, as another implementation wrote it, holds the key that the bare private bytes are.
pub fn a_pair_is_taken_as_pkcs_8_too(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for pair in PAIRS.iter().filter(|pair| takes(&subject, pair.algorithm)) {
        let bare = import(&mut bench, pair.algorithm, &unhex(pair.private)).unwrap();
        let wrapped = import(&mut bench, pair.algorithm, &unhex(pair.pkcs_8)).unwrap();
        let public = bench.info(&bare).unwrap().public_key.unwrap();
        assert_eq!(bench.info(&wrapped).unwrap().public_key.as_ref(), Some(&public));
        let Some(signature) = SignatureAlgorithm::ALL.iter().find(|a| a.key() == pair.algorithm) else {
            continue;
        };
        let signed = bench.sign(*signature, &wrapped, message(b"m")).unwrap();
        assert!(verifies(*signature, &public, b"m", &signed), "{signature:?}");
    }
}

/// Of another length, outside the group, cut, lengthened, of another curve, or beside a foreign public key: no key.
pub fn material_that_is_no_key_makes_none(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in taken_by(&subject) {
        let good = material(algorithm);
        let mut wrong = vec![
            Vec::new(),
            good[..good.len() - 1].to_vec(),
            [&good[..], b"\x01"].concat(),
            [&good[..], &good].concat(),
            vec![0x30; MAX_KEY_MATERIAL_BYTES],
            vec![1; MAX_KEY_MATERIAL_BYTES + 1],
        ];
        if algorithm.takes_any_length() {
            wrong = vec![Vec::new(), vec![1; MIN_SECRET_BYTES - 1], vec![1; MAX_SECRET_BYTES + 1]];
            for length in [MIN_SECRET_BYTES, good.len() - 1, good.len() + 1, MAX_SECRET_BYTES] {
                assert!(import(&mut bench, algorithm, &vec![1; length]).is_ok(), "{algorithm:?}: {length}");
            }
        }
        let same = |pair: &&Pair| {
            // A key of the same curve for another purpose looks the same.
            let twin = match algorithm {
                KeyAlgorithm::EcdhP256 => KeyAlgorithm::EcP256,
                KeyAlgorithm::EcdhP384 => KeyAlgorithm::EcP384,
                other => other,
            };
            pair.algorithm == twin
        };
        wrong.extend(PAIRS.iter().filter(same).flat_map(|pair| pair.wrong()));
        wrong.extend(PAIRS.iter().filter(|pair| !same(pair)).map(|pair| unhex(pair.pkcs_8)));
        for wrong in wrong {
            let spec = spec(algorithm);
            let refused = bench.import(&spec, &wrong);
            assert_eq!(refused, Err(SeError::InvalidInput), "{algorithm:?}: {} bytes", wrong.len());
            assert_eq!(bench.info(&Handle { id: spec.id, owner: spec.owner }), Err(SeError::NoSuchKey));
        }
        assert!(import(&mut bench, algorithm, &good).is_ok(), "{algorithm:?}");
    }
}

/// A key that was imported serves its owner for its uses, like any other.
pub fn an_imported_key_serves_its_owner_and_its_uses_only(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in taken_by(&subject) {
        let key = import(&mut bench, algorithm, &material(algorithm)).unwrap();
        let proof = prove(&mut bench, algorithm, &key).unwrap();
        let foreign = Handle { id: key.id, owner: Owner::new("//csf.example/id-mn/Cother").unwrap() };
        let refused = SeError::Refused(Refusal::Owner);
        assert_eq!(bench.info(&foreign), Err(refused));
        assert_eq!(prove(&mut bench, algorithm, &foreign), Err(refused));
        assert_eq!(check(&mut bench, algorithm, &foreign, &proof), Err(refused));
        assert_eq!(check(&mut bench, algorithm, &key, &proof), Ok(true));

        let mut checker = spec(algorithm);
        let one = match work(algorithm) {
            // It has one use only.
            Work::Derive(_) => continue,
            Work::Mac(_) => KeyUse::MacVerify,
            Work::Sign(_) => KeyUse::Verify,
            Work::Encrypt(_) => KeyUse::Decrypt,
            Work::Wrap(_) => KeyUse::Unwrap,
        };
        checker.uses = KeyUses::NONE.with(one);
        bench.import(&checker, &material(algorithm)).unwrap();
        let checker = Handle { id: checker.id, owner: checker.owner };
        assert_eq!(check(&mut bench, algorithm, &checker, &proof), Ok(true));
        assert_eq!(prove(&mut bench, algorithm, &checker), Err(SeError::Refused(Refusal::Use)));
    }
}

/// Uses that the algorithm does not have, and an identifier that is taken, are refused; what was there stays.
pub fn an_import_replaces_nothing_and_needs_uses_that_fit(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in taken_by(&subject) {
        let first = spec(algorithm);
        let key = Handle { id: first.id, owner: first.owner.clone() };
        bench.import(&first, &material(algorithm)).unwrap();
        let proof = prove(&mut bench, algorithm, &key).unwrap();
        let mut changed = material(algorithm);
        changed[1] ^= 1;
        for owner in [owner(), Owner::new("//csf.example/id-mn/Cother").unwrap()] {
            let mut second = first.clone();
            second.owner = owner;
            assert_eq!(bench.import(&second, &changed), Err(SeError::KeyExists));
        }
        assert_eq!(check(&mut bench, algorithm, &key, &proof), Ok(true));
        for bits in (0..=511_u16).filter(|bits| *bits == 0 || bits & !first.uses.bits() != 0) {
            let Some(uses) = KeyUses::from_bits(bits) else { continue };
            let mut unfit = first.clone();
            (unfit.id, unfit.uses) = (fresh_id(), uses);
            assert_eq!(bench.import(&unfit, &material(algorithm)), Err(SeError::InvalidInput));
        }
    }
}

fn takes(subject: &Subject, algorithm: KeyAlgorithm) -> bool {
    taken_by(subject).contains(&algorithm)
}
