//! Checks that a key serves nobody and nothing else: wrong owner, wrong use, wrong kind.

use csf_transport::{KeyUse, KeyUses, Owner, Refusal, SeError};

use super::Factory;
use super::bench::{Bench, Handle, message, spec};
use super::claimed::{
    DERIVED, Work, check, ciphers, derivations, exportable, macs, made_by, prove, purpose, signatures, work,
    wraps,
};
use super::outsider::Outsider;

const FOREIGN: SeError = SeError::Refused(Refusal::Owner);
const UNFIT: SeError = SeError::Refused(Refusal::Algorithm);
const UNUSABLE: SeError = SeError::Refused(Refusal::Use);

/// Whoever is not the owner learns and changes nothing, however similar the name.
pub fn a_foreign_owner_is_refused_everything(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let mut bench = Bench::new(&subject);
        let own = bench.key(algorithm);
        let proof = prove(&mut bench, algorithm, &own).unwrap();
        for name in [
            "//csf.example/id-mn/Cother",
            "//csf.example/id-mn/Cowner2",
            "//csf.example/id-mn/Cowne",
            "//csf.example/id-mn/cowner",
            "//csf.example/id-mn",
            "Cowner",
        ] {
            let foreign = Handle { id: own.id, owner: Owner::new(name).unwrap() };
            assert_eq!(bench.info(&foreign), Err(FOREIGN), "{name}");
            assert_eq!(bench.destroy(&foreign), Err(FOREIGN), "{name}");
            assert_eq!(prove(&mut bench, algorithm, &foreign), Err(FOREIGN), "{name}");
            assert_eq!(check(&mut bench, algorithm, &foreign, &proof), Err(FOREIGN), "{name}");
        }
        assert_eq!(check(&mut bench, algorithm, &own, &proof), Ok(true), "the owner still can");
    }
}

/// A key made to check cannot make, and the other way round. The owner is judged first.
pub fn a_key_serves_only_the_uses_it_was_made_for(fresh: Factory) {
    let subject = fresh();
    for algorithm in made_by(&subject) {
        let (make, verify) = match work(algorithm) {
            // It has one use only.
            Work::Derive(_) => continue,
            Work::Sign(_) => (KeyUse::Sign, KeyUse::Verify),
            Work::Mac(_) => (KeyUse::Mac, KeyUse::MacVerify),
            Work::Encrypt(_) => (KeyUse::Encrypt, KeyUse::Decrypt),
            Work::Wrap(_) => (KeyUse::Wrap, KeyUse::Unwrap),
        };
        let mut bench = Bench::new(&subject);
        let key_for = |bench: &mut Bench, one| {
            let mut spec = spec(algorithm);
            spec.uses = KeyUses::NONE.with(one);
            bench.generate(&spec).unwrap();
            Handle { id: spec.id, owner: spec.owner }
        };
        let (maker, checker) = (key_for(&mut bench, make), key_for(&mut bench, verify));
        let proof = prove(&mut bench, algorithm, &maker).unwrap();
        assert_eq!(check(&mut bench, algorithm, &maker, &proof), Err(UNUSABLE));
        assert_eq!(check(&mut bench, algorithm, &checker, &proof), Ok(false));
        assert_eq!(prove(&mut bench, algorithm, &checker), Err(UNUSABLE));

        let foreign = Handle { id: checker.id, owner: Owner::new("Cother").unwrap() };
        assert_eq!(prove(&mut bench, algorithm, &foreign), Err(FOREIGN), "the owner comes first");
    }
}

/// A key pair makes no codes, a secret key no signatures, and neither encrypts; nor does a key serve another
/// algorithm of its kind.
pub fn a_key_of_one_kind_serves_no_command_of_the_other(fresh: Factory) {
    let subject = fresh();
    let mut bench = Bench::new(&subject);
    for algorithm in made_by(&subject) {
        let key = bench.key(algorithm);
        for mac in macs(&subject).into_iter().filter(|mac| mac.key() != algorithm) {
            let refused = if matches!(work(algorithm), Work::Mac(_)) { UNFIT } else { UNUSABLE };
            assert_eq!(bench.mac(mac, &key, b"m"), Err(refused), "{algorithm:?} for {mac:?}");
            let code = vec![1; mac.code_bytes()];
            assert_eq!(bench.verify_mac(mac, &key, b"m", &code), Err(refused), "{algorithm:?} for {mac:?}");
        }
        for signature in signatures(&subject).into_iter().filter(|signature| signature.key() != algorithm) {
            let refused = if matches!(work(algorithm), Work::Sign(_)) { UNFIT } else { UNUSABLE };
            let signed = bench.sign(signature, &key, message(b"m"));
            assert_eq!(signed, Err(refused), "{algorithm:?} for {signature:?}");
            let verified = bench.verify(signature, &key, message(b"m"), &[1; 64]);
            assert_eq!(verified, Err(refused), "{algorithm:?} for {signature:?}");
        }
        for derivation in derivations(&subject).into_iter().filter(|a| a.key() != algorithm) {
            let refused = if matches!(work(algorithm), Work::Derive(_)) { UNFIT } else { UNUSABLE };
            let peer = Outsider::new(1).peer_for(derivation);
            let made =
                bench.derive(derivation, &key, [&peer, b"", purpose(derivation)], &spec(DERIVED.key()));
            assert_eq!(made, Err(refused), "{algorithm:?} for {derivation:?}");
        }
        for wrap in wraps(&subject).into_iter().filter(|a| a.key() != algorithm) {
            let refused = if matches!(work(algorithm), Work::Wrap(_)) { UNFIT } else { UNUSABLE };
            let other = exportable(&mut bench, &key).unwrap();
            assert_eq!(bench.wrap(wrap, &key, other.id), Err(refused), "{algorithm:?} for {wrap:?}");
            let taken = bench.unwrap_key(wrap, &key, &[1; 40], &spec(DERIVED.key()));
            assert_eq!(taken, Err(refused), "{algorithm:?} for {wrap:?}");
            bench.destroy(&other).unwrap();
        }
        for cipher in ciphers(&subject).into_iter().filter(|cipher| cipher.key() != algorithm) {
            let refused = if matches!(work(algorithm), Work::Encrypt(_)) { UNFIT } else { UNUSABLE };
            let encrypted = bench.encrypt(cipher, &key, b"", &[1; 16]);
            assert_eq!(encrypted, Err(refused), "{algorithm:?} for {cipher:?}");
            let decrypted = bench.decrypt(cipher, &key, b"", (&vec![1; cipher.nonce_bytes()], &[1; 32]));
            assert_eq!(decrypted, Err(refused), "{algorithm:?} for {cipher:?}");
        }
    }
}
