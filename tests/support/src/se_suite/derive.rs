//! Checks of keys that are made from others.

use csf_transport::{DerivationAlgorithm, KeyAlgorithm, KeyUse, KeyUses, Owner, Refusal, SeError};

use super::Factory;
use super::bench::{Bench, Handle, spec};
use super::claimed::{DERIVED, PROOF, by_derived, derivations, made_by, purpose, taken_by};
use super::known_keys::unhex;
use super::outsider::{Outsider, X25519_INFO, code, derived};

/// Whoever has the other private key, outside, has the same key in the end.
pub fn two_parties_agree_on_the_same_key(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject).into_iter().filter(|a| a.takes_peer()) {
        let key = bench.key(algorithm.key());
        let public = bench.info(&key).unwrap().public_key.unwrap();
        let (one, two) = (Outsider::new(1), Outsider::new(2));
        for [salt, info] in [[&b""[..], b""], [b"salt", b"session 1"]] {
            let here =
                by_derived(&mut bench, algorithm, &key, [&one.peer_for(algorithm), salt, info]).unwrap();
            let there =
                |party: &Outsider| code(&party.key(algorithm, &public, DERIVED.key(), [salt, info]), PROOF);
            assert_eq!(here, there(&one), "{algorithm:?}");
            assert_ne!(here, there(&two), "{algorithm:?}: a third party");
        }
    }
}

/// The labels of TS-0003, 10.3.2, 10.3.3 and 10.3.7, before an identifier.
const ENROLLED: [(DerivationAlgorithm, &str, &str); 3] = [
    (
        DerivationAlgorithm::OneM2mKm,
        "oneM2M Enrolment Key to Master Credential derivation",
        "maf.example.com",
    ),
    (
        DerivationAlgorithm::OneM2mKpsa,
        "oneM2M Enrolment Key to Provisioned Secure Connection Key derivation",
        "/id-mn/Cgateway",
    ),
    (
        DerivationAlgorithm::OneM2mKuse,
        "oneM2M Enrolment Key to Usage-Constrained Symmetric Key derivation",
        "14target.example.com",
    ),
];

/// Two parties agree on an enrolment key, and what they make of it is what TS-0003 says.
pub fn the_keys_of_enrolment_are_those_of_ts_0003(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let (able, way) = (derivations(&subject), DerivationAlgorithm::EcdhP256HkdfSha256);
    let enrolled = ENROLLED.iter().filter(|(algorithm, ..)| able.contains(algorithm));
    for (algorithm, label, id) in enrolled.filter(|_| able.contains(&way)) {
        let pair = bench.key(way.key());
        let public = bench.info(&pair).unwrap().public_key.unwrap();
        let (outsider, target) = (Outsider::new(1), KeyAlgorithm::OneM2mKe);
        let wanted = spec(target);
        bench.derive(way, &pair, [&outsider.peer_for(way), b"", b""], &wanted).unwrap();
        let enrolment_key = Handle { id: wanted.id, owner: wanted.owner };
        let here = by_derived(&mut bench, *algorithm, &enrolment_key, [b"", b"", id.as_bytes()]).unwrap();
        let outside = outsider.key(way, &public, target, [b"", b""]);
        assert_eq!(here, code(&code(&outside, format!("{label}{id}").as_bytes()), PROOF), "{algorithm:?}");
        for wrong in ["", "14", "1", "14münchen.example", "14 x"] {
            let refused = by_derived(&mut bench, *algorithm, &enrolment_key, [b"", b"", wrong.as_bytes()]);
            let expected =
                if algorithm.takes_info(wrong.as_bytes()) { None } else { Some(SeError::InvalidInput) };
            assert_eq!(refused.err(), expected, "{algorithm:?}: {wrong}");
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
        let salt: &[u8] = if algorithm.takes_salt() { b"salt" } else { b"" };
        let mut code = |key: &Handle, input| by_derived(&mut bench, algorithm, key, input).unwrap();
        let first = code(&key, [&peer, salt, b"14info"]);
        assert_eq!(code(&key, [&peer, salt, b"14info"]), first, "{algorithm:?} is not repeatable");
        assert_ne!(code(&other, [&peer, salt, b"14info"]), first, "{algorithm:?}: another key");
        assert_ne!(code(&key, [&peer, salt, b"14other"]), first, "{algorithm:?}: another purpose");
        assert_ne!(code(&key, [&peer, salt, b"15info"]), first, "{algorithm:?}: another purpose");
        if algorithm.takes_salt() {
            assert_ne!(code(&key, [&peer, b"", b"14info"]), first, "{algorithm:?}: another salt");
            assert_ne!(code(&key, [&peer, b"salt14info", b""]), first, "{algorithm:?}: salt is not info");
        }
        if algorithm.takes_peer() {
            let another = Outsider::new(2).peer_for(algorithm);
            assert_ne!(code(&key, [&another, salt, b"14info"]), first, "{algorithm:?}: another party");
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
            let made = bench.derive(algorithm, &source, [&peer, b"", purpose(algorithm)], &wanted);
            if !algorithm.makes(target) {
                assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?} makes no {target:?}");
                continue;
            }
            let made = made.unwrap();
            assert_eq!((&made.spec, made.generation, &made.public_key), (&wanted, 1, &None));
            let again = bench.derive(algorithm, &source, [&peer, b"", purpose(algorithm)], &wanted);
            assert_eq!(again, Err(SeError::KeyExists), "{algorithm:?}: {target:?}");
        }
        let wanted = spec(DERIVED.key());
        bench.derive(algorithm, &source, [&peer, b"", purpose(algorithm)], &wanted).unwrap();
        let derived = Handle { id: wanted.id, owner: wanted.owner };
        let code = bench.mac(DERIVED, &derived, PROOF).unwrap();
        bench.destroy(&source).unwrap();
        assert_eq!(bench.verify_mac(DERIVED, &derived, PROOF, &code), Ok(true), "{algorithm:?}");
        let gone = by_derived(&mut bench, algorithm, &source, [&peer, b"", purpose(algorithm)]);
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
        let made = bench.derive(algorithm, &source, [&peer, b"", purpose(algorithm)], &wanted);
        assert_eq!(made, Err(SeError::Refused(Refusal::Owner)), "{algorithm:?}");
        assert_eq!(bench.info(&Handle { id: wanted.id, owner: wanted.owner }), Err(SeError::NoSuchKey));
        let mut wanted = spec(DERIVED.key());
        wanted.uses = KeyUses::NONE.with(KeyUse::Sign);
        let made = bench.derive(algorithm, &source, [&peer, b"", purpose(algorithm)], &wanted);
        assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?}: uses that do not fit");
    }
}

/// Neither bytes nor points that are no public key, nor a public key where none belongs.
pub fn what_is_no_public_key_of_the_curve_is_refused(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in derivations(&subject) {
        let key = bench.key(algorithm.key());
        let (good, wrong) = match algorithm {
            DerivationAlgorithm::EcdhP256HkdfSha256 => wrong_peers(algorithm, P256_POINT_AT),
            DerivationAlgorithm::EcdhP384HkdfSha384 => wrong_peers(algorithm, P384_POINT_AT),
            DerivationAlgorithm::X25519HkdfSha256 => wrong_x25519_peers(),
            _ => (Vec::new(), vec![Outsider::new(1).peer_for(CURVES[0]), vec![0]]),
        };
        assert!(by_derived(&mut bench, algorithm, &key, [&good, b"", purpose(algorithm)]).is_ok());
        for peer in wrong {
            let made = by_derived(&mut bench, algorithm, &key, [&peer, b"", purpose(algorithm)]);
            assert_eq!(made, Err(SeError::InvalidInput), "{algorithm:?}: {} bytes", peer.len());
        }
    }
}

/// The ways that take public keys.
const CURVES: [DerivationAlgorithm; 3] = [
    DerivationAlgorithm::EcdhP256HkdfSha256,
    DerivationAlgorithm::EcdhP384HkdfSha384,
    DerivationAlgorithm::X25519HkdfSha256,
];
/// Where the coordinates begin in a public key on P-256.
const P256_POINT_AT: usize = 27;
/// And on P-384.
const P384_POINT_AT: usize = 24;

/// A public key, and what is none: cut, longer, beside the curve, of another curve, or no point at all.
fn wrong_peers(algorithm: DerivationAlgorithm, point_at: usize) -> (Vec<u8>, Vec<Vec<u8>>) {
    let good = Outsider::new(1).peer_for(algorithm);
    let last = good.len() - 1;
    let mut beside = good.clone();
    beside[last] ^= 1;
    let mut other_curve = good.clone();
    // The last byte of the curve's object identifier: 1.2.840.10045.3.1.7 and 1.3.132.0.34.
    other_curve[point_at - 5] ^= 1;
    let zeros = [&good[..point_at], &vec![0; good.len() - point_at]].concat();
    let mut wrong =
        vec![vec![], vec![0], good[..last].to_vec(), good[1..].to_vec(), good[point_at - 1..].to_vec()];
    wrong.extend([beside, other_curve, zeros, [&good[..], b"\0"].concat()]);
    wrong.extend(CURVES.into_iter().filter(|c| *c != algorithm).map(|c| Outsider::new(1).peer_for(c)));
    (good, wrong)
}

/// What agrees with every key on nothing but zeros, 0 and 1 aside: points of small order, and what stands for one.
const SMALL_ORDER: [&str; 5] = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// The same for X25519, where every string of 32 bytes is a public key but those that agree on nothing.
fn wrong_x25519_peers() -> (Vec<u8>, Vec<Vec<u8>>) {
    let algorithm = DerivationAlgorithm::X25519HkdfSha256;
    let good = Outsider::new(1).peer_for(algorithm);
    let at = X25519_INFO.len();
    let mut wrong =
        vec![vec![], vec![0], good[..good.len() - 1].to_vec(), good[1..].to_vec(), good[at..].to_vec()];
    // As if for X448 and for Ed25519.
    for last in [0x6f, 0x70] {
        let mut other = good.clone();
        other[at - 4] = last;
        wrong.push(other);
    }
    let one = [&[1][..], &[0; 31]].concat();
    let points = SMALL_ORDER.iter().map(|point| unhex(point)).chain([vec![0; 32], one]);
    wrong.extend(points.map(|point| [&X25519_INFO[..], &point].concat()));
    wrong.push([&good[..], b"\0"].concat());
    wrong.extend(CURVES.into_iter().filter(|c| *c != algorithm).map(|c| Outsider::new(1).peer_for(c)));
    (good, wrong)
}

/// The keys of RFC 7748, 6.1 agree on what stands there.
pub fn x25519_agrees_as_published(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    let algorithm = DerivationAlgorithm::X25519HkdfSha256;
    if !derivations(&subject).contains(&algorithm) || !taken_by(&subject).contains(&algorithm.key()) {
        return;
    }
    let alice = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    let public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    let bob = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    let wanted = spec(algorithm.key());
    let info = bench.import(&wanted, &unhex(alice)).unwrap();
    assert_eq!(info.public_key, Some([&X25519_INFO[..], &unhex(public)].concat()));
    let key = Handle { id: wanted.id, owner: wanted.owner };
    let peer = [&X25519_INFO[..], &unhex(bob)].concat();
    let here = by_derived(&mut bench, algorithm, &key, [&peer, b"", b""]).unwrap();
    assert_eq!(here, code(&derived(&unhex(shared), DERIVED.key()), PROOF));
    let mut twin = peer;
    twin[20] ^= 1;
    assert_ne!(by_derived(&mut bench, algorithm, &key, [&twin, b"", b""]), Ok(here));
}

/// A key for agreeing signs nothing, and one for signing agrees on nothing: they are made for different things.
pub fn a_pair_for_agreement_signs_nothing(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in made_by(&subject).into_iter().filter(|a| CURVES.iter().any(|way| way.key() == *a)) {
        for one in [KeyUse::Sign, KeyUse::Verify] {
            let mut wanted = spec(algorithm);
            wanted.uses = wanted.uses.with(one);
            assert_eq!(bench.generate(&wanted), Err(SeError::InvalidInput), "{one:?}");
        }
    }
}
